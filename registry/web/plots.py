"""Plots of a cooperative, and the search for the place where one lies."""

from decimal import Decimal

import wtforms
from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from registry.commands.products import add_plot
from registry.domain.geometry import Geometry, parse_geojson, polygon_area_m2
from registry.domain.plots import Plot, RegisterPlot
from registry.domain.quantity import Quantity, decimal_text, parse_decimal
from registry.domain.roles import Action
from registry.errors import InvalidInput, Problems, RegistryError
from registry.store.annexes import annex_by_digest
from registry.store.queries.products import plots_of
from registry.web.context import actor, allowed, now, registry, signed_in
from registry.web.forms import apply_problems
from registry.web.outlines import outline_svg
from registry.web.paging import asked_page
from registry.web.places import PlaceForm, find_places, place_text
from registry.web.typed import AREA_UNITS, ChoiceField, Needed, attempt, parse_area

pages = Blueprint("plots", __name__)

PAGE_SIZE = 40
MAX_OUTLINE_BYTES = 256_000  # 64,000 characters of UTF-8, as `parse_geojson` allows
NO_AREA = Quantity(Decimal(0), "MTK")


class PlotForm(PlaceForm):
    """What is asked of a plot; where exactly it lies need not be said."""

    code = wtforms.StringField(
        lazy_gettext("Code"),
        [Needed()],
        description=lazy_gettext("How you call it in lists, such as P3 or 东-12."),
    )
    name = wtforms.StringField(
        lazy_gettext("Name"),
        [Needed()],
        description=lazy_gettext("How people call it, such as 河边地."),
    )
    area = wtforms.StringField(lazy_gettext("Area"), [Needed()])
    unit = ChoiceField(lazy_gettext("Unit"), choices=AREA_UNITS, default="亩")
    latitude = wtforms.StringField(
        lazy_gettext("Latitude"), description=lazy_gettext("Such as 24.8846.")
    )
    longitude = wtforms.StringField(
        lazy_gettext("Longitude"), description=lazy_gettext("Such as 104.3087.")
    )
    outline = wtforms.TextAreaField(
        lazy_gettext("Outline as GeoJSON"),
        description=lazy_gettext("A Polygon of one closed line, in WGS 84."),
    )
    outline_file = FileField(lazy_gettext("Or a GeoJSON file"))

    def command(self) -> RegisterPlot:
        """Return what was typed as a command.

        Raises:
            InvalidInput: every input that cannot be read.
        """
        problems = Problems()
        divisions = registry().reference.divisions
        near = actor().organisation.division
        code = attempt(problems, "", self.place, divisions, near)
        area = attempt(
            problems, NO_AREA, parse_area, self.area.data, self.unit.data, "area"
        )
        geometry = attempt(problems, None, self.geometry)
        problems.raise_if_any()
        return RegisterPlot(
            code=self.code.data or "",
            name=self.name.data or "",
            division=code,
            area=area,
            outline=geometry.text if geometry else "",
        )

    def geometry(self) -> Geometry | None:
        """Return the outline or point that was given, or None.

        Raises:
            InvalidInput: it cannot be read, or both were given.
        """
        text = self._outline_text()
        point = (self.latitude.data or "").strip(), (self.longitude.data or "").strip()
        if text and any(point):
            raise InvalidInput.at(
                "outline", "Give an outline or a point, not both. Empty one of them."
            )
        if text:
            return parse_geojson(text)
        return _point(*point) if any(point) else None

    def _outline_text(self) -> str:
        """Return what was pasted or uploaded; a file is pasted, so that it is kept."""
        upload = self.outline_file.data
        if upload:
            content = upload.read(MAX_OUTLINE_BYTES + 1)
            self.outline.data = content.decode("utf-8-sig", "replace")
        return (self.outline.data or "").strip()


def _point(latitude: str, longitude: str) -> Geometry:
    problems = Problems()
    y = attempt(problems, Decimal(0), parse_decimal, latitude, "latitude")
    x = attempt(problems, Decimal(0), parse_decimal, longitude, "longitude")
    problems.raise_if_any()
    position = f"[{decimal_text(x)},{decimal_text(y)}]"
    return parse_geojson(f'{{"type":"Point","coordinates":{position}}}', "latitude")


@pages.get("/plots")
@allowed(Action.REGISTER_PLOT)
def index() -> str:
    """List the plots with place, area and outline."""
    plots = plots_of(actor().organisation.did)
    paging = asked_page(len(plots), PAGE_SIZE)
    shown = plots[paging.first : paging.first + paging.size]
    return render_template(
        "plots/index.html",
        plots=[(plot, _drawing(plot)) for plot in shown],
        paging=paging,
        divisions=registry().reference.divisions,
    )


def _drawing(plot: Plot) -> Markup | None:
    """Return a plot's outline as a drawing; None if it has none or it was erased."""
    annex = annex_by_digest(plot.outline_digest) if plot.outline_digest else None
    if annex is None:
        return None
    return outline_svg(parse_geojson(annex.content.decode()), plot.name)


@pages.route("/plots/new", methods=["GET", "POST"])
@allowed(Action.REGISTER_PLOT)
def new() -> str | BaseResponse:
    """Register a plot."""
    divisions = registry().reference.divisions
    home = place_text(actor().organisation.division, divisions)
    form = PlotForm.opened(division=home)
    form.division_choice.choices = []
    if form.validate_on_submit():
        try:
            given = form.command()
            add_plot(
                registry(), actor(), given, request_id=form.request_id.data, now=now()
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(gettext("Plot %(code)s is registered.", code=given.code))
            _compare(given)
            return redirect(url_for("plots.index"), 303)
    return render_template("plots/new.html", form=form)


def _compare(given: RegisterPlot) -> None:
    """Say so where outline and declared area differ by more than a fifth."""
    drawn = polygon_area_m2(parse_geojson(given.outline)) if given.outline else None
    if drawn and abs(drawn - given.area.value) * 5 > given.area.value:
        flash(
            gettext(
                "The outline encloses %(drawn)s mu, but %(declared)s mu were typed. "
                "The typed area counts. If it is wrong, register the plot again under "
                "another code.",
                drawn=Quantity(drawn, "MTK").in_mu(),
                declared=given.area.in_mu(),
            ),
            "yellow",
        )


@pages.get("/divisions")
@signed_in
def divisions() -> Response:
    """Suggest places while somebody types: `{"places": [text, ...]}`."""
    tree = registry().reference.divisions
    near = actor().organisation.division
    found = find_places(request.args.get("q", ""), tree, near)
    return jsonify(places=[place_text(row.code, tree) for row in found])
