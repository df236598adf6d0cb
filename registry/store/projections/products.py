"""Products and plots."""

from registry.domain.plots import Plot
from registry.domain.products import Product
from registry.domain.records import SignedRecord
from registry.store.tables import projected


def product(record: SignedRecord) -> None:
    """A GTIN and its owner."""
    item = Product.from_claims(record.subject, record.issuer)
    projected.Product.create(
        gtin=item.gtin,
        owner=item.owner,
        name=item.name,
        name_en=item.name_en,
        commodity=item.commodity,
        product_class=item.product_class,
        division=item.division,
        brand=item.brand,
        leaf_index=record.leaf_index,
    )


def plot(record: SignedRecord) -> None:
    """A plot of an organisation."""
    land = Plot.from_claims(record.subject, record.issuer)
    projected.Plot.create(
        owner=land.owner,
        code=land.code,
        name=land.name,
        division=land.division,
        area_m2=land.area.text,
        outline_digest=land.outline_digest,
        leaf_index=record.leaf_index,
    )
