"""Products of a cooperative: what it sells, under which number."""

import wtforms
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from registry.commands.products import add_product
from registry.domain.commodities import is_group
from registry.domain.products import RegisterProduct
from registry.domain.roles import Action
from registry.errors import RegistryError
from registry.store.queries.products import products_of
from registry.web.context import actor, allowed, now, registry
from registry.web.forms import apply_problems
from registry.web.i18n import language
from registry.web.places import PlaceForm, place_text
from registry.web.typed import ChoiceField, Needed

pages = Blueprint("products", __name__, url_prefix="/products")


class ProductForm(PlaceForm):
    """What is asked of a product."""

    name = wtforms.StringField(
        lazy_gettext("Name"),
        [Needed()],
        description=lazy_gettext("As it stands on the label, such as 罗平小黄姜."),
    )
    name_en = wtforms.StringField(
        lazy_gettext("Name in English or pinyin"),
        description=lazy_gettext("Left empty, the Chinese name stands there as well."),
    )
    commodity = wtforms.StringField(
        lazy_gettext("Commodity"),
        description=lazy_gettext(
            "The crop as residue limits call it, such as 姜. Left empty, the name is "
            "taken; a name that no limit knows cannot be judged."
        ),
    )
    product_class = ChoiceField(lazy_gettext("Class"), [Needed()])
    gtin = wtforms.StringField(
        lazy_gettext("GTIN (the number under the bar code)"),
        description=lazy_gettext(
            "8, 12, 13 or 14 digits, if you have a GS1 number. Left empty, this "
            "registry gives one that is valid here only, not at a supermarket's till."
        ),
    )
    brand = wtforms.StringField(
        lazy_gettext("Regional brand"),
        description=lazy_gettext("If you may use one, such as 珠源益品."),
    )

    def command(self) -> RegisterProduct:
        """Return what was typed as a command.

        Raises:
            InvalidInput: the place is not known, or not clear yet.
        """
        near = actor().organisation.division
        return RegisterProduct(
            gtin=self.gtin.data or "",
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            commodity=self.commodity.data or "",
            product_class=self.product_class.data or "",
            division=self.place(registry().reference.divisions, near),
            brand=self.brand.data or "",
        )


@pages.get("")
@allowed(Action.REGISTER_PRODUCT)
def index() -> str:
    """List the products, oldest first."""
    return render_template(
        "products/index.html",
        products=products_of(actor().organisation.did),
        divisions=registry().reference.divisions,
    )


@pages.route("/new", methods=["GET", "POST"])
@allowed(Action.REGISTER_PRODUCT)
def new() -> str | Response:
    """Register a product and its GTIN."""
    reference = registry().reference
    home = place_text(actor().organisation.division, reference.divisions)
    form = ProductForm.opened(division=home, product_class="vegetable")
    form.division_choice.choices = []
    form.product_class.choices = [
        SelectChoice(row.code, row.name_zh if language() == "zh" else row.name_en)
        for row in reference.product_classes.values()
    ]
    if form.validate_on_submit():
        try:
            given = form.command()
            add_product(
                registry(), actor(), given, request_id=form.request_id.data, now=now()
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(gettext("%(name)s is registered.", name=given.name))
            return redirect(url_for("products.index"), 303)
    return render_template(
        "products/new.html", form=form, commodities=known_commodities()
    )


def known_commodities() -> list[str]:
    """Return the single commodities that residue limits name."""
    named = {row.commodity for row in registry().reference.limits}
    return sorted(name for name in named if not is_group(name))
