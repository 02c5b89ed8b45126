"""Attempts by the API."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import N_, Message
from lms.quizzes import commands, queries
from lms.quizzes.domain import Save
from lms.quizzes.errors import UnfitSaves
from lms.quizzes.schemas import (
    AttemptReply,
    ReceiptsReply,
    SavesRequest,
    SubmissionReply,
    SubmissionRequest,
)
from lms.quizzes.views import review_slot, show_slot
from lms.web import current_actor, current_language

api = Blueprint("attempts", __name__, description="Attempts at quizzes.")


@api.post("/enrolments/<int:enrolment_id>/activities/<key>/attempts")
@api.doc(operationId="startAttempt")
@api.response(201, AttemptReply)
@api.alt_response(200, schema=AttemptReply, description="The attempt that is open already.")
def start_attempt(enrolment_id: int, key: str) -> tuple[dict[str, Any], int]:
    """Begin an attempt at a quiz."""
    with unit_of_work() as session:
        started = commands.start_attempt(
            session,
            current_actor(),
            enrolment_id,
            key,
            language=current_language(),
            now=clock.now(),
        )
        return _describe(session, started.id), 201 if started.is_new else 200


@api.get("/attempts/<int:attempt_id>")
@api.doc(operationId="getAttempt")
@api.response(200, AttemptReply)
def get_attempt(attempt_id: int) -> dict[str, Any]:
    """Give an attempt's questions and current answers; after submission also what was right."""
    with reading() as session:
        return _describe(session, attempt_id)


@api.put("/attempts/<int:attempt_id>/answers")
@api.doc(operationId="saveAnswers")
@api.arguments(SavesRequest)
@api.response(200, ReceiptsReply)
def save_answers(data: dict[str, Any], attempt_id: int) -> dict[str, Any]:
    """Keep answers; a repeat gets its first receipt again."""
    with unit_of_work() as session:
        saves = _read_saves(session, attempt_id, data)
        receipts = commands.save_answers(
            session, current_actor(), attempt_id, saves, now=clock.now()
        )
    return {"receipts": receipts}


@api.post("/attempts/<int:attempt_id>/submission")
@api.doc(operationId="submitAttempt")
@api.arguments(SubmissionRequest)
@api.response(201, SubmissionReply)
@api.alt_response(200, schema=SubmissionReply, description="It was closed already.")
def submit_attempt(data: dict[str, Any], attempt_id: int) -> tuple[commands.Submission, int]:
    """Keep what was not yet acknowledged, close the attempt and grade it."""
    with unit_of_work() as session:
        saves = _read_saves(session, attempt_id, data)
        result = commands.submit_attempt(
            session, current_actor(), attempt_id, saves, now=clock.now()
        )
    return result, 200 if result.was_closed else 201


def _read_saves(session: Session, attempt_id: int, data: dict[str, Any]) -> list[Save]:
    if not data["saves"]:
        return []
    if data["client"] is None:
        raise UnfitSaves(
            {"client": Message(N_("Where there are saves, the name of their client is needed."))}
        )
    head = queries.get_attempt(session, current_actor(), attempt_id, language=current_language())
    return [
        Save(
            data["client"],
            save["slot"],
            save["number"],
            save["base"],
            save["response"],
            save["language"] or head.language,
        )
        for save in data["saves"]
    ]


def _describe(session: Session, attempt_id: int) -> dict[str, Any]:
    language = current_language()
    head = queries.get_attempt(session, current_actor(), attempt_id, language=language)
    questions = queries.list_questions(session, attempt_id)
    answers = queries.list_current_answers(session, attempt_id)
    slots = []
    for question in questions:
        answer = answers.get(question.number)
        view = show_slot(question, answer, language=language, fallback=head.language)
        slot: dict[str, Any] = {
            "slot": view.number,
            "type": view.type,
            "prompt": view.prompt_html,
            "language": view.language,
            "options": [
                {"id": choice.id, "text": choice.html}
                for choice in (view.fields[0].choices if view.fields else ())
            ],
            "fields": [
                {"path": field.path, "holds": field.holds, "label": field.label_html}
                for field in view.fields
            ],
            "answer": view.answer,
            "revision": view.revision,
        }
        if head.submitted_at is not None:
            mark = Fraction(head.marks[str(question.number)])
            reviewed = review_slot(
                question, answer, mark, language=language, fallback=head.language
            )
            slot["review"] = {
                "mark": reviewed.mark,
                "feedback": reviewed.feedback_html,
                "lines": [
                    {
                        "id": line.id,
                        "text": line.html,
                        "given": line.is_given,
                        "right": line.is_right,
                        "fraction": line.fraction,
                        "feedback": line.feedback_html,
                        "instead": line.given_html or None,
                    }
                    for line in reviewed.lines
                ],
            }
        slots.append(slot)
    return {
        "id": head.id,
        "number": head.number,
        "enrolment": head.enrolment_id,
        "activity": head.key,
        "language": head.language,
        "started_at": head.started_at,
        "deadline_at": head.deadline_at,
        "submitted_at": head.submitted_at,
        "score": head.score,
        "passed": head.passed,
        "slots": slots,
    }
