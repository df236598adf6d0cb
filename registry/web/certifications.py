"""Certificates: find what to certify, issue, look at, suspend, reinstate, revoke."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.clock import from_millis
from registry.commands.certifications import subject_of
from registry.domain.batch import Batch, State
from registry.domain.certification import (
    Change,
    ChangeCertificate,
    Standing,
    change_certificate,
)
from registry.domain.products import Product
from registry.domain.records import RecordType, SignedRecord
from registry.domain.roles import Action
from registry.errors import InvalidInput, NotFound, RegistryError
from registry.store.queries.certificates import (
    CertificateRow,
    certificate_by_number,
    certificates_of,
)
from registry.store.queries.organisations import organisations
from registry.store.queries.records import record_by_id
from registry.web import words
from registry.web.certification_form import CertificateForm, ChangeForm, ScopeRow
from registry.web.context import actor, allowed, today
from registry.web.finding import find_batch
from registry.web.format import moment
from registry.web.forms import apply_problems
from registry.web.scope import scope_path
from registry.web.seal import Seal
from registry.web.signers import name_of
from registry.web.signing import carry_out

pages = Blueprint("certifications", __name__, url_prefix="/certifications")

LISTED = 1000

# What needs a decision stands first.
_URGENCY = (
    Standing.SUSPENDED,
    Standing.VALID,
    Standing.NOT_YET_VALID,
    Standing.EXPIRED,
    Standing.REVOKED,
)


@pages.get("")
@allowed(Action.CERTIFY)
def index() -> str:
    """List the body's certificates: suspended ones, then those that expire first."""
    rows = [
        (row, row.standing(today()))
        for row in certificates_of(actor().organisation.did, LISTED)
    ]
    rows.sort(
        key=lambda pair: (_URGENCY.index(pair[1]), pair[0].certificate.valid_until)
    )
    holders = organisations({row.certificate.holder for row, _ in rows})
    return render_template(
        "certifications/index.html", rows=rows, holders=holders, words=words
    )


def _urgency(pair: tuple[CertificateRow, Standing]) -> tuple[int, date]:
    row, standing = pair
    return _URGENCY.index(standing), row.certificate.valid_until


@pages.route("/find", methods=["GET", "POST"])
@allowed(Action.CERTIFY)
def find() -> str | Response:
    """Find the batch or product to certify."""
    page = find_batch(State.TESTED)
    if isinstance(page, Response):
        return page
    return render_template("certifications/find.html", page=page)


@pages.route("/new", methods=["GET", "POST"])
@allowed(Action.CERTIFY)
def new() -> str | Response:
    """Type a certificate for the products or batches of `?path=`, and issue it."""
    form = CertificateForm.opened(
        paths=[{"code": path} for path in request.args.getlist("path")],
        valid_from=today().isoformat(),
    )
    form.offer(actor().organisation)
    if form.validate_on_submit():
        form.drop_blank_rows()
        try:
            given = form.command()
            receipt = carry_out(form, "certification", given)
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(
                gettext(
                    "Certificate %(number)s is signed and logged.", number=given.number
                )
            )
            return redirect(
                url_for("certifications.show", record_id=receipt.record_id), 303
            )
    subjects = [_named(entry.form.code.data or "") for entry in form.paths]
    return render_template(
        "certifications/new.html",
        form=form,
        blank=ScopeRow(prefix="paths-__i__-"),
        subjects=subjects,
        owners=organisations({subject.owner for subject in subjects if subject}),
    )


@pages.route("/<uuid:record_id>", methods=["GET", "POST"])
@allowed(Action.CHANGE_CERTIFICATE)
def show(record_id: UUID) -> str | Response:
    """Show a certificate, and change it in two steps."""
    record, row = _certificate(record_id)
    form = ChangeForm.opened()
    possible = _possible(row)
    form.offer(possible)
    to_confirm = None
    if form.validate_on_submit():
        given = ChangeCertificate(
            row.certificate.number, form.change.data or "", form.reason.data or ""
        )
        is_own = row.certificate.issuer == actor().organisation.did
        try:
            if is_own and request.form.get("confirmed") == given.change:
                return _change(form, given, record_id)
            # Asked of this very certificate: another body's may have the same number.
            to_confirm = change_certificate(
                actor(), given, row.certificate, row.change
            )[0]
        except RegistryError as error:
            apply_problems(form, error)
    parties = organisations({row.certificate.issuer, row.certificate.holder})
    issuer = parties[row.certificate.issuer]
    logged = moment(from_millis(record.logged_at))
    return render_template(
        "certifications/show.html",
        form=form,
        to_confirm=to_confirm,
        row=row,
        certificate=row.certificate,
        standing=row.standing(today()),
        holder=parties[row.certificate.holder],
        subjects=[(path, subject_of(path)) for path in row.certificate.paths],
        seal=Seal(name_of(issuer), issuer.short_name, logged, f"/records/{record_id}"),
        may_change=bool(possible) or form.is_submitted(),
        words=words,
    )


def _change(form: ChangeForm, given: ChangeCertificate, record_id: UUID) -> Response:
    carry_out(form, "certification-status", given)
    flash(
        gettext("The change to %(number)s is signed and logged.", number=given.number)
    )
    return redirect(url_for("certifications.show", record_id=record_id), 303)


def _possible(row: CertificateRow) -> list[Change]:
    """Return the changes that the rule lets the actor make now."""
    found = []
    for kind in Change:
        asked = ChangeCertificate(row.certificate.number, kind, reason="-")
        with suppress(RegistryError):
            found.append(
                change_certificate(actor(), asked, row.certificate, row.change)[0]
            )
    return found


def _named(code: str) -> Product | Batch | None:
    """Return what a row means by now, None where that cannot be told."""
    try:
        return subject_of(scope_path(code, "code")) if code else None
    except InvalidInput:
        return None


def _certificate(record_id: UUID) -> tuple[SignedRecord, CertificateRow]:
    """Return a certificate by the record that issued it.

    Raises:
        NotFound: no such record, or not of a certificate.
    """
    record = record_by_id(str(record_id))
    if record is not None and record.record_type is RecordType.CERTIFICATION:
        number = record.subject.text("certificateNumber")
        row = certificate_by_number(record.issuer, number)
        if row is not None:
            return record, row
    raise NotFound.at("", "There is no such certificate here. Look it up in the list.")
