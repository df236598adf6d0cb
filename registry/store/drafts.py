"""What was typed into a form whose session had ended, kept for a day."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from registry.clock import to_millis
from registry.store.database import database
from registry.store.tables import operational

KEPT_FOR = timedelta(days=1)

Values = Mapping[str, list[str]]


class Draft(NamedTuple):
    """Typed values, whose they are and of which form."""

    owner_key: str
    form_name: str
    data: Values


class StoredDrafts:
    """Drafts in the database, found by an id that nobody can guess.

    Args:
        entropy: gives random bytes.
        now: the clock.
    """

    def __init__(
        self, entropy: Callable[[int], bytes], now: Callable[[], datetime]
    ) -> None:
        self._entropy = entropy
        self._now = now

    def save(self, owner_key: str, form_name: str, data: Values) -> str:
        """Store the values, drop those that are too old, and return the id."""
        draft_id = self._entropy(16).hex()
        row = operational.Draft
        with database.atomic():
            row.delete().where(row.saved_at < self._oldest()).execute()
            row.create(
                draft_id=draft_id,
                owner_key=owner_key,
                form_name=form_name,
                content=json.dumps({name: list(v) for name, v in data.items()}),
                saved_at=to_millis(self._now()),
            )
        return draft_id

    def load(self, draft_id: str) -> Draft | None:
        """Return what was saved, or None if there is nothing or it is too old."""
        row = operational.Draft.get_or_none(
            (operational.Draft.draft_id == draft_id)
            & (operational.Draft.saved_at >= self._oldest())
        )
        if row is None:
            return None
        return Draft(row.owner_key, row.form_name, json.loads(row.content))

    def _oldest(self) -> int:
        return to_millis(self._now() - KEPT_FOR)
