"""The form of a report: an inspection body's words about a sample, row by row."""

import hashlib

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from registry.domain.inspection import GivenResult
from registry.domain.inspection_report import Report
from registry.web.forms import Form, Row
from registry.web.typed import DayField, Needed

MAX_ROWS = 400  # the widest multi-residue method reports 352
NOT_DETECTED = "ND"
UNITS = [
    SelectChoice("", "—"),
    SelectChoice("mg/kg", "mg/kg"),
    SelectChoice("ug/kg", "µg/kg"),
]
VERDICTS = [
    SelectChoice("pass", lazy_gettext("Passed")),
    SelectChoice("fail", lazy_gettext("Failed")),
]


class ResultRow(Row):
    """One analyte and what was found of it."""

    analyte = wtforms.StringField(lazy_gettext("Analyte"), [Needed()])
    value = wtforms.StringField(lazy_gettext("Result"), [Needed()])
    not_detected = wtforms.BooleanField(lazy_gettext("Not detected"))
    unit = wtforms.SelectField(
        lazy_gettext("Unit"), [Needed()], choices=UNITS, validate_choice=False
    )
    loq = wtforms.StringField(lazy_gettext("LOQ"), [Needed()])
    method = wtforms.StringField(lazy_gettext("Method"), [Needed()])

    @property
    def given(self) -> GivenResult:
        """The row as the domain reads it."""
        ticked = self.not_detected.data
        return GivenResult(
            analyte=self.analyte.data or "",
            value=NOT_DETECTED if ticked else self.value.data or "",
            unit=self.unit.data or "",
            loq=self.loq.data or "",
            method=self.method.data or "",
        )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; a unit alone was copied from the row above."""
        given = self.given
        return not (given.analyte.strip() or given.value.strip() or given.loq.strip())

    @property
    def is_complete(self) -> bool:
        """Whether every input holds something."""
        given = self.given
        return all((given.analyte, given.value, given.unit, given.loq, given.method))


class InspectionForm(Form):
    """A report on a sample of one batch."""

    batch = wtforms.HiddenField()
    number = wtforms.StringField(lazy_gettext("Report number"), [Needed()])
    sample_number = wtforms.StringField(lazy_gettext("Sample number"), [Needed()])
    sampled_on = DayField(lazy_gettext("Sampled on"), [Needed()])
    tested_on = DayField(lazy_gettext("Tested on"), [Needed()])
    results = wtforms.FieldList(
        wtforms.FormField(ResultRow),
        lazy_gettext("Results"),
        min_entries=1,
        max_entries=MAX_ROWS,
    )
    verdict = wtforms.RadioField(
        lazy_gettext("Verdict of the laboratory"),
        [Needed()],
        choices=VERDICTS,
        validate_choice=False,
    )
    confirmed = wtforms.StringField(lazy_gettext("Results above the limit"))

    @property
    def autosave_key(self) -> str:
        """A draft on this device is of one batch."""
        key = f"{super().autosave_key} {self.batch.data}"
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
    def rows(self) -> list[ResultRow]:
        """The rows, in the order of the page."""
        return [entry.form for entry in self.results]

    def drop_blank_rows(self) -> None:
        """Leave out rows that nobody filled, but keep one to type into."""
        for position in reversed(range(len(self.results))):
            if len(self.results) > 1 and self.rows[position].is_blank:
                self.results.pop_entry(position)


class CorrectionForm(InspectionForm):
    """A report that supersedes another."""

    reason = wtforms.StringField(
        lazy_gettext("Reason"),
        [Needed()],
        description=lazy_gettext(
            "Anyone can read it. For a retest, name the order and its number."
        ),
    )
    retest = wtforms.BooleanField(
        lazy_gettext("This is a retest that an authority ordered")
    )


def as_typed(report: Report) -> dict[str, object]:
    """Return a report as the inputs hold it."""
    return {
        "batch": report.batch_path,
        "number": report.number,
        "sample_number": report.sample_number,
        "sampled_on": report.sampled_on.isoformat(),
        "tested_on": report.tested_on.isoformat(),
        "verdict": report.verdict,
        "results": [
            {
                "analyte": result.analyte,
                "value": "" if result.value is None else format(result.value, "f"),
                "not_detected": result.value is None,
                "unit": result.unit,
                "loq": format(result.loq, "f"),
                "method": result.method,
            }
            for result in report.results
        ],
    }
