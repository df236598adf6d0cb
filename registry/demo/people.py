"""Who works for the organisations of the demonstration, and how they sign in."""

import csv
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from registry.commands import accounts
from registry.domain.parties import Actor, Organisation, Role
from registry.service import Registry

# Without characters that are mistaken for another when read off a screen.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demonstration.

    Attributes:
        password: random, told on the terminal and nowhere else.
        organisation, organisation_en: its name.
    """

    login: str
    password: str
    name: str
    organisation: str
    organisation_en: str
    role: Role


def random_password() -> str:
    """Return a password of 12 characters in three groups, some 59 bits."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)
    )


def logins_of(organisation: Organisation, password: Callable[[], str]) -> list[Login]:
    """Return the accounts of an organisation, each with a password of its own."""
    text = files("registry.demo").joinpath("people.csv").read_text(encoding="utf-8")
    return [
        Login(
            row["login"],
            password(),
            row["name"],
            organisation.name,
            organisation.name_en,
            Role(row["role"]),
        )
        for row in csv.DictReader(text.splitlines(), strict=True)
        if row["organisation"] == organisation.slug
    ]


def enrol(
    registry: Registry, login: Login, organisation: Organisation, now: datetime
) -> Actor:
    """Create an account, sign in with it once, and return who acts."""
    account = accounts.create_account(
        registry, login.login, login.name, login.password, now
    )
    accounts.join(account, organisation.did, login.role)
    token = accounts.sign_in(registry, login.login, login.password, "demo", now)
    person = accounts.person_of(token, now)
    accounts.sign_out(token)
    if person is None:
        raise RuntimeError(f"{login.login} cannot sign in")
    return accounts.actor_of(person)


def nameless(registry: Registry, organisation: Organisation) -> Actor:
    """Return a manager without an account: the registry holds their records only."""
    pseudonym = uuid.UUID(bytes=registry.entropy(16), version=4)
    return Actor(
        f"urn:uuid:{pseudonym}",
        organisation,
        Role.MANAGER,
        frozenset({organisation.did}),
    )
