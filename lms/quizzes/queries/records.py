"""Reading what trainers need to mend something: an attempt with its whole record, and who has extra time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions, learning
from lms.core.i18n import Message, pick_text
from lms.core.permissions import Actor, Permission
from lms.questions.domain.written import fold
from lms.quizzes import policy
from lms.quizzes.domain import Cause, RepairKind
from lms.quizzes.errors import NoSuchAttempt, NotAQuiz
from lms.quizzes.models import Answer, Attempt, ExtraTime, Grade, Quiz, Repair
from lms.quizzes.queries.attempts import (
    AttemptHead,
    Chances,
    CurrentAnswer,
    SlotQuestion,
    get_attempt,
    list_attempts,
    list_current_answers,
    list_given_marks,
    list_questions,
)
from lms.quizzes.queries.regrading import (
    ModuleFacts,
    get_whole_module,
    list_modules,
    use_versions,
)
from lms.quizzes.queries.results import InstitutionPlace

MODULES = catalogue.module_facts.c
NAMES = accounts.person_names.c
OWNERS = learning.enrolment_owners.c
PATHS = institutions.institution_paths.c
TITLES = catalogue.activity_titles.c

# More would not help to find somebody.
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class RecordedSave:
    """One save as it is kept; `counts` says whether it is the answer that counts now."""

    answer_id: int
    slot: int
    client: str
    revision: int
    language: str
    response: Mapping[str, Any]
    received_at: datetime
    is_current: bool
    is_late: bool
    problem: Message | None
    counts: bool

    @property
    def may_be_accepted(self) -> bool:
        """Whether it came too late and a trainer could let it count."""
        return self.is_late and not self.is_current and not self.counts


@dataclass(frozen=True, slots=True)
class RecordedGrade:
    """What a grading came to; both are None where a person had yet to mark an answer."""

    score: Decimal | None
    passed: bool | None
    cause: Cause
    graded_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedRepair:
    """What a trainer did; without `made_by` it was the system itself."""

    kind: RepairKind
    slot: int | None
    revision: int | None
    mark: str | None
    minutes: int | None
    reason: str
    made_by: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Sibling:
    """An attempt of the same enrolment at the same quiz."""

    id: int
    number: int
    is_open: bool
    reopens_id: int | None


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """An attempt with everything that is kept of it."""

    head: AttemptHead
    module: ModuleFacts
    learner: str
    institution: str
    # As they were drawn, and as they were graded last.
    drawn: Sequence[SlotQuestion]
    graded: Sequence[SlotQuestion]
    answers: Mapping[int, CurrentAnswer]
    # The slots that have a mark which a person gave.
    marked_by_hand: frozenset[int]
    saves: Sequence[RecordedSave]
    grades: Sequence[RecordedGrade]
    repairs: Sequence[RecordedRepair]
    # All attempts of the enrolment at the quiz, the first first.
    siblings: Sequence[Sibling]
    chances: Chances
    may_repair: bool
    may_give_time: bool

    @property
    def reopens(self) -> Sibling | None:
        """The attempt that goes on in this one."""
        own = next(one for one in self.siblings if one.id == self.head.id)
        return next((one for one in self.siblings if one.id == own.reopens_id), None)

    @property
    def reopened_as(self) -> Sibling | None:
        """The attempt that came of reopening this one."""
        return next((one for one in self.siblings if one.reopens_id == self.head.id), None)

    @property
    def other_open(self) -> Sibling | None:
        """Another attempt that is open, as long as it is."""
        return next((one for one in self.siblings if one.is_open and one.id != self.head.id), None)


def get_record(
    session: Session, actor: Actor, attempt_id: int, *, language: str, now: datetime
) -> AttemptRecord:
    """Return somebody else's attempt with all that is kept of it; twelve queries at most.

    Raises `NoSuchAttempt`, for the learner too, who has a review, or `SignInRequired`.
    """
    head = get_attempt(session, actor, attempt_id, language=language, now=now)
    if actor.is_person(head.facts.person_id):
        raise NoSuchAttempt
    owner = session.execute(
        select(NAMES.name, PATHS.name.label("institution"))
        .select_from(learning.enrolment_owners)
        .join(accounts.person_names, NAMES.person_id == OWNERS.person_id)
        .outerjoin(institutions.institution_paths, PATHS.institution_id == OWNERS.institution_id)
        .where(OWNERS.enrolment_id == head.enrolment_id)
    ).one()
    (module,) = list_modules(session, MODULES.module_id == head.facts.module_id)
    drawn = list_questions(session, attempt_id)
    answers = list_current_answers(session, attempt_id)
    lines, chances = list_attempts(session, head.enrolment_id, head.key, rules=head.rules, now=now)
    return AttemptRecord(
        head,
        module,
        owner.name,
        pick_text(owner.institution or {}, language, head.facts.source_language),
        drawn,
        use_versions(session, drawn, head.graded_versions),
        answers,
        frozenset(list_given_marks(session, attempt_id)),
        _list_saves(session, attempt_id, answers),
        _list_grades(session, attempt_id),
        _list_repairs(session, head),
        [
            Sibling(line.id, line.number, line.submitted_at is None, line.reopens_id)
            for line in reversed(lines)
        ],
        chances,
        policy.may_repair(actor, head.facts),
        actor.may(Permission.REPAIR_ATTEMPT, module.scopes),
    )


def _list_saves(
    session: Session, attempt_id: int, answers: Mapping[int, CurrentAnswer]
) -> list[RecordedSave]:
    rows = session.execute(
        select(
            Answer.id,
            Answer.slot,
            Answer.client,
            Answer.revision,
            Answer.language,
            Answer.response,
            Answer.received_at,
            Answer.is_current,
            Answer.is_late,
            Answer.problem,
        )
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.id)
    )
    return [
        RecordedSave(
            row.id,
            row.slot,
            row.client,
            row.revision,
            row.language,
            row.response,
            row.received_at,
            row.is_current,
            row.is_late,
            Message(**row.problem) if row.problem else None,
            row.slot in answers and answers[row.slot].revision == row.revision,
        )
        for row in rows
    ]


def _list_grades(session: Session, attempt_id: int) -> list[RecordedGrade]:
    rows = session.execute(
        select(Grade.score, Grade.passed, Grade.cause, Grade.graded_at)
        .where(Grade.attempt_id == attempt_id)
        .order_by(Grade.id)
    )
    return [
        RecordedGrade(score, passed, Cause(cause), graded_at)
        for score, passed, cause, graded_at in rows
    ]


def _list_repairs(session: Session, head: AttemptHead) -> list[RecordedRepair]:
    """Return what was done to the attempt, and the attempts that were granted at its quiz."""
    rows = session.execute(
        select(
            Repair.kind,
            Repair.slot,
            Answer.revision,
            Repair.mark,
            Repair.minutes,
            Repair.reason,
            NAMES.name,
            Repair.made_at,
        )
        .outerjoin(Answer, Answer.id == Repair.answer_id)
        .outerjoin(accounts.person_names, NAMES.person_id == Repair.made_by)
        .where(
            Repair.enrolment_id == head.enrolment_id,
            Repair.activity_key == head.key,
            (Repair.attempt_id == head.id) | Repair.attempt_id.is_(None),
        )
        .order_by(Repair.id)
    )
    return [RecordedRepair(RepairKind(kind), *rest) for kind, *rest in rows]


def get_newest_attempt(session: Session, actor: Actor, enrolment_id: int, key: str) -> int:
    """Return the id of an enrolment's newest attempt at a quiz, for somebody; what one may do with it says the command.

    One query. Raises `NoSuchAttempt` or `SignInRequired`.
    """
    return _get_id(
        session,
        actor,
        select(Attempt.id)
        .where(Attempt.enrolment_id == enrolment_id, Attempt.activity_key == key)
        .order_by(Attempt.number.desc())
        .limit(1),
    )


def get_attempt_of_answer(session: Session, actor: Actor, answer_id: int) -> int:
    """Return the id of an answer's attempt, as `get_newest_attempt` does."""
    return _get_id(session, actor, select(Answer.attempt_id).where(Answer.id == answer_id))


def _get_id(session: Session, actor: Actor, query: Select[int]) -> int:
    actor.require_somebody()
    attempt_id = session.scalar(query)
    if attempt_id is None:
        raise NoSuchAttempt
    return attempt_id


# --- Names ------------------------------------------------------------------------------------------


def list_names(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """Return people's names as they are written out; one query. It asks for no actor."""
    rows = session.execute(
        select(NAMES.person_id, NAMES.name).where(NAMES.person_id.in_(set(person_ids)))
    )
    return {row.person_id: row.name for row in rows}


# --- Extra time -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who is enrolled in a module."""

    person_id: int
    enrolment_id: int
    name: str
    institution: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class GivenTime:
    """Extra time as it was given once; either a person's or an institution's."""

    person_id: int | None
    institution_id: int | None
    person: str | None
    institution: Mapping[str, str] | None
    percent: int
    reason: str
    made_by: str | None
    made_at: datetime
    # The newest for this person or institution, and not taken back.
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class ExtraTimePage:
    """A quiz as whoever gives extra time needs it; `given` has the newest first."""

    module: ModuleFacts
    quiz_title: Mapping[str, str]
    # Of the quiz as it is now, in minutes; None: no limit.
    time_limit: int | None
    given: Sequence[GivenTime]
    places: Sequence[InstitutionPlace]


def get_quiz_title(session: Session, module_id: int, key: str) -> tuple[int, Mapping[str, str]]:
    """Return id and title of a quiz in the newest version that has it; one query. Raises `NotAQuiz`."""
    row = session.execute(
        select(TITLES.activity_id, TITLES.title)
        .join(Quiz, Quiz.activity_id == TITLES.activity_id)
        .where(TITLES.module_id == module_id, TITLES.key == key)
        .order_by(TITLES.activity_id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotAQuiz
    return row.activity_id, row.title


def get_extra_time(session: Session, actor: Actor, slug: str, key: str) -> ExtraTimePage:
    """Return who has extra time at a quiz; six queries.

    Raises `NoSuchModule` for a module of which the actor may not repair every attempt, `NotAQuiz` or
    `SignInRequired`.
    """
    module = get_whole_module(session, actor, slug)
    quiz_id, title = get_quiz_title(session, module.id, key)
    time_limit = session.scalar(select(Quiz.time_limit).where(Quiz.activity_id == quiz_id))
    given = _list_given(session, module.id, key)
    return ExtraTimePage(module, title, time_limit, given, _list_places(session, module.id))


def _list_given(session: Session, module_id: int, key: str) -> list[GivenTime]:
    givers = accounts.person_names.alias("givers")
    rows = session.execute(
        select(
            ExtraTime.person_id,
            ExtraTime.institution_id,
            NAMES.name.label("person"),
            PATHS.name.label("institution"),
            ExtraTime.percent,
            ExtraTime.reason,
            givers.c.name.label("made_by"),
            ExtraTime.made_at,
        )
        .outerjoin(accounts.person_names, NAMES.person_id == ExtraTime.person_id)
        .outerjoin(institutions.institution_paths, PATHS.institution_id == ExtraTime.institution_id)
        .outerjoin(givers, givers.c.person_id == ExtraTime.made_by)
        .where(ExtraTime.module_id == module_id, ExtraTime.activity_key == key)
        .order_by(ExtraTime.id.desc())
    )
    seen: set[tuple[int | None, int | None]] = set()
    given = []
    for row in rows:
        target = (row.person_id, row.institution_id)
        is_in_force = target not in seen and row.percent > 0
        given.append(GivenTime(**row._mapping, is_in_force=is_in_force))
        seen.add(target)
    return given


def _list_places(session: Session, module_id: int) -> list[InstitutionPlace]:
    """Return the institutions that enrolments in a module name, and those above them, as a tree is read."""
    paths = session.scalars(
        select(OWNERS.institution_path)
        .where(OWNERS.module_id == module_id, OWNERS.institution_path.is_not(None))
        .distinct()
    )
    ways = {
        way[: depth + 1]
        for path in paths
        for way in [tuple(scope.id or 0 for scope in institutions.list_scopes(path))]
        for depth in range(len(way))
    }
    rows = session.execute(
        select(PATHS.institution_id, PATHS.name).where(
            PATHS.institution_id.in_({way[-1] for way in ways})
        )
    )
    names = {row.institution_id: row.name for row in rows}
    return [InstitutionPlace(way[-1], tuple(names[id] for id in way)) for way in sorted(ways)]


def find_learners(
    session: Session, actor: Actor, module_id: int, text: str, *, chosen_id: int | None
) -> list[Learner]:
    """Return who is enrolled in a module and whose name has every word of a text, but the actor; one query.

    Capitals and accents do not matter. Whoever is chosen comes first, whatever the name. One more than `MOST_FOUND`
    at most.
    """
    words = fold(text).split()
    rows = session.execute(
        select(OWNERS.person_id, OWNERS.enrolment_id, NAMES.name, PATHS.name)
        .select_from(learning.enrolment_owners)
        .join(accounts.person_names, NAMES.person_id == OWNERS.person_id)
        .outerjoin(institutions.institution_paths, PATHS.institution_id == OWNERS.institution_id)
        .where(OWNERS.module_id == module_id, OWNERS.person_id != actor.person_id)
        .order_by(OWNERS.enrolment_id)
    )
    everybody = {row.person_id: Learner(*row) for row in rows}
    found = [
        one
        for one in everybody.values()
        if one.person_id == chosen_id or all(word in fold(one.name) for word in words)
    ]
    found.sort(key=lambda one: (one.person_id != chosen_id, fold(one.name), one.person_id))
    return found[: MOST_FOUND + 1]


def is_enrolled(session: Session, module_id: int, person_id: int) -> bool:
    """Return whether somebody is enrolled in a module; one query."""
    query = select(OWNERS.enrolment_id).where(
        OWNERS.module_id == module_id, OWNERS.person_id == person_id
    )
    return session.scalar(query.limit(1)) is not None


def is_institution(session: Session, institution_id: int) -> bool:
    """Return whether there is such an institution; one query."""
    query = select(PATHS.institution_id).where(PATHS.institution_id == institution_id)
    return session.scalar(query) is not None
