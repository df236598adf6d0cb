"""Fixtures: the registry on both databases, and the cast."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.service import Registry
from tests.support.audit import check_log
from tests.support.cast import Cast, gather
from tests.support.postgres import fresh_database, server
from tests.support.registry import opened, settings_for


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started for this run."""
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    """An empty registry on each database; its whole log is checked at the end."""
    url = ""
    if request.param == "postgresql":
        url = fresh_database(request.getfixturevalue("postgres_url"))
    with opened(settings_for(tmp_path, url)) as registry:
        yield registry
        check_log(registry)


@pytest.fixture
def cast(registry: Registry) -> Cast:
    """Everybody, admitted."""
    return gather(registry)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry on SQLite, where the database makes no difference."""
    with opened(settings_for(tmp_path)) as registry:
        yield registry
        check_log(registry)


@pytest.fixture
def embedded_cast(embedded: Registry) -> Cast:
    """Everybody, admitted, on SQLite."""
    return gather(embedded)
