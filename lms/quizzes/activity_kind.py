"""Quizzes as a kind of activity: done when their score reaches the pass mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import questions
from lms.catalogue import CourseFolder, CourseWriter, StoredActivity, render_markdown
from lms.catalogue.domain import ActivityEntry, Fault
from lms.core.i18n import Message
from lms.questions.domain import BankLine, select_questions
from lms.quizzes.course_files import read_quiz, to_values, write_quiz
from lms.quizzes.domain import Band, Draw, QuizSettings
from lms.quizzes.models import PoolEntry, Quiz, QuizBand, QuizDraw
from lms.quizzes.queries import list_draws, read_rules, summarise_attempts


class QuizKind:
    """Questions drawn from the module's bank."""

    name = "quiz"
    is_self_declared = False

    def read(self, folder: CourseFolder, entry: ActivityEntry) -> QuizSettings | None:
        """Read the quiz's file."""
        return read_quiz(folder, entry)

    def canonical(self, content: QuizSettings) -> object:
        """Return the settings; the questions are compared with the module's bank."""
        return to_values(content)

    def title(self, content: QuizSettings) -> Mapping[str, str]:
        """Return the title in each language."""
        return content.title

    def load(
        self, session: Session, activity: StoredActivity, content: QuizSettings, *, now: datetime
    ) -> Sequence[Fault]:
        """Store the settings, and the bank's current questions as what each draw may take."""
        rules = content.rules
        session.add(
            Quiz(
                activity_id=activity.id,
                intro=dict(content.intro),
                intro_html=_render(content.intro),
                pass_mark=rules.pass_mark,
                attempts_allowed=rules.attempts_allowed,
                opens_at=rules.opens_at,
                closes_at=rules.closes_at,
                time_limit=rules.time_limit,
                grace=rules.grace,
                delay=rules.delay,
                method=rules.method,
                per_page=rules.per_page,
                navigation=rules.navigation,
                feedback=rules.feedback,
                shuffles_questions=rules.shuffles_questions,
                shuffles_options=rules.shuffles_options,
                review_score=rules.review.score,
                review_marks=rules.review.marks,
                review_answers=rules.review.answers,
                review_feedback=rules.review.feedback,
            )
        )
        session.flush()
        session.add_all(
            QuizBand(
                quiz_id=activity.id,
                least=band.least,
                text=dict(band.text),
                text_html=_render(band.text),
            )
            for band in content.bands
        )
        self._store_draws(session, activity, content.draws)
        return []

    def _store_draws(
        self, session: Session, activity: StoredActivity, draws: Sequence[Draw]
    ) -> None:
        session.add_all(
            QuizDraw(
                quiz_id=activity.id,
                number=number,
                count=draw.count,
                category=draw.category,
                tags=list(draw.tags),
                question=draw.question,
            )
            for number, draw in enumerate(draws, start=1)
        )
        session.flush()
        bank = questions.list_bank(session, activity.module_id)
        session.add_all(
            PoolEntry(quiz_id=activity.id, draw=number, question_version_id=line.version_id)
            for number, draw in enumerate(draws, start=1)
            for line in _select(bank, draw)
        )
        session.flush()

    def export(
        self,
        session: Session,
        activity_id: int,
        title: Mapping[str, str],
        key: str,
        writer: CourseWriter,
    ) -> None:
        """Write the quiz's file."""
        quiz = session.get_one(Quiz, activity_id)
        bands = session.scalars(
            select(QuizBand).where(QuizBand.quiz_id == activity_id).order_by(QuizBand.least)
        )
        settings = QuizSettings(
            title,
            quiz.intro,
            tuple(
                Draw(draw.count, draw.category, tuple(draw.tags), draw.question)
                for draw in list_draws(session, activity_id)
            ),
            read_rules(quiz),
            tuple(Band(band.least, band.text) for band in bands),
        )
        write_quiz(writer, key, settings)

    def summarise(
        self, session: Session, enrolment_id: int, activity_ids: Sequence[int]
    ) -> Mapping[str, Message]:
        """Return a line on the attempts of each quiz."""
        return summarise_attempts(session, enrolment_id, activity_ids)


def _render(texts: Mapping[str, str]) -> dict[str, str]:
    return {
        language: render_markdown(text, language, lambda address: None)
        for language, text in texts.items()
    }


def _select(bank: Sequence[BankLine], draw: Draw) -> list[BankLine]:
    if draw.question is not None:
        return [line for line in bank if line.key == draw.question]
    return select_questions(bank, category=draw.category, tags=draw.tags)
