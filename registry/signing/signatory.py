"""Who turns a document into a secured record: custody here, or a key elsewhere.

A command decides what is said; a `Signatory` has it signed. With a custodial key that
is one step. With a self-held key it is three: *prepare* runs the command with a
`Preparation`, which stops it before anything is written and hands out the documents;
the holder signs them; *submit* runs the same command again with `Presented` signatures,
which fit only if the rules come to exactly the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from registry.errors import BadRecord, Conflict, Problem, msg
from registry.signing.credential import prepare, secure
from registry.signing.did import parse_verification_method
from registry.signing.keys import Signer

Document = Mapping[str, object]


class Signatory(Protocol):
    """Has documents signed in the name of their issuers."""

    def secure(self, document: Document, issuer: str, created: datetime) -> bytes:
        """Return `document` secured by a key of `issuer`."""
        ...

    def finish(self) -> None:
        """Say that every document of a request has been seen; may refuse to go on."""
        ...


@dataclass(frozen=True, slots=True)
class SingleKey:
    """Signs whatever it is given with one key: the root's, before it is in the log."""

    signer: Signer

    def secure(self, document: Document, issuer: str, created: datetime) -> bytes:
        """Return `document` secured; the key must be the issuer's."""
        if not self.signer.verification_method.startswith(f"{issuer}#"):
            raise BadRecord(f"{self.signer.verification_method} is no key of {issuer}")
        return secure(document, self.signer, created)

    def finish(self) -> None:
        """Go on."""


class SignatureNeeded(Conflict):
    """The key is not here; nothing was written.

    Attributes:
        documents: what its holder has to sign, in order.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        super().__init__(
            [Problem("", msg("This must be signed with the organisation's own key."))]
        )


@dataclass(slots=True)
class Preparation:
    """Collects the documents of a request instead of signing them."""

    documents: list[Document] = field(default_factory=list)

    def secure(self, document: Document, issuer: str, created: datetime) -> bytes:  # noqa: ARG002
        """Remember the document; what is returned never reaches the log."""
        self.documents.append(document)
        return b""

    def finish(self) -> None:
        """Stop the command before it writes."""
        raise SignatureNeeded(self.documents)


@dataclass(slots=True)
class Presented:
    """Signatures made elsewhere, one for each document in order.

    Attributes:
        verification_method: of the key that made them; whether it may sign for the
            issuer is for the log's keyring to say.
    """

    verification_method: str
    signatures: Sequence[bytes]
    used: int = 0

    def secure(self, document: Document, issuer: str, created: datetime) -> bytes:
        """Return `document` with its signature.

        Raises:
            BadRecord: there is none, or the key is another organisation's.
            BadSignature: another document was signed than the rules now come to.
        """
        did, public_key = parse_verification_method(self.verification_method)
        if did != issuer or self.used >= len(self.signatures):
            raise BadRecord(f"no signature of {issuer} was presented for this document")
        signature = self.signatures[self.used]
        self.used += 1
        prepared = prepare(document, self.verification_method, created)
        public_key.verify(signature, prepared.hash_data)
        return prepared.secured(signature)

    def finish(self) -> None:
        """Refuse signatures that fit nothing.

        Raises:
            BadRecord: more were presented than there are documents.
        """
        if self.used != len(self.signatures):
            raise BadRecord("more signatures were presented than documents")
