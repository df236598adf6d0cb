"""Base 64 (RFC 4648, section 4) in its one spelling.

Python's decoder ignores spare bits and foreign characters, so that many texts would
stand for the same bytes; a log's files have one form each.
"""

import base64
import binascii


def encode_base64(data: bytes) -> str:
    """Return `data` in Base 64 with padding."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes that `encode_base64` made `text` of.

    Raises:
        ValueError: `text` is no Base 64, or not its only spelling.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text!r} is not base64") from error
    if encode_base64(data) != text:
        raise ValueError(f"{text!r} is not the canonical base64 of its bytes")
    return data
