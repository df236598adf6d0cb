"""What the commands cost, beside what nothing can be faster than.

A record needs a signature and, alone, one fsynced commit. Both are measured raw on the
same machine in the same run, so that the ratios can be compared across machines where
records a second cannot.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from time import perf_counter

from registry.clock import legal_date
from registry.commands.batches import add_batch, add_operation
from registry.commands.certifications import add_certificate
from registry.commands.inspections import add_inspection
from registry.demo.admissions import admit_party, found_registry, name_product
from registry.demo.dice import Dice
from registry.demo.stage import Stage
from registry.demo.tables import DemoProduct, parties, products
from registry.domain.batch import RegisterBatch
from registry.domain.certification import Certify, Scheme
from registry.domain.gs1 import DigitalLink
from registry.domain.inspection import AnalyteResult
from registry.domain.inspection_report import LogInspection
from registry.domain.operations import RecordOperation
from registry.domain.quantity import Quantity
from registry.service import Registry
from registry.signing.did import organisation_did, verification_method
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.store.database import writing
from registry.store.requests import remember

RECORDS_OF_A_BATCH = 5
RAW_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run, in things a second.

    Attributes:
        records: through the commands, one transaction each.
        signatures: raw Ed25519 over 1 kB.
        commits: raw, one small row each, fsynced.
    """

    database: str
    batches: int
    records: Decimal
    signatures: Decimal
    commits: Decimal

    @property
    def of_commit(self) -> Decimal:
        """Records a second as a part of raw commits a second."""
        return _rounded(self.records / self.commits)

    @property
    def of_signature(self) -> Decimal:
        """Records a second as a part of raw signatures a second."""
        return _rounded(self.records / self.signatures)


def measure(registry: Registry, batches: int, now: datetime) -> Measurement:
    """Register, operate twice, inspect and certify `batches` batches, one by one.

    Args:
        registry: empty, in demo mode.
        batches: how many; five records each.
        now: the time of every request.
    """
    stage = Stage(registry, Dice(registry.entropy), legal_date(now))
    found_registry(stage, now)
    for party in parties():
        admit_party(stage, party, now)
    product = products()[0]
    name_product(stage, product, now)

    def life_of(number: int) -> None:
        _live(stage, product, number, now)

    rate = _rate(life_of, batches) * RECORDS_OF_A_BATCH
    return Measurement(
        database=registry.settings.database.partition(":")[0],
        batches=batches,
        records=_rounded(rate),
        signatures=_rounded(_rate(_signing(registry), RAW_ROUNDS)),
        commits=_rounded(_rate(_committing(now), RAW_ROUNDS)),
    )


def _rate(step: Callable[[int], None], times: int) -> Decimal:
    """Return how often a second `step` can be done, over `times` times."""
    begin = perf_counter()
    for number in range(times):
        step(number)
    return times / Decimal(str(perf_counter() - begin))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def _signing(registry: Registry) -> Callable[[int], None]:
    did = organisation_did(registry.identity_host, "bench")
    seed = registry.entropy(32)
    signer = Ed25519Signer(verification_method(did, public_key_of(seed)), seed)
    data = registry.entropy(1024)
    return lambda _number: void(signer.sign(data))


def void(_value: object) -> None:
    """Drop a value: only the time that it took counts."""


def _committing(now: datetime) -> Callable[[int], None]:
    def commit(number: int) -> None:
        request_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"bench {number}"))
        with writing():
            remember(request_id, "bench", "", [], now)

    return commit


def _live(stage: Stage, product: DemoProduct, number: int, now: datetime) -> None:
    """Let one batch live from harvest to certificate."""
    registry, owner = stage.registry, stage.owner(product)
    harvested_on = legal_date(now) - timedelta(days=9)
    lot = f"BENCH-{number}"
    path = DigitalLink(stage.gtins[product.name], lot).path
    origin = RegisterBatch(
        gtin=stage.gtins[product.name],
        lot=lot,
        plots=("P1",),
        planted_on=harvested_on - timedelta(days=product.growth_days),
        harvested_on=harvested_on,
        quantity=Quantity(Decimal(500), "KGM"),
    )
    add_batch(registry, owner, origin, request_id=stage.request_id(), now=now)
    for days, substance in ((70, "噻虫嗪"), (45, "嘧菌酯")):
        use = RecordOperation(
            path,
            "plant_protection",
            substance,
            "25% SC",
            "40 mL/亩",
            harvested_on - timedelta(days=days),
        )
        add_operation(registry, owner, use, request_id=stage.request_id(), now=now)
    result = AnalyteResult(
        "噻虫嗪", None, Decimal("0.01"), "mg/kg", "GB 23200.121-2021"
    )
    report = LogInspection(
        path,
        stage.number("BENCH"),
        f"S{number}",
        harvested_on,
        harvested_on + timedelta(days=2),
        "pass",
        (result,),
    )
    inspector = stage.people["luoping-inspection"]
    add_inspection(registry, inspector, report, request_id=stage.request_id(), now=now)
    certificate = Certify(
        stage.number("GF"),
        Scheme.GREEN_FOOD,
        "NY/T 1193",
        (path,),
        legal_date(now),
        legal_date(now) + timedelta(days=364),
    )
    certifier = stage.people["yunnan-green"]
    add_certificate(
        registry, certifier, certificate, request_id=stage.request_id(), now=now
    )
