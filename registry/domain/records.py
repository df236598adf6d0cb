"""The shape of a record: a W3C Verifiable Credential 2.0 about one subject.

A `Statement` is what a party says, decided by the rules and not yet signed.
`credential_of` lays it out as a credential; `registry.signing` signs that. Reading
goes the other way through `SignedRecord`. The JSON-LD context is published by the
registry under its identity host and shipped in `registry/data/context.json`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.clock import to_rfc3339
from registry.domain.claims import Claims

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CONTEXT_PATH = "/contexts/produce-registry/v1"

# A leaf names at most this many batches; a larger scope is split over records.
MAX_BATCHES = 64


class RecordType(enum.StrEnum):
    """Kinds of record. The value is the second VC `type`."""

    GENESIS = "GenesisRecord"
    ORGANISATION = "OrganisationRecord"
    KEY = "KeyRecord"
    PRODUCT = "ProductRecord"
    PLOT = "PlotRecord"
    ORIGIN = "OriginRecord"
    OPERATION = "OperationRecord"
    INSPECTION = "InspectionRecord"
    CERTIFICATION = "CertificationRecord"
    CERTIFICATION_STATUS = "CertificationStatusRecord"
    LABEL = "LabelRecord"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a party says.

    Attributes:
        record_type: the kind of record it becomes.
        issuer: DID of the organisation that says it.
        subject: `credentialSubject`; JSON values without floats.
        batches: Digital Link paths it directly names, at most `MAX_BATCHES`; a product
            is named by its `/01/{gtin}`.
        person: pseudonym of the acting person; the name never enters a record.
        supersedes: UUID of the record that this one corrects, or empty.
        reason: why it does.
    """

    record_type: RecordType
    issuer: str
    subject: Mapping[str, object]
    batches: tuple[str, ...] = ()
    person: str = ""
    supersedes: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record in the log, as projections read it.

    Attributes:
        leaf_index: zero-based position in the log.
        logged_at: when the registry accepted it, milliseconds UTC. Not signed: the
            order in the log and the witnesses' time are the evidence.
        secured: the exact bytes, proof included.
        document: the same, parsed.
    """

    record_id: str
    leaf_index: int
    record_type: RecordType
    issuer: str
    verification_method: str
    digest: str
    batches: tuple[str, ...]
    logged_at: int
    secured: bytes
    document: Mapping[str, object]

    @property
    def subject(self) -> Claims:
        """The `credentialSubject`, for typed reading."""
        return Claims(self.document, self.record_id).claims("credentialSubject")

    @property
    def person(self) -> str:
        """The acting person's pseudonym, or empty."""
        return Claims(self.document, self.record_id).optional_text("actor")

    @property
    def supersedes(self) -> str:
        """`urn:uuid:` of the record that this one corrects, or empty."""
        return Claims(self.document, self.record_id).optional_text("supersedes")

    @property
    def reason(self) -> str:
        """Why it corrects, or empty."""
        return Claims(self.document, self.record_id).optional_text("reason")


def credential_of(
    statement: Statement, record_id: str, now: datetime, identity_host: str
) -> dict[str, object]:
    """Return the unsigned credential of `statement`.

    Args:
        statement: what is said.
        record_id: a UUID; the same for a retry of the same request.
        now: becomes `validFrom`, in whole seconds. A claim, not evidence of time.
        identity_host: fixed at `registry init`; the context is published under it.
    """
    document: dict[str, object] = {
        "@context": [CREDENTIALS_V2, f"https://{identity_host}{CONTEXT_PATH}"],
        "id": f"urn:uuid:{record_id}",
        "type": ["VerifiableCredential", str(statement.record_type)],
        "issuer": statement.issuer,
        "validFrom": to_rfc3339(now),
        "credentialSubject": dict(statement.subject),
    }
    if statement.person:
        document["actor"] = statement.person
    if statement.supersedes:
        document["supersedes"] = f"urn:uuid:{statement.supersedes}"
        document["reason"] = statement.reason
    return document


def leaf_of(
    statement_type: RecordType,
    record_id: str,
    issuer: str,
    digest: str,
    batches: tuple[str, ...],
) -> dict[str, object]:
    """Return the log leaf: a commitment that holds no data of its own.

    `digest` is the lower-case hex SHA-256 of the secured bytes. Auditors fetch the
    record itself from `/records/{id}`.
    """
    return {
        "v": 1,
        "recordId": record_id,
        "type": str(statement_type),
        "issuer": issuer,
        "digest": digest,
        "batches": list(batches),
    }
