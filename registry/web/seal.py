"""The mark of the product and the seals of those who sign.

The seal means something: beside a signed statement it names the signer, and opening it
shows who signed, when it was logged and the proof. No seal, no signature.
"""

import re
from dataclasses import dataclass

from flask import Flask

# 源 cut out of a square (even-odd), in a 64 x 64 box; the outline is that of Noto Sans
# CJK SC Bold (SIL Open Font License 1.1), so the mark needs no font to be legible.
MARK_SQUARE = (
    "M8 0H56A8 8 0 0 1 64 8V56A8 8 0 0 1 56 64H8A8 8 0 0 1 0 56V8A8 8 0 0 1 8 0Z"
)
MARK_GLYPH = (
    "M36.3 31.6H48.4V34.6H36.3Z"
    "M36.3 24.6H48.4V27.4H36.3Z"
    "M31.6 41.1C30.3 44.4 28.2 48.1 26.2 50.5C27.6 51.2 30 52.6 31.1 53.5"
    "C33.1 50.8 35.6 46.4 37.2 42.7Z"
    "M46.5 42.6C48.2 46 50.3 50.4 51.2 53.1L57 50.6C55.9 48 53.7 43.7 51.9 40.5Z"
    "M9.5 12.1C12.2 13.8 16.2 16.2 18 17.7L21.9 12.8C19.8 11.3 15.7 9.1 13.1 7.6Z"
    "M7 26.2C9.7 27.8 13.6 30.2 15.5 31.6L19.3 26.6C17.2 25.2 13.2 23.1 10.6 21.7"
    "Z"
    "M7.6 52.3 13.4 55.7C15.7 50.5 18.1 44.4 20.1 38.8L15 35.4"
    "C12.8 41.5 9.8 48.2 7.6 52.3Z"
    "M30.7 20.1V39.1H39.1V50.3C39.1 50.8 38.9 51 38.2 51"
    "C37.6 51 35.5 51 33.7 50.9C34.4 52.4 35 54.7 35.2 56.3"
    "C38.5 56.4 40.9 56.3 42.8 55.4C44.6 54.6 45 53.1 45 50.4V39.1H54.2V20.1H44.1"
    "L46.2 16.6L40.3 15.6H55.7V10H22.8V24.5C22.8 32.9 22.3 44.9 16.4 53"
    "C17.9 53.7 20.6 55.4 21.7 56.4C28 47.6 28.9 33.8 28.9 24.5V15.6H39.1"
    "C38.8 16.9 38.3 18.6 37.8 20.1Z"
)
MARK_PATH = MARK_SQUARE + MARK_GLYPH

# What a Chinese legal name begins with (its division) and says beyond its own name.
_DIVISIONS = re.compile(
    r"^.{1,8}?(?:自治区|自治州|自治县|省|市(?!场)|县|区|旗|镇|乡|街道|村)"
)
_LONGEST_DIVISION_CHAIN = 5  # province, prefecture, county, township, village


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature as a reader meets it.

    Attributes:
        issuer: the signer's full name.
        short: two characters that stand in the seal.
        logged: when the log took the statement, as the page says it.
        proof_url: where the record, its proof and the log are shown.
        custody: in whose hands the key is, as the page says it.
    """

    issuer: str
    short: str
    logged: str
    proof_url: str
    custody: str = ""


def short_name(name: str) -> str:
    """Return two characters for the seal of an organisation without its own choice.

    `曲靖市沾益区白水蔬菜专业合作社` gives `白水`; `Green Valley Farm` gives `GV`.
    """
    if name.isascii():
        return "".join(word[0] for word in name.split()[:2]).upper()
    own = name
    for _ in range(_LONGEST_DIVISION_CHAIN):
        rest = _DIVISIONS.sub("", own, count=1)
        if len(rest) < 2 or rest == own:
            break
        own = rest
    return own[:2]


def init_seal(app: Flask) -> None:
    """Offer the mark and `short_name` to the templates of `app`."""
    app.jinja_env.globals["mark_path"] = MARK_PATH
    app.jinja_env.filters["short_name"] = short_name
