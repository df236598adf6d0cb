"""A PDF written as it grows (ISO 32000-1, 7.5): objects, cross-references, trailer.

Nothing but the offsets stays in memory, so a run of any length can be written. There
are no dates and the file identifier is a digest of the content: same objects, same
bytes.
"""

import hashlib
import zlib
from typing import BinaryIO


class PdfFile:
    """Writes numbered objects to `out`, then what finds them again."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._position = 0
        self._offsets: dict[int, int] = {}
        self._reserved = 0
        # The comment's high bytes tell transports that this is binary (7.5.2).
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> int:
        """Return the number of an object that is written later."""
        self._reserved += 1
        return self._reserved

    def add(self, body: str, number: int | None = None) -> int:
        """Write an object, under a reserved `number` if given; return its number."""
        return self._add(body.encode("ascii"), number)

    def add_stream(self, data: bytes, entries: str = "") -> int:
        """Write `data` compressed as a stream object with dictionary `entries`."""
        packed = zlib.compress(data, 9)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
        return self._add(head.encode("ascii") + packed + b"\nendstream", None)

    def close(self, root: int) -> None:
        """Write cross-reference table and trailer (7.5.4, 7.5.5)."""
        start = self._position
        size = self._reserved + 1
        self._write(f"xref\n0 {size}\n0000000000 65535 f \n".encode("ascii"))
        for number in range(1, size):
            self._write(f"{self._offsets[number]:010d} 00000 n \n".encode("ascii"))
        mark = self._digest.hexdigest()[:32]
        trailer = f"<</Size {size}/Root {root} 0 R/ID[<{mark}><{mark}>]>>"
        self._write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode("ascii"))

    def _add(self, body: bytes, number: int | None) -> int:
        number = number or self.reserve()
        self._offsets[number] = self._position
        self._write(f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n")
        return number

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._position += len(data)
