"""Text that one person types and others rely on: names, numbers, reasons.

What a page or label shows must be what the record holds. So nothing invisible gets in,
neither controls and direction marks nor letters without ink, and a number that must be
unique has one spelling only.
"""

import unicodedata
from collections.abc import Callable
from typing import ParamSpec

from registry.errors import InvalidInput, Problems

P = ParamSpec("P")

# Controls, formats (zero width, direction), surrogates, private use, line and
# paragraph separators.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

# Letters and marks that print nothing though their category does not say so
# (Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties, and blank Braille).
_UNSEEN = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def parse_name(text: str, field_name: str, longest: int = 60) -> str:
    """Return a cleaned name: NFC, one line, single spaces, nothing invisible.

    Raises:
        InvalidInput: empty, too long, or with characters that would make the page or
            label show another text than the record holds.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise InvalidInput.at(field_name, "This is empty. Type a name.")
    if len(name) > longest:
        raise InvalidInput.at(
            field_name,
            "This is {given} characters long; at most {longest} fit. Shorten it.",
            given=len(name),
            longest=longest,
        )
    for character in name:
        if character in _UNSEEN or unicodedata.category(character) in (
            _UNSEEN_CATEGORIES
        ):
            raise InvalidInput.at(
                field_name,
                "This holds an invisible character (U+{code}). Delete it and retype "
                "the text.",
                code=f"{ord(character):04X}",
            )
    return " ".join(name.split())


def parse_optional_name(text: str, field_name: str, longest: int = 60) -> str:
    """Return a cleaned name, or empty where nothing was typed; raises as above."""
    return parse_name(text, field_name, longest) if text.strip() else ""


def parse_number(text: str, field_name: str, longest: int = 40) -> str:
    """Return a number of somebody's own, such as a report's.

    Whoever looks for its double compares the text as typed, so a second spelling of
    the same number is refused and not repaired.

    Raises:
        InvalidInput: as `parse_name`, or spelled in a form that only looks the same.
    """
    number = parse_name(text, field_name, longest)
    if number != text.strip():
        raise InvalidInput.at(
            field_name,
            "{given} holds doubled spaces or composed signs. Retype it plainly.",
            given=number,
        )
    return number


def noted(
    problems: Problems, parse: Callable[P, str], *args: P.args, **kwargs: P.kwargs
) -> str:
    """Return what `parse` returns, or empty, its refusal noted in `problems`."""
    try:
        return parse(*args, **kwargs)
    except InvalidInput as error:
        problems.extend(error.problems)
        return ""
