"""Beginning attempts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import learning, questions
from lms.core.permissions import Actor
from lms.questions.domain import get_type
from lms.quizzes import queries
from lms.quizzes.commands.closing import close_overdue_attempt
from lms.quizzes.domain import QuizRules, draw_questions, find_deadline
from lms.quizzes.errors import NotAQuiz
from lms.quizzes.models import Attempt, Quiz, Slot

# Questions are drawn and shuffled so that nobody can foretell them.
CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt, and whether it was begun just now."""

    id: int
    is_new: bool


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

    An open one whose time is over is closed first. Raises what `learning.require_open` does, `NotAQuiz`,
    `QuizNotOpen`, `QuizClosed`, `NoAttemptsLeft` or `TooSoon`.
    """
    outline = learning.require_open(session, actor, enrolment_id, key)
    activity_id = outline.get_activity(key).id
    quiz = session.get(Quiz, activity_id)
    if quiz is None:
        raise NotAQuiz
    rules = queries.read_rules(quiz)
    lines, chances = queries.list_attempts(session, enrolment_id, key, rules=rules, now=now)
    if chances.open_id is not None:
        if not close_overdue_attempt(session, chances.open_id, now=now):
            return Started(chances.open_id, is_new=False)
        lines, chances = queries.list_attempts(session, enrolment_id, key, rules=rules, now=now)
    refusal = queries.find_refusal(rules, chances, now)
    if refusal is not None:
        raise refusal
    facts = learning.get_facts(session, enrolment_id)
    extra = queries.find_extra_percent(
        session, outline.module_id, key, facts.person_id, facts.scopes
    )
    attempt = Attempt(
        enrolment_id=enrolment_id,
        activity_key=key,
        quiz_id=activity_id,
        number=1 + max((line.number for line in lines), default=0),
        language=language if language in outline.languages else outline.source_language,
        started_at=now,
        deadline_at=find_deadline(rules, now, extra_percent=extra),
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
    _draw(session, attempt, rules, chance)
    learning.note_activity(session, enrolment_id, now=now)
    return Started(attempt.id, is_new=True)


def _draw(session: Session, attempt: Attempt, rules: QuizRules, chance: Random) -> None:
    drawn = draw_questions(queries.list_pool(session, attempt.quiz_id), chance)
    version_ids = [version_id for draw in drawn for version_id in draw]
    if rules.shuffles_questions:
        chance.shuffle(version_ids)
    versions = questions.get_versions(session, version_ids)
    for number, version_id in enumerate(version_ids, start=1):
        version = versions[version_id]
        session.add(
            Slot(
                attempt_id=attempt.id,
                number=number,
                question_version_id=version_id,
                prepared=get_type(version.type).prepare(
                    version.body, chance, shuffles=rules.shuffles_options
                ),
            )
        )
