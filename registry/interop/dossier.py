"""The dossier of a batch: everything a page, a gate or the command line shows of it.

All of it is read from the signed records of the batch's bundle, after the bundle was
verified; the projected rows only say which records those are. The verdict is therefore
never better than what can be proved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from registry.clock import legal_date
from registry.domain.batch import Batch
from registry.domain.evidence import (
    CertificateEntry,
    Facts,
    InspectionEntry,
    read_certificates,
    read_facts,
)
from registry.domain.gs1 import DigitalLink
from registry.domain.inputs import Finding, check_harvest
from registry.domain.labelling import LabelRun
from registry.domain.operations import Operation
from registry.domain.parties import Organisation
from registry.domain.products import Product
from registry.domain.records import RecordType, SignedRecord
from registry.domain.verdict import Evidence, Verdict, judge
from registry.errors import BadRecord
from registry.interop.gathered import Gathered, gather
from registry.service import Registry
from registry.verify import Bundle, Check
from registry.verify.claim import claim_of


@dataclass(frozen=True, slots=True)
class Dossier:
    """A batch with all that is said of it.

    Attributes:
        findings: what the inputs used leave to look at before the harvest.
        gathered: the records, who signed them, and every step of verification.
    """

    link: DigitalLink
    batch: Batch
    origin: SignedRecord
    operations: tuple[tuple[SignedRecord, Operation], ...]
    findings: tuple[Finding, ...]
    inspections: tuple[InspectionEntry, ...]
    certificates: tuple[CertificateEntry, ...]
    label_runs: tuple[tuple[SignedRecord, LabelRun], ...]
    gathered: Gathered
    verdict: Verdict

    @property
    def parties(self) -> Mapping[str, Organisation]:
        """Everybody whose record is sound, by DID."""
        return self.gathered.parties

    @property
    def records(self) -> tuple[SignedRecord, ...]:
        """The sound records of the batch and its product, in log order."""
        return self.gathered.records

    @property
    def bundle(self) -> Bundle:
        """The evidence, to be checked elsewhere."""
        return self.gathered.bundle

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every step of verification, on this server."""
        return self.gathered.checks

    @property
    def owner(self) -> Organisation | None:
        """Whose batch it is; None where the record that admits them is damaged."""
        return self.parties.get(self.batch.owner)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A batch whose origin cannot be proved: nothing to show but the checks, in red."""

    link: DigitalLink
    gathered: Gathered
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ProductDossier:
    """A product: what is said of all its batches, and nothing of any one of them."""

    product: Product
    record: SignedRecord
    certificates: tuple[CertificateEntry, ...]
    gathered: Gathered


def dossier(registry: Registry, link: DigitalLink, now: datetime) -> Dossier | None:
    """Return the dossier of a batch, or None if it was never registered here.

    Args:
        registry: the open registry.
        link: of the batch; a serial is ignored here.
        now: for what has expired, and how old the witnesses' word is.

    Raises:
        BadRecord: the record of its origin is damaged.
    """
    found = find_batch(registry, link, now)
    if isinstance(found, Damaged):
        raise BadRecord(str(found.gathered.failures[0].detail))
    return found


def find_batch(
    registry: Registry, link: DigitalLink, now: datetime
) -> Dossier | Damaged | None:
    """Return what `dossier` does, or what is left of a batch that is damaged."""
    batch_link = DigitalLink(link.gtin, link.lot)
    found = gather(registry, batch_link.path)
    facts = read_facts(found.records, registry.reference)
    if facts:
        return _dossier(registry, batch_link, facts, found, now)
    if found.named and found.failures:
        failed, freshness = found.failure_messages, found.freshness(now)
        nothing = Evidence(failed, (), (), legal_date(now), freshness)
        return Damaged(batch_link, found, judge(nothing))
    return None


def _dossier(
    registry: Registry,
    link: DigitalLink,
    facts: Facts,
    found: Gathered,
    now: datetime,
) -> Dossier:
    batch = facts.batch
    operations = tuple(
        (record, Operation.from_claims(record.subject, link.path))
        for record in found.of(RecordType.OPERATION)
    )
    verdict = judge(
        facts.evidence(legal_date(now), found.freshness(now), found.failure_messages)
    )
    return Dossier(
        link=link,
        batch=batch,
        origin=facts.origin,
        operations=operations,
        findings=tuple(
            check_harvest(
                [use for _, use in operations],
                batch.harvested_on,
                batch.commodity,
                registry.reference,
            )
        ),
        inspections=facts.inspections,
        certificates=facts.certificates,
        label_runs=tuple(
            (record, LabelRun.from_claims(record.subject, link.path))
            for record in found.of(RecordType.LABEL)
        ),
        gathered=_claiming(found, verdict, now),
        verdict=verdict,
    )


def _claiming(found: Gathered, verdict: Verdict, now: datetime) -> Gathered:
    """Return `found` with the verdict in its bundle; a damaged one claims nothing."""
    if found.failures:
        return found
    claim = claim_of(verdict, legal_date(now)).document()
    return replace(found, bundle=replace(found.bundle, claim=claim))


def product_dossier(registry: Registry, gtin: str) -> ProductDossier | None:
    """Return what is said of a product, or None if it was never registered here.

    None also where its record is damaged: a product alone is never vouched for.
    """
    found = gather(registry, DigitalLink(gtin).path)
    records = found.of(RecordType.PRODUCT)
    if not records:
        return None
    return ProductDossier(
        Product.from_claims(records[-1].subject, records[-1].issuer),
        records[-1],
        read_certificates(found.records),
        found,
    )
