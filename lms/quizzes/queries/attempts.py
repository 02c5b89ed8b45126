"""Reading attempts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from lms import catalogue, learning, questions
from lms.core.errors import Conflict
from lms.core.i18n import Message, pick_text
from lms.core.permissions import Actor
from lms.learning.domain import EnrolmentFacts
from lms.questions.domain import Field, QuestionType, build_response, get_type
from lms.quizzes import policy
from lms.quizzes.domain import (
    EVERYTHING,
    NOTHING,
    Arrival,
    KeptSave,
    QuizRules,
    RepairKind,
    Visible,
    When,
    attempts_left,
    find_next_start,
    judge_arrival,
    judge_review,
    list_counting,
    score_of,
)
from lms.quizzes.errors import (
    NoAttemptsLeft,
    NoSuchAttempt,
    QuizClosed,
    QuizNotOpen,
    ReviewClosed,
    TooSoon,
)
from lms.quizzes.models import Answer, Attempt, Grade, Quiz, QuizBand, Repair, Slot
from lms.quizzes.queries.quizzes import RULE_COLUMNS, read_rules

TITLES = catalogue.activity_titles.c
VERSIONS = questions.question_versions.c
PROGRESS = learning.activity_progress.c

# Ids of attempts, or the SQL that finds them.
Attempts = Collection[int] | Select[int]


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """An attempt of one's own in a list; no score until it is submitted, marked and shown."""

    id: int
    number: int
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    reopens_id: int | None
    score: Decimal | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Chances:
    """What an enrolment has had of a quiz, and what is left."""

    used: int
    granted: int
    open_id: int | None
    # Of the last attempt that ended.
    ended_at: datetime | None
    deadline_at: datetime | None

    def allowed(self, rules: QuizRules) -> int | None:
        """Return how many attempts there are in all; None: no limit."""
        return None if rules.attempts_allowed is None else rules.attempts_allowed + self.granted

    def left(self, rules: QuizRules) -> int | None:
        """Return how many may still be started; None: no limit."""
        return attempts_left(self.allowed(rules), self.used)

    def are_over(self, rules: QuizRules) -> bool:
        """Return whether the last attempt that there is has ended, too."""
        return self.open_id is None and self.left(rules) == 0

    def next_start(self, rules: QuizRules) -> datetime | None:
        """Return from when the next may begin; None: at once."""
        return find_next_start(rules, self.ended_at, self.deadline_at)


@dataclass(frozen=True, slots=True)
class AttemptHead:
    """An attempt without its questions, as the actor may see it: what the review hides is None here."""

    id: int
    number: int
    enrolment_id: int
    key: str
    quiz_id: int
    quiz_title: str
    module_title: str
    language: str
    started_at: datetime
    deadline_at: datetime | None
    page: int
    submitted_at: datetime | None
    is_timed_out: bool
    rules: QuizRules
    score: Decimal | None
    passed: bool | None
    # By slot; None where a person has yet to mark. Empty until the attempt is graded.
    marks: Mapping[int, Fraction | None]
    # By slot, where a newer version's key was used than the drawn one's.
    graded_versions: Mapping[int, int]
    # What the quiz says of such a score.
    band_html: str
    visible: Visible
    facts: EnrolmentFacts

    @property
    def is_waiting(self) -> bool:
        """Whether a person has yet to mark an answer."""
        return None in self.marks.values()

    def is_overdue(self, now: datetime) -> bool:
        """Return whether time should have closed the attempt."""
        return self.submitted_at is None and is_overdue(self.deadline_at, self.rules.grace, now)


@dataclass(frozen=True, slots=True)
class SlotQuestion:
    """What was drawn for a slot: the question version, and what `prepare` fixed."""

    number: int
    version_id: int
    question_id: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]
    prepared: Mapping[str, Any]
    checked_at: datetime | None

    @property
    def kind(self) -> QuestionType:
        """Its type, which knows its rules."""
        return get_type(self.type)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its form."""
        return self.kind.list_fields(self.body, self.rendered, self.prepared)

    def read_form(self, values: Mapping[str, Sequence[str]]) -> Mapping[str, Any]:
        """Return the response that a form's values make, as it is kept; raises `UnfitResponse`."""
        return self.kind.read_response(self.body, build_response(self.fields, values))

    def is_answered(self, answer: CurrentAnswer | None) -> bool:
        """Return whether the answer says all that the question asks."""
        return answer is not None and self.kind.is_complete(self.body, answer.response)

    def grade(self, answer: CurrentAnswer | None) -> Fraction | None:
        """Return the mark; None where a person must decide."""
        return self.kind.grade(
            self.body, answer.response if answer else None, answer.language if answer else ""
        )


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """The answer that counts in a slot, with its revision and the language it was typed in."""

    response: Mapping[str, Any]
    revision: int
    language: str


def is_overdue(deadline_at: datetime | None, grace: int, now: datetime) -> bool:
    """Return whether an open attempt's time and grace are over."""
    return judge_arrival(now, deadline_at, grace) is Arrival.TOO_LATE


def newest_grade_id() -> Any:
    """Return the SQL of the id of an attempt's newest grade."""
    return (
        select(func.max(Grade.id))
        .where(Grade.attempt_id == Attempt.id)
        .correlate(Attempt)
        .scalar_subquery()
    )


def list_attempts(
    session: Session, enrolment_id: int, key: str, *, rules: QuizRules, now: datetime
) -> tuple[list[AttemptLine], Chances]:
    """Return an enrolment's attempts at a quiz, the newest first, as their learner sees them.

    One query, two where there are none.
    """
    granted = select(func.count()).where(
        Repair.kind == RepairKind.GRANT,
        Repair.enrolment_id == enrolment_id,
        Repair.activity_key == key,
    )
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.number,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Attempt.reopens_id,
            Grade.score,
            Grade.passed,
            granted.scalar_subquery(),
        )
        .outerjoin(Grade, Grade.id == newest_grade_id())
        .where(Attempt.enrolment_id == enrolment_id, Attempt.activity_key == key)
        .order_by(Attempt.number.desc())
    ).all()
    lines = [AttemptLine(*row[:-1]) for row in rows]
    # An attempt may be granted before the first was begun.
    chances = _chances(lines, rows[0][-1] if rows else session.scalars(granted).one())
    has_passed = any(line.passed for line in lines)
    visible = judge_review(
        rules.review,
        is_finished=has_passed or chances.are_over(rules),
        is_closed=has_ended(rules, now),
    )
    if not visible.score:
        lines = [replace(line, score=None, passed=None) for line in lines]
    return lines, chances


def _chances(newest_first: Sequence[AttemptLine], granted: int) -> Chances:
    ended = next((line for line in newest_first if line.submitted_at is not None), None)
    return Chances(
        used=sum(line.reopens_id is None for line in newest_first),
        granted=granted,
        open_id=next((line.id for line in newest_first if line.submitted_at is None), None),
        ended_at=ended.submitted_at if ended else None,
        deadline_at=ended.deadline_at if ended else None,
    )


def has_closed(rules: QuizRules, now: datetime) -> bool:
    """Return whether the quiz's closing time has come."""
    return rules.closes_at is not None and now >= rules.closes_at


def has_ended(rules: QuizRules, now: datetime) -> bool:
    """Return whether the closing time and its grace are over: until then, answers still count."""
    return is_overdue(rules.closes_at, rules.grace, now)


def find_refusal(rules: QuizRules, chances: Chances, now: datetime) -> Conflict | None:
    """Return why no attempt can be begun now, if none can."""
    if rules.opens_at is not None and now < rules.opens_at:
        return QuizNotOpen(at=rules.opens_at)
    if has_closed(rules, now):
        return QuizClosed(at=rules.closes_at)
    if chances.left(rules) == 0:
        return NoAttemptsLeft(allowed=chances.allowed(rules))
    next_start = chances.next_start(rules)
    if next_start is not None and now < next_start:
        return TooSoon(at=next_start)
    return None


def get_attempt(
    session: Session, actor: Actor, attempt_id: int, *, language: str, now: datetime
) -> AttemptHead:
    """Return an attempt that the actor may read; two queries, three where the review waits for a pass.

    Raises `NoSuchAttempt` or `SignInRequired`.
    """
    actor.require_somebody()
    row = session.execute(_heads().where(Attempt.id == attempt_id)).one_or_none()
    if row is None:
        raise NoSuchAttempt
    facts = learning.get_facts(session, row.enrolment_id)
    if not policy.may_read(actor, facts):
        raise NoSuchAttempt
    head = _head(row, facts, language)
    if head.submitted_at is None:
        visible = NOTHING
    elif policy.may_answer(actor, facts):
        visible = find_visible(session, head, now=now)
    else:
        visible = EVERYTHING
    if visible.score:
        return replace(head, visible=visible)
    return replace(head, visible=visible, score=None, passed=None, band_html="")


def find_visible(session: Session, head: AttemptHead, *, now: datetime) -> Visible:
    """Return what the learner sees of an attempt; no query unless the review waits for a pass or the last attempt."""
    is_finished = False
    if When.FINISHED in head.rules.review.moments:
        lines, chances = list_attempts(
            session, head.enrolment_id, head.key, rules=head.rules, now=now
        )
        is_finished = any(line.passed for line in lines) or chances.are_over(head.rules)
    return judge_review(
        head.rules.review, is_finished=is_finished, is_closed=has_ended(head.rules, now)
    )


def _heads() -> Select[*tuple[Any, ...]]:
    band = (
        select(QuizBand.text_html)
        .where(QuizBand.quiz_id == Attempt.quiz_id, QuizBand.least <= Grade.score)
        .order_by(QuizBand.least.desc())
        .limit(1)
        .correlate(Attempt, Grade)
        .scalar_subquery()
    )
    return (
        select(
            Attempt.id,
            Attempt.number,
            Attempt.enrolment_id,
            Attempt.activity_key,
            Attempt.quiz_id,
            Attempt.language,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.page,
            Attempt.submitted_at,
            Attempt.is_timed_out,
            *RULE_COLUMNS,
            TITLES.title,
            Grade.score,
            Grade.passed,
            Grade.marks,
            Grade.versions,
            band.label("band"),
        )
        .join(Quiz, Quiz.activity_id == Attempt.quiz_id)
        .join(catalogue.activity_titles, TITLES.activity_id == Attempt.quiz_id)
        .outerjoin(Grade, Grade.id == newest_grade_id())
    )


def _head(row: Row[Any], facts: EnrolmentFacts, language: str) -> AttemptHead:
    return AttemptHead(
        id=row.id,
        number=row.number,
        enrolment_id=row.enrolment_id,
        key=row.activity_key,
        quiz_id=row.quiz_id,
        quiz_title=pick_text(row.title, language, facts.source_language),
        module_title=pick_text(facts.module_title, language, facts.source_language),
        language=row.language,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        page=row.page,
        submitted_at=row.submitted_at,
        is_timed_out=row.is_timed_out,
        rules=read_rules(row),
        score=row.score,
        passed=row.passed,
        marks=read_marks(row.marks),
        graded_versions={int(slot): version for slot, version in (row.versions or {}).items()},
        band_html=pick_text(row.band or {}, language, facts.source_language),
        visible=NOTHING,
        facts=facts,
    )


def read_marks(stored: Mapping[str, str | None] | None) -> dict[int, Fraction | None]:
    """Return the marks of a grade by slot."""
    return {
        int(slot): None if mark is None else Fraction(mark) for slot, mark in (stored or {}).items()
    }


def list_questions(
    session: Session, attempt_id: int, slots: Collection[int] | None = None
) -> list[SlotQuestion]:
    """Return what was drawn for each slot, or for those named, in order; one query."""
    query = (
        select(
            Slot.number,
            Slot.question_version_id,
            VERSIONS.question_id,
            VERSIONS.type,
            VERSIONS.body,
            VERSIONS.rendered,
            Slot.prepared,
            Slot.checked_at,
        )
        .join(questions.question_versions, VERSIONS.version_id == Slot.question_version_id)
        .where(Slot.attempt_id == attempt_id)
        .order_by(Slot.number)
    )
    if slots is not None:
        query = query.where(Slot.number.in_(slots))
    return [SlotQuestion(*row) for row in session.execute(query)]


def list_kept_saves(
    session: Session, attempt_id: int, slots: Collection[int] | None = None
) -> list[KeptSave]:
    """Return every save of an attempt, or of some of its slots, as the rules of saving need them; one query."""
    query = (
        select(
            Answer.client,
            Answer.slot,
            Answer.number,
            Answer.response,
            Answer.language,
            Answer.revision,
            Answer.received_at,
            Answer.is_current,
            Answer.is_late,
            Answer.problem,
        )
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.id)
    )
    if slots is not None:
        query = query.where(Answer.slot.in_(slots))
    return [
        KeptSave(
            row.client,
            row.slot,
            row.number,
            row.response,
            row.language,
            row.revision,
            row.received_at,
            row.is_current,
            row.is_late,
            Message(**row.problem) if row.problem else None,
        )
        for row in session.execute(query)
    ]


def list_current_answers(session: Session, attempt_id: int) -> dict[int, CurrentAnswer]:
    """Return the answer that counts in each slot that has one, accepted late ones included; one query."""
    return list_current_answers_of(session, [attempt_id]).get(attempt_id, {})


def list_current_answers_of(
    session: Session, attempt_ids: Attempts
) -> dict[int, dict[int, CurrentAnswer]]:
    """Return by attempt and slot the answer that counts, accepted late ones included; one query."""
    accepted = (
        select(Repair.answer_id, func.max(Repair.id).label("repair_id"))
        .where(Repair.kind == RepairKind.ACCEPT, Repair.attempt_id.in_(attempt_ids))
        .group_by(Repair.answer_id)
        .subquery()
    )
    rows = session.execute(
        select(Answer.attempt_id, Answer.slot, Answer.response, Answer.revision, Answer.language)
        .outerjoin(accepted, accepted.c.answer_id == Answer.id)
        .where(
            Answer.attempt_id.in_(attempt_ids),
            or_(Answer.is_current, accepted.c.repair_id.is_not(None)),
        )
        .order_by(func.coalesce(accepted.c.repair_id, 0), Answer.revision)
    )
    found: dict[int, dict[int, CurrentAnswer]] = {}
    for attempt_id, slot, response, revision, language in rows:
        found.setdefault(attempt_id, {})[slot] = CurrentAnswer(response, revision, language)
    return found


def list_given_marks(session: Session, attempt_id: int) -> dict[int, Fraction]:
    """Return what a person gave the answers of an attempt, the newest for each slot; one query."""
    return list_given_marks_of(session, [attempt_id]).get(attempt_id, {})


def list_given_marks_of(session: Session, attempt_ids: Attempts) -> dict[int, dict[int, Fraction]]:
    """Return by attempt and slot the mark that a person gave last; one query.

    A mark is for the answer that counted then: where another was accepted since, it holds no more.
    """
    rows = session.execute(
        select(Repair.attempt_id, Repair.slot, Repair.mark)
        .where(
            Repair.kind.in_([RepairKind.MARK, RepairKind.ACCEPT]),
            Repair.attempt_id.in_(attempt_ids),
        )
        .order_by(Repair.id)
    )
    found: dict[int, dict[int, Fraction]] = {}
    for attempt_id, slot, mark in rows:
        assert attempt_id is not None
        assert slot is not None
        given = found.setdefault(attempt_id, {})
        if mark is None:
            given.pop(slot, None)
        else:
            given[slot] = Fraction(mark)
    return found


def list_counting_scores(session: Session, enrolment_id: int, key: str) -> list[Fraction]:
    """Return the exact scores of an enrolment's attempts at a quiz that count, the first first; one query."""
    rows = session.execute(
        select(Attempt.id, Attempt.reopens_id, Grade.marks)
        .join(Grade, Grade.id == newest_grade_id())
        .where(Attempt.enrolment_id == enrolment_id, Attempt.activity_key == key)
        .order_by(Attempt.number)
    )
    return list_counting(
        (attempt_id, reopens_id, score_of(read_marks(marks)))
        for attempt_id, reopens_id, marks in rows
    )


def list_overdue(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Return the ids of open attempts whose deadline and grace are over, those due first first; one query."""
    rows = session.execute(
        select(Attempt.id, Attempt.deadline_at, Quiz.grace)
        .join(Quiz, Quiz.activity_id == Attempt.quiz_id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline_at < now)
        .order_by(Attempt.deadline_at)
        .limit(limit)
    )
    return [
        attempt_id for attempt_id, deadline_at, grace in rows if is_overdue(deadline_at, grace, now)
    ]


def list_scores_to_reveal(session: Session, *, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Return enrolments and keys of quizzes that have closed and whose scores were hidden until then; one query."""
    rows = session.execute(
        select(PROGRESS.enrolment_id, PROGRESS.activity_key, Quiz.closes_at, Quiz.grace)
        .join(
            Attempt,
            (Attempt.enrolment_id == PROGRESS.enrolment_id)
            & (Attempt.activity_key == PROGRESS.activity_key),
        )
        .join(Quiz, Quiz.activity_id == Attempt.quiz_id)
        .where(PROGRESS.is_score_hidden, Quiz.review_score == When.CLOSED, Quiz.closes_at < now)
        .order_by(Quiz.closes_at)
        .distinct()
        .limit(limit)
    )
    return [
        (enrolment_id, key)
        for enrolment_id, key, closes_at, grace in rows
        if is_overdue(closes_at, grace, now)
    ]


def require_reviewable(head: AttemptHead) -> None:
    """Raise `ReviewClosed` while the attempt is open."""
    if head.submitted_at is None:
        raise ReviewClosed
