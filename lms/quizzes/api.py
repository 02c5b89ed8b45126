"""Attempts by the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import N_, Message
from lms.quizzes import commands, queries
from lms.quizzes.domain import (
    KeptSave,
    Place,
    Save,
    count_pages,
    find_current,
    find_rival,
    judge_place,
    page_of,
)
from lms.quizzes.errors import UnfitSaves
from lms.quizzes.queries import AttemptHead, CurrentAnswer, SlotQuestion
from lms.quizzes.schemas import (
    AttemptReply,
    PageTurnReply,
    PageTurnRequest,
    ReceiptsReply,
    SavesRequest,
    SlotSchema,
    SubmissionReply,
    SubmissionRequest,
    TimeReply,
)
from lms.quizzes.views import ReviewedSlot, SlotView, review_slot, show_slot
from lms.web import current_actor, current_language

api = Blueprint("attempts", __name__, description="Attempts at quizzes.")


@api.post("/enrolments/<int:enrolment_id>/activities/<key>/attempts")
@api.doc(operationId="startAttempt")
@api.response(201, AttemptReply)
@api.alt_response(200, schema=AttemptReply, description="The attempt that is open already.")
def start_attempt(enrolment_id: int, key: str) -> tuple[dict[str, Any], int]:
    """Begin an attempt at a quiz."""
    now = clock.now()
    with unit_of_work() as session:
        started = commands.start_attempt(
            session,
            current_actor(),
            enrolment_id,
            key,
            language=current_language(),
            now=now,
        )
        return _describe(session, started.id, now), 201 if started.is_new else 200


@api.get("/attempts/<int:attempt_id>")
@api.doc(operationId="getAttempt")
@api.response(200, AttemptReply)
def get_attempt(attempt_id: int) -> dict[str, Any]:
    """Give an attempt's questions and current answers; after submission also what was right."""
    now = clock.now()
    with reading() as session:
        description = _describe(session, attempt_id, now)
    if not description["is_overdue"]:
        return description
    # Nothing has closed it yet, so this does.
    with unit_of_work() as session:
        commands.close_overdue_attempt(session, attempt_id, now=now)
        return _describe(session, attempt_id, now)


@api.get("/attempts/<int:attempt_id>/time")
@api.doc(operationId="getAttemptTime")
@api.response(200, TimeReply)
def get_attempt_time(attempt_id: int) -> dict[str, Any]:
    """Tell the server's time and the attempt's end: a device's clock may be wrong, and a deadline may be moved."""
    now = clock.now()
    with reading() as session:
        head = queries.get_attempt(
            session, current_actor(), attempt_id, language=current_language(), now=now
        )
    return {"now": now, "deadline_at": head.deadline_at, "submitted_at": head.submitted_at}


@api.post("/attempts/<int:attempt_id>/page")
@api.doc(operationId="turnPage")
@api.arguments(PageTurnRequest)
@api.response(200, PageTurnReply)
def turn_page(data: dict[str, Any], attempt_id: int) -> dict[str, Any]:
    """Go on to a page; in a sequential quiz the pages before it are left for good, and none is skipped."""
    with unit_of_work() as session:
        page = commands.turn_page(
            session, current_actor(), attempt_id, data["page"], now=clock.now()
        )
    return {"page": page}


@api.post("/attempts/<int:attempt_id>/slots/<int:slot>/check")
@api.doc(operationId="checkAnswer")
@api.response(200, SlotSchema)
def check_answer(attempt_id: int, slot: int) -> dict[str, Any]:
    """Make an answer final and tell what was right, in a quiz with immediate feedback."""
    now = clock.now()
    with unit_of_work() as session:
        commands.check_answer(session, current_actor(), attempt_id, slot, now=now)
        slots = _describe(session, attempt_id, now)["slots"]
    checked: dict[str, Any] = next(one for one in slots if one["slot"] == slot)
    return checked


@api.put("/attempts/<int:attempt_id>/answers")
@api.doc(operationId="saveAnswers")
@api.arguments(SavesRequest)
@api.response(200, ReceiptsReply)
def save_answers(data: dict[str, Any], attempt_id: int) -> dict[str, Any]:
    """Keep answers; a repeat gets its first receipt again."""
    now = clock.now()
    with unit_of_work() as session:
        receipts = commands.save_answers(
            session, current_actor(), attempt_id, _read_saves(data), now=now
        )
    return {"receipts": receipts, "now": now}


@api.post("/attempts/<int:attempt_id>/submission")
@api.doc(operationId="submitAttempt")
@api.arguments(SubmissionRequest)
@api.response(201, SubmissionReply)
@api.alt_response(200, schema=SubmissionReply, description="It was closed already.")
def submit_attempt(data: dict[str, Any], attempt_id: int) -> tuple[commands.Submission, int]:
    """Keep what was not yet acknowledged, close the attempt and grade it."""
    with unit_of_work() as session:
        result = commands.submit_attempt(
            session, current_actor(), attempt_id, _read_saves(data), now=clock.now()
        )
    return result, 200 if result.was_closed else 201


def _read_saves(data: dict[str, Any]) -> list[Save]:
    if not data["saves"]:
        return []
    if data["client"] is None:
        raise UnfitSaves(
            {"client": Message(N_("Where there are saves, the name of their client is needed."))}
        )
    return [
        Save(
            data["client"],
            save["slot"],
            save["number"],
            save["base"],
            save["response"],
            save["language"] or "",
        )
        for save in data["saves"]
    ]


def _describe(session: Session, attempt_id: int, now: datetime) -> dict[str, Any]:
    head = queries.get_attempt(
        session, current_actor(), attempt_id, language=current_language(), now=now
    )
    questions = queries.list_questions(session, attempt_id)
    if head.submitted_at is None:
        kept = queries.list_kept_saves(session, attempt_id)
        slots = [_describe_open(head, question, kept) for question in questions]
    else:
        graded = queries.use_versions(session, questions, head.graded_versions)
        answers = queries.list_current_answers(session, attempt_id)
        slots = [
            _describe_closed(head, question, answers.get(question.number)) for question in graded
        ]
    return {
        "id": head.id,
        "number": head.number,
        "enrolment": head.enrolment_id,
        "activity": head.key,
        "language": head.language,
        "started_at": head.started_at,
        "now": now,
        "deadline_at": head.deadline_at,
        "submitted_at": head.submitted_at,
        "is_overdue": head.is_overdue(now),
        "page": head.page,
        "pages": count_pages(len(questions), head.rules.per_page),
        "score": head.score,
        "passed": head.passed,
        "is_waiting": head.submitted_at is not None and head.is_waiting,
        "slots": [slot for slot in slots if slot is not None],
    }


def _describe_open(
    head: AttemptHead, question: SlotQuestion, kept: Sequence[KeptSave]
) -> dict[str, Any] | None:
    """Return a question to answer; None for one on a page that was not reached."""
    rules = head.rules
    place = judge_place(question.number, head.page, rules.per_page, rules.navigation)
    if place is Place.AHEAD:
        return None
    is_final = place is Place.LEFT or question.checked_at is not None
    view = show_slot(
        question,
        kept,
        find_current(kept, question.number),
        None if is_final else find_rival(kept, question.number),
        language=current_language(),
        fallback=head.language,
    )
    return _describe_slot(head, view) | {"review": view.review and _describe_review(view.review)}


def _describe_closed(
    head: AttemptHead, question: SlotQuestion, answer: CurrentAnswer | None
) -> dict[str, Any]:
    language = current_language()
    view = show_slot(question, (), answer, None, language=language, fallback=head.language)
    review = review_slot(
        question,
        answer,
        head.marks.get(question.number),
        head.visible,
        language=language,
        fallback=head.language,
    )
    return _describe_slot(head, view) | {
        "review": _describe_review(review) if head.visible.marks else None
    }


def _describe_slot(head: AttemptHead, view: SlotView) -> dict[str, Any]:
    rival = view.rival
    return {
        "slot": view.number,
        "page": page_of(view.number, head.rules.per_page),
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
        "problem": view.problem,
        "rival": rival and {"revision": rival.revision, "received_at": rival.received_at,
                            "answer": rival.html},
    }  # fmt: skip


def _describe_review(reviewed: ReviewedSlot) -> dict[str, Any]:
    return {
        "mark": reviewed.mark,
        "feedback": " ".join(reviewed.feedback_html),
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
