"""The saved verifier: one HTML file that checks bundles and labels without a network.

Everything is inside it: style, script, words in both languages, a trust list and the
root key that signed it. Its policy lets it fetch nothing (`connect-src 'none'`) and run
no other script. The script is the shopper's page's own: the modules of `static/verify`,
joined here at serve time, so that source and product are one text.
"""

import base64
import hashlib
import re
from functools import cache
from string import Template

from registry.signing.keys import PublicKey
from registry.web.assets import STATIC, inline_css
from registry.web.seal import MARK_PATH

MODULES = STATIC / "verify"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z0-9_]+)\.js";\n', re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


@cache
def joined_script(entry: str) -> str:
    """Return the module `entry` and all it needs as one classic script.

    Modules stand in the order of their needs, without `import`, `export` and comment
    lines, inside one function. They share that function's scope: no two of them may
    declare the same name, which a test checks.

    Args:
        entry: `page` for the shopper's page, `standalone` for the saved verifier.
    """
    bodies = "".join(_body(name) for name in _in_order(entry))
    return f'(function () {{\n"use strict";\n{bodies}}})();\n'


@cache
def script_version() -> str:
    """Return the digest that names the present bytes of the shopper's page's script."""
    return hashlib.sha256(joined_script("page").encode()).hexdigest()[:16]


def verifier_page(trust_list: bytes, root: PublicKey) -> bytes:
    """Return the saved verifier.

    Args:
        trust_list: secured by `root`; the page verifies it before use.
        root: pinned in the page.

    Raises:
        ValueError: the list holds a `<`, which could end its place in the page.
    """
    if b"<" in trust_list:
        raise ValueError("a trust list inside a page holds no <")
    style, script = _style(), joined_script("standalone")
    page = Template((STATIC / "verifier.html").read_text("utf-8")).substitute(
        policy=verifier_policy(),
        root=root.multibase,
        mark=MARK_PATH,
        style=style,
        script=script,
        trust_list=trust_list.decode(),
    )
    return page.encode()


@cache
def verifier_policy() -> str:
    """Return the page's policy: its own style and script, and no request to anybody."""
    style, script = _style(), joined_script("standalone")
    return (
        "default-src 'none'; connect-src 'none'; img-src data: blob:; "
        f"style-src '{_source(style)}'; script-src '{_source(script)}'; "
        "form-action 'none'; base-uri 'none'"
    )


def _style() -> str:
    return f"{inline_css('core.css')}{inline_css('verify/standalone.css')}"


def _source(text: str) -> str:
    """Return what CSP level 3 allows exactly this inline text by (section 2.3.1)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _in_order(entry: str) -> list[str]:
    """Return the modules that `entry` needs, each after those it needs itself."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name not in ordered:
            for needed in _IMPORT.findall(_text(name)):
                visit(needed)
            ordered.append(name)

    visit(entry)
    return ordered


def _body(name: str) -> str:
    without_imports = _IMPORT.sub("", _COMMENT.sub("", _text(name)))
    return _EXPORT.sub("", without_imports)


def _text(name: str) -> str:
    return (MODULES / f"{name}.js").read_text("utf-8")
