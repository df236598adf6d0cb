"""A dossier in a shopper's words: headline, timeline, how it was checked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask_babel import gettext

from registry.clock import from_millis, legal_date
from registry.domain.records import SignedRecord
from registry.domain.verdict import Colour
from registry.errors import InvalidInput, Message, msg
from registry.interop.dossier import Damaged, Dossier
from registry.interop.gathered import Gathered
from registry.verify import Check
from registry.web import words
from registry.web.context import registry
from registry.web.format import moment, quantity
from registry.web.i18n import say
from registry.web.record_words import OPERATIONS
from registry.web.signers import name_by_did

# Step of `interop.gathered` -> what all its checks together show.
_STEPS: Mapping[str, Message] = MappingProxyType(
    {
        "checkpoint": msg("The list of all records is signed by the registry."),
        "inclusion": msg("{count} records are on that list, unchanged."),
        "leaf": msg("The registry serves {count} list entries as they were signed."),
        "signature": msg(
            "{count} records are signed by the organisations that they name, with "
            "keys enrolled beforehand."
        ),
        "completeness": msg(
            "The registry has signed that there are no other records about this."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict's word, and the line that says what it rests on."""

    word: str
    line: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the timeline macro takes it."""

    when: str
    title: str
    text: str
    seal: None = None


def headline(found: Dossier | Damaged) -> Headline:
    """Return the answer in a word: never a greener one than the records bear."""
    if isinstance(found, Damaged) or found.gathered.failures:
        return Headline(
            gettext("Do not rely on this"),
            gettext("A signature or the log does not match. Ask the seller."),
        )
    if found.verdict.colour is not Colour.GREEN:
        red = found.verdict.colour is Colour.RED
        return Headline(gettext("Do not eat") if red else gettext("Please note"), "")
    agree = gettext("Records and signatures agree.")
    if any(not entry.superseded_by for entry in found.inspections):
        return Headline(gettext("All clear"), agree)
    return Headline(
        gettext("Registered, not tested"),
        gettext("Records and signatures agree. No test has been logged."),
    )


def steps(found: Gathered) -> list[tuple[str, str]]:
    """Return (colour, sentence) of what was checked; each failure has its own line."""
    counts = Counter(check.step for check in found.checks if check.holds)
    good = [
        ("green", say(msg(sentence.template, count=counts[step])))
        for step, sentence in _STEPS.items()
        if counts[step]
    ]
    return [*map(_failed, found.failures), *good]


def _failed(check: Check) -> tuple[str, str]:
    sentence = msg(
        "Failed: {what} ({code})",
        what=check.message,
        code=f"{check.step}, {check.code}",
    )
    return "red", say(sentence)


def timeline(found: Dossier) -> list[Event]:
    """Return what happened, oldest first, each with when it was logged."""
    rows = sorted(_happened(found), key=lambda row: (row[0], row[1].leaf_index))
    return [
        Event(day.isoformat(), title, _logged(found, record, day))
        for day, record, title in rows
    ]


def _logged(found: Dossier, record: SignedRecord, day: date) -> str:
    """Return when and by whom it was logged, and how long after it had happened."""
    logged_at = from_millis(record.logged_at)
    logged = msg(
        "Logged {when} by {name}",
        when=moment(logged_at),
        name=name_by_did(record.issuer, found.parties),
    )
    days = (legal_date(logged_at) - day).days
    if days < 1:
        return say(logged)
    return say(msg("{logged}, {days} days after it happened", logged=logged, days=days))


def _happened(found: Dossier) -> Iterator[tuple[date, SignedRecord, str]]:
    yield from _in_the_field(found)
    for entry in found.inspections:
        verdict = words.verdict[entry.report.verdict].word
        title = msg(
            "Sample tested: {verdict} (report {number})",
            verdict=verdict,
            number=entry.report.number,
        )
        yield entry.report.tested_on, entry.record, say(title)
    for certified in found.certificates:
        number = certified.certificate.number
        title = msg("Certificate {number} issued", number=number)
        yield _logged_on(certified.record), certified.record, say(title)
        for record, change in certified.changes:
            title = msg(
                "Certificate {number}: {change}",
                number=number,
                change=words.change[change],
            )
            yield _logged_on(record), record, say(title)
    for record, run in found.label_runs:
        title = msg("{count} labels issued", count=run.count)
        yield _logged_on(record), record, say(title)


def _in_the_field(found: Dossier) -> Iterator[tuple[date, SignedRecord, str]]:
    batch = found.batch
    # As text, without the markup of a page's figures.
    harvested = msg(
        "Harvested: {quantity}", quantity=quantity(batch.quantity).striptags()
    )
    yield batch.planted_on, found.origin, gettext("Planted")
    yield batch.harvested_on, found.origin, say(harvested)
    for record, use in found.operations:
        title = msg(
            "{kind}: {substance}", kind=OPERATIONS[use.kind], substance=use.substance
        )
        yield use.applied_on, record, say(title)


def _logged_on(record: SignedRecord) -> date:
    return legal_date(from_millis(record.logged_at))


def place(code: str) -> str:
    """Return a division's full name, or its code where this version has no such row.

    Records outlive tables: a county that was merged away must not break a page.
    """
    try:
        return registry().reference.divisions.full_name(code)
    except InvalidInput:
        return code
