"""Who and what is on the stage while the story is told."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from registry.commands.issuing import new_request_id
from registry.demo.dice import Dice
from registry.demo.people import Login
from registry.demo.tables import DemoProduct
from registry.domain.gs1 import DigitalLink
from registry.domain.parties import Actor
from registry.service import Registry


@dataclass(slots=True)
class Stage:
    """The registry, its people, and what has been registered so far.

    Attributes:
        password: gives each account its password; None lets nobody sign in.
        people: the acting person by slug of the organisation.
        gtins: 14 digits by name of the product.
    """

    registry: Registry
    dice: Dice
    today: date
    password: Callable[[], str] | None = None
    logins: list[Login] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)
    gtins: dict[str, str] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)

    def request_id(self) -> str:
        """Return a request id not used before."""
        return new_request_id(self.registry.entropy)

    def number(self, series: str) -> str:
        """Return the next number of a series of papers, such as `DEMO-QJ-2026-0007`."""
        self._numbers[series] += 1
        return f"DEMO-{series}-{self._numbers[series]:04d}"

    def owner(self, product: DemoProduct) -> Actor:
        """Return who acts for the cooperative of a product."""
        return self.people[product.owner]

    def product_path(self, product: DemoProduct) -> str:
        """Return the Digital Link path of a registered product."""
        return DigitalLink(self.gtins[product.name]).path
