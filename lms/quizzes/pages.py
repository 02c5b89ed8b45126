"""The learner's pages of a quiz: start, answer, submit, review. Complete without a script."""

from __future__ import annotations

import secrets
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.learning import ActivityLine, EnrolmentPage, as_link
from lms.quizzes import commands, forms, queries
from lms.quizzes.domain import KeptSave, attempts_left
from lms.quizzes.errors import NoAttemptsLeft
from lms.quizzes.queries import AttemptHead
from lms.quizzes.views import review_slot, show_slot
from lms.web import current_actor, current_language

pages = Blueprint("quizzes", __name__, template_folder="templates")


def show_quiz(session: Session, page: EnrolmentPage, line: ActivityLine) -> ResponseReturnValue:
    """Show what the quiz asks, the attempts there were, and the button for the next."""
    quiz = queries.get_quiz(session, line.id, language=current_language())
    attempts = queries.list_attempts(session, page.card.id, line.key)
    open_id = next((line.id for line in attempts if line.submitted_at is None), None)
    left = attempts_left(quiz.attempts_allowed, len(attempts))
    previous, following = page.neighbours(line.key)
    return render_template(
        "quizzes/quiz.html",
        enrolment_id=page.card.id,
        module_title=page.card.module_title,
        line=line,
        quiz=quiz,
        attempts=attempts,
        attempts_left=left,
        open_attempt_id=open_id,
        refusal=_(NoAttemptsLeft.text, allowed=quiz.attempts_allowed) if left == 0 else None,
        previous=as_link(previous),
        next=as_link(following),
    )


@pages.post("/learn/<int:enrolment_id>/<key>/attempts")
def start_attempt(enrolment_id: int, key: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    with unit_of_work() as session:
        started = commands.start_attempt(
            session,
            current_actor(),
            enrolment_id,
            key,
            language=current_language(),
            now=clock.now(),
        )
    return redirect(url_for(".show_attempt", attempt_id=started.id))


@pages.get("/attempts/<int:attempt_id>")
def show_attempt(attempt_id: int) -> ResponseReturnValue:
    """Show the questions with the answers so far; a closed attempt shows its review."""
    with reading() as session:
        head = _get_head(session, attempt_id)
        if head.submitted_at is not None:
            return redirect(url_for(".show_review", attempt_id=attempt_id))
        questions = queries.list_questions(session, attempt_id)
        answers = queries.list_current_answers(session, attempt_id)
    slots = [
        show_slot(
            question,
            answers.get(question.number),
            language=current_language(),
            fallback=head.language,
        )
        for question in questions
    ]
    return render_template(
        "quizzes/attempt.html", attempt=head, slots=slots, client=secrets.token_hex(8)
    )


@pages.post("/attempts/<int:attempt_id>/answers")
def save_answers(attempt_id: int) -> ResponseReturnValue:
    """Keep the page's answers and come back to it."""
    with unit_of_work() as session:
        receipts = _save_page(session, attempt_id)
    if _tell_of(receipts):
        flash(_("Your answers are saved."), "success")
    return redirect(url_for(".show_attempt", attempt_id=attempt_id))


@pages.post("/attempts/<int:attempt_id>/submit")
def submit_attempt(attempt_id: int) -> ResponseReturnValue:
    """Keep the page's answers, ask once more, naming what is unanswered, and then close the attempt."""
    is_confirmed = request.form.get("confirmed") == "1"
    with unit_of_work() as session:
        receipts = _save_page(session, attempt_id)
        head = _get_head(session, attempt_id)
        if head.submitted_at is None and not is_confirmed:
            answers = queries.list_current_answers(session, attempt_id)
            missing = [
                question.number
                for question in queries.list_questions(session, attempt_id)
                if not question.is_answered(answers.get(question.number))
            ]
            return render_template("quizzes/confirm.html", attempt=head, unanswered=missing)
        commands.submit_attempt(session, current_actor(), attempt_id, now=clock.now())
    _tell_of(receipts)
    return redirect(url_for(".show_review", attempt_id=attempt_id))


@pages.get("/attempts/<int:attempt_id>/review")
def show_review(attempt_id: int) -> ResponseReturnValue:
    """Show the score, what was right, and why."""
    with reading() as session:
        head = _get_head(session, attempt_id)
        if head.submitted_at is None:
            return redirect(url_for(".show_attempt", attempt_id=attempt_id))
        questions = queries.list_questions(session, attempt_id)
        answers = queries.list_current_answers(session, attempt_id)
        used = queries.count_attempts(session, head.enrolment_id, head.key)
    left = attempts_left(head.attempts_allowed, used)
    slots = [
        review_slot(
            question,
            answers.get(question.number),
            Fraction(head.marks[str(question.number)]),
            language=current_language(),
            fallback=head.language,
        )
        for question in questions
    ]
    return render_template(
        "quizzes/review.html",
        attempt=head,
        slots=slots,
        attempts_left=left,
        may_retry=left != 0,
        module_completed=head.facts.completed_at is not None,
    )


def _get_head(session: Session, attempt_id: int) -> AttemptHead:
    return queries.get_attempt(session, current_actor(), attempt_id, language=current_language())


def _save_page(session: Session, attempt_id: int) -> list[KeptSave]:
    client = forms.read_client(request.form)
    if client is None:
        return []
    return commands.save_page(
        session,
        current_actor(),
        attempt_id,
        client,
        forms.read_answers(request.form),
        language=current_language(),
        now=clock.now(),
    )


def _tell_of(receipts: list[KeptSave]) -> bool:
    """Tell of what was kept but does not count, and return whether everything counts."""
    late = sorted({receipt.slot for receipt in receipts if receipt.is_late})
    stale = sorted(
        {receipt.slot for receipt in receipts if not receipt.is_current and not receipt.is_late}
    )
    if late:
        flash(
            _(
                "This attempt was already submitted. What came after was kept, but does not count: "
                "questions %(numbers)s.",
                numbers=", ".join(map(str, late)),
            ),
            "warning",
        )
    if stale:
        flash(
            _(
                "Another device had answered meanwhile, and its answer counts: questions %(numbers)s. "
                "Yours was kept; answer again here if you prefer it.",
                numbers=", ".join(map(str, stale)),
            ),
            "warning",
        )
    return not late and not stale
