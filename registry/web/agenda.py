"""The parts of a list of the day, and how things become its lines."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask import url_for

from registry.domain.certification import Standing
from registry.domain.gs1 import parse_digital_link
from registry.domain.parties import Actor
from registry.domain.roles import Action, may
from registry.errors import Message, msg
from registry.store.queries.batches import BatchRow
from registry.store.queries.certificates import CertificateRow
from registry.store.queries.inspection_lists import InspectionListRow
from registry.store.queries.results import ResultRow
from registry.web import words
from registry.web.i18n import language, say
from registry.web.words import Word

ENDS_SOON = Word("yellow", msg("Ends soon"))


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list.

    Attributes:
        name: what it is about, in the reader's language.
        detail: which one: a number, a code, a kind.
        day: the legal date that matters, or None.
        word: its state.
    """

    name: str
    detail: str
    day: date | None
    word: Word
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one sort."""

    title: Message
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Step:
    """The one thing to begin with."""

    title: Message
    text: Message
    action: Message
    href: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """The list of the day; sections without items are left out."""

    step: Step
    sections: list[Section]


class Named(Protocol):
    """Anything that carries a product's names."""

    @property
    def product_name(self) -> str:
        """The name in Chinese."""
        ...

    @property
    def product_name_en(self) -> str:
        """The name in English."""
        ...


def product_of(thing: Named) -> str:
    """Return the product's name in the reader's language."""
    return thing.product_name if language() == "zh" else thing.product_name_en


def batch_page(actor: Actor, path: str) -> str:
    """Return the desk's page of one's own batch; who only looks has the public one."""
    link = parse_digital_link(path)
    if not may(actor, Action.REGISTER_BATCH):
        return link.path
    return url_for("batches.show", gtin=link.gtin, lot=link.lot)


def batch_item(row: BatchRow, href: str) -> Item:
    """Return a batch and where it stands."""
    state = words.state[row.state]
    return Item(product_of(row), row.lot, row.harvested_on, state, href)


def result_item(row: ResultRow, href: str) -> Item:
    """Return a laboratory's result on one's own batch."""
    verdict = words.verdict[row.verdict]
    return Item(product_of(row), row.lot, row.sampled_on, verdict, href)


def report_item(row: InspectionListRow, href: str) -> Item:
    """Return a report that one's laboratory logged, or a failure in one's division."""
    verdict = words.verdict[row.verdict]
    return Item(product_of(row), row.lot, row.sampled_on, verdict, href)


def certificate_item(row: CertificateRow, standing: Standing, href: str) -> Item:
    """Return a certificate and until when it holds."""
    found = row.certificate
    word = ENDS_SOON if standing is Standing.VALID else words.standing[standing]
    name = say(words.scheme[found.scheme])
    return Item(name, found.number, found.valid_until, word, href)
