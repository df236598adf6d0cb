"""What keys signed, and how far their owners have looked, on both databases."""

from registry.domain.records import RecordType
from registry.store.key_uses import (
    keep_look,
    last_uses,
    names_of_people,
    unseen_uses,
    uses_of,
)
from registry.store.queries.organisations import keys_of
from tests.support.cast import Cast
from tests.support.own_keys import enrols_own
from tests.support.web import enrol


def methods(cast: Cast) -> list[str]:
    return [key.verification_method for key in keys_of(cast.amina.organisation.did)]


def look(cast: Cast, account_id: str) -> None:
    size = cast.registry.ledger.head().tree_size
    keep_look(account_id, cast.amina.organisation.did, size)


def test_uses_are_the_newest_first_and_no_more_than_asked(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_plot(cast.dan)

    types = [record.record_type for record in uses_of(methods(cast), 10)]

    assert types == [RecordType.PLOT, RecordType.PRODUCT]
    assert len(uses_of(methods(cast), 1)) == 1


def test_a_key_that_signed_nothing_has_no_last_use(cast: Cast) -> None:
    enrols_own(cast, cast.amina)
    custodial, own = methods(cast)

    assert last_uses([custodial, own]) == {custodial: cast.now}


def test_uses_are_counted_from_the_last_look(cast: Cast) -> None:
    did = cast.amina.organisation.did
    cast.registers_product(cast.amina)
    assert unseen_uses("amina", did) == 1

    look(cast, "amina")
    assert unseen_uses("amina", did) == 0

    cast.registers_plot(cast.amina)
    cast.registers_plot(cast.dan)
    assert unseen_uses("amina", did) == 1
    look(cast, "amina")
    assert unseen_uses("amina", did) == 0


def test_people_look_apart(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    look(cast, "amina")

    assert unseen_uses("another manager", cast.amina.organisation.did) == 1


def test_people_are_named_by_their_pseudonym(cast: Cast) -> None:
    enrol(cast, "amina")

    found = names_of_people([cast.amina.person, "urn:uuid:nobody"])

    assert found == {cast.amina.person: "Amina"}
