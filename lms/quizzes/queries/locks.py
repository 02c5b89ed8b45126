"""Rows locked until the caller's work ends; for this room's commands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import learning
from lms.core.permissions import Actor
from lms.quizzes import policy
from lms.quizzes.domain import QuizRules
from lms.quizzes.errors import NoSuchAttempt, NotYourAttempt
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries.quizzes import read_rules

OWNERS = learning.enrolment_owners.c


@dataclass(frozen=True, slots=True)
class LockedAttempt:
    """An attempt's row, its quiz's rules, and whose it is."""

    row: Attempt
    rules: QuizRules
    person_id: int


def lock_attempt(session: Session, attempt_id: int) -> LockedAttempt:
    """Return an attempt, locked; one query. It asks for no actor. Raises `NoSuchAttempt`."""
    found = session.execute(
        select(Attempt, Quiz, OWNERS.person_id)
        .join(Quiz, Quiz.activity_id == Attempt.quiz_id)
        .join(learning.enrolment_owners, OWNERS.enrolment_id == Attempt.enrolment_id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        # What this session read before it had the lock may be old.
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NoSuchAttempt
    attempt, quiz, person_id = found
    return LockedAttempt(attempt, read_rules(quiz), person_id)


def lock_own_attempt(session: Session, actor: Actor, attempt_id: int) -> LockedAttempt:
    """Return the actor's own attempt, locked; one query.

    Raises `NoSuchAttempt`, `SignInRequired`, or `NotYourAttempt` for those who may only read it.
    """
    actor.require_somebody()
    locked = lock_attempt(session, attempt_id)
    if actor.is_person(locked.person_id):
        return locked
    if policy.may_read(actor, learning.get_facts(session, locked.row.enrolment_id)):
        raise NotYourAttempt
    raise NoSuchAttempt
