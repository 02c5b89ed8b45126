"""Takes requests to the server, with the faults of a schedule, and writes down what really arrived."""

from __future__ import annotations

import json
import math
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from itertools import count
from threading import Barrier
from typing import Any, NamedTuple, TypeVar

from tests.quizzes.schedules.evidence import Delivery, Purpose, Request
from tests.quizzes.schedules.schedule import Fault

T = TypeVar("T")

# Only a fault waits so long.
SECONDS_OF_PATIENCE = 60
PIECES_OF_SLOW = 4
SECONDS_BETWEEN_PIECES = 0.005


class Reply(NamedTuple):
    """What came back."""

    status: int
    body: Any


def at_once(first: Callable[[], T], second: Callable[[], T]) -> tuple[T, T]:
    """Call both at the same moment, each in a thread of its own."""
    start = Barrier(2)

    def run(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(run, (first, second))
    return one, other


class Wire:
    """Connections to one server, each for one request."""

    def __init__(self, port: int) -> None:
        self._port = port

    def connect(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self._port), SECONDS_OF_PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def ask(self, raw: bytes, pieces: int = 1) -> Reply:
        """Send a request, in so many pieces, and read the answer."""
        with self.connect() as sock:
            size = -(-len(raw) // pieces)
            for at in range(0, len(raw), size):
                if at:
                    time.sleep(SECONDS_BETWEEN_PIECES)
                sock.sendall(raw[at : at + size])
            with HTTPResponse(sock) as answer:
                answer.begin()
                return Reply(answer.status, json.loads(answer.read()))


def write(method: str, path: str, token: str | None = None, content: Any = None) -> bytes:
    """Return a request to the API as it goes over the wire."""
    body = b"" if content is None else json.dumps(content).encode()
    lines = [
        f"{method} /api/v1{path}?lang=en HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        *([f"Authorization: Bearer {token}"] if token else []),
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Network:
    """What lies between the devices of one schedule and the server."""

    def __init__(self, wire: Wire, attempt_id: int) -> None:
        self._wire = wire
        self._attempt = f"/attempts/{attempt_id}"
        self._ticks = count(1)
        self._held: list[Request] = []
        self.deliveries: list[Delivery] = []
        # Then, and only then, a request may be left without an answer.
        self.is_server_dying = False

    def tick(self) -> int:
        """Return the next moment in the order of all that happens."""
        return next(self._ticks)

    def exchange(self, request: Request, fault: Fault) -> Reply | None:
        """Send a request and return what its sender hears."""
        if fault in {Fault.HELD, Fault.ECHOED}:
            self._held.append(request)
        if fault in {Fault.LOST, Fault.HELD}:
            return None
        if fault in {Fault.CUT, Fault.ABANDONED}:
            self._break_off(request, is_whole=fault is Fault.ABANDONED)
            return None
        if fault is Fault.DUPLICATED_AT_ONCE:
            return at_once(lambda: self._deliver(request), lambda: self._deliver(request))[0]
        reply = self._deliver(request, PIECES_OF_SLOW if fault is Fault.SLOW else 1)
        if fault is Fault.DUPLICATED:
            self._deliver(request)
        return None if fault is Fault.ANSWER_LOST else reply

    def deliver_held(self, which: int) -> Reply | None:
        """Deliver a request that was held, if there is one; its sender does not hear of it."""
        if not self._held:
            return None
        return self._deliver(self._held.pop(which % len(self._held)))

    def _deliver(self, request: Request, pieces: int = 1) -> Reply | None:
        began, began_at = self.tick(), datetime.now(UTC)
        try:
            reply = self._wire.ask(self._write(request), pieces)
        except (OSError, HTTPException):
            if not self.is_server_dying:
                raise
            self.deliveries.append(Delivery(request, True, began, math.inf, began_at))
            return None
        ended, ended_at = self.tick(), datetime.now(UTC)
        self.deliveries.append(
            Delivery(request, True, began, ended, began_at, ended_at, reply.status, reply.body)
        )
        return reply

    def _break_off(self, request: Request, *, is_whole: bool) -> None:
        """Close the connection when half of the last part, or all, is sent."""
        raw = self._write(request)
        if not is_whole:
            head = raw.index(b"\r\n\r\n") + 4
            raw = raw[: (head + len(raw)) // 2] if len(raw) > head else raw[: head // 2]
        self.deliveries.append(
            Delivery(request, is_whole, self.tick(), math.inf, datetime.now(UTC))
        )
        with suppress(ConnectionError), self._wire.connect() as sock:
            sock.sendall(raw)

    def _write(self, request: Request) -> bytes:
        if request.purpose is Purpose.READ:
            return write("GET", self._attempt, request.token)
        content: dict[str, Any] = {
            "saves": [
                {
                    "slot": save.slot,
                    "number": save.number,
                    "base": save.base,
                    "response": save.response,
                }
                for save in request.saves
            ]
        }
        if request.saves:
            content["client"] = request.saves[0].client
        if request.purpose is Purpose.SAVE:
            return write("PUT", f"{self._attempt}/answers", request.token, content)
        return write("POST", f"{self._attempt}/submission", request.token, content)
