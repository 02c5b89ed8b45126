"""A schedule: what a learner's devices do in one attempt, and what the network does to them, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

DEVICES = ("phone", "desk", "tablet")
# Question → its options, and how many of them may be chosen. `world` makes the course of it.
OPTIONS = {
    "alpha": (("yes", "no", "never"), 1),
    "beta": (("yes", "no", "never"), 1),
    "gamma": (("one", "two", "no"), 3),
}


class Fault(StrEnum):
    """What the network does to one request."""

    NONE = "none"
    # It never reaches the server.
    LOST = "lost"
    # The server does its work, and nobody hears of it.
    ANSWER_LOST = "answer lost"
    # The device closes the connection as soon as all is sent.
    ABANDONED = "abandoned"
    # The connection breaks while the request is being sent.
    CUT = "cut"
    DUPLICATED = "duplicated"
    DUPLICATED_AT_ONCE = "duplicated at once"
    # It is on its way for long: the device gives up, and a later step delivers it.
    HELD = "held"
    # It arrives, and a copy of it is held.
    ECHOED = "echoed"
    SLOW = "slow"


class Spoiling(StrEnum):
    """What is wrong with a save that cannot be read; the value is the field that must be named."""

    NO_SUCH_SLOT = "slot"
    NO_SUCH_OPTION = "response"
    NO_NUMBER = "number"


class Trespass(StrEnum):
    """What somebody tries in an attempt that is not theirs."""

    READ = "reads"
    SAVE = "saves"
    SUBMIT = "submits"


@dataclass(frozen=True, slots=True)
class Answer:
    """The learner answers at a device; nothing is sent yet."""

    device: str
    question: str
    chosen: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.device} answers {self.question}: {' and '.join(self.chosen) or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Send:
    """A device sends what no receipt has answered yet."""

    device: str
    fault: Fault = Fault.NONE

    def __str__(self) -> str:
        return f"{self.device} sends{_after(self.fault)}"


@dataclass(frozen=True, slots=True)
class Read:
    """A device reads the attempt, and builds on the revisions that it sees."""

    device: str
    fault: Fault = Fault.NONE

    def __str__(self) -> str:
        return f"{self.device} reads{_after(self.fault)}"


@dataclass(frozen=True, slots=True)
class Submit:
    """A device submits the attempt together with what no receipt has answered yet."""

    device: str
    fault: Fault = Fault.NONE

    def __str__(self) -> str:
        return f"{self.device} submits{_after(self.fault)}"


Exchange = Send | Read | Submit


@dataclass(frozen=True, slots=True)
class Finish:
    """A device sends, over a network that works again, until every save has its receipt."""

    device: str

    def __str__(self) -> str:
        return f"{self.device} sends until all is answered"


@dataclass(frozen=True, slots=True)
class Deliver:
    """The network delivers one of the requests that it held; the device waits for it no more."""

    which: int

    def __str__(self) -> str:
        return f"held request {self.which} arrives"


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Two exchanges at the same moment."""

    first: Exchange
    second: Exchange

    def __str__(self) -> str:
        return f"at once: {self.first}; {self.second}"


@dataclass(frozen=True, slots=True)
class Reopen:
    """A device closes the page and opens it again: a new client, who sends first what the old one left."""

    device: str

    def __str__(self) -> str:
        return f"{self.device} closes the page and opens it again"


@dataclass(frozen=True, slots=True)
class Intrude:
    """Another person, or nobody in particular, tries the same in this attempt."""

    what: Trespass
    is_signed_in: bool

    def __str__(self) -> str:
        return f"{'another person' if self.is_signed_in else 'nobody'} {self.what}"


@dataclass(frozen=True, slots=True)
class Reuse:
    """A device sends another answer under a number that has its receipt, behind a save that is in order."""

    device: str

    def __str__(self) -> str:
        return f"{self.device} uses a number again"


@dataclass(frozen=True, slots=True)
class Spoil:
    """A device sends a save that cannot be read, behind one that is in order."""

    device: str
    how: Spoiling

    def __str__(self) -> str:
        return f"{self.device} sends a malformed {self.how}"


@dataclass(frozen=True, slots=True)
class EndToken:
    """A device's token ends; the device renews it once it is told."""

    device: str
    is_revoked: bool

    def __str__(self) -> str:
        return f"{self.device}'s token {'is revoked' if self.is_revoked else 'expires'}"


@dataclass(frozen=True, slots=True)
class Kill:
    """The server is killed and started again; `during` is under way for so many milliseconds by then."""

    during: Exchange | None = None
    milliseconds: int = 0

    def __str__(self) -> str:
        when = f", {self.milliseconds} ms after: {self.during}" if self.during else ""
        return f"the server is killed and started again{when}"


@dataclass(frozen=True, slots=True)
class Limit:
    """The attempt's time will be up in so many milliseconds."""

    milliseconds: int

    def __str__(self) -> str:
        return f"the deadline is in {self.milliseconds} ms"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for so many milliseconds."""

    milliseconds: int

    def __str__(self) -> str:
        return f"{self.milliseconds} ms go by"


Step = (
    Answer
    | Exchange
    | Finish
    | Deliver
    | AtOnce
    | Reopen
    | Intrude
    | Reuse
    | Spoil
    | EndToken
    | Kill
    | Limit
    | Pause
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The same seed is the same schedule, whatever the server makes of it."""

    seed: int
    devices: tuple[str, ...]
    steps: tuple[Step, ...]


def _after(fault: Fault) -> str:
    return "" if fault is Fault.NONE else f" ({fault})"


# --------------------------------------------------------------------------------------------------

# So many of 20 schedules meet a kill, and so many a deadline.
KILLS = 1
LIMITS = 2
# The deadline and the grace after it, with time for a few requests in each.
MILLISECONDS_TO_DEADLINE = (50, 400)
MILLISECONDS_OF_GRACE = 1000

FAULTS = {
    Fault.NONE: 10,
    Fault.LOST: 2,
    Fault.ANSWER_LOST: 3,
    Fault.ABANDONED: 1,
    Fault.CUT: 1,
    Fault.DUPLICATED: 2,
    Fault.DUPLICATED_AT_ONCE: 2,
    Fault.HELD: 3,
    Fault.ECHOED: 2,
    Fault.SLOW: 1,
}
# Between two requests at once, what is held would be held in an order of chance.
FAULTS_AT_ONCE = (Fault.NONE, Fault.NONE, Fault.ANSWER_LOST, Fault.DUPLICATED_AT_ONCE, Fault.SLOW)


def draw_schedule(seed: int) -> Schedule:
    """Return the schedule of a seed."""
    random = Random(seed)
    devices = DEVICES[: random.choice((1, 2, 2, 3))]
    steps: list[Step] = []
    for _ in range(random.randint(8, 16)):
        steps += _draw_steps(random, devices)
    if random.randrange(20) < KILLS:
        during = random.choice((None, Send(random.choice(devices)), Submit(random.choice(devices))))
        kill = Kill(during, random.randint(0, 12) if during else 0)
        steps.insert(random.randint(0, len(steps)), kill)
    if random.randrange(20) < LIMITS:
        _put_deadline(random, steps)
    steps += _draw_end(random, devices)
    return Schedule(seed, devices, tuple(steps))


def _draw_steps(random: Random, devices: tuple[str, ...]) -> list[Step]:
    """Return an answer and what becomes of it, or something rarer."""
    device = random.choice(devices)
    # Often enough several answers are sent together, and often enough nothing is to be sent.
    answers: list[Step] = [_draw_answer(random, device) for _ in range(random.choice((0, 1, 1, 2)))]
    rare: tuple[Step, ...] = (
        Read(device, _draw_fault(random)),
        Submit(device, _draw_fault(random)),
        Reopen(device),
        Reuse(device),
        Spoil(device, random.choice(list(Spoiling))),
        EndToken(device, is_revoked=random.random() < 0.5),
        Intrude(random.choice(list(Trespass)), is_signed_in=random.random() < 0.7),
    )
    kind = random.randrange(20)
    if kind < 10:
        return [*answers, Send(device, _draw_fault(random))]
    if kind < 12:
        return answers
    if kind < 14:
        return [Deliver(random.randrange(3))]
    if kind < 16:
        other = random.choice(devices)
        return [*answers, _draw_answer(random, other), _draw_at_once(random, device, other)]
    return [*answers, random.choices(rare, (5, 2, 3, 3, 3, 2, 3))[0]]


def _draw_answer(random: Random, device: str) -> Answer:
    question = random.choice(list(OPTIONS))
    names, most = OPTIONS[question]
    chosen = random.sample(names, random.choice((0, 1, 1, min(2, most), most)))
    return Answer(device, question, tuple(chosen))


def _draw_fault(random: Random) -> Fault:
    return random.choices(list(FAULTS), list(FAULTS.values()))[0]


def _draw_at_once(random: Random, device: str, other: str) -> AtOnce:
    def draw(name: str) -> Exchange:
        kind = random.choice((Send, Send, Send, Read, Submit))
        return kind(name, random.choice(FAULTS_AT_ONCE))

    return AtOnce(draw(device), draw(other))


def _put_deadline(random: Random, steps: list[Step]) -> None:
    """Put a deadline among the steps, and pauses that lead beyond it, or beyond the grace as well."""
    after_deadline, after_grace = sorted(random.randint(0, len(steps)) for _ in range(2))
    milliseconds = random.randint(*MILLISECONDS_TO_DEADLINE)
    if random.randrange(3) == 0:
        steps.insert(after_grace, Pause(MILLISECONDS_OF_GRACE))
    steps.insert(after_deadline, Pause(milliseconds))
    steps.insert(random.randint(0, after_deadline), Limit(milliseconds))


def _draw_end(random: Random, devices: tuple[str, ...]) -> list[Step]:
    """Return how all comes to rest: every save is answered, and mostly the attempt is submitted."""
    end: list[Step] = [Finish(device) for device in devices]
    if random.random() < 0.85:
        device = random.choice(devices)
        end += [_draw_answer(random, device), Submit(device, _draw_fault(random))]
        end.append(Submit(random.choice(devices)))
        if random.random() < 0.4:
            late = random.choice(devices)
            end += [_draw_answer(random, late), Send(late)]
    end += [Deliver(0)] * random.randint(0, 4)
    end += [Finish(device) for device in devices]
    end += [Read(device) for device in devices]
    return end
