"""`registry init`: secrets, settings, database, and entry 0 of the log."""

import secrets
from pathlib import Path
from textwrap import wrap

import click

from registry.cli.accounts import print_setup_link
from registry.cli.language import tell
from registry.cli.opening import opened
from registry.clock import utc_now
from registry.commands.issuing import new_request_id
from registry.commands.organisations import Founding, found
from registry.config import SECRET_BYTES, SECRETS, Settings, read_secret
from registry.errors import RegistryError, msg
from registry.installation import discard, install
from registry.service import log_keys


def _random_secret(_name: str) -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


@click.command()
@click.argument("home", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--identity-host",
    required=True,
    help="Names issuers and log for ever; a host that stays yours.",
)
@click.option("--base-url", required=True, help="Where labels lead; https.")
@click.option("--authority-name", required=True, help="The root authority.")
@click.option("--authority-name-en", default="", help="In English; else the same.")
@click.option("--authority-short", default="", help="Two characters for its seal.")
@click.option("--division", required=True, help="GB/T 2260 code that it governs.")
@click.option("--operator-name", prompt=True, help="Who runs the service.")
@click.option("--operator-name-en", default="", help="In English; else the same.")
@click.option("--operator-short", default="", help="Two characters for its seal.")
@click.option("--operator-uscc", prompt=True, help="Its 统一社会信用代码.")
@click.option("--database-url", default="", help="SQLite in HOME unless given.")
def init(
    home: Path, identity_host: str, base_url: str, database_url: str, **names: str
) -> None:
    """Make a new registry in the folder HOME.

    Prints a recovery sheet with every secret: print it, lock it away, clear the screen.
    """
    values: dict[str, str | int] = {
        "identity_host": identity_host,
        "base_url": base_url,
    }
    if database_url:
        values["database_url"] = database_url
    settings = install(home, "production", values, _random_secret)
    try:
        _found(home, _founding(**names))
    except RegistryError:
        discard(home)
        raise
    with opened(home) as registry:
        _print_recovery_sheet(settings)
        print_setup_link(registry)
    tell(msg("Then start the service: registry serve {home}", home=home))


def _found(home: Path, founding: Founding) -> None:
    """Write entry 0 of the log."""
    with opened(home) as registry:
        request_id = new_request_id(registry.entropy)
        found(registry, founding, request_id=request_id, now=utc_now())


def _founding(**names: str) -> Founding:
    """Return who founds the registry; what was left out follows from the name."""
    for party in ("authority", "operator"):
        name = names[f"{party}_name"]
        names[f"{party}_name_en"] = names[f"{party}_name_en"] or name
        names[f"{party}_short"] = names[f"{party}_short"] or name[:2]
    return Founding(**names)


def _print_recovery_sheet(settings: Settings) -> None:
    rule = "=" * 78
    click.echo(rule)
    tell(msg("RECOVERY SHEET of {host}", host=settings.identity_host))
    tell(
        msg(
            "Print this, lock it away, and clear the screen. Without these secrets a "
            "backup of the database cannot go on: sealed keys stay sealed and the log "
            "cannot be signed."
        )
    )
    for name in SECRETS:
        click.echo(f"\n{name}  ({settings.secret_path(name)})")
        for line in wrap(read_secret(settings, name).hex(), 32):
            click.echo("    " + " ".join(wrap(line, 4)))
    click.echo()
    tell(msg("Public key of the log, for whoever verifies:"))
    click.echo(f"    {log_keys(settings)[1].vkey}")
    click.echo(rule)
