"""Codes in a photo, read here where a browser cannot scan by itself.

A photo is a stranger's file: formats and pixels are limited before it is unpacked, and
nothing of it is kept.
"""

from io import BytesIO

import zxingcpp
from PIL import Image

from registry.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 50_000_000  # the largest phone cameras by default; 50 MB as grey bytes
READ_AT = (2400, 2400)  # a symbol that fills a tenth of the picture has 8 px a module


def read_codes(photo: bytes, field: str = "photo") -> tuple[str, ...]:
    """Return the text of each code in a photo.

    Args:
        photo: the file as uploaded.
        field: the input's name.

    Raises:
        InvalidInput: not a photo, too many pixels, or no code in it.
    """
    found = zxingcpp.read_barcodes(_opened(photo, field))
    texts = tuple(code.text for code in found if code.text)
    if not texts:
        raise InvalidInput.at(
            field,
            "No code was found in this photo. Hold the phone closer and parallel to "
            "the label, or type the number.",
        )
    return texts


def _opened(photo: bytes, field: str) -> Image.Image:
    """Return the photo in grey, small enough to read at once."""
    try:
        image = Image.open(BytesIO(photo), formats=FORMATS)
        _require_size(image)
        image.draft("L", READ_AT)  # JPEG only: unpacks fewer pixels
        grey = image.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidInput.at(
            field,
            "This photo has too many pixels. Choose a smaller size in the camera.",
        ) from None
    except (OSError, SyntaxError, ValueError):  # what Pillow raises for broken files
        raise InvalidInput.at(
            field, "This is not a photo that can be read. Take a JPEG, PNG or WebP."
        ) from None
    grey.thumbnail(READ_AT)
    return grey


def _require_size(image: Image.Image) -> None:
    """Refuse what Pillow would only warn of, before a pixel is unpacked."""
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError
