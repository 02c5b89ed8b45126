"""What came of quizzes, for those who may read their attempts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import dropwhile
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from lms import accounts, catalogue, institutions, learning
from lms.core.errors import NotFound
from lms.core.permissions import SITE, Actor, Permission, ScopeKind
from lms.questions.domain.written import fold
from lms.quizzes import policy
from lms.quizzes.domain import Outcome, Summary, summarise
from lms.quizzes.errors import NotAQuiz
from lms.quizzes.models import Attempt, Grade, Quiz
from lms.quizzes.queries.attempts import newest_grade_id
from lms.quizzes.queries.regrading import ModuleFacts, find_module, list_modules

MODULES = catalogue.module_facts.c
NAMES = accounts.person_names.c
OWNERS = learning.enrolment_owners.c
PATHS = institutions.institution_paths.c
PROGRESS = learning.activity_progress.c
TITLES = catalogue.activity_titles.c


class Standing(StrEnum):
    """Where an attempt stands, as a reader asks for it."""

    OPEN = "open"
    CLOSED = "closed"
    # A person has yet to mark an answer.
    WAITING = "waiting"
    # Time closed it.
    TIMED_OUT = "timed-out"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which attempts a reader asks for; what is empty or None asks for nothing. Days are of UTC, both included."""

    standing: Standing | None = None
    passed: bool | None = None
    language: str = ""
    institution_id: int | None = None
    since: date | None = None
    until: date | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class QuizHead:
    """A quiz in its newest wording; the title in every language."""

    key: str
    title: Mapping[str, str]
    # Whether the published version of the module still has it.
    is_current: bool


@dataclass(frozen=True, slots=True)
class InstitutionPlace:
    """An institution that can be asked for; `names` are its own and those above it, the widest first."""

    id: int
    names: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultLine:
    """An attempt as the actor may see it: what a review still hides from its own learner is hidden here, too."""

    id: int
    number: int
    person_id: int
    name: str
    institution: Mapping[str, str] | None
    language: str
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    is_timed_out: bool
    is_reopened: bool
    is_replaced: bool
    is_waiting: bool
    score: Decimal | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The attempts at a quiz that are wanted, the newest first: all in figures, and some of them in lines."""

    module: ModuleFacts
    quiz: QuizHead
    institutions: Sequence[InstitutionPlace]
    wanted: Wanted
    total: int
    summary: Summary
    lines: Sequence[ResultLine]
    # How many come before the first of the lines.
    skipped: int
    may_read_bank: bool
    may_regrade: bool
    may_give_time: bool

    @property
    def has_more(self) -> bool:
        """Whether there are attempts after the last of the lines."""
        return self.skipped + len(self.lines) < self.summary.attempts


@dataclass(frozen=True, slots=True)
class QuizFigures:
    """A quiz in the list of all teaching; people count once each."""

    head: QuizHead
    attempts: int = 0
    people: int = 0
    judged: int = 0
    passed: int = 0
    waiting: int = 0

    @property
    def passed_share(self) -> Fraction | None:
        """The share of the people with a score who have passed."""
        return Fraction(self.passed, self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class TaughtModule:
    """A module whose results the actor may read, with its quizzes."""

    module: ModuleFacts
    quizzes: Sequence[QuizFigures]
    may_read_bank: bool


# --- Which attempts -------------------------------------------------------------------------------------


def granted_to(actor: Actor) -> ColumnElement[bool]:
    """Return in SQL whether a grant lets the actor read an attempt; for queries that hold MODULES and OWNERS.

    One's own need none, so they are not among these: what is right is not told to those who may sit the quiz again.
    """
    granted = actor.scopes_of(Permission.READ_ATTEMPT)
    if SITE in granted:
        return true()

    def ids_of(kind: ScopeKind) -> list[int | None]:
        return [scope.id for scope in granted if scope.kind is kind]

    return or_(
        OWNERS.module_id.in_(ids_of(ScopeKind.MODULE)),
        MODULES.programme_id.in_(ids_of(ScopeKind.PROGRAMME)),
        *(_is_within(id_) for id_ in ids_of(ScopeKind.INSTITUTION)),
    )


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Return in SQL what `policy.may_read` says; for queries that hold MODULES and OWNERS."""
    return or_(OWNERS.person_id == actor.person_id, granted_to(actor))


def _is_within(institution_id: int | None) -> ColumnElement[bool]:
    """Return in SQL whether an enrolment names an institution or one below it."""
    return OWNERS.institution_path.contains(f"/{institution_id}/")


def select_attempts(readable: ColumnElement[bool], *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return a query of attempts that may be read; it holds MODULES, OWNERS and the newest grade."""
    return (
        select(*columns)
        .select_from(Attempt)
        .join(learning.enrolment_owners, OWNERS.enrolment_id == Attempt.enrolment_id)
        .join(catalogue.module_facts, MODULES.module_id == OWNERS.module_id)
        .outerjoin(Grade, Grade.id == newest_grade_id())
        .where(readable)
    )


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of an attempt in SQL, for queries that hold PROGRESS, too."""

    score: ColumnElement[Decimal | None]
    passed: ColumnElement[bool | None]
    is_waiting: ColumnElement[bool]


def _find_replaced() -> ColumnElement[bool]:
    """Return in SQL whether what came of a reopened attempt, over however many steps, counts in its place."""
    new, grade, newer = aliased(Attempt), aliased(Grade), aliased(Grade)
    first = select(new.reopens_id.label("old_id"), new.id.label("new_id")).where(
        new.reopens_id.is_not(None)
    )
    came = first.cte("reopened", recursive=True)
    came = came.union_all(select(came.c.old_id, new.id).join(new, new.reopens_id == came.c.new_id))
    # It does once it has a score.
    return Attempt.id.in_(
        select(came.c.old_id)
        .join(grade, grade.attempt_id == came.c.new_id)
        .where(
            grade.score.is_not(None),
            ~exists().where(newer.attempt_id == grade.attempt_id, newer.id > grade.id),
        )
        .correlate(None)
    )


IS_REPLACED = _find_replaced()


def _result_for(actor: Actor) -> _Result:
    """Return the columns with what learners may not know yet hidden from them, whoever else they are."""
    is_hidden = and_(OWNERS.person_id == actor.person_id, PROGRESS.is_score_hidden)
    return _Result(
        type_coerce(case((is_hidden, None), else_=Grade.score), Grade.score.type),
        type_coerce(case((is_hidden, None), else_=Grade.passed), Grade.passed.type),
        and_(Grade.id.is_not(None), Grade.score.is_(None), ~IS_REPLACED),
    )


def _select_results(actor: Actor, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select_attempts(readable_by(actor), *columns)
        .join(accounts.person_names, NAMES.person_id == OWNERS.person_id)
        .outerjoin(
            learning.activity_progress,
            and_(
                PROGRESS.enrolment_id == Attempt.enrolment_id,
                PROGRESS.activity_key == Attempt.activity_key,
            ),
        )
    )


def at_quiz(module_id: int, key: str) -> ColumnElement[bool]:
    """Return in SQL whether an attempt is at a quiz, whichever of its versions."""
    return and_(OWNERS.module_id == module_id, Attempt.activity_key == key)


def _fits(wanted: Wanted, result: _Result) -> ColumnElement[bool]:
    """Return in SQL whether an attempt is wanted, but for the name."""
    conditions: list[ColumnElement[bool]] = [true()]
    match wanted.standing:
        case Standing.OPEN:
            conditions.append(Attempt.submitted_at.is_(None))
        case Standing.CLOSED:
            conditions.append(Attempt.submitted_at.is_not(None))
        case Standing.WAITING:
            conditions.append(result.is_waiting)
        case Standing.TIMED_OUT:
            conditions.append(Attempt.is_timed_out.is_(True))
    if wanted.passed is not None:
        conditions.append(result.passed.is_(wanted.passed))
    if wanted.language:
        conditions.append(Attempt.language == wanted.language)
    if wanted.institution_id is not None:
        conditions.append(_is_within(wanted.institution_id))
    if wanted.since is not None:
        conditions.append(Attempt.started_at >= datetime.combine(wanted.since, time.min, UTC))
    if wanted.until is not None:
        conditions.append(Attempt.started_at <= datetime.combine(wanted.until, time.max, UTC))
    return and_(*conditions)


def _names(name: str, wanted: str) -> bool:
    """Return whether each word wanted stands in the name; capitals and accents do not matter."""
    return not wanted or all(word in fold(name) for word in fold(wanted).split())


# --- The results of a quiz --------------------------------------------------------------------------------


def get_quiz_of(
    session: Session, actor: Actor, slug: str, key: str
) -> tuple[ModuleFacts, QuizHead]:
    """Return a module whose results the actor may read, and its quiz; two queries.

    Raises `NoSuchModule`, `NotAQuiz` or `SignInRequired`.
    """
    actor.require_somebody()
    module = find_module(session, slug)
    if module is None or not policy.may_read_results(actor, module.scopes):
        raise catalogue.NoSuchModule
    heads = _list_heads(session, and_(TITLES.module_id == module.id, TITLES.key == key))
    if not heads:
        raise NotAQuiz
    return module, heads[module.id, key]


def _list_heads(
    session: Session, condition: ColumnElement[bool]
) -> dict[tuple[int, str], QuizHead]:
    """Return by module and key the quizzes that some version has: the current ones as it lists them, then others."""
    rows = session.execute(
        select(TITLES.module_id, TITLES.key, TITLES.title, TITLES.is_current)
        .join(Quiz, Quiz.activity_id == TITLES.activity_id)
        .where(condition)
        .order_by(
            TITLES.is_current.desc(),
            case((TITLES.is_current, TITLES.position), else_=0),
            TITLES.activity_id.desc(),
        )
    )
    heads: dict[tuple[int, str], QuizHead] = {}
    for module_id, key, title, is_current in rows:
        heads.setdefault((module_id, key), QuizHead(key, title, bool(is_current)))
    return heads


def get_results(
    session: Session,
    actor: Actor,
    slug: str,
    key: str,
    wanted: Wanted,
    *,
    before_id: int | None,
    limit: int,
) -> ResultsPage:
    """Return what came of a quiz for those who are wanted; six queries at most.

    What no attempt has is not asked for. `before_id` pages on. Raises what `get_quiz_of` does.
    """
    module, quiz = get_quiz_of(session, actor, slug, key)
    total, found = _list_institutions(session, actor, module, key)
    wanted = _keep_known(wanted, module, found)
    outcomes = _list_outcomes(session, actor, module, key, wanted)
    ids = sorted(outcomes, reverse=True)
    skipped = 0 if before_id is None else sum(id_ >= before_id for id_ in ids)
    shown = ids[skipped : skipped + limit]
    lines = _list_lines(session, actor, Attempt.id.in_(shown)) if shown else []
    return ResultsPage(
        module,
        quiz,
        found,
        wanted,
        total,
        summarise(outcomes.values()),
        lines,
        skipped,
        may_read_bank=actor.may(Permission.READ_BANK, module.scopes),
        may_regrade=policy.may_regrade(actor, module.scopes),
        may_give_time=actor.may(Permission.REPAIR_ATTEMPT, module.scopes),
    )


def list_results(
    session: Session, actor: Actor, slug: str, key: str, wanted: Wanted
) -> tuple[ModuleFacts, list[ResultLine]]:
    """Return every attempt at a quiz that is wanted, the newest first; five queries at most.

    The same as `get_results` pages through, and raises.
    """
    module, _ = get_quiz_of(session, actor, slug, key)
    _, found = _list_institutions(session, actor, module, key)
    wanted = _keep_known(wanted, module, found)
    fits = _fits(wanted, _result_for(actor))
    lines = _list_lines(session, actor, and_(at_quiz(module.id, key), fits))
    return module, [line for line in lines if _names(line.name, wanted.name)]


def _keep_known(wanted: Wanted, module: ModuleFacts, found: Sequence[InstitutionPlace]) -> Wanted:
    ids = {place.id for place in found}
    return replace(
        wanted,
        language=wanted.language if wanted.language in module.languages else "",
        institution_id=wanted.institution_id if wanted.institution_id in ids else None,
    )


def _list_institutions(
    session: Session, actor: Actor, module: ModuleFacts, key: str
) -> tuple[int, list[InstitutionPlace]]:
    """Return how many attempts the actor may read, and the institutions that these name, with those above them.

    Two queries at most. Who was granted some institutions sees nothing above them.
    """
    rows = session.execute(
        select_attempts(readable_by(actor), OWNERS.institution_path, func.count())
        .where(at_quiz(module.id, key))
        .group_by(OWNERS.institution_path)
    ).all()
    ways = {way[-1]: way for path, _ in rows for way in _list_ways(actor, module, path)}
    names: dict[int, Mapping[str, str]] = {}
    if ways:
        named = select(PATHS.institution_id, PATHS.name).where(PATHS.institution_id.in_(ways))
        names = {row.institution_id: row.name for row in session.execute(named)}
    return (
        sum(count for _, count in rows),
        [InstitutionPlace(id_, tuple(names[one] for one in way)) for id_, way in ways.items()],
    )


def _list_ways(actor: Actor, module: ModuleFacts, path: str | None) -> Iterator[tuple[int, ...]]:
    """Yield the ways from the widest institution that the actor may see to each one on the path."""
    scopes = institutions.list_scopes(path)
    if not actor.may(Permission.READ_ATTEMPT, module.scopes):
        granted = actor.scopes_of(Permission.READ_ATTEMPT)
        scopes = list(dropwhile(lambda scope: scope not in granted, scopes))
    ids = [scope.id for scope in scopes if scope.id is not None]
    for depth in range(1, len(ids) + 1):
        yield tuple(ids[:depth])


def _list_outcomes(
    session: Session, actor: Actor, module: ModuleFacts, key: str, wanted: Wanted
) -> dict[int, Outcome]:
    """Return by id what came of each attempt that is wanted; one query."""
    result = _result_for(actor)
    rows = session.execute(
        _select_results(
            actor,
            Attempt.id,
            OWNERS.person_id,
            NAMES.name,
            Attempt.submitted_at.is_not(None).label("is_submitted"),
            result.score.label("score"),
            result.passed.label("passed"),
            IS_REPLACED.label("is_replaced"),
        ).where(at_quiz(module.id, key), _fits(wanted, result))
    )
    return {
        row.id: Outcome(
            row.person_id,
            bool(row.is_submitted),
            None if row.score is None else Fraction(row.score),
            row.passed,
            bool(row.is_replaced),
        )
        for row in rows
        if _names(row.name, wanted.name)
    }


def _list_lines(session: Session, actor: Actor, condition: ColumnElement[bool]) -> list[ResultLine]:
    """Return attempts, the newest first; one query."""
    result = _result_for(actor)
    rows = session.execute(
        _select_results(
            actor,
            Attempt.id,
            Attempt.number,
            OWNERS.person_id,
            NAMES.name,
            PATHS.name,
            Attempt.language,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Attempt.is_timed_out,
            Attempt.reopens_id.is_not(None),
            IS_REPLACED,
            result.is_waiting,
            result.score,
            result.passed,
        )
        .outerjoin(institutions.institution_paths, PATHS.institution_id == OWNERS.institution_id)
        .where(condition)
        .order_by(Attempt.id.desc())
    )
    return [ResultLine(*row) for row in rows]


# --- All teaching -----------------------------------------------------------------------------------------


def list_teaching(session: Session, actor: Actor) -> list[TaughtModule]:
    """Return the modules whose results the actor may read, with the quizzes that they have or that were sat.

    Three queries. Raises `NotFound` for those who may read nobody's, and `SignInRequired`.
    """
    actor.require_somebody()
    if not policy.may_teach(actor):
        raise NotFound
    modules = [
        module for module in list_modules(session) if policy.may_read_results(actor, module.scopes)
    ]
    heads = _list_heads(session, TITLES.module_id.in_([module.id for module in modules]))
    figures = _list_figures(session, actor)
    return [
        TaughtModule(
            module,
            [
                QuizFigures(head, *figures.get((module_id, key), ()))
                for (module_id, key), head in heads.items()
                if module_id == module.id and (head.is_current or (module_id, key) in figures)
            ],
            actor.may(Permission.READ_BANK, module.scopes),
        )
        for module in modules
    ]


def _list_figures(session: Session, actor: Actor) -> dict[tuple[int, str], tuple[int, ...]]:
    result = _result_for(actor)

    def count_people(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(distinct(case((condition, OWNERS.person_id))))

    rows = session.execute(
        _select_results(
            actor,
            OWNERS.module_id,
            Attempt.activity_key,
            func.count(),
            func.count(distinct(OWNERS.person_id)),
            count_people(and_(result.score.is_not(None), ~IS_REPLACED)),
            count_people(and_(result.passed.is_(True), ~IS_REPLACED)),
            func.count(case((result.is_waiting, 1))),
        ).group_by(OWNERS.module_id, Attempt.activity_key)
    )
    return {(module_id, key): tuple(figures) for module_id, key, *figures in rows}
