"""The way out: whom it reaches, and how much of them it bears."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from registry.interop import outbound
from registry.interop.outbound import MAX_ANSWER_BYTES, Answer, OutboundError, post

Behaviour = Callable[[socket.socket], None]


@contextmanager
def server(behave: Behaviour) -> Iterator[str]:
    """Answer one connection as `behave` does; yield the url."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                received = b""
                while not received.endswith(b"body"):
                    received += connection.recv(65536)
                try:
                    behave(connection)
                except OSError:
                    return  # the client hung up, as it should

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/add"
        thread.join()


def says(text: bytes) -> Behaviour:
    return lambda connection: connection.sendall(text)


def answer_of(behave: Behaviour) -> Answer:
    with server(behave) as url:
        return post(url, b"body", allow_loopback=True)


def test_status_type_and_body_come_back() -> None:
    reply = b"HTTP/1.1 409 Conflict\r\nContent-Type: Text/X.tlog.size; a=b\r\n\r\n7\n"
    assert answer_of(says(reply)) == Answer(409, "text/x.tlog.size", b"7\n")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    reply = b"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
    assert answer_of(says(reply)).status == 307


def test_the_largest_answer_is_taken() -> None:
    body = bytes(MAX_ANSWER_BYTES)
    assert answer_of(says(b"HTTP/1.1 200 OK\r\n\r\n" + body)).body == body


def test_a_larger_answer_is_refused() -> None:
    with pytest.raises(OutboundError, match="over 65536 bytes"):
        answer_of(says(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(MAX_ANSWER_BYTES + 1)))


@pytest.mark.parametrize("reply", [b"", b"hello\r\n\r\n", b"\x16\x03\x01"])
def test_what_is_not_http_is_refused(reply: bytes) -> None:
    with pytest.raises(OutboundError, match="did not answer"):
        answer_of(says(reply))


def drip(start: bytes) -> Behaviour:
    """Say `start`, then a byte now and then, always just before a timeout."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    return behave


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_a_dripping_answer_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(OutboundError, match="did not answer"):
        answer_of(drip(start))
    assert time.monotonic() - began < 2


def test_nobody_there_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(OutboundError, match="refused"):
        post(f"http://127.0.0.1:{port}/", b"", allow_loopback=True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://192.0.2.1/", "must be https"),
        ("https://127.0.0.1/", "not a public address"),
        ("https://localhost/", "not a public address"),
        ("https://10.0.0.1/", "not a public address"),
        ("https://169.254.169.254/", "not a public address"),
        ("https://[::1]/", "not a public address"),
        ("https://[fd00::1]/", "not a public address"),
        ("https://[::ffff:127.0.0.1]/", "not a public address"),
        ("ftp://127.0.0.1/", "must be https://host/path"),
        ("file:///etc/passwd", "must be https://host/path"),
        ("https://", "must be https://host/path"),
        ("https://amina@127.0.0.1/", "must be https://host/path"),
    ],
)
def test_an_address_that_is_not_allowed_is_not_reached(url: str, reason: str) -> None:
    with pytest.raises(OutboundError, match=reason):
        post(url, b"body")


def test_loopback_is_all_that_a_demo_may_reach_more() -> None:
    with pytest.raises(OutboundError, match="must be https"):
        post("http://10.0.0.1/", b"body", allow_loopback=True)
