"""The home of a demonstration: a registry whose log key anybody can compute."""

import hashlib
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from registry.config import SECRET_BYTES, Settings
from registry.errors import Conflict
from registry.installation import SETTINGS_FILE, install
from registry.interop.trust import issue_next
from registry.service import load_policy, log_keys

IDENTITY_HOST = "trace.example"

# What the records depend on. The other secrets guard the people who try the demo, on a
# LAN perhaps, and are random.
_SEEDED = frozenset({"log", "serial"})

_TRUST_LASTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class DemoHome:
    """Where a demonstration lives and how it is reached.

    Attributes:
        database_url: of an empty database; a file in the home if empty.
    """

    home: Path
    base_url: str
    listen: str
    port: int
    database_url: str = ""


def make_demo_home(where: DemoHome, seed: str) -> Settings:
    """Return the settings of a fresh demonstration; an older one there is removed.

    Raises:
        Conflict: the folder holds something that is not a demonstration.
    """
    _clear(where.home)

    def secret(name: str) -> bytes:
        if name not in _SEEDED:
            return secrets.token_bytes(SECRET_BYTES)
        return hashlib.sha256(f"demo secret {name} {seed}".encode()).digest()

    return install(
        where.home,
        "demo",
        {
            "identity_host": IDENTITY_HOST,
            "base_url": where.base_url,
            "listen": where.listen,
            "port": where.port,
            "database_url": where.database_url,
        },
        secret,
    )


def issue_demo_trust_list(settings: Settings, now: datetime) -> None:
    """Sign the demonstration's trust list with a root that anybody can compute.

    The same root in every run: a phone pins it at its first visit, and would take
    another demonstration at the same address for an attack.
    """
    root = hashlib.sha256(b"demo secret trust root").digest()
    policy = load_policy(settings.home)
    log = log_keys(settings)[1]
    issue_next(settings.home, log, policy, root, now, _TRUST_LASTS)


def _clear(home: Path) -> None:
    """Remove an older demonstration, and nothing else."""
    if not home.exists() or not any(home.iterdir()):
        return
    settings = home / SETTINGS_FILE
    if not settings.exists() or 'mode = "demo"\n' not in settings.read_text("utf-8"):
        raise Conflict.at(
            "home",
            "{home} holds something that is not a demonstration. Choose another "
            "folder; only a demonstration is replaced.",
            home=home,
        )
    shutil.rmtree(home)
