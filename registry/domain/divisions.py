"""Administrative divisions: provinces down to townships, and who lies inside whom.

Codes are the statistical codes of GB/T 2260 style without trailing zeros: 2, 4, 6 and 9
digits. An authority sees its own subtree and nothing else, so `contains` is a rule of
access, not a convenience.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from registry.errors import InvalidInput

Level = Literal["province", "city", "county", "township"]
LEVELS: tuple[Level, ...] = get_args(Level)

# Rows that stand in the tables only so that each county has a city above it; nobody
# writes them in an address.
_PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


@dataclass(frozen=True, slots=True)
class Division:
    """One unit. `parent` is the code above it, empty for a province."""

    code: str
    name: str
    level: Level
    parent: str


class Divisions:
    """The tree of divisions, looked up by code."""

    def __init__(self, rows: Iterable[Division]) -> None:
        self._by_code = {row.code: row for row in rows}
        self._children: dict[str, list[Division]] = {}
        for row in self._by_code.values():
            self._children.setdefault(row.parent, []).append(row)

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def get(self, code: str, field: str = "division") -> Division:
        """Return the division of a code.

        Raises:
            InvalidInput: there is none.
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise InvalidInput.at(
                field,
                "Unknown division: {code}. Choose the place from the list.",
                code=code or "(empty)",
            ) from None

    def path(self, code: str) -> tuple[Division, ...]:
        """Return the divisions from the province down to `code`.

        Raises:
            InvalidInput: there is no such division.
        """
        division = self.get(code)
        above = self.path(division.parent) if division.parent else ()
        return (*above, division)

    def full_name(self, code: str) -> str:
        """Return the name as in an address, 云南省曲靖市麒麟区.

        Raises:
            InvalidInput: there is no such division.
        """
        *above, last = (division.name for division in self.path(code))
        return "".join(name for name in above if name not in _PLACEHOLDERS) + last

    def contains(self, ancestor: str, code: str) -> bool:
        """Tell whether `code` is `ancestor` or lies below it.

        Raises:
            InvalidInput: either is unknown; an unknown ancestor contains nothing, and
                saying so quietly would hide a slip in a table of rights.
        """
        return self.get(ancestor) in self.path(code)

    def children(self, code: str = "") -> tuple[Division, ...]:
        """Return the divisions right below `code`; the provinces for none."""
        return tuple(self._children.get(code, ()))

    def search(self, text: str, limit: int = 20) -> tuple[Division, ...]:
        """Return divisions whose name holds the last word of `text`, best first.

        Earlier words must occur in the full name, so that `曲靖 麒麟` finds one of
        several 麒麟. Whole names come before beginnings, those before the rest; then
        larger units before smaller.
        """
        words = unicodedata.normalize("NFKC", text).split()
        if not words:
            return ()
        found = [
            row
            for row in self._by_code.values()
            if words[-1] in row.name
            and all(word in self.full_name(row.code) for word in words[:-1])
        ]
        found.sort(key=lambda row: _rank(row, words[-1]))
        return tuple(found[:limit])


def _rank(row: Division, word: str) -> tuple[bool, bool, int, str]:
    starts = row.name.startswith(word)
    return row.name != word, not starts, LEVELS.index(row.level), row.code


def parse_division(
    text: str, divisions: Divisions, field: str = "division"
) -> Division:
    """Return the division of a typed code; `530300` means `5303`.

    Official papers fill codes with zeros to 6, 9 or 12 digits. Zeros are taken off a
    level at a time, and only while the code as given is unknown.

    Raises:
        InvalidInput: there is no such division.
    """
    code = given = unicodedata.normalize("NFKC", text).strip()
    while code not in divisions:
        width = 2 if len(code) <= 6 else 3
        if not code.endswith("0" * width):
            break
        code = code[:-width]
    return divisions.get(code if code in divisions else given, field)
