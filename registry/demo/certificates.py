"""Certificates of products and batches, and what becomes of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from registry.clock import legal_date
from registry.commands.certifications import add_certificate, change
from registry.demo.schedule import Schedule, at
from registry.demo.stage import Stage
from registry.demo.tables import DemoProduct
from registry.domain.certification import Certify, ChangeCertificate, Scheme
from registry.domain.parties import Actor

YEAR = timedelta(days=365)
LASTS = {Scheme.ORGANIC: YEAR, Scheme.GREEN_FOOD: 3 * YEAR}
SERIES = {
    Scheme.GREEN_FOOD: "GF",
    Scheme.ORGANIC: "OR",
    Scheme.GEOGRAPHICAL_INDICATION: "GI",
}

# Certificates on a whole product, by what becomes of them: days before today on which
# the certificate is granted, and the changes with their days and public reasons.
_GRANTED = {
    "product": (620,),
    "gi": (610,),
    "expired": (600,),
    "renewed": (600, 236),
    "suspended": (615,),
    "reinstated": (605,),
    "revoked": (560,),
}
_CHANGES = {
    "suspended": ((45, "suspend", "年度检查发现投入品记录不全,限期整改"),),
    "reinstated": (
        (200, "suspend", "包装标识使用不规范"),
        (160, "reinstate", "整改验收合格"),
    ),
    "revoked": (
        (150, "suspend", "现场检查发现与申报基地不一致"),
        (120, "revoke", "逾期未完成整改"),
    ),
}


@dataclass(frozen=True, slots=True)
class _Grant:
    """A certificate to be granted."""

    product: DemoProduct
    path: str
    valid_from: date
    lasts: timedelta


def plan_certificates(stage: Stage, product: DemoProduct, schedule: Schedule) -> None:
    """Schedule the certificates of a whole product and their changes."""
    numbers: list[str] = []

    def grant(now: datetime) -> None:
        path = stage.product_path(product)
        lasts = LASTS.get(product.scheme, 3 * YEAR)
        given = _Grant(product, path, legal_date(now), lasts)
        numbers.append(_grant(stage, given, now))

    for days in _GRANTED.get(product.certificate, ()):
        schedule.add(at(stage.today - timedelta(days=days), 11), grant)
    for days, what, reason in _CHANGES.get(product.certificate, ()):
        schedule.add(
            at(stage.today - timedelta(days=days), 16),
            partial(_change, stage, product, numbers, what, reason),
        )


def grant_for_batch(
    stage: Stage, product: DemoProduct, path: str, now: datetime
) -> None:
    """Certify one batch for a year."""
    _grant(stage, _Grant(product, path, legal_date(now), YEAR), now)


def _certifier(stage: Stage, product: DemoProduct) -> Actor:
    organic = product.scheme is Scheme.ORGANIC
    return stage.people["dianzhong-organic" if organic else "yunnan-green"]


def _grant(stage: Stage, given: _Grant, now: datetime) -> str:
    """Issue a certificate and return its number."""
    product = given.product
    number = stage.number(f"{SERIES[product.scheme]}-{given.valid_from.year}")
    add_certificate(
        stage.registry,
        _certifier(stage, product),
        Certify(
            number,
            product.scheme,
            product.standard,
            (given.path,),
            given.valid_from,
            given.valid_from + given.lasts - timedelta(days=1),
        ),
        request_id=stage.request_id(),
        now=now,
    )
    return number


def _change(
    stage: Stage,
    product: DemoProduct,
    numbers: list[str],
    what: str,
    reason: str,
    now: datetime,
) -> None:
    change(
        stage.registry,
        _certifier(stage, product),
        ChangeCertificate(numbers[-1], what, reason),
        request_id=stage.request_id(),
        now=now,
    )
