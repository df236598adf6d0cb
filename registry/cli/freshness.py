"""What `registry doctor` says of trust list and witnesses: how old, how long yet.

A phone that starts from an old list, or a log that nobody has cosigned since yesterday,
fails nobody's check at once; so the operator is told while there is time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.clock import to_rfc3339
from registry.errors import Message, VerificationError, msg
from registry.interop.trust import FILE, root_of
from registry.service import Registry
from registry.signing.trust_list import TrustList, verify_trust_list
from registry.store.cosignatures import newest_of
from registry.tlog.policy import Witness

RENEW_BEFORE = timedelta(days=14)
STALE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        advice: what to do; None where nothing is wrong.
    """

    about: Message
    advice: Message | None = None


def trust_list_of(registry: Registry, now: datetime) -> Iterator[Finding]:
    """Yield the age of the trust list in the home, if there is one."""
    home = registry.settings.home
    try:
        data = (home / FILE).read_bytes()
    except FileNotFoundError:
        return
    renew = msg("Issue the next one: registry trust issue {home}", home=home)
    try:
        held = verify_trust_list(data, root_of(data), 0, now)
    except VerificationError as error:
        yield Finding(msg("Trust list: {reason}", reason=error), renew)
        return
    yield Finding(
        msg(
            "Trust list: version {version}, issued {days} days ago, until {expires}",
            version=held.version,
            days=(now - held.issued).days,
            expires=to_rfc3339(held.expires),
        ),
        renew if _is_outdated(held, registry, now) else None,
    )


def _is_outdated(held: TrustList, registry: Registry, now: datetime) -> bool:
    """Whether it ends soon, or names a log key that signs no more or not for long."""
    newest = registry.ledger.verifier.vkey
    return held.expires - now < RENEW_BEFORE or held.log.vkey != newest


def log_keys_of(registry: Registry) -> Iterator[Finding]:
    """Yield that two log keys sign, while they do."""
    if len(registry.ledger.vkeys) > 1:
        yield Finding(
            msg(
                "Log key: the old one signs as well until: registry rotate log-key "
                "{home} --end",
                home=registry.settings.home,
            )
        )


def witnesses_of(registry: Registry, now: datetime) -> Iterator[Finding]:
    """Yield how long ago each witness of the policy cosigned."""
    for witness in registry.policy.witnesses:
        yield _standing(witness, registry, now)


def _standing(witness: Witness, registry: Registry, now: datetime) -> Finding:
    ask = msg(
        "Ask it: registry cosign {home}. If it does not answer, ask its operator.",
        home=registry.settings.home,
    )
    newest = newest_of(witness.verifier.vkey)
    if newest is None:
        never = msg("Witness {name}: has never cosigned", name=witness.name)
        return Finding(never, ask)
    age = now - newest.signed_at
    about = msg(
        "Witness {name}: cosigned {size} entries {hours} hours ago",
        name=witness.name,
        size=newest.tree_size,
        hours=int(age / timedelta(hours=1)),
    )
    return Finding(about, ask if age > STALE else None)
