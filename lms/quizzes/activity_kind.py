"""Quizzes as a kind of activity: done when an attempt passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms import questions
from lms.catalogue import CourseFolder, CourseWriter, StoredActivity, render_markdown
from lms.catalogue.domain import ActivityEntry, Fault
from lms.core.i18n import Message
from lms.quizzes.course_files import read_quiz, write_quiz
from lms.quizzes.domain import QuizSettings
from lms.quizzes.models import PoolEntry, Quiz
from lms.quizzes.queries import summarise_attempts


class QuizKind:
    """Questions drawn from the module's bank."""

    name = "quiz"
    is_self_declared = False

    def read(self, folder: CourseFolder, entry: ActivityEntry) -> QuizSettings | None:
        """Read the quiz's file."""
        return read_quiz(folder, entry)

    def canonical(self, content: QuizSettings) -> object:
        """Return the settings; the questions are compared with the module's bank."""
        return {
            "title": dict(content.title),
            "intro": dict(content.intro),
            "draw": content.draw,
            "pass_mark": int(content.pass_mark * 100),
            "attempts": content.attempts_allowed,
        }

    def title(self, content: QuizSettings) -> Mapping[str, str]:
        """Return the title in each language."""
        return content.title

    def load(
        self, session: Session, activity: StoredActivity, content: QuizSettings, *, now: datetime
    ) -> Sequence[Fault]:
        """Store the settings, and the bank's current questions as what attempts draw from."""
        session.add(
            Quiz(
                activity_id=activity.id,
                intro=dict(content.intro),
                intro_html={
                    language: render_markdown(text, language, lambda address: None)
                    for language, text in content.intro.items()
                },
                draw=content.draw,
                pass_mark=content.pass_mark,
                attempts_allowed=content.attempts_allowed,
            )
        )
        session.flush()
        session.add_all(
            PoolEntry(quiz_id=activity.id, question_version_id=version_id)
            for _, version_id in questions.list_current_versions(session, activity.module_id)
        )
        session.flush()
        return []

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
        settings = QuizSettings(title, quiz.intro, quiz.draw, quiz.pass_mark, quiz.attempts_allowed)
        write_quiz(writer, key, settings)

    def summarise(
        self, session: Session, enrolment_id: int, activity_ids: Sequence[int]
    ) -> Mapping[str, Message]:
        """Return a line on the attempts of each quiz."""
        return summarise_attempts(session, enrolment_id, activity_ids)
