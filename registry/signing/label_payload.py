"""What a label of the offline grade carries behind `#`: 91 signed bytes in base32.

    offset  bytes  content
    0       1      version, 1
    1       8      key id: first 8 bytes of SHA-256(label public key, raw 32 bytes)
    9       2      legal day, big-endian, days since 2020-01-01 in Asia/Shanghai
    11      16     first 16 bytes of the LabelRecord's digest (SHA-256, secured bytes)
    27      64     Ed25519 signature (RFC 8032)

Signed is `agri-label-v1` and a zero byte, the 27 bytes above, and the label's Digital
Link path in ASCII: a signature moves to no other serial. On the label stands
`https://<host><path>#<payload>`; the payload is base32 of RFC 4648, section 6, upper
case, without padding: 146 characters of a QR code's alphanumeric mode, in one spelling.

A verifier refuses in this order, each with its code: `malformed`,
`unsupported_version`, `unknown_key`, `revoked_key`, `day_outside_window`,
`bad_signature`. A retired key's labels stay good; they are on the shelf. The day is the
signer's claim, so a stolen key can backdate within its window: only a run that is on
the cached list is confirmed. The host is not signed; whoever owns it, the key decides.
"""

import base64
import binascii
import enum
import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.errors import VerificationError
from registry.signing.keys import SIGNATURE_BYTES, PublicKey

VERSION = 1
KEY_ID_BYTES = 8
RUN_BYTES = 16
HEADER_BYTES = 27
PAYLOAD_BYTES = HEADER_BYTES + SIGNATURE_BYTES
CONTEXT = b"agri-label-v1\0"
FIRST_DAY = date(2020, 1, 1)
LAST_DAY = FIRST_DAY + timedelta(days=0xFFFF)

_LABEL = re.compile(
    r"https?://(?P<host>[^/?#\s]+)"
    r"(?P<path>/01/[0-9]{14}/10/[0-9A-Z-]{1,20}(?:/21/[0-9A-Z-]{1,20})?)"
    r"#(?P<payload>[A-Z2-7]+)",
    re.ASCII,
)


class MalformedLabel(VerificationError):
    """The text is no label of the offline grade, or not in its one spelling."""

    code = "malformed"


class UnsupportedLabel(VerificationError):
    """The payload is of a version that this code does not know."""

    code = "unsupported_version"


class UnknownLabelKey(VerificationError):
    """No trusted label key has this id."""

    code = "unknown_key"


class RevokedLabelKey(VerificationError):
    """The label key was revoked: what it signed proves nothing."""

    code = "revoked_key"


class LabelDayOutsideWindow(VerificationError):
    """The label's day is not one on which its key was used."""

    code = "day_outside_window"


class KeyStatus(enum.StrEnum):
    """What became of a label key."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


class RunStanding(enum.StrEnum):
    """Whether the print run that a label names is on the verifier's cached list."""

    CONFIRMED = "run_confirmed"
    NOT_CONFIRMED = "run_not_confirmed"


@dataclass(frozen=True, slots=True)
class LabelKey:
    """A key that labels are signed with, and the legal days it was used on.

    Attributes:
        first_day: inclusive.
        last_day: inclusive.
    """

    public_key: PublicKey
    first_day: date
    last_day: date
    status: KeyStatus = KeyStatus.ACTIVE

    @property
    def key_id(self) -> bytes:
        """The 8 bytes that a payload names it by."""
        return hashlib.sha256(self.public_key.raw).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class LabelHeader:
    """What all labels of a print run have in common.

    Attributes:
        key_id: of the label key, 8 bytes.
        day: legal date of printing, `FIRST_DAY` to `LAST_DAY`.
        run: first 16 bytes of the LabelRecord's digest.

    Raises:
        ValueError: a length is wrong or the day does not fit.
    """

    key_id: bytes
    day: date
    run: bytes

    def __post_init__(self) -> None:
        lengths = (len(self.key_id), len(self.run))
        fits = lengths == (KEY_ID_BYTES, RUN_BYTES)
        if not fits or not FIRST_DAY <= self.day <= LAST_DAY:
            raise ValueError(f"{self} does not fit into a label")

    def encode(self) -> bytes:
        """Return the 27 bytes before the signature."""
        days = (self.day - FIRST_DAY).days
        return bytes([VERSION]) + self.key_id + days.to_bytes(2) + self.run


@dataclass(frozen=True, slots=True)
class SignedLabel:
    """A label as it was read; nothing in it is verified.

    Attributes:
        host: that the label names, not signed.
        path: Digital Link path, with a serial or without.
        signature: 64 bytes.
    """

    host: str
    path: str
    header: LabelHeader
    signature: bytes


def message_of(header: LabelHeader, path: str) -> bytes:
    """Return the bytes that a label key signs."""
    return CONTEXT + header.encode() + path.encode("ascii")


def build_payload(
    header: LabelHeader, path: str, sign: Callable[[bytes], bytes]
) -> str:
    """Return the text behind `#` of the label at `path`.

    Args:
        header: of the print run; the same for every label of it.
        path: Digital Link path of the one label.
        sign: returns the label key's 64-byte signature.
    """
    payload = header.encode() + sign(message_of(header, path))
    return base64.b32encode(payload).decode("ascii").rstrip("=")


def parse_label(text: str) -> SignedLabel:
    """Return what a scanned label says; nothing is verified.

    A label is read by a machine, so what is wrong with it has a code, as in `verify`.

    Raises:
        MalformedLabel: no Digital Link with a payload, or the payload is not the one
            base32 spelling of 91 bytes.
        UnsupportedLabel: another version.
    """
    match = _LABEL.fullmatch(text)
    if match is None:
        raise MalformedLabel("not https://<host>/01/<gtin>/10/<lot>...#<payload>")
    payload = _decode_payload(match["payload"])
    if payload[:1] != bytes([VERSION]):
        raise UnsupportedLabel(f"label version {payload[0]}, expected {VERSION}")
    if len(payload) != PAYLOAD_BYTES:
        raise MalformedLabel(f"{len(payload)} bytes, expected {PAYLOAD_BYTES}")
    day = FIRST_DAY + timedelta(days=int.from_bytes(payload[9:11]))
    header = LabelHeader(payload[1:9], day, payload[11:HEADER_BYTES])
    return SignedLabel(match["host"], match["path"], header, payload[HEADER_BYTES:])


def verify_label(
    label: SignedLabel, keys: Sequence[LabelKey], runs: Collection[bytes] = ()
) -> RunStanding:
    """Check that a trusted key signed `label` within its window.

    Args:
        label: what `parse_label` returned.
        keys: of the trust list, revoked ones too.
        runs: first 16 bytes of the digests of known LabelRecords, as cached.

    Returns:
        Whether the run is known. An unknown one is no refusal: the list may be older
        than the label.

    Raises:
        UnknownLabelKey: no key has the label's key id.
        RevokedLabelKey: it was revoked.
        LabelDayOutsideWindow: the day is before the key's first or after its last.
        BadSignature: the key did not sign this path with this header.
    """
    header = label.header
    key = next((key for key in keys if key.key_id == header.key_id), None)
    if key is None:
        raise UnknownLabelKey(f"no trusted label key has the id {header.key_id.hex()}")
    if key.status is KeyStatus.REVOKED:
        raise RevokedLabelKey(f"label key {header.key_id.hex()} was revoked")
    if not key.first_day <= header.day <= key.last_day:
        raise LabelDayOutsideWindow(
            f"{header.day} is not within {key.first_day} to {key.last_day}"
        )
    key.public_key.verify(label.signature, message_of(header, label.path))
    return RunStanding.CONFIRMED if header.run in runs else RunStanding.NOT_CONFIRMED


def _decode_payload(text: str) -> bytes:
    try:
        payload = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise MalformedLabel("the payload is not base32") from error
    # The last character has two spare bits, which would give a label four spellings.
    if base64.b32encode(payload).decode("ascii").rstrip("=") != text:
        raise MalformedLabel("the payload is not the one base32 spelling of its bytes")
    return payload
