"""`registry doctor`: looks at everything that a registry stands on."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from labels.errors import LabelError
from labels.typeface import typeface
from registry.cli.freshness import Finding, log_keys_of, trust_list_of, witnesses_of
from registry.cli.language import say
from registry.cli.opening import home_argument
from registry.clock import from_millis, utc_now
from registry.config import SECRETS, Settings, load_settings
from registry.errors import Message, RegistryError, msg
from registry.service import Registry, open_registry
from registry.store.database import (
    close_database,
    database,
    durability,
    open_database,
)
from registry.store.highwater import HighWaterMark
from registry.store.migrate import pending

GIBIBYTE = 1024**3
LEAST_FREE_BYTES = GIBIBYTE


def examine(home: Path, now: datetime) -> Iterator[Finding]:
    """Yield every finding; what rests on something broken is not looked at."""
    yield _disk(home)
    yield _fonts()
    try:
        settings = load_settings(home)
    except RegistryError as error:
        yield from _refusals(msg("Settings and secrets"), error)
        return
    yield Finding(
        msg(
            "Settings and {count} secrets, each for its owner alone",
            count=len(SECRETS),
        )
    )
    try:
        yield from _database(settings)
        registry = open_registry(settings)
    except RegistryError as error:
        yield from _refusals(msg("Database"), error)
        return
    with database.connection_context():
        yield from _log(registry, now)
        yield from log_keys_of(registry)
        yield from trust_list_of(registry, now)
        yield from witnesses_of(registry, now)


def _refusals(about: Message, error: RegistryError) -> Iterator[Finding]:
    for problem in error.problems:
        what = msg("{about}: {field}", about=about, field=problem.field)
        yield Finding(what if problem.field else about, problem.message)


def _disk(home: Path) -> Finding:
    folder = home if home.exists() else Path()
    free = shutil.disk_usage(folder).free
    about = msg("Free disk: {free} GiB", free=free // GIBIBYTE)
    if free >= LEAST_FREE_BYTES:
        return Finding(about)
    return Finding(about, msg("Less than 1 GiB is free. Make room, or move the home."))


def _fonts() -> Finding:
    about = msg("Label font")
    try:
        typeface().check([("title", "承诺达标合格证")])
    except (OSError, LabelError) as error:
        return Finding(
            about, msg("The font is damaged ({reason}). Reinstall.", reason=error)
        )
    return Finding(about)


def _database(settings: Settings) -> Iterator[Finding]:
    """Yield durability and migrations; opening refuses what could lose a commit."""
    opened = open_database(settings.database)
    with opened.connection_context():
        for name, value, _ in durability(opened):
            yield Finding(msg("Database: {name} is {value}", name=name, value=value))
        names = pending(opened)
    about = msg("Migrations: {count} pending", count=len(names))
    yield Finding(
        about,
        msg("Make a backup, then run: registry migrate {home}", home=settings.home)
        if names
        else None,
    )


def _log(registry: Registry, now: datetime) -> Iterator[Finding]:
    """Yield what the log says of itself, its mark, and the clock beside it."""
    ledger = registry.ledger
    doubt = ledger.doubt()
    if doubt is not None:
        yield Finding(
            msg("Log: read-only until a person decides"),
            msg(
                "{reason} Run: registry log state {home}",
                reason=doubt.meaning,
                home=registry.settings.home,
            ),
        )
        return
    head = ledger.head()
    yield Finding(
        msg("Log: {size} entries under a valid checkpoint", size=head.tree_size)
    )
    mark = HighWaterMark(registry.settings.mark_path).read()
    acknowledged = mark.tree_size if mark else 0
    yield Finding(msg("High-water mark: {size} acknowledged", size=acknowledged))
    signed_at = from_millis(head.signed_at)
    about = msg("Clock: {now}", now=now.isoformat(timespec="seconds"))
    behind = msg(
        "The newest checkpoint is of {signed}, after this machine's time. Set the "
        "clock; check that a time service runs.",
        signed=signed_at.isoformat(timespec="seconds"),
    )
    yield Finding(about, behind if signed_at > now else None)


@click.command()
@home_argument
@click.pass_context
def doctor(ctx: click.Context, home: Path) -> None:
    """Look at all that the registry in HOME stands on; exit 1 if something is wrong."""
    wrong = False
    try:
        for finding in examine(home, utc_now()):
            wrong = wrong or finding.advice is not None
            _show(finding)
    finally:
        close_database()
    ctx.exit(int(wrong))


def _show(finding: Finding) -> None:
    if finding.advice is None:
        click.secho(f"✓ {say(finding.about)}", fg="green")
        return
    click.secho(f"✗ {say(finding.about)}", fg="red")
    click.echo(f"  → {say(finding.advice)}")
