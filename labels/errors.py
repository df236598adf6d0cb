"""The one error of the label engine."""


class LabelError(ValueError):
    """A label that would be wrong on paper, so none was made.

    `reason` and `hint` are English templates with named holes, kept apart from their
    `values` so that a caller can say the same in the reader's language.

    Attributes:
        field: the argument at fault: a field of `LabelContent`, or `stock`, `dpi`,
            `start_at`, `contents`.
        reason: what was given and what was expected.
        hint: what to do.
        values: what fills the holes of both.
    """

    def __init__(self, field: str, reason: str, hint: str, /, **values: object) -> None:
        self.field = field
        self.reason = reason
        self.hint = hint
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(field, reason, hint)

    def __str__(self) -> str:
        said = f"{self.reason}. {self.hint}.".format_map(self.values)
        return f"{self.field}: {said}"
