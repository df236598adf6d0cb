"""The command line, as a person in a terminal meets it."""

import http.server
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from registry.cli import main
from registry.cli.demo import lan_address, listening_socket, terminal_qr
from registry.cli.doctor import examine
from registry.cli.language import say, wants_chinese
from registry.cli.serve import listening, options_for
from registry.cli.verify import read_source
from registry.config import SECRETS
from registry.domain.uscc import uscc_check_character
from registry.errors import InvalidInput, msg
from registry.interop.bundles import bundle_of
from registry.store.database import close_database
from registry.store.queries.records import record_at
from registry.translations import PO
from registry.verify.bundle import LARGEST
from tests.support.cast import PATH, Cast, gather
from tests.support.registry import NOW, opened, settings_for

USCC = "91530000MA6K00001"
OPTIONS = {
    "identity-host": "trace.example",
    "base-url": "https://trace.example",
    "authority-name": "云南省农业农村厅",
    "division": "53",
    "operator-name": "源证运营中心",
    "operator-uscc": USCC + uscc_check_character(USCC),
}


def call(*words: object, language: str = "C.UTF-8", **options: str) -> Result:
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    environment = {"LC_ALL": language, "REGISTRY_HOME": ""}
    return CliRunner(env=environment).invoke(main, [*map(str, words), *flags])


def init(home: Path, **changes: str) -> Result:
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    return call("init", home, **OPTIONS | changed)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A production registry, just made."""
    assert init(tmp_path / "home").exit_code == 0
    yield tmp_path / "home"
    close_database()


# init


def test_init_makes_secrets_that_only_their_owner_reads(home: Path) -> None:
    for name in SECRETS:
        mode = stat.S_IMODE((home / "secrets" / name).stat().st_mode)
        assert mode == 0o400


def test_init_writes_the_genesis_and_takes_the_operator_in(home: Path) -> None:
    assert call("rebuild", home).output.splitlines()[-1] == "3 records were replayed."


def test_init_prints_every_secret_once_and_a_link_with_its_token_in_the_fragment(
    tmp_path: Path,
) -> None:
    result = init(tmp_path / "home")
    plain = "".join(result.output.split())
    for name in SECRETS:
        secret = (tmp_path / "home" / "secrets" / name).read_text().split()[1]
        assert plain.count(secret) == 1
    (link,) = [line for line in result.output.splitlines() if "/setup" in line]
    assert link.strip().startswith("http://127.0.0.1:8000/setup#")
    close_database()


def test_init_never_makes_a_registry_over_another(home: Path) -> None:
    before = (home / "secrets" / "kek").read_bytes()
    result = init(home)
    assert result.exit_code == 1
    assert "holds a registry already" in result.output
    assert (home / "secrets" / "kek").read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("base_url", "http://trace.example", "is not https"),
        ("identity_host", "https://trace.example", "identity_host"),
        ("operator_uscc", USCC + "8", "other characters give"),
        ("division", "99", "Unknown division"),
        ("database_url", "mysql://localhost/x", "Unknown database"),
    ],
)
def test_init_refuses_and_leaves_nothing_behind(
    tmp_path: Path, option: str, value: str, words: str
) -> None:
    result = init(tmp_path / "home", **{option: value})
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "home").exists()


# migrate, rebuild, create-admin, serve


def test_migrate_says_that_nothing_is_left_to_do(home: Path) -> None:
    result = call("migrate", home)
    assert result.exit_code == 0
    assert "0 migrations ran" in result.output


def test_create_admin_prints_another_link_each_time(home: Path) -> None:
    first, second = (call("create-admin", home).output for _ in range(2))
    assert "/setup#" in first
    assert first != second


def test_a_folder_without_a_registry_is_named(tmp_path: Path) -> None:
    result = call("migrate", tmp_path)
    assert result.exit_code == 1
    assert "identity_host" in result.output


def test_serve_refuses_wrong_settings_and_names_each(home: Path) -> None:
    (home / "secrets" / "kek").chmod(0o444)
    (home / "registry.toml").write_text(
        'identity_host = "trace.example"\nbase_url = "http://trace.example"\n'
    )
    result = call("serve", home)
    assert result.exit_code == 1
    assert "Others can read" in result.output
    assert "is not https" in result.output


def test_serve_refuses_the_secrets_of_a_demonstration(tmp_path: Path) -> None:
    settings_for(tmp_path)
    (tmp_path / "registry.toml").write_text(
        'identity_host = "trace.example"\nbase_url = "https://trace.example"\n'
    )
    result = call("serve", tmp_path)
    assert result.exit_code == 1
    assert result.output.count("was made for demo") == len(SECRETS)


def test_serve_refuses_several_workers_on_one_sqlite_file(tmp_path: Path) -> None:
    settings = settings_for(tmp_path).model_copy(update={"workers": 2})
    with pytest.raises(InvalidInput, match="need PostgreSQL"):
        options_for(settings, "127.0.0.1:0")


def test_serve_runs_several_workers_on_postgresql(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "postgresql:///x").model_copy(
        update={"workers": 2}
    )
    assert options_for(settings, "127.0.0.1:0")["workers"] == 2


def test_a_taken_port_is_refused_by_its_number() -> None:
    with listening("127.0.0.1", 0) as bound:
        bound.listen()
        port = bound.getsockname()[1]
        with pytest.raises(InvalidInput, match=str(port)):
            listening("127.0.0.1", port)


# demo


def test_the_demonstration_listens_on_the_network_only_when_asked() -> None:
    with listening_socket(lan=False, port=0) as bound:
        assert bound.getsockname()[0] == "127.0.0.1"
    with listening_socket(lan=True, port=0) as bound:
        assert bound.getsockname()[0] == "0.0.0.0"
    assert lan_address().count(".") == 3


def test_the_terminal_qr_code_is_square() -> None:
    lines = terminal_qr("http://127.0.0.1/01/1").splitlines()
    lines = [line for line in lines if line.strip()]
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) in {2 * len(lines), 2 * len(lines) - 1}


# doctor


def examined(home: Path, now: datetime = NOW) -> list[str]:
    """Return the advice of every finding that is wrong."""
    try:
        return [say(one.advice) for one in examine(home, now) if one.advice]
    finally:
        close_database()


def test_doctor_finds_nothing_wrong_with_a_new_registry(home: Path) -> None:
    result = call("doctor", home)
    assert result.exit_code == 0
    assert "✗" not in result.output
    assert "synchronous is 2" in result.output
    assert "Log: 3 entries" in result.output


def test_doctor_exits_with_1_and_says_what_to_do_about_a_readable_secret(
    home: Path,
) -> None:
    (home / "secrets" / "log").chmod(0o444)
    result = call("doctor", home)
    assert result.exit_code == 1
    assert "chmod 0400" in result.output


def test_doctor_names_a_missing_secret(home: Path) -> None:
    (home / "secrets" / "serial").unlink()
    (advice,) = examined(home)
    assert "is missing" in advice


def test_doctor_notices_that_an_old_backup_was_started(
    home: Path, tmp_path: Path
) -> None:
    (home / "highwater").write_text(f"9 {'ab' * 32}\n")
    (advice,) = examined(home)
    assert "old backup" in advice


def test_doctor_notices_a_clock_behind_the_log(home: Path) -> None:
    (advice,) = examined(home, datetime(2020, 1, 1, tzinfo=UTC))
    assert "Set the clock" in advice


def test_doctor_asks_for_migrations(home: Path) -> None:
    (home / "registry.db").unlink()
    advice = examined(home)
    assert any("registry migrate" in line for line in advice)


# verify


@pytest.fixture
def story(tmp_path: Path) -> tuple[Path, Cast]:
    """The bundle of a batch in a file, and who made it."""
    with opened(settings_for(tmp_path / "home")) as registry:
        cast = gather(registry)
        cast.tells_the_story()
        file = tmp_path / "bundle.json"
        file.write_bytes(bundle_of(registry.ledger, PATH).encode())
    return file, cast


def test_verify_prints_each_check_and_exits_with_0(story: tuple[Path, Cast]) -> None:
    result = call("verify", story[0])
    assert result.exit_code == 0
    assert "Trust on first use" in result.output
    assert result.output.count("✓") > 10
    assert "✗" not in result.output


def test_verify_with_a_key_from_elsewhere_needs_no_first_use(
    story: tuple[Path, Cast],
) -> None:
    vkey = story[1].registry.ledger.verifier.vkey
    result = call("verify", story[0], vkey=vkey)
    assert result.exit_code == 0
    assert "first use" not in result.output


def test_verify_exits_with_1_where_a_byte_was_changed(
    story: tuple[Path, Cast],
) -> None:
    text = story[0].read_text()
    assert "罗平小黄姜" in text
    story[0].write_text(text.replace("罗平小黄姜", "罗平大黄姜"))
    result = call("verify", story[0])
    assert result.exit_code == 1
    assert "bad_signature" in result.output


def test_verify_exits_with_1_under_another_logs_key(story: tuple[Path, Cast]) -> None:
    other = "trace.example/log+887423e1+AdxQ+u8gjwDMFB5P6CXhzk7o7YocFMyG4OvA6MbgPZFU"
    result = call("verify", story[0], vkey=other)
    assert result.exit_code == 1
    assert "bad_checkpoint" in result.output


def test_verify_of_a_lone_record_fails_for_want_of_its_key(
    story: tuple[Path, Cast], tmp_path: Path
) -> None:
    with opened(story[1].registry.settings):
        record = record_at(0)
    assert record is not None
    file = tmp_path / "record.json"
    file.write_bytes(record.secured)
    result = call("verify", file, vkey=story[1].registry.ledger.verifier.vkey)
    assert result.exit_code == 1
    assert "untrusted_key" in result.output


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"[1]", b"\xff\xfe"])
def test_verify_exits_with_2_for_what_is_no_bundle(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    result = call("verify", file)
    assert result.exit_code == 2
    assert "--vkey" in result.output


def test_verify_exits_with_2_for_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = call("verify", tmp_path / "nothing")
    assert result.exit_code == 2
    assert "cannot be read" in result.output


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """Serve one answer on a port of this machine; yield the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/01/1"
        server.shutdown()
        thread.join()


def test_verify_reads_a_bundle_from_an_address(story: tuple[Path, Cast]) -> None:
    with answering(200, story[0].read_bytes()) as url:
        assert call("verify", url).exit_code == 0


def test_verify_follows_no_redirect(story: tuple[Path, Cast]) -> None:
    with (
        answering(200, story[0].read_bytes()) as target,
        answering(302, b"", Location=target) as url,
    ):
        result = call("verify", url)
    assert result.exit_code == 2
    assert "302" in result.output


def test_verify_reads_no_more_than_the_largest_bundle() -> None:
    with answering(200, b" " * (LARGEST + 1000)) as url:
        assert len(read_source(url)) == LARGEST + 1


# language


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "C"}, True),
        ({}, False),
    ],
)
def test_the_locale_chooses_the_language(
    environment: dict[str, str], chinese: bool
) -> None:
    assert wants_chinese(environment) is chinese


def test_the_terminal_says_what_the_catalogue_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with PO.open("rb") as file:
        sentences = {
            str(entry.id): str(entry.string)
            for entry in read_po(file)
            if isinstance(entry.id, str) and entry.string and "{" not in entry.id
        }
    sentences.pop("")
    assert sentences
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert {english: say(msg(english)) for english in sentences} == sentences
    monkeypatch.setenv("LC_ALL", "C")
    assert {say(msg(english)) for english in sentences} == set(sentences)


def test_a_hole_is_filled_with_a_sentence_of_the_same_language() -> None:
    inner = msg("nothing {what}", what="here")
    assert say(msg("outer: {inner}", inner=inner)) == "outer: nothing here"
