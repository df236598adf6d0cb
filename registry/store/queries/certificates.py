"""Certificates: one in full, and what covers a product or batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.certification import Certificate, Change, Standing
from registry.domain.verdict import CertificateFact
from registry.store.queries.records import record_by_id
from registry.store.tables import projected


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with its newest change, read from its record."""

    record_id: str
    certificate: Certificate
    change: Change | None
    change_reason: str

    def standing(self, today: date) -> Standing:
        """Tell how it stands."""
        return self.certificate.standing(self.change, today)

    @property
    def fact(self) -> CertificateFact:
        """As a verdict reads it."""
        return CertificateFact(self.record_id, self.certificate, self.change)


def _row(row: projected.Certificate) -> CertificateRow:
    record = record_by_id(row.record_id)
    if record is None:
        raise LookupError(f"certificate row without record {row.record_id}")
    return CertificateRow(
        row.record_id,
        Certificate.from_claims(record.subject, record.issuer),
        Change(row.change) if row.change else None,
        row.change_reason,
    )


def certificate_by_number(issuer: str, number: str) -> CertificateRow | None:
    """Return a certification body's certificate, or None."""
    row = projected.Certificate.get_or_none(
        (projected.Certificate.issuer == issuer)
        & (projected.Certificate.number == number)
    )
    return _row(row) if row else None


def certificates_of(issuer: str, limit: int = 100) -> list[CertificateRow]:
    """Return what a certification body issued, newest first."""
    rows = (
        projected.Certificate.select()
        .where(projected.Certificate.issuer == issuer)
        .order_by(projected.Certificate.leaf_index.desc())
        .limit(limit)
    )
    return [_row(row) for row in rows]


def certificates_held(holder: str) -> list[CertificateRow]:
    """Return what an organisation holds, newest first."""
    rows = (
        projected.Certificate.select()
        .where(projected.Certificate.holder == holder)
        .order_by(projected.Certificate.leaf_index.desc())
    )
    return [_row(row) for row in rows]


def certificates_by_path(paths: Sequence[str]) -> dict[str, list[CertificateRow]]:
    """Return the certificates that cover each of `paths`, in log order."""
    scope = projected.CertificateScope
    named = list(scope.select().where(scope.path.in_(list(paths))))
    rows = projected.Certificate.select().where(
        projected.Certificate.record_id.in_([row.record_id for row in named])
    )
    certificates = {row.record_id: _row(row) for row in rows}
    covering: dict[str, list[CertificateRow]] = {}
    for row in named:
        covering.setdefault(row.path, []).append(certificates[row.record_id])
    return covering
