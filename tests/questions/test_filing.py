"""Category and tags of questions: in `bank.yaml`, in the database, and for the rooms that draw by them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms import catalogue, questions
from lms.catalogue import FaultyCourse, LessonKind
from lms.catalogue.course_files import read_course
from lms.catalogue.models import Module, ModuleVersion
from lms.core.permissions import SYSTEM
from lms.questions import BankPart
from lms.questions.domain import DEEPEST_CATEGORY, MOST_TAGS, select_questions
from lms.questions.models import Question, QuestionTag, QuestionVersion
from lms.quizzes import QuizKind
from tests.catalogue.small_course import FILES, write_course
from tests.conftest import NOW

BANK = "shelf/lists/bank.yaml"
TYPE = "    type: single_choice\n"
FILED = "    category: lists/words\n    tags: [law, anchor]\n"


def bank_with(lines):
    """Return the bank whose first question has these lines after its type; they begin at line 4."""
    assert TYPE in FILES[BANK]
    return {BANK: FILES[BANK].replace(TYPE, TYPE + lines, 1)}


def read_bank(folder, lines):
    course = read_course(
        write_course(folder, bank_with(lines)),
        {"lesson": LessonKind(), "quiz": QuizKind()},
        [BankPart()],
    )
    return course.modules[0].parts["bank"] if course.modules else None, course.faults


@pytest.fixture
def load(make, session, tmp_path):
    """Load the small course, its first question filed by these lines; return the id of its module."""

    def write_and_load(lines=FILED, changes=None):
        write_course(tmp_path / "courses", changes or bank_with(lines))
        make.courses(tmp_path / "courses")
        return session.scalars(select(Module.id)).one()

    return write_and_load


def list_tags(session):
    return sorted(session.scalars(select(QuestionTag.tag)))


# --- Course files -----------------------------------------------------------------------------------


def test_a_question_has_a_category_and_tags_or_neither(tmp_path):
    bank, faults = read_bank(tmp_path, FILED)

    assert faults == ()
    which, several = bank.questions["which"], bank.questions["several"]
    assert (which.category, which.tags) == ("lists/words", {"law", "anchor"})
    assert (several.category, several.tags) == ("", frozenset())


@pytest.mark.parametrize(
    "lines",
    [
        "    tags:\n",
        "    tags: []\n",
        "    category: a\n",
        f"    category: {'/'.join(['deep'] * DEEPEST_CATEGORY)}\n",
        f"    category: {'/'.join(['x' * 64] * DEEPEST_CATEGORY)}\n",
        f"    tags: [{', '.join(f'tag-{number}' for number in range(MOST_TAGS))}]\n",
    ],
)
def test_what_is_just_within_the_bounds_is_read(tmp_path, lines):
    bank, faults = read_bank(tmp_path, lines)

    assert faults == ()
    assert bank is not None


CATEGORY = "category: A category is 1 to 5 keys joined by /, such as registration/methods."
KEY = "tags: A key has lower-case letters, digits and single hyphens, at most 64."


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("    category: Lists\n", 4, CATEGORY),
        ("    category: /lists\n", 4, CATEGORY),
        ("    category: lists/\n", 4, CATEGORY),
        ("    category: lists//words\n", 4, CATEGORY),
        ("    category: lists / words\n", 4, CATEGORY),
        ("    category: a/b/c/d/e/f\n", 4, CATEGORY),
        ("    category:\n", 4, "category: This text is empty."),
        ("    category: [a]\n", 4, "category: A text is expected here."),
        ("    tags: law\n", 4, "tags: A list is expected here."),
        ("    tags: [law, Anchor]\n", 4, KEY),
        ("    tags: [law, [anchor]]\n", 4, "tags: A text is expected here."),
        ("    tags:\n      - law\n      - anchor\n      - law\n", 7, "tags: The key “law” stands twice."),
        (f"    tags: [{', '.join(f't{n}' for n in range(21))}]\n", 4, "tags: At most 20 can be listed here."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(tmp_path, lines, line, message):
    bank, faults = read_bank(tmp_path, lines)

    assert bank is None
    assert [(fault.path, fault.line, str(fault.message)) for fault in faults] == [
        ((tmp_path / BANK).as_posix(), line, message)
    ]


def test_a_faulty_tag_files_nothing(load, session):
    load()

    with pytest.raises(FaultyCourse):
        load("    category: other\n    tags: [Law]\n")

    assert list_tags(session) == ["anchor", "law"]
    assert session.scalars(select(Question.category).where(Question.key == "which")).one() == (
        "lists/words"
    )


# --- Loading and exporting --------------------------------------------------------------------------


def test_filing_a_question_elsewhere_is_news_of_its_module_and_no_version_of_the_question(
    load, session
):
    load()
    before = session.execute(select(QuestionVersion.id, QuestionVersion.number)).all()

    load("    category: law\n    tags: [anchor, poll]\n")

    assert session.execute(select(QuestionVersion.id, QuestionVersion.number)).all() == before
    assert session.scalars(select(ModuleVersion.number)).all() == [1, 2]
    assert dict(session.execute(select(Question.key, Question.category)).all()) == {
        "which": "law",
        "several": "",
    }
    assert list_tags(session) == ["anchor", "poll"]


def test_tags_in_another_order_are_no_news(load, session):
    load()

    load("    tags: [anchor, law]\n    category: lists/words\n")

    assert session.scalars(select(ModuleVersion.number)).all() == [1]


def test_a_question_that_is_filed_no_more_has_neither(load, session):
    load()

    load("")

    assert list_tags(session) == []
    assert set(session.scalars(select(Question.category))) == {""}


def test_what_was_exported_is_loaded_as_the_same(load, session, tmp_path):
    load("    category: lists/words\n    tags: [law, '2024']\n")

    catalogue.export_courses(session, SYSTEM).save(tmp_path / "out")
    written = (tmp_path / "out" / BANK).read_text("utf-8")
    report = catalogue.load_courses(session, SYSTEM, tmp_path / "out", now=NOW)

    assert [module.outcome for module in report.modules] == ["unchanged"]
    assert written.startswith(
        "questions:\n  - key: which\n    type: single_choice\n    category: lists/words\n    tags:\n"
    )
    assert written.count("category:") == written.count("tags:") == 1


# --- For the rooms above ----------------------------------------------------------------------------


def test_a_bank_is_listed_with_what_a_quiz_draws_by(load, session):
    module_id = load()

    lines = questions.list_bank(session, module_id)

    versions = questions.get_versions(session, [line.version_id for line in lines])
    assert [versions[line.version_id].body["key"] for line in lines] == ["which", "several"]
    assert [(line.key, line.type, line.category, line.tags) for line in lines] == [
        ("which", "single_choice", "lists/words", {"law", "anchor"}),
        ("several", "multiple_choice", "", frozenset()),
    ]
    found = select_questions(lines, category="lists", tags=["law"])
    assert [line.key for line in found] == ["which"]


def test_a_question_that_left_its_bank_is_listed_no_more_and_its_newest_version_is_found(
    load, session
):
    module_id = load()
    load(changes={BANK: FILES[BANK].replace("fr: Lesquels", "fr: Lesquels donc")})
    ids = {line.key: line.question_id for line in questions.list_bank(session, module_id)}
    quiz = "shelf/lists/quizzes/words-test.yaml"
    load(
        changes={
            BANK: FILES[BANK].partition("  - key: several")[0],
            quiz: FILES[quiz].replace("draw: 2", "draw: 1"),
        }
    )

    newest = questions.find_newest_versions(session, ids.values())

    assert [line.key for line in questions.list_bank(session, module_id)] == ["which"]
    assert set(newest) == set(ids.values())
    gone, here = newest[ids["several"]], newest[ids["which"]]
    assert (gone.key, gone.number, gone.is_in_bank) == ("several", 2, False)
    assert (here.key, here.number, here.is_in_bank) == ("which", 1, True)
    assert gone.body["prompt"]["fr"] == "Lesquels donc"
    assert questions.find_newest_versions(session, []) == {}


def test_every_version_can_be_joined_with_its_question(load, session):
    load()
    load(changes={BANK: FILES[BANK].replace("fr: Lesquels", "fr: Lesquels donc")})
    columns = questions.question_versions.c

    rows = session.execute(
        select(columns.key, columns.number, columns.category, columns.type).order_by(
            columns.version_id
        )
    ).all()

    assert [tuple(row) for row in rows] == [
        ("which", 1, "", "single_choice"),
        ("several", 1, "", "multiple_choice"),
        ("several", 2, "", "multiple_choice"),
    ]
    question_ids = set(session.scalars(select(columns.question_id)))
    assert question_ids == set(session.scalars(select(Question.id)))
