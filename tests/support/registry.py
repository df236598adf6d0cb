"""A registry for a test: a real database, fixed keys, a clock that the test holds."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from registry.config import SECRETS, Settings, write_secret
from registry.service import Registry, open_registry
from registry.store.database import close_database, database, open_database
from registry.store.migrate import migrate
from tests.support.keys import seed

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HOST = "trace.example"


def seeded_entropy(name: str) -> Callable[[int], bytes]:
    """Return a source of bytes that is the same in every run."""
    state = hashlib.sha256(name.encode()).digest()
    counter = 0

    def entropy(length: int) -> bytes:
        nonlocal counter
        counter += 1
        stream = hashlib.shake_256(state + counter.to_bytes(8, "big"))
        return stream.digest(length)

    return entropy


def settings_for(home: Path, database_url: str = "") -> Settings:
    """Return demo settings of a registry in `home`, its secrets written."""
    settings = Settings(
        home=home,
        mode="demo",
        identity_host=HOST,
        base_url=f"https://{HOST}",
        database_url=database_url,
    )
    for name in SECRETS:
        path = settings.secret_path(name)
        if not path.exists():
            write_secret(path, seed(f"secret {name}"), "demo")
    return settings


@contextmanager
def opened(settings: Settings, name: str = "test") -> Iterator[Registry]:
    """Open the registry of `settings`, its tables made, until the block ends."""
    bound = open_database(settings.database)
    with bound.connection_context():
        migrate(bound)
    close_database()
    registry = open_registry(settings, seeded_entropy(name))
    # Not `connection_context`: a request that the test makes closes the connection.
    database.connect(reuse_if_open=True)
    yield registry
    close_database()


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Yield a folder that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="produce-registry-"))
    try:
        yield home
    finally:
        shutil.rmtree(home)
