"""Which page links are shown."""

import pytest

from directory.web.paging import paging


@pytest.mark.parametrize(
    ("page", "total", "numbers"),
    [
        (1, 0, (1,)),
        (1, 20, (1,)),
        (1, 21, (1, 2)),
        (2, 60, (1, 2, 3)),
        (1, 400, (1, 2, None, 20)),
        (3, 400, (1, 2, 3, 4, None, 20)),
        (4, 400, (1, 2, 3, 4, 5, None, 20)),
        (10, 400, (1, None, 9, 10, 11, None, 20)),
        (20, 400, (1, None, 19, 20)),
    ],
)
def test_first_last_and_neighbours_are_linked(page: int, total: int, numbers: tuple[int | None, ...]) -> None:
    assert paging(page, 20, total).numbers == numbers


def test_the_ends_have_no_further_step() -> None:
    assert (paging(1, 20, 60).previous, paging(1, 20, 60).next) == (None, 2)
    assert (paging(3, 20, 60).previous, paging(3, 20, 60).next) == (2, None)


def test_no_link_leads_beyond_what_may_be_asked() -> None:
    assert paging(1, 20, 10**9).last == 500
    assert paging(1, 30, 10**9).last == 333
