"""Every write of quizzes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import learning, questions
from lms.core.db import to_score
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.questions.domain import UnfitResponse, get_type
from lms.quizzes import policy, queries
from lms.quizzes.domain import (
    KeptSave,
    Save,
    attempts_left,
    find_current,
    find_repeated,
    is_passed,
    judge,
    next_number,
    score_of,
)
from lms.quizzes.errors import (
    NoAttemptsLeft,
    NoSuchAttempt,
    NotAQuiz,
    NotYourAttempt,
    SaveReused,
    UnfitForm,
    UnfitSaves,
)
from lms.quizzes.models import Answer, Attempt, Grade, Quiz, Slot

# Questions are drawn and shuffled so that nobody can foretell them.
CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt, and whether it was begun just now."""

    id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What a page's form says of one slot; `base` is the revision that it was shown with."""

    slot: int
    base: int
    # What was sent under each field's path.
    values: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Submission:
    """What a submission came to; `was_closed` says that an earlier one had closed the attempt."""

    attempt_id: int
    score: Decimal
    passed: bool
    was_closed: bool
    receipts: list[KeptSave]


def start_attempt(
    session: Session,
    actor: Actor,
    enrolment_id: int,
    key: str,
    *,
    language: str,
    now: datetime,
    chance: Random = CHANCE,
) -> Started:
    """Begin an attempt, with its questions drawn and pinned, or return the one that is open.

    Raises what `learning.require_open` does, `NotAQuiz`, or `NoAttemptsLeft`.
    """
    outline = learning.require_open(session, actor, enrolment_id, key)
    activity_id = outline.get_activity(key).id
    quiz = session.get(Quiz, activity_id)
    if quiz is None:
        raise NotAQuiz
    unfinished = select(Attempt.id).where(
        Attempt.enrolment_id == enrolment_id,
        Attempt.activity_key == key,
        Attempt.submitted_at.is_(None),
    )
    if (attempt_id := session.scalar(unfinished)) is not None:
        return Started(attempt_id, is_new=False)
    used = queries.count_attempts(session, enrolment_id, key)
    if attempts_left(quiz.attempts_allowed, used) == 0:
        raise NoAttemptsLeft(allowed=quiz.attempts_allowed)
    attempt = Attempt(
        enrolment_id=enrolment_id,
        activity_key=key,
        quiz_id=activity_id,
        number=used + 1,
        language=language if language in outline.languages else outline.source_language,
        started_at=now,
    )
    try:
        # Two clicks at once meet at the unique index.
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        # The one that won may have been submitted since.
        newest = select(func.max(Attempt.id)).where(
            Attempt.enrolment_id == enrolment_id, Attempt.activity_key == key
        )
        return Started(session.scalars(newest).one(), is_new=False)
    _draw(session, quiz, attempt.id, chance)
    return Started(attempt.id, is_new=True)


def _draw(session: Session, quiz: Quiz, attempt_id: int, chance: Random) -> None:
    drawn = chance.sample(queries.list_pool(session, quiz.activity_id), quiz.draw)
    versions = questions.get_versions(session, drawn)
    for number, version_id in enumerate(drawn, start=1):
        version = versions[version_id]
        session.add(
            Slot(
                attempt_id=attempt_id,
                number=number,
                question_version_id=version_id,
                prepared=get_type(version.type).prepare(version.body, chance),
            )
        )


def save_answers(
    session: Session, actor: Actor, attempt_id: int, saves: Sequence[Save], *, now: datetime
) -> list[KeptSave]:
    """Keep the saves, each a numbered fact, and return their receipts in the same order.

    A repeat gets its first receipt again. What comes after the attempt closed is kept, marked late, and does not
    count. Raises `NoSuchAttempt`, `NotYourAttempt`, `UnfitSaves` or `SaveReused`; then none of them is kept.
    """
    attempt = _lock_own(session, actor, attempt_id)
    return _keep(session, attempt, saves, now=now)


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

    A form knows no numbers, so each slot's is the next of its client. Raises `NoSuchAttempt`, `NotYourAttempt`,
    `UnfitForm` or `UnfitResponse`; then nothing of the page is kept.
    """
    attempt = _lock_own(session, actor, attempt_id)
    kept = queries.list_kept_saves(session, attempt_id)
    slots = {slot.number: slot for slot in queries.list_questions(session, attempt_id)}
    saves = []
    for answer in answers:
        slot = slots.get(answer.slot)
        if slot is None:
            raise UnfitForm
        response = slot.read_form(answer.values)
        current = find_current(kept, answer.slot)
        # A form lists what is chosen in the order that it shows, so only what was read can be compared.
        if response != (current.response if current else slot.read_form({})):
            number = next_number(kept, client, answer.slot)
            saves.append(Save(client, answer.slot, number, answer.base, response, language))
    return _keep_read(session, attempt, saves, now=now)


def submit_attempt(
    session: Session, actor: Actor, attempt_id: int, saves: Sequence[Save] = (), *, now: datetime
) -> Submission:
    """Keep the last saves, close the attempt, grade it, and carry the score into the learner's progress.

    The row stays locked until the caller's work ends, so two clicks on Submit grade once. A submission of a closed
    attempt returns what it has, and is no exception: its late saves must be kept.
    """
    attempt = _lock_own(session, actor, attempt_id)
    receipts = _keep(session, attempt, saves, now=now)
    if attempt.submitted_at is not None:
        grade = session.scalars(
            select(Grade).where(Grade.attempt_id == attempt.id).order_by(Grade.id.desc())
        ).first()
        assert grade is not None, "an attempt is graded in the transaction that closes it"
        return Submission(attempt.id, grade.score, grade.passed, True, receipts)
    attempt.submitted_at = now
    marks = _mark(session, attempt)
    score = score_of(marks)
    quiz = session.get_one(Quiz, attempt.quiz_id)
    passed = is_passed(score, Fraction(quiz.pass_mark))
    session.add(
        Grade(
            attempt_id=attempt.id,
            score=to_score(score),
            passed=passed,
            marks={str(number): str(mark) for number, mark in marks.items()},
            graded_at=now,
        )
    )
    session.flush()
    learning.record_result(
        session, attempt.enrolment_id, attempt.activity_key, passed=passed, score=score, now=now
    )
    return Submission(attempt.id, to_score(score), passed, False, receipts)


def _lock_own(session: Session, actor: Actor, attempt_id: int) -> Attempt:
    actor.require_somebody()
    attempt = queries.lock_attempt(session, attempt_id)
    facts = learning.get_facts(session, attempt.enrolment_id)
    if not policy.may_read(actor, facts):
        raise NoSuchAttempt
    if not policy.may_answer(actor, facts):
        raise NotYourAttempt
    return attempt


def _mark(session: Session, attempt: Attempt) -> dict[int, Fraction]:
    answers = queries.list_current_answers(session, attempt.id)
    return {
        slot.number: slot.kind.grade(
            slot.body, answers[slot.number].response if slot.number in answers else None
        )
        for slot in queries.list_questions(session, attempt.id)
    }


def _keep(
    session: Session, attempt: Attempt, saves: Sequence[Save], *, now: datetime
) -> list[KeptSave]:
    read = _read_responses(session, attempt.id, saves) if saves else []
    return _keep_read(session, attempt, read, now=now)


def _keep_read(
    session: Session, attempt: Attempt, saves: Sequence[Save], *, now: datetime
) -> list[KeptSave]:
    """Keep saves whose responses have the form that is kept."""
    if not saves:
        return []
    kept = queries.list_kept_saves(session, attempt.id)
    receipts = []
    for index, save in enumerate(saves):
        receipt = find_repeated(kept, save)
        if receipt is None:
            receipt = judge(kept, save, is_closed=attempt.submitted_at is not None, now=now)
            session.add(
                Answer(
                    attempt_id=attempt.id,
                    slot=save.slot,
                    client=save.client,
                    number=save.number,
                    base=save.base,
                    language=save.language,
                    response=dict(save.response),
                    revision=receipt.revision,
                    received_at=now,
                    is_current=receipt.is_current,
                    is_late=receipt.is_late,
                )
            )
            kept.append(receipt)
        elif receipt.response != save.response:
            message = Message(N_("Number %(number)s was used before, with another answer."),
                              {"number": save.number})  # fmt: skip
            raise SaveReused({f"saves.{index}.number": message})
        receipts.append(receipt)
    session.flush()
    return receipts


def _read_responses(session: Session, attempt_id: int, saves: Sequence[Save]) -> list[Save]:
    """Return the saves with their responses in the form that is kept; raises `UnfitSaves` naming each at fault."""
    slots = {slot.number: slot for slot in queries.list_questions(session, attempt_id)}
    read: list[Save] = []
    faults: dict[str, Message] = {}
    for index, save in enumerate(saves):
        slot = slots.get(save.slot)
        if slot is None:
            faults[f"saves.{index}.slot"] = Message(
                N_("This attempt has no question %(number)s."), {"number": save.slot}
            )
            continue
        try:
            response: Mapping[str, Any] = slot.kind.read_response(slot.body, save.response)
        except UnfitResponse as unfit:
            faults[f"saves.{index}.response"] = unfit.message
            continue
        read.append(Save(save.client, save.slot, save.number, save.base, response, save.language))
    if faults:
        raise UnfitSaves(faults)
    return read
