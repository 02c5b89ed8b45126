"""What trainers do for learners: each with a reason, each a fact in the record."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import learning
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.learning.domain import EnrolmentFacts
from lms.quizzes import policy, queries
from lms.quizzes.commands.closing import close_if_overdue
from lms.quizzes.commands.grading import add_grade, mark_slots
from lms.quizzes.domain import (
    REOPENED,
    Cause,
    RepairKind,
    find_problem_with_mark,
    find_problem_with_minutes,
    find_problem_with_percent,
    find_problem_with_reason,
)
from lms.quizzes.errors import (
    AnotherIsOpen,
    AttemptIsClosed,
    AttemptIsOpen,
    NoDeadline,
    NoSuchAttempt,
    NotAQuiz,
    NotLate,
    NotYourRepair,
    UnfitRepair,
    WasReopened,
)
from lms.quizzes.models import Answer, Attempt, ExtraTime, Repair, Slot


def grant_attempt(
    session: Session, actor: Actor, enrolment_id: int, key: str, *, reason: str, now: datetime
) -> None:
    """Allow one more attempt at a quiz. Raises `NoSuchEnrolment`, `NotAQuiz`, `NotYourRepair` or `UnfitRepair`."""
    actor.require_somebody()
    facts = learning.get_facts(session, enrolment_id)
    if not policy.may_read(actor, facts):
        raise learning.NoSuchEnrolment
    _require_repairer(actor, facts)
    if not queries.is_quiz_of(session, facts.module_id, key):
        raise NotAQuiz
    _require(reason=find_problem_with_reason(reason))
    session.add(_repair(actor, RepairKind.GRANT, enrolment_id, key, reason=reason, now=now))
    session.flush()


def reopen_attempt(
    session: Session,
    actor: Actor,
    attempt_id: int,
    *,
    minutes: int | None,
    reason: str,
    now: datetime,
) -> int:
    """Begin a new attempt with the questions and answers of a closed one, outside the limit, and return its id.

    The old one stays as it is, and what was checked in it stays final. `minutes` is the new attempt's time; None: no
    limit. Raises `NoSuchAttempt`, `NotYourRepair`, `AttemptIsOpen`, `AnotherIsOpen`, `WasReopened` or `UnfitRepair`.
    """
    old = _lock_for_repair(session, actor, attempt_id, now=now).row
    _require(
        reason=find_problem_with_reason(reason),
        minutes=None if minutes is None else find_problem_with_minutes(minutes),
    )
    if old.submitted_at is None:
        raise AttemptIsOpen
    others = session.execute(
        select(Attempt.number, Attempt.submitted_at, Attempt.reopens_id).where(
            Attempt.enrolment_id == old.enrolment_id, Attempt.activity_key == old.activity_key
        )
    ).all()
    if any(other.reopens_id == attempt_id for other in others):
        raise WasReopened
    if any(other.submitted_at is None for other in others):
        raise AnotherIsOpen
    new = Attempt(
        enrolment_id=old.enrolment_id,
        activity_key=old.activity_key,
        quiz_id=old.quiz_id,
        number=1 + max(other.number for other in others),
        language=old.language,
        started_at=now,
        deadline_at=None if minutes is None else now + timedelta(minutes=minutes),
        reopens_id=old.id,
    )
    try:
        # The learner may begin an attempt at the same moment; both meet at the unique index.
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        raise AnotherIsOpen from None
    _copy_slots(session, old.id, new.id)
    _copy_answers(session, old.id, new.id, now=now)
    session.add(
        _repair(
            actor,
            RepairKind.REOPEN,
            old.enrolment_id,
            old.activity_key,
            attempt_id=old.id,
            minutes=minutes,
            reason=reason,
            now=now,
        )
    )
    session.flush()
    return new.id


def _copy_slots(session: Session, old_id: int, new_id: int) -> None:
    slots = session.scalars(select(Slot).where(Slot.attempt_id == old_id)).all()
    session.execute(
        insert(Slot),
        [
            {
                "attempt_id": new_id,
                "number": slot.number,
                "question_version_id": slot.question_version_id,
                "prepared": slot.prepared,
                "checked_at": slot.checked_at,
            }
            for slot in slots
        ],
    )


def _copy_answers(session: Session, old_id: int, new_id: int, *, now: datetime) -> None:
    answers = queries.list_current_answers(session, old_id)
    for slot in queries.list_questions(session, old_id, answers):
        answer = answers[slot.number]
        problem = slot.kind.find_problem(slot.body, answer.response, answer.language)
        session.add(
            Answer(
                attempt_id=new_id,
                slot=slot.number,
                client=REOPENED,
                number=1,
                base=0,
                language=answer.language,
                response=dict(answer.response),
                revision=1,
                received_at=now,
                is_current=True,
                is_late=False,
                problem=problem and {"text": problem.text, "params": dict(problem.params)},
            )
        )


def accept_answer(
    session: Session, actor: Actor, answer_id: int, *, reason: str, now: datetime
) -> int:
    """Let a late answer count, grade its attempt again, and return the attempt's id.

    A mark that a person gave the answer before it holds no more.
    Raises `NoSuchAttempt`, `NotYourRepair`, `AttemptIsOpen`, `NotLate` or `UnfitRepair`.
    """
    actor.require_somebody()
    answer = session.get(Answer, answer_id)
    if answer is None:
        raise NoSuchAttempt
    locked = _lock_for_repair(session, actor, answer.attempt_id, now=now)
    _require(reason=find_problem_with_reason(reason))
    if locked.row.submitted_at is None:
        raise AttemptIsOpen
    current = queries.list_current_answers(session, locked.row.id).get(answer.slot)
    counts = answer.is_current or (current is not None and current.revision == answer.revision)
    if not answer.is_late or counts:
        raise NotLate
    session.add(
        _repair(
            actor,
            RepairKind.ACCEPT,
            locked.row.enrolment_id,
            locked.row.activity_key,
            attempt_id=locked.row.id,
            slot=answer.slot,
            answer_id=answer_id,
            reason=reason,
            now=now,
        )
    )
    _grade_again(session, locked, now=now)
    return locked.row.id


def extend_deadline(
    session: Session, actor: Actor, attempt_id: int, *, minutes: int, reason: str, now: datetime
) -> None:
    """Move an open attempt's deadline, past the quiz's closing too if need be.

    Raises `NoSuchAttempt`, `NotYourRepair`, `AttemptIsClosed`, `NoDeadline` or `UnfitRepair`.
    """
    attempt = _lock_for_repair(session, actor, attempt_id, now=now).row
    _require(reason=find_problem_with_reason(reason), minutes=find_problem_with_minutes(minutes))
    if attempt.submitted_at is not None:
        raise AttemptIsClosed
    if attempt.deadline_at is None:
        raise NoDeadline
    attempt.deadline_at += timedelta(minutes=minutes)
    session.add(
        _repair(
            actor,
            RepairKind.EXTEND,
            attempt.enrolment_id,
            attempt.activity_key,
            attempt_id=attempt_id,
            minutes=minutes,
            reason=reason,
            now=now,
        )
    )
    session.flush()


def mark_answer(
    session: Session,
    actor: Actor,
    attempt_id: int,
    slot: int,
    *,
    mark: Fraction,
    reason: str,
    now: datetime,
) -> None:
    """Give a slot of a closed attempt a mark between 0 and 1, and grade the attempt again.

    Raises `NoSuchAttempt`, `NotYourRepair`, `AttemptIsOpen` or `UnfitRepair`.
    """
    locked = _lock_for_repair(session, actor, attempt_id, now=now)
    _require(reason=find_problem_with_reason(reason), mark=find_problem_with_mark(mark))
    if locked.row.submitted_at is None:
        raise AttemptIsOpen
    if not queries.list_questions(session, attempt_id, {slot}):
        raise NoSuchAttempt
    session.add(
        _repair(
            actor,
            RepairKind.MARK,
            locked.row.enrolment_id,
            locked.row.activity_key,
            attempt_id=attempt_id,
            slot=slot,
            mark=str(mark),
            reason=reason,
            now=now,
        )
    )
    _grade_again(session, locked, now=now)


def give_extra_time(
    session: Session,
    actor: Actor,
    module_id: int,
    key: str,
    *,
    percent: int,
    person_id: int | None = None,
    institution_id: int | None = None,
    reason: str,
    now: datetime,
) -> None:
    """Give a person, or an institution with all below it, more time in attempts to come; 0 takes it back.

    Raises `NoSuchModule` for a module of which the actor may not repair every attempt, `NotAQuiz`, `NotYourRepair`
    for oneself, or `UnfitRepair`.
    """
    queries.require_whole_module(session, actor, module_id)
    if not queries.is_quiz_of(session, module_id, key):
        raise NotAQuiz
    if actor.is_person(person_id):
        raise NotYourRepair
    _require(
        reason=find_problem_with_reason(reason),
        percent=find_problem_with_percent(percent),
        target=_find_problem_with_target(session, module_id, person_id, institution_id),
    )
    session.add(
        ExtraTime(
            module_id=module_id,
            activity_key=key,
            person_id=person_id,
            institution_id=institution_id,
            percent=percent,
            reason=reason.strip(),
            made_by=actor.person_id,
            made_at=now,
        )
    )
    session.flush()


def _find_problem_with_target(
    session: Session, module_id: int, person_id: int | None, institution_id: int | None
) -> Message | None:
    if (person_id is None) == (institution_id is None):
        return Message(N_("Say whom it is for."))
    if person_id is not None and not queries.is_enrolled(session, module_id, person_id):
        return Message(N_("This person is not enrolled in the module."))
    if institution_id is not None and not queries.is_institution(session, institution_id):
        return Message(N_("There is no such institution."))
    return None


def _require(**problems: Message | None) -> None:
    found = {field: problem for field, problem in problems.items() if problem is not None}
    if found:
        raise UnfitRepair(found)


def _require_repairer(actor: Actor, facts: EnrolmentFacts) -> None:
    if not policy.may_repair(actor, facts):
        raise NotYourRepair


def _lock_for_repair(
    session: Session, actor: Actor, attempt_id: int, *, now: datetime
) -> queries.LockedAttempt:
    """Return the attempt, locked, and closed if its time is over."""
    actor.require_somebody()
    locked = queries.lock_attempt(session, attempt_id)
    facts = learning.get_facts(session, locked.row.enrolment_id)
    if not policy.may_read(actor, facts):
        raise NoSuchAttempt
    _require_repairer(actor, facts)
    close_if_overdue(session, locked, now=now)
    return locked


def _grade_again(session: Session, locked: queries.LockedAttempt, *, now: datetime) -> None:
    session.flush()
    newer = queries.list_graded_versions(session, locked.row.id)
    marks = mark_slots(session, locked.row.id, newer)
    add_grade(
        session,
        locked,
        marks,
        cause=Cause.REPAIR,
        now=now,
        versions={number: question.version_id for number, question in newer.items()},
    )


def _repair(
    actor: Actor,
    kind: RepairKind,
    enrolment_id: int,
    key: str,
    *,
    reason: str,
    now: datetime,
    **what: Any,
) -> Repair:
    return Repair(
        kind=kind,
        enrolment_id=enrolment_id,
        activity_key=key,
        reason=reason.strip(),
        made_by=actor.person_id,
        made_at=now,
        **what,
    )
