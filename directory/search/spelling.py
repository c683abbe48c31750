"""What counts as a typing error, and how many a word may have: the rule behind `SearchEngine.correct`.

Corrections are whole folded words of the index (not stems), compared letter by letter. Of the words within
`allowed_errors`, the one with the fewest errors is taken, then the one that most listings have, then the
first by alphabet. A word whose stem any listing has is right as it is.
"""

LONGEST = 20
"""Letters of the longest word that is corrected, or offered as a correction."""


def allowed_errors(word: str) -> int:
    """Typing errors that a word of this length may have. Short words turn into other words too easily."""
    if not 3 < len(word) <= LONGEST or not word.isalpha():
        return 0
    return 1 if len(word) <= 5 else 2


def typing_errors(one: str, two: str, limit: int = 2) -> int:
    """Letters left out, put in, mistaken, or two neighbours swapped (restricted Damerau-Levenshtein).

    Gives `limit + 1` as soon as there are more than `limit`.
    """
    if abs(len(one) - len(two)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(two, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                best = min(best, above[j - 2] + 1)
            row.append(best)
        if min(row) > limit and (i == 1 or min(before) > limit):
            return limit + 1
    return min(row[-1], limit + 1)
