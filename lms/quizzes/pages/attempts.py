"""The learner's pages of a quiz: start, answer, submit, review. Complete without a script."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.permissions import Actor
from lms.learning import ActivityLine, EnrolmentPage, as_link
from lms.quizzes import commands, forms, queries
from lms.quizzes.domain import (
    KeptSave,
    Navigation,
    Place,
    count_pages,
    cut_to_page,
    find_current,
    find_rival,
    judge_place,
    page_of,
)
from lms.quizzes.errors import AttemptIsClosed, CannotCheck, NothingToCheck, PageLeft
from lms.quizzes.queries import AttemptHead, SlotQuestion
from lms.quizzes.views import SlotView, review_slot, show_slot
from lms.web import Carried, CarriedHandler, carries, current_actor, current_language, issue_ticket
from lms.web.formats import as_sentence

pages = Blueprint("quizzes", __name__, template_folder="../templates")

# A page of answers, as it is carried over a sign-in; its subject is the attempt's id.
ATTEMPT_PAGE = "attempt-page"


def show_quiz(session: Session, page: EnrolmentPage, line: ActivityLine) -> ResponseReturnValue:
    """Show what the quiz asks, the attempts there were, and the button for the next."""
    now = clock.now()
    quiz = queries.get_quiz(session, line.id, language=current_language())
    attempts, chances = queries.list_attempts(
        session, page.card.id, line.key, rules=quiz.rules, now=now
    )
    extra = 0
    if quiz.rules.time_limit is not None:
        extra = queries.find_extra_percent(
            session, page.facts.module_id, line.key, page.facts.person_id, page.facts.scopes
        )
    refusal = None if chances.open_id else queries.find_refusal(quiz.rules, chances, now)
    previous, following = page.neighbours(line.key)
    return render_template(
        "quizzes/quiz.html",
        enrolment_id=page.card.id,
        module_title=page.card.module_title,
        line=line,
        quiz=quiz,
        rules=quiz.rules,
        minutes=_with_extra(quiz.rules.time_limit, extra),
        extra_percent=extra,
        attempts=attempts,
        attempts_left=chances.left(quiz.rules),
        attempts_allowed=chances.allowed(quiz.rules),
        open_attempt_id=chances.open_id,
        refusal=as_sentence(refusal.message) if refusal else None,
        previous=as_link(previous),
        next=as_link(following),
    )


def _with_extra(minutes: int | None, percent: int) -> int | None:
    return None if minutes is None else minutes * (100 + percent) // 100


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
    """Show a page of questions with the answers so far; a closed attempt shows its review.

    Where the time is over and nothing has closed the attempt yet, this does.
    """
    now = clock.now()
    with reading() as session:
        head = _get_head(session, attempt_id, now)
        questions = queries.list_questions(session, attempt_id)
        kept = queries.list_kept_saves(session, attempt_id)
    if head.is_overdue(now):
        with unit_of_work() as session:
            commands.close_overdue_attempt(session, attempt_id, now=now)
    if head.submitted_at is not None or head.is_overdue(now):
        return redirect(url_for(".show_review", attempt_id=attempt_id))
    rules = head.rules
    last = count_pages(len(questions), rules.per_page)
    page = _page_asked_for(head, last)
    return render_template(
        "quizzes/attempt.html",
        attempt=head,
        rules=rules,
        slots=[_show_slot(head, one, kept) for one in cut_to_page(questions, page, rules.per_page)],
        total=len(questions),
        page=page,
        last_page=last,
        numbers=[
            (slot.number, page_of(slot.number, rules.per_page))
            for slot in questions
            if judge_place(slot.number, page, rules.per_page, rules.navigation) is Place.OPEN
        ],
        client=secrets.token_hex(8),
        ticket=_issue_ticket(head),
        now=now,
    )


def _page_asked_for(head: AttemptHead, last: int) -> int:
    if head.rules.navigation is Navigation.SEQUENTIAL:
        return head.page
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), last)


def _issue_ticket(head: AttemptHead) -> str | None:
    """Return what lets the page's answers be carried over a sign-in; trainers look without one."""
    if not current_actor().is_person(head.facts.person_id):
        return None
    return issue_ticket(ATTEMPT_PAGE, str(head.id))


def _show_slot(head: AttemptHead, question: SlotQuestion, kept: Sequence[KeptSave]) -> SlotView:
    return show_slot(
        question,
        kept,
        find_current(kept, question.number),
        None if question.checked_at else find_rival(kept, question.number),
        language=current_language(),
        fallback=head.language,
    )


@pages.post("/attempts/<int:attempt_id>/answers")
@carries(ATTEMPT_PAGE)
def save_answers(attempt_id: int) -> ResponseReturnValue:
    """Keep the page's answers, do what its button says, and show the page where the learner then is."""
    go, check, choose = forms.read_buttons(request.form)
    page, slot = go or request.args.get("page", 1, type=int), check or (choose and choose[0])
    now = clock.now()
    with unit_of_work() as session:
        receipts = _save_page(session, attempt_id, now)
        if choose:
            receipts = commands.choose_answer(
                session,
                current_actor(),
                attempt_id,
                forms.require_client(request.form),
                *choose,
                now=now,
            )
        is_checked = check is None or _check(session, attempt_id, check, now)
        if go:
            page = commands.turn_page(session, current_actor(), attempt_id, go, now=now)
    if _tell_of(receipts) and is_checked and not go:
        flash(_("Your answers are saved."), "success")
    return redirect(
        url_for(
            ".show_attempt",
            attempt_id=attempt_id,
            page=page if page > 1 else None,
            _anchor=f"q{slot}" if slot else None,
        )
    )


def _check(session: Session, attempt_id: int, slot: int, now: datetime) -> bool:
    """Check an answer, or tell why not; what was saved before stays saved."""
    try:
        commands.check_answer(session, current_actor(), attempt_id, slot, now=now)
    except (AttemptIsClosed, CannotCheck, NothingToCheck, PageLeft) as refusal:
        flash(as_sentence(refusal.message), "warning")
        return False
    return True


@pages.post("/attempts/<int:attempt_id>/submit")
@carries(ATTEMPT_PAGE)
def submit_attempt(attempt_id: int) -> ResponseReturnValue:
    """Keep the page's answers, ask once more, naming what is unanswered, and then close the attempt."""
    is_confirmed = request.form.get("confirmed") == "1"
    now = clock.now()
    with unit_of_work() as session:
        receipts = _save_page(session, attempt_id, now)
        head = _get_head(session, attempt_id, now)
        if head.submitted_at is None and not is_confirmed:
            return _ask_once_more(session, head)
        commands.submit_attempt(session, current_actor(), attempt_id, now=now)
    _tell_of(receipts)
    return redirect(url_for(".show_review", attempt_id=attempt_id))


def _ask_once_more(session: Session, head: AttemptHead) -> str:
    kept = queries.list_kept_saves(session, head.id)
    questions = queries.list_questions(session, head.id)
    answers = queries.list_current_answers(session, head.id)
    currents = [find_current(kept, question.number) for question in questions]
    return render_template(
        "quizzes/confirm.html",
        attempt=head,
        may_go_back=head.rules.navigation is Navigation.FREE,
        per_page=head.rules.per_page,
        page_of=page_of,
        unanswered=[
            question.number
            for question in questions
            if not question.is_answered(answers.get(question.number))
        ],
        unclear=[save.slot for save in currents if save is not None and save.problem is not None],
    )


@pages.get("/attempts/<int:attempt_id>/review")
def show_review(attempt_id: int) -> ResponseReturnValue:
    """Show the score, what was right, and why: as much of it as the quiz lets see."""
    now = clock.now()
    with reading() as session:
        head = _get_head(session, attempt_id, now)
        if head.submitted_at is None:
            return redirect(url_for(".show_attempt", attempt_id=attempt_id))
        questions = queries.use_versions(
            session, queries.list_questions(session, attempt_id), head.graded_versions
        )
        answers = queries.list_current_answers(session, attempt_id)
        _lines, chances = queries.list_attempts(
            session, head.enrolment_id, head.key, rules=head.rules, now=now
        )
    slots = [
        review_slot(
            question,
            answers.get(question.number),
            head.marks.get(question.number),
            head.visible,
            language=current_language(),
            fallback=head.language,
        )
        for question in questions
    ]
    return render_template(
        "quizzes/review.html",
        attempt=head,
        rules=head.rules,
        slots=slots,
        attempts_left=chances.left(head.rules),
        may_retry=queries.find_refusal(head.rules, chances, now) is None,
        module_completed=head.facts.completed_at is not None,
        waits_for_name=not head.facts.is_name_confirmed,
    )


def _get_head(session: Session, attempt_id: int, now: datetime) -> AttemptHead:
    return queries.get_attempt(
        session, current_actor(), attempt_id, language=current_language(), now=now
    )


def _save_page(session: Session, attempt_id: int, now: datetime) -> list[KeptSave]:
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
        now=now,
    )


def _tell_of(receipts: list[KeptSave]) -> bool:
    """Tell of what was kept but does not count, and return whether everything counts."""
    # What comes within the grace is late, and counts.
    late = sorted({one.slot for one in receipts if one.is_late and not one.is_current})
    lost = [one for one in receipts if not one.is_current and not one.is_late]
    # A number that cannot be read may be stale, too; only the reason tells.
    final = sorted({one.slot for one in lost if one.problem and one.problem.text in commands.FINAL})
    stale = sorted({one.slot for one in lost} - set(final))
    if late:
        flash(
            _(
                "This came after the end of the attempt. It was kept, but does not count: "
                "questions %(numbers)s.",
                numbers=", ".join(map(str, late)),
            ),
            "warning",
        )
    if final:
        flash(
            _(
                "The answers to these questions were final already. What came after was kept, but "
                "does not count: questions %(numbers)s.",
                numbers=", ".join(map(str, final)),
            ),
            "warning",
        )
    if stale:
        flash(
            _(
                "Another device had answered meanwhile: questions %(numbers)s. Both answers are "
                "kept. Choose below which one counts.",
                numbers=", ".join(map(str, stale)),
            ),
            "warning",
        )
    return not (late or final or stale)


# --- Carried over a sign-in -----------------------------------------------------------------------


def _apply(actor: Actor, carried: Carried) -> str:
    """Save the answers that their learner had sent before signing in again, and show them."""
    attempt_id = int(carried.subject)
    with unit_of_work() as session:
        receipts = commands.save_page(
            session,
            actor,
            attempt_id,
            forms.require_client(carried.form),
            forms.read_answers(carried.form),
            language=carried.language,
            now=clock.now(),
        )
    if _tell_of(receipts):
        flash(_("Your answers are saved."), "success")
    return url_for("quizzes.show_attempt", attempt_id=attempt_id)


def _hold(carried: Carried) -> None:
    """Set the answers aside: their learner will find them beside those that count, and choose."""
    with unit_of_work() as session:
        commands.set_page_aside(
            session,
            int(carried.subject),
            forms.require_client(carried.form),
            forms.read_answers(carried.form),
            language=carried.language,
            now=clock.now(),
        )


CARRIED = CarriedHandler(ATTEMPT_PAGE, apply=_apply, hold=_hold)
