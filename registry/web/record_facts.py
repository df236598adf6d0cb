"""A record's subject as a person reads it: a label and a value for each member."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from flask_babel import gettext
from markupsafe import Markup

from registry.domain.claims import Claims
from registry.domain.quantity import Quantity
from registry.domain.records import SignedRecord
from registry.errors import Message, msg
from registry.web import words
from registry.web.format import quantity
from registry.web.i18n import say
from registry.web.record_words import MEMBERS, OPERATIONS
from registry.web.scan_story import place

Fact = tuple[str, str]

_VERDICTS = {key: shown.word for key, shown in words.verdict.items()}
_ENUMERATIONS: Mapping[str, Mapping[str, Message]] = MappingProxyType(
    {
        "kind": words.kind,
        "operation": OPERATIONS,
        "scheme": words.scheme,
        "change": words.change,
        "verdict": _VERDICTS,
    }
)


def facts_of(record: SignedRecord) -> list[Fact]:
    """Return what `record` says, in the order in which a person asks."""
    subject = record.subject
    found = list(_facts(record))
    found += [(gettext("Plot"), _plot(plot)) for plot in subject.each("plots")]
    found += [(gettext("Result"), _result(one)) for one in subject.each("results")]
    if "key" in subject:
        found.append((gettext("Key"), subject.claims("key").text("id")))
    if record.supersedes:
        found.append((gettext("Corrects"), record.supersedes))
        found.append((gettext("Reason"), record.reason))
    return found


def _facts(record: SignedRecord) -> Iterator[Fact]:
    members = record.document["credentialSubject"]
    if isinstance(members, dict):
        for name, label in MEMBERS.items():
            if name in members:
                yield say(label), _value(name, members[name])


def _value(name: str, value: object) -> str:
    """Return a member as text; quantities and words in the reader's language."""
    if name in _ENUMERATIONS and str(value) in _ENUMERATIONS[name]:
        return say(_ENUMERATIONS[name][str(value)])
    if name == "division":
        return place(str(value))
    if isinstance(value, dict):
        return _quantity(Claims({name: value}), name)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _quantity(members: Claims, name: str) -> Markup:
    inner = members.claims(name)
    return quantity(Quantity(Decimal(inner.text("value")), inner.text("unitCode")))


def _plot(plot: Claims) -> Markup:
    return Markup("{}: {}").format(plot.text("code"), _quantity(plot, "area"))


def _result(claim: Claims) -> str:
    found = (
        f"{claim.text('value')} {claim.text('unit')}"
        if claim.flag("detected")
        else gettext("Not detected")
    )
    return say(
        msg(
            "{analyte}: {found} (LOQ {loq} {unit}, {method})",
            analyte=claim.text("analyte"),
            found=found,
            loq=claim.text("loq"),
            unit=claim.text("unit"),
            method=claim.text("method"),
        )
    )
