"""Settings are checked as a whole before anything starts."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from registry.config import (
    SECRETS,
    Mode,
    Settings,
    load_settings,
    read_secret,
    write_secret,
)
from registry.errors import InvalidInput
from tests.support.keys import seed
from tests.unit.domain.samples import refused

TOML = 'identity_host = "trace.example"\nbase_url = "https://trace.example"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where nothing is wrong."""
    (tmp_path / "registry.toml").write_text(TOML)
    for name in SECRETS:
        write_secret(tmp_path / "secrets" / name, seed(name), "production")
    return tmp_path


def rewrite_secret(home: Path, name: str, secret: bytes, mode: Mode) -> None:
    path = home / "secrets" / name
    path.unlink()
    write_secret(path, secret, mode)


def test_a_sound_home_is_accepted(home: Path) -> None:
    settings = load_settings(home)
    assert settings.mode == "production"
    assert settings.origin == "trace.example/log"
    assert settings.database == f"sqlite:///{home / 'registry.db'}"
    assert settings.mark_path == home / "highwater"
    assert read_secret(settings, "kek") == seed("kek")


def test_the_environment_wins_over_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_PORT", "9000")
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "postgresql://db/registry")
    settings = load_settings(home)
    assert settings.port == 9000
    assert settings.database == "postgresql://db/registry"


def test_settings_are_complete_only_with_a_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path))
    monkeypatch.setenv("REGISTRY_IDENTITY_HOST", "trace.example")
    monkeypatch.setenv("REGISTRY_BASE_URL", "https://trace.example")
    assert Settings().home == tmp_path  # type: ignore[call-arg]


def test_settings_cannot_be_changed(home: Path) -> None:
    with pytest.raises(ValidationError):
        load_settings(home).port = 1


def test_secrets_may_lie_where_systemd_puts_them(home: Path) -> None:
    elsewhere = home / "credentials"
    (home / "secrets").rename(elsewhere)
    (home / "registry.toml").write_text(TOML + f'secrets_dir = "{elsewhere}"\n')
    assert read_secret(load_settings(home), "log") == seed("log")


def test_a_file_that_is_not_toml_is_refused(home: Path) -> None:
    (home / "registry.toml").write_text("identity_host =")
    with refused(InvalidInput, "registry.toml", "This is not TOML"):
        load_settings(home)


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("port = 70000", "port", "70000 does not fit"),
        ("threads = 0", "threads", "0 does not fit"),
        ('mode = "test"', "mode", "test does not fit"),
        ("colour = 1", "colour", "no such setting"),
    ],
)
def test_a_wrong_setting_is_refused(
    home: Path, line: str, field: str, words: str
) -> None:
    (home / "registry.toml").write_text(TOML + line)
    with refused(InvalidInput, field, words):
        load_settings(home)


@pytest.mark.parametrize("host", ["", "Trace.example", "trace.example/log"])
def test_an_identity_host_is_bare_and_lower_case(home: Path, host: str) -> None:
    (home / "registry.toml").write_text(
        f'identity_host = "{host}"\nbase_url = "https://trace.example"'
    )
    with refused(InvalidInput, "identity_host", "a bare lower-case host name"):
        load_settings(home)


@pytest.mark.parametrize("url", ["trace.example", "https://trace.example/", "ftp://a"])
def test_a_base_url_has_a_scheme_and_no_path(home: Path, url: str) -> None:
    (home / "registry.toml").write_text(
        f'identity_host = "trace.example"\nbase_url = "{url}"'
    )
    with refused(InvalidInput, "base_url", "an address such as"):
        load_settings(home)


def test_labels_never_lead_to_a_page_in_the_clear(home: Path) -> None:
    (home / "registry.toml").write_text(TOML.replace("https", "http"))
    with refused(InvalidInput, "base_url", "http://trace.example is not https"):
        load_settings(home)


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        load_settings(tmp_path)
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"identity_host", "base_url", *SECRETS}


def test_faults_of_every_kind_are_named_in_one_round(home: Path) -> None:
    (home / "secrets" / "kek").unlink()
    (home / "registry.toml").write_text(
        'identity_host = "trace.example"\nbase_url = "http://trace.example"\n'
        'port = "many"\ncolour = 1\nworkers = 4\n'
    )

    with pytest.raises(InvalidInput) as caught:
        load_settings(home)

    fields = {problem.field for problem in caught.value.problems}
    assert {"port", "colour", "kek", "base_url", "workers"} <= fields


def test_a_folder_that_is_not_there_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="There is no registry in"):
        load_settings(tmp_path / "nowhere")


def test_a_missing_secret_is_named(home: Path) -> None:
    (home / "secrets" / "serial").unlink()
    with refused(InvalidInput, "serial", "is missing"):
        load_settings(home)


@pytest.mark.parametrize(
    "text", ["", "production", "production zz", "production 00ff", "test " + "ab" * 32]
)
def test_a_damaged_secret_is_refused(home: Path, text: str) -> None:
    path = home / "secrets" / "log"
    path.unlink()
    path.write_text(text)
    with refused(InvalidInput, "log", "is damaged: restore it"):
        load_settings(home)


def test_a_secret_that_others_can_read_is_refused(home: Path) -> None:
    path = home / "secrets" / "session"
    path.chmod(0o440)
    with refused(InvalidInput, "session", f"Run: chmod 0400 {path}"):
        load_settings(home)


def test_a_weak_secret_is_refused(home: Path) -> None:
    rewrite_secret(home, "kek", bytes(32), "production")
    with refused(InvalidInput, "kek", "weak or used twice"):
        load_settings(home)


def test_a_secret_used_twice_is_refused(home: Path) -> None:
    rewrite_secret(home, "log", seed("kek"), "production")
    with refused(InvalidInput, "log", "weak or used twice"):
        load_settings(home)


def test_a_secret_of_the_demonstration_does_not_start_the_real_one(home: Path) -> None:
    rewrite_secret(home, "session", seed("session"), "demo")
    with refused(InvalidInput, "session", "was made for demo"):
        load_settings(home)


def test_a_secret_is_its_owners_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "kek"
    write_secret(path, seed("kek"), "demo")
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(FileExistsError):
        write_secret(path, seed("other"), "demo")
