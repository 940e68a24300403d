"""Asks others over HTTP: at addresses of http and https alone, for so long and for so much."""

import socket
import urllib.error
import urllib.request
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any


class _Deadline:
    """Ends what is still said after so many seconds, also by somebody who says a letter now and then."""

    def __init__(self, seconds: float) -> None:
        self.over, self._held = False, list[socket.socket]()
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._timer.cancel()
        for held in self._held:
            held.close()

    def watch(self, connected: socket.socket) -> None:
        self._held.append(connected.dup())  # what is wrapped for TLS leaves its first socket
        if self.over:
            self._end()

    def _end(self) -> None:
        self.over = True
        for held in list(self._held):
            with suppress(OSError):  # it has ended already
                held.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    deadline: _Deadline

    def connect(self) -> None:
        super().connect()
        self.deadline.watch(self.sock)


class _SecureConnection(HTTPSConnection, _Connection):
    """Watched from before the two agree on a cipher: its `connect` goes on from the one above."""


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self.deadline = deadline

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(self._watched, _Connection), req)

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(self._watched, _SecureConnection), req)

    def _watched(self, kind: type[_Connection], host: str, **named: Any) -> _Connection:
        made = kind(host, **named)
        made.deadline = self.deadline
        return made


def is_address(url: str) -> bool:
    """Whether it is an address of http or https."""
    return url.startswith(("http://", "https://"))


def ask(url: str, *, data: bytes | None = None, seconds: float, largest: int) -> tuple[int, bytes]:
    """What is answered at an address: its status, and at most so many bytes within so many seconds in all.

    Raises
    ------
    ValueError
        This is no address of http or https.
    OSError
        Nobody answers, or not in HTTP, or too slowly, or too much, or from elsewhere than http and https.
    """
    if not is_address(url):
        raise ValueError(f"{url[:200]}: this is no address: it begins with https://")
    with _Deadline(seconds) as deadline:
        try:
            # An opener of its own: it knows no files and no FTP, wherever it is sent on to.
            opener = urllib.request.OpenerDirector()
            for handler in (
                urllib.request.ProxyHandler(),
                urllib.request.UnknownHandler(),
                urllib.request.HTTPDefaultErrorHandler(),
                urllib.request.HTTPRedirectHandler(),
                urllib.request.HTTPErrorProcessor(),
                _Handler(deadline),
            ):
                opener.add_handler(handler)
            request = urllib.request.Request(url, data)  # noqa: S310  (looked at above)
            try:
                with opener.open(request, timeout=seconds) as answer:
                    status, body = answer.status, answer.read(largest + 1)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    status, body = refusal.code, refusal.read(largest + 1)
        except (OSError, ValueError, HTTPException) as fault:
            raise OSError(_said(fault, deadline, seconds)) from None
        if deadline.over:
            raise OSError(_said(None, deadline, seconds))
    if len(body) > largest:
        raise OSError(f"the answer is longer than {largest} bytes")
    return status, body


def _said(fault: Exception | None, deadline: _Deadline, seconds: float) -> str:
    if deadline.over:
        return f"it has not answered within {seconds:g} seconds"
    return str(fault) or type(fault).__name__
