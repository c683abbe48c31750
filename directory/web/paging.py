"""Which page links a list of results shows (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """`page` of `last`, with the numbers to link; None among `numbers` stands for a gap."""

    page: int
    last: int
    numbers: tuple[int | None, ...]

    @property
    def previous(self) -> int | None:
        """The page before, if there is one."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        """The page after, if there is one."""
        return self.page + 1 if self.page < self.last else None


def paging(page: int, per_page: int, total: int, *, window: int = 10_000) -> Paging:
    """Links to the first page, the last one and the neighbours; nothing beyond result number `window`."""
    last = max(1, -(-min(total, window - window % per_page) // per_page))
    wanted = sorted({1, page - 1, page, page + 1, last} & set(range(1, last + 1)))
    numbers: list[int | None] = []
    for number in wanted:
        before = numbers[-1] if numbers else None
        if before is not None and number == before + 2:
            numbers.append(before + 1)
        elif before is not None and number > before + 2:
            numbers.append(None)
        numbers.append(number)
    return Paging(page, last, tuple(numbers))
