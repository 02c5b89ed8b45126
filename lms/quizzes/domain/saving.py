"""Which of several saves is a slot's current answer, in whatever order and from however many clients they come.

A save is stale if the current answer is another client's and newer than the save's base. Among one client's saves of
a slot the highest number is current. What is stale, overtaken or late is kept all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Save:
    """One save as the client sends it. `number` counts the client's saves of the slot; `base` is the revision seen."""

    client: str
    slot: int
    number: int
    base: int
    response: Mapping[str, Any]
    language: str


@dataclass(frozen=True, slots=True)
class KeptSave:
    """A save as it was kept, and all that its receipt says."""

    client: str
    slot: int
    number: int
    response: Mapping[str, Any]
    revision: int
    received_at: datetime
    is_current: bool
    is_late: bool


def find_repeated(kept: Sequence[KeptSave], save: Save) -> KeptSave | None:
    """Return what was kept under the same client, slot and number, whatever its response."""
    return next(
        (
            earlier
            for earlier in kept
            if (earlier.client, earlier.slot, earlier.number)
            == (save.client, save.slot, save.number)
        ),
        None,
    )


def find_current(kept: Sequence[KeptSave], slot: int) -> KeptSave | None:
    """Return the slot's current answer: the latest that was current on arrival."""
    return max(
        (save for save in kept if save.slot == slot and save.is_current),
        key=lambda save: save.revision,
        default=None,
    )


def next_number(kept: Sequence[KeptSave], client: str, slot: int) -> int:
    """Return the number after the client's last save of the slot."""
    numbers = [save.number for save in kept if (save.client, save.slot) == (client, slot)]
    return 1 + max(numbers, default=0)


def judge(kept: Sequence[KeptSave], save: Save, *, is_closed: bool, now: datetime) -> KeptSave:
    """Return how a save that is no repeat is kept, after those in `kept`."""
    in_slot = [earlier for earlier in kept if earlier.slot == save.slot]
    current = find_current(in_slot, save.slot)
    if is_closed:
        is_current = False
    elif current is None:
        is_current = True
    elif current.client == save.client:
        is_current = save.number > current.number
    else:
        is_current = current.revision <= save.base
    return KeptSave(
        save.client,
        save.slot,
        save.number,
        save.response,
        revision=1 + max((earlier.revision for earlier in in_slot), default=0),
        received_at=now,
        is_current=is_current,
        is_late=is_closed,
    )
