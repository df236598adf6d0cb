"""`registry create-admin`: a way in for the operator's administrator."""

from pathlib import Path

import click

from registry.cli.language import tell
from registry.cli.opening import home_argument, opened
from registry.clock import utc_now
from registry.commands.accounts import new_setup_link
from registry.errors import msg
from registry.service import Registry


def print_setup_link(registry: Registry) -> None:
    """Print a one-time link; the token stands in the fragment, which no log sees."""
    token = new_setup_link(registry, utc_now())
    settings = registry.settings
    tell(
        msg(
            "Start the service; then, within 30 minutes, open this link on this "
            "machine to make the first administrator:"
        )
    )
    click.echo(f"  http://127.0.0.1:{settings.port}/setup#{token}")
    if settings.remote_setup:
        tell(msg("Or from elsewhere, since remote_setup is on:"))
        click.echo(f"  {settings.base_url}/setup#{token}")


@click.command("create-admin")
@home_argument
def create_admin(home: Path) -> None:
    """Print a new one-time set-up link; an older one stops working."""
    with opened(home) as registry:
        print_setup_link(registry)
