"""The forms of a certificate and of a change to it."""

from collections.abc import Sequence
from datetime import date

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from registry.domain.certification import Certify, Change
from registry.domain.parties import Organisation
from registry.domain.quantity import Quantity
from registry.domain.records import MAX_BATCHES
from registry.errors import Problems
from registry.web import words
from registry.web.forms import Form, Row
from registry.web.i18n import say
from registry.web.scope import scope_path
from registry.web.typed import DayField, Needed, attempt, parse_amount, parse_day

UNITS = [
    SelectChoice("公斤", lazy_gettext("kg (公斤)")),
    SelectChoice("斤", lazy_gettext("jin (斤, half a kg)")),
    SelectChoice("吨", lazy_gettext("tonnes (吨)")),
]


class ScopeRow(Row):
    """One product or batch that is certified."""

    code = wtforms.StringField(lazy_gettext("Code, GTIN or lot"), [Needed()])


class CertificateForm(Form):
    """A certificate."""

    number = wtforms.StringField(lazy_gettext("Certificate number"), [Needed()])
    scheme = wtforms.SelectField(
        lazy_gettext("Scheme"), [Needed()], choices=[], validate_choice=False
    )
    standard = wtforms.StringField(
        lazy_gettext("Standard"),
        [Needed()],
        description=lazy_gettext("For example NY/T 1193 or GB/T 19630."),
    )
    paths = wtforms.FieldList(
        wtforms.FormField(ScopeRow),
        lazy_gettext("What is certified"),
        min_entries=1,
        max_entries=MAX_BATCHES,
    )
    valid_from = DayField(lazy_gettext("Valid from"), [Needed()])
    valid_until = DayField(lazy_gettext("Valid until"), [Needed()])
    yearly_quantity = wtforms.StringField(lazy_gettext("Most in a year"))
    yearly_unit = wtforms.SelectField(
        lazy_gettext("Unit"), choices=UNITS, validate_choice=False
    )

    def offer(self, body: Organisation) -> None:
        """Offer the schemes that a certification body is accredited for."""
        self.scheme.choices = [
            SelectChoice(scheme, say(words.scheme[scheme]))
            for scheme in body.schemes
            if scheme in words.scheme
        ]

    def drop_blank_rows(self) -> None:
        """Leave out rows that nobody filled, but keep one to type into."""
        for position in reversed(range(len(self.paths))):
            if len(self.paths) > 1 and not self._code(position):
                self.paths.pop_entry(position)

    def command(self) -> Certify:
        """Return the certificate as typed.

        Raises:
            InvalidInput: dates, codes or the quantity cannot be read; all at once.
        """
        problems = Problems()
        paths = tuple(
            attempt(
                problems, "", scope_path, self._code(position), f"paths.{position}.code"
            )
            for position in range(len(self.paths))
        )
        valid_from = self._day("valid_from", problems)
        valid_until = self._day("valid_until", problems)
        yearly_quantity = self._quantity(problems)
        problems.raise_if_any()
        return Certify(
            number=self.number.data or "",
            scheme=self.scheme.data or "",
            standard=self.standard.data or "",
            paths=paths,
            valid_from=valid_from,
            valid_until=valid_until,
            yearly_quantity=yearly_quantity,
        )

    def _code(self, position: int) -> str:
        return (self.paths[position].form.code.data or "").strip()

    def _day(self, name: str, problems: Problems) -> date:
        return attempt(problems, date.min, parse_day, self[name].data, name)

    def _quantity(self, problems: Problems) -> Quantity | None:
        text = (self.yearly_quantity.data or "").strip()
        if not text:
            return None
        return attempt(
            problems,
            None,
            parse_amount,
            text,
            self.yearly_unit.data,
            "yearly_quantity",
        )


class ChangeForm(Form):
    """Suspend, reinstate or revoke; sent twice, the second time confirmed."""

    change = wtforms.RadioField(
        lazy_gettext("Change"), [Needed()], choices=[], validate_choice=False
    )
    reason = wtforms.StringField(
        lazy_gettext("Reason"),
        [Needed()],
        description=lazy_gettext("Anyone can read it, now and later."),
    )

    def offer(self, changes: Sequence[Change]) -> None:
        """Offer what is possible from where the certificate stands."""
        self.change.choices = [
            SelectChoice(str(change), say(words.change[change])) for change in changes
        ]
