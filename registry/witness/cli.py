"""`registry witness`: make a witness, let it follow logs, serve it."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click
from gunicorn.app.base import BaseApplication

from registry.clock import utc_now
from registry.errors import RegistryError
from registry.tlog.note import NoteVerifier
from registry.witness.app import WitnessApp
from registry.witness.cosigning import Cosigning
from registry.witness.heads import Heads
from registry.witness.key import SEED_BYTES, read_key, write_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_DIRECTORY = click.argument("directory", type=click.Path(path_type=Path))


class _Refused(click.ClickException):
    """A refusal in words, not a traceback."""

    def __init__(self, error: RegistryError) -> None:
        super().__init__(str(error))


@click.group()
def witness() -> None:
    """Watch logs of other organisations and cosign what they only add to."""


@witness.command()
@_DIRECTORY
@click.option("--name", required=True, help="Such as witness.example/union.")
@click.option("--log", "vkeys", multiple=True, help="Verifier key of a log to follow.")
def init(directory: Path, name: str, vkeys: tuple[str, ...]) -> None:
    """Make a witness with a new key in DIRECTORY and print its verifier key."""
    try:
        verifiers = [NoteVerifier.parse(vkey) for vkey in vkeys]
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = write_key(_key(directory), name, secrets.token_bytes(SEED_BYTES))
        heads = _heads(directory)
        heads.create()
        for verifier in verifiers:
            heads.follow(verifier)
    except RegistryError as error:
        raise _Refused(error) from error
    click.echo(signer.verifier.vkey)


@witness.command()
@_DIRECTORY
@click.argument("vkey")
def follow(directory: Path, vkey: str) -> None:
    """Follow one more log, or trust one more key of a log, by its VKEY."""
    try:
        heads = _heads(directory)
        heads.check()
        heads.follow(NoteVerifier.parse(vkey))
    except RegistryError as error:
        raise _Refused(error) from error


@witness.command()
@_DIRECTORY
@click.option("--listen", default="127.0.0.1", show_default=True)
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def serve(directory: Path, listen: str, port: int, threads: int) -> None:
    """Answer requests for cosignatures; put TLS before it."""
    try:
        app = open_witness(directory)
    except RegistryError as error:
        raise _Refused(error) from error
    options = {
        "bind": f"{listen}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": threads,
        "keepalive": 60,
        "control_socket_disable": True,  # nobody else gives this process orders
    }
    _Server(app, options).run()


def open_witness(directory: Path) -> WitnessApp:
    """Return the application of the witness in `directory`.

    Raises:
        RegistryError: its key or its memory is missing or damaged.
    """
    heads = _heads(directory)
    heads.check()
    return WitnessApp(Cosigning(heads, read_key(_key(directory))), utc_now)


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with settings from here alone."""

    def __init__(self, app: "WSGIApplication", options: dict[str, object]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, setting in self._options.items():
            self.cfg.set(name, setting)

    def load(self) -> "WSGIApplication":
        return self._app


def _key(directory: Path) -> Path:
    return directory / "key"


def _heads(directory: Path) -> Heads:
    return Heads(directory / "witness.db")
