"""Answered requests: a retry gets the answer that was given, not a second effect."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from registry.clock import to_millis
from registry.store.tables.operational import Request

Answer = Sequence[Mapping[str, str | int]]


def remember(
    request_id: str,
    organisation: str,
    fingerprint: str,
    answer: Answer,
    now: datetime,
) -> None:
    """Keep an answer, in the transaction that makes it true."""
    Request.create(
        request_id=request_id,
        organisation=organisation,
        fingerprint=fingerprint,
        receipts=json.dumps(list(map(dict, answer))),
        answered_at=to_millis(now),
    )


def answer_to(request_id: str) -> tuple[str, str, Answer] | None:
    """Return organisation, fingerprint and answer of a request, or None."""
    row = Request.get_or_none(Request.request_id == request_id)
    if row is None:
        return None
    return row.organisation, row.fingerprint, json.loads(row.receipts)
