"""Every type in `bank.yaml`: written and read again, and what is told of faults; and a type of a test's own."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from lms.catalogue import LessonKind
from lms.catalogue.course_files import read_course
from lms.questions import BankPart
from lms.questions.course_files import shapes
from lms.questions.domain import TYPES, Control, Field, Holds, ReviewLine, build_response
from lms.questions.domain.types.true_false import TrueFalse
from lms.quizzes import QuizKind
from tests.catalogue.small_course import FILES, write_course

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/course-format.md"
BANK = "shelf/lists/bank.yaml"
QUIZ = "shelf/lists/quizzes/words-test.yaml"


def read_bank(folder, text):
    write_course(folder, {BANK: text, QUIZ: FILES[QUIZ].replace("draw: 2", "draw: 1")})
    course = read_course(folder, {"lesson": LessonKind(), "quiz": QuizKind()}, [BankPart()])
    return course.modules[0].parts["bank"] if course.modules else None, course.faults


def documented_bank():
    """Return the bank of the documentation, which has a question of each type."""
    examples = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    return "".join(one for one in examples if one.startswith(("questions:", "  - key:")))


def test_every_type_stands_in_the_documentation_and_is_read(tmp_path):
    bank, faults = read_bank(tmp_path, documented_bank())

    assert faults == ()
    assert {question.type for question in bank.questions.values()} == {*TYPES}
    assert set(shapes.SHAPES) == set(TYPES)


def test_what_is_written_is_read_as_the_same(tmp_path):
    bank, _ = read_bank(tmp_path, documented_bank())

    for question in bank.questions.values():
        shape = shapes.SHAPES[question.type]
        values = shape.to_yaml(question.type, question.body)
        assert shape.to_body(shape.load(as_author(values))) == question.body


def as_author(value):
    """Return values as YAML gives them to the schemas: every scalar a text."""
    if isinstance(value, dict):
        return {key: as_author(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_author(item) for item in value]
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


@pytest.fixture(autouse=True)
def two_languages():
    """The schemas read texts in the languages of a module."""
    from lms.catalogue.course_files.fields import languages_in_force

    token = languages_in_force.set(("fr", "en"))
    yield
    languages_in_force.reset(token)


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("answer: yes", "answer: perhaps", "answer: perhaps", "answer: yes or no is expected here."),
        ("    feedback_true: {fr: Oui., en: Yes.}\n", "", "kept-between", "feedback_true: This key is missing."),
        ("fraction: 1/2", "fraction: 2", "fraction: 2", "fraction: In a short answer, a fraction lies between"),
        ("[count, the count*]", "[]", "en: []", "accept.en: At least 1 must be listed here."),
        ("[count, the count*]", "['*']", "en: ['*']", "The first text is shown in the review, so it cannot hold a *."),
        ("option: one-poll", "option: no-poll", "option: no-poll", "option: There is no option under this key."),
        ("key: continuous", "key: periodic", "key: periodic", "key: The key “periodic” stands twice."),
        ("    otherwise:", "    else:", "    else:", "else: This key is not known here."),
        ("all_or_nothing: yes", "all_or_nothing: no", "    options:", "must sum to 1; here, they sum to 2."),
        ("all_or_nothing: yes", "all_or_nothing: half", "all_or_nothing: half", "yes or no is expected here."),
        ("value: 12.5", "value: 12,5", "value: 12,5", "A number such as 1250, -3 or 0.25 is expected here."),
        ("value: 12.5", "value: 1e3", "value: 1e3", "A number such as 1250, -3 or 0.25 is expected here."),
        ("value: 12.5", "value: .nan", "value: .nan", "A number such as 1250, -3 or 0.25 is expected here."),
        ("value: 12.5", "value: 1234567890123", "value: 1234567890123", "A number such as 1250, -3 or 0.25"),
        ("tolerance_percent: 10", "tolerance_percent: 101", "tolerance_percent: 101", "lies between 0 and 100."),
        ("tolerance_percent: 10", "tolerance: -1", "tolerance: -1", "A tolerance is not below 0."),
        ("multiplier: 0.001", "multiplier: 1/0", "multiplier: 1/0", "A number such as 1000, 1/60 or 0.001"),
        ("multiplier: 0.001", "multiplier: 0", "multiplier: 0", "A multiplier is above 0."),
        ("multiplier: 1\n", "multiplier: 2\n", "    units:", "One unit must have the multiplier 1"),
        ("{fr: m, en: m}", "{fr: m, en: km}", "{fr: m, en: km}", "Two units are called “km”."),
        ("key: metres", "key: kilometres", "key: kilometres", "The key “kilometres” stands twice."),
    ],
)  # fmt: skip
def test_a_fault_of_a_type_is_told_with_its_line(tmp_path, before, after, line, message):
    text = documented_bank().replace(before, after, 1)

    _, faults = read_bank(tmp_path, text)

    lines = {number for number, found in enumerate(text.splitlines(), 1) if line in found}
    assert any(fault.line in lines and message in str(fault.message) for fault in faults), faults


@pytest.mark.parametrize(
    "number", ["0.1", "-0.1", "0.300000001", "100", "1.50", "007", "'25'", "−3"]
)
def test_a_number_is_kept_as_the_author_wrote_it_and_stays_so_when_it_is_written_again(
    tmp_path, number
):
    bank, faults = read_bank(
        tmp_path, documented_bank().replace("value: 12.5", f"value: {number}", 1)
    )

    body = bank.questions["road-to-the-villages"].body
    shape = shapes.SHAPES["numerical"]
    assert faults == ()
    assert body["answers"][2]["value"] == number.strip("'").replace("−", "-")
    assert shape.to_body(shape.load(as_author(shape.to_yaml("numerical", body)))) == body


class Yes(TrueFalse):
    """A type in a few lines: anything but `yes` is wrong."""

    name = "yes"

    def list_fields(self, body, rendered, prepared):
        return (Field(("said",), Control.TEXT, Holds.TEXT),)

    def read_response(self, body, response):
        return {"said": str(response["said"])}

    def is_complete(self, body, response):
        return bool(response["said"])

    def grade(self, body, response, language):
        return Fraction(int(response is not None and response["said"] == "yes"))

    def explain(self, body, rendered, prepared, response, language):
        is_given = bool(self.grade(body, response, language))
        return (ReviewLine({"fr": "oui"}, is_given, True, Fraction(1)),)


def test_a_new_type_is_one_class_and_its_line_in_each_registry(tmp_path, monkeypatch):
    monkeypatch.setitem(TYPES, "yes", Yes())
    monkeypatch.setitem(shapes.SHAPES, "yes", shapes.TrueFalseSchema())
    text = documented_bank().replace("type: true_false", "type: yes", 1)

    bank, faults = read_bank(tmp_path, text)

    question = bank.questions["kept-between-polls"]
    kind = TYPES[question.type]
    fields = kind.list_fields(
        question.body, {}, kind.prepare(question.body, Random(1), shuffles=True)
    )
    kept = kind.read_response(question.body, build_response(fields, {"said": ["yes"]}))
    assert faults == ()
    assert kind.grade(question.body, kept, "fr") == 1
    assert kind.explain(question.body, {}, {}, kept, "fr")[0].is_given
