"""How a batch is cut for writing, and how the size of a transaction is found."""

from hypothesis import given
from hypothesis import strategies as st

from directory.intake.batch import WRITTEN, Batch, Item
from directory.intake.decide import Decision
from directory.intake.pace import FASTER, FIRST, HELD_SECONDS, LEAST, MOST, SLOWER, Pace
from tests.builders import make_record

DECISIONS: tuple[Decision, ...] = ("insert", "update", "refresh", "unchanged")


@given(
    decisions=st.lists(st.sampled_from(DECISIONS), max_size=40),
    refused=st.integers(0, 3),
    copies=st.integers(0, 3),
    most=st.integers(1, 9),
)
def test_pieces_hold_every_row_once_and_in_order(
    decisions: list[Decision], refused: int, copies: int, most: int
) -> None:
    record = make_record()
    batch = Batch(len(decisions) + refused + copies, copies=copies)
    batch.items = [Item(number, str(number), record, "", each) for number, each in enumerate(decisions)]
    batch.refused = [{"row": number} for number in range(refused)]
    pieces = list(batch.pieces(most))
    assert [item for piece in pieces for item in piece.items] == batch.items
    assert [row for piece in pieces for row in piece.refused] == batch.refused
    assert sum(piece.copies for piece in pieces) == copies
    assert sum(piece.rows for piece in pieces) == batch.rows
    for piece in pieces:
        assert len(piece.written()) <= most
        assert piece.rows == len(piece.items) + len(piece.refused) + piece.copies
    assert sum(len(piece.written()) for piece in pieces) == sum(each in WRITTEN for each in decisions)


def settled(seconds_each: float, seconds_fixed: float = 0.0) -> int:
    """The size after many transactions that cost so much."""
    pace = Pace()
    for _ in range(60):
        pace.note(pace.most, seconds_fixed + pace.most * seconds_each)
    return pace.most


def test_the_size_settles_where_a_transaction_takes_as_long_as_it_may() -> None:
    assert abs(settled(0.0003) - HELD_SECONDS / 0.0003) <= 2
    assert settled(0.1) == LEAST
    assert settled(0.000_001) == MOST


def test_one_slow_commit_does_not_stop_an_import() -> None:
    pace = Pace()
    pace.note(FIRST, 5.0)
    assert pace.most == round(FIRST * SLOWER)
    pace.note(pace.most, 0.0)
    assert pace.most == round(round(FIRST * SLOWER) * FASTER)


def test_a_transaction_that_wrote_little_says_nothing_about_the_size() -> None:
    pace = Pace()
    pace.note(1, 5.0)
    pace.note(0, 5.0)
    assert pace.most == FIRST
