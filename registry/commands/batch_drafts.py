"""Drafts of batches: planned or growing, kept until they are harvested.

A draft says nothing to anybody: it is not signed, not logged, and its code shows grey.
"""

from dataclasses import astuple
from datetime import datetime

from registry.domain.parties import Actor
from registry.domain.roles import Action, require
from registry.errors import InvalidInput, NotFound
from registry.store.batch_drafts import (
    BatchDraft,
    StoredBatchDraft,
    batch_draft,
    drop_batch_draft,
    keep_batch_draft,
)

LONGEST_TEXT = 200
MOST_PLOTS = 500


def save_batch_draft(
    actor: Actor, draft: BatchDraft, *, draft_id: str, now: datetime
) -> None:
    """Keep a draft of the actor's organisation.

    Args:
        actor: who asks.
        draft: what was typed so far; it need be neither complete nor right.
        draft_id: of the caller's making, such as a request id; the same one again
            replaces what was kept.
        now: the time of the request.

    Raises:
        InvalidInput: nothing was typed, or more than any form holds.
        NotAllowed: the actor registers no batches.
        NotFound: the id is another organisation's.
    """
    require(actor, Action.REGISTER_BATCH)
    _check_size(draft)
    if not keep_batch_draft(draft_id, actor.organisation.did, draft, now):
        raise _unknown()


def discard_batch_draft(actor: Actor, draft_id: str) -> None:
    """Forget a draft of the actor's organisation; twice is no error.

    Raises:
        NotAllowed: the actor registers no batches.
    """
    require(actor, Action.REGISTER_BATCH)
    drop_batch_draft(draft_id, actor.organisation.did)


def open_batch_draft(actor: Actor, draft_id: str) -> StoredBatchDraft:
    """Return a draft of the actor's organisation.

    Raises:
        NotAllowed: the actor registers no batches.
        NotFound: there is none of this id, or it is another's.
    """
    require(actor, Action.REGISTER_BATCH)
    found = batch_draft(actor.organisation.did, draft_id)
    if found is None:
        raise _unknown()
    return found


def _check_size(draft: BatchDraft) -> None:
    if not any((draft.gtin, draft.lot, draft.plots, draft.planted_on, draft.quantity)):
        raise InvalidInput.at(
            "", "Nothing is filled in yet. Choose at least the product, then save."
        )
    texts = [*draft.plots, *(v for v in astuple(draft) if isinstance(v, str))]
    if len(draft.plots) > MOST_PLOTS or max(map(len, texts)) > LONGEST_TEXT:
        raise InvalidInput.at(
            "",
            "A draft holds at most {plots} plots, and {characters} characters in each "
            "place. Shorten it.",
            plots=MOST_PLOTS,
            characters=LONGEST_TEXT,
        )


def _unknown() -> NotFound:
    return NotFound.at(
        "",
        "There is no such draft. It may have been registered or discarded: look at "
        "the list of batches.",
    )
