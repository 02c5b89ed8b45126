"""Plays a schedule against a world, and has what it leaves behind judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.quizzes.schedules import schedule as steps
from tests.quizzes.schedules.device import Device
from tests.quizzes.schedules.evidence import Evidence, Purpose, Refusal, Request, Sent
from tests.quizzes.schedules.judge import describe, find_violations
from tests.quizzes.schedules.network import Network, Reply, at_once
from tests.quizzes.schedules.schedule import Fault, Schedule, Spoiling, Step, Trespass
from tests.quizzes.schedules.world import GRACE, PASS_MARK, World

# After each exchange over a network that works, less is left to send; only a fault needs more.
MOST_TO_FINISH = 20


@dataclass(frozen=True, slots=True)
class Played:
    """A schedule that was played: what happened at each step, and what was wrong."""

    schedule: Schedule
    story: tuple[str, ...]
    evidence: Evidence
    violations: tuple[str, ...]

    def __str__(self) -> str:
        wrong = "".join(f"\n  !! {sentence}" for sentence in self.violations)
        told = "".join(f"\n  {line}" for line in self.story)
        return f"Schedule {self.schedule.seed}:{told}{wrong}"


def play(world: World, schedule: Schedule) -> Played:
    """Play a schedule with somebody new."""
    player = Player(world, schedule)
    for step in schedule.steps:
        try:
            player.take(step)
        except Exception as error:
            error.add_note(
                "\n  ".join([f"Schedule {schedule.seed}:", *player.story, f"{step}: !!"])
            )
            raise
    evidence = player.gather()
    return Played(schedule, tuple(player.story), evidence, tuple(find_violations(evidence)))


class Player:
    """Takes the steps of one schedule."""

    def __init__(self, world: World, schedule: Schedule) -> None:
        self._world = world
        self._trial = world.begin()
        self._network = Network(world.wire, self._trial.attempt_id)
        self._devices = {
            name: Device(name, world.issue_token(self._trial.person_id))
            for name in schedule.devices
        }
        self._ended_tokens: dict[str, int] = {}
        self.story = [
            f"slot {slot} is {question}" for question, slot in self._trial.sheet.slots.items()
        ]

    def gather(self) -> Evidence:
        """Return all that there is to judge by."""
        return Evidence(
            tuple(self._network.deliveries),
            self._world.read_rows(self._trial),
            self._trial.sheet.worth,
            PASS_MARK,
            self._ended_tokens,
            GRACE,
        )

    def take(self, step: Step) -> None:
        """Take a step; where there is nothing to do for it, nothing is done."""
        known = len(self._network.deliveries)
        STEPS[type(step)](self, step)
        self.story.append(str(step))
        for delivery in self._network.deliveries[known:]:
            self.story.append(f"  → {describe(delivery)}: {delivery.status or 'no answer'}")

    # --- Exchanges --------------------------------------------------------------------------------

    def _exchange(self, step: steps.Exchange) -> None:
        request = self._prepare(step)
        if request is not None:
            self._settle(step, request, self._network.exchange(request, step.fault))

    def _prepare(self, step: steps.Exchange) -> Request | None:
        """Return what the device has to ask, or nothing."""
        device = self._devices[step.device]
        match step:
            case steps.Read():
                return Request(Purpose.READ, device.token)
            case steps.Submit():
                return Request(Purpose.SUBMIT, device.token, device.list_own())
            case steps.Send():
                saves = device.list_unsent()
                return Request(Purpose.SAVE, device.token, saves) if saves else None

    def _settle(self, step: steps.Exchange, request: Request, reply: Reply | None) -> None:
        """Let the device make of the answer what it has to."""
        device = self._devices[step.device]
        if reply is None:
            return
        if reply.status == 401:
            device.token = self._world.renew_token(self._trial)
        elif reply.status not in {200, 201}:
            return
        elif request.purpose is Purpose.READ:
            device.adopt(reply.body["slots"])
        else:
            device.accept(request.saves, reply.body["receipts"])

    def _exchange_at_once(self, step: steps.AtOnce) -> None:
        pairs = [
            (one, request)
            for one in (step.first, step.second)
            if (request := self._prepare(one)) is not None
        ]
        if len(pairs) < 2:
            for one, _request in pairs:
                self._exchange(one)
            return
        (first, request), (second, other) = pairs
        replies = at_once(
            lambda: self._network.exchange(request, first.fault),
            lambda: self._network.exchange(other, second.fault),
        )
        for (one, asked), reply in zip(pairs, replies, strict=True):
            self._settle(one, asked, reply)

    def _finish(self, step: steps.Finish) -> None:
        device = self._devices[step.device]
        for _ in range(MOST_TO_FINISH):
            if not device.list_unsent():
                return
            self._exchange(steps.Send(step.device))

    def _deliver(self, step: steps.Deliver) -> None:
        self._network.deliver_held(step.which)

    # --- The learner ------------------------------------------------------------------------------

    def _answer(self, step: steps.Answer) -> None:
        self._devices[step.device].answer(*self._write_answer(step.question, step.chosen))

    def _write_answer(self, question: str, chosen: tuple[str, ...]) -> tuple[int, dict[str, Any]]:
        sheet = self._trial.sheet
        ids = [sheet.ids[f"{question}-{name}"] for name in chosen]
        return sheet.slots[question], {"choices": ids}

    def _reopen(self, step: steps.Reopen) -> None:
        self._devices[step.device].reopen()
        self._exchange(steps.Read(step.device))

    def _reuse(self, step: steps.Reuse) -> None:
        device = self._devices[step.device]
        used = next((save for save in device.acknowledged if save.client == device.client), None)
        if used is None:
            return
        other = self._next_save(device, "alpha", ("never",))
        response = {"choices": []} if used.response["choices"] else self._choice_in(used.slot)
        again = Sent(used.client, used.slot, used.number, used.base, response)
        self._ask_in_vain(Purpose.SAVE, device.token, (other, again), 409, "saves.1.number")

    def _choice_in(self, slot: int) -> dict[str, Any]:
        return {"choices": [next(iter(self._trial.sheet.worth[slot]))]}

    def _next_save(self, device: Device, question: str, chosen: tuple[str, ...]) -> Sent:
        return device.next_save(*self._write_answer(question, chosen))

    def _spoil(self, step: steps.Spoil) -> None:
        device = self._devices[step.device]
        good = self._next_save(device, "alpha", ("yes",))
        bad = self._next_save(device, "beta", ("yes",))
        malformed = {
            Spoiling.NO_SUCH_SLOT: Sent(bad.client, 99, bad.number, bad.base, bad.response),
            Spoiling.NO_SUCH_OPTION: Sent(
                bad.client, bad.slot, bad.number, bad.base, {"choices": ["maybe"]}
            ),
            Spoiling.NO_NUMBER: Sent(bad.client, bad.slot, 0, bad.base, bad.response),
        }[step.how]
        self._ask_in_vain(Purpose.SAVE, device.token, (good, malformed), 422, f"saves.1.{step.how}")

    def _intrude(self, step: steps.Intrude) -> None:
        device = next(iter(self._devices.values()))
        save = self._next_save(device, "alpha", ("yes",))
        purpose, saves = {
            Trespass.READ: (Purpose.READ, ()),
            Trespass.SAVE: (Purpose.SAVE, (save,)),
            Trespass.SUBMIT: (Purpose.SUBMIT, (save,)),
        }[step.what]
        token = self._world.token_of_stranger if step.is_signed_in else None
        self._ask_in_vain(purpose, token, saves, 404 if step.is_signed_in else 401)

    def _ask_in_vain(
        self,
        purpose: Purpose,
        token: str | None,
        saves: tuple[Sent, ...],
        status: int,
        field: str | None = None,
    ) -> None:
        request = Request(purpose, token, saves, Refusal(status, field))
        self._network.exchange(request, Fault.NONE)

    # --- The rest of the world --------------------------------------------------------------------

    def _end_token(self, step: steps.EndToken) -> None:
        token = self._devices[step.device].token
        self._world.end_token(token, is_revoked=step.is_revoked)
        self._ended_tokens.setdefault(token, self._network.tick())

    def _kill(self, step: steps.Kill) -> None:
        server = self._world.server
        request = self._prepare(step.during) if step.during else None
        if step.during is None or request is None:
            server.kill()
            server.start()
            return
        self._network.is_server_dying = True
        with ThreadPoolExecutor(1) as thread:
            reply = thread.submit(self._network.exchange, request, step.during.fault)
            time.sleep(step.milliseconds / 1000)
            server.kill()
        self._network.is_server_dying = False
        server.start()
        self._settle(step.during, request, reply.result())

    def _limit(self, step: steps.Limit) -> None:
        deadline_at = datetime.now(UTC) + timedelta(milliseconds=step.milliseconds)
        self._world.set_deadline(self._trial.attempt_id, deadline_at)

    def _pause(self, step: steps.Pause) -> None:
        time.sleep(step.milliseconds / 1000)


STEPS: Mapping[type, Callable[[Player, Any], None]] = {
    steps.Answer: Player._answer,
    steps.Send: Player._exchange,
    steps.Read: Player._exchange,
    steps.Submit: Player._exchange,
    steps.Finish: Player._finish,
    steps.Deliver: Player._deliver,
    steps.AtOnce: Player._exchange_at_once,
    steps.Reopen: Player._reopen,
    steps.Intrude: Player._intrude,
    steps.Reuse: Player._reuse,
    steps.Spoil: Player._spoil,
    steps.EndToken: Player._end_token,
    steps.Kill: Player._kill,
    steps.Limit: Player._limit,
    steps.Pause: Player._pause,
}
