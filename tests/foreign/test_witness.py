"""Our log before a witness written elsewhere, and its client before our witness."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from aics_witness import (
    LogConfig,
    WitnessAhead,
    WitnessClient,
    WitnessRejected,
    WitnessStore,
    make_server,
)
from aics_witness import Witness as ForeignWitness
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.interop.cosigner import Cosigner
from registry.interop.outbound import post
from registry.interop.witnesses import quorum_state
from registry.tlog.note import NoteSigner
from registry.tlog.policy import Policy, parse_policy
from tests.support.cast import Cast
from tests.support.keys import seed
from tests.support.registry import HOST, NOW
from tests.unit.tlog import naive
from tests.witness.parties import (
    AT,
    LOG,
    ORIGIN,
    UNION,
    History,
    cosigned_at,
    new_memory,
    send,
    served,
    union,
)

NAME = "university.example/w"
REGISTRY_LOG = NoteSigner(f"{HOST}/log", seed("secret log"))


@dataclass(frozen=True, slots=True)
class Stranger:
    """A witness that somebody else wrote, behind its own HTTP server."""

    url: str
    vkey: str

    @property
    def policy(self) -> Policy:
        """The policy of a registry that it alone watches."""
        return parse_policy(f"witness it {self.vkey} {self.url}\nquorum it\n")


@contextmanager
def stranger(folder: Path, log: NoteSigner, now: float) -> Iterator[Stranger]:
    """Serve a foreign witness of `log`, whose clock stands at `now`."""
    followed = LogConfig.from_strings(log.verifier.name, [log.verifier.vkey])
    with WitnessStore(folder / "foreign.db", create=True) as store:
        key = Ed25519PrivateKey.from_private_bytes(seed(NAME))
        witness = ForeignWitness(NAME, key, store, [followed], clock=lambda: now)
        server = make_server(witness)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Stranger(server.url, witness.vkey_text)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


# A foreign witness of an operator's log


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Stranger]:
    """It follows the log of `History`."""
    with stranger(tmp_path, LOG, AT.timestamp()) as witness:
        yield witness


def test_a_foreign_witness_cosigns_a_log_of_ours_as_it_grows(foreign: Stranger) -> None:
    history = History.of(1000)
    for old_size, size in ((0, 600), (600, 1000), (1000, 1000)):
        reply = send(foreign.url, history.first(size).request(old_size))
        assert reply.status == 200, reply.body


def test_a_foreign_witness_refuses_a_rewritten_history(foreign: Stranger) -> None:
    assert send(foreign.url, History.of(600).request(0)).status == 200
    rewritten = History.of(599).then(401, "rewritten")
    assert send(foreign.url, rewritten.request(600)).status == 422


def test_a_foreign_witness_refuses_another_tree_of_the_same_size(
    foreign: Stranger,
) -> None:
    assert send(foreign.url, History.of(600).request(0)).status == 200
    assert send(foreign.url, History.of(600, "other").request(600)).status == 422


def test_a_foreign_witness_tells_a_log_that_was_rolled_back_what_it_saw(
    foreign: Stranger,
) -> None:
    assert send(foreign.url, History.of(1000).request(0)).status == 200
    reply = send(foreign.url, History.of(600).request(600))
    assert (reply.status, reply.body) == (409, b"1000\n")
    assert reply.media_type == "text/x.tlog.size"


# A foreign witness of a registry, asked by our cosigner


@pytest.fixture
def watcher(embedded_cast: Cast, tmp_path: Path) -> Iterator[Stranger]:
    """It follows the registry's log."""
    with stranger(tmp_path, REGISTRY_LOG, NOW.timestamp()) as witness:
        yield witness


def cosigner(cast: Cast, watcher: Stranger) -> Cosigner:
    """Return our client, as it starts in a server."""
    ask = partial(post, allow_loopback=True)
    return Cosigner(cast.registry.ledger, watcher.policy, ask, lambda: NOW)


def test_a_registry_is_watched_by_a_foreign_witness_as_it_grows(
    embedded_cast: Cast, watcher: Stranger
) -> None:
    ledger = embedded_cast.registry.ledger
    for number in range(3):
        embedded_cast.registers_plot(embedded_cast.amina, f"P{number}")
        cosigner(embedded_cast, watcher).ask_all()
        state = quorum_state(ledger, watcher.policy)
        assert (state.cosigned, state.witnesses, state.is_met) == (1, 1, True)
        assert state.tree_size == ledger.head().tree_size
        assert state.cosigned_at == NOW


@pytest.mark.parametrize(
    ("more", "name", "problem"),
    [(0, "other", "another history"), (5, "entry", "looks like an old backup")],
    ids=["rewritten", "rolled back"],
)
def test_a_foreign_witness_that_saw_another_tree_is_an_alarm(
    embedded_cast: Cast, watcher: Stranger, more: int, name: str, problem: str
) -> None:
    size = embedded_cast.registry.ledger.head().tree_size + more
    seen = History.of(size, name)
    first = seen.request(0, REGISTRY_LOG)
    assert send(watcher.url, first).status == 200
    asking = cosigner(embedded_cast, watcher)
    asking.ask_all()
    assert asking.standings["it"].is_alarm
    assert problem in asking.standings["it"].problem
    assert not quorum_state(embedded_cast.registry.ledger, watcher.policy).is_met


# A foreign client before our witness

ProofOf = Callable[[int, int], Sequence[bytes]]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[WitnessClient]:
    """It asks the union's witness, which is ours."""
    with (
        served(union(new_memory(tmp_path / "union.db"))) as url,
        WitnessClient(url, UNION.verifier.vkey, clock=AT.timestamp) as client,
    ):
        yield client


def proof_of(history: History) -> ProofOf:
    """Return what a foreign client asks for consistency proofs."""
    return lambda old, new: naive.consistency(old, history.first(new).leaves)


def submit(client: WitnessClient, history: History) -> bytes:
    """Return the lines that the foreign client took for good."""
    lines: str = client.submit(history.checkpoint(), proof_of(history))
    return lines.encode()


def test_a_foreign_client_takes_the_cosignatures_of_our_witness(
    client: WitnessClient,
) -> None:
    history = History.of(1000)
    for size in (600, 1000):
        seen = history.first(size)
        assert cosigned_at(seen, submit(client, seen)) == AT


def test_a_foreign_client_that_forgot_the_size_is_told_by_our_witness(
    client: WitnessClient,
) -> None:
    history = History.of(1000)
    submit(client, history.first(600))
    client.known_sizes.clear()
    assert cosigned_at(history, submit(client, history)) == AT
    assert client.known_sizes == {ORIGIN: 1000}


def test_our_witness_refuses_a_foreign_client_with_a_rewritten_history(
    client: WitnessClient,
) -> None:
    submit(client, History.of(600))
    with pytest.raises(WitnessRejected) as refused:
        submit(client, History.of(599).then(401, "rewritten"))
    assert refused.value.status == 422


def test_our_witness_tells_a_foreign_client_that_its_log_was_rolled_back(
    client: WitnessClient,
) -> None:
    submit(client, History.of(1000))
    with pytest.raises(WitnessAhead) as refused:
        submit(client, History.of(600))
    assert refused.value.known_size == 1000
