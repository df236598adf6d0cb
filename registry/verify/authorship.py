"""Whose word counts for what: a good signature by the wrong party counts for nothing.

The commands ask the same of everybody who speaks. It is asked again here, of what the
log holds, because whoever can append past the commands (a bug, a stolen service) must
not thereby turn a grower's word into a laboratory's.

* The first OriginRecord of a batch makes its owner; only the owner corrects it, records
  inputs and issues labels. A product's owner is who first claimed its GTIN.
* An inspection is an inspection body's, of somebody else's batch. It is superseded by
  its own issuer, or by another's retest; a failure by another's retest alone.
* A certificate is a certification body's, and so is every change to it.
"""

from collections.abc import Mapping, Sequence

from registry.domain.parties import Kind
from registry.domain.records import RecordType, SignedRecord
from registry.errors import VerificationError
from registry.verify.keyring import Party

Place = tuple[int, str]

_GROWERS = frozenset({Kind.COOPERATIVE, Kind.PROCESSOR})
_KINDS = {
    RecordType.PRODUCT: _GROWERS,
    RecordType.PLOT: _GROWERS,
    RecordType.ORIGIN: _GROWERS,
    RecordType.OPERATION: _GROWERS,
    RecordType.LABEL: _GROWERS,
    RecordType.INSPECTION: frozenset({Kind.INSPECTION_BODY}),
    RecordType.CERTIFICATION: frozenset({Kind.CERTIFICATION_BODY}),
    RecordType.CERTIFICATION_STATUS: frozenset({Kind.CERTIFICATION_BODY}),
}
_OWNERS = frozenset({RecordType.ORIGIN, RecordType.OPERATION, RecordType.LABEL})


class NotAuthorised(VerificationError):
    """The signature is good, but its maker may not say this."""

    code = "not_authorised"


def place_of(record: SignedRecord) -> Place:
    """Return what tells a record from every other, also from a copy elsewhere."""
    return record.leaf_index, record.digest


def check_authorship(
    records: Sequence[SignedRecord], parties: Mapping[str, Party]
) -> Mapping[Place, NotAuthorised]:
    """Return the records whose makers may not say what they say.

    Args:
        records: of one batch or product, in log order; identity records are skipped.
        parties: who the issuers are, from the keyring.
    """
    owners: dict[str, str] = {}
    reports: dict[str, SignedRecord] = {}
    faults: dict[Place, NotAuthorised] = {}
    for record in records:
        if record.record_type not in _KINDS:
            continue
        words = _fault(record, parties, owners, reports)
        if words:
            faults[place_of(record)] = NotAuthorised(words)
        elif record.record_type is RecordType.INSPECTION:
            reports[record.record_id] = record
    return faults


def _fault(
    record: SignedRecord,
    parties: Mapping[str, Party],
    owners: dict[str, str],
    reports: Mapping[str, SignedRecord],
) -> str:
    party = parties.get(record.issuer)
    if party is None or party.kind not in _KINDS[record.record_type]:
        return f"{record.issuer} may not sign a {record.record_type}"
    about = record.batches[0] if record.batches else ""
    if record.record_type in {RecordType.ORIGIN, RecordType.PRODUCT}:
        owners.setdefault(about, record.issuer)
    owner = owners.get(about)
    if record.record_type in _OWNERS | {RecordType.PRODUCT} and owner != record.issuer:
        return f"{record.issuer} does not own {about}"
    if record.record_type is RecordType.INSPECTION:
        if owner == record.issuer:
            return f"{record.issuer} inspects its own batch"
        return _correction_fault(record, reports)
    return ""


def _correction_fault(record: SignedRecord, reports: Mapping[str, SignedRecord]) -> str:
    if not record.supersedes:
        return ""
    old = reports.get(record.supersedes.removeprefix("urn:uuid:"))
    if old is None:
        return "it supersedes a report that is not one of this batch"
    retest = record.subject.flag("retest")
    own = old.issuer == record.issuer
    if not own and not retest:
        return "it supersedes another laboratory's report without a retest"
    cleared = old.subject.text("verdict") == "fail" != record.subject.text("verdict")
    if own and cleared:
        return "a laboratory clears its own failure"
    return ""
