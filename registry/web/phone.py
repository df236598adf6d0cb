"""What a shopper's page tells the phone to check, and in which words it answers."""

import json
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from registry.domain.gs1 import DigitalLink
from registry.errors import msg
from registry.interop.trust import issued_list
from registry.interop.witnesses import QuorumState
from registry.web.context import registry
from registry.web.format import moment
from registry.web.i18n import say
from registry.web.standalone import script_version


@dataclass(frozen=True, slots=True)
class PhoneCheck:
    """The attributes of `static/verify/page.js`.

    Attributes:
        batch: Digital Link path that the bundle is of.
        bundle: its address.
        root: Multikey that the phone pins at the first visit.
        script: its address.
        messages: JSON, sentences in the page's language.
    """

    batch: str
    bundle: str
    root: str
    script: str
    messages: str


def phone_check(link: DigitalLink) -> PhoneCheck | None:
    """Return what the phone needs; None while the registry has no trust list."""
    issued = issued_list(registry().settings.home)
    if issued is None:
        return None
    path = DigitalLink(link.gtin, link.lot).path
    return PhoneCheck(
        batch=path,
        bundle=f"/bundles{path}.json",
        root=issued.root.multibase,
        script=url_for("verifier.script", version=script_version()),
        messages=json.dumps(_messages(), ensure_ascii=False, separators=(",", ":")),
    )


def _messages() -> dict[str, str]:
    return {
        "phone": gettext("Checked on your phone."),
        "first_use": gettext("First visit: the root key was taken from this page."),
        "server": gettext("Checked by the server: this browser cannot check."),
        "unreachable": gettext(
            "Checked by the server: the proofs could not be fetched or read."
        ),
        "checking": gettext("Your phone is checking…"),
        "failed": gettext("Your phone found that this does not match."),
        "fact_differs": gettext("This page shows something else than was signed."),
        "record_hidden": gettext("This page leaves out a record."),
        "verdict_differs": gettext("The records are worse than this page's colour."),
        "incomplete_bundle": gettext("A record is missing, or one too many is shown."),
        "untrusted_key": gettext("A key is not one that may sign this."),
        "expired": gettext("The registry's trust list has expired."),
        "stale": gettext(
            "The signatures agree, but witnesses saw this more than 24 hours ago."
        ),
        "few_witnesses": gettext(
            "The signatures agree, but too few witnesses have seen this yet."
        ),
        "step_trust_list": gettext("The trust list is signed by the pinned root"),
        "step_checkpoint": gettext(
            "The list of all records is signed by the registry."
        ).rstrip(".。"),
        "step_inclusion": gettext("Each record is on that list, unchanged"),
        "step_signatures": gettext("Each record is signed by who may sign it"),
        "step_complete": gettext("No record is missing or too many"),
        "step_facts": gettext("What this page shows is what was signed"),
    }


def watched_text(state: QuorumState | None) -> str:
    """Return how well the log is watched, as a sentence; empty where it is damaged."""
    if state is None:
        return ""
    if not state.witnesses:
        return say(
            msg(
                "No independent witness watches this log: that it is the newest state "
                "is the registry's word."
            )
        )
    counts = {"cosigned": state.cosigned, "witnesses": state.witnesses}
    if state.cosigned_at is None:
        return say(
            msg(
                "{cosigned} of {witnesses} witnesses have confirmed this state so far.",
                **counts,
            )
        )
    return say(
        msg(
            "{cosigned} of {witnesses} witnesses have confirmed this state, the newest "
            "at {when}.",
            **counts,
            when=moment(state.cosigned_at),
        )
    )
