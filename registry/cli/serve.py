"""`registry serve`: gunicorn with threads, one worker a SQLite database."""

import socket
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click
from gunicorn.app.base import BaseApplication

from registry.app import create_app
from registry.cli.language import tell
from registry.cli.opening import home_argument
from registry.clock import utc_now
from registry.config import Settings, load_settings
from registry.errors import InvalidInput, msg
from registry.interop.cosigner import Cosigner
from registry.interop.outbound import post
from registry.service import open_registry
from registry.store.database import close_database, open_database
from registry.store.migrate import require_current

# A worker that stops may finish what it has; then it is ended.
GRACE_SECONDS = 30


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told everything by us and nothing by its own command line.

    Args:
        settings: checked; the worker opens the registry itself, after the fork, since
            no database connection survives one.
        options: gunicorn's settings by name.
    """

    def __init__(self, settings: Settings, options: Mapping[str, object]) -> None:
        self._settings = settings
        self._options = options
        self._cosigner: Cosigner | None = None
        super().__init__()

    def load_config(self) -> None:
        """Take the options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)
        self.cfg.set("worker_exit", self._leave)

    def load(self) -> object:
        """Return the application, in the worker, and start to ask the witnesses."""
        registry = open_registry(self._settings)
        ask = partial(post, allow_loopback=self._settings.mode == "demo")
        self._cosigner = Cosigner(registry.ledger, registry.policy, ask, utc_now)
        self._cosigner.start()
        return create_app(registry)

    def _leave(self, _server: object, _worker: object) -> None:
        if self._cosigner is not None:
            self._cosigner.stop()


def options_for(settings: Settings, bind: str) -> dict[str, object]:
    """Return gunicorn's options.

    Raises:
        InvalidInput: several workers on one SQLite file.
    """
    if settings.workers > 1 and settings.database.startswith("sqlite:"):
        raise InvalidInput.at(
            "workers",
            "{workers} workers need PostgreSQL: one SQLite file has one writer. Set "
            "workers = 1 and more threads, or a database_url of PostgreSQL.",
            workers=settings.workers,
        )
    return {
        "bind": bind,
        "workers": settings.workers,
        "worker_class": "gthread",
        "threads": settings.threads,
        "graceful_timeout": GRACE_SECONDS,
        "accesslog": "-",
        "errorlog": "-",
        # The path without its query: a typed code or a search is nobody's business.
        "access_log_format": '%(t)s %(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms',
        "proc_name": "registry",
        # gunicornc could reach it past us; nobody here asks for that.
        "control_socket_disable": True,
    }


def run(settings: Settings, bind: str) -> None:
    """Serve until told to stop; refuse a database that is not ready."""
    options = options_for(settings, bind)
    database = open_database(settings.database)
    try:
        with database.connection_context():
            require_current(database)
    finally:
        close_database()
    Server(settings, options).run()


def listening(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 picks a free one, and nobody can take it between.

    Raises:
        InvalidInput: the port is taken, or the address is not of this machine.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise InvalidInput.at(
            "port",
            "{host}:{port} cannot be listened on: {reason}. Choose another port.",
            host=host,
            port=port,
            reason=error.strerror or error,
        ) from error
    return bound


@click.command()
@home_argument
def serve(home: Path) -> None:
    """Serve the registry in the folder HOME; stops gracefully on Ctrl-C or TERM."""
    settings = load_settings(home)
    bind = f"{settings.listen}:{settings.port}"
    tell(msg("Serving {url} on {bind}", url=settings.base_url, bind=bind))
    run(settings, bind)
