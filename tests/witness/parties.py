"""Who takes part: an operator with a log in memory, and a witness behind real HTTP."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner, open_cosigned_checkpoint
from registry.tlog.note import NoteSigner
from registry.tlog.witness import AddCheckpoint
from registry.witness.app import WitnessApp
from registry.witness.cosigning import Cosigning
from registry.witness.heads import Heads
from tests.support.keys import seed
from tests.unit.tlog import naive

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ORIGIN = "trace.example/log"
LOG = NoteSigner(ORIGIN, seed("log"))
UNION = CosignatureSigner("witness.example/union", seed("union"))
AT = datetime(2026, 11, 21, 2, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """What an operator says the log holds."""

    leaves: tuple[bytes, ...]

    @classmethod
    def of(cls, size: int, name: str = "entry") -> "History":
        """Return a history of `size` leaves that only `name` tells from others."""
        return cls(tuple(naive.leaves(size, name)))

    def then(self, size: int, name: str) -> "History":
        """Return this history with `size` more leaves."""
        return History((*self.leaves, *naive.leaves(size, name)))

    def first(self, size: int) -> "History":
        """Return the history as it was."""
        return History(self.leaves[:size])

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self.leaves)

    @property
    def root(self) -> bytes:
        """Root hash, word for word as RFC 6962."""
        return naive.root(self.leaves)

    def checkpoint(self, signer: NoteSigner = LOG) -> bytes:
        """Return the checkpoint, signed."""
        named = Checkpoint(signer.verifier.name, self.size, self.root)
        return sign_checkpoint(named, signer)

    def request(self, old_size: int, signer: NoteSigner = LOG) -> bytes:
        """Return what this operator sends to a witness that has seen `old_size`."""
        proof = naive.consistency(old_size, self.leaves) if old_size else ()
        return AddCheckpoint(old_size, proof, self.checkpoint(signer)).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer as the wire had it."""

    status: int
    media_type: str
    body: bytes


def send(url: str, body: bytes, path: str = "/add-checkpoint") -> Reply:
    """Post `body` to the witness at `url`."""
    return request("POST", url, path, body)


def request(method: str, url: str, path: str, body: bytes | None = None) -> Reply:
    """Send one request; knows nothing of our client."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, path, body)
        with connection.getresponse() as response:
            media_type = response.getheader("Content-Type", "")
            return Reply(response.status, media_type, response.read())
    finally:
        connection.close()


def cosigned_at(history: History, lines: bytes) -> datetime:
    """Return the time at which the union cosigned `history`, verified."""
    opened = open_cosigned_checkpoint(
        history.checkpoint() + lines, ORIGIN, LOG.verifier, [UNION.verifier]
    )
    assert opened.checkpoint == Checkpoint(ORIGIN, history.size, history.root)
    return opened.cosigned_at[UNION.verifier]


def new_memory(path: Path) -> Heads:
    """Return the memory, in a new file, of a witness that follows the log."""
    heads = Heads(path)
    heads.create()
    heads.follow(LOG.verifier)
    return heads


def union(heads: Heads, now: Callable[[], datetime] = lambda: AT) -> WitnessApp:
    """Return the application of the union's witness."""
    return WitnessApp(Cosigning(heads, UNION), now)


class _Server(ThreadingMixIn, WSGIServer):
    """A thread a request, and all of them over when the server closes."""

    daemon_threads = False
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: "WSGIApplication") -> Iterator[str]:
    """Serve `app` on loopback; yield its url."""
    server = make_server("127.0.0.1", 0, app, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def together(works: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """Return what `works` return when all are let go at the same moment."""
    gate = threading.Barrier(len(works))
    replies: list[Reply | None] = [None] * len(works)

    def run(number: int) -> None:
        gate.wait()
        replies[number] = works[number]()

    threads = [
        threading.Thread(target=run, args=(number,)) for number in range(len(works))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [reply for reply in replies if reply is not None]
    assert len(done) == len(works)
    return done
