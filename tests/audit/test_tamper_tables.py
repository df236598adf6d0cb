"""Every table that holds signed data, changed behind the registry's back.

Each mutation is made in a transaction that is rolled back, and what the registry then
publishes is audited in another process that has only the published files and an older
checkpoint. What lies outside the promise is listed by name against the schema: a new
column fails this test until somebody has decided what it is.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.audit.findings import Outcome
from registry.errors import RegistryError, VerificationError
from registry.interop.publish import publish
from registry.store.database import database
from registry.store.tables import ALL
from tests.support.cast import Cast
from tests.support.tampering import flip

PROMISED: Mapping[str, str] = {
    "record": "leaf_index leaf secured",
    "tile": "level position hashes",
    # Of a superseded checkpoint no byte is published: the newest covers it, and who
    # holds the old one holds its signature.
    "checkpoint": "tree_size note",
    # A cache, but the log signs batch indexes made of it.
    "record_batch": "path leaf_index",
}
OUTSIDE: Mapping[str, str] = {
    # The leaf and the record's own bytes say these; the columns are for searching.
    "record": "record_id record_type issuer verification_method digest logged_at",
    # The note says and signs the root; `signed_at` is the operator's word.
    "checkpoint": "root_hash signed_at",
    # Signed by witnesses, who are trusted apart from the log: tests/witness.
    "cosignature": "id witness tree_size signed_at line",
    # Projections: `registry rebuild` makes them again from the records.
    "organisation": (
        "did slug kind name name_en short_name division uscc accreditation schemes "
        "tier vouched_by leaf_index"
    ),
    "organisation_key": (
        "verification_method organisation public_key custody status compromised_from "
        "leaf_index ended_index"
    ),
    "product": (
        "gtin owner name name_en commodity product_class division brand leaf_index"
    ),
    "plot": "owner code name division area_m2 outline_digest leaf_index",
    "batch": (
        "path gtin lot owner product_name product_name_en commodity division "
        "harvested_on quantity unit inspection record_id leaf_index"
    ),
    "operation": "record_id batch substance applied_on leaf_index",
    "inspection": (
        "record_id batch issuer number verdict sampled_on person superseded_by "
        "leaf_index"
    ),
    "certificate": (
        "record_id issuer number holder scheme valid_from valid_until change "
        "change_reason leaf_index"
    ),
    "certificate_scope": "record_id path",
    "label_run": "record_id batch run count leaf_index",
    # Operational: no record promises them.
    "sealed_key": "verification_method organisation kek_id sealed",
    "request": "request_id organisation fingerprint receipts answered_at",
    "prepared": (
        "request_id organisation command given verification_method entropy_seed "
        "prepared_at"
    ),
    "annex": "digest owner audience media_type salt content erased_at",
    "account": (
        "account_id login name person password_hash language created_at disabled_at"
    ),
    "membership": "account_id organisation role",
    "session": "token_hash account_id organisation created_at seen_at expires_at",
    "login_failure": "login_hash address failures last_at",
    "draft": "draft_id owner_key form_name content saved_at",
    "batch_draft": "draft_id organisation content saved_at",
    "key_look": "account_id organisation tree_size",
    "setting": "name content",
}

AUDITOR = """
import json, shutil, sys
from pathlib import Path
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
honest, places = Path(sys.argv[1]), sys.stdin.read().split()
found = {}
for place in places:
    memory = Path(place + ".memory")
    if honest.exists():
        shutil.copytree(honest, memory)
    found[place] = int(run_audit(Audit(place, Memory(memory))).outcome)
assert "peewee" not in sys.modules
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Mutation:
    """SQL statements, each with its values, that somebody with the disk could run."""

    name: str
    statements: tuple[tuple[str, tuple[object, ...]], ...]


def one(name: str, sql: str, *values: object) -> Mutation:
    return Mutation(name, ((sql, values),))


def query(sql: str) -> list[tuple[object, ...]]:
    return list(database.execute_sql(sql).fetchall())


def blob(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value


def bytes_changed(table: str, column: str, where: str) -> Iterator[Mutation]:
    ((old,),) = query(f"SELECT {column} FROM {table} WHERE {where}")
    data = blob(old)
    sql = f"UPDATE {table} SET {column} = ? WHERE {where}"
    for at in (0, len(data) // 2, len(data) - 1):
        yield one(f"{table}.{column} byte {at} where {where}", sql, flip(data, at))
    yield one(f"{table}.{column} emptied where {where}", sql, b"")


def records_changed(size: int) -> Iterator[Mutation]:
    for index in range(size):
        where = f"leaf_index = {index}"
        yield from bytes_changed("record", "leaf", where)
        yield from bytes_changed("record", "secured", where)
        yield one(
            f"record {index} moved",
            f"UPDATE record SET leaf_index = 1000000 WHERE {where}",
        )
        yield one(f"record {index} deleted", f"DELETE FROM record WHERE {where}")
        yield from records_mixed(index, (index + 1) % size)


def records_mixed(index: int, other: int) -> Iterator[Mutation]:
    """Swap two records, copy one over the other: wholly and by column."""
    move = "UPDATE record SET leaf_index = ? WHERE leaf_index = ?"
    yield Mutation(
        f"records {index} and {other} swapped",
        ((move, (-1, index)), (move, (index, other)), (move, (other, -1))),
    )
    for columns in ("leaf", "secured", "leaf, secured"):
        yield one(
            f"{columns} of record {index} duplicated over {other}",
            f"UPDATE record SET ({columns}) = "
            f"(SELECT {columns} FROM record WHERE leaf_index = ?) WHERE leaf_index = ?",
            index,
            other,
        )


def tiles_changed() -> Iterator[Mutation]:
    for level, position in query("SELECT level, position FROM tile"):
        where = f"level = {level} AND position = {position}"
        yield from bytes_changed("tile", "hashes", where)
        for column in ("level", "position"):
            yield one(
                f"tile.{column} where {where}",
                f"UPDATE tile SET {column} = {column} + 1 WHERE {where}",
            )
        yield one(f"tile deleted where {where}", f"DELETE FROM tile WHERE {where}")
        yield one(
            f"hash duplicated in tile where {where}",
            "UPDATE tile SET hashes = CAST(substr(hashes, 1, 32) || "
            "substr(hashes, 1, 32) || substr(hashes, 65) AS BLOB) "
            f"WHERE {where}",
        )


def checkpoints_changed(size: int) -> Iterator[Mutation]:
    newest = f"tree_size = {size}"
    yield from bytes_changed("checkpoint", "note", newest)
    yield one(
        "newest checkpoint moved", f"UPDATE checkpoint SET tree_size = 0 WHERE {newest}"
    )
    yield one("newest checkpoint deleted", f"DELETE FROM checkpoint WHERE {newest}")
    for (older,) in query(f"SELECT tree_size FROM checkpoint WHERE tree_size < {size}"):
        yield one(
            f"checkpoint {older} made the newest",
            "UPDATE checkpoint SET tree_size = ? WHERE tree_size = ?",
            1_000_000,
            older,
        )
        yield one(
            f"note {older} duplicated over the newest",
            "UPDATE checkpoint SET note = "
            f"(SELECT note FROM checkpoint WHERE tree_size = ?) WHERE {newest}",
            older,
        )


def links_changed() -> Iterator[Mutation]:
    for path, index in query("SELECT path, leaf_index FROM record_batch"):
        where = f"WHERE path = '{path}' AND leaf_index = {index}"
        yield one(f"link deleted {where}", f"DELETE FROM record_batch {where}")
        yield one(
            f"link's path {where}",
            f"UPDATE record_batch SET path = '/01/06901234567892/10/X' {where}",
        )
        yield one(
            f"link's record {where}",
            f"UPDATE record_batch SET leaf_index = 0 {where}",
        )


def mutations(size: int) -> list[Mutation]:
    return [
        *records_changed(size),
        *tiles_changed(),
        *checkpoints_changed(size),
        *links_changed(),
    ]


@contextmanager
def tampered(mutation: Mutation) -> Iterator[None]:
    """Make a mutation for the length of the block, and take it back."""
    with database.atomic() as transaction:
        for (name,) in query("SELECT name FROM sqlite_master WHERE type='trigger'"):
            database.execute_sql(f"DROP TRIGGER {name}")
        for sql, values in mutation.statements:
            database.execute_sql(sql, values)
        try:
            yield
        finally:
            transaction.rollback()


def published(cast: Cast, mutation: Mutation, folder: Path) -> bool:
    """Publish under a mutation; False if that was refused loudly."""
    try:
        with tampered(mutation):
            publish(cast.registry.ledger, folder)
    except (RegistryError, VerificationError):
        return False
    return True


def audited(places: list[Path], honest: Path) -> Mapping[str, int]:
    """Return the outcome for each folder, from a process without the database."""
    result = subprocess.run(
        [sys.executable, "-c", AUDITOR, str(honest)],
        input="\n".join(map(str, places)),
        capture_output=True,
        text=True,
        check=True,
    )
    found: Mapping[str, int] = json.loads(result.stdout)
    return found


def undetected(cast: Cast, chosen: list[Mutation], tmp_path: Path) -> list[str]:
    """Return the names of the mutations that nobody noticed."""
    honest = tmp_path / "honest"
    publish(cast.registry.ledger, honest)
    (outcome,) = audited([honest], tmp_path / "nothing").values()
    assert outcome == Outcome.GOOD
    memory = Path(f"{honest}.memory")
    places = {
        str(tmp_path / str(number)): mutation
        for number, mutation in enumerate(chosen)
        if published(cast, mutation, tmp_path / str(number))
    }
    outcomes = audited([Path(place) for place in places], memory)
    assert outcomes.keys() == places.keys()
    return [
        places[place].name for place, found in outcomes.items() if found == Outcome.GOOD
    ]


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A small registry with a record of every kind."""
    embedded_cast.tells_the_story()
    return embedded_cast


def test_every_column_is_promised_or_listed_as_outside() -> None:
    classified = [
        (table, column)
        for promise in (PROMISED, OUTSIDE)
        for table, columns in promise.items()
        for column in columns.split()
    ]
    schema = [
        (table._meta.table_name, field.column_name)
        for table in ALL
        for field in table._meta.sorted_fields
    ]
    assert sorted(classified) == sorted(schema)


def test_a_sample_of_mutations_is_detected_from_outside(
    told: Cast, tmp_path: Path
) -> None:
    everything = mutations(told.registry.ledger.head().tree_size)
    sample = random.Random(20261122).sample(everything, 40)

    assert undetected(told, sample, tmp_path) == []


@pytest.mark.campaign
def test_every_mutation_of_every_row_is_detected_from_outside(
    told: Cast, tmp_path: Path
) -> None:
    everything = mutations(told.registry.ledger.head().tree_size)

    assert undetected(told, everything, tmp_path) == []


def test_a_mutation_is_taken_back(told: Cast, tmp_path: Path) -> None:
    """The campaign damages the registry one way at a time, never two."""
    head = told.registry.ledger.head()
    (mutation, *_) = records_changed(1)
    assert published(told, mutation, tmp_path / "damaged")

    assert undetected(told, [Mutation("nothing", ())], tmp_path) == ["nothing"]
    assert told.registry.ledger.head() == head
