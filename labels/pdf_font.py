"""The label font in a PDF: a subset of what was used, text that can be copied out.

The font is CID-keyed, so a character's CID is known before the subset is made: pages
are written with their final codes, the font last.
"""

import hashlib
from collections.abc import Sequence
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont

from labels.pdf_file import PdfFile
from labels.typeface import FONT_PATH, UNITS_PER_EM, typeface

_NAME = "NotoSansSC-Labels"
_BFCHARS_A_BLOCK = 100  # Adobe Technical Note 5014, 1.3: the most a block may hold


class PdfFont:
    """Collects the characters of a document, then embeds them."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def codes(self, text: str) -> str:
        """Return `text` as a hexadecimal string of Identity-H codes, and note it."""
        self._used.update(text)
        cids = typeface().cids
        return "<" + "".join(f"{cids[character]:04X}" for character in text) + ">"

    def embed(self, file: PdfFile, number: int) -> None:
        """Write the font and what belongs to it, the font itself as `number`."""
        used = sorted(self._used)
        name = f"{_tag(used)}+{_NAME}"
        program = file.add_stream(_subset(used, name), "/Subtype/CIDFontType0C")
        descriptor = file.add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4"
            "/FontBBox[-1000 -500 3000 1200]/ItalicAngle 0/Ascent 880/Descent -120"
            f"/CapHeight 733/StemV 80/FontFile3 {program} 0 R>>"
        )
        descendant = file.add(
            f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {descriptor} 0 R/DW {UNITS_PER_EM}/W[{_widths(used)}]>>"
        )
        unicode = file.add_stream(_to_unicode(used).encode("ascii"))
        file.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>",
            number,
        )


def _tag(used: Sequence[str]) -> str:
    """Return the six capitals that name a subset (ISO 32000-1, 9.6.4)."""
    digest = hashlib.sha256("".join(used).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _subset(used: Sequence[str], name: str) -> bytes:
    """Return the CFF program of the `used` characters, their CIDs kept."""
    options = subset.Options()
    options.notdef_outline = True
    options.desubroutinize = True  # readers trip over unused subroutines
    with TTFont(str(FONT_PATH), lazy=True) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=map(ord, used))
        subsetter.subset(font)
        font["CFF "].cff.fontNames = [name]
        whole = BytesIO()
        font.save(whole)
        with TTFont(whole) as saved:
            return bytes(saved.getTableData("CFF "))


def _widths(used: Sequence[str]) -> str:
    """Return /W entries of the characters that are not one em wide (9.7.4.3)."""
    face = typeface()
    widths = {face.cids[c]: face.advances[c] for c in used}
    narrow = sorted(item for item in widths.items() if item[1] != UNITS_PER_EM)
    return " ".join(f"{cid}[{width}]" for cid, width in narrow)


def _to_unicode(used: Sequence[str]) -> str:
    """Return the CMap that turns codes back into text (9.10.3)."""
    # Two characters may share a glyph; the lower one is the likelier in a text.
    texts = {typeface().cids[c]: c for c in reversed(used)}
    pairs = [
        f"<{cid:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for cid, text in sorted(texts.items())
    ]
    blocks = [
        pairs[first : first + _BFCHARS_A_BLOCK]
        for first in range(0, len(pairs), _BFCHARS_A_BLOCK)
    ]
    mapped = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{mapped}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
