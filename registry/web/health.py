"""Whether the service lives and whether it can work, for machines that watch it.

`/healthz` says that the process answers. `/readyz` says that the database answers, that
the newest checkpoint bears the log key's signature, and that the log accepts records.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from registry.errors import BadCheckpoint, BadSignature, Message, msg
from registry.service import Registry
from registry.store.database import StoreError, database, scalar
from registry.web.context import registry

pages = Blueprint("health", __name__)

OK = "ok"


@dataclass(frozen=True, slots=True)
class Check:
    """How a person reads one of the checks."""

    name: Message
    trouble: Message


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "database": Check(
            msg("Database"), msg("It does not answer. Run: registry doctor")
        ),
        "log_head": Check(
            msg("Newest checkpoint"),
            msg("It does not bear the log key's signature. Run: registry doctor"),
        ),
        "writable": Check(
            msg("Log"),
            msg("It accepts nothing until a person decides. Run: registry doctor"),
        ),
    }
)


def examine(looked_at: Registry) -> dict[str, str]:
    """Return `ok`, or a short reason, for each thing that the service stands on."""
    if not _answers():
        return {"database": "silent", "log_head": "unknown", "writable": "unknown"}
    return {
        "database": OK,
        "log_head": _log_head(looked_at),
        "writable": "read_only" if looked_at.ledger.read_only else OK,
    }


def _answers() -> bool:
    try:
        with database.connection_context():
            return scalar(database, "SELECT 1") == 1
    except StoreError:
        return False


def _log_head(looked_at: Registry) -> str:
    try:
        looked_at.ledger.head()
    except (BadCheckpoint, BadSignature) as error:
        return error.code
    return OK


@pages.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return _answer({"status": OK}, 200)


@pages.get("/readyz")
def ready() -> Response:
    """Say whether records can be registered now; 503 if not."""
    checks = examine(registry())
    is_ready = set(checks.values()) == {OK}
    status = "ready" if is_ready else "not_ready"
    return _answer({"status": status, "checks": checks}, 200 if is_ready else 503)


def _answer(body: dict[str, object], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
