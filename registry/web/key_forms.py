"""Forms of an organisation's keys: enrol one held elsewhere, make one here, end one."""

from dataclasses import replace

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from registry.domain.keys import Custody, EndKey, EnrolKey, KeyChange
from registry.errors import InvalidInput, Message, msg
from registry.web.forms import Form
from registry.web.i18n import say

CHANGES: dict[KeyChange, Message] = {
    KeyChange.RETIRE: msg("Retire it: a new key takes its place"),
    KeyChange.REVOKE: msg("Revoke it: it is lost, stolen or known to others"),
}


class EnrolForm(Form):
    """A public key and the proof that its holder has the private half."""

    kept = False

    public_key = wtforms.StringField(
        lazy_gettext("Public key"),
        [InputRequired()],
        description=lazy_gettext("Begins with z6Mk."),
    )
    possession = wtforms.StringField(
        lazy_gettext("Proof of possession"),
        [InputRequired()],
        description=lazy_gettext("The second line that registry sign key prints."),
    )

    def command(self, organisation: str) -> EnrolKey:
        """Return what was typed, for the organisation with this DID."""
        return EnrolKey(
            organisation,
            (self.public_key.data or "").strip(),
            Custody.ORGANISATION,
            (self.possession.data or "").strip(),
        )


class EndForm(Form):
    """How a key ends, and why."""

    change = wtforms.RadioField(
        lazy_gettext("What happened"),
        [InputRequired()],
        choices=lambda: [SelectChoice(str(c), say(CHANGES[c])) for c in CHANGES],
    )
    reason = wtforms.StringField(
        lazy_gettext("Reason"),
        [InputRequired()],
        description=lazy_gettext("Stays in the public log for ever; name no person."),
    )

    def command(self, method: str) -> EndKey:
        """Return what was typed, for the key with this DID URL."""
        return EndKey(
            method.partition("#")[0],
            method,
            self.change.data or "",
            self.reason.data or "",
        )


class DisownForm(EndForm):
    """The same for an authority, which can go back in the log."""

    compromised_from = wtforms.StringField(
        lazy_gettext("In wrong hands from entry"),
        [Optional()],
        description=lazy_gettext(
            "What the key signed from this entry of the log on does not count. Leave "
            "it empty for: from now on."
        ),
    )

    def command(self, method: str) -> EndKey:
        """Return what was typed, for the key with this DID URL.

        Raises:
            InvalidInput: the entry is no number.
        """
        given = super().command(method)
        index = (self.compromised_from.data or "").strip()
        if not index:
            return given
        if not (index.isascii() and index.isdecimal()):
            raise InvalidInput.at(
                "compromised_from",
                "“{given}” is no entry of the log; type its number.",
                given=index,
            )
        return replace(given, compromised_from=int(index))
