"""Enrolments, progress and lessons by the API."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from lms import catalogue
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.permissions import Actor
from lms.learning import commands, queries
from lms.learning.domain import ActivityState
from lms.learning.errors import ActivityLocked
from lms.learning.queries import EnrolmentCard, EnrolmentPage
from lms.learning.schemas import EnrolmentList, EnrolmentReply, EnrolmentRequest, LessonReply
from lms.web import current_actor, current_language
from lms.web.paging import PageRequest, cut_page

api = Blueprint("enrolments", __name__, description="Enrolments and progress.")


@api.post("/enrolments")
@api.doc(operationId="enrol")
@api.arguments(EnrolmentRequest)
@api.response(201, EnrolmentReply)
@api.alt_response(200, schema=EnrolmentReply, description="The enrolment that one has already.")
def enrol(data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Enrol oneself in a module."""
    actor = current_actor()
    with unit_of_work() as session:
        enrolled = commands.enrol(
            session,
            actor,
            data["module"],
            data["edition"],
            language=current_language(),
            now=clock.now(),
        )
        page = queries.get_enrolment(session, actor, enrolled.id, language=current_language())
    return as_enrolment(page), 201 if enrolled.is_new else 200


@api.get("/enrolments")
@api.doc(operationId="listEnrolments")
@api.arguments(PageRequest, location="query")
@api.response(200, EnrolmentList)
def list_enrolments(page: dict[str, Any]) -> dict[str, Any]:
    """List one's own enrolments, the newest first."""
    with reading() as session:
        cards = queries.list_enrolments(
            session,
            current_actor(),
            language=current_language(),
            before_id=page["cursor"],
            limit=page["limit"] + 1,
        )
    return cut_page([as_line(card) for card in cards], page["limit"], key="id")


@api.get("/enrolments/<int:enrolment_id>")
@api.doc(operationId="getEnrolment")
@api.response(200, EnrolmentReply)
def get_enrolment(enrolment_id: int) -> dict[str, Any]:
    """Tell where an enrolment stands, activity by activity."""
    with reading() as session:
        page = queries.get_enrolment(
            session, current_actor(), enrolment_id, language=current_language()
        )
    return as_enrolment(page)


@api.get("/enrolments/<int:enrolment_id>/activities/<key>")
@api.doc(operationId="getLesson")
@api.response(200, LessonReply)
def get_lesson(enrolment_id: int, key: str) -> dict[str, Any]:
    """Give the text of a lesson."""
    language = current_language()
    with reading() as session:
        page = queries.get_enrolment(session, current_actor(), enrolment_id, language=language)
        line = page.get_line(key)
        if line.state is ActivityState.LOCKED:
            raise ActivityLocked
        lesson = catalogue.get_lesson(session, line.id, language=language)
    return {
        "key": key,
        "title": lesson.title,
        "language": lesson.language,
        "html": lesson.html,
    }


@api.post("/enrolments/<int:enrolment_id>/activities/<key>/completion")
@api.doc(operationId="completeActivity")
@api.response(200, EnrolmentReply)
def complete_activity(enrolment_id: int, key: str) -> dict[str, Any]:
    """Say “I have read this”."""
    actor: Actor = current_actor()
    with unit_of_work() as session:
        commands.complete_activity(session, actor, enrolment_id, key, now=clock.now())
        page = queries.get_enrolment(session, actor, enrolment_id, language=current_language())
    return as_enrolment(page)


def as_line(card: EnrolmentCard) -> dict[str, Any]:
    """Return an enrolment as `EnrolmentLine` writes it."""
    return {
        "id": card.id,
        "module": card.module_slug,
        "title": card.module_title,
        "programme": card.programme_key,
        "programme_title": card.programme,
        "progress": card.progress,
        "enrolled_at": card.enrolled_at,
        "completed_at": card.completed_at,
    }


def as_enrolment(page: EnrolmentPage) -> dict[str, Any]:
    """Return an enrolment as `EnrolmentReply` writes it."""
    return {
        **as_line(page.card),
        "activities": [
            {
                "key": line.key,
                "kind": line.kind,
                "title": line.title,
                "minutes": line.minutes,
                "required": line.is_required,
                "state": line.state,
                "score": line.score,
                "locked_by": [{"key": key, "title": title} for key, title in line.locked_by],
            }
            for line in page.lines
        ],
        "waiting_for": list_waiting_for(page.card),
    }


def list_waiting_for(card: EnrolmentCard) -> list[str]:
    """Return what the certificate of completion still needs."""
    needs = {"completion": card.completed_at is None, "name": not card.is_name_confirmed}
    return [name for name, is_needed in needs.items() if is_needed]
