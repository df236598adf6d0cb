"""`registry trust`: the offline root, and the trust list that it signs.

The root belongs on a machine or stick that is offline but for the minutes of signing:
whoever has it decides what every saved verifier believes.
"""

import secrets
from datetime import timedelta
from pathlib import Path

import click

from registry.cli.language import SpeakingGroup, say, tell
from registry.cli.opening import home_argument
from registry.cli.verify import read_source
from registry.clock import to_rfc3339, utc_now
from registry.config import SECRET_BYTES, load_settings
from registry.errors import Message, VerificationError, msg
from registry.interop.trust import issue_next, parse_root, root_of
from registry.service import load_policy, log_keys
from registry.signing.key_file import read_key_file, write_key_file
from registry.signing.trust_list import TrustList, verify_trust_list

NOT_TRUSTED = 1


@click.group(cls=SpeakingGroup)
def trust() -> None:
    """What phones and saved verifiers believe before they believe a bundle."""


@trust.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def root(file: Path) -> None:
    """Make an offline root key in FILE and print its did:key."""
    passphrase = _ask(confirm=True)
    public_key = write_key_file(file, secrets.token_bytes(SECRET_BYTES), passphrase)
    tell(
        msg(
            "Publish this where people can compare it, and keep {file} offline:",
            file=file,
        )
    )
    click.echo(f"did:key:{public_key.multibase}")


@trust.command()
@home_argument
@click.option(
    "--root",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The offline root's key file.",
)
@click.option(
    "--days",
    default=90,
    show_default=True,
    type=click.IntRange(1, 400),
    help="Until it expires; issue the next one before.",
)
def issue(home: Path, file: Path, days: int) -> None:
    """Sign the next version of the trust list of the registry in HOME."""
    settings = load_settings(home)
    seed = read_key_file(file, _ask(confirm=False))
    issued = issue_next(
        home,
        log_keys(settings)[1],
        load_policy(home),
        seed,
        utc_now(),
        timedelta(days=days),
    )
    tell(
        msg(
            "Trust list version {version}, signed by did:key:{root}.",
            version=issued.version,
            root=issued.root.multibase,
        )
    )


@trust.command()
@click.argument("source")
@click.option("--root", "pinned", default="", help="The did:key of the root you trust.")
@click.pass_context
def show(ctx: click.Context, source: str, pinned: str) -> None:
    """Show the trust list at an address or in a file, if its root signed it."""
    data = read_source(source)
    try:
        key = parse_root(pinned) if pinned else root_of(data)
        found = verify_trust_list(data, key, 0, utc_now())
    except VerificationError as error:
        message = msg("This trust list cannot be relied on: {reason}.", reason=error)
        click.secho(say(message), fg="red", err=True)
        ctx.exit(NOT_TRUSTED)
    if not pinned:
        tell(msg("Trust on first use: compare this root with one from elsewhere."))
    click.echo(f"did:key:{key.multibase}")
    for line in _lines(found):
        tell(line)


def _lines(found: TrustList) -> list[Message]:
    return [
        msg(
            "Version {version}, issued {issued}, expires {expires}.",
            version=found.version,
            issued=to_rfc3339(found.issued),
            expires=to_rfc3339(found.expires),
        ),
        msg("Log: {vkey}", vkey=found.log.vkey),
        *(msg("Witness: {vkey}", vkey=witness.vkey) for witness in found.witnesses),
        msg(
            "Quorum: {quorum} of {count} witnesses, within {hours} hours.",
            quorum=found.quorum,
            count=len(found.witnesses),
            hours=found.max_checkpoint_age // timedelta(hours=1),
        ),
        msg("Label keys: {count}", count=len(found.label_keys)),
    ]


def _ask(*, confirm: bool) -> str:
    """Ask for the passphrase; never an option, which other users of a machine see."""
    return str(
        click.prompt(
            say(msg("Passphrase of the root")),
            hide_input=True,
            confirmation_prompt=confirm,
        )
    )
