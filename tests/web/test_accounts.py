"""Signing in and out, one's own account, and new people, through the pages."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from registry.commands import accounts, people
from registry.commands.accounts import person_of
from registry.domain.parties import Role
from registry.errors import msg
from registry.store.accounts import (
    account_by_login,
    drop_membership,
    keep_membership,
    members_of,
)
from registry.store.sessions import session_of
from registry.web.context import COOKIE
from registry.web.i18n import COOKIE as LANGUAGE_COOKIE
from registry.web.i18n import safe_path, say
from tests.support.cast import Cast, did
from tests.support.pages import error_at
from tests.support.registry import NOW
from tests.support.web import (
    app_for,
    client_for,
    enrol,
    hidden_inputs,
    password_of,
    post,
    said,
    sign_in,
)

LANGUAGES = ["zh", "en"]
GINGER = did("luoping-ginger")
NEW_PASSWORD = "a new set of words"
FEI = {"name": "Fei", "login": "fei", "password": NEW_PASSWORD}


def cookie(client: FlaskClient, name: str = COOKIE) -> str:
    """Return what a cookie of the browser holds, empty for none."""
    found = client.get_cookie(name)
    return found.value if found else ""


def in_words(cast: Cast, language: str, template: str, **values: object) -> str:
    """Return a sentence as a reader of `language` meets it on a page."""
    with app_for(cast.registry).test_request_context(f"/?lang={language}"):
        return say(msg(template, **values))


def no_session_was_opened(client: FlaskClient) -> bool:
    return session_of(cookie(client), NOW) is None


# Signing in


def test_who_signs_in_comes_to_the_list_of_the_day(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    answer = sign_in(client, embedded_cast, "amina")
    assert answer.location == "/today"
    assert "Luoping Ginger" in client.get("/today").text


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    answer = sign_in(client, embedded_cast, "amina")
    (line,) = [line for line in answer.headers.getlist("Set-Cookie") if COOKIE in line]
    flags = {flag.strip().partition("=")[0] for flag in line.split(";")[1:]}
    assert {"HttpOnly", "Secure", "SameSite", "Max-Age", "Path"} <= flags
    assert "Domain" not in flags
    assert "SameSite=Lax" in line


def test_a_planted_session_is_not_the_one_that_is_opened(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    client.set_cookie(COOKIE, "planted")
    sign_in(client, embedded_cast, "amina")
    assert cookie(client) != "planted"
    assert person_of("planted", NOW) is None


def test_the_token_against_cross_site_requests_is_new_after_signing_in(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    before = hidden_inputs(client.get("/login").text)["csrf_token"]
    sign_in(client, embedded_cast, "amina")
    answer = client.post("/account/language", data={"csrf_token": before})
    assert answer.status_code == 400


def test_signing_in_again_ends_the_session_before(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    sign_in(client, embedded_cast, "amina")
    first = cookie(client)
    sign_in(client, embedded_cast, "dan")
    assert person_of(first, NOW) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("login", ["amina", "nobody"])
def test_a_wrong_login_or_password_is_refused_in_one_sentence(
    embedded_cast: Cast, login: str, language: str
) -> None:
    enrol(embedded_cast, "amina")
    client = client_for(embedded_cast.registry, language)
    page = post(client, "/login", {"login": login, "password": "a wrong password"})
    assert error_at(page.text, "password") == in_words(
        embedded_cast,
        language,
        "Login or password is wrong. Check both and try again.",
    )
    assert no_session_was_opened(client)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_many_attempts_are_told_to_wait(embedded_cast: Cast, language: str) -> None:
    enrol(embedded_cast, "amina")
    client = client_for(embedded_cast.registry, language)
    for _ in range(accounts.FREE_FAILURES):
        post(client, "/login", {"login": "amina", "password": "a wrong password"})
    right = {"login": "amina", "password": password_of("amina")}
    assert error_at(post(client, "/login", right).text, "password") == in_words(
        embedded_cast,
        language,
        "Too many wrong attempts from this device. Wait {seconds} seconds, then "
        "try again.",
        seconds=32,
    )
    assert no_session_was_opened(client)


def test_attempts_from_elsewhere_lock_nobody_out(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    enrol(embedded_cast, "amina")
    eve = client_for(embedded_cast.registry)
    eve.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for _ in range(accounts.FREE_FAILURES + 1):
        post(eve, "/login", {"login": "amina", "password": "a wrong password"})
    assert sign_in(client, embedded_cast, "amina").location == "/today"


@pytest.mark.parametrize("missing", ["login", "password"])
def test_an_empty_input_is_said_at_its_place(client: FlaskClient, missing: str) -> None:
    values = {"login": "amina", "password": "something"} | {missing: ""}
    page = post(client, "/login", values)
    assert error_at(page.text, missing) == "This field is required."


def test_a_refused_password_is_not_sent_back(client: FlaskClient) -> None:
    page = post(client, "/login", {"login": "amina", "password": "a-secret-typed"})
    assert "a-secret-typed" not in page.text
    assert 'value="amina"' in page.text


# Where one goes on


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "http:evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\x00//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "@evil.example",
    ],
)
def test_signing_in_leads_to_no_other_host(
    client: FlaskClient, embedded_cast: Cast, target: str
) -> None:
    assert sign_in(client, embedded_cast, "amina", target).location == "/today"


@pytest.mark.parametrize("target", ["/people", "/batches/new?copy=last", "/%2f/evil"])
def test_signing_in_leads_back_to_a_page_of_ours(
    client: FlaskClient, embedded_cast: Cast, target: str
) -> None:
    assert sign_in(client, embedded_cast, "amina", target).location == target


@given(st.text(alphabet="/\\.:@?#%\t\n evil", max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_safe_path_stays_on_this_host(target: str) -> None:
    found = urlsplit(urljoin("https://trace.example/login", safe_path(target)))
    assert (found.scheme, found.netloc) == ("https", "trace.example")


def test_a_page_for_the_signed_in_asks_for_a_login_and_comes_back(
    client: FlaskClient,
) -> None:
    found = urlsplit(client.get("/people?x=1").location)
    assert found.path == "/login"
    assert parse_qs(found.query) == {"next": ["/people?x=1"], "expired": ["0"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_that_ends_in_a_form_keeps_what_was_typed(
    embedded_cast: Cast, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "amina")
    typed = hidden_inputs(client.get("/people").text) | {"name": "孙飞 & Söhne"}
    accounts.sign_out(cookie(client))
    answer = client.post("/people", data=typed | {"role": "viewer"})
    assert "expired=1" in answer.location
    sentence = (
        "Your session ended before the form was sent. What you typed is kept: sign in "
        "and it is there again."
    )
    assert in_words(embedded_cast, language, sentence) in said(
        client.get(answer.location)
    )
    sign_in(client, embedded_cast, "amina", "/people")
    page = client.get("/people").text
    assert 'value="孙飞 &amp; Söhne"' in page
    assert re.search(r'<input checked [^>]*value="viewer"', page)


def test_what_one_typed_is_not_shown_to_the_next_person(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    sign_in(client, embedded_cast, "amina")
    typed = hidden_inputs(client.get("/people").text) | {"name": "Aminas friend"}
    accounts.sign_out(cookie(client))
    client.post("/people", data=typed)
    sign_in(client, embedded_cast, "dan", "/people")
    assert "Aminas friend" not in client.get("/people").text


def test_a_password_is_never_kept_as_a_draft(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    sign_in(client, embedded_cast, "amina")
    typed = hidden_inputs(client.get("/account/password").text)
    accounts.sign_out(cookie(client))
    answer = client.post(
        "/account/password", data=typed | {"old_password": "x", "password": "y"}
    )
    assert "expired=0" in answer.location
    assert cookie(client, "draft") == ""


# Signing out


def test_signing_out_ends_the_session_here_and_in_the_database(
    amina_client: FlaskClient,
) -> None:
    token = cookie(amina_client)
    answer = post(amina_client, "/logout", form_at="/account")
    assert answer.location == "/"
    assert cookie(amina_client) == ""
    amina_client.set_cookie(COOKIE, token)
    assert amina_client.get("/today").status_code == 303


def test_a_link_to_the_way_out_signs_nobody_out(amina_client: FlaskClient) -> None:
    assert amina_client.get("/logout").location == "/account"
    assert amina_client.get("/today").status_code == 200


# Cross-site requests

FORMS = [
    "/login",
    "/logout",
    "/account/organisation",
    "/account/language",
    "/account/password",
    "/people",
    "/people/00000000-0000-4000-8000-000000000000",
    "/people/00000000-0000-4000-8000-000000000000/remove",
    "/people/invitations/00/withdraw",
    "/organisations/luoping-ginger/first-manager",
    "/join",
    "/setup",
]


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "wrong"}])
@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(
    amina_client: FlaskClient, path: str, token: dict[str, str]
) -> None:
    session = cookie(amina_client)
    answer = amina_client.post(path, data=token)
    assert answer.status_code == 400
    assert person_of(session, NOW)


def test_another_browsers_token_does_nothing(
    amina_client: FlaskClient, client: FlaskClient
) -> None:
    eves = hidden_inputs(client.get("/login").text)["csrf_token"]
    assert amina_client.post("/logout", data={"csrf_token": eves}).status_code == 400
    assert person_of(cookie(amina_client), NOW)


# Roles


def test_a_role_taken_away_is_gone_with_the_next_click(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    assert amina_client.get("/people").status_code == 200
    keep_membership(enrol(embedded_cast, "amina"), GINGER, Role.WORKER)
    assert amina_client.get("/people").status_code == 403
    assert 'href="/people"' not in amina_client.get("/today").text


def test_who_lost_every_role_is_told_so(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    drop_membership(enrol(embedded_cast, "amina"), GINGER)
    page = amina_client.get("/today")
    assert "You act for no organisation yet" in page.text
    assert amina_client.get("/people").status_code == 404


# One's own account


def test_a_person_of_two_organisations_switches(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    honey = did("luoping-honey")
    keep_membership(enrol(embedded_cast, "amina"), honey, Role.WORKER)
    answer = post(
        amina_client,
        "/account/organisation",
        {"organisation": honey},
        form_at="/account",
    )
    assert answer.location == "/today"
    assert "Luoping Honey" in amina_client.get("/today").text


def test_nobody_switches_to_an_organisation_of_others(
    amina_client: FlaskClient,
) -> None:
    answer = post(
        amina_client,
        "/account/organisation",
        {"organisation": did("luoping-honey")},
        form_at="/account",
    )
    assert answer.status_code == 403
    assert "Luoping Ginger" in amina_client.get("/today").text


def test_the_chosen_language_is_spoken_on_every_device(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    amina_client.get("/language/en")
    post(amina_client, "/account/language", {"language": "zh"}, form_at="/account")
    assert cookie(amina_client, LANGUAGE_COOKIE) == ""
    other = client_for(embedded_cast.registry)
    sign_in(other, embedded_cast, "amina")
    assert '<html lang="zh-Hans"' in other.get("/today").text


def test_an_unknown_language_is_refused(amina_client: FlaskClient) -> None:
    answer = post(
        amina_client, "/account/language", {"language": "xx"}, form_at="/account"
    )
    assert answer.status_code == 400
    assert "choose zh or en" in said(answer)


def test_a_password_is_changed_and_other_devices_are_out(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    phone = client_for(embedded_cast.registry)
    sign_in(phone, embedded_cast, "amina")
    values = {"old_password": password_of("amina"), "password": NEW_PASSWORD}
    answer = post(amina_client, "/account/password", values)
    assert answer.location == "/account"
    assert "Your password is changed" in amina_client.get("/account").text
    assert phone.get("/today").status_code == 303
    again = post(phone, "/login", {"login": "amina", "password": NEW_PASSWORD})
    assert again.status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "field", "template", "values"),
    [
        (
            {"old_password": "a wrong one"},
            "old_password",
            "This is not your password now. Type it once more.",
            {},
        ),
        (
            {"password": "short"},
            "password",
            "A password has at least {least} characters and does not hold the login. "
            "Three or four words are easy to remember.",
            {"least": 10},
        ),
        (
            {"password": "x" * 201},
            "password",
            "This password has {length} characters. Use at most {most}.",
            {"length": 201, "most": 200},
        ),
    ],
    ids=["wrong", "short", "long"],
)
def test_a_password_is_not_changed_and_the_input_says_why(
    embedded_cast: Cast,
    language: str,
    typed: dict[str, str],
    field: str,
    template: str,
    values: dict[str, object],
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "amina")
    right = {"old_password": password_of("amina"), "password": NEW_PASSWORD}
    page = post(client, "/account/password", right | typed)
    expected = in_words(embedded_cast, language, template, **values)
    assert error_at(page.text, field) == expected
    sign_in(client, embedded_cast, "amina")


# The set-up link


def test_the_set_up_link_makes_an_administrator_and_signs_in(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    token = accounts.new_setup_link(embedded_cast.registry, NOW)
    answer = post(client, "/setup", FEI | {"token": f" {token}\n"})
    assert answer.location == "/today"
    page = client.get("/today")
    assert "Health of the registry" in page.text
    assert [member.role for member in members_of(did("operator"))] == [Role.MANAGER]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ["wrong", "spent", "late"])
def test_a_set_up_link_that_does_not_hold_is_refused(
    embedded_cast: Cast, language: str, case: str
) -> None:
    made = NOW - accounts.SETUP_LENGTH if case == "late" else NOW
    token = accounts.new_setup_link(embedded_cast.registry, made)
    client = client_for(embedded_cast.registry, language)
    if case == "spent":
        other = client_for(embedded_cast.registry)
        post(other, "/setup", {**FEI, "login": "olive", "token": token})
    page = post(client, "/setup", FEI | {"token": "0" if case == "wrong" else token})
    assert error_at(page.text, "token") == in_words(
        embedded_cast,
        language,
        "This set-up link is wrong, used or older than 30 minutes. Make a new one "
        "with: registry create-admin",
    )
    assert account_by_login("fei") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
    ],
    ids=["elsewhere", "x-forwarded-for", "forwarded", "x-real-ip"],
)
def test_set_up_is_refused_from_elsewhere_and_through_a_proxy(
    embedded_cast: Cast, environ: dict[str, str], language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    token = accounts.new_setup_link(embedded_cast.registry, NOW)
    typed = hidden_inputs(client.get("/setup").text) | FEI | {"token": token}
    for answer in (
        client.get("/setup", environ_overrides=environ),
        client.post("/setup", data=typed, environ_overrides=environ),
    ):
        assert answer.status_code == 403
        assert in_words(
            embedded_cast,
            language,
            "Set-up works only on the machine that runs the registry. Open the link "
            "there, or set remote_setup in registry.toml and start it again.",
        ) in said(answer)
    assert account_by_login("fei") is None


# Invitations


def invitation(cast: Cast, role: str = "worker") -> str:
    return people.invite(cast.registry, cast.amina, "Fei", role, NOW)


def test_an_invited_person_makes_an_account_and_is_in(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    answer = post(client, "/join", FEI | {"token": invitation(embedded_cast)})
    assert answer.location == "/today"
    assert "Luoping Ginger" in client.get("/today").text


def test_a_signed_in_person_takes_the_role_with_their_account(
    embedded_cast: Cast,
) -> None:
    client = client_for(embedded_cast.registry)
    sign_in(client, embedded_cast, "dan")
    page = client.get("/join").text
    assert 'name="password"' not in page
    post(client, "/join", {"token": invitation(embedded_cast)})
    assert "Luoping Ginger" in client.get("/today").text
    assert "九龙蔬菜合作社" in client.get("/account").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["nobody", "dan"])
def test_an_invitation_that_does_not_hold_is_refused(
    embedded_cast: Cast, who: str, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    if who == "dan":
        sign_in(client, embedded_cast, "dan")
    page = post(client, "/join", (FEI if who == "nobody" else {}) | {"token": "00"})
    assert error_at(page.text, "token") == in_words(
        embedded_cast,
        language,
        "This invitation is wrong, used, withdrawn or too old. Ask the manager of the "
        "organisation for a new one.",
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "template", "values"),
    [
        (
            {"login": "amina"},
            "{login} is taken. Choose another login.",
            {"login": "amina"},
        ),
        (
            {"login": "a b"},
            "{given} cannot be a login. Use 2 to 60 letters, digits, or . @ + - _",
            {"given": "a b"},
        ),
    ],
    ids=["taken", "unusable"],
)
def test_a_login_that_cannot_be_had_is_said_at_its_input(
    embedded_cast: Cast,
    language: str,
    typed: dict[str, str],
    template: str,
    values: dict[str, object],
) -> None:
    enrol(embedded_cast, "amina")
    client = client_for(embedded_cast.registry, language)
    token = invitation(embedded_cast)
    page = post(client, "/join", FEI | typed | {"token": token})
    expected = in_words(embedded_cast, language, template, **values)
    assert error_at(page.text, "login") == expected
    assert f'value="{token}"' in page.text


# People, for their manager


def link_in(answer: TestResponse) -> str:
    found = re.search(r"https://trace\.example/join#([0-9a-f]{64})", answer.text)
    assert found, said(answer)
    return found[1]


def test_a_manager_invites_and_sees_the_link_once(
    amina_client: FlaskClient, client: FlaskClient
) -> None:
    answer = post(amina_client, "/people", {"name": "Fei", "role": "worker"})
    assert answer.headers["Cache-Control"] == "no-store"
    token = link_in(answer)
    assert token not in amina_client.get("/people").text
    assert post(client, "/join", FEI | {"token": token}).location == "/today"
    assert "fei" in amina_client.get("/people").text


def test_an_invitation_is_withdrawn(
    amina_client: FlaskClient, client: FlaskClient
) -> None:
    token = link_in(post(amina_client, "/people", {"name": "Fei", "role": "worker"}))
    page = amina_client.get("/people").text
    found = re.search(r'action="(/people/invitations/[0-9a-f]+/withdraw)"', page)
    assert found
    assert post(amina_client, found[1], form_at="/people").location == "/people"
    assert "Invited, not yet here" not in amina_client.get("/people").text
    assert post(client, "/join", FEI | {"token": token}).status_code == 200


def test_a_name_is_text_whatever_it_holds(amina_client: FlaskClient) -> None:
    name = '"><script>x</script>'
    answer = post(amina_client, "/people", {"name": name, "role": "worker"})
    for page in (answer.text, amina_client.get("/people").text):
        assert "<script>x" not in page
        assert "&lt;script&gt;x" in page


def fei_of_ginger(cast: Cast, role: str = "worker") -> str:
    given = accounts.Credentials("fei", "Fei", NEW_PASSWORD)
    return people.join_newly(cast.registry, invitation(cast, role), given, NOW)[0]


def test_a_manager_changes_a_role(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    path = f"/people/{fei_of_ginger(embedded_cast)}"
    assert post(amina_client, path, {"role": "viewer"}).location == "/people"
    assert {m.login: m.role for m in members_of(GINGER)}["fei"] is Role.VIEWER


def test_a_manager_takes_a_person_out_after_being_asked(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    path = f"/people/{fei_of_ginger(embedded_cast)}/remove"
    assert "Take Fei out" in amina_client.get(path).text
    assert [m.login for m in members_of(GINGER)] == ["amina", "fei"]
    assert post(amina_client, path).location == "/people"
    assert [m.login for m in members_of(GINGER)] == ["amina"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "typed"), [("", {"role": "worker"}), ("/remove", {})])
def test_the_last_manager_stays_and_reads_why(
    embedded_cast: Cast, language: str, path: str, typed: dict[str, str]
) -> None:
    client = client_for(embedded_cast.registry, language)
    sign_in(client, embedded_cast, "amina")
    own = f"/people/{enrol(embedded_cast, 'amina')}"
    assert in_words(
        embedded_cast,
        language,
        "Nobody would be left to manage the organisation. Make somebody else a "
        "manager first.",
    ) in said(post(client, own + path, typed))
    assert [member.role for member in members_of(GINGER)] == [Role.MANAGER]


def test_a_manager_who_steps_down_goes_on_to_the_list_of_the_day(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    fei_of_ginger(embedded_cast, "manager")
    own = f"/people/{enrol(embedded_cast, 'amina')}"
    assert post(amina_client, own, {"role": "worker"}).location == "/today"
    assert amina_client.get("/today").status_code == 200


def test_a_person_of_another_organisation_is_not_found(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    dan = enrol(embedded_cast, "dan")
    for path in (f"/people/{dan}", f"/people/{dan}/remove"):
        answer = amina_client.get(path)
        assert answer.status_code == 404
        assert "no such person" in said(answer)


def test_an_officer_invites_the_first_manager(
    embedded_cast: Cast, client: FlaskClient
) -> None:
    grace = client_for(embedded_cast.registry)
    sign_in(grace, embedded_cast, "grace")
    path = "/organisations/luoping-ginger/first-manager"
    assert path in grace.get("/today").text
    token = link_in(post(grace, path, {"name": "Fei"}))
    post(client, "/join", FEI | {"token": token})
    assert {m.login: m.role for m in members_of(GINGER)} == {"fei": Role.MANAGER}
    assert path not in grace.get("/today").text
    assert "has a manager" in said(post(grace, path, {"name": "Eve"}))


def test_there_is_no_first_manager_of_nothing(embedded_cast: Cast) -> None:
    grace = client_for(embedded_cast.registry)
    sign_in(grace, embedded_cast, "grace")
    answer = grace.get("/organisations/nowhere/first-manager")
    assert answer.status_code == 404


def test_an_expired_session_is_asked_to_sign_in_again(embedded_cast: Cast) -> None:
    moments = [NOW]
    client = app_for(embedded_cast.registry, lambda: moments[-1]).test_client()
    sign_in(client, embedded_cast, "amina")
    moments.append(NOW + accounts.SESSION_LENGTH - timedelta(seconds=1))
    assert client.get("/today").status_code == 200
    moments.append(NOW + accounts.SESSION_LENGTH)
    assert client.get("/today").status_code == 303
