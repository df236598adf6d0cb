"""Accounts on both databases: passwords, sessions, patience, the set-up link."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.commands import accounts
from registry.commands.accounts import Credentials, Person
from registry.commands.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    check_password,
    hash_password,
    is_outdated,
    matches,
)
from registry.domain.parties import Role
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound, RegistryError
from registry.service import Registry
from registry.store.accounts import account_by_login, keep_password_hash
from registry.store.one_use import find_link
from registry.store.sessions import session_of, token_hash
from registry.store.tables import operational
from tests.support.cast import Cast, did
from tests.support.registry import NOW

SECRET = "three quiet words"
LOCAL, ELSEWHERE = "127.0.0.1", "203.0.113.7"
ATTEMPTS = accounts.FREE_FAILURES


def amina_account(registry: Registry) -> str:
    return accounts.create_account(registry, "amina", "Amina", SECRET, NOW)


def entered(registry: Registry, login: str = "amina", password: str = SECRET) -> str:
    return accounts.sign_in(registry, login, password, LOCAL, NOW)


def person(token: str) -> Person:
    found = accounts.person_of(token, NOW)
    assert found is not None
    return found


def fails(registry: Registry, times: int, address: str = LOCAL) -> None:
    for _ in range(times):
        with pytest.raises(NotAllowed, match="Login or password is wrong"):
            accounts.sign_in(registry, "amina", "a wrong password", address, NOW)


# Making an account


def test_an_account_signs_in_with_its_password(registry: Registry) -> None:
    amina_account(registry)
    assert person(entered(registry)).name == "Amina"


def test_a_login_is_compared_folded_and_without_width(registry: Registry) -> None:
    amina_account(registry)
    assert person(entered(registry, " ＡＭＩＮＡ ")).login == "amina"


def test_a_password_is_compared_without_width(registry: Registry) -> None:
    amina_account(registry)
    full_width = "ｔｈｒｅｅ　quiet words"
    assert person(entered(registry, password=full_width)).login == "amina"


def test_a_taken_login_is_refused(registry: Registry) -> None:
    amina_account(registry)
    with pytest.raises(Conflict, match="amina is taken"):
        accounts.create_account(registry, "Amina", "Another", SECRET, NOW)


def test_everything_wrong_with_an_account_is_said_at_once(registry: Registry) -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.create_account(registry, "a b", "", "short", NOW)
    assert [problem.field for problem in refused.value.problems] == [
        "login",
        "name",
        "password",
    ]


@pytest.mark.parametrize("login", ["", "a", "a b", "a/b", "a" * 61, "a\nb"])
def test_an_unusable_login_is_refused(registry: Registry, login: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be a login"):
        accounts.create_account(registry, login, "Amina", SECRET, NOW)


def test_two_accounts_have_two_pseudonyms(registry: Registry) -> None:
    amina_account(registry)
    accounts.create_account(registry, "dan", "Dan", SECRET, NOW)
    pseudonyms = {person(entered(registry, login)).person for login in ("amina", "dan")}
    assert len(pseudonyms) == 2


# Passwords


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("x" * (SHORTEST_PASSWORD - 1), "at least 10 characters"),
        ("my login is Amina", "does not hold the login"),
        ("x" * (LONGEST_PASSWORD + 1), "at most 200"),
    ],
)
def test_a_weak_password_is_refused(password: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        check_password(password, "amina")


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
@settings(max_examples=25, deadline=None)
def test_only_the_same_password_matches(right: str, other: str) -> None:
    stored = hash_password(right, "demo")
    assert matches(right, stored, "demo")
    assert matches(other, stored, "demo") == matches(
        right, hash_password(other, "demo"), "demo"
    )


def test_no_account_matches_no_password() -> None:
    assert not matches(SECRET, None, "demo")


def test_a_damaged_hash_matches_nothing() -> None:
    assert not matches(SECRET, "$argon2id$damaged", "demo")


def test_a_guess_in_production_costs_64_mib() -> None:
    stored = hash_password(SECRET, "production")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_outdated(hash_password(SECRET, "demo"), "production")


def test_a_cheap_hash_is_replaced_at_the_next_sign_in(registry: Registry) -> None:
    amina_account(registry)
    found = account_by_login("amina")
    assert found is not None
    keep_password_hash(found.account_id, hash_password(SECRET, "production"))
    entered(registry)
    renewed = account_by_login("amina")
    assert renewed is not None
    assert not is_outdated(renewed.password_hash, "demo")


def test_an_unknown_login_costs_as_much_as_a_wrong_password() -> None:
    stored = hash_password(SECRET, "production")

    def least_seconds(password_hash: str | None) -> float:
        spent = []
        for _ in range(3):
            began = time.perf_counter()
            assert not matches("a wrong password", password_hash, "production")
            spent.append(time.perf_counter() - began)
        return min(spent)

    assert least_seconds(None) > least_seconds(stored) / 2


# Signing in


@pytest.mark.parametrize(
    ("login", "password"), [("amina", "a wrong password"), ("nobody", SECRET)]
)
def test_a_wrong_login_and_a_wrong_password_have_one_answer(
    registry: Registry, login: str, password: str
) -> None:
    amina_account(registry)
    with pytest.raises(NotAllowed) as refused:
        entered(registry, login, password)
    assert str(refused.value) == (
        "password: Login or password is wrong. Check both and try again."
    )


def test_a_disabled_account_does_not_sign_in(registry: Registry) -> None:
    account_id = amina_account(registry)
    token = entered(registry)
    row = operational.Account
    row.update(disabled_at=1).where(row.account_id == account_id).execute()
    with pytest.raises(NotAllowed, match="Login or password is wrong"):
        entered(registry)
    assert accounts.person_of(token, NOW) is None


def test_each_sign_in_has_a_token_of_its_own(registry: Registry) -> None:
    amina_account(registry)
    assert entered(registry) != entered(registry)


def test_the_database_holds_no_token(registry: Registry) -> None:
    amina_account(registry)
    token = entered(registry)
    rows = list(operational.Session.select())
    assert [row.token_hash for row in rows] == [token_hash(token)]
    assert token not in str([row.__data__ for row in rows])


def test_a_session_ends_after_twelve_hours(registry: Registry) -> None:
    amina_account(registry)
    token = entered(registry)
    almost = NOW + accounts.SESSION_LENGTH - timedelta(milliseconds=1)
    assert accounts.person_of(token, almost)
    assert accounts.person_of(token, NOW + accounts.SESSION_LENGTH) is None


def test_expired_sessions_are_swept(registry: Registry) -> None:
    amina_account(registry)
    entered(registry)
    later = NOW + accounts.SESSION_LENGTH
    accounts.sign_in(registry, "amina", SECRET, LOCAL, later)
    assert operational.Session.select().count() == 1


def test_signing_out_ends_the_session_and_only_it(registry: Registry) -> None:
    amina_account(registry)
    phone, desk = entered(registry), entered(registry)
    accounts.sign_out(phone)
    accounts.sign_out(phone)
    assert accounts.person_of(phone, NOW) is None
    assert accounts.person_of(desk, NOW)


# Patience


def test_five_failures_are_free_and_the_sixth_attempt_waits(registry: Registry) -> None:
    amina_account(registry)
    fails(registry, ATTEMPTS)
    with pytest.raises(NotAllowed, match="Wait 32 seconds"):
        entered(registry)


def test_after_the_wait_the_right_password_is_let_in(registry: Registry) -> None:
    amina_account(registry)
    fails(registry, ATTEMPTS)
    later = NOW + timedelta(seconds=32)
    token = accounts.sign_in(registry, "amina", SECRET, LOCAL, later)
    assert accounts.person_of(token, later)


def test_the_wait_never_exceeds_a_quarter_of_an_hour(registry: Registry) -> None:
    amina_account(registry)
    fails(registry, ATTEMPTS)
    operational.LoginFailure.update(failures=4000).execute()
    with pytest.raises(NotAllowed, match="Wait 900 seconds"):
        entered(registry)


def test_nobody_can_lock_another_out(registry: Registry) -> None:
    amina_account(registry)
    fails(registry, ATTEMPTS, ELSEWHERE)
    with pytest.raises(NotAllowed, match="Too many"):
        accounts.sign_in(registry, "amina", SECRET, ELSEWHERE, NOW)
    assert person(entered(registry)).login == "amina"


def test_a_device_that_failed_at_one_account_may_use_another(
    registry: Registry,
) -> None:
    amina_account(registry)
    accounts.create_account(registry, "dan", "Dan", SECRET, NOW)
    fails(registry, ATTEMPTS)
    assert person(entered(registry, "dan")).login == "dan"


def test_a_success_forgets_the_failures(registry: Registry) -> None:
    amina_account(registry)
    fails(registry, ATTEMPTS - 1)
    entered(registry)
    fails(registry, ATTEMPTS - 1)
    assert person(entered(registry)).login == "amina"


def test_failures_of_yesterday_are_forgotten(registry: Registry) -> None:
    amina_account(registry)
    fails(registry, 1, ELSEWHERE)
    tomorrow = NOW + timedelta(days=1, seconds=1)
    with pytest.raises(NotAllowed):
        accounts.sign_in(registry, "nobody", SECRET, LOCAL, tomorrow)
    assert operational.LoginFailure.select().count() == 1


def test_what_was_typed_as_a_login_is_not_stored(registry: Registry) -> None:
    with pytest.raises(NotAllowed):
        entered(registry, "oops this is my password")
    (row,) = operational.LoginFailure.select()
    assert "oops" not in str(row.__data__)


# For whom one acts


def test_a_session_acts_for_the_organisation_one_belongs_to(cast: Cast) -> None:
    account_id = amina_account(cast.registry)
    accounts.join(account_id, did("luoping-ginger"), Role.WORKER)
    actor = accounts.actor_of(person(entered(cast.registry)))
    assert (actor.organisation.did, actor.role) == (did("luoping-ginger"), Role.WORKER)


def test_a_person_of_two_organisations_chooses(cast: Cast) -> None:
    account_id = amina_account(cast.registry)
    for slug in ("luoping-ginger", "luoping-honey"):
        accounts.join(account_id, did(slug), Role.WORKER)
    token = entered(cast.registry)
    accounts.act_for(token, did("luoping-honey"), NOW)
    actor = accounts.actor_of(person(token))
    assert actor.organisation.did == did("luoping-honey")
    assert actor.belongs_to(did("luoping-ginger"))
    assert set(accounts.organisations_of(person(token))) == actor.memberships


def test_nobody_acts_for_an_organisation_of_others(cast: Cast) -> None:
    accounts.join(amina_account(cast.registry), did("luoping-ginger"), Role.WORKER)
    token = entered(cast.registry)
    with pytest.raises(NotAllowed, match="do not belong"):
        accounts.act_for(token, did("luoping-honey"), NOW)
    assert person(token).organisation == did("luoping-ginger")


def test_an_unknown_session_acts_for_nobody(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="do not belong"):
        accounts.act_for("00", did("luoping-honey"), NOW)


def test_who_belongs_to_no_organisation_is_no_actor(registry: Registry) -> None:
    amina_account(registry)
    with pytest.raises(NotFound, match="no organisation yet"):
        accounts.actor_of(person(entered(registry)))


# One's own account


def test_a_changed_password_ends_every_other_session(registry: Registry) -> None:
    amina_account(registry)
    stolen, own = entered(registry), entered(registry)
    accounts.change_password(registry, own, SECRET, "a new set of words", NOW)
    assert accounts.person_of(stolen, NOW) is None
    assert accounts.person_of(own, NOW)
    assert entered(registry, password="a new set of words")
    with pytest.raises(NotAllowed):
        entered(registry)


def test_changing_a_password_needs_the_old_one(registry: Registry) -> None:
    amina_account(registry)
    token = entered(registry)
    with pytest.raises(NotAllowed) as refused:
        accounts.change_password(registry, token, "a guess of mine", "other words", NOW)
    assert refused.value.problems[0].field == "old_password"
    assert entered(registry)


def test_a_weak_new_password_is_refused(registry: Registry) -> None:
    amina_account(registry)
    token = entered(registry)
    with pytest.raises(InvalidInput, match="at least 10"):
        accounts.change_password(registry, token, SECRET, "short", NOW)


def test_a_password_is_not_changed_without_a_session(registry: Registry) -> None:
    amina_account(registry)
    with pytest.raises(NotAllowed):
        accounts.change_password(registry, "00", SECRET, "other words", NOW)


def test_a_chosen_language_is_kept(registry: Registry) -> None:
    amina_account(registry)
    token = entered(registry)
    assert person(token).language == ""
    accounts.choose_language(person(token), "en")
    assert person(token).language == "en"


def test_an_unknown_language_is_refused(registry: Registry) -> None:
    amina_account(registry)
    with pytest.raises(InvalidInput, match="no language xx"):
        accounts.choose_language(person(entered(registry)), "xx")


# The set-up link

OLIVE = Credentials("olive", "Olive", SECRET)


@pytest.fixture
def token(cast: Cast) -> str:
    return accounts.new_setup_link(cast.registry, NOW)


def test_the_link_makes_the_operators_administrator(cast: Cast, token: str) -> None:
    session = accounts.become_administrator(cast.registry, token, OLIVE, LOCAL, NOW)
    actor = accounts.actor_of(person(session))
    assert (actor.organisation.did, actor.role) == (did("operator"), Role.MANAGER)


def test_the_link_works_once(cast: Cast, token: str) -> None:
    accounts.become_administrator(cast.registry, token, OLIVE, LOCAL, NOW)
    eve = Credentials("eve", "Eve", SECRET)
    with pytest.raises(NotAllowed, match="wrong, used or older"):
        accounts.become_administrator(cast.registry, token, eve, LOCAL, NOW)
    assert account_by_login("eve") is None


def test_the_link_ends_after_half_an_hour(cast: Cast, token: str) -> None:
    with pytest.raises(NotAllowed, match="wrong, used or older"):
        accounts.become_administrator(
            cast.registry, token, OLIVE, LOCAL, NOW + accounts.SETUP_LENGTH
        )


def test_a_guessed_link_is_refused(cast: Cast, token: str) -> None:
    with pytest.raises(NotAllowed, match="wrong, used or older"):
        accounts.become_administrator(cast.registry, "0" * 64, OLIVE, LOCAL, NOW)


def test_a_new_link_ends_the_older_one(cast: Cast, token: str) -> None:
    newer = accounts.new_setup_link(cast.registry, NOW)
    assert find_link("setup", token, NOW) is None
    assert find_link("setup", newer, NOW)


def test_a_refused_account_leaves_the_link_usable(cast: Cast, token: str) -> None:
    weak = replace(OLIVE, password="short")
    with pytest.raises(InvalidInput):
        accounts.become_administrator(cast.registry, token, weak, LOCAL, NOW)
    assert accounts.become_administrator(cast.registry, token, OLIVE, LOCAL, NOW)


@pytest.mark.parametrize("address", [ELSEWHERE, "", "localhost", "::ffff:203.0.113.7"])
def test_set_up_from_another_machine_is_refused(
    cast: Cast, token: str, address: str
) -> None:
    with pytest.raises(NotAllowed, match="only on the machine"):
        accounts.become_administrator(cast.registry, token, OLIVE, address, NOW)
    assert find_link("setup", token, NOW)


def test_the_settings_may_allow_set_up_from_another_machine(
    cast: Cast, token: str
) -> None:
    allowed = cast.registry.settings.model_copy(update={"remote_setup": True})
    registry = replace(cast.registry, settings=allowed)
    assert accounts.become_administrator(registry, token, OLIVE, ELSEWHERE, NOW)


def test_no_token_is_in_the_database(cast: Cast, token: str) -> None:
    rows = [row.__data__ for row in operational.Setting.select()]
    assert rows
    assert token not in str(rows)


def test_every_refusal_writes_no_session(cast: Cast, token: str) -> None:
    with pytest.raises(RegistryError):
        accounts.become_administrator(cast.registry, "0", OLIVE, LOCAL, NOW)
    assert session_of("0", NOW) is None
    assert operational.Session.select().count() == 0
