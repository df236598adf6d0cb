"""Settings: one frozen object, checked as a whole before anything starts.

They come from `registry.toml` in the registry's home and from `REGISTRY_*` variables,
which win. Secrets are never settings: each is a 0400 file of its own under
`<home>/secrets` (or wherever systemd puts credentials), outside database and backups.
"""

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from registry.errors import InvalidInput, Problem, msg

Mode = Literal["production", "demo"]

SECRETS = ("kek", "log", "serial", "session")
SECRET_BYTES = 32


class Settings(BaseSettings):
    """How one installation runs.

    Attributes:
        home: folder of database, secrets and high-water mark.
        identity_host: host that names issuers and log for ever; independent of the
            address served.
        trusted_proxies: how many proxies before us set X-Forwarded-For and -Proto; with
            0 those headers are a stranger's word and ignored.
        base_url: address that labels and links lead to, without a trailing slash.
        remote_setup: whether the set-up link works from another machine.
    """

    model_config = SettingsConfigDict(
        env_prefix="REGISTRY_", frozen=True, extra="forbid"
    )

    home: Path
    mode: Mode = "production"
    identity_host: str
    base_url: str
    database_url: str = ""
    secrets_dir: Path | None = None
    listen: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=8)
    threads: int = Field(default=8, ge=1, le=64)
    workers: int = Field(default=1, ge=1, le=32)
    remote_setup: bool = False

    @field_validator("identity_host")
    @classmethod
    def _host_is_bare(cls, host: str) -> str:
        if not host or "/" in host or host != host.lower():
            raise ValueError("a bare lower-case host name such as trace.example")
        return host

    @field_validator("base_url")
    @classmethod
    def _url_has_no_path(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")) or url.endswith("/"):
            raise ValueError("an address such as https://trace.example")
        return url

    @property
    def database(self) -> str:
        """The database's URL; a file in the home by default."""
        return self.database_url or f"sqlite:///{self.home / 'registry.db'}"

    @property
    def origin(self) -> str:
        """The log's origin line (C2SP tlog-checkpoint)."""
        return f"{self.identity_host}/log"

    @property
    def mark_path(self) -> Path:
        """The high-water mark, outside the database."""
        return self.home / "highwater"

    def secret_path(self, name: str) -> Path:
        """Where the secret `name` lies."""
        return (self.secrets_dir or self.home / "secrets") / name

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over `registry.toml` in the home."""
        home = init_settings().get("home")
        if home is None:
            return init_settings, env_settings
        toml = TomlConfigSettingsSource(settings_cls, Path(home) / "registry.toml")
        return init_settings, env_settings, toml


def load_settings(home: Path) -> Settings:
    """Return the settings of the registry at `home`.

    Raises:
        InvalidInput: every wrong setting and secret at once.
    """
    folder = home.absolute()
    if not folder.is_dir():
        raise InvalidInput.at(
            "home", "There is no registry in {home}. Run: registry init", home=home
        )
    problems: list[Problem] = []
    try:
        settings = Settings(home=folder)  # type: ignore[call-arg]
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput.at(
            "registry.toml", "This is not TOML: {reason}.", reason=error
        ) from error
    except ValidationError as error:
        faults = error.errors()
        problems += map(_problem, faults)
        # What is right is still checked against what else is wrong.
        wrong = {fault["loc"][0] for fault in faults if fault["loc"]}
        # Chosen by name: what could not be parsed keeps its default.
        known = _known(folder)
        settings = Settings.model_construct(
            home=folder,
            mode=known.get("mode", "production"),
            identity_host=known.get("identity_host", ""),
            base_url="" if "base_url" in wrong else known.get("base_url", ""),
            workers=known.get("workers", 1),
            database_url=known.get("database_url", ""),
        )
    problems += check_secrets(settings)
    problems += _check_together(settings)
    if problems:
        raise InvalidInput(problems)
    return settings


def _known(folder: Path) -> dict[str, object]:
    """Return what `registry.toml` says and can be used though other lines are wrong."""
    try:
        given = tomllib.loads((folder / "registry.toml").read_text("utf-8"))
    except FileNotFoundError:
        given = {}
    usable = {"mode": str, "base_url": str, "workers": int, "database_url": str}
    return {
        name: value
        for name, value in given.items()
        if name in usable
        and isinstance(value, usable[name])
        and (name != "mode" or value in get_args(Mode))
    } | {"identity_host": str(given.get("identity_host", ""))}


def _check_together(settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong although each setting by itself is not."""
    url = getattr(settings, "base_url", "")
    if settings.mode == "production" and url and not url.startswith("https://"):
        yield Problem(
            "base_url",
            msg(
                "{url} is not https. Labels would lead to pages that anybody on the "
                "way can change.",
                url=url,
            ),
        )
    if settings.workers > 1 and settings.database.startswith("sqlite:"):
        yield Problem(
            "workers",
            msg(
                "{workers} workers need PostgreSQL: one SQLite file has one writer. "
                "Set workers = 1 and more threads, or a database_url of PostgreSQL.",
                workers=settings.workers,
            ),
        )


_REASONS = {
    "missing": msg("This setting is missing. Write it into registry.toml."),
    "extra_forbidden": msg("There is no such setting. Check its spelling."),
    "int_parsing": msg("This must be a whole number."),
    "int_type": msg("This must be a whole number."),
}


def _problem(error: "object") -> Problem:
    """Return one of pydantic's complaints as ours."""
    details = dict(error)  # type: ignore[call-overload]
    name = ".".join(map(str, details["loc"])) or "settings"
    if details["type"] in _REASONS:
        return Problem(name, _REASONS[details["type"]])
    return Problem(
        name,
        msg(
            "{given} does not fit: {reason}.",
            given=details.get("input", ""),
            reason=details["msg"],
        ),
    )


def check_secrets(settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong with the secrets: missing, weak, readable, or the demo's."""
    seen: dict[bytes, str] = {}
    for name in (*SECRETS, *_besides(settings)):
        path = settings.secret_path(name)
        try:
            secret, mode = _parse_secret(path.read_text("ascii"))
        except FileNotFoundError:
            yield Problem(name, msg("The secret {path} is missing.", path=path))
            continue
        except ValueError:
            yield Problem(
                name, msg("The secret {path} is damaged: restore it.", path=path)
            )
            continue
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Problem(
                name,
                msg("Others can read {path}. Run: chmod 0400 {path}", path=path),
            )
        # A rotation that was killed leaves one secret under two names of its own.
        kind = name.partition(".")[0]
        if len(set(secret)) < 8 or seen.get(secret, kind) != kind:
            yield Problem(
                name, msg("The secret {path} is weak or used twice.", path=path)
            )
        if mode != settings.mode:
            yield Problem(
                name,
                msg(
                    "{path} was made for {made}, but the registry runs in {mode} "
                    "mode. Make real secrets with: registry init",
                    path=path,
                    made=mode,
                    mode=settings.mode,
                ),
            )
        seen[secret] = kind


def _besides(settings: Settings) -> list[str]:
    """Return what lies beside the secrets of the day, such as `log.old`: used too."""
    folder = settings.secret_path("kek").parent
    return sorted(path.name for name in SECRETS for path in folder.glob(f"{name}.*"))


def _parse_secret(text: str) -> tuple[bytes, str]:
    mode, digits = text.split()
    secret = bytes.fromhex(digits)
    if len(secret) != SECRET_BYTES or mode not in {"production", "demo"}:
        raise ValueError("not a secret")
    return secret, mode


def read_secret(settings: Settings, name: str) -> bytes:
    """Return 32 secret bytes of a settings object that `load_settings` accepted."""
    return _parse_secret(settings.secret_path(name).read_text("ascii"))[0]


def write_secret(path: Path, secret: bytes, mode: Mode) -> None:
    """Write a secret that only its owner can read; never over another.

    Durable, and whole or not there: a rotation that is killed leaves no half a key.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}")
    partial.unlink(missing_ok=True)
    with partial.open("x", encoding="ascii") as file:
        partial.chmod(0o400)
        file.write(f"{mode} {secret.hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    path.hardlink_to(partial)
    partial.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def secrets_named(settings: Settings, name: str) -> dict[str, bytes]:
    """Return the files beside a secret, such as `kek.new`, by what follows the dot.

    Raises:
        InvalidInput: one of them is damaged.
    """
    path = settings.secret_path(name)
    found = {}
    for beside in sorted(path.parent.glob(f"{name}.*")):
        try:
            secret, _ = _parse_secret(beside.read_text("ascii"))
        except ValueError as error:
            raise InvalidInput.at(
                beside.name, "The secret {path} is damaged: restore it.", path=beside
            ) from error
        found[beside.name.removeprefix(f"{name}.")] = secret
    return found
