"""A browser tab or another program of the learner, which follows the protocol as attempt.js does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.quizzes.schedules.evidence import Sent


class Device:
    """What it has answered, what it knows, and what no receipt has answered yet."""

    def __init__(self, name: str, token: str) -> None:
        self.name = name
        self.token = token
        self._visits = 1
        # Slot → the last number that was given there.
        self._numbers: dict[int, int] = {}
        # Slot → the newest revision seen.
        self._seen: dict[int, int] = {}
        # Client → slot → the newest save without a receipt. Earlier visits' come first.
        self._unanswered: dict[str, dict[int, Sent]] = {}
        self.acknowledged: list[Sent] = []

    @property
    def client(self) -> str:
        """Its name in this visit to the page."""
        return f"{self.name}-{self._visits}"

    def reopen(self) -> None:
        """Forget all but what no receipt has answered, as a page does that is opened again."""
        self._visits += 1
        self._numbers.clear()
        self._seen.clear()

    def answer(self, slot: int, response: Mapping[str, Any]) -> None:
        """Record an answer; it takes the place of an earlier one that has no receipt."""
        save = self.next_save(slot, response)
        self._numbers[slot] = save.number
        self._unanswered.setdefault(self.client, {})[slot] = save

    def next_save(self, slot: int, response: Any) -> Sent:
        """Return a save in order that is not recorded."""
        number = self._numbers.get(slot, 0) + 1
        return Sent(self.client, slot, number, self._seen.get(slot, 0), response)

    def list_unsent(self) -> tuple[Sent, ...]:
        """Return the next batch: an earlier visit's, if it left any, else this one's."""
        name = next(iter(self._unanswered), self.client)
        return self.list_own() if name == self.client else tuple(self._unanswered[name].values())

    def list_own(self) -> tuple[Sent, ...]:
        """Return this visit's saves, each on the newest revision that was seen."""
        own = self._unanswered.get(self.client, {})
        for slot, save in own.items():
            own[slot] = replace(save, base=max(save.base, self._seen.get(slot, 0)))
        return tuple(own.values())

    def accept(self, saves: Sequence[Sent], receipts: Iterable[Mapping[str, Any]]) -> None:
        """Take note of receipts; an answer given since stays unanswered."""
        # A receipt that is missing is the judge's affair.
        for save, receipt in zip(saves, receipts, strict=False):
            self.acknowledged.append(save)
            if receipt["current"]:
                self._see(save.slot, receipt["revision"])
            waiting = self._unanswered.get(save.client, {})
            if save.slot in waiting and waiting[save.slot].number == save.number:
                del waiting[save.slot]
                if not waiting:
                    del self._unanswered[save.client]

    def adopt(self, slots: Iterable[Mapping[str, Any]]) -> None:
        """Build from now on upon what a reading showed."""
        for slot in slots:
            self._see(slot["slot"], slot["revision"])

    def _see(self, slot: int, revision: int) -> None:
        self._seen[slot] = max(self._seen.get(slot, 0), revision)
