"""The only serialiser of signed bytes: RFC 8785, JSON Canonicalization Scheme (JCS).

Narrower than JCS on purpose. Floats are refused, because two languages may print one
differently and a signature must not depend on a printer: a quantity is a decimal string
with a unit code. Integers end where a double stops counting (2**53 - 1), and nesting
and size are bounded, so that a hostile record costs its sender more than its reader.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NoReturn

import rfc8785

from registry.errors import BadRecord

MAX_RECORD_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_SAFE_INTEGER = 2**53 - 1

# The C encoder of `json` sorts keys by code point where JCS sorts by UTF-16 code unit;
# for ASCII keys the two orders are one, and it is six times as fast as rfc8785. An
# audit's speed hangs on it. Other keys go to rfc8785, which is also its test's oracle.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)


def canonicalize(document: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of `document` (RFC 8785, UTF-8, no final newline).

    Args:
        document: strings, integers, booleans, None, and lists, tuples and dicts of
            them, at most `MAX_DEPTH` levels deep.

    Raises:
        BadRecord: it holds a float, an integer beyond 2**53 - 1, a lone surrogate, a
            key that is not text, or any other type.
    """
    plain = dict(document)
    ascii_keys = _check_object(plain, MAX_DEPTH)
    try:
        if ascii_keys:
            return _ENCODER.encode(plain).encode()
        return rfc8785.dumps(plain)  # type: ignore[arg-type]  # checked above
    except ValueError as error:
        raise BadRecord("the record holds text that is not Unicode") from error


def parse_canonical(data: bytes) -> dict[str, object]:
    """Return the object whose canonical bytes are exactly `data`.

    Raises:
        BadRecord: `data` is over `MAX_RECORD_BYTES`, is no JSON object, repeats a key,
            holds a float, or differs from its own canonical form.
    """
    document = parse_object(data)
    if canonicalize(document) != data:
        raise BadRecord("the record is not in canonical form (RFC 8785)")
    return document


def parse_object(data: bytes) -> dict[str, object]:
    """Return the JSON object in `data`, which need not be canonical.

    For a caller that compares the bytes itself. Prefer `parse_canonical`.

    Raises:
        BadRecord: as `parse_canonical`, canonical form apart.
    """
    if len(data) > MAX_RECORD_BYTES:
        raise BadRecord(
            f"the record has {len(data)} bytes, at most {MAX_RECORD_BYTES} are read"
        )
    try:
        document = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"the record is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadRecord(
            f"the record is a JSON {type(document).__name__}, not an object"
        )
    return document


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _check_object(value: dict[str, object], depth: int) -> bool:
    """Refuse what must not be signed; return whether every key in it is ASCII."""
    if not depth:
        raise BadRecord(f"the record nests deeper than {MAX_DEPTH} levels")
    ascii_keys = True
    for key, member in value.items():
        if not isinstance(key, str):
            raise BadRecord(f"the key {key!r} is not text")
        ascii_keys &= key.isascii()
        # Most members are text: an audit's speed hangs on not calling for those.
        if not isinstance(member, str):
            ascii_keys &= _check_value(member, depth - 1)
    return ascii_keys


def _check_value(value: object, depth: int) -> bool:
    """Refuse what must not be signed; return whether every key in it is ASCII."""
    if value is None or isinstance(value, str):
        return True
    if isinstance(value, dict):
        return _check_object(value, depth)
    if isinstance(value, list | tuple):
        if not depth:
            raise BadRecord(f"the record nests deeper than {MAX_DEPTH} levels")
        ascii_keys = True
        for member in value:
            ascii_keys &= _check_value(member, depth - 1)
        return ascii_keys
    if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
        raise BadRecord(f"the integer {value} is beyond 2**53 - 1; write it as text")
    if isinstance(value, float):
        raise BadRecord(f"the float {value} has no place in a record; write it as text")
    if not isinstance(value, int):
        raise BadRecord(f"a record cannot hold a {type(value).__name__}")
    return True


def _object_without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadRecord("the record repeats a key within one object")
    return members


def _refuse_number(number: str) -> NoReturn:
    raise BadRecord(f"the float {number} has no place in a record; write it as text")


# Made once: `json.loads` would make one for every record.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_without_repeats,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)
