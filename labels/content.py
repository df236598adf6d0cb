"""What one label says, in words that the caller has already translated."""

import unicodedata
from dataclasses import dataclass, fields
from types import MappingProxyType

from labels.errors import LabelError
from labels.symbol import segments

# Beyond these no stock has room; the layout refuses earlier on a small one.
_LONGEST = MappingProxyType({"uri": 400, "lot": 20, "serial": 20})  # AI 10 and 21
_LONGEST_TEXT = 60
_REQUIRED = ("uri", "product", "lot", "cooperative", "date_label", "date")

# Unicode Standard Annex 9, 2: they reorder what a reader sees, not what is stored.
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
_BIDI_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
# Controls, format characters, surrogates, private use, unassigned, line breaks.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class LabelContent:
    """All text of one label; what is empty or None is left out.

    Attributes:
        uri: what the symbol says: a Digital Link, its host in small letters and the
            rest in capitals; with a fragment, the offline grade.
        product: name, large.
        product_latin: the same for readers of another script.
        lot: batch code as people read it, at most 20 characters.
        cooperative: who answers for the batch.
        cooperative_latin: the same in Latin letters.
        place: where it grew.
        date_label: what `date` is the date of, such as 采收日期.
        date: as it is to be printed.
        serial: this item's own code, at most 20 characters.
        quantity: net content with its unit.
        demo: true overprints DEMO 演示, so that no trial label passes for a real one.
        lot_label, serial_label, quantity_label, place_label: captions.
        scan_hint, scan_hint_latin: what to do with the symbol.

    Raises:
        LabelError: at the first field that cannot be printed.
    """

    uri: str
    product: str
    product_latin: str
    lot: str
    cooperative: str
    cooperative_latin: str
    place: str
    date_label: str
    date: str
    serial: str | None = None
    quantity: str | None = None
    demo: bool = False
    lot_label: str = "批次"
    serial_label: str = "序号"
    quantity_label: str = "净含量"
    place_label: str = "产地"
    scan_hint: str = "扫码查验"
    scan_hint_latin: str = "Scan to check"

    def __post_init__(self) -> None:
        for name, text in self.texts():
            _check_present(name, text)
            _check_characters(name, text)
            _check_length(name, text)
        segments(self.uri)

    def texts(self) -> list[tuple[str, str]]:
        """Return (field, text) of every field that holds text."""
        named = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, text) for name, text in named if isinstance(text, str)]


def _check_present(name: str, text: str) -> None:
    if name in _REQUIRED and not text.strip():
        raise LabelError(name, "it is empty", "Give the text that belongs here")


def _check_characters(name: str, text: str) -> None:
    for character in text:
        point = f"U+{ord(character):04X}"
        if character in _BIDI_CONTROLS | _BIDI_ISOLATES:
            raise LabelError(
                name,
                "{point} changes the reading direction",
                "Remove it: the text would not be read as it is stored",
                point=point,
            )
        if unicodedata.category(character) in _UNPRINTABLE:
            raise LabelError(
                name,
                "{point} cannot be printed",
                "Remove it, or give the text in one line",
                point=point,
            )


def _check_length(name: str, text: str) -> None:
    longest = _LONGEST.get(name, _LONGEST_TEXT)
    if len(text) > longest:
        raise LabelError(
            name,
            "{given} characters were given, at most {longest} have room",
            "Shorten the text",
            given=len(text),
            longest=longest,
        )
