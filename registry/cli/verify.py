"""`registry verify`: every check of a batch's bundle, repeated here.

Reads no database and needs no registry: what it starts from is the log's origin and
key. Given with `--vkey`, or in a trust list that a pinned root signed (`--trust` and
`--root`), they come from somebody the reader trusts; with a trust list, witnesses and
their times are checked as well. Else origin and key are read from the GenesisRecord
that the file itself carries, and the reader is told that this is trust on first use.
"""

import urllib.error
import urllib.request
from email.message import Message as Headers
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import click

from registry.cli.language import say, tell
from registry.clock import utc_now
from registry.domain.records import RecordType
from registry.errors import InvalidInput, RegistryError, VerificationError, msg
from registry.interop.trust import parse_root
from registry.interop.verify_report import freshness_report, verify_report
from registry.signing.trust_list import TrustList, verify_trust_list
from registry.tlog.note import NoteVerifier
from registry.verify import Check, Trust, parse_bundle
from registry.verify.bundle import LARGEST

TIMEOUT_SECONDS = 10

HOLDS, FAILS, CANNOT_SAY = 0, 1, 2


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the address that was typed answers, or nobody."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Headers,
        newurl: str,
    ) -> None:
        """Return no request, so that the redirect becomes an error."""


def read_source(source: str) -> bytes:
    """Return the bytes of a file, or what an address answers, at most 4 MiB and one.

    Raises:
        InvalidInput: it cannot be read.
    """
    try:
        if urlsplit(source).scheme in {"http", "https"}:
            return _fetch(source)
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise InvalidInput.at(
            "source",
            "{source} cannot be read: {reason}.",
            source=source,
            reason=error,
        ) from error


def _fetch(url: str) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url, headers={"Accept": "application/json"}
    )
    opener = urllib.request.build_opener(_NoRedirects)
    with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
        data: bytes = answer.read(LARGEST + 1)
    return data


def given_trust(vkey: str, origin: str) -> Trust:
    """Return the trust that the reader brings along.

    Raises:
        InvalidInput: not a vkey.
    """
    verifier = NoteVerifier.parse(vkey)
    return Trust(origin or verifier.name, verifier)


def given_list(source: str, root: str) -> TrustList:
    """Return the trust list at an address or in a file, if `root` vouches for it now.

    Raises:
        InvalidInput: it cannot be read, or is not to be relied on.
    """
    if not root:
        raise InvalidInput.at(
            "root",
            "Name the root that you trust with --root did:key:…; a trust list proves "
            "nothing without it.",
        )
    try:
        return verify_trust_list(read_source(source), parse_root(root), 0, utc_now())
    except VerificationError as error:
        raise InvalidInput.at(
            "trust", "This trust list cannot be relied on: {reason}.", reason=error
        ) from error


def trust_in(trust_list: TrustList) -> Trust:
    """Return the log's origin and key as a trust list names them."""
    return given_trust(trust_list.log.vkey, trust_list.log.name)


def first_use_trust(data: bytes) -> Trust:
    """Return the log's origin and key as the bundle's own GenesisRecord states them.

    Raises:
        InvalidInput: there is no such record in it.
    """
    try:
        for bundled in parse_bundle(data).records:
            record = bundled.read()
            if record.record_type is RecordType.GENESIS:
                return given_trust(
                    record.subject.text("logKey"), record.subject.text("logOrigin")
                )
    except (VerificationError, RegistryError) as error:
        raise InvalidInput.at(
            "vkey",
            "This is not a bundle ({reason}), so it does not say which log it is of. "
            "Give the log's key with --vkey.",
            reason=error,
        ) from error
    raise InvalidInput.at(
        "vkey",
        "The bundle does not say which log it is of. Give the log's key with --vkey.",
    )


@click.command()
@click.argument("source")
@click.option("--vkey", default="", help="The log's key, from somebody you trust.")
@click.option("--origin", default="", help="The log's origin, if not the key's name.")
@click.option("--trust", "trusted", default="", help="A trust list: address or file.")
@click.option("--root", default="", help="The did:key of the root that signed it.")
@click.option(
    "--proof",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The .tlog-proof of a single record.",
)
@click.pass_context
def verify(
    ctx: click.Context,
    source: str,
    vkey: str,
    origin: str,
    trusted: str,
    root: str,
    proof: Path | None,
) -> None:
    """Check a batch's bundle at an address or in a file; print every step.

    Exit code 0: everything holds. 1: something does not. 2: it could not be checked.
    """
    try:
        data = read_source(source)
        trust_list = given_list(trusted, root) if trusted else None
        if trust_list:
            trust = trust_in(trust_list)
        else:
            trust = given_trust(vkey, origin) if vkey else first_use_trust(data)
    except InvalidInput as error:
        for problem in error.problems:
            click.secho(say(problem.message), fg="red", err=True)
        ctx.exit(CANNOT_SAY)
    if not vkey and not trust_list:
        tell(
            msg(
                "Trust on first use: the key {vkey} comes from what is being checked. "
                "Compare it with one from elsewhere.",
                vkey=trust.verifier.vkey,
            )
        )
    found = verify_report(data, trust, proof.read_bytes() if proof else b"")
    if trust_list:
        found += freshness_report(data, trust_list, utc_now())
    for check in found:
        _show(check)
    failed = [check for check in found if not check.holds]
    if failed:
        tell(msg("{count} of {all} checks fail.", count=len(failed), all=len(found)))
        ctx.exit(FAILS)
    tell(msg("All {all} checks hold.", all=len(found)))


def _show(check: Check) -> None:
    mark = "✓" if check.holds else "✗"
    click.secho(f"{mark} {say(check.message)}", fg="green" if check.holds else "red")
    if not check.holds:
        click.echo(f"  {check.code}: {check.detail}")
