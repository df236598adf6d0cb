"""One open registry: log, custody, reference data, secrets. Commands take it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from registry.config import Settings, read_secret, secrets_named
from registry.data import ReferenceData, reference_data
from registry.errors import InvalidInput
from registry.signing.keys import public_key_of
from registry.signing.signatory import Signatory
from registry.store.custody import FIRST_KEK, Custody, Keks, kek_id
from registry.store.database import open_database
from registry.store.highwater import HighWaterMark
from registry.store.ledger import Ledger
from registry.store.migrate import require_current
from registry.store.projections import project
from registry.tlog.note import NoteSigner, NoteVerifier
from registry.tlog.policy import Policy, parse_policy

Entropy = Callable[[int], bytes]

# C2SP tlog-policy: who watches this log, and how many of them suffice.
POLICY_FILE = "witnesses.policy"

# What may lie beside a secret while it is rotated.
NEW = "new"
OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Registry:
    """What every command works with.

    Attributes:
        signatory: has records signed; custody, unless a key is held elsewhere.
        policy: the witnesses that the registry is watched by, and their quorum.
        serial_master: 32 bytes that all label serials derive from.
        entropy: gives random bytes; seeded in the demo, so that it is repeatable.
    """

    settings: Settings
    ledger: Ledger
    custody: Custody
    signatory: Signatory
    reference: ReferenceData
    policy: Policy
    serial_master: bytes = field(repr=False)
    entropy: Entropy = field(default=secrets.token_bytes, repr=False)

    @property
    def identity_host(self) -> str:
        """The host that names issuers and log for ever."""
        return self.settings.identity_host


def log_keys(settings: Settings) -> tuple[NoteSigner, NoteVerifier]:
    """Return both halves of the log key."""
    seed = read_secret(settings, "log")
    public_key = public_key_of(seed).raw
    return (
        NoteSigner(settings.origin, seed),
        NoteVerifier(settings.origin, public_key),
    )


def open_ledger(settings: Settings) -> Ledger:
    """Return the log of a database that is open already.

    Beside the log key may lie the one it followed, which signs as well until the
    overlap ends (`log.overlap`), and retired ones; a `log.new` is not in use yet.
    """
    signer, verifier = log_keys(settings)
    beside = {
        name: NoteSigner(settings.origin, seed)
        for name, seed in secrets_named(settings, "log").items()
        if name != NEW
    }
    earlier = beside.pop(OVERLAP, signer)
    return Ledger(
        settings.origin,
        signer,
        verifier,
        HighWaterMark(settings.mark_path),
        project,
        [earlier] if earlier.verifier != verifier else [],
        [each.verifier for each in beside.values()],
    )


def load_keks(settings: Settings) -> Keks:
    """Return the key-encryption keys by name: the one in use, a new one, old ones.

    The founding key is called `1`, also after it was archived as `kek.1`; later ones
    are called by their fingerprint. During a rotation two lie side by side, and each
    opens what is sealed under it.
    """
    current = read_secret(settings, "kek")
    beside = secrets_named(settings, "kek")
    fingerprints = {kek_id(kek): kek for kek in [current, *beside.values()]}
    return {FIRST_KEK: current} | beside | fingerprints


def load_policy(home: Path) -> Policy:
    """Return the policy in the registry's `home`; one without witnesses if none is.

    Raises:
        InvalidInput: it breaks a rule, or is not UTF-8.
    """
    try:
        return parse_policy((home / POLICY_FILE).read_text("utf-8"))
    except FileNotFoundError:
        return Policy()
    except UnicodeDecodeError as error:
        raise InvalidInput.at(
            "policy", "{path} is not UTF-8.", path=home / POLICY_FILE
        ) from error


def open_registry(
    settings: Settings, entropy: Entropy = secrets.token_bytes
) -> Registry:
    """Open database and log, and compare the log with its high-water mark.

    Raises:
        RegistryError: the database is not durable or not migrated.
    """
    database = open_database(settings.database)
    ledger = open_ledger(settings)
    with database.connection_context():
        require_current(database)
        ledger.open()
    custody = Custody(partial(load_keks, settings))
    return Registry(
        settings,
        ledger,
        custody,
        custody,
        reference_data(),
        load_policy(settings.home),
        read_secret(settings, "serial"),
        entropy,
    )
