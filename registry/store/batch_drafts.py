"""Batches that are planned or growing: what was typed so far, never a record."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from registry.clock import from_millis, to_millis
from registry.store.tables import operational


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """What was typed into the form of a batch, as it was typed; any of it may lack.

    Attributes:
        plots: codes of the owner's plots.
        unit: key of `domain.quantity.UNITS`.
    """

    gtin: str = ""
    lot: str = ""
    plots: tuple[str, ...] = ()
    planted_on: str = ""
    harvested_on: str = ""
    quantity: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class StoredBatchDraft:
    """A draft as its organisation finds it again."""

    draft_id: str
    draft: BatchDraft
    saved_at: datetime


def keep_batch_draft(
    draft_id: str, organisation: str, draft: BatchDraft, now: datetime
) -> bool:
    """Store a draft, or what became of it; False if the id is another's."""
    row = operational.BatchDraft
    values = {"content": json.dumps(asdict(draft)), "saved_at": to_millis(now)}
    row.insert(draft_id=draft_id, organisation=organisation, **values).on_conflict(
        conflict_target=(row.draft_id,),
        update=values,
        where=(row.organisation == organisation),
    ).execute()
    return batch_draft(organisation, draft_id) is not None


def drop_batch_draft(draft_id: str, organisation: str) -> None:
    """Forget a draft; one that is gone already is no error."""
    row = operational.BatchDraft
    row.delete().where(
        (row.draft_id == draft_id) & (row.organisation == organisation)
    ).execute()


def batch_draft(organisation: str, draft_id: str) -> StoredBatchDraft | None:
    """Return an organisation's draft, or None."""
    row = operational.BatchDraft.get_or_none(
        (operational.BatchDraft.draft_id == draft_id)
        & (operational.BatchDraft.organisation == organisation)
    )
    return _stored(row) if row else None


def batch_drafts_of(organisation: str) -> list[StoredBatchDraft]:
    """Return an organisation's drafts, newest first."""
    rows = (
        operational.BatchDraft.select()
        .where(operational.BatchDraft.organisation == organisation)
        .order_by(operational.BatchDraft.saved_at.desc())
    )
    return [_stored(row) for row in rows]


def _stored(row: operational.BatchDraft) -> StoredBatchDraft:
    typed = json.loads(row.content)
    draft = BatchDraft(**typed | {"plots": tuple(typed["plots"])})
    return StoredBatchDraft(row.draft_id, draft, from_millis(row.saved_at))
