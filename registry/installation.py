"""A new home for a registry: its folder, settings file, secrets and empty database."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from registry.config import SECRETS, Mode, Settings, load_settings, write_secret
from registry.errors import Conflict, RegistryError
from registry.store.database import close_database, open_database
from registry.store.migrate import migrate

SETTINGS_FILE = "registry.toml"


def install(
    home: Path,
    mode: Mode,
    values: Mapping[str, str | int],
    secret: Callable[[str], bytes],
) -> Settings:
    """Make the home of a registry and return its settings, checked.

    Args:
        home: a folder that holds no registry; made, for its owner only, if missing.
        mode: of the secrets and the service.
        values: settings besides `home` and `mode`, by name.
        secret: gives 32 bytes for the name of a secret.

    Raises:
        Conflict: a registry lives there already.
        InvalidInput: every wrong setting at once; the folder is gone again.
    """
    if (home / SETTINGS_FILE).exists() or (home / "secrets").exists():
        raise Conflict.at(
            "home",
            "{home} holds a registry already. Choose another folder; a registry is "
            "never made over another.",
            home=home,
        )
    try:
        return _install(home, mode, values, secret)
    except RegistryError:
        discard(home)
        raise


def discard(home: Path) -> None:
    """Remove a home that was just made and turned out wrong."""
    close_database()
    shutil.rmtree(home)


def _install(
    home: Path,
    mode: Mode,
    values: Mapping[str, str | int],
    secret: Callable[[str], bytes],
) -> Settings:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Also of a folder that was there: the database holds drafts and password hashes.
    home.chmod(0o700)
    for name in SECRETS:
        write_secret(home / "secrets" / name, secret(name), mode)
    # A JSON string or number is one in TOML too (TOML 1.0, basic strings).
    lines = (
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in {"mode": mode, **values}.items()
    )
    (home / SETTINGS_FILE).write_text("".join(lines), encoding="utf-8")
    settings = load_settings(home)
    opened = open_database(settings.database)
    with opened.connection_context():
        migrate(opened)
    close_database()
    return settings
