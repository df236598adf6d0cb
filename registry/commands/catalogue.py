"""Every command by name, with the shape of its input.

A request that is signed elsewhere is put aside between *prepare* and *submit*, and a
program names a command over the wire; both need the input as JSON and back, exactly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from registry.commands import (
    batches,
    certifications,
    inspections,
    keys,
    labels,
    organisations,
    products,
)
from registry.commands.issuing import Receipt
from registry.domain.batch import RegisterBatch
from registry.domain.certification import Certify, ChangeCertificate
from registry.domain.inspection_report import LogInspection
from registry.domain.keys import EndKey, EnrolKey
from registry.domain.labelling import IssueLabels
from registry.domain.operations import RecordOperation
from registry.domain.parties import RegisterOrganisation
from registry.domain.plots import RegisterPlot
from registry.domain.products import RegisterProduct
from registry.errors import InvalidInput, Problem, msg


@dataclass(frozen=True, slots=True)
class Command:
    """A command, callable as `run(registry, actor, given, request_id=, now=)`."""

    given: type
    run: Callable[..., Receipt]

    def parse(self, data: bytes) -> object:
        """Return the input that `dump` wrote, or that a program sent.

        Raises:
            InvalidInput: every member that does not fit.
        """
        try:
            return TypeAdapter(self.given).validate_json(data)
        except ValidationError as error:
            raise InvalidInput(
                Problem(
                    ".".join(map(str, fault["loc"])),
                    msg(
                        "{given} does not fit: {reason}.",
                        given=fault["input"],
                        reason=fault["msg"],
                    ),
                )
                for fault in error.errors()
            ) from error

    def dump(self, given: object) -> bytes:
        """Return an input as JSON; decimals stay text."""
        adapter: TypeAdapter[object] = TypeAdapter(self.given)
        return adapter.dump_json(given)


COMMANDS: Mapping[str, Command] = {
    "organisation": Command(RegisterOrganisation, organisations.admit),
    "key": Command(EnrolKey, keys.add_key),
    "end-key": Command(EndKey, keys.finish_key),
    "product": Command(RegisterProduct, products.add_product),
    "plot": Command(RegisterPlot, products.add_plot),
    "origin": Command(RegisterBatch, batches.add_batch),
    "operation": Command(RecordOperation, batches.add_operation),
    "inspection": Command(LogInspection, inspections.add_inspection),
    "certification": Command(Certify, certifications.add_certificate),
    "certification-status": Command(ChangeCertificate, certifications.change),
    "label-run": Command(IssueLabels, labels.add_label_run),
}


def command_named(name: str) -> Command:
    """Return the command.

    Raises:
        InvalidInput: there is none of this name.
    """
    if name not in COMMANDS:
        raise InvalidInput.at(
            "command",
            "There is no command {name}. There are: {names}.",
            name=name,
            names=", ".join(COMMANDS),
        )
    return COMMANDS[name]
