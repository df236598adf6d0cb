"""Keys that an organisation holds itself, and signing with them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.commands.keys import add_custodial_key, add_key, finish_key
from registry.commands.presigned import prepare, submit
from registry.domain.batch import RegisterBatch
from registry.domain.inspection_report import LogInspection
from registry.domain.keys import EndKey, EnrolKey, possession_message
from registry.domain.parties import Actor
from registry.domain.quantity import Quantity
from registry.errors import (
    BadRecord,
    BadSignature,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from registry.signing.credential import prepare as prepare_credential
from registry.signing.did import verification_method
from registry.signing.keys import Ed25519Signer, encode_multibase, public_key_of
from registry.store.queries.organisations import key_by_method, keys_of
from registry.store.queries.records import record_by_id
from tests.support.cast import GTIN, PATH, Cast
from tests.support.keys import seed


def own_signer(who: Actor, name: str = "own") -> Ed25519Signer:
    """Return a signer with a key that the registry has never seen."""
    secret = seed(f"{who.organisation.slug} {name}")
    method = verification_method(who.organisation.did, public_key_of(secret))
    return Ed25519Signer(method, secret)


def enrolment(who: Actor, name: str = "own") -> EnrolKey:
    """Return a self-held key with the proof that its holder has it."""
    did = who.organisation.did
    public_key = public_key_of(seed(f"{who.organisation.slug} {name}"))
    possession = own_signer(who, name).sign(possession_message(did, public_key))
    return EnrolKey(
        did, public_key.multibase, "organisation", encode_multibase(possession)
    )


def enrols(cast: Cast, who: Actor, given: EnrolKey) -> None:
    add_key(cast.registry, who, given, request_id=cast.next_request(), now=cast.now)


def ends(cast: Cast, who: Actor, method: str, change: str, **more: int) -> None:
    finish_key(
        cast.registry,
        who,
        EndKey(method.partition("#")[0], method, change, "换发", **more),
        request_id=cast.next_request(),
        now=cast.now,
    )


def batch_input() -> RegisterBatch:
    return RegisterBatch(
        GTIN,
        "SELF-1",
        ("P1",),
        date(2026, 3, 1),
        date(2026, 11, 1),
        Quantity(Decimal(100), "KGM"),
    )


def test_a_self_held_key_is_enrolled_and_signs(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    enrols(cast, cast.amina, enrolment(cast.amina))
    signer = own_signer(cast.amina)

    waiting = prepare(
        cast.registry,
        cast.amina,
        "origin",
        batch_input(),
        verification_method=signer.verification_method,
        request_id=cast.next_request(),
        now=cast.now,
    )
    signatures = [signer.sign(each.hash_data) for each in waiting.documents]
    receipt = submit(
        cast.registry, cast.amina, waiting.request_id, signatures, now=cast.now
    )

    record = record_by_id(receipt.record_id)
    assert record is not None
    assert record.verification_method == signer.verification_method


def test_submitting_twice_gives_one_record(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    enrols(cast, cast.amina, enrolment(cast.amina))
    signer = own_signer(cast.amina)
    waiting = prepare(
        cast.registry,
        cast.amina,
        "origin",
        batch_input(),
        verification_method=signer.verification_method,
        request_id=cast.next_request(),
        now=cast.now,
    )
    signatures = [signer.sign(each.hash_data) for each in waiting.documents]

    first = submit(
        cast.registry, cast.amina, waiting.request_id, signatures, now=cast.now
    )
    second = submit(
        cast.registry, cast.amina, waiting.request_id, signatures, now=cast.now
    )

    assert first == second


def test_what_the_rules_forbid_is_not_prepared(cast: Cast) -> None:
    enrols(cast, cast.amina, enrolment(cast.amina))

    with pytest.raises(InvalidInput, match="No product with GTIN"):
        prepare(
            cast.registry,
            cast.amina,
            "origin",
            batch_input(),
            verification_method=own_signer(cast.amina).verification_method,
            request_id=cast.next_request(),
            now=cast.now,
        )


def test_what_has_become_forbidden_is_not_submitted(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    enrols(cast, cast.amina, enrolment(cast.amina))
    signer = own_signer(cast.amina)
    waiting = prepare(
        cast.registry,
        cast.amina,
        "origin",
        batch_input(),
        verification_method=signer.verification_method,
        request_id=cast.next_request(),
        now=cast.now,
    )
    cast.registers_batch(cast.amina, lot="SELF-1")

    with pytest.raises(Conflict, match="exists already"):
        submit(
            cast.registry,
            cast.amina,
            waiting.request_id,
            [signer.sign(each.hash_data) for each in waiting.documents],
            now=cast.now,
        )


def prepared_batch(cast: Cast) -> tuple[Ed25519Signer, str, bytes]:
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    enrols(cast, cast.amina, enrolment(cast.amina))
    signer = own_signer(cast.amina)
    waiting = prepare(
        cast.registry,
        cast.amina,
        "origin",
        batch_input(),
        verification_method=signer.verification_method,
        request_id=cast.next_request(),
        now=cast.now,
    )
    return signer, waiting.request_id, waiting.documents[0].hash_data


def test_a_signature_over_another_document_does_not_fit(cast: Cast) -> None:
    signer, request_id, _ = prepared_batch(cast)
    other = {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x"}
    forged = prepare_credential(other, signer.verification_method, cast.now)

    with pytest.raises(BadSignature):
        submit(
            cast.registry,
            cast.amina,
            request_id,
            [signer.sign(forged.hash_data)],
            now=cast.now,
        )


def test_too_few_and_too_many_signatures_do_not_fit(cast: Cast) -> None:
    signer, request_id, hash_data = prepared_batch(cast)
    signature = signer.sign(hash_data)

    with pytest.raises(BadRecord, match="no signature"):
        submit(cast.registry, cast.amina, request_id, [], now=cast.now)
    with pytest.raises(BadRecord, match="more signatures"):
        submit(
            cast.registry,
            cast.amina,
            request_id,
            [signature, signature],
            now=cast.now,
        )


def test_another_organisation_cannot_submit(cast: Cast) -> None:
    signer, request_id, hash_data = prepared_batch(cast)

    with pytest.raises(NotAllowed, match="another organisation"):
        submit(
            cast.registry,
            cast.dan,
            request_id,
            [signer.sign(hash_data)],
            now=cast.now,
        )


def test_a_prepared_request_goes_stale(cast: Cast) -> None:
    signer, request_id, hash_data = prepared_batch(cast)

    with pytest.raises(NotFound, match="Prepare it again"):
        submit(
            cast.registry,
            cast.amina,
            request_id,
            [signer.sign(hash_data)],
            now=cast.now + timedelta(days=3),
        )


def test_a_key_is_not_enrolled_without_its_possession(cast: Cast) -> None:
    stolen = enrolment(cast.dan).public_key

    with pytest.raises(InvalidInput, match="proof that you hold this key"):
        enrols(
            cast,
            cast.amina,
            EnrolKey(cast.amina.organisation.did, stolen, "organisation", "z1"),
        )


def test_a_possession_for_another_organisation_does_not_fit(cast: Cast) -> None:
    of_dan = enrolment(cast.dan)

    with pytest.raises(InvalidInput, match="proof that you hold this key"):
        enrols(
            cast,
            cast.amina,
            EnrolKey(
                cast.amina.organisation.did,
                of_dan.public_key,
                "organisation",
                of_dan.possession,
            ),
        )


def test_another_organisations_keys_are_not_mine_to_change(cast: Cast) -> None:
    method = keys_of(cast.dan.organisation.did)[0].verification_method

    with pytest.raises(NotAllowed, match="Only a manager"):
        ends(cast, cast.amina, method, "revoke")


def test_the_operator_cannot_enrol_a_second_key(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only a manager"):
        enrols(cast, cast.olive, enrolment(cast.amina))


def test_the_divisions_authority_recovers_an_organisation(cast: Cast) -> None:
    enrols(cast, cast.grace, enrolment(cast.amina))

    assert len(keys_of(cast.amina.organisation.did)) == 2


def test_a_key_is_enrolled_once(cast: Cast) -> None:
    enrols(cast, cast.amina, enrolment(cast.amina))

    with pytest.raises(Conflict, match="enrolled already"):
        enrols(cast, cast.amina, enrolment(cast.amina))


def test_the_last_key_is_not_retired(cast: Cast) -> None:
    method = keys_of(cast.amina.organisation.did)[0].verification_method

    with pytest.raises(Conflict, match="last active key"):
        ends(cast, cast.amina, method, "retire")


def test_rotation_in_custody_signs_with_the_new_key(cast: Cast) -> None:
    old = keys_of(cast.amina.organisation.did)[0].verification_method
    add_custodial_key(
        cast.registry,
        cast.amina,
        cast.amina.organisation.did,
        request_id=cast.next_request(),
        now=cast.now,
    )
    ends(cast, cast.amina, old, "retire")

    receipt = cast.registers_product(cast.amina)

    record = record_by_id(receipt.record_id)
    assert record is not None
    assert record.verification_method != old


def test_a_revoked_key_prepares_nothing(cast: Cast) -> None:
    enrols(cast, cast.ben, enrolment(cast.ben))
    method = own_signer(cast.ben).verification_method
    ends(cast, cast.ben, method, "revoke")

    with pytest.raises(NotAllowed, match="not an active key"):
        prepare(
            cast.registry,
            cast.ben,
            "inspection",
            LogInspection(PATH, "1", "1", cast.now.date(), cast.now.date(), "pass", ()),
            verification_method=method,
            request_id=cast.next_request(),
            now=cast.now,
        )


def test_an_owner_revokes_from_here_on_only(cast: Cast) -> None:
    method = keys_of(cast.ben.organisation.did)[0].verification_method

    with pytest.raises(NotAllowed, match="disowned by an authority"):
        ends(cast, cast.ben, method, "revoke", compromised_from=3)


def test_an_authority_revokes_from_an_earlier_index(cast: Cast) -> None:
    method = keys_of(cast.ben.organisation.did)[0].verification_method
    ends(cast, cast.grace, method, "revoke", compromised_from=9)

    key = key_by_method(method)
    assert key is not None
    assert (key.status, key.compromised_from) == ("revoked", 9)


def test_an_index_beyond_the_log_is_refused(cast: Cast) -> None:
    method = keys_of(cast.ben.organisation.did)[0].verification_method

    with pytest.raises(InvalidInput, match="not an index of the log"):
        ends(cast, cast.grace, method, "revoke", compromised_from=10**6)
