"""What machines that watch the service are told."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from registry.service import Registry
from registry.store.database import database
from registry.store.tables.log import Checkpoint
from tests.support.cast import Cast, gather
from tests.support.registry import opened, settings_for, temporary_home
from tests.support.web import client_for


@pytest.fixture
def damaged() -> Iterator[Registry]:
    """A registry of its own whose newest checkpoint somebody has edited."""
    with temporary_home() as home, opened(settings_for(home)) as registry:
        gather(registry)
        for (name,) in database.execute_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute_sql(f'DROP TRIGGER "{name}"')
        note = registry.ledger.head().note
        Checkpoint.update(note=note.replace(b"trace", b"trice")).execute()
        yield registry


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_registry_in_order_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    checks = {"database": "ok", "log_head": "ok", "writable": "ok"}
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "checks": checks},
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_empty_registry_is_ready(embedded: Registry) -> None:
    assert client_for(embedded).get("/readyz").status_code == 200


def test_a_log_that_refuses_is_alive_and_not_ready(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    embedded_cast.registry.settings.mark_path.write_text(f"999 {'0' * 64}\n")
    embedded_cast.registry.ledger.open()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not_ready",
        "checks": {"database": "ok", "log_head": "ok", "writable": "read_only"},
    }
    assert client.get("/healthz").status_code == 200


def test_a_checkpoint_that_somebody_edited_is_not_ready(damaged: Registry) -> None:
    answer = client_for(damaged).get("/readyz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["checks"]["log_head"] != "ok"


def test_neither_asks_for_a_login_nor_sets_a_cookie(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in client.get(path).headers
