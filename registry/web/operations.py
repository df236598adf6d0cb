"""Inputs used on a batch: the field book, signed."""

import wtforms
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from registry.commands.batches import add_operation
from registry.domain.batch import Batch, own_batch
from registry.domain.gs1 import DigitalLink
from registry.domain.inputs import check_harvest
from registry.domain.operations import RecordOperation
from registry.domain.roles import Action
from registry.errors import RegistryError
from registry.store.queries.batches import batch_by_path, operations_on
from registry.web.context import actor, allowed, now, registry
from registry.web.forms import Form, apply_problems
from registry.web.i18n import say
from registry.web.record_words import OPERATIONS
from registry.web.typed import ChoiceField, DayField, Needed, parse_day

pages = Blueprint("operations", __name__, url_prefix="/batches/<gtin>/<lot>/operations")


class OperationForm(Form):
    """What was used, how much, when and why."""

    kind = ChoiceField(lazy_gettext("What was done"), [Needed()])
    substance = wtforms.StringField(
        lazy_gettext("Substance"),
        [Needed()],
        description=lazy_gettext(
            "The active ingredient (有效成分) on the label of the pack, not the brand."
        ),
    )
    formulation = wtforms.StringField(
        lazy_gettext("Content and form"),
        description=lazy_gettext("As on the pack, such as 25% WG or 20%乳油."),
    )
    dose = wtforms.StringField(
        lazy_gettext("Dose"), description=lazy_gettext("Such as 30 mL/亩.")
    )
    applied_on = DayField(lazy_gettext("Used on"), [Needed()])
    purpose = wtforms.StringField(
        lazy_gettext("Against or for what"),
        description=lazy_gettext("Pest, disease or aim, such as 蓟马."),
    )

    def command(self, batch: Batch) -> RecordOperation:
        """Return what was typed as a command.

        Raises:
            InvalidInput: the date cannot be read.
        """
        return RecordOperation(
            batch_path=batch.link.path,
            kind=self.kind.data or "",
            substance=self.substance.data or "",
            formulation=self.formulation.data or "",
            dose=self.dose.data or "",
            applied_on=parse_day(self.applied_on.data, "applied_on"),
            purpose=self.purpose.data or "",
        )


@pages.route("/new", methods=["GET", "POST"])
@allowed(Action.RECORD_OPERATION)
def new(gtin: str, lot: str) -> str | Response:
    """Record one use of one input on a batch."""
    batch = own_batch(actor(), batch_by_path(DigitalLink(gtin, lot).path))
    form = OperationForm.opened()
    form.kind.choices = [
        SelectChoice(kind, say(word)) for kind, word in OPERATIONS.items()
    ]
    if form.validate_on_submit():
        try:
            add_operation(
                registry(),
                actor(),
                form.command(batch),
                request_id=form.request_id.data,
                now=now(),
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            _tell(batch)
            return redirect(url_for("batches.show", gtin=gtin, lot=lot), 303)
    return render_template(
        "operations/new.html", form=form, batch=batch, substances=known_substances()
    )


def _tell(batch: Batch) -> None:
    """Say that it is recorded, and what of the batch's inputs wants a look."""
    flash(gettext("The use is recorded, signed and in the log."))
    uses = operations_on(batch.link.path)
    for finding in check_harvest(
        uses, batch.harvested_on, batch.commodity, registry().reference
    ):
        flash(f"{say(finding.message)} {finding.source}", "yellow")


def known_substances() -> list[str]:
    """Return the active ingredients that intervals or residue limits name.

    Contaminants such as lead (GB 2762) are no inputs.
    """
    reference = registry().reference
    limited = {
        row.analyte for row in reference.limits if row.edition.startswith("GB 2763")
    }
    return sorted(limited | {row.active_ingredient for row in reference.intervals})
