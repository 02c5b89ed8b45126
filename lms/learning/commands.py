"""Every write of learning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, not_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import accounts, catalogue
from lms.accounts.domain import MembershipConfirmed
from lms.catalogue.domain import ModulePublished, Outline
from lms.core import events
from lms.core.db import to_score
from lms.core.errors import NotFound
from lms.core.i18n import pick_text
from lms.core.permissions import Actor
from lms.learning import policy, queries
from lms.learning.domain import (
    ActivityState,
    ModuleCompleted,
    Participation,
    judge_progress,
    judge_state,
    list_attended,
    module_score,
    took_part,
)
from lms.learning.errors import (
    ActivityLocked,
    NoParticipation,
    NoSuchActivity,
    NoSuchEdition,
    NoSuchEnrolment,
    NotAMember,
    NotSelfDeclared,
    NotYours,
    PrerequisitesMissing,
)
from lms.learning.models import ActivityProgress, Edition, Enrolment, Result
from lms.learning.selectables import belongs

OPEN_EDITION = "open"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The enrolment, and whether it was made just now."""

    id: int
    is_new: bool


def enrol(
    session: Session,
    actor: Actor,
    slug: str,
    edition_key: str | None = None,
    *,
    language: str,
    now: datetime,
) -> Enrolled:
    """Enrol the actor in the module's edition (default: the open one), or return the newest enrolment there is.

    Raises `SignInRequired`, `NotFound`, `NoSuchEdition`, or `PrerequisitesMissing` with their titles in `language`.
    """
    person_id = actor.require_person()
    return _enrol(
        session,
        person_id,
        slug,
        edition_key,
        find_institution_id=lambda: accounts.find_institution_id(session, person_id),
        language=language,
        now=now,
    )


def enrol_member(
    session: Session,
    actor: Actor,
    person_id: int,
    institution_id: int,
    slug: str,
    edition_key: str | None = None,
    *,
    language: str,
    now: datetime,
) -> Enrolled:
    """Enrol somebody in the name of an institution that has confirmed the person, or return the enrolment there is.

    Raises what `enrol` does, `NotFound` for an institution whose members the actor may not enrol, and `NotAMember`.
    """
    actor.require_somebody()
    if not policy.may_enrol_members(actor, queries.get_scopes_of(session, institution_id)):
        raise NotFound
    if not queries.is_member(session, person_id, institution_id, on=now.date()):
        raise NotAMember
    return _enrol(
        session,
        person_id,
        slug,
        edition_key,
        find_institution_id=lambda: institution_id,
        language=language,
        now=now,
    )


def _enrol(
    session: Session,
    person_id: int,
    slug: str,
    edition_key: str | None,
    *,
    find_institution_id: Callable[[], int | None],
    language: str,
    now: datetime,
) -> Enrolled:
    outline = catalogue.get_outline_by_slug(session, slug)
    edition_id = _get_edition_id(session, outline.module_id, edition_key)
    known = (
        select(Enrolment.id)
        .where(Enrolment.edition_id == edition_id, Enrolment.person_id == person_id)
        .order_by(Enrolment.number.desc())
        .limit(1)
    )
    if (enrolment_id := session.scalar(known)) is not None:
        return Enrolled(enrolment_id, is_new=False)
    _require_prerequisites(session, person_id, outline, language)
    enrolment = Enrolment(
        edition_id=edition_id,
        person_id=person_id,
        number=1,
        institution_id=find_institution_id(),
        enrolled_at=now,
        last_active_at=now,
    )
    try:
        # Two clicks at once meet at the unique key.
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:
        return Enrolled(session.scalars(known).one(), is_new=False)
    return Enrolled(enrolment.id, is_new=True)


def enrol_again(session: Session, enrolment_id: int, *, now: datetime) -> Enrolled:
    """Enrol a learner anew in the open edition of the module, or return the newer enrolment there is.

    For other rooms: they have seen to it who may. The older enrolment stays locked until the caller's work ends.
    """
    older = queries.lock_enrolment(session, enrolment_id)
    module_id = session.get_one(Edition, older.edition_id).module_id
    newest_id = session.scalars(
        select(func.max(Enrolment.id))
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(Edition.module_id == module_id, Enrolment.person_id == older.person_id)
    ).one()
    if newest_id != older.id:
        return Enrolled(newest_id, is_new=False)
    edition_id = _get_edition_id(session, module_id, None)
    number = session.scalar(
        select(func.max(Enrolment.number)).where(
            Enrolment.edition_id == edition_id, Enrolment.person_id == older.person_id
        )
    )
    enrolment = Enrolment(
        edition_id=edition_id,
        person_id=older.person_id,
        number=(number or 0) + 1,
        institution_id=accounts.find_institution_id(session, older.person_id),
        enrolled_at=now,
        last_active_at=now,
    )
    session.add(enrolment)
    session.flush()
    return Enrolled(enrolment.id, is_new=True)


def _get_edition_id(session: Session, module_id: int, key: str | None) -> int:
    edition_id = session.scalar(
        select(Edition.id).where(
            Edition.module_id == module_id, Edition.key == (key or OPEN_EDITION)
        )
    )
    if edition_id is None:
        raise NoSuchEdition
    return edition_id


def _require_prerequisites(
    session: Session, person_id: int, outline: Outline, language: str
) -> None:
    if not outline.prerequisites:
        return
    completed = queries.list_completed_slugs(session, person_id, outline.prerequisites)
    missing = [slug for slug in outline.prerequisites if slug not in completed]
    if missing:
        titles = catalogue.list_titles(session, missing)
        named = [pick_text(titles[slug], language, outline.source_language) for slug in missing]
        raise PrerequisitesMissing(modules=", ".join(named))


def complete_activity(
    session: Session, actor: Actor, enrolment_id: int, key: str, *, now: datetime
) -> None:
    """Record that the learner has read or done the activity; saying it twice changes nothing.

    Raises `NoSuchEnrolment`, `NoSuchActivity`, `NotYours`, `ActivityLocked`, or `NotSelfDeclared` for a kind that
    only its results complete.
    """
    outline = require_open(session, actor, enrolment_id, key)
    if not catalogue.kinds().get(outline.get_activity(key).kind).is_self_declared:
        raise NotSelfDeclared
    _record(session, outline, enrolment_id, key, passed=True, score=None, now=now)


def require_open(session: Session, actor: Actor, enrolment_id: int, key: str) -> Outline:
    """Return the outline if the actor may do the activity's work now. For other rooms' commands, too.

    Raises `SignInRequired`, `NoSuchEnrolment`, `NoSuchActivity`, `NotYours` or `ActivityLocked`.
    """
    actor.require_somebody()
    facts = queries.get_facts(session, enrolment_id)
    if not policy.may_read(actor, facts):
        raise NoSuchEnrolment
    outline = catalogue.get_outline(session, facts.module_id)
    activity = outline.find_activity(key)
    if activity is None:
        raise NoSuchActivity
    if not policy.may_study(actor, facts):
        raise NotYours
    recorded = queries.list_states(session, enrolment_id)
    if judge_state(queries.to_requirement(activity), recorded) is ActivityState.LOCKED:
        raise ActivityLocked
    return outline


def require_participation(session: Session, actor: Actor, enrolment_id: int) -> Participation:
    """Return what the actor took part in, its enrolment locked until the caller's work ends. For other rooms' commands.

    Raises `SignInRequired`, `NoSuchEnrolment`, `NotYours` or `NoParticipation`.
    """
    actor.require_somebody()
    facts = queries.get_facts(session, enrolment_id)
    if not policy.may_read(actor, facts):
        raise NoSuchEnrolment
    if not policy.may_study(actor, facts):
        raise NotYours
    enrolment = queries.lock_enrolment(session, enrolment_id)
    outline = catalogue.get_outline(session, facts.module_id)
    asked = [queries.to_requirement(activity) for activity in outline.activities]
    is_complete = enrolment.completed_at is not None
    is_there = took_part(asked, queries.list_done(session, enrolment_id), is_complete=is_complete)
    if not (outline.offers_participation and is_there):
        raise NoParticipation
    attended = list_attended(asked)
    took_part_at = session.scalars(
        select(func.max(ActivityProgress.updated_at)).where(
            ActivityProgress.enrolment_id == enrolment_id,
            ActivityProgress.activity_key.in_(attended),
        )
    ).one()
    return Participation(
        enrolment_id,
        enrolment.person_id,
        outline.version_id,
        enrolment.institution_id,
        sum(outline.get_activity(key).minutes for key in attended),
        took_part_at,
    )


def record_result(
    session: Session,
    enrolment_id: int,
    key: str,
    *,
    passed: bool,
    score: Fraction | None,
    is_score_hidden: bool = False,
    now: datetime,
) -> bool:
    """Record what came of an activity, and return whether the module is complete. For other rooms: no actor.

    The score replaces an earlier one: which of several results count is for their room to say. What is done stays done.
    The enrolment's row stays locked until the caller's work ends. Where the last condition is met, completion is
    recorded once and `ModuleCompleted` is published in the same transaction.
    """
    module_id = session.scalars(
        select(Edition.module_id)
        .join(Enrolment, Enrolment.edition_id == Edition.id)
        .where(Enrolment.id == enrolment_id)
    ).one()
    outline = catalogue.get_outline(session, module_id)
    return _record(
        session,
        outline,
        enrolment_id,
        key,
        passed=passed,
        score=score,
        is_score_hidden=is_score_hidden,
        now=now,
    )


def note_activity(session: Session, enrolment_id: int, *, now: datetime) -> None:
    """Remember that the learner did something in it that has no result yet. For other rooms: no actor."""
    session.execute(
        update(Enrolment).where(Enrolment.id == enrolment_id).values(last_active_at=now)
    )


def reveal_score(session: Session, enrolment_id: int, key: str) -> None:
    """Let the learner see a score that was hidden. For other rooms: no actor."""
    enrolment = queries.lock_enrolment(session, enrolment_id)
    progress = session.get_one(ActivityProgress, (enrolment_id, key))
    progress.is_score_hidden = False
    enrolment.revision += 1
    session.flush()


def _record(
    session: Session,
    outline: Outline,
    enrolment_id: int,
    key: str,
    *,
    passed: bool,
    score: Fraction | None,
    is_score_hidden: bool = False,
    now: datetime,
) -> bool:
    enrolment = queries.lock_enrolment(session, enrolment_id)
    progress = session.get(ActivityProgress, (enrolment_id, key))
    is_done = progress is not None and progress.state == ActivityState.DONE
    if is_done and score is None:
        return enrolment.completed_at is not None
    kept = None if score is None else to_score(score)
    session.add(
        Result(
            enrolment_id=enrolment_id, activity_key=key, passed=passed, score=kept, recorded_at=now
        )
    )
    if progress is None:
        progress = ActivityProgress(enrolment_id=enrolment_id, activity_key=key, score=None)
        session.add(progress)
    progress.state = ActivityState.DONE if passed or is_done else ActivityState.FAILED
    if kept is not None:
        progress.score = kept
    progress.is_score_hidden = is_score_hidden
    progress.updated_at = now
    enrolment.last_active_at = now
    enrolment.revision += 1
    session.flush()
    _judge(session, enrolment, outline, now=now)
    return enrolment.completed_at is not None


def _judge(session: Session, enrolment: Enrolment, outline: Outline, *, now: datetime) -> None:
    """Bring the enrolment's progress up to date with the current version, and complete it if that is due."""
    standing = judge_progress(
        map(queries.to_requirement, outline.activities), queries.list_done(session, enrolment.id)
    )
    enrolment.done_count = standing.done
    enrolment.progress = to_score(standing.progress)
    if standing.is_complete and enrolment.completed_at is None:
        enrolment.completed_at = now
        enrolment.completed_on = now.date()
        enrolment.completed_version_id = outline.version_id
        session.flush()
        scores = queries.list_scores(session, enrolment.id)
        required = [activity.key for activity in outline.activities if activity.is_required]
        enrolment.completed_score = module_score(scores[key] for key in required if key in scores)
        event = ModuleCompleted(
            enrolment.id,
            enrolment.person_id,
            outline.module_id,
            outline.version_id,
            enrolment.institution_id,
            now,
            enrolment.completed_score,
        )
        events.publish(session, event, now=now)


def follow_publication(session: Session, event: ModulePublished, now: datetime) -> None:
    """Give a new module its open edition, and bring every unfinished enrolment up to the new version.

    Hears `ModulePublished`. Who had already done all that the new version asks completes now.
    """
    edition_id = session.scalar(
        select(Edition.id).where(Edition.module_id == event.module_id, Edition.key == OPEN_EDITION)
    )
    if edition_id is None:
        session.add(Edition(module_id=event.module_id, key=OPEN_EDITION, time_zone="UTC"))
        session.flush()
        return
    outline = catalogue.get_outline(session, event.module_id)
    unfinished = session.scalars(
        select(Enrolment)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(Edition.module_id == event.module_id, Enrolment.completed_at.is_(None))
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment)
    ).all()
    for enrolment in unfinished:
        enrolment.revision += 1
        _judge(session, enrolment, outline, now=now)


def move_enrolments(
    session: Session, person_id: int, from_institution_id: int, to_institution_id: int
) -> None:
    """Let a person's unfinished enrolments follow from one institution to another. For other rooms: no actor.

    What is completed stays where it was: what was theirs stays theirs.
    """
    session.execute(
        update(Enrolment)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.institution_id == from_institution_id,
            Enrolment.completed_at.is_(None),
        )
        .values(institution_id=to_institution_id)
    )


def follow_membership(session: Session, event: MembershipConfirmed, now: datetime) -> None:
    """Let a person's unfinished enrolments that belong nowhere name the institution that has confirmed the person.

    Hears `MembershipConfirmed`: who enrolled before saying where one works is followed there all the same.
    """
    session.execute(
        update(Enrolment)
        .where(
            Enrolment.person_id == event.person_id, Enrolment.completed_at.is_(None), not_(belongs)
        )
        .values(institution_id=event.institution_id)
        .execution_options(synchronize_session=False)
    )
