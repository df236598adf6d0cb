"""The web shell alone: a Flask app with its pieces and the style guide, no registry."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import jinja2
from flask import Flask, flash, redirect, render_template, request, session
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from registry.errors import InvalidInput, NotAllowed, Problem, RegistryError, msg
from registry.web import drafts
from registry.web.drafts import Draft, Values
from registry.web.format import init_format
from registry.web.forms import Form, Row, apply_problems
from registry.web.i18n import init_i18n, language
from registry.web.problems import init_problems
from registry.web.seal import Seal
from registry.web.security import init_security

CHOICES = [SelectChoice("c", "白菜"), SelectChoice("t", "番茄")]
ROOT = Path(__file__).parents[2]


class MemoryDrafts:
    """Drafts in a dictionary: a whole implementation, for one process."""

    def __init__(self) -> None:
        self.saved: dict[str, Draft] = {}

    def save(self, owner_key: str, form_name: str, data: Values) -> str:
        """Store under a random id."""
        draft_id = uuid4().hex
        self.saved[draft_id] = Draft(owner_key, form_name, data)
        return draft_id

    def load(self, draft_id: str) -> Draft | None:
        """Return what was stored."""
        return self.saved.get(draft_id)


class Weight(NamedTuple):
    """A quantity as pages are given it."""

    value: Decimal
    unit: str


def both(english: str, chinese: str) -> LazyString:
    """Return a label of the style guide: no sentence of the product."""
    return LazyString(lambda: chinese if language() == "zh" else english)


class ResultRow(Row):
    """One result of a test."""

    substance = StringField(both("Substance", "项目"), [InputRequired()])
    value = DecimalField(both("Value", "结果"), [InputRequired()])


class BatchForm(Form):
    """A form with an input of every kind."""

    lot = StringField(
        both("Lot", "批号"),
        [InputRequired()],
        description=both("At most 20 letters.", "最多20个字符。"),
    )
    quantity = DecimalField(both("Quantity", "数量"), [InputRequired()])
    harvested = DateField(both("Harvested", "采收日期"))
    product = SelectField(both("Product", "品名"), choices=CHOICES)
    grade = RadioField(both("Grade", "等级"), choices=CHOICES, default="c")
    note = TextAreaField(both("Note", "备注"))
    own = BooleanField(both("Grown by ourselves", "自己种植"))
    results = FieldList(
        FormField(ResultRow), both("Results", "检测结果"), min_entries=1, max_entries=3
    )


class LoginForm(Form):
    """A form whose values are secrets."""

    kept = False
    password = PasswordField("Password")


def refuse(form: BatchForm) -> None:
    """Refuse what the rules of a command would."""
    found = [Problem("quantity", msg("more than the batch has left"))]
    if form.lot.data == "BAD":
        raise InvalidInput(
            [
                Problem("lot", msg("lot {lot} is taken", lot="BAD")),
                Problem("results.0.value", msg("not a decimal")),
                Problem("results.7.value", msg("no such row")),
                Problem("results", msg("too few")),
                Problem("results.0", msg("row without method")),
                Problem("request_id", msg("seen before")),
                Problem("", msg("the batch is on hold")),
                *found,
            ]
        )


def shell_app(store: MemoryDrafts | None = None) -> Flask:
    """Return an app with the shell, a form, failing pages and the style guide."""
    app = Flask("registry", template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="fixed for tests", SERVER_NAME=None)
    guide = jinja2.FileSystemLoader(ROOT / "tests" / "browser")
    app.jinja_loader = jinja2.ChoiceLoader([app.jinja_loader or guide, guide])
    init_i18n(app, lambda: "en" if session.get("person") == "dan" else None)
    init_security(app)
    init_problems(app)
    init_format(app)
    drafts.init_drafts(app, store or MemoryDrafts(), lambda: session.get("person", ""))
    _add_pages(app)
    return app


def _add_pages(app: Flask) -> None:
    @app.route("/form", methods=["GET", "POST"])
    def form_page() -> str | Response:
        form = BatchForm.opened(lot="L1")
        if form.validate_on_submit():
            try:
                refuse(form)
            except RegistryError as error:
                apply_problems(form, error)
            else:
                flash("saved")
                return redirect("/form", 303)
        blank = ResultRow(prefix="results-__i__-")
        return render_template("style_form.html", form=form, blank=blank)

    @app.route("/secret", methods=["GET", "POST"])
    def secret_page() -> str:
        return render_template("style_secret.html", form=LoginForm.opened())

    @app.get("/as/<person>")
    def become(person: str) -> str:
        session.clear()
        session["person"] = person
        return "ok"

    @app.get("/out")
    def leave() -> str:
        session.clear()
        return "ok"

    @app.get("/forbidden")
    def forbidden() -> str:
        raise NotAllowed.at("", "Only the owner of the batch may do this.")

    @app.get("/broken")
    def broken() -> str:
        return str(1 // int(request.args.get("by", "0")))

    @app.get("/guide/<shell>")
    def guide(shell: str) -> str:
        if shell == "desk":
            flash("批次 C-1122 已登记")
        return render_template("style_guide.html", shell=shell, **specimen())


def specimen() -> dict[str, object]:
    """Return the values that the style guide shows."""
    coop = Seal(
        "曲靖市沾益区白水蔬菜专业合作社", "白水", "2026-11-21 18:40", "/records/1"
    )
    lab = Seal(
        "曲靖市农产品质量安全检验检测中心", "曲检", "2026-11-22 09:05", "/records/2"
    )
    return {
        "coop": coop,
        "lab": lab,
        "weight": Weight(Decimal(1250), "KGM"),
        "area": Weight(Decimal(8000), "MTK"),
        "harvested": date(2026, 11, 22),
    }
