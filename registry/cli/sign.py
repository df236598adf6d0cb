"""`registry sign`: every command, with a key in custody or with one's own.

    registry sign key FILE --organisation DID        once, on the machine that signs
    registry sign prepare HOME COMMAND INPUT.json    the rules, up to the signature
    registry sign document prepared.json --key FILE  needs neither registry nor network
    registry sign submit HOME prepared.signed.json   the rules again, then the log

`registry sign run` does it at once where the registry keeps the key.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from registry.cli.language import say, tell
from registry.cli.opening import home_argument, opened
from registry.cli.sign_files import (
    dump_prepared,
    dump_signatures,
    lines_of,
    parse_prepared,
    parse_signatures,
    sign_documents,
)
from registry.clock import utc_now
from registry.commands.accounts import Person, actor_of, normalise_login
from registry.commands.catalogue import COMMANDS, command_named
from registry.commands.issuing import Receipt, new_request_id
from registry.commands.presigned import PreparedCommand, prepare, submit
from registry.domain.keys import possession_message
from registry.domain.parties import Actor
from registry.errors import InvalidInput, NotFound, VerificationError, msg
from registry.signing.did import parse_did_web, parse_verification_method
from registry.signing.did import verification_method as method_of
from registry.signing.key_file import read_key_file, write_key_file
from registry.signing.keys import Ed25519Signer, encode_multibase, public_key_of
from registry.store.accounts import account_by_login, memberships_of

PASSPHRASE = "REGISTRY_SIGN_PASSPHRASE"  # noqa: S105 - the variable's name

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_new_file = click.Path(dir_okay=False, path_type=Path)
_command = click.argument("command", type=click.Choice(list(COMMANDS)))
_given = click.argument("given", metavar="INPUT.json", type=_file)
_login = click.option("--actor-login", required=True, help="Who acts: their login.")
_organisation = click.option(
    "--organisation", default="", help="For which one, if the person has several: DID."
)


@click.group()
def sign() -> None:
    """Sign statements with a key in custody or with your own."""


@sign.command()
@click.argument("file", type=_new_file)
@click.option("--organisation", required=True, help="Whose key it will be: its DID.")
def key(file: Path, organisation: str) -> None:
    """Make a key in an encrypted FILE, and print what enrols it.

    Paste the two lines on the page of the organisation's keys. The passphrase is asked
    for, or taken from REGISTRY_SIGN_PASSPHRASE; nobody can find it again.
    """
    parse_did_web(organisation)
    seed = secrets.token_bytes(32)
    public_key = write_key_file(file, seed, _passphrase(is_new=True))
    signer = Ed25519Signer(method_of(organisation, public_key), seed)
    possession = signer.sign(possession_message(organisation, public_key))
    tell(msg("Public key: {key}", key=public_key.multibase))
    tell(msg("Proof of possession: {proof}", proof=encode_multibase(possession)))


@sign.command()
@home_argument
@_command
@_given
@_login
@_organisation
def run(
    home: Path, command: str, given: Path, actor_login: str, organisation: str
) -> None:
    """Carry out COMMAND, signed with the key in the registry's custody."""
    with opened(home) as registry:
        found = command_named(command)
        receipt = found.run(
            registry,
            _actor(actor_login, organisation),
            found.parse(given.read_bytes()),
            request_id=new_request_id(registry.entropy),
            now=utc_now(),
        )
    _tell_receipt(receipt)


@sign.command("prepare")
@home_argument
@_command
@_given
@_login
@_organisation
@click.option("--key", "method", required=True, help="The key that will sign: DID URL.")
@click.option("-o", "--output", type=_new_file, default=Path("prepared.json"))
def prepare_command(
    home: Path,
    command: str,
    given: Path,
    actor_login: str,
    organisation: str,
    method: str,
    output: Path,
) -> None:
    """Let the rules decide on COMMAND, and write the documents to sign."""
    with opened(home) as registry:
        waiting = prepare(
            registry,
            _actor(actor_login, organisation),
            command,
            command_named(command).parse(given.read_bytes()),
            verification_method=method,
            request_id=new_request_id(registry.entropy),
            now=utc_now(),
        )
    output.write_bytes(dump_prepared(waiting))
    tell(msg("Written to {path}. It waits for two days.", path=output))


@sign.command()
@click.argument("prepared", type=_file)
@click.option("--key", "key_file", required=True, type=_file, help="The key file.")
@click.option("-o", "--output", type=_new_file, help="Default: beside PREPARED.")
@click.option("--yes", is_flag=True, help="Do not ask; sign what is shown.")
def document(prepared: Path, key_file: Path, output: Path | None, *, yes: bool) -> None:
    """Show what PREPARED says, hash it here and sign it."""
    waiting = parse_prepared(prepared.read_bytes())
    _show(waiting)
    if not yes:
        click.confirm(say(msg("Sign this?")), abort=True)
    did, _ = parse_verification_method(waiting.verification_method)
    seed = read_key_file(key_file, _passphrase(is_new=False))
    signer = Ed25519Signer(method_of(did, public_key_of(seed)), seed)
    with _proofs_hold():
        signatures = sign_documents(waiting, signer)
    output = output or prepared.with_suffix(".signed.json")
    output.write_bytes(dump_signatures(waiting.request_id, signatures))
    tell(msg("Signed. Written to {path}.", path=output))


@sign.command("submit")
@home_argument
@click.argument("signed", type=_file)
@_login
@_organisation
def submit_command(
    home: Path, signed: Path, actor_login: str, organisation: str
) -> None:
    """Carry out what was prepared, with its signatures."""
    request_id, signatures = parse_signatures(signed.read_bytes())
    with opened(home) as registry, _proofs_hold():
        receipt = submit(
            registry,
            _actor(actor_login, organisation),
            request_id,
            signatures,
            now=utc_now(),
        )
    _tell_receipt(receipt)


def _actor(login: str, organisation: str) -> Actor:
    """Return a person acting for their organisation.

    Raises:
        NotFound: no such account, or it belongs to no such organisation.
        InvalidInput: they have several; one must be named.
    """
    account = account_by_login(normalise_login(login))
    if account is None or account.is_disabled:
        raise NotFound.at("actor-login", "There is no account {login}.", login=login)
    roles = memberships_of(account.account_id)
    if not organisation and len(roles) > 1:
        raise InvalidInput.at(
            "organisation",
            "{login} belongs to several organisations. Name one of: {names}.",
            login=login,
            names=", ".join(roles),
        )
    return actor_of(
        Person(
            account.account_id,
            account.login,
            account.name,
            account.person,
            account.language,
            organisation or next(iter(roles), ""),
            roles,
        )
    )


def _passphrase(*, is_new: bool) -> str:
    found = os.environ.get(PASSPHRASE)
    if found is None:
        question = say(msg("Passphrase of the key file"))
        found = click.prompt(question, hide_input=True, confirmation_prompt=is_new)
    return str(found)


def _show(waiting: PreparedCommand) -> None:
    for each in waiting.documents:
        click.echo()
        for name, value in lines_of(each.document):
            click.echo(f"  {name}: {value}")
    click.echo()


@contextmanager
def _proofs_hold() -> Iterator[None]:
    """Turn a proof that fails into a sentence and exit code 1."""
    try:
        yield
    except VerificationError as error:
        raise click.ClickException(f"{error.code}: {error}") from error


def _tell_receipt(receipt: Receipt) -> None:
    tell(
        msg(
            "Signed and logged: record {record}, entry {index}.",
            record=receipt.record_id,
            index=receipt.leaf_index,
        )
    )
