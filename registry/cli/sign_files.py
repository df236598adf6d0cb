"""What travels between the registry and the machine that holds the key.

Both files are canonical JSON. `prepared.json` holds the documents of one request and,
for comparison only, what the registry hashed; `prepared.signed.json` their signatures.
The holder canonicalises and hashes each document itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from registry.clock import to_rfc3339
from registry.commands.presigned import PreparedCommand, ToSign
from registry.domain.claims import Claims
from registry.errors import BadRecord, InvalidInput
from registry.signing.canonical import canonicalize, parse_object
from registry.signing.credential import prepare
from registry.signing.did import parse_verification_method
from registry.signing.keys import Signer, decode_multibase, encode_multibase


def dump_prepared(waiting: PreparedCommand) -> bytes:
    """Return `prepared.json`."""
    return canonicalize(
        {
            "requestId": waiting.request_id,
            "command": waiting.command,
            "verificationMethod": waiting.verification_method,
            "documents": [
                {
                    "document": each.document,
                    "created": to_rfc3339(each.created),
                    "hashData": each.hash_data.hex(),
                }
                for each in waiting.documents
            ],
        }
    )


def parse_prepared(data: bytes) -> PreparedCommand:
    """Return what `dump_prepared` wrote.

    Raises:
        InvalidInput: it is another file.
    """
    try:
        members = parse_object(data)
        claims = Claims(members)
        return PreparedCommand(
            claims.text("requestId"),
            claims.text("command"),
            claims.text("verificationMethod"),
            tuple(map(_to_sign, _objects(members.get("documents")))),
        )
    except (BadRecord, ValueError) as error:
        raise InvalidInput.at(
            "prepared",
            "This is not a file of “registry sign prepare”: {reason}.",
            reason=error,
        ) from error


def _objects(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise BadRecord("documents is no list of objects")
    return value


def _to_sign(members: dict[str, object]) -> ToSign:
    claims = Claims(members)
    (document,) = _objects([members.get("document")])
    return ToSign(
        document,
        datetime.fromisoformat(claims.text("created")),
        bytes.fromhex(claims.text("hashData")),
    )


def sign_documents(waiting: PreparedCommand, signer: Signer) -> list[bytes]:
    """Return a signature of each document, which is canonicalised and hashed here.

    Raises:
        InvalidInput: prepared for another key.
        BadRecord: a document speaks for another organisation than the key's, or is not
            the one that the registry hashed.
    """
    method = waiting.verification_method
    if signer.verification_method != method:
        raise InvalidInput.at(
            "key",
            "This was prepared for {expected}; the file holds {given}.",
            expected=method,
            given=signer.verification_method,
        )
    issuer, _ = parse_verification_method(method)
    signatures = []
    for each in waiting.documents:
        hash_data = prepare(each.document, method, each.created).hash_data
        if each.document.get("issuer") != issuer or hash_data != each.hash_data:
            raise BadRecord("the document is not what the registry prepared")
        signatures.append(signer.sign(hash_data))
    return signatures


def dump_signatures(request_id: str, signatures: Sequence[bytes]) -> bytes:
    """Return `prepared.signed.json`."""
    texts = [encode_multibase(signature) for signature in signatures]
    return canonicalize({"requestId": request_id, "signatures": texts})


def parse_signatures(data: bytes) -> tuple[str, list[bytes]]:
    """Return the request's id and the signatures, in the order of its documents.

    Raises:
        InvalidInput: it is another file.
    """
    try:
        claims = Claims(parse_object(data))
        texts = claims.texts("signatures")
        return claims.text("requestId"), [decode_multibase(text) for text in texts]
    except BadRecord as error:
        raise InvalidInput.at(
            "signed",
            "This is not a file of “registry sign document”: {reason}.",
            reason=error,
        ) from error


def lines_of(document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield every member of a document, nested ones under a dotted name."""
    for name, value in document.items():
        yield from _lines(name, value)


def _lines(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lines(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _lines(f"{name}.{position}", inner)
    else:
        yield name, str(value)
