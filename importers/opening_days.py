"""Which days a run of tokens names: "M-F", "Mon, Wed & Fri", "Sat-Tue", "1st and 3rd Tuesday", "weekends".

Refused, because they can mean two things: "M-T" and a lone "T" (Tuesday or Thursday), "S" (Saturday or
Sunday), "T-Th" (through or and), "Mon Fri" side by side (a lost dash?), "every 2nd Saturday" (of the month or
every second week), a day named twice, "Sun-Sun", "1st Monday and Tuesday".
"""

from dataclasses import dataclass
from itertools import pairwise

from importers.opening_tokens import Token
from importers.opening_words import DAY_WORDS, LETTER_ROWS, LETTERS, ORDINALS, WEEK

WEEKDAYS, WEEKEND = WEEK[:5], WEEK[5:]
_SETS: dict[str, tuple[str, ...]] = {"daily": WEEK, "weekdays": WEEKDAYS, "weekends": WEEKEND}
_ITEMS = frozenset({"day", "letter", "letters", "nth", "every", "holidays", *_SETS})
_JOINS = frozenset({"comma", "and", "slash"})
_RANGES = frozenset({"dash", "to"})
_CHAINS = frozenset({("MO", "WE", "FR"), ("TU", "TH", "SA")})
"""Days between dashes that are a list: "Mon-Wed-Fri". So are days that follow each other."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of one statement: `weekly` (`MO`), `monthly` (`1TU`), and whether it names holidays too."""

    weekly: tuple[str, ...] = ()
    monthly: tuple[str, ...] = ()
    holidays: bool = False


def names_days(token: Token) -> bool:
    """Whether a statement of days may begin with this token."""
    return token.kind in _ITEMS


def read_days(tokens: list[Token], at: int) -> tuple[Days, int] | None:
    """The days named from `at` on, and where that ends; None when it is unclear which days are meant."""
    reader = _Reader(tokens, at)
    found = reader.read()
    return None if found is None else (found, reader.at)


class _Reader:
    """Goes along the tokens of one statement."""

    def __init__(self, tokens: list[Token], at: int):
        self.tokens = tokens
        self.at = at

    def kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def read(self) -> Days | None:
        weekly: list[str] = []
        monthly: list[str] = []
        holidays, loose = False, 0
        while True:
            if self.kind() == "holidays":
                self.at += 1
                holidays = True
            else:
                found = self._item()
                if found is None:
                    return None
                (monthly if found[0][0] in "-12345" else weekly).extend(found)
            joined = self._join()
            if joined is None:
                break
            loose += not joined
        if self.kind() == "except" and not self._take_out(weekly):
            return None
        twice = len({*weekly, *monthly}) < len(weekly) + len(monthly)
        if twice or (weekly and monthly) or (loose and _may_be_range(weekly)):
            return None
        return Days(tuple(sorted(weekly, key=WEEK.index)), tuple(monthly), holidays)

    def _join(self) -> bool | None:
        """Goes past what joins two days; True if something does, False if they stand side by side; None (and
        not a step) if no day follows."""
        ahead = 0
        while self.kind(ahead) in _JOINS:
            ahead += 1
        if self.kind(ahead) not in _ITEMS:
            return None
        self.at += ahead
        return ahead > 0

    def _take_out(self, weekly: list[str]) -> bool:
        """`daily except Sunday`: the days after "except" are taken out of those before."""
        self.at += 1
        if self.kind() not in _ITEMS:
            return False
        found = self.read()
        if found is None or not found.weekly or found.holidays or not set(found.weekly) < set(weekly):
            return False
        weekly[:] = [each for each in weekly if each not in found.weekly]
        return True

    def _item(self) -> list[str] | None:
        """One day, range, set or monthly day."""
        is_every = self.kind() == "every"
        self.at += is_every
        kind = self.kind()
        if kind == "nth":
            return self._monthly(is_every=is_every)
        if kind in _SETS and not is_every:
            self.at += 1
            return list(_SETS[kind])
        if kind == "letters":
            self.at += 1
            return LETTER_ROWS[self.tokens[self.at - 1].text].split()
        return self._range() if kind in ("day", "letter") else None

    def _range(self) -> list[str] | None:
        chain = [self.at]
        while self.kind(1) in _RANGES and self.kind(2) in ("day", "letter"):
            self.at += 2
            chain.append(self.at)
        self.at += 1
        spanish = [self.tokens[each].text for each in chain] == ["l", "v"]
        days = [self._day(each, is_spanish=spanish, chain=chain) for each in chain]
        known = [each for each in days if each is not None]
        if len(known) < len(days):
            return None
        return known if len(known) == 1 else _between(known)

    def _day(self, at: int, *, is_spanish: bool, chain: list[int]) -> str | None:
        """The day of a name or letter; None when the letter can be two days."""
        token = self.tokens[at]
        if token.kind == "day":
            return DAY_WORDS[token.text]
        if token.text in ("l", "v", "s") and not is_spanish:
            return None
        return None if token.text == "t" and not self._is_tuesday(at, chain) else LETTERS[token.text]

    def _is_tuesday(self, at: int, chain: list[int]) -> bool:
        """T is Tuesday if Wednesday follows or another word is Thursday; never in "M-T", nor in "T-Th", which
        may be two days or three."""
        following = [each.text for each in self.tokens[at + 1 : at + 4]]
        after = next((each for each in following if each in DAY_WORDS or each in LETTERS), "")
        day = DAY_WORDS.get(after) or LETTERS.get(after)
        if len(chain) == 2:
            return at == chain[0] and day in ("FR", "SA", "SU")
        return day == "WE" or any(_is_thursday(each.text) for each in self.tokens)

    def _monthly(self, *, is_every: bool) -> list[str] | None:
        """`1st and 3rd Tuesday of the month`. One "every second Saturday" without the month may be every
        second week."""
        numbers: list[int] = []
        while self.kind() == "nth":
            text = self.tokens[self.at].text
            numbers.append(ORDINALS.get(text) or int(text.rstrip("stndrh")))
            self.at += 1
            ahead = 0
            while self.kind(ahead) in _JOINS:
                ahead += 1
            self.at += ahead if self.kind(ahead) == "nth" else 0
        if self.kind() != "day" or not all(-1 <= each <= 5 and each for each in numbers):
            return None
        day = DAY_WORDS[self.tokens[self.at].text]
        self.at += 1
        if self.kind() == "monthly":
            self.at += 1
        elif is_every and len(numbers) == 1 and numbers[0] > 1:
            return None
        return [f"{number}{day}" for number in numbers]


def _is_thursday(text: str) -> bool:
    return DAY_WORDS.get(text) == "TH" or "TH" in LETTER_ROWS.get(text, "")


def _may_be_range(days: list[str]) -> bool:
    """Whether days side by side may have lost the dash between them: "Mon Fri", but not "Sat Sun"."""
    return len(days) == 2 and (WEEK.index(days[1]) - WEEK.index(days[0])) % 7 != 1


def _between(days: list[str]) -> list[str] | None:
    """The days of a range (round the end of the week if need be), or of a list between dashes."""
    first, last = WEEK.index(days[0]), WEEK.index(days[-1])
    if len(days) == 2:
        return [WEEK[(first + step) % 7] for step in range((last - first) % 7 + 1)] if first != last else None
    follows = all((WEEK.index(b) - WEEK.index(a)) % 7 == 1 for a, b in pairwise(days))
    return days if follows or tuple(days) in _CHAINS else None
