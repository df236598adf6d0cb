"""An auditor's statements a second, beside raw Ed25519 on one core of the same run.

The records are those of a registry's story with an id of their own each, all signed
again by one key, so that their sizes and members are what an auditor meets.
"""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.audit.findings import AuditReport
from registry.audit.statements import IDENTITY, Leaf, check_statements
from registry.signing.canonical import digest
from registry.signing.credential import secure
from registry.signing.did import organisation_did, verification_method
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.store.queries.records import all_records
from registry.verify.keyring import Keyring, LoggedKey
from tests.bench.timing import per_second, seconds
from tests.support.cast import gather
from tests.support.keys import seed
from tests.support.registry import HOST, NOW, opened, settings_for, temporary_home

SEED = seed("bench")
ISSUER = organisation_did(HOST, "bench")
METHOD = verification_method(ISSUER, public_key_of(SEED))
HASH_DATA = bytes(64)  # what eddsa-jcs-2022 signs: two SHA-256
RAW_ROUNDS = 3000

Document = dict[str, object]
Pair = tuple[Leaf, bytes]


@dataclass(frozen=True, slots=True)
class Throughput:
    """Statements an auditor checks in a second, by processes, and the baseline.

    Attributes:
        mean_bytes: of a record.
        raw: Ed25519 verifications of 64 bytes, one core, nothing else.
        checked: by number of processes.
    """

    records: int
    mean_bytes: int
    raw: float
    checked: dict[int, float]

    def __str__(self) -> str:
        head = (
            f"audit: {self.records} records of {self.mean_bytes} bytes; "
            f"raw Ed25519 {self.raw:.0f}/s a core."
        )
        return " ".join([head, *map(self._of_jobs, self.checked)])

    def _of_jobs(self, jobs: int) -> str:
        rate = self.checked[jobs]
        return f"{jobs} processes: {rate:.0f}/s, ratio {rate / self.raw:.2f}."


def measure_statements(records: int, jobs: Sequence[int] = (1, 2)) -> Throughput:
    """Return how fast `records` signed records are checked."""
    pairs = list(_signed(records, NOW))
    return Throughput(
        records,
        sum(len(secured) for _, secured in pairs) // records,
        raw_verifications(),
        {count: records / _seconds_to_check(pairs, count) for count in jobs},
    )


def raw_verifications() -> float:
    """Return how many signatures the library alone verifies a second on one core."""
    private_key = Ed25519PrivateKey.from_private_bytes(SEED)
    public_key = private_key.public_key()
    signature = private_key.sign(HASH_DATA)
    return per_second(lambda _: public_key.verify(signature, HASH_DATA), RAW_ROUNDS)


def _seconds_to_check(pairs: Sequence[Pair], jobs: int) -> float:
    keyring = Keyring(keys={METHOD: LoggedKey(ISSUER, public_key_of(SEED), -1)})
    with ProcessPoolExecutor(jobs) if jobs > 1 else nullcontext() as pool:
        _wake(pool, jobs)
        return seconds(lambda: _check(pairs, keyring, pool))


def _check(pairs: Sequence[Pair], keyring: Keyring, pool: Executor | None) -> None:
    report = AuditReport()
    check_statements(pairs, keyring, report, pool)
    # A record that was refused early would count as a fast one.
    assert not report.wrong
    assert report.checked == {"signatures": len(pairs)}


def _wake(pool: Executor | None, jobs: int) -> None:
    """Have the processes started before the clock is."""
    if pool is not None:
        list(pool.map(abs, range(jobs)))


def _signed(count: int, created: datetime) -> Iterator[Pair]:
    signer = Ed25519Signer(METHOD, SEED)
    for index, document in enumerate(islice(cycle(_story()), count)):
        record_id = uuid.uuid5(uuid.NAMESPACE_OID, f"bench {index}")
        own = {**document, "id": record_id.urn, "issuer": ISSUER}
        secured = secure(own, signer, created)
        yield _leaf(index, str(record_id), document, secured), secured


def _leaf(index: int, record_id: str, document: Document, secured: bytes) -> Leaf:
    types = document["type"]
    assert isinstance(types, list)
    return Leaf(index, record_id, types[1], ISSUER, digest(secured), ())


def _story() -> list[Document]:
    """Return the bare documents of a told story that say nothing of keys."""
    with temporary_home() as home, opened(settings_for(home)) as registry:
        gather(registry).tells_the_story()
        return [
            {name: claim for name, claim in record.document.items() if name != "proof"}
            for record in all_records()
            if record.record_type not in IDENTITY
        ]
