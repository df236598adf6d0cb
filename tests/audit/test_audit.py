"""A stranger with a laptop and one old checkpoint, against a crooked operator."""

import dataclasses
import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.audit.findings import AuditReport, Outcome
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
from registry.domain.records import RecordType
from registry.interop.bundles import bundle, bundle_of, entries_about
from registry.interop.publish import publish
from registry.service import Registry
from tests.support.cast import PATH, Cast, did
from tests.support.crook import (
    Document,
    history,
    retold,
    seeds,
    signed_again,
    subject,
)


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry whose story is told."""
    embedded_cast.tells_the_story()
    return embedded_cast


def audit(place: Path | str, memory: Path, jobs: int = 1) -> AuditReport:
    return run_audit(Audit(str(place), Memory(memory), jobs=jobs))


def codes(report: AuditReport) -> set[str]:
    return {finding.code for finding in report.wrong}


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """Serve files as any web server does."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_an_honest_registry_passes(told: Cast, tmp_path: Path) -> None:
    size = publish(told.registry.ledger, tmp_path / "public")

    report = audit(tmp_path / "public", tmp_path / "auditor")

    assert report.outcome is Outcome.GOOD, report.as_json()
    assert report.checked["signatures"] == report.checked["leaves"] == size


def test_a_plain_file_server_is_enough(told: Cast, tmp_path: Path) -> None:
    publish(told.registry.ledger, tmp_path / "public")

    with plain_server(tmp_path / "public") as url:
        report = audit(url, tmp_path / "auditor", jobs=2)

    assert report.outcome is Outcome.GOOD, report.as_json()


def test_publishing_again_adds_and_changes_nothing_old(
    told: Cast, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    before = {p: p.read_bytes() for p in public.rglob("*") if p.is_file()}
    told.registers_plot(told.amina, "P2")

    publish(told.registry.ledger, public)

    replaced = {
        str(p.relative_to(public)) for p, old in before.items() if p.read_bytes() != old
    }
    assert replaced <= {"log/checkpoint", "log/.published"}
    assert audit(public, tmp_path / "auditor").outcome is Outcome.GOOD


def test_a_grown_log_extends_the_checkpoint_seen_before(
    told: Cast, tmp_path: Path
) -> None:
    public, auditor = tmp_path / "public", tmp_path / "auditor"
    publish(told.registry.ledger, public)
    audit(public, auditor)
    told.registers_plot(told.amina, "P2")
    publish(told.registry.ledger, public)

    report = audit(public, auditor)

    assert report.outcome is Outcome.GOOD
    assert report.checked["consistency with the checkpoint seen before"] == 1


def test_a_missing_file_is_incomplete_not_wrong(told: Cast, tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    next((public / "log" / "records").rglob("*[0-9]")).unlink()

    assert audit(public, tmp_path / "auditor").outcome is Outcome.INCOMPLETE


def test_a_dead_address_is_unreachable_not_wrong(tmp_path: Path) -> None:
    report = audit("http://127.0.0.1:9", tmp_path / "auditor")

    assert report.outcome is Outcome.UNREACHABLE


def every_file(public: Path) -> list[Path]:
    return sorted(
        path
        for path in (public / "log").rglob("*")
        if path.is_file() and path.name != ".published"
    )


def test_any_altered_byte_of_the_published_log_is_found(
    told: Cast, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    for number, path in enumerate(every_file(public)):
        good = path.read_bytes()
        path.chmod(0o644)
        for at in range(0, len(good), max(1, len(good) // 20)):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            report = audit(public, tmp_path / f"auditor{number}")
            assert report.outcome in {Outcome.WRONG, Outcome.INCOMPLETE}, (path, at)
        path.write_bytes(good)
    assert audit(public, tmp_path / "last").outcome is Outcome.GOOD


@contextmanager
def rewritten(
    told: Cast, tmp_path: Path, record_type: RecordType, change: object
) -> Iterator[Registry]:
    """Tell the story again with one record changed and properly signed again."""
    keys = seeds(told.registry)
    entries = [
        signed_again(entry, keys, change)  # type: ignore[arg-type]
        if entry.record_type is record_type
        else entry
        for entry in history(told.registry)
    ]
    with retold(told.registry.settings, entries, tmp_path / "crook") as registry:
        yield registry


def earlier_harvest(document: Document) -> None:
    subject(document)["harvestedOn"] = "2026-10-20"


def to_another_cooperative(document: Document) -> None:
    subject(document)["id"] = did("luoping-honey")


@pytest.mark.parametrize(
    ("record_type", "change"),
    [
        (RecordType.ORIGIN, earlier_harvest),
        (RecordType.CERTIFICATION, to_another_cooperative),
    ],
    ids=["harvest date", "certificate's holder"],
)
def test_a_rewritten_statement_contradicts_the_old_checkpoint(
    told: Cast, tmp_path: Path, record_type: RecordType, change: object
) -> None:
    public, auditor = tmp_path / "public", tmp_path / "auditor"
    publish(told.registry.ledger, public)
    audit(public, auditor)
    forged = tmp_path / "forged"

    with rewritten(told, tmp_path, record_type, change) as crook:
        publish(crook.ledger, forged)
        report = audit(forged, auditor)

    assert codes(report) == {"rewritten"}
    assert len(list((auditor / "evidence").iterdir())) == 2


def test_without_an_older_checkpoint_a_rewrite_is_not_found(
    told: Cast, tmp_path: Path
) -> None:
    """Said in the README: this is what witnesses are for."""
    forged = tmp_path / "forged"
    with rewritten(told, tmp_path, RecordType.ORIGIN, earlier_harvest) as crook:
        publish(crook.ledger, forged)

        assert audit(forged, tmp_path / "stranger").outcome is Outcome.GOOD


def test_a_rolled_back_log_contradicts_the_old_checkpoint(
    told: Cast, tmp_path: Path
) -> None:
    public, auditor = tmp_path / "public", tmp_path / "auditor"
    publish(told.registry.ledger, public)
    audit(public, auditor)
    entries = history(told.registry)[:-2]

    with retold(told.registry.settings, entries, tmp_path / "crook") as crook:
        publish(crook.ledger, tmp_path / "forged")

    assert codes(audit(tmp_path / "forged", auditor)) == {"rolled_back"}


def test_two_histories_of_one_size_contradict_each_other(
    told: Cast, tmp_path: Path
) -> None:
    """Two people who compare what they were shown hold the proof."""
    public, auditor = tmp_path / "public", tmp_path / "auditor"
    publish(told.registry.ledger, public)
    audit(public, auditor)
    entries = history(told.registry)
    entries[-1], entries[-2] = entries[-2], entries[-1]

    with retold(told.registry.settings, entries, tmp_path / "crook") as crook:
        publish(crook.ledger, tmp_path / "other")

    assert codes(audit(tmp_path / "other", auditor)) == {"rewritten"}


def test_a_record_signed_with_anothers_key_is_found(told: Cast, tmp_path: Path) -> None:
    keys = seeds(told.registry)
    entries = history(told.registry)

    def by_another(document: Document) -> None:
        document["issuer"] = did("luoping-honey")

    entries[-1] = signed_again(entries[-1], keys, by_another)
    with retold(told.registry.settings, entries, tmp_path / "crook") as crook:
        publish(crook.ledger, tmp_path / "forged")

    assert audit(tmp_path / "forged", tmp_path / "auditor").outcome is Outcome.WRONG


def test_an_index_that_hides_a_failed_test_is_found(told: Cast, tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    told.logs_inspection(told.ben, number="LP-2026-0002", verdict="fail")
    ledger = told.registry.ledger
    honest = entries_about(PATH)
    hiding = {n: e for n, e in honest.items() if n != max(honest)}
    forged = bundle(ledger, PATH, hiding)
    publish(ledger, public)
    (public / "bundles" / f"{PATH.lstrip('/')}.json").write_bytes(forged.encode())

    report = audit(public, tmp_path / "auditor")

    assert codes(report) == {"hidden_record"}
    (evidence,) = (tmp_path / "auditor" / "evidence").iterdir()
    assert evidence.read_bytes() == forged.index_note


def test_a_bundle_that_drops_a_record_contradicts_its_own_index(
    told: Cast, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    honest = bundle_of(told.registry.ledger, PATH)
    dropped = dataclasses.replace(honest, records=honest.records[:-1])
    (public / "bundles" / f"{PATH.lstrip('/')}.json").write_bytes(dropped.encode())

    assert codes(audit(public, tmp_path / "auditor")) == {"incomplete_bundle"}


def test_a_published_file_is_never_written_with_other_bytes(
    told: Cast, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    (public / "log" / ".published").unlink()

    with (
        rewritten(told, tmp_path, RecordType.ORIGIN, earlier_harvest) as crook,
        pytest.raises(Exception, match="published with other bytes"),
    ):
        publish(crook.ledger, public)


def test_an_interrupted_audit_goes_on_where_it_was(told: Cast, tmp_path: Path) -> None:
    for number in range(260):
        told.registers_plot(told.amina, f"N{number}")
    public, auditor = tmp_path / "public", tmp_path / "auditor"
    publish(told.registry.ledger, public)
    audit(public, auditor)
    kept = auditor / "cache" / "log" / "tile" / "entries" / "000"
    assert kept.read_bytes() == (public / "log/tile/entries/000").read_bytes()
    full = public / "log" / "records" / "000"
    full.unlink()

    assert audit(public, auditor).outcome is Outcome.GOOD


def test_the_auditor_needs_no_database() -> None:
    """The code that reads a log imports nothing that could read the registry's."""
    program = (
        "import sys; import registry.audit.run; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "{'peewee', 'playhouse', 'apsw', 'psycopg', 'flask'} "
        "or m.startswith('registry.store')])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"


def test_a_bundle_newer_than_the_checkpoint_is_no_lie(
    told: Cast, tmp_path: Path
) -> None:
    """A live log grows between the reading of its checkpoint and of its bundles."""
    public = tmp_path / "public"
    publish(told.registry.ledger, public)
    checkpoint = (public / "log/checkpoint").read_bytes()
    told.logs_inspection(told.ben, number="LP-2026-0002")
    publish(told.registry.ledger, public)
    (public / "log/checkpoint").write_bytes(checkpoint)

    report = audit(public, tmp_path / "memory")

    assert report.wrong == []
    assert {finding.code for finding in report.missing} == {"newer"}
