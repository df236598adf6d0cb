"""Step four: does the registry show what its records say? The verdicts it claims."""

from collections.abc import Iterable

from registry.audit.findings import AuditReport
from registry.data import reference_data
from registry.domain.records import SignedRecord
from registry.errors import RegistryError, VerificationError
from registry.verify import Bundle
from registry.verify.claim import FalseClaim, read_claim, verify_claim


def check_claim(
    where: str,
    data: bytes,
    bundle: Bundle,
    records: Iterable[SignedRecord],
    report: AuditReport,
) -> None:
    """Judge a bundle anew, by the auditor's own reference data.

    Args:
        where: the bundle's path.
        data: its bytes, which are the evidence.
        bundle: the same, verified; one that claims nothing is not looked at.
        records: the bundle's, in log order.
        report: takes a claim that its own records contradict.
    """
    try:
        claim = read_claim(bundle)
        if claim is None:
            return
        verify_claim(claim, records, reference_data())
    except FalseClaim as error:
        report.accuse(
            error.code,
            where,
            f"The registry shows what is not so: {error}.",
            bundle=data,
        )
    except (VerificationError, RegistryError) as error:
        report.miss("unjudged", where, f"The claim cannot be compared: {error}.")
    else:
        report.count("verdicts")
