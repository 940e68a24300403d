"""Whoever is asked over HTTP may be anybody: what they answer is taken within bounds, or not at all."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from covenant.record import asking, looking


@contextmanager
def says(*parts: bytes, pause: float = 0.0) -> Iterator[str]:
    """Somebody who says this to everyone, with pauses, and ends."""

    def speak(caller: socket.socket) -> None:
        with caller:
            try:
                caller.recv(65536)
                for part in parts:
                    caller.sendall(part)
                    time.sleep(pause)
            except OSError:
                pass

    def answer() -> None:
        while True:
            try:
                caller = server.accept()[0]
            except OSError:
                return
            threading.Thread(target=speak, args=(caller,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def redirect(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "//w.example", ""])
def test_an_address_that_is_not_of_http_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="begins with https://"):
        asking.ask(url, seconds=1, largest=10)
    with pytest.raises(ValueError, match="begins with https://"):
        looking.over_http(url)


def test_what_is_answered_is_given_with_its_status() -> None:
    with says(GOOD) as url:
        assert asking.ask(url, seconds=5, largest=4) == (200, b"good")
        assert asking.ask(url, data=b"asked", seconds=5, largest=4) == (200, b"good")
        with says(redirect(f"{url}/there")) as first:
            assert asking.ask(first, seconds=5, largest=4) == (200, b"good")
    with says(b"HTTP/1.1 409 Conflict\r\nContent-Length: 1\r\n\r\n5") as url:
        assert asking.ask(url, data=b"", seconds=5, largest=4) == (409, b"5")


def test_nobody_is_sent_on_to_files_or_ftp(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as ftp:
        ftp.settimeout(0.2)
        for there in (secret.as_uri(), f"ftp://127.0.0.1:{ftp.getsockname()[1]}/x", "data:,secret"):
            with says(redirect(there)) as url:
                try:
                    status, body = asking.ask(url, seconds=5, largest=100)
                except OSError as fault:
                    assert str(fault)
                else:
                    assert (status, body) == (302, b"")
                with pytest.raises(OSError, match=r"302|unknown url type"):
                    looking.over_http(url)("checkpoint")
        with pytest.raises(TimeoutError):
            ftp.accept()


def test_who_sends_on_for_ever_is_left() -> None:
    with says(redirect("/again")) as url:
        assert asking.ask(url, seconds=5, largest=100) == (302, b"")


@pytest.mark.parametrize(
    "parts",
    [
        [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 60],
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 60],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n", *[b"x"] * 60],
        [b"HTTP/1.1 404 No\r\nContent-Length: 60\r\n\r\n", *[b"x"] * 60],
        [b"H"] * 60,
    ],
)
def test_who_says_a_letter_now_and_then_is_left_in_time(parts: list[bytes]) -> None:
    with says(*parts, pause=0.1) as url:
        began = time.monotonic()
        with pytest.raises(OSError, match=r"within 0\.5 seconds"):
            asking.ask(url, seconds=0.5, largest=1000)
        assert time.monotonic() - began < 3


def test_who_never_agrees_on_a_cipher_is_left_in_time() -> None:
    with says(b"\x16", *[b"\x03"] * 60, pause=0.1) as url:  # a record of TLS that never ends
        began = time.monotonic()
        with pytest.raises(OSError, match=r"within 0\.5 seconds"):
            asking.ask(url.replace("http:", "https:"), seconds=0.5, largest=1000)
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nxxxxx\r\n" * 500,
        b"HTTP/1.1 500 Oh\r\nContent-Length: 9999999999999\r\n\r\n" + b"x" * 2000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
        b"SSH-2.0\r\n",
        b"HTTP/1.1 999999 x\r\n\r\n",
        b"",
    ],
)
def test_what_is_too_long_or_no_http_is_refused(said: bytes) -> None:
    with says(said) as url, pytest.raises(OSError, match=r"."):
        asking.ask(url, seconds=5, largest=1000)
