"""Who signed, as a page says it: names in the reader's language, seals, custody."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import url_for

from registry.clock import from_millis
from registry.domain.parties import Organisation
from registry.domain.records import SignedRecord
from registry.errors import Message, msg
from registry.interop.gathered import Gathered
from registry.web.format import moment, short_did
from registry.web.i18n import language, say
from registry.web.seal import Seal

CUSTODY: Mapping[str, Message] = MappingProxyType(
    {
        "operator": msg(
            "Kept by the registry on behalf of {organisation}: the registry could "
            "sign in its name."
        ),
        "organisation": msg("Held by {organisation} itself."),
    }
)


def name_of(party: Organisation) -> str:
    """Return a party's name in the reader's language."""
    return party.name if language() == "zh" else party.name_en


def name_by_did(did: str, parties: Mapping[str, Organisation]) -> str:
    """Return the name, or the end of the DID where no sound record introduces it."""
    party = parties.get(did)
    return name_of(party) if party else short_did(did)


def custody_text(custody: str, organisation: str) -> str:
    """Return in whose hands a key is; empty where the log does not say."""
    sentence = CUSTODY.get(custody)
    return say(msg(sentence.template, organisation=organisation)) if sentence else ""


def seal_of(record: SignedRecord, gathered: Gathered) -> Seal:
    """Return the seal beside what `record` states."""
    party = gathered.parties.get(record.issuer)
    name = name_by_did(record.issuer, gathered.parties)
    custody = gathered.custody.get(record.verification_method, "")
    return Seal(
        issuer=name,
        short=party.short_name if party else "??",
        logged=moment(from_millis(record.logged_at)),
        proof_url=url_for("records.show", record_id=record.record_id),
        custody=custody_text(custody, name),
    )
