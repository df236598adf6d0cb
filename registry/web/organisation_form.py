"""The form that admits an organisation."""

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from registry.domain.divisions import Divisions
from registry.domain.names import parse_optional_name
from registry.domain.parties import (
    VOUCHED_KINDS,
    Kind,
    Organisation,
    RegisterOrganisation,
)
from registry.errors import Problems
from registry.web import words
from registry.web.i18n import say
from registry.web.places import PlaceForm
from registry.web.seal import short_name
from registry.web.typed import BoxesField, ChoiceField, Needed, attempt


class OrganisationForm(PlaceForm):
    """Who is admitted, as what, and who manages it."""

    kind = ChoiceField(lazy_gettext("Kind"), [Needed()])
    name = wtforms.StringField(
        lazy_gettext("Name"),
        [Needed()],
        description=lazy_gettext("The full name on the business licence."),
    )
    name_en = wtforms.StringField(
        lazy_gettext("Name in English or pinyin"),
        description=lazy_gettext("Left empty, the Chinese name stands there as well."),
    )
    short_name = wtforms.StringField(
        lazy_gettext("Two characters for the seal"),
        description=lazy_gettext("Left empty, they are taken from the name."),
    )
    uscc = wtforms.StringField(
        lazy_gettext("Unified social credit code"),
        [Needed()],
        description=lazy_gettext(
            "18 characters. An authority without one leaves it empty."
        ),
    )
    accreditation = wtforms.StringField(
        lazy_gettext("Accreditation number"),
        description=lazy_gettext("Of an inspection or certification body."),
    )
    tier = ChoiceField(lazy_gettext("Level of the inspection body"))
    schemes = BoxesField(lazy_gettext("Schemes of the certification body"))
    slug = wtforms.StringField(
        lazy_gettext("Short name for its address"),
        description=lazy_gettext(
            "a-z, 0-9 and hyphens; it can never be changed. Left empty, the registry "
            "draws one: do so for a household or a natural person."
        ),
    )
    manager = wtforms.StringField(
        lazy_gettext("Who manages it here"),
        description=lazy_gettext(
            "A person's name. You get a link for them that works once. The name is in "
            "no public record."
        ),
    )

    def offer(self, admitter: Organisation) -> None:
        """Offer the kinds that `admitter` can admit, with levels and schemes."""
        by_authority = admitter.kind is Kind.AUTHORITY
        self.kind.choices = [
            SelectChoice(kind, say(word))
            for kind, word in words.kind.items()
            if kind != Kind.OPERATOR and (by_authority or kind not in VOUCHED_KINDS)
        ]
        self.tier.choices = [
            SelectChoice("", "—"),
            *(SelectChoice(tier, say(word)) for tier, word in words.tier.items()),
        ]
        self.schemes.choices = [
            SelectChoice(scheme, say(word)) for scheme, word in words.scheme.items()
        ]

    def command(self, divisions: Divisions, near: str) -> RegisterOrganisation:
        """Return what was typed.

        Args:
            divisions: where to look up the place.
            near: code of the admitter's own division.

        Raises:
            InvalidInput: the place is not known or not clear yet, or the manager's
                name cannot be one.
        """
        problems = Problems()
        division = attempt(problems, "", self.place, divisions, near)
        manager = self.manager.data or ""
        attempt(problems, "", parse_optional_name, manager, "manager", 40)
        problems.raise_if_any()
        name = (self.name.data or "").strip()
        return RegisterOrganisation(
            slug=(self.slug.data or "").strip().lower(),
            kind=self.kind.data or "",
            name=name,
            name_en=(self.name_en.data or "").strip() or name,
            short_name=(self.short_name.data or "").strip() or short_name(name),
            division=division,
            uscc=self.uscc.data or "",
            accreditation=self.accreditation.data or "",
            schemes=tuple(self.schemes.data or ()),
            tier=self.tier.data or "",
        )
