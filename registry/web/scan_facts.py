"""Facts on a shopper's page, each tied to the signed record that says it.

The phone looks up `data-fact` in the record `data-record`, after it has verified that,
and compares it with `data-value`; with `data-exact` also with the text that a reader
sees (`static/verify/page.js`). What is said in other words than was signed has no
`data-exact`: a phone cannot tell whether the words are right.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from registry.domain.records import SignedRecord

_SUBJECT = "credentialSubject"


def said(record: SignedRecord, path: str) -> Markup:
    """Return the signed text itself.

    Args:
        record: the one that says it.
        path: of the member in the record's subject, such as `quantity.value`.
    """
    return _fact(record, path, signed_text(record, path), "data-exact")


def counted(record: SignedRecord, path: str, shown: str | Markup) -> Markup:
    """Return a signed number as people read it: thousands apart, with its unit."""
    return _fact(record, path, shown, 'data-exact="number"')


def worded(record: SignedRecord, path: str, shown: str | Markup) -> Markup:
    """Return what is signed in other words."""
    return _fact(record, path, shown, "")


def signed_text(record: SignedRecord, path: str) -> str:
    """Return a member of the subject as JavaScript's `String()` would.

    Raises:
        KeyError: there is no such member.
    """
    value: object = record.document[_SUBJECT]
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value[step]
        elif isinstance(value, Sequence):
            value = value[int(step)]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fact(record: SignedRecord, path: str, shown: str | Markup, exact: str) -> Markup:
    return Markup(
        '<span data-record="{}" data-fact="{}.{}" data-value="{}" {}>{}</span>'
    ).format(
        record.record_id,
        _SUBJECT,
        path,
        signed_text(record, path),
        Markup(exact),  # noqa: S704 - one of three constants above
        shown,
    )
