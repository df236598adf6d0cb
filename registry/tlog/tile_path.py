"""Where tiles and entry bundles are served: the paths of C2SP tlog-tiles."""

import re
from dataclasses import dataclass
from typing import Literal

from registry.errors import InvalidInput, RegistryError

TILE_WIDTH = 256
MAX_LEVEL = 63

# Six groups of three digits name more tiles than 2**63 leaves can fill.
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[0-9]{1,3}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TilePath:
    """A tile of hashes or a bundle of entries, at one width.

    Attributes:
        level: 0 to 63, or `entries` for a bundle.
        index: zero-based.
        width: hashes or entries in it, 1 to 256.
    """

    level: int | Literal["entries"]
    index: int
    width: int = TILE_WIDTH

    def __str__(self) -> str:
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{_index_path(self.index)}{partial}"


def tile_path(
    level_or_entries: int | Literal["entries"], index: int, width: int
) -> str:
    """Return the path below the log's prefix, such as `tile/0/x001/234.p/17`."""
    return str(TilePath(level_or_entries, index, width))


def parse_tile_path(path: str) -> TilePath:
    """Return what `path`, without a leading slash, names.

    Raises:
        InvalidInput: not the one spelling of a tile's or bundle's path.
    """
    match = _PATH.fullmatch(path)
    if not match:
        raise _not_a_tile(path)
    parsed = TilePath(
        "entries" if match["level"] == "entries" else int(match["level"]),
        int(match["index"].replace("x", "").replace("/", "")),
        TILE_WIDTH if match["width"] is None else int(match["width"]),
    )
    # One spelling a tile: caches and mirrors know it by its path.
    if not _in_range(parsed) or str(parsed) != path:
        raise _not_a_tile(path)
    return parsed


def _in_range(parsed: TilePath) -> bool:
    level_exists = parsed.level == "entries" or parsed.level <= MAX_LEVEL
    return level_exists and 1 <= parsed.width <= TILE_WIDTH


def _index_path(index: int) -> str:
    """Return `index` in groups of three digits, all but the last after an `x`."""
    digits = f"{index:03}"
    digits = digits.zfill(-len(digits) % 3 + len(digits))
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([*("x" + group for group in groups[:-1]), groups[-1]])


def _not_a_tile(path: str) -> RegistryError:
    return InvalidInput.at(
        "path",
        "“{given}” is not the path of a tile; one looks like tile/0/x001/234.p/17.",
        given=path,
    )
