"""The form that every page extends.

* A hidden `request_id` makes a retry harmless: the command sees the same id twice.
* What a command refuses appears at the input it is about (`apply_problems`).
* Rows are added and removed by buttons that work without scripts.
* What was typed outlives the session (`web.drafts`).

A view reads::

    form = BatchForm.opened(product=last.product)
    if form.validate_on_submit():
        try:
            receipt = register_batch(registry, form.command(), now)
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return redirect(receipt.path, 303)
    return render_template("batches/new.html", form=form)
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Self
from uuid import UUID, uuid4

import wtforms
from flask import request
from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import Field

from registry.errors import ReadOnly, RegistryError
from registry.web import drafts
from registry.web.i18n import say


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the summary above a form: where, and what to do."""

    field_id: str
    label: str
    text: str


class Row(wtforms.Form):  # type: ignore[misc]
    """One row of a list of rows; the form around it has the token."""

    class Meta(wtforms.meta.DefaultMeta):  # type: ignore[misc]
        """Says the messages of WTForms in the reader's language."""

        def get_translations(self, _form: object) -> object:
            """Return the catalogue that Flask-WTF picks for this request."""
            return translations


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the desk or of a shopper.

    Attributes:
        kept: whether typed values may be stored as a draft; False where they are
            secrets.
        problems: what is wrong with the request as a whole, in the reader's language.
        restored: whether the values come from a kept draft.
    """

    kept: ClassVar[bool] = True
    problems: list[str]
    restored: bool = False

    request_id = wtforms.HiddenField(default=lambda: str(uuid4()))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.problems = []
        if not _is_uuid(self.request_id.data):
            # A mangled id would make every retry of this page collide or fail.
            self.request_id.data = str(uuid4())

    @classmethod
    def opened(cls, **values: object) -> Self:
        """Return the form of this request.

        Args:
            values: what the inputs hold before anyone types.
        """
        if request.method == "POST":
            return cls(data=values)
        typed = drafts.restore(cls.__name__) if cls.kept else None
        if typed is None:
            return cls(formdata=None, data=values)
        formdata: MultiDict[str, str] = MultiDict(dict(typed))
        form = cls(formdata=formdata, data=values)
        form.restored = True
        return form

    def validate_on_submit(self, extra_validators: object = None) -> bool:
        """Return whether the form was sent to be carried out, and holds."""
        if not self.is_submitted() or self._rows_changed():
            return False
        if not self.validate(extra_validators=extra_validators):
            return False
        # Signing in is a form too, and must not lose what waits behind it.
        if drafts.restore(type(self).__name__) is not None:
            drafts.forget()
        return True

    @property
    def kept_for(self) -> str:
        """The signed note by which a draft finds its owner; see `web.drafts`."""
        return drafts.note(type(self).__name__) if self.kept else ""

    @property
    def autosave_key(self) -> str:
        """The name of this person's draft of this form in the browser's storage."""
        return hashlib.sha256(self.kept_for.encode()).hexdigest()[:16]

    @property
    def faults(self) -> list[Fault]:
        """Everything wrong, in the order of the page, for the summary on top."""
        general = [Fault("", "", text) for text in (*self.problems, *self.form_errors)]
        return [*general, *_faults(self)]

    def _rows_changed(self) -> bool:
        added, removed = request.form.get("add_row"), request.form.get("remove_row")
        if added is not None:
            rows = _rows(self, added)
            if rows is not None and len(rows) < (rows.max_entries or len(rows) + 1):
                rows.append_entry()
        if removed is not None:
            name, _, index = removed.rpartition("-")
            rows = _rows(self, name)
            if rows is not None and index.isdecimal() and int(index) < len(rows):
                rows.pop_entry(int(index))
        return added is not None or removed is not None


def apply_problems(form: Form, error: RegistryError) -> None:
    """Put each problem at its input, and the rest at `form.problems`.

    A name such as `results.2.value` is the third row's input. A problem at an input
    that the page does not show is a problem of the form: it must be seen.

    Raises:
        ReadOnly: it is no input's fault; a page of its own explains it.
    """
    if isinstance(error, ReadOnly):
        raise error
    for problem in error.problems:
        text = say(problem.message)
        field = _find(form, problem.field)
        if field is None or isinstance(field, wtforms.HiddenField):
            form.problems.append(text)
        elif isinstance(field, wtforms.FormField):
            field.form.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


def _find(form: wtforms.Form, name: str) -> Field | None:
    node: Field | wtforms.Form | None = form
    for part in name.split("."):
        if isinstance(node, wtforms.FieldList):
            inside = part.isdecimal() and int(part) < len(node)
            node = node[int(part)] if inside else None
        elif isinstance(node, wtforms.FormField | wtforms.Form):
            node = getattr(node, "form", node)._fields.get(part)
        else:
            return None
    return node


def _rows(form: Form, name: str) -> wtforms.FieldList | None:
    field = form._fields.get(name)
    return field if isinstance(field, wtforms.FieldList) else None


def _faults(fields: Iterable[Field]) -> Iterator[Fault]:
    for field in fields:
        if isinstance(field, wtforms.FieldList):
            yield from _own_faults(field)
            yield from _faults(field)
        elif isinstance(field, wtforms.FormField):
            for text in field.form.form_errors:
                yield Fault(field.id, str(field.label.text), text)
            yield from _faults(field.form)
        else:
            yield from _own_faults(field)


def _own_faults(field: Field) -> Iterator[Fault]:
    # A list's errors also repeat those of its rows, as dicts: they come by themselves.
    for text in field.errors:
        if isinstance(text, str):
            yield Fault(field.id, str(field.label.text), text)


def _is_uuid(text: object) -> bool:
    try:
        return str(UUID(str(text))) == text
    except ValueError:
        return False
