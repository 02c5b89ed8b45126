"""Which of several saves is a slot's current answer, in whatever order and from however many clients they come.

A save is stale if the current answer is another client's and newer than the save's base. Among one client's saves of
a slot the highest number is current. What is stale, overtaken, late or final is kept all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.core.i18n import Message


@dataclass(frozen=True, slots=True)
class Save:
    """One save as the client sends it. `number` counts the client's saves of the slot; `base` is the revision seen.

    `language` is the one in which it was typed; '' stands for the attempt's.
    """

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
    language: str
    revision: int
    received_at: datetime
    is_current: bool
    # Did it come after the deadline, or after the submission?
    is_late: bool
    # What the learner should mend, or why it does not count.
    problem: Message | None = None


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


def find_rival(kept: Sequence[KeptSave], slot: int) -> KeptSave | None:
    """Return the newest answer that came in time but does not count, if nothing was answered since.

    It lost to another client's, or was set aside. The learner is shown both and chooses; whatever is then saved is
    newer than the rival. What a client itself overtook is none.
    """
    current = find_current(kept, slot)
    in_slot = sorted((save for save in kept if save.slot == slot), key=lambda save: save.number)
    newest = {save.client: save.number for save in in_slot}
    aside = [
        save
        for save in in_slot
        if not (save.is_current or save.is_late)
        # In whatever order one client's saves arrived.
        and save.number == newest[save.client]
        and (
            current is None
            or (
                save.revision > current.revision
                and (save.client != current.client or save.number > current.number)
            )
        )
    ]
    rival = max(aside, key=lambda save: save.revision, default=None)
    if rival is None or (current is not None and rival.response == current.response):
        return None
    return rival


def judge(
    kept: Sequence[KeptSave],
    save: Save,
    *,
    may_count: bool,
    is_late: bool,
    now: datetime,
    problem: Message | None = None,
) -> KeptSave:
    """Return how a save that is no repeat is kept, after those in `kept`.

    `may_count` says whether answers of the slot still count at all.
    """
    in_slot = [earlier for earlier in kept if earlier.slot == save.slot]
    current = find_current(in_slot, save.slot)
    if not may_count:
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
        save.language,
        revision=1 + max((earlier.revision for earlier in in_slot), default=0),
        received_at=now,
        is_current=is_current,
        is_late=is_late,
        problem=problem,
    )
