"""Lessons as a kind of activity: read, and done when the learner says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.course_files import (
    CourseFolder,
    CourseWriter,
    LessonContent,
    read_lesson,
    write_lesson,
)
from lms.catalogue.course_files import LessonText as LessonFile
from lms.catalogue.domain import ActivityEntry, Fault
from lms.catalogue.kinds import StoredActivity
from lms.catalogue.models import LessonText
from lms.core.i18n import N_, Message


class LessonKind:
    """A text in each language of the module."""

    name = "lesson"
    is_self_declared = True

    def read(self, folder: CourseFolder, entry: ActivityEntry) -> LessonContent | None:
        """Read the lesson's files."""
        return read_lesson(folder, entry)

    def canonical(self, content: LessonContent) -> object:
        """Return what the author wrote; figures are compared with the module's files."""
        return {
            language: [text.title, text.source, text.revision, text.translates]
            for language, text in content.texts.items()
        }

    def title(self, content: LessonContent) -> Mapping[str, str]:
        """Return the title in each language."""
        return {language: text.title for language, text in content.texts.items()}

    def load(
        self, session: Session, activity: StoredActivity, content: LessonContent, *, now: datetime
    ) -> Sequence[Fault]:
        """Store the texts, and warn of a source that changed under the same revision."""
        for language, text in content.texts.items():
            session.add(
                LessonText(
                    activity_id=activity.id,
                    language=language,
                    title=text.title,
                    source=text.source,
                    html=text.html,
                    revision=text.revision,
                    translates=text.translates,
                    is_stale=text.is_stale,
                )
            )
        session.flush()
        return [] if activity.previous_id is None else _compare(session, activity, content)

    def export(
        self,
        session: Session,
        activity_id: int,
        title: Mapping[str, str],
        key: str,
        writer: CourseWriter,
    ) -> None:
        """Write one file for each language."""
        rows = session.scalars(
            select(LessonText).where(LessonText.activity_id == activity_id).order_by(LessonText.id)
        )
        texts = {
            row.language: LessonFile(row.title, row.source, row.html, row.revision, row.translates)
            for row in rows
        }
        write_lesson(writer, key, texts)

    def summarise(
        self, session: Session, enrolment_id: int, activity_ids: Sequence[int]
    ) -> Mapping[str, Message]:
        """Return nothing: a lesson has no deadline and no attempts."""
        return {}


def _compare(session: Session, activity: StoredActivity, content: LessonContent) -> list[Fault]:
    """Translations learn that they are stale from the source's revision alone."""
    before = session.execute(
        select(LessonText.title, LessonText.source, LessonText.revision).where(
            LessonText.activity_id == activity.previous_id, LessonText.translates.is_(None)
        )
    ).one_or_none()
    text = next(text for text in content.texts.values() if text.translates is None)
    if before is None or before.revision < text.revision:
        return []
    if (before.title, before.source) == (text.title, text.source):
        return []
    message = Message(
        N_(
            "The text changed, but its revision is still %(revision)s: raise it if the "
            "translations must follow."
        ),
        {"revision": text.revision},
    )
    return [Fault(content.source_path, content.revision_line, message)]
