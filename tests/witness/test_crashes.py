"""kill -9 of a witness, at the worst moments: it signs nothing inconsistent after."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.tlog.cosignature import CosignatureVerifier, open_cosigned_checkpoint
from registry.witness.cli import witness
from registry.witness.heads import Heads
from tests.witness.parties import (
    LOG,
    ORIGIN,
    History,
    Reply,
    new_memory,
    request,
    send,
)


@contextmanager
def running(memory: Path, point: str, count: int) -> Iterator[str]:
    """Run a witness that dies at the `count`-th arrival at `point`."""
    command = [sys.executable, "-m", "tests.witness.killed_witness"]
    with subprocess.Popen(
        [*command, str(memory), point, str(count)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def send_or_lose(url: str, body: bytes) -> Reply | None:
    """Return the reply, or None if the witness died over it."""
    try:
        return send(url, body)
    except (OSError, HTTPException):
        return None


@pytest.mark.parametrize("point", ["persisted", "signed"])
def test_a_witness_killed_before_it_answered_remembers(
    tmp_path: Path, point: str
) -> None:
    memory = tmp_path / "witness.db"
    new_memory(memory)
    told = History.of(10)
    with running(memory, point, 2) as url:
        assert send(url, told.first(5).request(0)).status == 200
        assert send_or_lose(url, told.request(5)) is None
    with running(memory, point, 99) as url:
        fork = told.first(5).then(6, "fork")
        assert send(url, fork.request(5)) == Reply(409, "text/x.tlog.size", b"10\n")
        assert send(url, fork.request(10)).status == 422
        assert send(url, told.request(10)).status == 200


@contextmanager
def serving(directory: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `registry witness serve`, all its processes in a group of their own."""
    code = "from registry.witness.cli import witness; witness()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "serve", str(directory), "--port", str(port)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            wait_until_up(port)
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def wait_until_up(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            assert request("GET", f"http://127.0.0.1:{port}", "/").status == 200
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def run_kills(directory: Path, count: int) -> None:
    """Kill the real server at random moments; whatever was answered must be one log."""
    runner = CliRunner()
    arguments = ["init", str(directory), "--name", "w.example/u"]
    made = runner.invoke(witness, [*arguments, "--log", LOG.verifier.vkey])
    verifier = CosignatureVerifier.parse(made.output.strip())
    chance = random.Random(count)
    told = History.of(0)
    for _ in range(count):
        port = free_port()
        with serving(directory, port) as process:
            for _ in range(chance.randint(1, 6)):
                told = submit_next(f"http://127.0.0.1:{port}", told, verifier)
            os.killpg(process.pid, signal.SIGKILL)
        assert Heads(directory / "witness.db").all()[0].root_hash == told.root


def submit_next(url: str, told: History, verifier: CosignatureVerifier) -> History:
    """Go on honestly, then try to have a fork signed; return what was cosigned."""
    grown = told.then(1, "next")
    line = send(url, grown.request(told.size)).body
    opened = open_cosigned_checkpoint(
        grown.checkpoint() + line, ORIGIN, LOG.verifier, [verifier]
    )
    assert verifier in opened.cosigned_at
    forked = told.then(3, "fork")
    assert send(url, forked.request(grown.size)).status == 422
    return grown


def test_the_server_remembers_over_kills(tmp_path: Path) -> None:
    run_kills(tmp_path / "witness", 3)


@pytest.mark.campaign
def test_the_server_remembers_over_many_kills(tmp_path: Path) -> None:
    run_kills(tmp_path / "witness", int(os.environ.get("CAMPAIGN", "300")))
