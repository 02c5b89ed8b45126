"""Saving answers, from the API and from pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.quizzes import queries
from lms.quizzes.commands.closing import close_if_overdue
from lms.quizzes.commands.keeping import keep_read, keep_saves
from lms.quizzes.domain import (
    Event,
    KeptSave,
    Navigation,
    Place,
    Save,
    count_pages,
    find_current,
    follow,
    judge_place,
    next_number,
    state_of,
)
from lms.quizzes.errors import (
    AttemptIsClosed,
    CannotCheck,
    NothingToCheck,
    PageLeft,
    UnfitForm,
)
from lms.quizzes.models import Slot


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What a page's form says of one slot; `base` is the revision that it was shown with."""

    slot: int
    base: int
    # What was sent under each field's path.
    values: Mapping[str, Sequence[str]]


def save_answers(
    session: Session, actor: Actor, attempt_id: int, saves: Sequence[Save], *, now: datetime
) -> list[KeptSave]:
    """Keep the saves, each a numbered fact, and return their receipts in the same order; four statements.

    A repeat gets its first receipt again. What comes too late, or for a question that is final, is kept and does not
    count. Raises `NoSuchAttempt`, `NotYourAttempt`, `UnfitSaves` or `SaveReused`; then none of them is kept.
    """
    locked = queries.lock_own_attempt(session, actor, attempt_id)
    close_if_overdue(session, locked, now=now)
    return keep_saves(session, locked, saves, now=now)


def save_page(
    session: Session,
    actor: Actor,
    attempt_id: int,
    client: str,
    answers: Sequence[PageAnswer],
    *,
    language: str,
    now: datetime,
) -> list[KeptSave]:
    """Keep what a page of questions sent, and return the receipts of what had changed.

    Raises `NoSuchAttempt`, `NotYourAttempt`, `UnfitForm` or `UnfitResponse`; then nothing of the page is kept.
    """
    locked = queries.lock_own_attempt(session, actor, attempt_id)
    close_if_overdue(session, locked, now=now)
    return _keep_page(session, locked, client, answers, language=language, now=now)


def set_page_aside(
    session: Session,
    attempt_id: int,
    client: str,
    answers: Sequence[PageAnswer],
    *,
    language: str,
    now: datetime,
) -> None:
    """Keep what a page sent whose learner is not the one who is signed in; the learner will choose.

    It asks for no actor: the page was sealed for the attempt's own learner. Raises as `save_page` does.
    """
    locked = queries.lock_attempt(session, attempt_id)
    close_if_overdue(session, locked, now=now)
    _keep_page(session, locked, client, answers, language=language, now=now, is_set_aside=True)


def _keep_page(
    session: Session,
    locked: queries.LockedAttempt,
    client: str,
    answers: Sequence[PageAnswer],
    *,
    language: str,
    now: datetime,
    is_set_aside: bool = False,
) -> list[KeptSave]:
    """Keep a page's answers; a form knows no numbers, so each slot's is the next of its client."""
    touched = {answer.slot for answer in answers}
    attempt_id = locked.row.id
    slots = {slot.number: slot for slot in queries.list_questions(session, attempt_id, touched)}
    kept = queries.list_kept_saves(session, attempt_id, touched)
    saves = []
    for answer in answers:
        slot = slots.get(answer.slot)
        if slot is None or _place(locked, answer.slot) is Place.AHEAD:
            raise UnfitForm
        response = slot.read_form(answer.values)
        current = find_current(kept, answer.slot)
        number = next_number(kept, client, answer.slot)
        if is_set_aside and _was_said(kept, client, answer.slot, number - 1, response):
            continue
        # A form lists what is chosen in the order that it shows, so only what was read can be compared.
        if response != (current.response if current else slot.read_form({})):
            saves.append(Save(client, answer.slot, number, answer.base, response, language))
    return keep_read(session, locked, slots, kept, saves, now=now, is_set_aside=is_set_aside)


def _was_said(
    kept: Sequence[KeptSave], client: str, slot: int, number: int, response: Mapping[str, Any]
) -> bool:
    """Return whether a client's save of that number says the same: what is carried may come twice."""
    return any(
        (save.client, save.slot, save.number, save.response) == (client, slot, number, response)
        for save in kept
    )


def choose_answer(
    session: Session,
    actor: Actor,
    attempt_id: int,
    client: str,
    slot: int,
    revision: int,
    *,
    now: datetime,
) -> list[KeptSave]:
    """Save an earlier answer of a slot once more, as the one that counts; the learner has seen all there are.

    Raises `NoSuchAttempt`, `NotYourAttempt`, or `UnfitForm` if there is no such answer.
    """
    locked = queries.lock_own_attempt(session, actor, attempt_id)
    close_if_overdue(session, locked, now=now)
    kept = queries.list_kept_saves(session, attempt_id, {slot})
    chosen = next((save for save in kept if save.revision == revision), None)
    if chosen is None:
        raise UnfitForm
    slots = {one.number: one for one in queries.list_questions(session, attempt_id, {slot})}
    save = Save(
        client,
        slot,
        next_number(kept, client, slot),
        max(one.revision for one in kept),
        chosen.response,
        chosen.language,
    )
    return keep_read(session, locked, slots, kept, [save], now=now)


def turn_page(session: Session, actor: Actor, attempt_id: int, page: int, *, now: datetime) -> int:
    """Note that the learner goes on to a page, and return the page where the learner now is.

    Where there is no way back, the pages before it are left for good, and none can be skipped. Raises
    `NoSuchAttempt` or `NotYourAttempt`.
    """
    locked = queries.lock_own_attempt(session, actor, attempt_id)
    close_if_overdue(session, locked, now=now)
    attempt, rules = locked.row, locked.rules
    last = count_pages(len(queries.list_questions(session, attempt_id)), rules.per_page)
    wanted = min(max(page, 1), last)
    if rules.navigation is Navigation.FREE or attempt.submitted_at is not None:
        return wanted
    if wanted == attempt.page + 1:
        attempt.page = wanted
    return attempt.page


def check_answer(
    session: Session, actor: Actor, attempt_id: int, slot: int, *, now: datetime
) -> None:
    """Make the answer of a slot final, so that its learner may know what was right; twice changes nothing.

    Raises `NoSuchAttempt`, `NotYourAttempt`, `UnfitForm`, `AttemptIsClosed`, `PageLeft`, `CannotCheck` where the quiz
    gives no immediate feedback, or `NothingToCheck` for an answer that is incomplete or that nobody can read.
    """
    locked = queries.lock_own_attempt(session, actor, attempt_id)
    close_if_overdue(session, locked, now=now)
    if locked.row.submitted_at is not None:
        raise AttemptIsClosed
    found = queries.list_questions(session, attempt_id, {slot})
    place = _place(locked, slot)
    if not found or place is Place.AHEAD:
        raise UnfitForm
    if place is Place.LEFT:
        raise PageLeft
    question = found[0]
    if question.checked_at is not None:
        return
    state = state_of(is_closed=False, is_checked=False)
    if follow(locked.rules.feedback, state, Event.CHECK) is None:
        raise CannotCheck
    answer = queries.list_current_answers(session, attempt_id).get(slot)
    if not question.is_answered(answer) or question.grade(answer) is None:
        raise NothingToCheck
    session.execute(
        update(Slot)
        .where(Slot.attempt_id == attempt_id, Slot.number == slot)
        .values(checked_at=now)
    )


def _place(locked: queries.LockedAttempt, slot: int) -> Place:
    return judge_place(slot, locked.row.page, locked.rules.per_page, locked.rules.navigation)
