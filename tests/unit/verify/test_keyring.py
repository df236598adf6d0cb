"""Who may sign what, from which position to which: the crooked cases."""

from dataclasses import dataclass, field

import pytest

from registry.domain.keys import possession_message
from registry.domain.records import RecordType, SignedRecord
from registry.errors import UntrustedKey, VerificationError
from registry.signing.canonical import digest, parse_canonical
from registry.signing.credential import secure
from registry.signing.did import organisation_did, verification_method
from registry.signing.keys import Ed25519Signer, encode_multibase, public_key_of
from registry.verify.keyring import Keyring, settle
from tests.support.keys import seed
from tests.support.registry import NOW

CONTEXT = ["https://www.w3.org/ns/credentials/v2"]


def did(slug: str) -> str:
    return organisation_did("trace.example", slug)


def signer(slug: str, key: str = "1") -> Ed25519Signer:
    secret = seed(f"{slug} {key}")
    return Ed25519Signer(verification_method(did(slug), public_key_of(secret)), secret)


def key_claim(slug: str, key: str = "1") -> dict[str, object]:
    public_key = public_key_of(seed(f"{slug} {key}"))
    possession = signer(slug, key).sign(possession_message(did(slug), public_key))
    return {
        "id": verification_method(did(slug), public_key),
        "publicKeyMultibase": public_key.multibase,
        "custody": "organisation",
        "possession": encode_multibase(possession),
    }


@dataclass
class Log:
    """Identity records in the making."""

    records: list[SignedRecord] = field(default_factory=list)

    def says(
        self,
        record_type: RecordType,
        who: str,
        subject: dict[str, object],
        key: str = "1",
    ) -> int:
        """Append a record signed by a key of `who`; return its leaf index."""
        index = len(self.records)
        document = {
            "@context": CONTEXT,
            "id": f"urn:uuid:{index}",
            "type": ["VerifiableCredential", str(record_type)],
            "issuer": did(who),
            "credentialSubject": subject,
        }
        secured = secure(document, signer(who, key), NOW)
        self.records.append(
            SignedRecord(
                str(index),
                index,
                record_type,
                did(who),
                signer(who, key).verification_method,
                digest(secured),
                (),
                0,
                secured,
                parse_canonical(secured),
            )
        )
        return index

    def begins(self) -> "Log":
        self.says(
            RecordType.GENESIS,
            "root",
            {
                "rootAuthority": {"id": did("root"), "division": "53"},
                "rootKey": key_claim("root"),
            },
        )
        return self

    def admits(
        self, by: str, who: str, kind: str, division: str = "530324", key: str = "1"
    ) -> int:
        return self.says(
            RecordType.ORGANISATION,
            by,
            {"id": did(who), "kind": kind, "division": division},
            key,
        )

    def enrols(self, by: str, who: str, new: str = "1", key: str = "1") -> int:
        return self.says(
            RecordType.KEY,
            by,
            {"id": did(who), "action": "enrol", "key": key_claim(who, new)},
            key,
        )

    def ends(
        self, by: str, who: str, old: str = "1", key: str = "1", **claim: int
    ) -> int:
        subject: dict[str, object] = {
            "id": did(who),
            "action": "revoke",
            "key": {"id": signer(who, old).verification_method},
        }
        return self.says(RecordType.KEY, by, subject | claim, key)

    def speaks(self, who: str, key: str = "1") -> int:
        return self.says(RecordType.PLOT, who, {"id": "x"}, key)

    def party(self, by: str, who: str, kind: str, division: str = "530324") -> "Log":
        self.admits(by, who, kind, division)
        self.enrols(by, who)
        return self

    def settled(self) -> tuple[Keyring, list[int]]:
        """Return the keyring and the indexes that do not count."""
        identity = [r for r in self.records if r.record_type != RecordType.PLOT]
        keyring, refused = settle(identity)
        return keyring, [record.leaf_index for record, _ in refused]

    def counts(self, index: int) -> bool:
        """Tell whether the statement at `index` counts."""
        keyring, _ = self.settled()
        try:
            keyring.verify(self.records[index])
        except VerificationError:
            return False
        return True


@pytest.fixture
def log() -> Log:
    made = Log().begins()
    made.party("root", "operator", "operator", "53")
    made.party("root", "county", "authority")
    made.party("county", "lab", "inspection_body")
    return made


def test_a_statement_after_enrolment_counts(log: Log) -> None:
    assert log.counts(log.speaks("lab"))


def test_a_statement_before_enrolment_does_not(log: Log) -> None:
    early = log.speaks("lab", key="2")
    log.enrols("lab", "lab", new="2")

    assert not log.counts(early)


def test_an_old_key_enrols_a_new_one(log: Log) -> None:
    log.enrols("lab", "lab", new="2")

    assert log.counts(log.speaks("lab", key="2"))


def test_what_was_said_before_a_revocation_stays(log: Log) -> None:
    before = log.speaks("lab")
    log.ends("lab", "lab")
    after = log.speaks("lab")

    assert log.counts(before)
    assert not log.counts(after)
    assert log.settled()[1] == [], "the revocation itself counts"


def test_an_owner_cannot_disown_what_it_said(log: Log) -> None:
    before = log.speaks("lab")
    revocation = log.ends("lab", "lab", compromisedFromIndex=before)

    assert log.counts(before)
    assert revocation in log.settled()[1]


def test_an_authority_can_disown_for_it(log: Log) -> None:
    before = log.speaks("lab")
    log.ends("county", "lab", compromisedFromIndex=before)

    assert not log.counts(before)


def test_what_a_thief_enrolled_goes_with_the_stolen_key(log: Log) -> None:
    stolen_from = log.speaks("lab")
    log.enrols("lab", "lab", new="thief")
    by_thief = log.speaks("lab", key="thief")
    log.ends("lab", "lab", key="thief")
    log.ends("county", "lab", compromisedFromIndex=stolen_from)

    assert not log.counts(by_thief)
    keyring, refused = log.settled()
    assert signer("lab", "thief").verification_method not in keyring.keys
    assert len(refused) == 2


def test_the_operator_enrols_no_second_key(log: Log) -> None:
    index = log.enrols("operator", "lab", new="2")

    assert index in log.settled()[1]


def test_the_operator_admits_no_laboratory(log: Log) -> None:
    index = log.admits("operator", "friend", "inspection_body")

    assert index in log.settled()[1]


def test_the_operator_admits_a_cooperative_with_its_first_key(log: Log) -> None:
    log.party("operator", "coop", "cooperative")

    assert log.counts(log.speaks("coop"))


def test_an_authority_admits_nobody_outside_its_division(log: Log) -> None:
    index = log.admits("county", "far", "inspection_body", division="110101")

    assert index in log.settled()[1]


def test_a_laboratory_admits_nobody(log: Log) -> None:
    index = log.admits("lab", "friend", "cooperative")

    assert index in log.settled()[1]


def test_a_stranger_ends_no_key(log: Log) -> None:
    log.party("county", "coop", "cooperative")
    index = log.ends("coop", "lab")

    assert index in log.settled()[1]
    assert log.counts(log.speaks("lab"))


def test_a_second_genesis_does_not_count(log: Log) -> None:
    log.begins()

    assert len(log.records) - 1 in log.settled()[1]


def test_a_key_without_possession_is_not_enrolled(log: Log) -> None:
    claim = key_claim("lab", "2") | {"possession": key_claim("lab", "3")["possession"]}
    index = log.says(
        RecordType.KEY, "lab", {"id": did("lab"), "action": "enrol", "key": claim}
    )

    assert index in log.settled()[1]


def test_a_key_named_for_another_key_is_not_enrolled(log: Log) -> None:
    claim = key_claim("lab", "2") | {"id": signer("lab", "3").verification_method}
    index = log.says(
        RecordType.KEY, "lab", {"id": did("lab"), "action": "enrol", "key": claim}
    )

    assert index in log.settled()[1]


def test_two_authorities_that_revoke_each_other_come_to_one_answer(log: Log) -> None:
    """The earlier revocation stands; the later was signed with a dead key."""
    log.party("root", "city", "authority", "5303")
    first = log.ends("city", "county", compromisedFromIndex=1)
    log.ends("root", "city", compromisedFromIndex=first + 5)

    keyring, _ = log.settled()
    county = keyring.keys[signer("county").verification_method]
    assert county.ended_at == 1


def test_a_key_of_another_organisation_does_not_sign_for_it(log: Log) -> None:
    log.party("county", "coop", "cooperative")
    index = log.speaks("coop")
    forged = log.records[index]
    keyring, _ = log.settled()
    keyring.keys[forged.verification_method] = keyring.keys[
        signer("lab").verification_method
    ]

    with pytest.raises(UntrustedKey, match="is not a key of"):
        keyring.verify(forged)
