"""How questions did: what was asked, answered and earned, read for the rules that measure it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from lms import catalogue, learning, questions
from lms.core.i18n import pick_text
from lms.core.permissions import SYSTEM, Actor, Permission
from lms.questions.domain import QuestionFigures, Use
from lms.quizzes.domain import (
    Asked,
    FieldCounts,
    GradedAttempt,
    ItemFigures,
    RepairKind,
    Wording,
    count_choices,
    keep_counting,
    measure_item,
    rest_of,
)
from lms.quizzes.models import Answer, Attempt, Grade, PoolEntry, Repair, Slot
from lms.quizzes.queries.attempts import read_marks
from lms.quizzes.queries.regrading import ModuleFacts
from lms.quizzes.queries.results import QuizHead, at_quiz, get_quiz_of, granted_to, select_attempts

MODULES = catalogue.module_facts.c
OWNERS = learning.enrolment_owners.c
TITLES = catalogue.activity_titles.c
VERSIONS = questions.question_versions.c


@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """How a question did in a quiz, all its versions together; the wording is the newest."""

    key: str
    wording: Wording
    # The numbers of the versions that were asked.
    versions: tuple[int, ...]
    figures: ItemFigures
    fields: Sequence[FieldCounts]


@dataclass(frozen=True, slots=True)
class QuizStatistics:
    """How the questions of a quiz did, the hardest first, in so many attempts."""

    module: ModuleFacts
    quiz: QuizHead
    # '' for every language.
    language: str
    attempts: int
    questions: Sequence[QuestionStatistics]
    may_read_bank: bool


def get_statistics(
    session: Session,
    actor: Actor,
    slug: str,
    key: str,
    *,
    first_only: bool = True,
    language: str = "",
) -> QuizStatistics:
    """Return how each question did in the attempts that were granted to the actor to read; five queries.

    With `first_only`, in the first attempt of each person; with a `language` of the module, in those begun in it.
    Raises what `get_quiz_of` does.
    """
    module, quiz = get_quiz_of(session, actor, slug, key)
    if language not in module.languages:
        language = ""
    attempts = [
        attempt
        for attempt in keep_counting(
            _list_attempts(session, actor, at_quiz(module.id, key)), first_only=first_only
        )
        if language in {"", attempt.language}
    ]
    asked = _list_asked(session, actor, at_quiz(module.id, key), attempts, true())
    wordings = _list_wordings(session, asked)
    found = []
    for question_id, (question_key, newest_first) in wordings.items():
        times = asked[question_id]
        ids = {one.version_id for one in times}
        found.append(
            QuestionStatistics(
                question_key,
                newest_first[0],
                tuple(sorted(wording.number for wording in newest_first if wording.id in ids)),
                measure_item(times),
                count_choices(newest_first, times),
            )
        )
    found.sort(key=_by_facility)
    return QuizStatistics(
        module,
        quiz,
        language,
        len(attempts),
        found,
        may_read_bank=actor.may(Permission.READ_BANK, module.scopes),
    )


def _by_facility(question: QuestionStatistics) -> tuple[bool, object, str]:
    facility = question.figures.facility
    return facility is None, facility or 0, question.key


def find_question_figures(
    session: Session, question_ids: Collection[int]
) -> dict[int, QuestionFigures]:
    """Return how each question did in the first attempts of everybody, whatever quiz asked it; two queries.

    For the pages of the bank, which have seen to who reads them.
    """
    owners = learning.enrolment_owners.alias()
    asking = (
        select(owners.c.module_id, Attempt.activity_key)
        .join(owners, owners.c.enrolment_id == Attempt.enrolment_id)
        .join(Slot, Slot.attempt_id == Attempt.id)
        .join(questions.question_versions, VERSIONS.version_id == Slot.question_version_id)
        .where(VERSIONS.question_id.in_(question_ids))
        .correlate(None)
    )
    # Also the attempts that did not ask it, to know which was the first.
    where = tuple_(OWNERS.module_id, Attempt.activity_key).in_(asking)
    attempts = keep_counting(_list_attempts(session, SYSTEM, where), first_only=True)
    which = VERSIONS.question_id.in_(question_ids)
    asked = _list_asked(session, SYSTEM, where, attempts, which)
    return {question_id: measure_item(times).for_bank for question_id, times in asked.items()}


def find_question_uses(
    session: Session, question_ids: Collection[int], language: str
) -> dict[int, list[Use]]:
    """Return the quizzes of published modules that may draw each question; one query."""
    rows = session.execute(
        select(
            VERSIONS.question_id,
            MODULES.slug,
            MODULES.source_language,
            TITLES.key,
            TITLES.title,
        )
        .select_from(PoolEntry)
        .join(questions.question_versions, VERSIONS.version_id == PoolEntry.question_version_id)
        .join(catalogue.activity_titles, TITLES.activity_id == PoolEntry.quiz_id)
        .join(catalogue.module_facts, MODULES.module_id == TITLES.module_id)
        .where(VERSIONS.question_id.in_(question_ids), TITLES.is_current)
        .order_by(MODULES.code, TITLES.position)
    )
    uses: dict[int, list[Use]] = {}
    for row in rows:
        use = Use(
            pick_text(row.title, language, row.source_language),
            "results.show_results",
            {"slug": row.slug, "key": row.key},
        )
        # Two draws may both take it.
        if use not in uses.setdefault(row.question_id, []):
            uses[row.question_id].append(use)
    return uses


# --- What was asked -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Attempt(GradedAttempt):
    """With the language in which it was begun."""

    language: str = ""


def _list_attempts(session: Session, actor: Actor, where: ColumnElement[bool]) -> list[_Attempt]:
    rows = session.execute(
        select_attempts(
            granted_to(actor),
            Attempt.id,
            Attempt.reopens_id,
            Attempt.activity_key,
            Attempt.language,
            OWNERS.module_id,
            OWNERS.person_id,
            Grade.marks,
        ).where(where, Grade.id.is_not(None))
    )
    return [
        _Attempt(
            row.id,
            (row.person_id, row.module_id, row.activity_key),
            read_marks(row.marks),
            row.reopens_id,
            row.language,
        )
        for row in rows
    ]


def _list_asked(
    session: Session,
    actor: Actor,
    where: ColumnElement[bool],
    attempts: Sequence[GradedAttempt],
    which: ColumnElement[bool],
) -> dict[int, list[Asked]]:
    """Return by question what the attempts asked and got for an answer; one query.

    `where` says again which attempts they are among: there may be too many to name each.
    """
    by_id = {attempt.id: attempt for attempt in attempts}
    ids = select_attempts(granted_to(actor), Attempt.id).where(where)
    rows = session.execute(
        select(
            Slot.attempt_id,
            Slot.number,
            Slot.question_version_id,
            VERSIONS.question_id,
            Answer.response,
            Answer.language,
        )
        .join(questions.question_versions, VERSIONS.version_id == Slot.question_version_id)
        .outerjoin(Answer, Answer.id == _counting_answer_id())
        .where(Slot.attempt_id.in_(ids), which)
        .order_by(Slot.attempt_id, Slot.number)
    )
    asked: dict[int, list[Asked]] = {}
    for attempt_id, number, version_id, question_id, response, language in rows:
        if attempt_id in by_id:
            marks = by_id[attempt_id].marks
            asked.setdefault(question_id, []).append(
                Asked(
                    version_id,
                    marks.get(number),
                    rest_of(marks, number),
                    response,
                    language or "",
                )
            )
    return asked


def _counting_answer_id() -> Any:
    """Return in SQL the id of a slot's answer that counts: what was accepted last, else what was current last."""
    return (
        select(Answer.id)
        .outerjoin(Repair, and_(Repair.answer_id == Answer.id, Repair.kind == RepairKind.ACCEPT))
        .where(
            Answer.attempt_id == Slot.attempt_id,
            Answer.slot == Slot.number,
            or_(Answer.is_current, Repair.id.is_not(None)),
        )
        .order_by(func.coalesce(Repair.id, 0).desc(), Answer.revision.desc())
        .limit(1)
        .correlate(Slot)
        .scalar_subquery()
    )


def _list_wordings(
    session: Session, question_ids: Collection[int]
) -> dict[int, tuple[str, list[Wording]]]:
    """Return by id each question's key and all its versions, the newest first; one query."""
    rows = session.execute(
        select(
            VERSIONS.question_id,
            VERSIONS.key,
            VERSIONS.version_id,
            VERSIONS.number,
            VERSIONS.type,
            VERSIONS.body,
            VERSIONS.rendered,
        )
        .where(VERSIONS.question_id.in_(question_ids))
        .order_by(VERSIONS.number.desc())
    )
    found: dict[int, tuple[str, list[Wording]]] = {}
    for question_id, key, *wording in rows:
        found.setdefault(question_id, (key, []))[1].append(Wording(*wording))
    return found
