"""统一社会信用代码: the identifier of organisations in China (GB 32100-2015).

Eighteen characters: registration department, kind, division (6), organisation code (9)
and a check character. Only form and check character are tested here; whether the
organisation exists is for the authority that vouches for it to know.
"""

import re
import unicodedata

from registry.errors import InvalidInput

LENGTH = 18

# GB 32100-2015, table 3: digits and capital letters without I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# GB 32100-2015, 5.5: the weight of place i is 3^(i-1) mod 31.
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))


def uscc_check_character(body: str) -> str:
    """Return the check character of the first 17 characters.

    31 is prime and no weight is a multiple of it, so any one wrong character and any
    two swapped neighbours are caught.

    Raises:
        ValueError: not 17 characters of the alphabet.
    """
    total = sum(
        weight * ALPHABET.index(character)
        for weight, character in zip(WEIGHTS, body, strict=True)
    )
    return ALPHABET[-total % 31]


def parse_uscc(text: str, field: str = "uscc") -> str:
    """Return a code in upper case, typed with spaces or full-width characters.

    Raises:
        InvalidInput: wrong length, a character outside the alphabet, or a check
            character that does not fit.
    """
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != LENGTH:
        raise InvalidInput.at(
            field,
            "The unified social credit code has {count} characters; it must have 18. "
            "Copy it from the business licence.",
            count=len(code),
        )
    for place, character in enumerate(code, start=1):
        if character not in ALPHABET:
            raise InvalidInput.at(
                field,
                "Character {place} of the code is {character}; only digits and capital "
                "letters without I, O, S, V, Z occur. It may be a 1, 0, 5 or 2.",
                place=place,
                character=character,
            )
    expected = uscc_check_character(code[:-1])
    if code[-1] != expected:
        raise InvalidInput.at(
            field,
            "{given} ends in {last}, but its other characters give {expected}. One "
            "character is wrong: compare it with the business licence.",
            given=code,
            last=code[-1],
            expected=expected,
        )
    return code
