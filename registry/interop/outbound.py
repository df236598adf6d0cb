"""The only way out: a POST to a configured address, and nothing clever.

* https; plain http and private addresses only where the caller allows loopback.
* The name is resolved once, every address must be public, and the connection goes to
  the one that was checked: a name that later means something else reaches nothing.
* No redirects, 5 seconds in all, at most 64 kB of answer.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from registry.errors import RegistryError

TIMEOUT_SECONDS = 5
MAX_ANSWER_BYTES = 64 * 1024

_PORTS = {"https": 443, "http": 80}


class OutboundError(RegistryError):
    """The other side cannot be reached, or does not behave (502)."""

    status = 502


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said.

    Attributes:
        status: HTTP status code.
        media_type: without parameters, lower case.
        body: at most 64 kB.
    """

    status: int
    media_type: str
    body: bytes


Post = Callable[[str, bytes], Answer]


def post(url: str, body: bytes, *, allow_loopback: bool = False) -> Answer:
    """Send `body` to `url` and return the answer, whatever its status.

    Args:
        url: absolute; from the configuration, never from a request.
        body: sent as application/octet-stream.
        allow_loopback: for a demo: accept http and addresses of this machine.

    Raises:
        OutboundError: the address is not allowed, nobody answers in time, or the
            answer is no HTTP or too large.
    """
    try:
        parts = urlsplit(url)
        address = _address(parts, allow_loopback=allow_loopback)
        connection = _Pinned(parts, address)
        return _exchange(connection, parts.path or "/", body)
    except (OSError, HTTPException, ValueError) as error:
        raise _failed(url, str(error) or type(error).__name__) from error


def _address(parts: SplitResult, *, allow_loopback: bool) -> str:
    """Return the one address to connect to.

    Raises:
        ValueError: the scheme or an address is not allowed.
    """
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise ValueError("the address must be https://host/path")
    found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(entry[4][0])) for entry in found]
    if allow_loopback and all(address.is_loopback for address in addresses):
        return str(addresses[0])
    if parts.scheme != "https":
        raise ValueError("the address must be https")
    if not all(address.is_global for address in addresses):
        raise ValueError(f"{parts.hostname} is not a public address")
    return str(addresses[0])


class _Pinned(HTTPConnection):
    """A connection to one checked address, in the name of the host."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        port = parts.port or _PORTS[parts.scheme]
        super().__init__(str(parts.hostname), port, timeout=TIMEOUT_SECONDS)
        self._address = address
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._plain: socket.socket | None = None
        self.is_late = False

    def connect(self) -> None:
        """Connect without asking the resolver again."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        # A response takes `sock` away with it, and hanging up must still find one.
        self._plain = plain.dup()
        self.sock = (
            self._tls.wrap_socket(plain, server_hostname=self.host)
            if self._tls
            else plain
        )

    def hang_up(self) -> None:
        """Wake whoever waits on the connection; what was read is not to be used."""
        self.is_late = True
        if self._plain is not None:
            with suppress(OSError):
                self._plain.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Close every handle of the connection; `close` is not the last word."""
        self.close()
        if self._plain is not None:
            self._plain.close()


def _exchange(connection: _Pinned, path: str, body: bytes) -> Answer:
    # A socket's own timeout starts anew with every byte; this one does not.
    deadline = Timer(TIMEOUT_SECONDS, connection.hang_up)
    deadline.daemon = True
    deadline.start()
    headers = {"Content-Type": "application/octet-stream", "Connection": "close"}
    try:
        connection.request("POST", path, body, headers)
        with connection.getresponse() as response:
            content = response.read(MAX_ANSWER_BYTES + 1)
            media_type = response.getheader("Content-Type", "").partition(";")[0]
    finally:
        deadline.cancel()
        connection.release()
    if connection.is_late:
        raise TimeoutError(f"no whole answer in {TIMEOUT_SECONDS} s")
    if len(content) > MAX_ANSWER_BYTES:
        raise ValueError(f"the answer is over {MAX_ANSWER_BYTES} bytes")
    return Answer(response.status, media_type.strip().lower(), content)


def _failed(url: str, reason: str) -> RegistryError:
    return OutboundError.at(
        "url",
        "{url} did not answer: {reason}. Look at the address and the network.",
        url=url,
        reason=reason,
    )
