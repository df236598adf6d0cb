"""The symbol alone as SVG, for web pages.

One path with a rectangle for each run of dark modules: a tenth of the size that a
rectangle a module takes, and no hairlines between them. One unit is one module.
"""

from xml.sax.saxutils import escape

from labels.symbol import QUIET_ZONE, Symbol, encode


def symbol_svg(uri: str) -> str:
    """Return `uri` as an SVG element with its quiet zone, at error correction Q.

    It states no width: the page sizes it. White is painted, since scanners expect it
    on dark pages too.

    Raises:
        LabelError: `uri` cannot be printed; see `labels.symbol.segments`.
    """
    symbol = encode(uri, "Q")
    side = symbol.size + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'role="img" shape-rendering="crispEdges"><title>{escape(uri)}</title>'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{_path(symbol)}"/></svg>'
    )


def _path(symbol: Symbol) -> str:
    return "".join(
        f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, column, length in symbol.runs()
    )
