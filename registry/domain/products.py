"""Products: one GTIN, one owner, one commodity that limits are looked up by.

A ProductRecord puts the claim to a GTIN into the log, so that "who named it first" has
an answer. A cooperative without a GS1 prefix gets a restricted-circulation number
(prefix 2), marked as such.
"""

from collections.abc import Collection
from dataclasses import dataclass

from registry.domain.claims import Claims
from registry.domain.divisions import Divisions
from registry.domain.gs1 import DigitalLink, is_restricted, parse_gtin
from registry.domain.names import noted, parse_name, parse_optional_name
from registry.domain.parties import Actor
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import Conflict, Problems


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold under a GTIN.

    Attributes:
        gtin: 14 digits.
        commodity: the name that residue limits use (GB 2763 Annex A).
        product_class: code of `product_classes.csv`.
        division: GB/T 2260 code of the region it is of.
        brand: regional brand, or empty.
    """

    gtin: str
    owner: str
    name: str
    name_en: str
    commodity: str
    product_class: str
    division: str
    brand: str = ""

    @property
    def path(self) -> str:
        """Digital Link path of the product as a whole."""
        return DigitalLink(self.gtin).path

    @property
    def is_restricted(self) -> bool:
        """Whether the GTIN is valid inside this registry only."""
        return is_restricted(self.gtin)

    def subject(self, identity_host: str) -> dict[str, object]:
        """Return the `credentialSubject` of its ProductRecord."""
        return {
            "id": f"https://{identity_host}{self.path}",
            "type": "Product",
            "gtin": self.gtin,
            "name": self.name,
            "nameEn": self.name_en,
            "commodity": self.commodity,
            "productClass": self.product_class,
            "division": self.division,
            "restrictedCirculation": self.is_restricted,
        } | ({"brand": self.brand} if self.brand else {})

    @classmethod
    def from_claims(cls, subject: Claims, owner: str) -> "Product":
        """Read it back from a record of `owner`."""
        return cls(
            gtin=subject.text("gtin"),
            owner=owner,
            name=subject.text("name"),
            name_en=subject.text("nameEn"),
            commodity=subject.text("commodity"),
            product_class=subject.text("productClass"),
            division=subject.text("division"),
            brand=subject.optional_text("brand"),
        )


@dataclass(frozen=True, slots=True)
class RegisterProduct:
    """Input: name a product."""

    gtin: str
    name: str
    name_en: str
    commodity: str
    product_class: str
    division: str
    brand: str = ""


def register_product(
    actor: Actor,
    given: RegisterProduct,
    held_by: str,
    *,
    divisions: Divisions,
    product_classes: Collection[str],
    identity_host: str,
) -> tuple[Product, Statement]:
    """Decide whether `actor` may claim the GTIN, and say so.

    Args:
        actor: who asks.
        given: what is asked.
        held_by: DID of the organisation that has the GTIN already, or empty.
        divisions: the tree of administrative divisions.
        product_classes: the codes of Order 4/2025 and the local additions.
        identity_host: of the registry.

    Raises:
        InvalidInput: every wrong field at once.
        Conflict: the GTIN is taken.
    """
    require(actor, Action.REGISTER_PRODUCT)
    problems = Problems()
    gtin = noted(problems, parse_gtin, given.gtin)
    name = noted(problems, parse_name, given.name, "name", 40)
    name_en = noted(problems, parse_optional_name, given.name_en, "name_en", 60)
    commodity = noted(problems, parse_optional_name, given.commodity, "commodity", 40)
    brand = noted(problems, parse_optional_name, given.brand, "brand", 40)
    noted(problems, divisions.full_name, given.division)
    if given.product_class not in product_classes:
        problems.add(
            "product_class",
            "Unknown product class: {given}. Choose one of the list.",
            given=given.product_class,
        )
    problems.raise_if_any()
    if held_by == actor.organisation.did:
        raise Conflict.at(
            "gtin",
            "GTIN {gtin} is already registered here. Use the registered product.",
            gtin=gtin,
        )
    if held_by:
        raise Conflict.at(
            "gtin",
            "GTIN {gtin} belongs to another organisation. Check the number, or leave "
            "it empty for a number of this registry.",
            gtin=gtin,
        )
    product = Product(
        gtin,
        actor.organisation.did,
        name,
        name_en or name,
        commodity or name,
        given.product_class,
        given.division,
        brand,
    )
    return product, Statement(
        RecordType.PRODUCT,
        actor.organisation.did,
        product.subject(identity_host),
        (product.path,),
        actor.person,
    )
