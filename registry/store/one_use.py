"""Links that work once: the SHA-256 of a token, what it grants, until when.

The token itself stands in a link's fragment, which browsers send to nobody, and is
stored nowhere. Whoever reads the database cannot use what they find.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from registry.clock import from_millis, to_millis
from registry.store.sessions import token_hash
from registry.store.tables.operational import Setting

Purpose = Literal["setup", "invitation"]


@dataclass(frozen=True, slots=True)
class OneUseLink:
    """A link that has not been used.

    Attributes:
        link_id: hash of the token; tells links apart and opens nothing.
        grants: what its holder gets, by name.
    """

    link_id: str
    grants: Mapping[str, str]
    expires_at: datetime


def keep_link(
    purpose: Purpose, token: str, grants: Mapping[str, str], expires_at: datetime
) -> None:
    """Store a link."""
    content = {"grants": dict(grants), "expires_at": to_millis(expires_at)}
    Setting.create(name=_name(purpose, token_hash(token)), content=json.dumps(content))


def find_link(purpose: Purpose, token: str, now: datetime) -> OneUseLink | None:
    """Return the link of a token, or None if it is unknown, spent or too old."""
    name = _name(purpose, token_hash(token))
    row = Setting.get_or_none(Setting.name == name)
    link = _link(row) if row else None
    return link if link and link.expires_at > now else None


def spend_link(purpose: Purpose, token: str, now: datetime) -> OneUseLink | None:
    """Use a link up and return it; of two at once only one gets it."""
    link = find_link(purpose, token, now)
    return link if link and drop_link(purpose, link.link_id) else None


def drop_link(purpose: Purpose, link_id: str) -> bool:
    """Withdraw a link; tell whether there was one."""
    name = _name(purpose, link_id)
    return bool(Setting.delete().where(Setting.name == name).execute())


def links(purpose: Purpose, now: datetime) -> list[OneUseLink]:
    """Return the links that still work, the first to expire first."""
    rows = Setting.select().where(Setting.name.startswith(_name(purpose, "")))
    found = (_link(row) for row in rows)
    usable = (link for link in found if link.expires_at > now)
    return sorted(usable, key=lambda link: (link.expires_at, link.link_id))


def drop_links(purpose: Purpose) -> None:
    """Withdraw every link of a purpose."""
    Setting.delete().where(Setting.name.startswith(_name(purpose, ""))).execute()


def _name(purpose: Purpose, link_id: str) -> str:
    return f"link {purpose} {link_id}"


def _link(row: Setting) -> OneUseLink:
    content = json.loads(row.content)
    return OneUseLink(
        row.name.rpartition(" ")[2],
        content["grants"],
        from_millis(content["expires_at"]),
    )
