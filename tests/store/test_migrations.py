"""The schema that migrations build is the schema that the code declares."""

from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from registry.errors import RegistryError
from registry.service import Registry, open_registry
from registry.store.database import (
    close_database,
    database,
    durability,
    open_database,
)
from registry.store.migrate import migrate, pending
from registry.store.tables import ALL
from tests.support.registry import settings_for


def test_the_migrated_schema_matches_the_tables(registry: Registry) -> None:
    difference = diff_models(database.obj, ALL)

    assert not difference, str(difference)


def test_migrating_again_does_nothing(registry: Registry) -> None:
    assert migrate(database.obj) == []
    assert pending(database.obj) == []


def test_an_unmigrated_database_is_refused(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with pytest.raises(RegistryError, match="registry migrate"):
        open_registry(settings)
    close_database()


def test_every_durability_setting_holds(registry: Registry) -> None:
    for name, value, wanted in durability(database.obj):
        assert value == wanted, name


def test_a_database_that_could_lose_commits_is_refused(postgres_url: str) -> None:
    separator = "&" if "?" in postgres_url else "?"
    careless = f"{postgres_url}{separator}options=-csynchronous_commit%3Doff"

    with pytest.raises(RegistryError, match="synchronous_commit is off, must be on"):
        open_database(careless)
    close_database()


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(RegistryError, match="Unknown database mysql"):
        open_database("mysql://localhost/registry")
