"""Outlines of plots as our own drawing: no map service learns who farms where."""

import math
from decimal import Decimal

from markupsafe import Markup

from registry.domain.geometry import Geometry

_BOX = 100  # units of the drawing, a square
_MARGIN = 8


def outline_svg(geometry: Geometry, label: str) -> Markup:
    """Return the outline, north up, as large as the box allows; a dot for a point.

    Args:
        geometry: in WGS 84.
        label: what it is of, for who cannot see it.
    """
    if geometry.kind == "Point":
        shape = Markup('<circle class="plot" cx="50" cy="50" r="5"/>')
    else:
        shape = Markup('<polygon class="plot" points="{}"/>').format(_points(geometry))
    return Markup(
        '<svg class="outline" width="96" height="96" viewBox="0 0 {box} {box}" '
        'role="img" aria-label="{label}" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linejoin="round">{shape}</svg>'
    ).format(box=_BOX, label=label, shape=shape)


def _points(geometry: Geometry) -> str:
    """Return corners in drawing units; a degree east is shorter than one north."""
    latitude = geometry.positions[0][1]
    narrowing = Decimal(str(round(math.cos(math.radians(latitude)), 6)))
    xs = [x * narrowing for x, _ in geometry.positions]
    ys = [-y for _, y in geometry.positions]
    extent = max(max(xs) - min(xs), max(ys) - min(ys))
    scale = (_BOX - 2 * _MARGIN) / extent
    left = (_BOX - (max(xs) - min(xs)) * scale) / 2
    top = (_BOX - (max(ys) - min(ys)) * scale) / 2
    return " ".join(
        f"{(x - min(xs)) * scale + left:.1f},{(y - min(ys)) * scale + top:.1f}"
        for x, y in zip(xs, ys, strict=True)
    )
