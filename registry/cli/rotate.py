"""`registry rotate`: new secrets, with nothing lost if it is killed half-way.

**Key-encryption key.** A new key is written beside the old (`kek.new`), the old one is
archived under its name, every sealed seed is sealed again in one transaction that also
puts the new key in force, and the new key takes the old one's file. Both keys open
what is sealed under them all the while; killed anywhere, the registry opens, and the
same command finishes. The archived key still opens older backups: keep it as long as
those, and not with them.

**Log key.** The new key signs from now on; the old one signs as well until the overlap
is ended with `--end`. Checkpoints and batch indexes are then notes with two signatures
(C2SP signed-note), and a verifier that trusts either key accepts them. What a verifier
must do before the overlap ends: take the new vkey from somewhere it trusts (the next
version of the trust list, signed by the offline root, names it), and keep the old
checkpoint, which the new key's log must extend. The genesis record names the first key
for ever, as history; a stranger who audits for the first time is given the new vkey.
Witnesses are told the new vkey by their operators, as they were the first.

A running service signs with the keys it started with: start it again after the
rotation, and again after the end. A key that somebody stole is rotated with `--end` at
once, and the trust list without it is published first.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

import click

from registry.cli.language import tell
from registry.cli.opening import home_argument, opened
from registry.config import (
    SECRET_BYTES,
    Settings,
    load_settings,
    read_secret,
    secrets_named,
    sync_folder,
    write_secret,
)
from registry.errors import Conflict, msg
from registry.service import NEW, OVERLAP, Registry, log_keys
from registry.store.custody import kek_id

Reached = Callable[[str], None]


@click.group()
def rotate() -> None:
    """Replace a secret by a new one; interrupted, run it again."""


@rotate.command()
@home_argument
def kek(home: Path) -> None:
    """Seal every key in custody again, under a new key-encryption key."""
    with opened(home) as registry:
        count = rotate_kek(registry, click.echo)
        settings = registry.settings
    tell(msg("{count} keys are sealed under the new key.", count=count))
    tell(msg("Write the new key on the recovery sheet, then clear the screen:"))
    click.echo(f"    {read_secret(settings, 'kek').hex()}")


@rotate.command("log-key")
@home_argument
@click.option("--end", is_flag=True, help="The old key signs no more.")
def log_key(home: Path, end: bool) -> None:
    """Let a new log key sign, beside the old one until --end."""
    settings = load_settings(home)
    if end:
        end_overlap(settings)
        tell(msg("The old log key signs no more. Start the service again."))
        return
    rotate_log_key(settings, click.echo)
    tell(msg("Public key of the log, for whoever verifies:"))
    click.echo(f"    {log_keys(settings)[1].vkey}")
    tell(msg("Write the new key on the recovery sheet, then clear the screen:"))
    click.echo(f"    {read_secret(settings, 'log').hex()}")
    tell(
        msg(
            "Start the service again, issue the next trust list, tell the witnesses. "
            "When all have the new key: registry rotate log-key {home} --end",
            home=home,
        )
    )


def rotate_kek(registry: Registry, reached: Reached) -> int:
    """Rotate the key-encryption key; finishes what an earlier run began.

    Args:
        registry: open.
        reached: told the name of each step once it is durable.

    Returns:
        How many seeds were sealed again by this run.
    """
    settings, custody = registry.settings, registry.custody
    _prepare(settings, "kek")
    reached("written")
    name = kek_id(secrets_named(settings, "kek")[NEW])
    count = 0
    if custody.in_force() != name:
        _archive(settings, "kek", custody.in_force())
        reached("archived")
        count = custody.reseal(name, registry.entropy)
    reached("resealed")
    _put_in_place(settings, "kek")
    return count


def rotate_log_key(settings: Settings, reached: Reached) -> None:
    """Begin the overlap of a new log key with the one in use.

    Raises:
        Conflict: the last overlap was not ended.
    """
    beside = secrets_named(settings, "log")
    if OVERLAP in beside and NEW not in beside:
        raise Conflict.at(
            "log",
            "The last rotation goes on: two keys sign. End it first, with --end.",
        )
    _prepare(settings, "log")
    reached("written")
    _archive(settings, "log", OVERLAP)
    reached("archived")
    _put_in_place(settings, "log")


def end_overlap(settings: Settings) -> None:
    """Let the old log key sign no more; it still opens what it signed.

    Raises:
        Conflict: no rotation goes on.
    """
    beside = secrets_named(settings, "log")
    if OVERLAP not in beside or NEW in beside:
        raise Conflict.at("log", "No rotation of the log key goes on.")
    path = settings.secret_path(f"log.{OVERLAP}")
    path.rename(path.with_name(f"log.{kek_id(beside[OVERLAP])}"))
    sync_folder(path.parent)


def _prepare(settings: Settings, name: str) -> None:
    path = settings.secret_path(f"{name}.{NEW}")
    if not path.exists():
        write_secret(path, secrets.token_bytes(SECRET_BYTES), settings.mode)


def _archive(settings: Settings, name: str, archived_as: str) -> None:
    """Give the file in use a second name: it is never missing under the first."""
    path = settings.secret_path(name)
    archived = path.with_name(f"{name}.{archived_as}")
    if not archived.exists():
        archived.hardlink_to(path)
        sync_folder(path.parent)


def _put_in_place(settings: Settings, name: str) -> None:
    path = settings.secret_path(name)
    path.with_name(f"{name}.{NEW}").replace(path)
    sync_folder(path.parent)
