"""The catalogue: what the templates and messages say in Chinese.

`python -m registry.translations update` reads every sentence out of the code and the
templates, keeps what is translated, and adds the rest empty; `compile` writes the file
that gettext reads; `check` says what is missing. The files hold neither times nor line
numbers, so that a change of one sentence is a change of one entry.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

DIRECTORY = Path(__file__).parent
ROOT = DIRECTORY.parent.parent
PO = DIRECTORY / "zh" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")

# Function -> which argument is the sentence. `at` and `add` take the field first.
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "msg": (1,),
    "at": (2,),
    "add": (2,),
}
# The label engine keeps what is wrong apart from what to do: two sentences of one call.
_REASON = {"LabelError": (2,)}
_HINT = {"LabelError": (3,)}
_SOURCES = (
    ("registry", KEYWORDS),
    ("templates", KEYWORDS),
    ("labels", _REASON),
    ("labels", _HINT),
)

HEADER = """\
# Chinese of 源证 · Produce Registry; see registry/translations/__init__.py.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

_HOLE = re.compile(r"\{\w+(?:!r)?\}|%\(\w+\)[sd]")


def extract() -> Catalog:
    """Return every sentence in the code and the templates, untranslated."""
    with (DIRECTORY / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for directory, keywords in _SOURCES:
        for _, _, sentence, _, context in extract_from_dir(
            ROOT / directory,
            [(p.removeprefix(f"{directory}/"), m) for p, m in methods],
            options,
            keywords,
        ):
            found.add(sentence, context=context)
    return found


def update(po: Path = PO, template: Catalog | None = None) -> None:
    """Bring the catalogue to the sentences of today; new ones are empty."""
    catalog = _read(po)
    catalog.update(template or extract(), no_fuzzy_matching=True)
    text = BytesIO()
    write_po(
        text,
        catalog,
        width=88,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    po.write_text(HEADER + text.getvalue().decode().strip() + "\n", "utf-8")


def compile(po: Path = PO, mo: Path = MO) -> None:
    """Write the file that gettext reads."""
    text = BytesIO()
    write_mo(text, _read(po))
    mo.write_bytes(text.getvalue())


def check(po: Path = PO, mo: Path = MO) -> list[str]:
    """Return what is wrong with the catalogue itself; empty when nothing is."""
    wrong = [
        f"{complaint}: {message.id!r}"
        for message in _read(po)
        if message.id and (complaint := _complaint(message))
    ]
    with mo.open("rb") as file:
        compiled = _texts(read_mo(file))
    if compiled != _texts(_read(po)):
        wrong.append("messages.mo is not of messages.po: run compile")
    return wrong


def missing(po: Path = PO) -> list[str]:
    """Return the sentences that the catalogue does not have yet: run update."""
    known = {message.id for message in _read(po)}
    return [str(message.id) for message in extract() if message.id not in known]


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale="zh")


def _texts(catalog: Catalog) -> dict[object, object]:
    return {(m.context, *_forms(m.id)): _forms(m.string) for m in catalog if m.id}


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return singular and plural, or the one form there is."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _complaint(message: Message) -> str | None:
    texts, ids = _forms(message.string), _forms(message.id)
    if not texts or not all(texts):
        return "empty"
    if message.fuzzy:
        return "fuzzy"
    holes = set(_HOLE.findall(" ".join(ids)))
    if any(set(_HOLE.findall(text)) != holes for text in texts):
        return "not the holes of the sentence"
    return None
