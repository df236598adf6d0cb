"""The cast: Amina grows, Ben inspects, Chloe certifies, Dan grows elsewhere.

Eve is nobody. Grace is the county authority's officer, Olive runs the registry.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from registry.commands.batches import add_batch, add_operation
from registry.commands.certifications import add_certificate
from registry.commands.inspections import add_inspection
from registry.commands.issuing import Receipt
from registry.commands.labels import add_label_run
from registry.commands.organisations import Founding, admit, found
from registry.commands.products import add_plot, add_product
from registry.domain.batch import RegisterBatch
from registry.domain.certification import Certify
from registry.domain.inspection import AnalyteResult
from registry.domain.inspection_report import LogInspection
from registry.domain.labelling import IssueLabels
from registry.domain.operations import RecordOperation
from registry.domain.parties import Actor, Kind, RegisterOrganisation, Role
from registry.domain.plots import RegisterPlot
from registry.domain.products import RegisterProduct
from registry.domain.quantity import Quantity
from registry.domain.uscc import uscc_check_character
from registry.service import Registry
from registry.signing.did import organisation_did
from registry.store.queries.organisations import organisation_by_slug
from tests.support.registry import HOST, NOW

FOUNDING = Founding(
    authority_name="云南省农业农村厅",
    authority_name_en="Yunnan Department of Agriculture and Rural Affairs",
    authority_short="云农",
    division="53",
    operator_name="源证运营中心",
    operator_name_en="Yuanzheng operating centre",
    operator_short="源证",
    operator_uscc="91530000MA6K000001"[:17] + uscc_check_character("91530000MA6K00000"),
)
GTIN = "06901234567892"
LOT = "261101-001"
PATH = f"/01/{GTIN}/10/{LOT}"


def uscc(number: int) -> str:
    """Return a well-formed 统一社会信用代码 of a cooperative that does not exist."""
    body = f"93530324MA6K{number:05d}"
    return body + uscc_check_character(body)


def request_id(*parts: object) -> str:
    """Return a request id that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


@dataclass
class Cast:
    """Everybody, in a registry that has been founded."""

    registry: Registry
    people: dict[str, Actor] = field(default_factory=dict)
    now: datetime = NOW
    requests: int = 0

    @property
    def amina(self) -> Actor:
        return self.people["amina"]

    @property
    def ben(self) -> Actor:
        return self.people["ben"]

    @property
    def chloe(self) -> Actor:
        return self.people["chloe"]

    @property
    def dan(self) -> Actor:
        return self.people["dan"]

    @property
    def grace(self) -> Actor:
        return self.people["grace"]

    @property
    def olive(self) -> Actor:
        return self.people["olive"]

    def another_laboratory(self) -> Actor:
        """Let Bea's accredited laboratory in; it makes the retests."""
        self.admits(
            self.grace,
            RegisterOrganisation(
                slug="luoping-retest",
                kind=str(Kind.INSPECTION_BODY),
                name="罗平复检中心",
                name_en="Luoping retest centre",
                short_name="复检",
                division="530324",
                uscc=uscc(9),
                accreditation="CMA-530324-2",
                tier="county",
            ),
        )
        return self.joins("bea", "luoping-retest")

    def next_request(self) -> str:
        """Return a request id not used before in this test."""
        self.requests += 1
        return request_id("cast", self.requests)

    def joins(self, name: str, slug: str) -> Actor:
        """Let a person act as manager of an organisation."""
        organisation = organisation_by_slug(slug)
        assert organisation is not None
        self.people[name] = Actor(
            f"urn:uuid:{request_id('person', name)}",
            organisation,
            Role.MANAGER,
            frozenset({organisation.did}),
        )
        return self.people[name]

    def admits(self, officer: Actor, given: RegisterOrganisation) -> Receipt:
        """Take an organisation in."""
        return admit(
            self.registry, officer, given, request_id=self.next_request(), now=self.now
        )

    def registers_product(
        self, who: Actor, gtin: str = GTIN, **changes: str
    ) -> Receipt:
        given = {
            "gtin": gtin,
            "name": "罗平小黄姜",
            "name_en": "Luoping small yellow ginger",
            "commodity": "姜",
            "product_class": "vegetable",
            "division": "530324",
        } | changes
        return add_product(
            self.registry,
            who,
            RegisterProduct(**given),
            request_id=self.next_request(),
            now=self.now,
        )

    def registers_plot(self, who: Actor, code: str = "P1") -> Receipt:
        return add_plot(
            self.registry,
            who,
            RegisterPlot(code, "河边地", "530324", Quantity(Decimal("6666.67"), "MTK")),
            request_id=self.next_request(),
            now=self.now,
        )

    def registers_batch(self, who: Actor, **changes: object) -> Receipt:
        given: dict[str, object] = {
            "gtin": GTIN,
            "lot": LOT,
            "plots": ("P1",),
            "planted_on": date(2026, 3, 1),
            "harvested_on": date(2026, 11, 1),
            "quantity": Quantity(Decimal(2000), "KGM"),
        } | changes
        return add_batch(
            self.registry,
            who,
            RegisterBatch(**given),  # type: ignore[arg-type]
            request_id=self.next_request(),
            now=self.now,
        )

    def records_operation(self, who: Actor, **changes: object) -> Receipt:
        given: dict[str, object] = {
            "batch_path": PATH,
            "kind": "plant_protection",
            "substance": "噻虫嗪",
            "formulation": "25% WG",
            "dose": "10 g/亩",
            "applied_on": date(2026, 7, 1),
            "purpose": "蓟马",
        } | changes
        return add_operation(
            self.registry,
            who,
            RecordOperation(**given),  # type: ignore[arg-type]
            request_id=self.next_request(),
            now=self.now,
        )

    def logs_inspection(self, who: Actor, **changes: object) -> Receipt:
        given: dict[str, object] = {
            "batch_path": PATH,
            "number": "LP-2026-0001",
            "sample_number": "S-0001",
            "sampled_on": date(2026, 11, 2),
            "tested_on": date(2026, 11, 4),
            "verdict": "pass",
            "results": (
                AnalyteResult(
                    analyte="噻虫嗪",
                    value=None,
                    loq=Decimal("0.01"),
                    unit="mg/kg",
                    method="GB 23200.121-2026",
                ),
            ),
        } | changes
        return add_inspection(
            self.registry,
            who,
            LogInspection(**given),  # type: ignore[arg-type]
            request_id=self.next_request(),
            now=self.now,
        )

    def certifies(self, who: Actor, **changes: object) -> Receipt:
        given: dict[str, object] = {
            "number": "GF-53-2026-0001",
            "scheme": "green_food",
            "standard": "NY/T 1193",
            "paths": (PATH,),
            "valid_from": date(2026, 11, 5),
            "valid_until": date(2029, 11, 4),
        } | changes
        return add_certificate(
            self.registry,
            who,
            Certify(**given),  # type: ignore[arg-type]
            request_id=self.next_request(),
            now=self.now,
        )

    def issues_labels(self, who: Actor, **changes: object) -> Receipt:
        given: dict[str, object] = {
            "batch_path": PATH,
            "count": 40,
            "net_content": Quantity(Decimal("2.5"), "KGM"),
            "stock": "40x30",
        } | changes
        return add_label_run(
            self.registry,
            who,
            IssueLabels(**given),  # type: ignore[arg-type]
            request_id=self.next_request(),
            now=self.now,
        )

    def tells_the_story(self) -> None:
        """Register, operate, inspect, certify and label one batch."""
        self.registers_product(self.amina)
        self.registers_plot(self.amina)
        self.registers_batch(self.amina)
        self.records_operation(self.amina)
        self.logs_inspection(self.ben)
        self.certifies(self.chloe)
        self.issues_labels(self.amina)


def organisations() -> list[tuple[str, str, RegisterOrganisation]]:
    """Return person, admitter and organisation, in the order they are admitted."""

    def party(slug: str, kind: Kind, name: str, **more: object) -> RegisterOrganisation:
        given: dict[str, object] = {
            "slug": slug,
            "kind": str(kind),
            "name": name,
            "name_en": slug.replace("-", " ").title(),
            "short_name": name[:2],
            "division": "530324",
        } | more
        return RegisterOrganisation(**given)  # type: ignore[arg-type]

    return [
        (
            "grace",
            "root",
            party("luoping-agriculture", Kind.AUTHORITY, "罗平县农业农村局"),
        ),
        (
            "amina",
            "grace",
            party(
                "luoping-ginger",
                Kind.COOPERATIVE,
                "罗平小黄姜合作社",
                uscc=uscc(1),
            ),
        ),
        (
            "dan",
            "grace",
            party("luoping-honey", Kind.COOPERATIVE, "九龙蔬菜合作社", uscc=uscc(2)),
        ),
        (
            "ben",
            "grace",
            party(
                "luoping-inspection",
                Kind.INSPECTION_BODY,
                "罗平县农产品质检站",
                uscc=uscc(3),
                accreditation="CMA-530324",
                tier="county",
            ),
        ),
        (
            "chloe",
            "grace",
            party(
                "yunnan-green",
                Kind.CERTIFICATION_BODY,
                "云南绿色食品中心",
                uscc=uscc(4),
                accreditation="CNAS-C53",
                schemes=("green_food",),
            ),
        ),
    ]


def gather(registry: Registry, now: datetime = NOW) -> Cast:
    """Found the registry and let everybody in."""
    found(registry, FOUNDING, request_id=request_id("founding"), now=now)
    cast = Cast(registry, now=now)
    cast.joins("root", "root")
    cast.joins("olive", "operator")
    for person, officer, party in organisations():
        cast.admits(cast.people[officer], party)
        cast.joins(person, party.slug)
    return cast


def did(slug: str) -> str:
    """Return an organisation's DID."""
    return organisation_did(HOST, slug)
