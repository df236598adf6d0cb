"""A registry and real witnesses: asking, keeping, serving, refusing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import metamorphic_log
import pytest
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tlog import Checkpoint as ForeignCheckpoint

from registry.errors import BadCheckpoint, BadConsistency, InvalidInput
from registry.interop import cosigner as cosigner_module
from registry.interop.cosigner import (
    INTERVAL,
    MAX_BACKOFF,
    Cosigner,
    Standing,
    is_due,
)
from registry.interop.outbound import Answer, OutboundError, post
from registry.interop.witnesses import (
    QuorumState,
    cosigned_checkpoint,
    quorum_state,
    submit,
)
from registry.service import Registry, load_policy
from registry.store.cosignatures import KeptCosignature, newest_of
from registry.store.ledger import Head
from registry.store.tables.log import Cosignature
from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner, open_cosigned_checkpoint
from registry.tlog.note import NoteSigner
from registry.tlog.policy import Policy, Witness, parse_policy
from registry.tlog.witness import AddCheckpoint
from registry.witness.app import WitnessApp
from registry.witness.cosigning import Cosigning
from registry.witness.heads import Heads
from tests.support.cast import Cast
from tests.support.keys import seed
from tests.support.registry import HOST, NOW
from tests.witness.parties import History, send, served

POST = partial(post, allow_loopback=True)
LOG_SIGNER = NoteSigner(f"{HOST}/log", seed("secret log"))


class Clock:
    """Shows what the test set; registry and witnesses agree on it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: int) -> None:
        self.now += timedelta(**by)


class Watchers:
    """Witnesses that follow a registry's log, each served on its own port."""

    def __init__(self, registry: Registry, folder: Path, clock: Clock) -> None:
        self.registry = registry
        self.clock = clock
        self._folder = folder
        self._open = ExitStack()

    def witness(self, name: str) -> Witness:
        """Start the witness `name`; return it as a policy knows it."""
        heads = Heads(self._folder / f"{name.replace('/', '_')}.db")
        heads.create()
        heads.follow(self.registry.ledger.verifier)
        signer = CosignatureSigner(name, seed(name))
        app = WitnessApp(Cosigning(heads, signer), self.clock)
        url = self._open.enter_context(served(app))
        return Witness(name.partition(".")[0], signer.verifier, url)

    def policy(self, quorum: str, *names: str) -> Policy:
        """Start witnesses `names`; `quorum` of them suffice."""
        lines = [
            f"witness {each.name} {each.verifier.vkey} {each.url}"
            for each in map(self.witness, names)
        ]
        members = " ".join(name.partition(".")[0] for name in names)
        rule = f"group quorum {quorum} {members}\nquorum quorum\n"
        return parse_policy("\n".join([*lines, rule]))

    def cosigner(self, policy: Policy) -> Cosigner:
        """Return a cosigner that shares the clock."""
        return Cosigner(self.registry.ledger, policy, POST, self.clock)

    def close(self) -> None:
        """Stop every witness."""
        self._open.close()


UNION, UNIVERSITY = "union.example/w", "university.example/w"
OWN = f"own.{HOST}/w"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watchers(embedded_cast: Cast, tmp_path: Path, clock: Clock) -> Iterator[Watchers]:
    watchers = Watchers(embedded_cast.registry, tmp_path, clock)
    yield watchers
    watchers.close()


def ask(watchers: Watchers, witness: Witness) -> KeptCosignature:
    ledger = watchers.registry.ledger
    return submit(witness, ledger, ledger.head(), POST, watchers.clock.now)


def grow(cast: Cast) -> int:
    """Let the log grow; return its size."""
    cast.registers_plot(cast.amina, f"P{cast.requests}")
    return cast.registry.ledger.head().tree_size


# Asking one witness


def test_a_witness_cosigns_a_registry_as_it_grows(
    watchers: Watchers, embedded_cast: Cast
) -> None:
    union = watchers.witness(UNION)
    for _ in range(3):
        size = grow(embedded_cast)
        cosignature = ask(watchers, union)
        assert (cosignature.tree_size, cosignature.signed_at) == (size, NOW)
        assert newest_of(union.verifier.vkey) == cosignature


def test_a_client_that_forgot_follows_the_size_of_the_witness(
    watchers: Watchers, embedded_cast: Cast
) -> None:
    union = watchers.witness(UNION)
    ledger = watchers.registry.ledger
    body = AddCheckpoint(0, (), ledger.head().note).encode()
    assert send(union.url, body).status == 200
    size = grow(embedded_cast)
    assert newest_of(union.verifier.vkey) is None
    assert ask(watchers, union).tree_size == size


def test_a_head_that_another_process_overtook_gives_way_to_the_newest(
    watchers: Watchers, embedded_cast: Cast
) -> None:
    union = watchers.witness(UNION)
    ledger = watchers.registry.ledger
    old = ledger.head()
    size = grow(embedded_cast)
    body = AddCheckpoint(0, (), ledger.head().note).encode()
    assert send(union.url, body).status == 200
    assert submit(union, ledger, old, POST, NOW).tree_size == size


def test_a_registry_that_was_rolled_back_is_an_alarm(watchers: Watchers) -> None:
    """The witness knows a larger tree than the database of yesterday."""
    union = watchers.witness(UNION)
    larger = History.of(watchers.registry.ledger.head().tree_size + 5)
    body = AddCheckpoint(0, (), larger.checkpoint(LOG_SIGNER)).encode()
    assert send(union.url, body).status == 200
    with pytest.raises(BadConsistency, match="looks like an old backup"):
        ask(watchers, union)


def test_another_history_is_an_alarm(watchers: Watchers, embedded_cast: Cast) -> None:
    union = watchers.witness(UNION)
    other = History.of(watchers.registry.ledger.head().tree_size, "other")
    body = AddCheckpoint(0, (), other.checkpoint(LOG_SIGNER)).encode()
    assert send(union.url, body).status == 200
    grow(embedded_cast)
    with pytest.raises(BadConsistency, match="another history"):
        ask(watchers, union)
    assert Cosignature.select().count() == 0


def test_a_witness_that_forgot_is_found_out(
    watchers: Watchers, embedded_cast: Cast, tmp_path: Path
) -> None:
    union = watchers.witness(UNION)
    ask(watchers, union)
    (tmp_path / "union.example_w.db").unlink()
    anew = Heads(tmp_path / "union.example_w.db")
    anew.create()
    anew.follow(watchers.registry.ledger.verifier)
    grow(embedded_cast)
    with pytest.raises(OutboundError, match="has forgotten"):
        ask(watchers, union)
    assert Cosignature.select().count() == 1


def answers(*given: Answer) -> Callable[[str, bytes], Answer]:
    """Return a witness that gives these answers in turn, whatever it is asked."""
    waiting = list(given)
    return lambda _url, _body: waiting.pop(0)


def line_of(head: Head, name: str, at: datetime = NOW) -> bytes:
    return str(CosignatureSigner(name, seed(name)).cosign(head.checkpoint, at)).encode()


@pytest.mark.parametrize(
    ("given", "error", "reason"),
    [
        ([Answer(404, "text/plain", b"unknown")], OutboundError, "404 unknown"),
        ([Answer(307, "", b"")], OutboundError, "answered 307"),
        ([Answer(409, "text/html", b"7\n")], OutboundError, "answered 409"),
        ([Answer(409, "text/x.tlog.size", b"x\n")], InvalidInput, "tree size"),
        ([Answer(409, "text/x.tlog.size", b"1\n")] * 3, OutboundError, "answered 409"),
        ([Answer(200, "", b"thanks\n")], BadCheckpoint, "signature line"),
        ([Answer(200, "", b"")], BadCheckpoint, "signature line"),
    ],
)
def test_an_answer_out_of_the_standard_is_refused(
    watchers: Watchers, given: list[Answer], error: type[Exception], reason: str
) -> None:
    union = watchers.witness(UNION)
    ledger = watchers.registry.ledger
    with pytest.raises(error, match=reason):
        submit(union, ledger, ledger.head(), answers(*given), NOW)
    assert Cosignature.select().count() == 0


def test_the_line_of_another_witness_is_not_taken(watchers: Watchers) -> None:
    union = watchers.witness(UNION)
    ledger = watchers.registry.ledger
    head = ledger.head()
    reply = Answer(200, "", line_of(head, UNIVERSITY))
    with pytest.raises(BadCheckpoint, match="no trusted key"):
        submit(union, ledger, head, answers(reply), NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_witness_whose_clock_is_off_does_not_count(
    watchers: Watchers, minutes: int
) -> None:
    union = watchers.witness(UNION)
    watchers.clock.forward(minutes=minutes)
    ledger = watchers.registry.ledger
    with pytest.raises(OutboundError, match="clocks is wrong"):
        submit(union, ledger, ledger.head(), POST, NOW)
    assert Cosignature.select().count() == 0


# Quorums


def test_the_cosigned_checkpoint_verifies_with_all_keys(watchers: Watchers) -> None:
    policy = watchers.policy("all", UNION, UNIVERSITY)
    watchers.cosigner(policy).ask_all()
    ledger = watchers.registry.ledger
    opened = open_cosigned_checkpoint(
        cosigned_checkpoint(ledger, policy),
        ledger.origin,
        ledger.verifier,
        [each.verifier for each in policy.witnesses],
    )
    assert opened.checkpoint == ledger.head().checkpoint
    assert set(opened.cosigned_at.values()) == {NOW}


def test_tlog_scales_verifies_log_and_witnesses(watchers: Watchers) -> None:
    policy = watchers.policy("all", UNION, UNIVERSITY)
    watchers.cosigner(policy).ask_all()
    ledger = watchers.registry.ledger
    text = cosigned_checkpoint(ledger, policy).decode()
    checkpoint = ForeignCheckpoint.from_text(text)
    vkeys = [ledger.verifier.vkey] + [each.verifier.vkey for each in policy.witnesses]
    foreign = VkeySet(*map(Vkey.from_string, vkeys))
    accepted = foreign.verify(checkpoint.signatures, checkpoint)
    assert {vkey.name for vkey, _ in accepted} == {ledger.origin, UNION, UNIVERSITY}
    forged = replace(checkpoint, size=checkpoint.size + 1)
    assert foreign.verify(forged.signatures, forged) == set()


def test_metamorphic_log_verifies_the_cosigned_checkpoint(watchers: Watchers) -> None:
    policy = watchers.policy("any", UNION)
    watchers.cosigner(policy).ask_all()
    ledger = watchers.registry.ledger
    text = cosigned_checkpoint(ledger, policy).decode()
    head = metamorphic_log.checkpoint_verify(text, [ledger.verifier.vkey])
    assert (head.origin, head.size) == (ledger.origin, ledger.head().tree_size)
    tampered = text.replace(f"\n{head.size}\n", f"\n{head.size + 1}\n")
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.checkpoint_verify(tampered, [ledger.verifier.vkey])


def test_the_newest_checkpoint_with_a_quorum_is_served(
    watchers: Watchers, embedded_cast: Cast
) -> None:
    policy = watchers.policy("2", UNION, UNIVERSITY)
    watchers.cosigner(policy).ask_all()
    ledger = watchers.registry.ledger
    quorate = ledger.head()
    grow(embedded_cast)
    ask(watchers, policy.witnesses[0])
    assert cosigned_checkpoint(ledger, policy).startswith(quorate.note)
    assert quorum_state(ledger, policy) == QuorumState(
        2, 2, is_met=True, tree_size=quorate.tree_size, cosigned_at=NOW
    )


def test_without_a_quorum_the_newest_checkpoint_is_served(
    watchers: Watchers, embedded_cast: Cast
) -> None:
    policy = watchers.policy("2", UNION, UNIVERSITY)
    ask(watchers, policy.witnesses[0])
    size = grow(embedded_cast)
    cosignature = ask(watchers, policy.witnesses[0])
    ledger = watchers.registry.ledger
    expected = ledger.head().note + cosignature.line.encode()
    assert cosigned_checkpoint(ledger, policy) == expected
    assert quorum_state(ledger, policy) == QuorumState(
        1, 2, is_met=False, tree_size=size, cosigned_at=None
    )


def test_the_time_is_that_of_the_slowest_of_a_quorum(watchers: Watchers) -> None:
    """Of three times, the second is when two of three had cosigned."""
    names = (UNION, UNIVERSITY, "certifier.example/w")
    policy = watchers.policy("2", *names)
    for witness in policy.witnesses:
        watchers.clock.forward(minutes=10)
        ask(watchers, witness)
    state = quorum_state(watchers.registry.ledger, policy)
    assert state.cosigned == 3
    assert state.cosigned_at == NOW + timedelta(minutes=20)


def test_the_operators_own_witness_never_counts(watchers: Watchers) -> None:
    policy = watchers.policy("any", OWN, UNION)
    own, union = policy.witnesses
    ask(watchers, own)
    ledger = watchers.registry.ledger
    size = ledger.head().tree_size
    assert quorum_state(ledger, policy) == QuorumState(
        0, 1, is_met=False, tree_size=size, cosigned_at=None
    )
    ask(watchers, union)
    assert quorum_state(ledger, policy) == QuorumState(
        1, 1, is_met=True, tree_size=size, cosigned_at=NOW
    )


def test_a_log_without_witnesses_is_served_as_it_is(watchers: Watchers) -> None:
    ledger = watchers.registry.ledger
    head = ledger.head()
    assert cosigned_checkpoint(ledger, Policy()) == head.note
    assert quorum_state(ledger, Policy()) == QuorumState(
        0,
        0,
        is_met=True,
        tree_size=head.tree_size,
        cosigned_at=None,
        is_asked=False,
    )


def test_a_policy_is_read_from_the_home(tmp_path: Path) -> None:
    assert load_policy(tmp_path) == Policy()
    (tmp_path / "witnesses.policy").write_text("quorum nobody\n")
    with pytest.raises(InvalidInput, match="nobody is not defined"):
        load_policy(tmp_path)
    (tmp_path / "witnesses.policy").write_bytes(b"# \xff\nquorum none\n")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        load_policy(tmp_path)


# The cosigner


def test_a_quiet_log_is_cosigned_anew_at_least_hourly(
    watchers: Watchers, clock: Clock
) -> None:
    policy = watchers.policy("any", UNION)
    cosigner = watchers.cosigner(policy)
    for _ in range(4 * 60):
        cosigner.ask_all()
        clock.forward(minutes=1)
        state = quorum_state(watchers.registry.ledger, policy)
        assert state.cosigned_at is not None
        assert clock.now - state.cosigned_at < timedelta(hours=1)
    assert Cosignature.select().count() == 5


def test_a_log_that_grows_is_cosigned_soon_but_not_at_every_record(
    watchers: Watchers, embedded_cast: Cast, clock: Clock
) -> None:
    policy = watchers.policy("all", UNION, UNIVERSITY)
    cosigner = watchers.cosigner(policy)
    for _ in range(12):
        grow(embedded_cast)
        cosigner.ask_all()
        clock.forward(seconds=10)
    assert Cosignature.select().count() == 2 * 2
    clock.forward(seconds=60)
    cosigner.ask_all()
    ledger = watchers.registry.ledger
    assert quorum_state(ledger, policy).tree_size == ledger.head().tree_size


def test_nobody_is_asked_to_witness_an_empty_log(
    embedded: Registry, clock: Clock, tmp_path: Path
) -> None:
    watchers = Watchers(embedded, tmp_path, clock)
    cosigner = watchers.cosigner(watchers.policy("any", UNION))
    cosigner.ask_all()
    watchers.close()
    assert Cosignature.select().count() == 0
    assert cosigner.standings["union"] == Standing()


def test_a_witness_that_is_down_keeps_nobody_and_is_asked_again(
    watchers: Watchers, clock: Clock
) -> None:
    up = watchers.policy("any", UNION, UNIVERSITY)
    union, university = up.witnesses
    down = replace(university, url="http://127.0.0.1:1")
    cosigner = watchers.cosigner(replace(up, witnesses=(down, union)))
    cosigner.ask_all()
    assert newest_of(union.verifier.vkey) is not None
    standing = cosigner.standings[university.name]
    assert (standing.failures, standing.is_alarm) == (1, False)
    assert "did not answer" in standing.problem
    clock.forward(minutes=2)
    cosigner.ask_all()
    assert cosigner.standings[university.name].failures == 2
    assert cosigner.standings[union.name] == Standing(NOW)


def test_an_alarm_is_told_from_a_failure(watchers: Watchers) -> None:
    policy = watchers.policy("any", UNION)
    larger = History.of(watchers.registry.ledger.head().tree_size + 5)
    note = sign_checkpoint(
        Checkpoint(LOG_SIGNER.verifier.name, larger.size, larger.root), LOG_SIGNER
    )
    send(policy.witnesses[0].url, AddCheckpoint(0, (), note).encode())
    cosigner = watchers.cosigner(policy)
    cosigner.ask_all()
    assert cosigner.standings["union"].is_alarm


def test_pauses_double_and_never_reach_an_hour() -> None:
    pauses = []
    for failures in (1, 2, 3, 4, 5, 6, 7, 100):
        standing = Standing(NOW, failures, "down")
        minutes = next(
            minutes
            for minutes in range(61)
            if is_due(standing, None, 1, NOW + timedelta(minutes=minutes))
        )
        pauses.append(minutes)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert timedelta(hours=1) > MAX_BACKOFF + INTERVAL


def test_the_thread_cosigns_and_stops(
    watchers: Watchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosigner_module, "POLL_SECONDS", 0.01)
    policy = watchers.policy("any", UNION)
    asked = threading.Event()

    def watch(url: str, body: bytes) -> Answer:
        answer = POST(url, body)
        asked.set()
        return answer

    cosigner = Cosigner(watchers.registry.ledger, policy, watch, watchers.clock)
    cosigner.start()
    assert asked.wait(20)
    cosigner.stop()
    assert newest_of(policy.witnesses[0].verifier.vkey) is not None


def test_the_thread_outlives_an_error(
    watchers: Watchers,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(cosigner_module, "POLL_SECONDS", 0.01)
    calls = threading.Semaphore(0)

    def broken(_url: str, _body: bytes) -> Answer:
        calls.release()
        raise ZeroDivisionError

    policy = watchers.policy("any", UNION)
    cosigner = Cosigner(watchers.registry.ledger, policy, broken, watchers.clock)
    cosigner.start()
    assert calls.acquire(timeout=20)
    watchers.clock.forward(minutes=2)
    assert calls.acquire(timeout=20)
    cosigner.stop()
    assert "no witness could be asked" in caplog.text


def test_a_writer_does_not_wait_for_a_slow_witness(
    watchers: Watchers, embedded_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosigner_module, "POLL_SECONDS", 0.01)
    policy = watchers.policy("any", UNION)
    asked, go_on = threading.Event(), threading.Event()

    def slow(url: str, body: bytes) -> Answer:
        asked.set()
        assert go_on.wait(20)
        return POST(url, body)

    cosigner = Cosigner(watchers.registry.ledger, policy, slow, watchers.clock)
    cosigner.start()
    assert asked.wait(20)
    before = embedded_cast.registry.ledger.head().tree_size
    assert grow(embedded_cast) == before + 1
    go_on.set()
    cosigner.stop()
    assert newest_of(policy.witnesses[0].verifier.vkey) is not None
