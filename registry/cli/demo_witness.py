"""The witness beside a demonstration: a process of its own, as another's would be.

It shows how a log is watched, and nothing more: a witness on the operator's machine is
no stranger. It is made and served by the command that others use.
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from registry.cli.opening import opened
from registry.clock import utc_now
from registry.config import Settings
from registry.errors import Conflict
from registry.interop.cosigner import Cosigner
from registry.interop.outbound import post
from registry.service import POLICY_FILE, log_keys

# Not on the log's host: an operator's own witness never counts.
NAME = "witness.example/demo"

_HOST = "127.0.0.1"
_START_SECONDS = 20
_STOP_SECONDS = 10

# `registry witness`, without the second it takes to load the registry too.
_PROGRAM = "from registry.witness.cli import witness; witness()"
_COMMAND = (sys.executable, "-c", _PROGRAM)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def make_witness(settings: Settings, port: int) -> None:
    """Make the witness in the home, and the policy that one witness suffices."""
    log = log_keys(settings)[1].vkey
    words = ("init", str(_folder(settings)), "--name", NAME, "--log", log)
    made = subprocess.run(  # noqa: S603 - our own program and words
        (*_COMMAND, *words), check=True, capture_output=True, text=True
    )
    policy = f"witness demo {made.stdout.strip()} http://{_HOST}:{port}\nquorum demo\n"
    (settings.home / POLICY_FILE).write_text(policy, "utf-8")


@contextmanager
def witness_beside(settings: Settings, port: int) -> Iterator[None]:
    """Serve the witness, ask it once, and stop it in the end, however that comes.

    Raises:
        Conflict: it does not start.
    """
    # Until the server has handlers of its own, TERM would end us without a word to it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    words = ("serve", str(_folder(settings)), "--port", str(port))
    output = _folder(settings) / "output"
    with output.open("wb") as file:
        # In a session of its own: Ctrl-C goes to all who share ours, and a server that
        # is told twice at once may wait for itself.
        process = subprocess.Popen(  # noqa: S603 - our own program and words
            (*_COMMAND, *words),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_it_listens(process, port, output)
        _ask_once(settings)
        yield
    finally:
        _stop(process)


def _folder(settings: Settings) -> Path:
    return settings.home / "witness"


def _wait_until_it_listens(
    process: subprocess.Popen[bytes], port: int, output: Path
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with (
            suppress(OSError),
            socket.create_connection((_HOST, port), _START_SECONDS),
        ):
            return
        time.sleep(0.05)
    raise Conflict.at(
        "witness",
        "The witness of the demonstration did not start; {path} says why.",
        path=output,
    )


def _ask_once(settings: Settings) -> None:
    """Have the log cosigned before anybody looks; the server asks from then on."""
    with opened(settings.home) as registry:
        ask = partial(post, allow_loopback=True)
        Cosigner(registry.ledger, registry.policy, ask, utc_now).ask_all()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the witness; a worker that leaves through here has no child, and ends none.

    `Popen` finds out that the process is not its own, and signals nobody.
    """
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
