"""The question bank as a part of a module's course files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue import CourseFolder, CourseWriter
from lms.questions.commands import load_bank
from lms.questions.course_files import read_bank, write_bank
from lms.questions.domain import Bank
from lms.questions.queries import get_bank


class BankPart:
    """`bank.yaml`."""

    name = "bank"

    def read(self, folder: CourseFolder) -> Bank | None:
        """Read the questions."""
        return read_bank(folder)

    def canonical(self, content: Bank) -> object:
        """Return the questions by key: their order means nothing."""
        return {
            key: [question.type, question.body, question.category, sorted(question.tags)]
            for key, question in content.questions.items()
        }

    def load(self, session: Session, module_id: int, content: Bank, *, now: datetime) -> None:
        """Store what changed."""
        load_bank(session, module_id, content, now=now)

    def export(self, session: Session, module_id: int, writer: CourseWriter) -> None:
        """Write the questions."""
        write_bank(writer, get_bank(session, module_id))


def find_bank(folder: CourseFolder) -> Bank | None:
    """Return the bank of the module whose activities are being read; None if it is faulty."""
    bank: Bank | None = folder.parts[BankPart.name]
    return bank
