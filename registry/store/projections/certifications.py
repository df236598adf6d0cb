"""Certificates and the newest change to each."""

from registry.domain.certification import Certificate
from registry.domain.records import SignedRecord
from registry.store.tables import projected


def certification(record: SignedRecord) -> None:
    """A certificate and its scope."""
    certificate = Certificate.from_claims(record.subject, record.issuer)
    projected.Certificate.create(
        record_id=record.record_id,
        issuer=certificate.issuer,
        number=certificate.number,
        holder=certificate.holder,
        scheme=str(certificate.scheme),
        valid_from=certificate.valid_from.isoformat(),
        valid_until=certificate.valid_until.isoformat(),
        change="",
        change_reason="",
        leaf_index=record.leaf_index,
    )
    projected.CertificateScope.insert_many(
        [{"record_id": record.record_id, "path": path} for path in certificate.paths]
    ).execute()


def certification_status(record: SignedRecord) -> None:
    """Suspended, reinstated or revoked, with the reason."""
    subject = record.subject
    row = projected.Certificate
    row.update(
        change=subject.text("change"), change_reason=subject.text("reason")
    ).where(
        (row.issuer == record.issuer)
        & (row.number == subject.text("certificateNumber"))
    ).execute()
