"""A quiz's file: every key, every fault with its line, and what is written read again as the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms import catalogue
from lms.catalogue import CourseWriter, LessonKind
from lms.catalogue.commands import Outcome
from lms.catalogue.course_files import read_course
from lms.catalogue.course_files.fields import YesNo
from lms.core.permissions import SYSTEM
from lms.questions import BankPart
from lms.quizzes import QuizKind
from lms.quizzes.course_files import (
    BandSchema,
    DrawSchema,
    QuizSchema,
    ReviewSchema,
    write_quiz,
)
from lms.quizzes.domain import (
    Band,
    Draw,
    Feedback,
    Method,
    Navigation,
    QuizRules,
    QuizSettings,
    ReviewRules,
    When,
)
from tests.conftest import NOW
from tests.made_courses import Listed, MadeModule, both, filed, number, several, single

OPENS, CLOSES = datetime(2026, 4, 1, 8, tzinfo=UTC), datetime(2026, 4, 30, 18, tzinfo=UTC)
QUIZ = MadeModule(
    activities=(Listed("test", "quiz"),),
    questions=(
        filed(single("alpha"), "law", "anchor"),
        filed(single("beta"), "law/lists", "hard"),
        filed(several("gamma"), "law/lists", "anchor", "hard"),
        filed(number("delta"), "counting"),
        single("epsilon"),
    ),
)

# What the file says besides title, draw and pass mark; the rules that it makes.
KEYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "attempts": ({"attempts": 3}, {"attempts_allowed": 3}),
    "delay": ({"delay": 1440}, {"delay": 1440}),
    "highest": ({"grading": "highest"}, {}),
    "average": ({"grading": "average"}, {"method": Method.AVERAGE}),
    "first": ({"grading": "first"}, {"method": Method.FIRST}),
    "last": ({"grading": "last"}, {"method": Method.LAST}),
    "opens": ({"opens": "2026-04-01T08:00Z"}, {"opens_at": OPENS}),
    "opens elsewhere": ({"opens": "2026-04-01T10:00+02:00"}, {"opens_at": OPENS}),
    "closes": ({"closes": "2026-04-30T18:00Z"}, {"closes_at": CLOSES}),
    "time_limit": ({"time_limit": 30, "grace": 60}, {"time_limit": 30, "grace": 60}),
    "grace at the closing": (
        {"closes": "2026-04-30T18:00Z", "grace": 60}, {"closes_at": CLOSES, "grace": 60}),
    "per_page": ({"per_page": 2}, {"per_page": 2}),
    "free": ({"navigation": "free"}, {}),
    "sequential": (
        {"per_page": 1, "navigation": "sequential"},
        {"per_page": 1, "navigation": Navigation.SEQUENTIAL}),
    "deferred": ({"feedback": "deferred"}, {}),
    "immediate": ({"feedback": "immediate"}, {"feedback": Feedback.IMMEDIATE}),
    "questions in order": ({"shuffle_questions": False}, {"shuffles_questions": False}),
    "options in order": ({"shuffle_options": False}, {"shuffles_options": False}),
    "review": (
        {"review": {"score": "finished", "marks": "closed", "answers": "never"},
         "closes": "2026-04-30T18:00Z"},
        {"closes_at": CLOSES,
         "review": ReviewRules(When.FINISHED, When.CLOSED, When.NEVER, When.SUBMITTED)}),
    "review as usual": ({"review": {}}, {}),
}  # fmt: skip


def read(folder: Path, module: MadeModule = QUIZ) -> tuple[QuizSettings | None, list[Any]]:
    return read_folder(module.write(folder))


def read_folder(folder: Path) -> tuple[QuizSettings | None, list[Any]]:
    course = read_course(folder, {"lesson": LessonKind(), "quiz": QuizKind()}, [BankPart()])
    content = course.modules[0].activities["test"] if course.modules else None
    return content, list(course.faults)


def without_attempts(**settings: Any) -> MadeModule:
    return QUIZ.with_(attempts=None, settings=settings)


def test_what_a_quiz_is_where_its_file_says_no_more(tmp_path):
    quiz, faults = read(tmp_path, without_attempts())

    assert faults == []
    assert quiz == QuizSettings(
        both("Test test"), {}, (Draw(3),), QuizRules(pass_mark=Decimal("0.7"))
    )
    assert (quiz.rules.attempts_allowed, quiz.rules.time_limit, quiz.rules.per_page) == (None,) * 3
    assert (quiz.rules.method, quiz.rules.navigation) == (Method.HIGHEST, Navigation.FREE)
    assert (quiz.rules.feedback, quiz.rules.review) == (Feedback.DEFERRED, ReviewRules())
    assert (quiz.rules.shuffles_questions, quiz.rules.shuffles_options) == (True, True)


@pytest.mark.parametrize("name", KEYS)
def test_each_key_makes_a_rule(name, tmp_path):
    settings, rules = KEYS[name]

    quiz, faults = read(tmp_path, without_attempts(**settings))

    assert faults == []
    assert quiz.rules == QuizRules(pass_mark=Decimal("0.7"), **rules)


@pytest.mark.parametrize(
    ("draw", "draws"),
    [
        (5, [Draw(5)]),
        ([{"count": 2}], [Draw(2)]),
        ([{}], [Draw(1)]),
        ([{"question": "delta"}, {"count": 2}], [Draw(1, question="delta"), Draw(2)]),
        ([{"count": 3, "category": "law"}], [Draw(3, "law")]),
        ([{"count": 2, "tags": ["hard"]}], [Draw(2, tags=("hard",))]),
        (
            [{"category": "law", "tags": ["anchor", "hard"]}, {"count": 2, "category": "law"}],
            [Draw(1, "law", ("anchor", "hard")), Draw(2, "law")],
        ),
    ],
)
def test_what_a_quiz_draws(draw, draws, tmp_path):
    quiz, faults = read(tmp_path, QUIZ.with_(draw=draw))

    assert faults == []
    assert quiz.draws == tuple(draws)
    assert quiz.length == sum(one.count for one in draws)


def test_what_is_said_of_a_score(tmp_path):
    bands = [{"from": 90, "text": both("Very good")}, {"from": 0, "text": both("Read again")}]

    quiz, faults = read(tmp_path, QUIZ.with_(settings={"bands": bands}))

    assert faults == []
    assert quiz.bands == (
        Band(Decimal("0.9"), both("Very good")), Band(Decimal(0), both("Read again")),
    )  # fmt: skip


# --- Faults ---------------------------------------------------------------------------------------

# What the file says; how the line begins that is named; what is told.
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no draw": ({"draw": []}, '"draw"', "draw: At least 1 must be listed here."),
    "a draw of nothing": (
        {"draw": [{"count": 0}]}, '"count"', "count: 0 is outside 1 to 200."),
    "a word for a draw": (
        {"draw": "all"}, '"draw"', "draw: A whole number is expected here, not “all”."),
    "a truth for a draw": (
        {"draw": True}, '"draw"', "draw: A whole number is expected here, not “true”."),
    "draws that are no mappings": (
        {"draw": ["law"]}, '"law"', "draw: Keys with values are expected here."),
    "an unknown key of a draw": (
        {"draw": [{"count": 1, "topic": "law"}]}, '"topic"', "topic: This key is not known here."),
    "tags that are no list": (
        {"draw": [{"tags": "law"}]}, '"tags"', "tags: A list is expected here."),
    "a tag with capitals": (
        {"draw": [{"tags": ["Law"]}]}, '"Law"',
        "draw.tags: A key has lower-case letters, digits and single hyphens, at most 64."),
    "too many questions in all": (
        {"draw": [{"count": 150}, {"count": 51}]}, '"draw"',
        "draw: These are 201 questions in all; the most is 200."),
    "a named question that is not there": (
        {"draw": [{"question": "omega"}]}, '"draw"', "The bank has no question “omega”."),
    "a named question with a count": (
        {"draw": [{"question": "alpha", "count": 2}]}, '"question"',
        "question: A question that is named stands alone: no count, category or tags."),
    "a named question with a category": (
        {"draw": [{"question": "alpha", "category": "law"}]}, '"question"',
        "question: A question that is named stands alone: no count, category or tags."),
    "a named question twice": (
        {"draw": [{"question": "alpha"}, {"question": "alpha"}]}, '"draw"',
        "Draw 2 has too few questions that no other draw needs."),
    "more than the bank has": (
        {"draw": 6}, '"draw"', "This draws 6 questions, and the bank has 5."),
    "a category that has too few": (
        {"draw": [{"count": 4, "category": "law"}]}, '"draw"',
        "A draw takes 4 questions, and only 3 fit it."),
    "a category that is not there": (
        {"draw": [{"category": "lists"}]}, '"draw"',
        "A draw takes 1 questions, and only 0 fit it."),
    "tags that no question has together": (
        {"draw": [{"tags": ["anchor", "law"]}]}, '"draw"',
        "A draw takes 1 questions, and only 0 fit it."),
    "draws that take each other's questions": (
        {"draw": [{"count": 3, "category": "law"}, {"tags": ["hard"]}]}, '"draw"',
        "Draw 2 has too few questions that no other draw needs."),
    "no attempt": ({"attempts": 0}, '"attempts"', "attempts: 0 is outside 1 to 1000."),
    "a pause below nothing": ({"delay": -1}, '"delay"', "delay: -1 is outside 0 to 10080."),
    "a pause with a unit": (
        {"delay": "1 h"}, '"delay"', "delay: A whole number is expected here, not “1 h”."),
    "another grading": (
        {"grading": "best"}, '"grading"',
        "grading: “best” is not known; there are: average, first, highest, last."),
    "a day for a moment": (
        {"opens": "2026-04-01"}, '"opens"',
        "opens: A date and time such as 2026-04-01T08:00Z or 2026-04-01T10:00+02:00 is expected here."),
    "a moment without its distance from UTC": (
        {"closes": "2026-04-01T08:00"}, '"closes"',
        "closes: A date and time such as 2026-04-01T08:00Z or 2026-04-01T10:00+02:00 is expected here."),
    "a number for a moment": (
        {"closes": 1775000000}, '"closes"',
        "closes: A date and time such as 2026-04-01T08:00Z or 2026-04-01T10:00+02:00 is expected here."),
    "a closing before the opening": (
        {"opens": "2026-04-01T08:00Z", "closes": "2026-04-01T07:59Z"}, '"closes"',
        "closes: The test closes before it opens."),
    "a closing at the opening": (
        {"opens": "2026-04-01T08:00Z", "closes": "2026-04-01T10:00+02:00"}, '"closes"',
        "closes: The test closes before it opens."),
    "no time": ({"time_limit": 0}, '"time_limit"', "time_limit: 0 is outside 1 to 10080."),
    "grace for no end": (
        {"grace": 30}, '"grace"',
        "grace: Without time_limit or closes there is no end to be late for."),
    "too much grace": (
        {"time_limit": 30, "grace": 3601}, '"grace"', "grace: 3601 is outside 0 to 3600."),
    "empty pages": ({"per_page": 0}, '"per_page"', "per_page: 0 is outside 1 to 200."),
    "another navigation": (
        {"navigation": "back"}, '"navigation"',
        "navigation: “back” is not known; there are: free, sequential."),
    "one page that is left behind": (
        {"navigation": "sequential"}, '"navigation"',
        "navigation: “sequential” needs per_page: it is pages that are left behind."),
    "another feedback": (
        {"feedback": "now"}, '"feedback"',
        "feedback: “now” is not known; there are: deferred, immediate."),
    "neither yes nor no": (
        {"shuffle_options": "maybe"}, '"shuffle_options"',
        "shuffle_options: yes or no is expected here."),
    "a word for the review": (
        {"review": "never"}, '"review"', "review: Keys with values are expected here."),
    "an unknown thing to review": (
        {"review": {"mark": "never"}}, '"mark"', "review.mark: This key is not known here."),
    "another moment of the review": (
        {"review": {"answers": "later"}}, '"answers"',
        "review.answers: “later” is not known; there are: closed, finished, never, submitted."),
    "a review that waits for no closing": (
        {"review": {"answers": "closed"}}, '"review"',
        "review: “closed” needs the key closes, which says when that is."),
    "a band beyond 100": (
        {"bands": [{"from": 101, "text": both("x")}]}, '"from"', "from: 101 is outside 0 to 100."),
    "a band without a text": (
        {"bands": [{"from": 0}]}, "{", "text: This key is missing."),
    "a band in one language": (
        {"bands": [{"from": 0, "text": {"fr": "x"}}]}, '"text"',
        "text.en: The text in “en” is missing."),
    "two bands from one score": (
        {"bands": [{"from": 50, "text": both("x")}, {"from": 50, "text": both("y")}]}, '"bands"',
        "bands: Two bands begin at the same score."),
    "an unknown key": ({"time": 30}, '"time"', "time: This key is not known here."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_file_and_line(name, tmp_path):
    settings, start, message = FAULTS[name]

    quiz, faults = read(tmp_path, without_attempts(**settings))

    assert quiz is None
    (fault,) = faults
    path = tmp_path / "made/lists/quizzes/test.yaml"
    lines = path.read_text().splitlines()
    assert Path(fault.path) == path
    assert (str(fault.message), lines[fault.line - 1].lstrip().startswith(start)) == (message, True)


def test_all_that_does_not_go_together_is_told_at_once(tmp_path):
    _, faults = read(
        tmp_path,
        without_attempts(grace=1, navigation="sequential", review={"score": "closed"}),
    )

    assert {str(fault.message).split(":")[0] for fault in faults} == {
        "grace", "navigation", "review",
    }  # fmt: skip


# --- Written again --------------------------------------------------------------------------------

EVERYTHING = {
    "intro": both("Before you begin"),
    "attempts": 2,
    "delay": 60,
    "grading": "average",
    "opens": "2026-04-01T08:00:00Z",
    "closes": "2026-04-30T18:00:00Z",
    "time_limit": 45,
    "grace": 30,
    "per_page": 2,
    "navigation": "sequential",
    "feedback": "immediate",
    "shuffle_questions": False,
    "shuffle_options": False,
    "review": {"score": "submitted", "marks": "finished", "answers": "closed", "feedback": "never"},
    "bands": [{"from": 29, "text": both("Better")}, {"from": 100, "text": both("Perfect")}],
}
DRAWS = [
    {"question": "delta"},
    {"count": 2, "category": "law", "tags": ["anchor"]},
    {"count": 1},
]


def test_everything_that_a_file_can_say_is_exported_and_read_as_the_same(make, session, tmp_path):
    everything = QUIZ.with_(draw=DRAWS, settings=EVERYTHING)
    before, _ = read(tmp_path / "before", everything)
    make.modules(everything)

    catalogue.export_courses(session, SYSTEM).save(tmp_path / "after")

    after, faults = read_folder(tmp_path / "after")
    assert faults == []
    assert after == before
    assert (after.rules.grace, after.bands[0].least) == (30, Decimal("0.29"))
    report = catalogue.load_courses(session, SYSTEM, tmp_path / "after", now=NOW)
    assert [module.outcome for module in report.modules] == [Outcome.UNCHANGED]


def test_what_is_as_usual_is_not_written(make, session, tmp_path):
    as_usual = {
        "delay": 0, "grading": "highest", "navigation": "free", "feedback": "deferred",
        "grace": 0, "shuffle_questions": True, "review": {"score": "submitted"},
    }  # fmt: skip
    make.modules(QUIZ.with_(attempts=None, draw=[{"count": 3}], settings=as_usual))

    catalogue.export_courses(session, SYSTEM).save(tmp_path)

    written = (tmp_path / "made/lists/quizzes/test.yaml").read_text()
    keys = [line.split(":")[0] for line in written.splitlines() if not line.startswith(" ")]
    assert keys == ["title", "draw", "pass_mark"]
    assert "draw: 3" in written


MOMENTS = st.integers(0, 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
PERCENT = st.integers(0, 100).map(lambda number: Decimal(number) / 100)


@st.composite
def rules(draw: st.DrawFn) -> QuizRules:
    """Draw rules that a file can say."""
    opens, closes = draw(st.none() | MOMENTS), draw(st.none() | MOMENTS)
    if opens and closes and closes <= opens:
        opens = None
    time_limit, per_page = draw(st.none() | st.integers(1, 10080)), draw(st.none() | st.just(2))
    moments = [when for when in When if closes or when is not When.CLOSED]
    return QuizRules(
        pass_mark=draw(PERCENT),
        attempts_allowed=draw(st.none() | st.integers(1, 1000)),
        opens_at=opens,
        closes_at=closes,
        time_limit=time_limit,
        grace=draw(st.integers(0, 3600)) if time_limit or closes else 0,
        delay=draw(st.integers(0, 10080)),
        method=draw(st.sampled_from(Method)),
        per_page=per_page,
        navigation=draw(st.sampled_from(Navigation)) if per_page else Navigation.FREE,
        feedback=draw(st.sampled_from(Feedback)),
        shuffles_questions=draw(st.booleans()),
        shuffles_options=draw(st.booleans()),
        review=ReviewRules(*(draw(st.sampled_from(moments)) for _ in range(4))),
    )


@settings(deadline=None)
@given(
    rules(),
    st.sampled_from([(Draw(3),), (Draw(1, question="delta"), Draw(2, "law", ("hard",)), Draw(1))]),
    st.lists(PERCENT, unique=True, max_size=3),
)
def test_whatever_a_quiz_is_its_file_says_it(rules, draws, bands):
    quiz = QuizSettings(
        both("Test"), {}, draws, rules, tuple(Band(least, both("Said")) for least in bands)
    )
    with TemporaryDirectory() as folder:
        QUIZ.write(Path(folder))
        writer = CourseWriter("made/lists/")
        write_quiz(writer, "test", quiz)
        writer.save(Path(folder))

        assert read_folder(Path(folder)) == (quiz, [])


# --- The documentation ----------------------------------------------------------------------------

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/course-format.md"


def test_the_documented_quiz_is_read(tmp_path):
    text = DOCUMENT.read_text("utf-8").partition("## Quizzes")[2]
    (example, *_) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    bank = [
        *(filed(single(f"question-{at}"), "registration/methods", "law") for at in range(9)),
        single("who-moves-first"),
    ]
    QUIZ.with_(questions=bank).write(tmp_path)
    (tmp_path / "made/lists/quizzes/test.yaml").write_text(example)

    quiz, faults = read_folder(tmp_path)

    assert faults == []
    assert (quiz.length, len(quiz.bands)) == (7, 2)
    assert quiz.rules.review == ReviewRules(answers=When.CLOSED)


@pytest.mark.parametrize("schema", [QuizSchema, DrawSchema, ReviewSchema, BandSchema])
def test_every_key_and_word_stands_in_the_documentation(schema):
    text = DOCUMENT.read_text("utf-8").partition("## Quizzes")[2].partition("## The bank")[0]
    for name, one in schema().fields.items():
        assert re.search(rf"\b{one.data_key or name}\b", text), name
        for word in getattr(one, "words", ()):
            assert f"`{word}`" in text or word in YesNo.words, word


# --- What cannot be made --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"pass_mark": Decimal("1.01")},
        {"pass_mark": Decimal("-0.1")},
        {"attempts_allowed": 0},
        {"time_limit": 0},
        {"per_page": 0},
        {"grace": -1},
        {"delay": -1},
        {"opens_at": OPENS, "closes_at": OPENS},
        {"review": ReviewRules(feedback=When.CLOSED)},
    ],
)
def test_rules_that_make_no_sense_cannot_be_made(changes):
    with pytest.raises(ValueError):
        QuizRules(**{"pass_mark": Decimal(0), **changes})


@pytest.mark.parametrize(
    "draw",
    [
        {"count": 0},
        {"count": 2, "question": "alpha"},
        {"count": 1, "question": "alpha", "category": "law"},
        {"count": 1, "question": "alpha", "tags": ("hard",)},
    ],
)
def test_a_draw_that_makes_no_sense_cannot_be_made(draw):
    with pytest.raises(ValueError):
        Draw(**draw)


def test_a_quiz_draws_something_and_says_one_thing_of_a_score():
    plain = QuizRules(pass_mark=Decimal(0))
    with pytest.raises(ValueError, match="at least one question"):
        QuizSettings({}, {}, (), plain)
    with pytest.raises(ValueError, match="two bands"):
        QuizSettings({}, {}, (Draw(1),), plain, (Band(Decimal(0), {}), Band(Decimal(0), {})))
