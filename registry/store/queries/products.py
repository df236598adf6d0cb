"""Products and plots."""

from collections.abc import Sequence
from decimal import Decimal

from registry.domain.plots import Plot
from registry.domain.products import Product
from registry.domain.quantity import Quantity
from registry.store.tables import projected


def _product(row: projected.Product) -> Product:
    return Product(
        row.gtin,
        row.owner,
        row.name,
        row.name_en,
        row.commodity,
        row.product_class,
        row.division,
        row.brand,
    )


def product_by_gtin(gtin: str) -> Product | None:
    """Return the product, whoever owns it, or None."""
    row = projected.Product.get_or_none(projected.Product.gtin == gtin)
    return _product(row) if row else None


def products_of(owner: str) -> list[Product]:
    """Return an organisation's products, oldest first."""
    rows = (
        projected.Product.select()
        .where(projected.Product.owner == owner)
        .order_by(projected.Product.leaf_index)
    )
    return [_product(row) for row in rows]


def products_matching(text: str, limit: int = 50) -> list[Product]:
    """Return products whose GTIN or name holds `text`."""
    row = projected.Product
    rows = (
        row.select()
        .where(row.gtin.contains(text) | row.name.contains(text))
        .order_by(row.leaf_index)
        .limit(limit)
    )
    return [_product(found) for found in rows]


def product_count() -> int:
    """Return how many products there are; numbers restricted-circulation GTINs."""
    return int(projected.Product.select().count())


def _plot(row: projected.Plot) -> Plot:
    return Plot(
        row.owner,
        row.code,
        row.name,
        row.division,
        Quantity(Decimal(row.area_m2), "MTK"),
        row.outline_digest,
    )


def plots_of(owner: str, codes: Sequence[str] | None = None) -> list[Plot]:
    """Return an organisation's plots: those with `codes`, or all."""
    rows = (
        projected.Plot.select()
        .where(projected.Plot.owner == owner)
        .order_by(projected.Plot.code)
    )
    if codes is not None:
        rows = rows.where(projected.Plot.code.in_(list(codes)))
    return [_plot(row) for row in rows]
