"""Trainers' pages: one attempt with its whole record, and what may be done for its learner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict
from lms.core.i18n import Message, pick_text
from lms.quizzes import commands, forms, queries
from lms.quizzes.errors import PreviewOutdated, UnfitRepair
from lms.quizzes.queries import (
    AttemptRecord,
    ExtraTimePage,
    GivenTime,
    Learner,
    ModuleFacts,
    RecordedRepair,
    ScoreChange,
)
from lms.quizzes.views import as_exact_percent, show_questions
from lms.web import current_actor, current_language
from lms.web.formats import as_minutes

pages = Blueprint("repairs", __name__, template_folder="../templates")

LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class SentBack:
    """A form that comes back to its page: which one, what was typed, and why nothing was done."""

    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    # By the field's name in the form.
    problems: Mapping[str, Message] = field(default_factory=dict)
    refusal: Message | None = None


# --- The record -------------------------------------------------------------------------------------


@pages.get("/teach/attempts/<int:attempt_id>")
def show_record(attempt_id: int) -> ResponseReturnValue:
    """Show everything that is kept of somebody's attempt.

    Where the time is over and nothing has closed the attempt yet, this does.
    """
    now = clock.now()
    record = _get_record(attempt_id, now)
    if record.head.is_overdue(now):
        with unit_of_work() as session:
            commands.close_overdue_attempt(session, attempt_id, now=now)
        record = _get_record(attempt_id, now)
    return _render_record(record, SentBack())


def _get_record(attempt_id: int, now: datetime) -> AttemptRecord:
    with reading() as session:
        return queries.get_record(
            session, current_actor(), attempt_id, language=current_language(), now=now
        )


def _render_record(record: AttemptRecord, back: SentBack) -> str:
    language = current_language()
    return render_template(
        "quizzes/repairs/record.html",
        record=record,
        attempt=record.head,
        rules=record.head.rules,
        questions=show_questions(record, language=language),
        repairs=[(repair, _exact_mark(repair)) for repair in record.repairs],
        attempts_left=record.chances.left(record.head.rules),
        attempts_allowed=record.chances.allowed(record.head.rules),
        back=back,
    )


def _exact_mark(repair: RecordedRepair) -> str:
    mark = repair.mark
    return as_exact_percent(Fraction(mark), current_language()) if mark is not None else ""


def _do(
    attempt_id: int, at: str, repair: Callable[[Session, datetime], str]
) -> ResponseReturnValue:
    """Do what the form `at` of an attempt's page asks, tell of it, and show the page again.

    What cannot be done comes back to the page with what was typed.
    """
    now = clock.now()
    try:
        with unit_of_work() as session:
            done = repair(session, now)
    except UnfitRepair as refusal:
        problems = {f"{name}-{at}": problem for name, problem in refusal.fields.items()}
        back, status = SentBack(at, request.form, problems), 422
    except Conflict as refusal:
        back, status = SentBack(at, request.form, refusal=refusal.message), 409
    else:
        flash(done, "success")
        return redirect(url_for(".show_record", attempt_id=attempt_id))
    return _render_record(_get_record(attempt_id, now), back), status


@pages.post("/teach/attempts/<int:attempt_id>/marks/<int:slot>")
def mark_answer(attempt_id: int, slot: int) -> ResponseReturnValue:
    """Give an answer a mark."""
    at = f"slot-{slot}"

    def repair(session: Session, now: datetime) -> str:
        commands.mark_answer(
            session,
            current_actor(),
            attempt_id,
            slot,
            mark=forms.read_mark(request.form, at),
            reason=forms.read_reason(request.form, at),
            now=now,
        )
        return _("Question %(number)s is marked, and the attempt was graded again.", number=slot)

    return _do(attempt_id, at, repair)


@pages.post("/teach/answers/<int:answer_id>/acceptance")
def accept_answer(answer_id: int) -> ResponseReturnValue:
    """Let an answer count that came too late."""
    at = f"accept-{answer_id}"
    with reading() as session:
        attempt_id = queries.get_attempt_of_answer(session, current_actor(), answer_id)

    def repair(session: Session, now: datetime) -> str:
        reason = forms.read_reason(request.form, at)
        commands.accept_answer(session, current_actor(), answer_id, reason=reason, now=now)
        return _("The late answer counts now, and the attempt was graded again.")

    return _do(attempt_id, at, repair)


@pages.post("/teach/attempts/<int:attempt_id>/deadline")
def extend_deadline(attempt_id: int) -> ResponseReturnValue:
    """Give an open attempt more time."""

    def repair(session: Session, now: datetime) -> str:
        minutes = forms.require_minutes(request.form, "extend")
        commands.extend_deadline(
            session,
            current_actor(),
            attempt_id,
            minutes=minutes,
            reason=forms.read_reason(request.form, "extend"),
            now=now,
        )
        return _("The attempt ends %(time)s later.", time=as_minutes(minutes))

    return _do(attempt_id, "extend", repair)


@pages.post("/teach/attempts/<int:attempt_id>/reopening")
def reopen_attempt(attempt_id: int) -> ResponseReturnValue:
    """Let a closed attempt go on in a new one."""

    def repair(session: Session, now: datetime) -> str:
        commands.reopen_attempt(
            session,
            current_actor(),
            attempt_id,
            minutes=forms.read_minutes(request.form, "reopen"),
            reason=forms.read_reason(request.form, "reopen"),
            now=now,
        )
        return _("The attempt goes on in a new one, which is open now.")

    return _do(attempt_id, "reopen", repair)


@pages.post("/teach/enrolments/<int:enrolment_id>/<key>/grants")
def grant_attempt(enrolment_id: int, key: str) -> ResponseReturnValue:
    """Allow one more attempt; the newest there is shows that it was done."""
    with reading() as session:
        attempt_id = queries.get_newest_attempt(session, current_actor(), enrolment_id, key)

    def repair(session: Session, now: datetime) -> str:
        reason = forms.read_reason(request.form, "grant")
        commands.grant_attempt(session, current_actor(), enrolment_id, key, reason=reason, now=now)
        return _("One more attempt is granted.")

    return _do(attempt_id, "grant", repair)


# --- Regrading --------------------------------------------------------------------------------------


@pages.get("/teach/quizzes/<slug>/<key>/regrade")
def show_regrade(slug: str, key: str) -> ResponseReturnValue:
    """Show what grading by the newest keys would change."""
    return _render_regrade(slug, key)


@pages.post("/teach/quizzes/<slug>/<key>/regrade")
def regrade_quiz(slug: str, key: str) -> ResponseReturnValue:
    """Grade anew, if that changes exactly what was shown; else show what it would change by now."""
    try:
        with unit_of_work() as session:
            changes = commands.regrade_quiz(
                session,
                current_actor(),
                slug,
                key,
                preview=request.form.get("preview", ""),
                now=clock.now(),
            )
    except PreviewOutdated as refusal:
        return _render_regrade(slug, key, refusal=refusal.message), 409
    return _render_regrade(slug, key, done=changes)


def _render_regrade(
    slug: str,
    key: str,
    *,
    done: Sequence[ScoreChange] | None = None,
    refusal: Message | None = None,
) -> str:
    """Return the page with what a regrade would change, or with what it did."""
    actor = current_actor()
    with reading() as session:
        module = queries.get_regradable(session, actor, slug, key)
        _quiz_id, title = queries.get_quiz_title(session, module.id, key)
        changes = commands.list_score_changes(session, actor, slug, key) if done is None else done
        unfinished = queries.count_unfinished(session, module.id, key)
        names = queries.list_names(session, {change.person_id for change in changes})
    return render_template(
        "quizzes/repairs/regrade.html",
        module=_show_module(module),
        key=key,
        quiz_title=_pick(title, module),
        changes=[(names[change.person_id], change) for change in changes],
        stays=[(names[one.person_id], one) for one in changes if one.stays_done],
        is_done=done is not None,
        unfinished=unfinished,
        preview=queries.hash_changes(changes),
        refusal=refusal,
    )


# --- Extra time -------------------------------------------------------------------------------------


@pages.get("/teach/quizzes/<slug>/<key>/extra-time")
def show_extra_time(slug: str, key: str) -> ResponseReturnValue:
    """Show who has extra time, and a form to give some or to take it back."""
    asked = request.args
    typed = {"whom": asked.get("whom", ""), "percent": asked.get("percent", "")}
    return _render_extra_time(slug, key, SentBack(typed=typed))


@pages.post("/teach/quizzes/<slug>/<key>/extra-time/people")
def find_people(slug: str, key: str) -> ResponseReturnValue:
    """Show the same with the people of a name to choose from; the form sends it, since no address holds a name."""
    return _render_extra_time(slug, key, SentBack(typed=request.form))


@pages.post("/teach/quizzes/<slug>/<key>/extra-time")
def give_extra_time(slug: str, key: str) -> ResponseReturnValue:
    """Give extra time, or take it back."""
    person_id, institution_id = forms.read_whom(request.form)
    try:
        with unit_of_work() as session:
            module = queries.get_whole_module(session, current_actor(), slug)
            percent = forms.read_percent(request.form)
            commands.give_extra_time(
                session,
                current_actor(),
                module.id,
                key,
                percent=percent,
                person_id=person_id,
                institution_id=institution_id,
                reason=forms.read_reason(request.form, "time"),
                now=clock.now(),
            )
    except UnfitRepair as refusal:
        names = {"target": "whom", "percent": "percent", "reason": "reason-time"}
        problems = {names[name]: problem for name, problem in refusal.fields.items()}
        return _render_extra_time(slug, key, SentBack("time", request.form, problems)), 422
    if percent:
        flash(_("Extra time is given for attempts that are begun from now on."), "success")
    else:
        flash(_("The extra time is taken back for attempts that are begun from now on."), "success")
    return redirect(url_for(".show_extra_time", slug=slug, key=key))


def _render_extra_time(slug: str, key: str, back: SentBack) -> str:
    search = request.form.get("q", "").strip()[:LONGEST_SEARCH]
    person_id, _institution_id = forms.read_whom(back.typed)
    with reading() as session:
        page = queries.get_extra_time(session, current_actor(), slug, key)
        learners = queries.find_learners(
            session, current_actor(), page.module.id, search, chosen_id=person_id
        )
    found, has_more = learners[: queries.MOST_FOUND], len(learners) > queries.MOST_FOUND
    return render_template(
        "quizzes/repairs/extra_time.html",
        module=_show_module(page.module),
        key=key,
        quiz_title=_pick(page.quiz_title, page.module),
        time_limit=page.time_limit,
        in_force=[_show_given(given, page) for given in page.given if given.is_in_force],
        history=[_show_given(given, page) for given in page.given],
        search=search,
        people=[
            (f"person-{one.person_id}", _name_learner(one, found, page.module)) for one in found
        ],
        has_more=has_more,
        most_found=queries.MOST_FOUND,
        places=[
            (f"institution-{one.id}", " – ".join(_pick(name, page.module) for name in one.names))
            for one in page.places
        ],
        back=back,
    )


def _show_given(given: GivenTime, page: ExtraTimePage) -> dict[str, object]:
    is_person = given.person_id is not None
    return {
        "whom": f"person-{given.person_id}" if is_person else f"institution-{given.institution_id}",
        "name": given.person if is_person else _pick(given.institution or {}, page.module),
        "is_person": is_person,
        "given": given,
    }


def _name_learner(learner: Learner, found: Sequence[Learner], module: ModuleFacts) -> str:
    """Return name and institution; where others have both, the number of the enrolment, too."""
    parts = [learner.name]
    if learner.institution:
        parts.append(_pick(learner.institution, module))
    same = [
        one for one in found if (one.name, one.institution) == (learner.name, learner.institution)
    ]
    if len(same) > 1:
        parts.append(_("enrolment %(number)s", number=learner.enrolment_id))
    return " · ".join(parts)


def _show_module(module: ModuleFacts) -> dict[str, str]:
    return {"slug": module.slug, "code": module.code, "title": _pick(module.title, module)}


def _pick(texts: Mapping[str, str], module: ModuleFacts) -> str:
    return pick_text(texts, current_language(), module.source_language)
