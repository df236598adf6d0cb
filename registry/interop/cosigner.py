"""Keeps the log cosigned: soon after it grew, and hourly when it did not.

Freshness is a promise too: a cosignature of yesterday cannot show that nothing was
recalled today. So witnesses are asked again at least hourly, grown log or not.

In one round all witnesses are asked about the same checkpoint; otherwise a log that
grows between two requests would never have a quorum. The rounds run in a thread of
their own and hold nothing that a writer waits for. Several processes may each run one:
witnesses and table sort out who was first.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from types import MappingProxyType

from registry.errors import BadConsistency, RegistryError, VerificationError
from registry.interop.outbound import Post
from registry.interop.witnesses import submit
from registry.store.cosignatures import KeptCosignature, newest_of
from registry.store.database import database
from registry.store.ledger import Head, Ledger
from registry.tlog.policy import Policy, Witness

POLL_SECONDS = 5.0
INTERVAL = timedelta(minutes=1)  # between two rounds while the log grows
REFRESH = timedelta(minutes=50)  # below an hour by more than a clock may be off
BACKOFF = timedelta(minutes=1)  # doubles with every failure
MAX_BACKOFF = timedelta(minutes=30)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the last requests to one witness went.

    Attributes:
        tried_at: aware time of the last request; None before the first.
        failures: requests in a row that failed.
        problem: why the last one failed, in English; empty if it did not.
        is_alarm: the witness knows another history or a larger tree; a person must
            look before anything is believed.
    """

    tried_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    is_alarm: bool = False

    def failed(self, error: Exception, now: datetime) -> "Standing":
        """Return the standing after one more failure."""
        is_alarm = isinstance(error, BadConsistency)
        return Standing(now, self.failures + 1, str(error), is_alarm)


def is_due(
    standing: Standing, newest: KeptCosignature | None, tree_size: int, now: datetime
) -> bool:
    """Whether a witness should be asked at `now`.

    Args:
        standing: of its last requests.
        newest: its newest cosignature.
        tree_size: of the log.
        now: aware.
    """
    if standing.tried_at is not None and standing.failures:
        # The exponent is bounded for the sake of timedelta, not of the witness.
        pause = BACKOFF * (1 << min(standing.failures - 1, 10))
        return now - standing.tried_at >= min(pause, MAX_BACKOFF)
    if newest is None or newest.tree_size < tree_size:
        return True
    return now - newest.signed_at >= REFRESH


class Cosigner:
    """Asks the witnesses of a policy for cosignatures.

    Args:
        ledger: the log.
        policy: whose witnesses with a url are asked.
        post: sends a request.
        now: the clock.
    """

    def __init__(
        self,
        ledger: Ledger,
        policy: Policy,
        post: Post,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._post = post
        self._now = now
        self._witnesses = [each for each in policy.witnesses if each.url]
        self._standings = {each.name: Standing() for each in self._witnesses}
        self._asked_at: datetime | None = None
        self._stopping = Event()
        self._thread: Thread | None = None

    @property
    def standings(self) -> Mapping[str, Standing]:
        """How it goes with each witness, by its name in the policy."""
        return MappingProxyType(self._standings)

    def ask_all(self) -> None:
        """Ask every witness that is due; needs a connection of the database."""
        now, head = self._now(), self._ledger.head()
        rested = self._asked_at is None or now - self._asked_at >= INTERVAL
        # Nobody is asked to witness that nothing was ever said.
        if not rested or not head.tree_size:
            return
        for witness in self._witnesses:
            if self._is_due(witness, head, now) and not self._stopping.is_set():
                self._asked_at = now
                self._ask(witness, head, now)

    def start(self) -> None:
        """Ask in a thread until `stop`; nothing to do without witnesses."""
        if self._witnesses and self._thread is None:
            self._thread = Thread(target=self._run, name="cosigner", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Wait until the request under way, if any, is over."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(POLL_SECONDS):
            try:
                with database.connection_context():
                    self.ask_all()
            except Exception:
                # A database that is away comes back; the thread must still be there.
                _logger.exception("no witness could be asked")

    def _is_due(self, witness: Witness, head: Head, now: datetime) -> bool:
        newest = newest_of(witness.verifier.vkey)
        return is_due(self._standings[witness.name], newest, head.tree_size, now)

    def _ask(self, witness: Witness, head: Head, now: datetime) -> None:
        standing = self._standings[witness.name]
        try:
            submit(witness, self._ledger, head, self._post, now)
        except (RegistryError, VerificationError) as error:
            standing = standing.failed(error, now)
            if standing.is_alarm:
                self._ledger.decisions.raise_alarm(str(error))
            level = logging.CRITICAL if standing.is_alarm else logging.WARNING
            _logger.log(level, "%s", error)
        else:
            standing = Standing(now)
        self._standings[witness.name] = standing
