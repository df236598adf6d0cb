"""`registry demo`, served by the real server in a process of its own."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.tlog.policy import parse_policy

START_SECONDS = 60
STOP_SECONDS = 15
WATCHED_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """A demonstration that answers.

    Attributes:
        logins: (login, password) as the terminal shows them.
        link: of the batch that it shows.
    """

    home: Path
    process: subprocess.Popen[str]
    address: str
    logins: list[tuple[str, str]]
    link: str


def wait_until_it_answers(address: str) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration on a free port; its output goes to a file."""
    folder = tmp_path_factory.mktemp("served")
    output = folder / "output"
    home = folder / "demo"
    words = ("demo", "--port", "0", "--home", str(home))
    command = (sys.executable, "-m", "registry.cli", *words)
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    with output.open("w") as file:
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
    try:
        yield _read(home, process, output)
    finally:
        stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """Tell it to stop, as a person does; its witness would outlive a kill."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(home: Path, process: subprocess.Popen[str], output: Path) -> Served:
    """Return what the terminal says, once it has said all."""
    for _ in range(START_SECONDS * 10):
        said = output.read_text("utf-8")
        if "Ctrl-C" in said:
            break
        assert process.poll() is None, said
        time.sleep(0.1)
    (address,) = re.findall(r"^Address: (\S+)$", said, re.M)
    (link,) = re.findall(r"^ +(http\S+/01/\S+)$", said, re.M)
    logins = re.findall(r"^  ([a-z-]+) +(\S{4}-\S{4}-\S{4}) ", said, re.M)
    wait_until_it_answers(address)
    return Served(home, process, address, logins, link)


def browser() -> urllib.request.OpenerDirector:
    """Return a client that keeps cookies."""
    jar = http.cookiejar.CookieJar()
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def test_the_link_on_the_terminal_shows_a_good_batch(served: Served) -> None:
    with urllib.request.urlopen(served.link) as answer:
        page = answer.read().decode()
    assert answer.status == 200
    assert "演示" in page, "the organisations say that they are invented"


def test_verify_repeats_the_checks_from_another_process(served: Served) -> None:
    command = (sys.executable, "-m", "registry.cli", "verify", served.link)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗" not in done.stdout


def test_every_login_on_the_terminal_opens_its_desk(served: Served) -> None:
    assert len(served.logins) >= 10
    for login, password in served.logins:
        client = browser()
        form = client.open(f"{served.address}/login").read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        assert token
        fields = {"login": login, "password": password, "csrf_token": token[1]}
        data = urllib.parse.urlencode(fields).encode()
        with client.open(f"{served.address}/login", data) as answer:
            assert urllib.parse.urlsplit(answer.url).path == "/today", login


def test_the_log_page_says_that_the_witness_beside_it_confirmed(
    served: Served,
) -> None:
    said = ""
    for _ in range(WATCHED_SECONDS):
        with urllib.request.urlopen(f"{served.address}/log?lang=en") as answer:
            said = answer.read().decode()
        if "1 of 1 witnesses have confirmed this state" in said:
            return
        time.sleep(1)
    pytest.fail(said)


def test_the_trust_list_names_the_witness_so_that_phones_ask_for_it(
    served: Served,
) -> None:
    listed = json.loads((served.home / "trust-list.json").read_bytes())
    (witness,) = listed["witnesses"]
    assert witness["name"] == "witness.example/demo"
    assert listed["quorum"] == 1


def test_ctrl_c_stops_it_and_leaves_no_witness_behind(served: Served) -> None:
    policy = parse_policy((served.home / "witnesses.policy").read_text("utf-8"))
    (witness,) = policy.witnesses
    with urllib.request.urlopen(f"{witness.url}/") as answer:
        assert answer.status == 200
    os.killpg(served.process.pid, signal.SIGINT)  # what a terminal does
    assert served.process.wait(STOP_SECONDS) == 0
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(f"{witness.url}/")
