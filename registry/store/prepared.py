"""Requests that wait for a signature made elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from registry.clock import from_millis, to_millis
from registry.errors import Conflict
from registry.store.tables.operational import Prepared


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """What submit needs to come to the same bytes.

    Attributes:
        given: the command's input as JSON.
        entropy_seed: 32 bytes; the request's random numbers come from it.
        at: the time of the request, whole seconds.
    """

    request_id: str
    organisation: str
    command: str
    given: bytes
    verification_method: str
    entropy_seed: bytes
    at: datetime


def put_aside(request: PreparedRequest) -> None:
    """Keep a request until it is submitted; preparing it again replaces it.

    Raises:
        Conflict: another organisation uses the id.
    """
    waiting = Prepared.get_or_none(Prepared.request_id == request.request_id)
    if waiting is not None and waiting.organisation != request.organisation:
        raise Conflict.at("request_id", "This request number is in use.")
    values = {
        "request_id": request.request_id,
        "organisation": request.organisation,
        "command": request.command,
        "given": request.given,
        "verification_method": request.verification_method,
        "entropy_seed": request.entropy_seed,
        "prepared_at": to_millis(request.at),
    }
    Prepared.insert(values).on_conflict(
        conflict_target=(Prepared.request_id,), update=values
    ).execute()


def prepared_request(request_id: str) -> PreparedRequest | None:
    """Return what waits under this id, or None."""
    row = Prepared.get_or_none(Prepared.request_id == request_id)
    if row is None:
        return None
    return PreparedRequest(
        row.request_id,
        row.organisation,
        row.command,
        bytes(row.given),
        row.verification_method,
        bytes(row.entropy_seed),
        from_millis(row.prepared_at),
    )
