"""`registry demo`: a registry full of invented people on real ground, served."""

import io
import socket
import tempfile
from datetime import date, datetime
from pathlib import Path

import click
from qrcode.main import QRCode

from registry.cli.demo_witness import NAME, free_port, make_witness, witness_beside
from registry.cli.language import say, tell, wants_chinese
from registry.cli.serve import listening, run
from registry.clock import legal_date, utc_now
from registry.config import Settings
from registry.demo import DemoHome, Login, issue_demo_trust_list, make_demo_home
from registry.demo import tell as tell_story
from registry.demo.dice import seeded_entropy
from registry.demo.schedule import at
from registry.demo.showcase import best_batch
from registry.domain.gs1 import parse_digital_link
from registry.errors import msg
from registry.service import open_registry
from registry.store.database import close_database, database

# A port that is easy to say; the next free one if it is taken.
USUAL_PORT = 8000

# RFC 5737: no packet is sent, the kernel only says which address it would use.
_DOCUMENTATION_ADDRESS = ("192.0.2.1", 9)


@click.command()
@click.option("--lan", is_flag=True, help="Listen on the network, so a phone can scan.")
@click.option("--port", type=click.IntRange(0, 65535), help="8000, or a free one.")
@click.option("--seed", default="1", help="The same seed and day give the same log.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the story ends; this one unless given.",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep it in this folder; else it is gone afterwards.",
)
@click.option("--serve/--no-serve", "serving", default=True, help="Serve it, or stop.")
def demo(
    *,
    lan: bool,
    port: int | None,
    seed: str,
    today: datetime | None,
    home: Path | None,
    serving: bool,
) -> None:
    """Fill a fresh registry with two seasons of produce, and serve it."""
    last_day = today.date() if today else legal_date(utc_now())
    with (
        listening_socket(lan=lan, port=port) as bound,
        tempfile.TemporaryDirectory(prefix="produce-registry-") as folder,
    ):
        where = _where(home or Path(folder) / "demo", bound, lan=lan)
        watcher = free_port() if serving else None
        settings, logins, path = fill(where, seed, last_day, watcher)
        _show(settings, logins, path)
        if watcher is not None:
            _serve(settings, bound, watcher)


def _serve(settings: Settings, bound: socket.socket, watcher: int) -> None:
    """Serve on `bound`, beside a witness on the port `watcher`."""
    with witness_beside(settings, watcher):
        tell(
            msg(
                "A witness runs beside it, {name}: it shows how the log is watched. "
                "A real one belongs to somebody else.",
                name=NAME,
            )
        )
        tell(msg("Press Ctrl-C to stop."))
        run(settings, f"fd://{bound.detach()}")


def listening_socket(*, lan: bool, port: int | None) -> socket.socket:
    """Return the socket to serve on: the port asked for, the usual one, or any."""
    host = "0.0.0.0" if lan else "127.0.0.1"  # noqa: S104 - what --lan asks for
    if port is not None:
        return listening(host, port)
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", USUAL_PORT)) == 0
    return listening(host, 0 if taken else USUAL_PORT)


def _where(home: Path, bound: socket.socket, *, lan: bool) -> DemoHome:
    listen, port = bound.getsockname()
    host = lan_address() if lan else listen
    return DemoHome(home, f"http://{host}:{port}", listen, port)


def lan_address() -> str:
    """Return the address that others on the network reach this machine by."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_DOCUMENTATION_ADDRESS)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def fill(
    where: DemoHome, seed: str, last_day: date, watcher: int | None = None
) -> tuple[Settings, list[Login], str]:
    """Make the home and tell the story; return settings, accounts and a batch to show.

    The story ends as its last day begins, so that nothing in the log is of the future.

    Args:
        where: the home will be.
        seed: of the log and all that is in it.
        last_day: of the story.
        watcher: port of the witness to make; nobody watches if None.
    """
    settings = make_demo_home(where, seed)
    if watcher is not None:
        make_witness(settings, watcher)
    issue_demo_trust_list(settings, utc_now())
    registry = open_registry(settings, seeded_entropy(seed))
    with database.connection_context():
        label = say(msg("Two seasons"))
        with click.progressbar(length=1, label=label) as bar:

            def progress(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            logins = tell_story(registry, at(last_day, 0), progress)
        path = best_batch(last_day, registry.reference.limits)
    close_database()
    return settings, logins, path


def _show(settings: Settings, logins: list[Login], path: str) -> None:
    click.echo()
    tell(msg("Demonstration data: invented people, real places, limits and failures."))
    tell(msg("Address: {url}", url=settings.base_url))
    click.echo()
    tell(msg("Sign in as (passwords are of this run only):"))
    for login in logins:
        place = login.organisation if wants_chinese() else login.organisation_en
        click.echo(f"  {login.login:<18} {login.password}   {place}")
    link = parse_digital_link(path).uri(settings.base_url)
    click.echo()
    tell(msg("A certified batch, as a shopper sees it:"))
    click.echo(f"  {link}\n")
    click.echo(terminal_qr(link))


def terminal_qr(text: str) -> str:
    """Return a QR symbol in half blocks, dark on light on a dark terminal too."""
    code = QRCode(border=2)
    code.add_data(text)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()
