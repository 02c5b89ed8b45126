"""Every reading of learning. Columns, not entities; each says how many queries it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions
from lms.catalogue.domain import ModuleStanding, Outline, OutlineActivity
from lms.core.errors import NotFound
from lms.core.i18n import Message, pick_text
from lms.core.permissions import Actor, Scope
from lms.learning import policy
from lms.learning.domain import (
    ActivityState,
    EnrolmentFacts,
    ModuleCompleted,
    Requirement,
    find_locks,
    judge_shown_state,
    judge_state,
    took_part,
)
from lms.learning.errors import NoSuchActivity, NoSuchEnrolment
from lms.learning.models import ActivityProgress, Edition, Enrolment
from lms.learning.selectables import MEMBERSHIPS, PATHS, institution_path

FACTS = catalogue.module_facts.c
NAMES = accounts.person_names.c


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """An enrolment in a list; `progress` is between 0 and 1."""

    id: int
    module_slug: str
    module_title: str
    code: str
    programme_key: str
    programme: str
    minutes: int
    done: int
    total: int
    progress: Decimal
    enrolled_at: datetime
    completed_at: datetime | None
    # Whether the learner has said how certificates are to read; until then none is issued.
    is_name_confirmed: bool

    @property
    def waits_for_name(self) -> bool:
        """Whether the certificate of completion is issued as soon as the name is confirmed."""
        return self.completed_at is not None and not self.is_name_confirmed


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity as the learner finds it on the module page."""

    id: int
    key: str
    kind: str
    title: str
    minutes: int
    is_required: bool
    state: ActivityState
    score: Decimal | None
    # Titles and keys of what must be done first.
    locked_by: tuple[tuple[str, str], ...]
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class SectionLines:
    """A section of the module page."""

    title: str
    activities: tuple[ActivityLine, ...]


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    """An enrolment with every activity and where the learner stands in it."""

    card: EnrolmentCard
    facts: EnrolmentFacts
    version_id: int
    source_language: str
    revision: int
    sections: tuple[SectionLines, ...]
    # Whether there may be a certificate of participation, if the learner asks for one.
    took_part: bool

    @property
    def lines(self) -> list[ActivityLine]:
        """All activities, in their order."""
        return [line for section in self.sections for line in section.activities]

    @property
    def resume(self) -> ActivityLine | None:
        """The first activity that is open and not done, what failed included; None when all is done."""
        waiting = {ActivityState.OPEN, ActivityState.FAILED}
        return next((line for line in self.lines if line.state in waiting), None)

    def get_line(self, key: str) -> ActivityLine:
        """Return the activity under `key`; raises `NoSuchActivity`."""
        for line in self.lines:
            if line.key == key:
                return line
        raise NoSuchActivity

    def neighbours(self, key: str) -> tuple[ActivityLine | None, ActivityLine | None]:
        """Return the activities before and after the one under `key`."""
        lines = self.lines
        at = next(index for index, line in enumerate(lines) if line.key == key)
        return (lines[at - 1] if at else None, lines[at + 1] if at + 1 < len(lines) else None)


def _enrolments() -> Select[Any]:
    return (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.enrolled_at,
            Enrolment.completed_at,
            Enrolment.done_count,
            Enrolment.progress,
            Enrolment.revision,
            FACTS.module_id,
            FACTS.programme_id,
            FACTS.slug,
            FACTS.code,
            FACTS.title,
            FACTS.programme_key,
            FACTS.programme_title,
            FACTS.source_language,
            FACTS.minutes,
            FACTS.required_count,
            FACTS.version_id,
            institution_path.label("path"),
            NAMES.printed_name.is_not(None).label("is_name_confirmed"),
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(catalogue.module_facts, FACTS.module_id == Edition.module_id)
        .join(accounts.person_names, NAMES.person_id == Enrolment.person_id)
    )


def _facts(row: Row[Any]) -> EnrolmentFacts:
    return EnrolmentFacts(
        row.id,
        row.person_id,
        row.module_id,
        row.programme_id,
        tuple(institutions.list_scopes(row.path)),
        row.title,
        row.source_language,
        row.enrolled_at,
        row.completed_at,
        row.is_name_confirmed,
    )


def _card(row: Row[Any], language: str) -> EnrolmentCard:
    return EnrolmentCard(
        row.id,
        row.slug,
        pick_text(row.title, language, row.source_language),
        row.code,
        row.programme_key,
        pick_text(row.programme_title, language, row.source_language),
        row.minutes,
        row.done_count,
        row.required_count,
        row.progress,
        row.enrolled_at,
        row.completed_at,
        row.is_name_confirmed,
    )


def list_enrolments(
    session: Session,
    actor: Actor,
    *,
    language: str,
    before_id: int | None = None,
    limit: int | None = None,
) -> list[EnrolmentCard]:
    """Return the actor's own enrolments, the newest first; one query. `before_id` pages on."""
    query = _enrolments().where(Enrolment.person_id == actor.require_person())
    if before_id is not None:
        query = query.where(Enrolment.id < before_id)
    rows = session.execute(query.order_by(Enrolment.id.desc()).limit(limit))
    return [_card(row, language) for row in rows]


def get_facts(session: Session, enrolment_id: int) -> EnrolmentFacts:
    """Return what other rooms may know of an enrolment; one query. For other rooms: it asks for no actor.

    Raises `NoSuchEnrolment`.
    """
    row = session.execute(_enrolments().where(Enrolment.id == enrolment_id)).one_or_none()
    if row is None:
        raise NoSuchEnrolment
    return _facts(row)


def _get_row(session: Session, actor: Actor, enrolment_id: int) -> Row[Any]:
    actor.require_somebody()
    row = session.execute(_enrolments().where(Enrolment.id == enrolment_id)).one_or_none()
    if row is None or not policy.may_read(actor, _facts(row)):
        raise NoSuchEnrolment
    return row


def get_enrolment(
    session: Session, actor: Actor, enrolment_id: int, *, language: str, with_notes: bool = False
) -> EnrolmentPage:
    """Return an enrolment with all its activities; four queries, and one for each kind that makes notes.

    Raises `NoSuchEnrolment` or `SignInRequired`.
    """
    row = _get_row(session, actor, enrolment_id)
    outline = catalogue.get_outline(session, row.module_id)
    recorded = session.execute(
        select(
            ActivityProgress.activity_key,
            ActivityProgress.state,
            ActivityProgress.score,
            ActivityProgress.is_score_hidden,
        ).where(ActivityProgress.enrolment_id == enrolment_id)
    ).all()
    hides = actor.is_person(row.person_id)
    states = {
        key: judge_shown_state(ActivityState(state), is_hidden=hides and is_hidden)
        for key, state, _, is_hidden in recorded
    }
    scores = {key: None if hides and is_hidden else score for key, _, score, is_hidden in recorded}
    notes = _list_notes(session, enrolment_id, outline) if with_notes else {}
    titles = {
        activity.key: pick_text(activity.title, language, outline.source_language)
        for activity in outline.activities
    }

    def line(activity: OutlineActivity) -> ActivityLine:
        requirement = to_requirement(activity)
        state = judge_state(requirement, states)
        locks = find_locks(requirement, states) if state is ActivityState.LOCKED else []
        return ActivityLine(
            activity.id,
            activity.key,
            activity.kind,
            titles[activity.key],
            activity.minutes,
            activity.is_required,
            state,
            scores.get(activity.key),
            tuple((key, titles[key]) for key in locks),
            notes.get(activity.key),
        )

    sections = tuple(
        SectionLines(
            pick_text(section.title, language, outline.source_language),
            tuple(line(activity) for activity in section.activities),
        )
        for section in outline.sections
    )
    return EnrolmentPage(
        _card(row, language),
        _facts(row),
        outline.version_id,
        outline.source_language,
        row.revision,
        sections,
        outline.offers_participation
        and took_part(
            map(to_requirement, outline.activities),
            [key for key, state in states.items() if state is ActivityState.DONE],
            is_complete=row.completed_at is not None,
        ),
    )


def _list_notes(session: Session, enrolment_id: int, outline: Outline) -> Mapping[str, Message]:
    by_kind: dict[str, list[int]] = {}
    for activity in outline.activities:
        by_kind.setdefault(activity.kind, []).append(activity.id)
    notes: dict[str, Message] = {}
    for kind, activity_ids in by_kind.items():
        notes.update(catalogue.kinds().get(kind).summarise(session, enrolment_id, activity_ids))
    return notes


def to_requirement(activity: OutlineActivity) -> Requirement:
    """Return what completion needs to know of an activity."""
    kind = catalogue.kinds().get(activity.kind)
    return Requirement(
        activity.key, activity.is_required, activity.after, is_self_declared=kind.is_self_declared
    )


def get_scopes_of(session: Session, institution_id: int) -> list[Scope]:
    """Return the scopes that hold for an institution; raises `NotFound`. For this room's commands."""
    path = session.scalar(select(PATHS.path).where(PATHS.institution_id == institution_id))
    if path is None:
        raise NotFound
    return institutions.list_scopes(path)


def is_member(session: Session, person_id: int, institution_id: int, *, on: date) -> bool:
    """Return whether the institution has confirmed the person for that day. For this room's commands."""
    found = select(MEMBERSHIPS.membership_id).where(
        MEMBERSHIPS.person_id == person_id,
        MEMBERSHIPS.institution_id == institution_id,
        MEMBERSHIPS.started_on <= on,
        or_(MEMBERSHIPS.ended_on.is_(None), MEMBERSHIPS.ended_on >= on),
    )
    return session.scalar(found.limit(1)) is not None


def lock_enrolment(session: Session, enrolment_id: int) -> Enrolment:
    """Return the enrolment, locked until the caller's work ends; for this room's commands."""
    enrolment = session.scalar(
        # Others may go on to refer to it.
        select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update(key_share=True)
    )
    if enrolment is None:
        raise NoSuchEnrolment
    return enrolment


def list_completions(session: Session, person_id: int) -> list[ModuleCompleted]:
    """Return what the person has completed, as it was then, the first first; one query. For other rooms: no actor."""
    rows = session.execute(
        select(Enrolment, Edition.module_id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(Enrolment.person_id == person_id, Enrolment.completed_at.is_not(None))
        .order_by(Enrolment.completed_at, Enrolment.id)
    )
    return [_completion(*row) for row in rows]


def _completion(enrolment: Enrolment, module_id: int) -> ModuleCompleted:
    assert enrolment.completed_at is not None
    assert enrolment.completed_version_id is not None
    return ModuleCompleted(
        enrolment.id,
        enrolment.person_id,
        module_id,
        enrolment.completed_version_id,
        enrolment.institution_id,
        enrolment.completed_at,
        enrolment.completed_score,
    )


def list_scores(session: Session, enrolment_id: int) -> dict[str, Decimal]:
    """Return the score of each activity that has one."""
    rows = session.execute(
        select(ActivityProgress.activity_key, ActivityProgress.score).where(
            ActivityProgress.enrolment_id == enrolment_id, ActivityProgress.score.is_not(None)
        )
    )
    return {key: score for key, score in rows if score is not None}


def list_states(session: Session, enrolment_id: int) -> dict[str, ActivityState]:
    """Return the state of each activity that has a result, under its key."""
    rows = session.execute(
        select(ActivityProgress.activity_key, ActivityProgress.state).where(
            ActivityProgress.enrolment_id == enrolment_id
        )
    )
    return {key: ActivityState(state) for key, state in rows}


def list_done(session: Session, enrolment_id: int) -> list[str]:
    """Return the keys of the activities that are done."""
    return list(
        session.scalars(
            select(ActivityProgress.activity_key).where(
                ActivityProgress.enrolment_id == enrolment_id,
                ActivityProgress.state == ActivityState.DONE,
            )
        )
    )


def find_standing(
    session: Session, actor: Actor, slug: str, prerequisites: Sequence[str]
) -> ModuleStanding:
    """Return the actor's newest enrolment in a module, and which prerequisites are met; the catalogue asks it.

    One query, two where there are prerequisites; none for nobody in particular.
    """
    if actor.person_id is None:
        return ModuleStanding()
    enrolment_id = session.scalar(
        select(func.max(Enrolment.id))
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(catalogue.module_facts, FACTS.module_id == Edition.module_id)
        .where(Enrolment.person_id == actor.person_id, FACTS.slug == slug)
    )
    if not prerequisites:
        return ModuleStanding(enrolment_id)
    completed = list_completed_slugs(session, actor.person_id, prerequisites)
    return ModuleStanding(enrolment_id, frozenset(completed))


def list_completed_slugs(session: Session, person_id: int, slugs: Sequence[str]) -> set[str]:
    """Return those of the modules that the person has completed."""
    return set(
        session.scalars(
            select(FACTS.slug)
            .join(Edition, Edition.module_id == FACTS.module_id)
            .join(Enrolment, Enrolment.edition_id == Edition.id)
            .where(
                Enrolment.person_id == person_id,
                Enrolment.completed_at.is_not(None),
                FACTS.slug.in_(slugs),
            )
        )
    )


def as_link(line: ActivityLine | None) -> tuple[str, str] | None:
    """Return key and title of an activity one can go to."""
    if line is None or line.state is ActivityState.LOCKED:
        return None
    return line.key, line.title
