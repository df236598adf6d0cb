"""Keys, documents and a small log for the vectors of what a phone checks.

Made of `registry.signing` and `registry.tlog` alone, not of the commands: another rule
of a form must not change a format's vectors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from registry.domain.records import RecordType, Statement, credential_of
from registry.signing.canonical import digest
from registry.signing.credential import secure
from registry.signing.did import organisation_did, verification_method
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.signing.label_payload import KeyStatus, LabelHeader, LabelKey
from registry.signing.trust_list import NamedKey, TrustList, root_method
from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.merkle import inclusion_path, leaf_hash
from registry.tlog.note import NoteSigner, add_signatures
from registry.tlog.tiles import TileReader, append
from registry.verify.bundle import Bundle, BundledRecord
from tests.support.keys import seed

HOST = "trace.example"
ORIGIN = f"{HOST}/log"
CONTEXT = [f"https://{HOST}/contexts/produce-registry/v1"]
PRODUCT = "/01/06901234567892"
PATH = f"{PRODUCT}/10/261101-001"
OTHER_PATH = f"{PRODUCT}/10/261101-002"
LABEL_PATH = f"{PATH}/21/0G0001M4VJ8QH2TZ"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SIGNED_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
COSIGNED_AT = NOW - timedelta(hours=3)

LOG = NoteSigner(ORIGIN, seed("log"))
UNION = CosignatureSigner("witness.example/union", seed("union"))
UNIVERSITY = CosignatureSigner("witness.example/university", seed("university"))
ROOT = public_key_of(seed("root"))
ROOT_SIGNER = Ed25519Signer(root_method(ROOT), seed("root"))

LABEL_KEY = LabelKey(
    public_key_of(seed("label 2026")), date(2026, 9, 1), date(2027, 2, 28)
)
RETIRED_KEY = LabelKey(
    public_key_of(seed("label 2025")),
    date(2025, 9, 1),
    date(2026, 8, 31),
    KeyStatus.RETIRED,
)
REVOKED_KEY = LabelKey(
    public_key_of(seed("label stolen")),
    date(2026, 9, 1),
    date(2027, 2, 28),
    KeyStatus.REVOKED,
)
LABEL_KEYS = (LABEL_KEY, RETIRED_KEY, REVOKED_KEY)


@dataclass(frozen=True, slots=True)
class Party:
    """Who signs, and the name the bundle gives them."""

    slug: str
    kind: str
    name: str
    name_en: str
    division: str = "530324"

    @property
    def did(self) -> str:
        return organisation_did(HOST, self.slug)

    @property
    def method(self) -> str:
        return verification_method(self.did, public_key_of(seed(self.slug)))

    def subject(self) -> dict[str, object]:
        return {
            "id": self.did,
            "type": "Organisation",
            "kind": self.kind,
            "name": self.name,
            "nameEn": self.name_en,
            "shortName": self.name[:2],
            "division": self.division,
        }

    def key(self) -> dict[str, object]:
        return {
            "id": self.method,
            "type": "Multikey",
            "publicKeyMultibase": public_key_of(seed(self.slug)).multibase,
            "custody": "operator",
        }


GRACE = Party("root", "authority", "罗平县农业农村局", "Luoping agriculture bureau")
AMINA = Party("amina", "cooperative", "罗平小黄姜合作社", "Luoping ginger cooperative")
BEN = Party("ben", "inspection_body", "罗平县农产品质检站", "Luoping inspection")
CHLOE = Party("chloe", "certification_body", "云南绿色食品中心", "Yunnan Green Food")
OLIVE = Party("olive", "operator", "源证运营中心", "Operating centre")
EVE = Party("eve", "cooperative", "无名合作社", "Nobody's cooperative")

Said = tuple[Party, RecordType, Mapping[str, object], tuple[str, ...]]


def admission(party: Party, by: Party = GRACE) -> list[Said]:
    """Return the two records that take `party` in."""
    return [
        (by, RecordType.ORGANISATION, party.subject(), ()),
        enrolment(party, party.slug, by),
    ]


def enrolment(party: Party, slug: str, by: Party) -> Said:
    """Return the record that enrols one more key of `party`, that of `slug`."""
    public_key = public_key_of(seed(slug))
    key = {
        "id": verification_method(party.did, public_key),
        "type": "Multikey",
        "publicKeyMultibase": public_key.multibase,
        "custody": "operator",
    }
    subject = {
        "id": party.did,
        "type": "OrganisationKey",
        "action": "enrol",
        "key": key,
    }
    return by, RecordType.KEY, subject, ()


def ending(party: Party, change: str, by: Party, since: int | None = None) -> Said:
    """Return the record that ends `party`'s key, compromised from an index or not."""
    subject: dict[str, object] = {
        "id": party.did,
        "type": "OrganisationKey",
        "action": change,
        "key": {"id": party.method},
        "reason": "lost",
    }
    if since is not None:
        subject["compromisedFromIndex"] = since
    return by, RecordType.KEY, subject, ()


def genesis() -> Said:
    """Return entry 0."""
    subject = {
        "id": GRACE.did,
        "type": "Genesis",
        "identityHost": HOST,
        "logOrigin": ORIGIN,
        "logKey": LOG.verifier.vkey,
        "rootAuthority": GRACE.subject(),
        "rootKey": GRACE.key(),
    }
    return GRACE, RecordType.GENESIS, subject, ()


def about(path: str) -> list[Said]:
    """Return what is said of one batch."""
    uri = f"https://{HOST}{path}"
    batch = {
        "id": uri,
        "type": "Batch",
        "lot": path.rpartition("/")[2],
        "plantedOn": "2026-03-01",
        "harvestedOn": "2026-11-01",
        "quantity": {"value": "2000", "unitCode": "KGM"},
    }
    sprayed = {
        "id": uri,
        "type": "Operation",
        "substance": "噻虫嗪",
        "dose": "10 g/亩",
        "appliedOn": "2026-07-01",
    }
    result = {"analyte": "噻虫嗪", "loq": "0.01", "unit": "mg/kg"}
    inspection = {
        "id": uri,
        "type": "Inspection",
        "number": "LP-2026-0001",
        "verdict": "pass",
        "results": [result],
    }
    certificate = {
        "id": uri,
        "type": "Certificate",
        "certificateNumber": "GF-53-2026-0001",
        "validUntil": "2029-11-04",
    }
    run = {
        "id": uri,
        "type": "LabelRun",
        "run": 0,
        "count": 40,
        "netContent": {"value": "2.5", "unitCode": "KGM"},
    }
    return [
        (AMINA, RecordType.ORIGIN, batch, (path,)),
        (AMINA, RecordType.OPERATION, sprayed, (path,)),
        (BEN, RecordType.INSPECTION, inspection, (path,)),
        (CHLOE, RecordType.CERTIFICATION, certificate, (path,)),
        (AMINA, RecordType.LABEL, run, (path,)),
    ]


def product() -> Said:
    """Return the record of the product."""
    subject = {
        "id": f"https://{HOST}{PRODUCT}",
        "type": "Product",
        "gtin": "06901234567892",
        "name": "罗平小黄姜",
        "nameEn": "Luoping small yellow ginger",
    }
    return AMINA, RecordType.PRODUCT, subject, (PRODUCT,)


def story() -> list[Said]:
    """Return what the log holds: everybody, the product, and two batches."""
    parties = [said for party in (AMINA, BEN, CHLOE) for said in admission(party)]
    return [genesis(), *parties, product(), *about(PATH), *about(OTHER_PATH)]


@dataclass(frozen=True, slots=True)
class Log:
    """A log of signed records."""

    secured: tuple[bytes, ...]
    batches: tuple[tuple[str, ...], ...]

    @property
    def leaves(self) -> list[bytes]:
        return [self._bundled(index).leaf() for index in range(len(self.secured))]

    def _bundled(self, index: int, path: tuple[bytes, ...] = ()) -> BundledRecord:
        return BundledRecord(index, self.secured[index], self.batches[index], path)

    @property
    def checkpoint(self) -> Checkpoint:
        grown = append(0, lambda _: b"", list(map(leaf_hash, self.leaves)))
        return Checkpoint(ORIGIN, grown.tree_size, grown.root_hash)

    def bundle(self, path: str, indexes: Sequence[int], note: bytes) -> Bundle:
        grown = append(0, lambda _: b"", list(map(leaf_hash, self.leaves)))
        reader = TileReader(grown.tiles.__getitem__)
        size = len(self.secured)
        return Bundle(
            path,
            note,
            tuple(self._bundled(n, inclusion_path(reader, n, size)) for n in indexes),
        )


def write_log(said: Sequence[Said]) -> Log:
    """Sign what is said, in order."""
    secured = []
    for number, (party, record_type, subject, batches) in enumerate(said):
        statement = Statement(record_type, party.did, subject, batches)
        record_id = f"00000000-0000-4000-8000-{number:012d}"
        document = credential_of(statement, record_id, SIGNED_AT, HOST)
        signer = Ed25519Signer(party.method, seed(party.slug))
        secured.append(secure(document, signer, SIGNED_AT))
    return Log(tuple(secured), tuple(batches for *_, batches in said))


def checkpoint_note(
    checkpoint: Checkpoint,
    cosigned_at: Mapping[CosignatureSigner, datetime] | None = None,
) -> bytes:
    """Return the checkpoint signed by the log and cosigned, by both if not said."""
    if cosigned_at is None:
        cosigned_at = {UNION: COSIGNED_AT, UNIVERSITY: COSIGNED_AT}
    return add_signatures(
        sign_checkpoint(checkpoint, LOG),
        [witness.cosign(checkpoint, at) for witness, at in cosigned_at.items()],
    )


def label_header(secured: bytes, key: LabelKey, day: date) -> LabelHeader:
    """Return the header of labels of the run that `secured` records."""
    return LabelHeader(key.key_id, day, bytes.fromhex(digest(secured))[:16])


def trust_list(runs: frozenset[bytes] = frozenset(), version: int = 7) -> TrustList:
    """Return the list that the vectors are checked by."""
    return TrustList(
        version=version,
        issued=SIGNED_AT,
        expires=SIGNED_AT + timedelta(days=92),
        log=NamedKey(ORIGIN, LOG.verifier.vkey),
        witnesses=(
            NamedKey(UNION.verifier.name, UNION.verifier.vkey),
            NamedKey(UNIVERSITY.verifier.name, UNIVERSITY.verifier.vkey),
        ),
        quorum=2,
        max_checkpoint_age=timedelta(hours=24),
        label_keys=LABEL_KEYS,
        label_runs=runs,
    )
