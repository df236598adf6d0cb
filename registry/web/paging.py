"""Pages of a long list."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list; numbers count from 1.

    Attributes:
        total: items of the whole list.
        size: items a page.
    """

    number: int
    total: int
    size: int

    @property
    def first(self) -> int:
        """Zero-based position of the page's first item."""
        return (self.number - 1) * self.size

    @property
    def count(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.size)

    @property
    def previous(self) -> int | None:
        """The page before, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The page after, or None."""
        return self.number + 1 if self.number < self.count else None


def asked_page(total: int, size: int) -> Paging:
    """Return the page that `?page=` asks for: the nearest that there is."""
    last = max(-(-total // size), 1)
    return Paging(min(max(request.args.get("page", 1, int), 1), last), total, size)
