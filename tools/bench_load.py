"""People who sit a test by the API, all from one process that takes little from the server's processors."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bench_people import Key, Seat
from bench_processes import Server, Usage

# All open the test, and all submit it, within this time, or that of the saves if it is shorter.
RUSH_SECONDS = 10
# Who waits so long for an answer gets none.
PATIENCE_SECONDS = 30
# The name under which everybody's saves are numbered.
CLIENT = "bench"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people save, every how many seconds, and for how long."""

    people: int
    seconds: int
    every: int

    def __post_init__(self) -> None:
        if min(self.people, self.every) < 1:
            raise ValueError("at least one person saves, and at most once a second")
        if self.seconds < self.every:
            raise ValueError("the seconds must suffice for one save of each person")

    def __str__(self) -> str:
        return f"{self.people} people save every {self.every} s for {self.seconds} s"

    @property
    def saves_each(self) -> int:
        """How many answers each person saves."""
        return self.seconds // self.every

    @property
    def rush(self) -> int:
        """Within how many seconds all open the test, and all submit it."""
        return min(RUSH_SECONDS, self.seconds)


@dataclass(frozen=True, slots=True)
class Phase:
    """What one kind of request came to, and what was used meanwhile. The waits are in seconds."""

    name: str
    waits: tuple[float, ...]
    errors: tuple[str, ...]
    usage: Usage

    @property
    def requests(self) -> int:
        """How many were made, those that failed among them."""
        return len(self.waits) + len(self.errors)


class RequestFailed(Exception):
    """What came instead of the answer that was expected."""


class Connection:
    """A connection that stays open, as a browser's does, and carries one request at a time."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, expected: int, body: object = None) -> Any:
        """Send a request and return the JSON of the answer. Raises `RequestFailed`."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        sent = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Authorization: Bearer {self._token}",
            "Accept-Encoding: gzip",
            "Content-Type: application/json",
            f"Content-Length: {len(sent)}",
        )
        writer.write("\r\n".join((*head, "", "")).encode() + sent)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        fields = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        received = await reader.readexactly(int(headers["content-length"]))
        if headers.get("content-encoding") == "gzip":
            received = gzip.decompress(received)
        status = int(first.split()[1])
        if status != expected:
            raise RequestFailed(f"{method} {status}: {received[:300].decode(errors='replace')}")
        return json.loads(received)

    async def close(self) -> None:
        """Leave; the next request opens another."""
        if self._streams is not None:
            _reader, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@dataclass(slots=True)
class Sitter:
    """One person at a browser, who remembers what was acknowledged."""

    seat: Seat
    connection: Connection
    slots: list[dict[str, Any]] = field(default_factory=list)
    revisions: Counter[int] = field(default_factory=Counter)
    acknowledged: dict[Key, Any] = field(default_factory=dict)
    has_submitted: bool = False

    @property
    def address(self) -> str:
        """The attempt's in the API."""
        return f"/api/v1/attempts/{self.seat.attempt_id}"

    async def open(self) -> None:
        """Read the questions."""
        self.slots = (await self.connection.ask("GET", self.address, 200))["slots"]

    async def save(self, turn: int) -> None:
        """Answer the next question; after the last the first again, and otherwise than before."""
        if not self.slots:
            raise RequestFailed("The questions could not be read before.")
        earlier, at = divmod(turn, len(self.slots))
        slot, options = self.slots[at]["slot"], self.slots[at]["options"]
        save = {
            "slot": slot,
            "number": earlier + 1,
            "base": self.revisions[slot],
            "response": {"choices": [options[earlier % len(options)]["id"]]},
        }
        body = {"client": CLIENT, "saves": [save]}
        reply = await self.connection.ask("PUT", f"{self.address}/answers", 200, body)
        (receipt,) = reply["receipts"]
        self.revisions[slot] = receipt["revision"]
        key = (self.seat.attempt_id, CLIENT, receipt["slot"], receipt["number"])
        self.acknowledged[key] = save["response"]

    async def submit(self) -> None:
        """Close the attempt."""
        await self.connection.ask("POST", f"{self.address}/submission", 201, {})
        self.has_submitted = True


async def sit(plan: Plan, server: Server, sitters: Sequence[Sitter]) -> list[Phase]:
    """Let all open the test, save, and submit: three phases, each after the end of the one before."""

    async def run(
        name: str, turns: int, seconds: int, work: Callable[[Sitter, int], Awaitable[None]]
    ) -> Phase:
        waits: list[float] = []
        errors: list[str] = []
        clock = asyncio.get_running_loop().time
        before, start = server.measure(), clock()

        async def take_turns(place: int, sitter: Sitter) -> None:
            # Everybody's first turns fill the time until the first one's second.
            for turn in range(turns):
                due = start + seconds * (turn + place / len(sitters))
                await asyncio.sleep(due - clock())
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await work(sitter, turn)
                except (RequestFailed, OSError, EOFError) as failure:
                    errors.append(str(failure) or type(failure).__name__)
                    await sitter.connection.close()
                else:
                    # Not from the sending: what an earlier answer held up has waited, too.
                    waits.append(clock() - due)

        await asyncio.gather(*(take_turns(place, one) for place, one in enumerate(sitters)))
        return Phase(name, tuple(waits), tuple(errors), server.measure().since(before))

    phases = [
        await run("open", 1, plan.rush, lambda sitter, _turn: sitter.open()),
        await run("save", plan.saves_each, plan.every, lambda sitter, turn: sitter.save(turn)),
        await run("submit", 1, plan.rush, lambda sitter, _turn: sitter.submit()),
    ]
    for sitter in sitters:
        await sitter.connection.close()
    return phases
