"""Keeping saves as facts: what every way of saving ends in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.core.i18n import N_, Message
from lms.questions.domain import UnfitResponse
from lms.quizzes import queries
from lms.quizzes.domain import (
    Arrival,
    Event,
    KeptSave,
    Place,
    Save,
    find_repeated,
    follow,
    judge,
    judge_arrival,
    judge_place,
    state_of,
)
from lms.quizzes.errors import PageLeft, SaveReused, UnfitSaves
from lms.quizzes.models import Answer

CHECKED = N_("This question was checked, so its answer is final.")
SET_ASIDE = N_("This came from another session and was set aside.")
# Why an answer can change no more, though the attempt goes on.
FINAL = frozenset({PageLeft.text, CHECKED})


def keep_saves(
    session: Session, locked: queries.LockedAttempt, saves: Sequence[Save], *, now: datetime
) -> list[KeptSave]:
    """Read and keep saves, and return their receipts in the same order; three statements.

    Raises `UnfitSaves` or `SaveReused`; then none of them is kept. The caller holds the attempt's lock.
    """
    if not saves:
        return []
    touched = {save.slot for save in saves}
    slots = {slot.number: slot for slot in queries.list_questions(session, locked.row.id, touched)}
    read = _read_responses(locked, slots, saves)
    kept = queries.list_kept_saves(session, locked.row.id, touched)
    return keep_read(session, locked, slots, kept, read, now=now)


def keep_read(
    session: Session,
    locked: queries.LockedAttempt,
    slots: Mapping[int, queries.SlotQuestion],
    kept: Sequence[KeptSave],
    saves: Sequence[Save],
    *,
    now: datetime,
    is_set_aside: bool = False,
) -> list[KeptSave]:
    """Keep saves whose responses have the form that is kept, after those in `kept`; one statement.

    What is set aside waits for its learner to choose it.
    """
    all_kept = list(kept)
    receipts = []
    new = []
    for index, save in enumerate(saves):
        receipt = find_repeated(all_kept, save)
        if receipt is None:
            receipt = _judge(locked, slots[save.slot], all_kept, save, now, is_set_aside)
            new.append((save, receipt))
            all_kept.append(receipt)
        elif receipt.response != save.response:
            message = Message(N_("Number %(number)s was used before, with another answer."),
                              {"number": save.number})  # fmt: skip
            raise SaveReused({f"saves.{index}.number": message})
        receipts.append(receipt)
    if new:
        session.execute(insert(Answer), [_row(locked.row.id, *pair) for pair in new])
    return receipts


def _judge(
    locked: queries.LockedAttempt,
    slot: queries.SlotQuestion,
    kept: Sequence[KeptSave],
    save: Save,
    now: datetime,
    is_set_aside: bool,
) -> KeptSave:
    attempt, rules = locked.row, locked.rules
    is_closed = attempt.submitted_at is not None
    arrival = judge_arrival(now, attempt.deadline_at, rules.grace)
    place = judge_place(save.slot, attempt.page, rules.per_page, rules.navigation)
    state = state_of(is_closed=is_closed, is_checked=slot.checked_at is not None)
    may_be_saved = follow(rules.feedback, state, Event.SAVE) is not None
    if is_set_aside:
        problem: Message | None = Message(SET_ASIDE)
    elif place is not Place.OPEN:
        problem = Message(PageLeft.text)
    elif not is_closed and not may_be_saved:
        problem = Message(CHECKED)
    else:
        problem = slot.kind.find_problem(slot.body, save.response, save.language)
    return judge(
        kept,
        save,
        may_count=(
            may_be_saved
            and arrival is not Arrival.TOO_LATE
            and place is Place.OPEN
            and not is_set_aside
        ),
        is_late=is_closed or arrival is not Arrival.IN_TIME,
        now=now,
        problem=problem,
    )


def _row(attempt_id: int, save: Save, receipt: KeptSave) -> dict[str, object]:
    problem = receipt.problem
    return {
        "attempt_id": attempt_id,
        "slot": save.slot,
        "client": save.client,
        "number": save.number,
        "base": save.base,
        "language": save.language,
        "response": dict(save.response),
        "revision": receipt.revision,
        "received_at": receipt.received_at,
        "is_current": receipt.is_current,
        "is_late": receipt.is_late,
        "problem": problem and {"text": problem.text, "params": dict(problem.params)},
    }


def _read_responses(
    locked: queries.LockedAttempt,
    slots: Mapping[int, queries.SlotQuestion],
    saves: Sequence[Save],
) -> list[Save]:
    """Return the saves with their responses in the form that is kept; raises `UnfitSaves` naming each at fault."""
    attempt, rules = locked.row, locked.rules
    read: list[Save] = []
    faults: dict[str, Message] = {}
    for index, save in enumerate(saves):
        slot = slots.get(save.slot)
        place = judge_place(save.slot, attempt.page, rules.per_page, rules.navigation)
        if slot is None:
            text = N_("This attempt has no question %(number)s.")
            faults[f"saves.{index}.slot"] = Message(text, {"number": save.slot})
            continue
        if place is Place.AHEAD:
            text = N_("Question %(number)s stands on a page that was not reached yet.")
            faults[f"saves.{index}.slot"] = Message(text, {"number": save.slot})
            continue
        try:
            response = slot.kind.read_response(slot.body, save.response)
        except UnfitResponse as unfit:
            faults[f"saves.{index}.response"] = unfit.message
            continue
        read.append(replace(save, response=response, language=save.language or attempt.language))
    if faults:
        raise UnfitSaves(faults)
    return read
