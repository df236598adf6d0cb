"""Signed notes: C2SP signed-note v1.0.0.

A note is text, an empty line, and signature lines. Lines of unknown keys are ignored,
which is what lets keys rotate and witnesses be added; a line of a known key that does
not verify condemns the whole note. The text of a note must not be looked at before
`open_note` returned it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.errors import BadCheckpoint
from registry.tlog.base64_text import decode_base64, encode_base64
from registry.tlog.vkey import (
    KEY_ID_BYTES,
    check_key,
    encode_vkey,
    is_key_name,
    key_id,
    parse_vkey,
    verify_ed25519,
)

ED25519 = 0x01  # signature type of a note signed as it stands

# Room for 64 signatures of 5 kB, as the largest post-quantum ones; the standard asks
# for 16 at least.
MAX_SIGNATURES = 64
MAX_NOTE_BYTES = 512 * 1024

_DASH = "\u2014 "  # em dash and space begin a signature line


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line.

    Attributes:
        name: of the key.
        key_id: 4 bytes.
        signature: what follows the key id; its form depends on the key's type.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"


class Verifier(Protocol):
    """A key that a reader of notes trusts, of whatever signature type."""

    @property
    def name(self) -> str:
        """The key's name, without spaces or plus."""
        ...

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that tell the key from others of its name."""
        ...

    def verify(self, text: str, signature: bytes) -> None:
        """Check `signature` over a note's `text`; raise BadCheckpoint."""
        ...


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """An Ed25519 key for notes (type 0x01).

    Attributes:
        name: without spaces or plus; a schema-less URL by custom.
        public_key: 32 bytes (RFC 8032, 5.1.2).
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        check_key(self.name, self.public_key)

    @classmethod
    def parse(cls, vkey: str) -> "NoteVerifier":
        """Return the key of a vkey text `name+id+key`.

        Raises:
            InvalidInput: not a vkey of an Ed25519 note key, or its id is not its own.
        """
        return cls(*parse_vkey(vkey, ED25519))

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that tell the key from others of its name."""
        return key_id(self.name, ED25519, self.public_key)

    @property
    def vkey(self) -> str:
        """The key as a text to hand to those who verify."""
        return encode_vkey(self.name, ED25519, self.public_key)

    def verify(self, text: str, signature: bytes) -> None:
        """Check that this key signed `text`.

        Raises:
            BadCheckpoint: it did not.
        """
        verify_ed25519(self.name, self.public_key, signature, text.encode())


class NoteSigner:
    """Signs notes with an Ed25519 seed."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the key's `name` and its 32-byte `seed`."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = NoteVerifier(name, self._key.public_key().public_bytes_raw())
        self._key_id = self.verifier.key_id

    def sign(self, text: str) -> NoteSignature:
        """Return the signature line over a note's `text`."""
        signature = self._key.sign(text.encode())
        return NoteSignature(self.verifier.name, self._key_id, signature)


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note that at least one trusted key signed.

    Attributes:
        text: with its final newline.
        signatures: what each trusted key that signed put after its key id.
    """

    text: str
    signatures: Mapping[Verifier, bytes]


def sign_note(text: str, signers: Sequence[NoteSigner]) -> bytes:
    """Return `text` as a note signed by each of `signers`.

    Raises:
        ValueError: nobody signs, or `text` cannot be a note: it does not end in a
            newline, or holds another control character.
    """
    if not signers or not text.endswith("\n") or _has_control_character(text):
        raise ValueError("a note is whole lines of text, signed at least once")
    return add_signatures(
        f"{text}\n".encode(), [signer.sign(text) for signer in signers]
    )


def add_signatures(note: bytes, signatures: Iterable[NoteSignature]) -> bytes:
    """Return `note` with more signature lines, such as those of witnesses."""
    return note + "".join(map(str, signatures)).encode()


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> OpenedNote:
    """Return the text of a note that at least one of `verifiers` signed.

    Raises:
        BadCheckpoint: malformed or too large, a trusted key's signature does not
            verify, or no trusted key signed.
    """
    text, lines = _split(data)
    trusted = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signatures: dict[Verifier, bytes] = {}
    for line in lines:
        verifier = trusted.get((line.name, line.key_id))
        if verifier is not None:
            verifier.verify(text, line.signature)
            signatures.setdefault(verifier, line.signature)
    if not signatures:
        raise BadCheckpoint("no trusted key signed the note")
    return OpenedNote(text, signatures)


def _split(data: bytes) -> tuple[str, list[NoteSignature]]:
    if len(data) > MAX_NOTE_BYTES:
        raise BadCheckpoint(f"the note has {len(data)} bytes, over {MAX_NOTE_BYTES}")
    try:
        note = data.decode()
    except UnicodeDecodeError as error:
        raise BadCheckpoint("the note is not UTF-8") from error
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or _has_control_character(note):
        raise BadCheckpoint("the note is not text, an empty line and signature lines")
    return text + "\n", _parse_lines(lines.removesuffix("\n").split("\n"))


def _parse_lines(lines: Sequence[str]) -> list[NoteSignature]:
    if len(lines) > MAX_SIGNATURES:
        raise BadCheckpoint(f"over {MAX_SIGNATURES} signatures: {len(lines)}")
    return [_parse_line(line) for line in lines]


def _parse_line(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        blob = decode_base64(encoded)
    except ValueError as error:
        raise BadCheckpoint(f"the signature line {line!r} is not base64") from error
    well_formed = line.startswith(_DASH) and is_key_name(name)
    if not well_formed or len(blob) <= KEY_ID_BYTES:
        raise BadCheckpoint(f"{line!r} is not a signature line")
    return NoteSignature(name, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def _has_control_character(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)
