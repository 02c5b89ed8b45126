"""`quizzes/<key>.yaml`: the settings of a quiz."""

from __future__ import annotations

from decimal import Decimal

from lms.catalogue import CourseFolder, CourseWriter
from lms.catalogue import course_fields as fields
from lms.catalogue.domain import ActivityEntry
from lms.core.i18n import N_, Message
from lms.questions import find_bank
from lms.quizzes.domain import QuizSettings

MOST_QUESTIONS = 200
MOST_ATTEMPTS = 1000


class QuizSchema(fields.Schema):
    """`quizzes/<key>.yaml`."""

    title = fields.Texts(fields.Text(longest=250), required=True)
    intro = fields.Texts(fields.Markdown(), load_default=dict)
    draw = fields.Whole(least=1, most=MOST_QUESTIONS, required=True)
    pass_mark = fields.Whole(least=0, most=100, required=True)
    attempts = fields.Whole(least=1, most=MOST_ATTEMPTS, load_default=None)


def quiz_path(key: str) -> str:
    """Return where a quiz's settings lie in the module's folder."""
    return f"quizzes/{key}.yaml"


def read_quiz(folder: CourseFolder, entry: ActivityEntry) -> QuizSettings | None:
    """Read a quiz; it cannot draw more questions than the module's bank has."""
    path = quiz_path(entry.key)
    file = folder.read_yaml(path, QuizSchema(), wanted_by=("module.yaml", entry.line))
    if file is None:
        return None
    values = file.values
    bank = find_bank(folder)
    if bank is not None and values["draw"] > len(bank.questions):
        text = N_("This draws %(draw)s questions, and the bank has %(count)s.")
        params = {"draw": values["draw"], "count": len(bank.questions)}
        folder.fault(path, file.line("draw"), Message(text, params))
        return None
    return QuizSettings(
        title=values["title"],
        intro=values["intro"],
        draw=values["draw"],
        pass_mark=Decimal(values["pass_mark"]) / 100,
        attempts_allowed=values["attempts"],
    )


def write_quiz(writer: CourseWriter, key: str, quiz: QuizSettings) -> None:
    """Write a quiz's file."""
    values: dict[str, object] = {"title": dict(quiz.title)}
    if quiz.intro:
        values["intro"] = dict(quiz.intro)
    values |= {"draw": quiz.draw, "pass_mark": int(quiz.pass_mark * 100)}
    if quiz.attempts_allowed is not None:
        values["attempts"] = quiz.attempts_allowed
    writer.write_yaml(quiz_path(key), values)
