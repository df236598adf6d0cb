"""The witness over real HTTP: each answer of C2SP tlog-witness."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.note import NoteSigner, add_signatures, sign_note
from registry.tlog.witness import MAX_REQUEST_BYTES, AddCheckpoint
from registry.witness.heads import Heads
from tests.support.keys import seed
from tests.witness.parties import (
    AT,
    LOG,
    ORIGIN,
    UNION,
    History,
    Reply,
    cosigned_at,
    new_memory,
    request,
    send,
    served,
    together,
    union,
)

EVE = NoteSigner(ORIGIN, seed("eve"))
TRUE = History.of(40)


class Clock:
    """Shows what the test set."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path) -> Heads:
    return new_memory(tmp_path / "witness.db")


@pytest.fixture
def url(memory: Heads, clock: Clock) -> Iterator[str]:
    with served(union(memory, clock)) as url:
        yield url


def seen(memory: Heads) -> int:
    return memory.all()[0].tree_size


def test_a_first_checkpoint_is_cosigned(url: str, memory: Heads) -> None:
    reply = send(url, TRUE.first(10).request(0))
    assert reply.status == 200
    assert reply.body.startswith("— witness.example/union ".encode())
    assert reply.body.endswith(b"\n")
    assert cosigned_at(TRUE.first(10), reply.body) == AT
    assert seen(memory) == 10


def test_a_log_that_grew_is_cosigned(url: str) -> None:
    sizes = [1, 2, 3, 8, 9, 17, 40]
    for old, new in zip([0, *sizes], sizes, strict=False):
        reply = send(url, TRUE.first(new).request(old))
        assert reply.status == 200
        cosigned_at(TRUE.first(new), reply.body)


def test_a_log_that_did_not_grow_is_cosigned_anew(url: str, clock: Clock) -> None:
    send(url, TRUE.request(0))
    clock.now = AT + timedelta(hours=1)
    reply = send(url, TRUE.request(40))
    assert reply.status == 200
    assert cosigned_at(TRUE, reply.body) == clock.now


def test_an_empty_log_is_cosigned(url: str) -> None:
    assert send(url, TRUE.first(0).request(0)).status == 200
    assert send(url, TRUE.request(0)).status == 200


def test_an_old_size_above_the_new_is_400(url: str) -> None:
    send(url, TRUE.request(0))
    body = AddCheckpoint(40, (), TRUE.first(39).checkpoint()).encode()
    assert send(url, body).status == 400


@pytest.mark.parametrize("body", [b"", b"old 1\n", b"old x\n\n" + TRUE.checkpoint()])
def test_a_malformed_request_is_400(url: str, body: bytes) -> None:
    assert send(url, body).status == 400


def test_what_is_no_checkpoint_is_400_even_if_the_log_signed_it(url: str) -> None:
    extended = sign_note(f"{Checkpoint(ORIGIN, 1, bytes(32)).text}more\n", [LOG])
    reply = send(url, AddCheckpoint(0, (), extended).encode())
    assert reply.status == 400
    assert b"not a checkpoint" in reply.body


@pytest.mark.parametrize(
    "note",
    [
        sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), EVE),
        TRUE.checkpoint().replace(b"\n40\n", b"\n41\n"),
        f"{ORIGIN}\n40\n".encode(),
        add_signatures(
            f"{Checkpoint(ORIGIN, 40, TRUE.root).text}\n".encode(),
            [UNION.cosign(Checkpoint(ORIGIN, 40, TRUE.root), AT)],
        ),
    ],
    ids=["unknown key", "tampered", "no signature", "cosigned only"],
)
def test_what_the_log_did_not_sign_is_403(url: str, memory: Heads, note: bytes) -> None:
    assert send(url, AddCheckpoint(0, (), note).encode()).status == 403
    assert seen(memory) == 0


def test_an_unknown_log_is_404(url: str) -> None:
    other = NoteSigner("other.example/log", seed("other"))
    body = AddCheckpoint(0, (), TRUE.checkpoint(other)).encode()
    assert send(url, body).status == 404


def test_a_key_signs_only_for_its_own_origin(url: str, memory: Heads) -> None:
    other = NoteSigner("other.example/log", seed("other"))
    memory.follow(other.verifier)
    note = sign_note(Checkpoint(ORIGIN, 40, TRUE.root).text, [other])
    assert send(url, AddCheckpoint(0, (), note).encode()).status == 403


def test_another_old_size_is_409_with_the_stored_size(url: str) -> None:
    send(url, TRUE.first(10).request(0))
    for old in (0, 9, 11):
        assert send(url, TRUE.request(old)) == Reply(409, "text/x.tlog.size", b"10\n")


def test_a_bad_proof_is_422(url: str, memory: Heads) -> None:
    send(url, TRUE.first(10).request(0))
    body = AddCheckpoint(10, (bytes(32),) * 4, TRUE.checkpoint()).encode()
    assert send(url, body).status == 422
    assert seen(memory) == 10


def test_another_root_for_the_same_size_is_422(url: str) -> None:
    send(url, TRUE.request(0))
    assert send(url, History.of(40, "other").request(40)).status == 422


def test_a_proof_from_nothing_is_422(url: str) -> None:
    body = AddCheckpoint(0, (bytes(32),), TRUE.checkpoint()).encode()
    assert send(url, body).status == 422


def test_an_empty_tree_with_a_root_of_its_own_is_422(url: str) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG)
    assert send(url, AddCheckpoint(0, (), note).encode()).status == 422


def test_a_body_over_the_limit_is_413(url: str) -> None:
    assert send(url, b"old 0\n\n" + bytes(MAX_REQUEST_BYTES)).status == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_checkpoint_is_added_by_post_only(url: str, method: str) -> None:
    assert request(method, url, "/add-checkpoint").status == 405


def test_nothing_else_is_posted(url: str) -> None:
    assert send(url, b"", "/").status == 405


def test_a_clock_set_back_stops_the_witness(
    url: str, clock: Clock, memory: Heads
) -> None:
    send(url, TRUE.first(10).request(0))
    clock.now = AT - timedelta(minutes=2)
    reply = send(url, TRUE.request(10))
    assert reply.status == 503
    assert seen(memory) == 10


def test_a_clock_that_jitters_never_states_an_earlier_time(
    url: str, clock: Clock
) -> None:
    send(url, TRUE.first(10).request(0))
    clock.now = AT - timedelta(seconds=30)
    reply = send(url, TRUE.request(10))
    assert cosigned_at(TRUE, reply.body) == AT


def test_a_log_may_change_its_key(url: str, memory: Heads) -> None:
    new = NoteSigner(ORIGIN, seed("log, second key"))
    send(url, TRUE.first(10).request(0))
    memory.follow(new.verifier)
    note = TRUE.checkpoint(new)
    old_proof = TRUE.request(10).partition(b"\n\n")[0]
    assert send(url, old_proof + b"\n\n" + note).status == 200
    assert send(url, TRUE.request(40)).status == 200


def test_logs_are_watched_apart(url: str, memory: Heads) -> None:
    other = NoteSigner("other.example/log", seed("other"))
    memory.follow(other.verifier)
    send(url, TRUE.request(0))
    body = AddCheckpoint(0, (), History.of(3, "other").checkpoint(other)).encode()
    assert send(url, body).status == 200
    assert [head.tree_size for head in memory.all()] == [3, 40]


def test_monitors_get_the_checkpoint_with_the_line_that_was_answered(
    url: str,
) -> None:
    path = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert request("GET", url, path).status == 404
    foreign = CosignatureSigner("witness.example/eve", seed("eve"))
    line = foreign.cosign(Checkpoint(ORIGIN, 40, TRUE.root), AT)
    noisy = add_signatures(TRUE.checkpoint(), [line])
    answered = send(url, AddCheckpoint(0, (), noisy).encode()).body
    reply = request("GET", url, path)
    assert reply.status == 200
    assert reply.body == TRUE.checkpoint() + answered


def test_the_page_says_who_and_what(url: str, memory: Heads) -> None:
    memory.follow(NoteSigner("<b>.example/log", seed("b")).verifier)
    send(url, TRUE.request(0))
    reply = request("GET", url, "/")
    page = reply.body.decode()
    assert reply.media_type == "text/html; charset=utf-8"
    assert UNION.verifier.vkey in page
    assert f"<code>{ORIGIN}</code></th><td>40</td><td>2026-11-21T02:31:00Z" in page
    assert "&lt;b&gt;.example/log" in page
    assert "<b>" not in page
    assert "尚未" in page


def test_of_many_extensions_of_one_size_only_one_is_signed(
    url: str, memory: Heads
) -> None:
    send(url, TRUE.first(10).request(0))
    forks = [TRUE.first(10).then(5, f"fork {number}") for number in range(8)]
    replies = together([partial(send, url, fork.request(10)) for fork in forks])
    statuses = [reply.status for reply in replies]
    assert sorted(statuses) == [200] + [409] * 7
    assert memory.all()[0].root_hash == forks[statuses.index(200)].root


@pytest.mark.parametrize("number", range(5))
def test_two_witness_processes_on_one_memory_sign_only_one_of_two_forks(
    memory: Heads, tmp_path: Path, number: int
) -> None:
    base = TRUE.first(10 + number)
    forks = [base.then(1, f"{number} {side}") for side in "ab"]
    path = tmp_path / "witness.db"
    with served(union(Heads(path))) as first, served(union(Heads(path))) as second:
        send(first, base.request(0))
        replies = together(
            [
                partial(send, url, fork.request(base.size))
                for fork, url in zip(forks, [first, second], strict=True)
            ]
        )
    statuses = [reply.status for reply in replies]
    assert sorted(statuses) == [200, 409]
    assert memory.all()[0].root_hash == forks[statuses.index(200)].root


def test_a_damaged_memory_signs_nothing(url: str, tmp_path: Path) -> None:
    send(url, TRUE.first(10).request(0))
    (tmp_path / "witness.db").unlink()
    assert send(url, TRUE.request(10)).status == 503
    assert request("GET", url, "/").status == 503
    assert not (tmp_path / "witness.db").exists()


def test_times_are_in_utc(url: str, clock: Clock) -> None:
    clock.now = AT.astimezone().replace(microsecond=123456)
    reply = send(url, TRUE.request(0))
    assert cosigned_at(TRUE, reply.body) == AT.replace(microsecond=0)
    assert cosigned_at(TRUE, reply.body).tzinfo is UTC
