"""The witness's page for people: who it is, and what it saw of whom."""

from collections.abc import Sequence
from html import escape
from string import Template

from registry.clock import to_rfc3339
from registry.tlog.cosignature import CosignatureVerifier
from registry.witness.heads import SeenHead

# In both languages at once: a witness is seldom visited, and keeps no preferences.
_PAGE = Template("""<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$name</title>
<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto;
  padding: 0 1rem; }
code { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid #bbb; }
</style>
<h1>见证人 <span lang="en">Witness</span> <code>$name</code></h1>
<p>本见证人只在日志仅有追加、未被改写时，才在其检查点上副署。</p>
<p lang="en">This witness cosigns a checkpoint of a log only if nothing was rewritten
since the last one.</p>
<p>公钥 <span lang="en">Verifier key</span><br><code>$vkey</code></p>
<table>
<thead><tr>
<th scope="col">日志 <span lang="en">Log</span></th>
<th scope="col">条目数 <span lang="en">Tree size</span></th>
<th scope="col">最近副署 <span lang="en">Last cosigned</span></th>
</tr></thead>
<tbody>
$rows
</tbody>
</table>
</html>
""")
_ROW = Template(
    '<tr><th scope="row"><code>$origin</code></th><td>$size</td><td>$time</td></tr>'
)
_NOT_YET = '尚未 <span lang="en">not yet</span>'


def render_page(verifier: CosignatureVerifier, heads: Sequence[SeenHead]) -> bytes:
    """Return the page as HTML."""
    page = _PAGE.substitute(
        name=escape(verifier.name),
        vkey=escape(verifier.vkey),
        rows="\n".join(map(_row, heads)),
    )
    return page.encode()


def _row(head: SeenHead) -> str:
    return _ROW.substitute(
        origin=escape(head.origin),
        size=head.tree_size,
        time=to_rfc3339(head.cosigned_at) if head.note else _NOT_YET,
    )
