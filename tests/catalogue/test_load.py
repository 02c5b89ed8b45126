"""Loading and exporting course files."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms import catalogue
from lms.catalogue.commands import Outcome
from lms.catalogue.domain import ModulePublished
from lms.catalogue.errors import FaultyCourse
from lms.catalogue.models import Activity, CourseFile, LessonText, Module, ModuleVersion, Programme
from lms.core.errors import NotAllowed
from lms.core.events import Events
from lms.core.permissions import NOBODY, SITE, SYSTEM, Actor, Grant, Role
from lms.questions.models import Question, QuestionVersion
from lms.quizzes.models import PoolEntry, Quiz
from tests.catalogue.small_course import FILES, changed, write_course
from tests.conftest import NOW

SOURCE = "shelf/lists/lessons/words.fr.md"
TRANSLATION = "shelf/lists/lessons/words.en.md"
MODULE = "shelf/lists/module.yaml"
QUIZ = "shelf/lists/quizzes/words-test.yaml"
BANK = "shelf/lists/bank.yaml"


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def outcomes(report):
    return [(module.slug, module.version, module.outcome) for module in report.modules]


def test_a_first_load_makes_version_1_of_everything(load, session):
    report = load()

    assert outcomes(report) == [("lists", 1, Outcome.NEW)]
    assert report.warnings == ()
    version = session.scalars(select(ModuleVersion)).one()
    assert (version.minutes, version.required_count) == (30, 2)
    assert version.languages == ["fr", "en"]
    assert session.scalars(select(Module.current_version_id)).one() == version.id
    assert [a.key for a in session.scalars(select(Activity).order_by(Activity.position))] == [
        "words",
        "words-test",
    ]
    assert count(session, QuestionVersion) == 2
    assert count(session, PoolEntry) == 2


def test_loading_the_same_files_again_changes_nothing(load, session):
    load()
    before = count(session, Activity), count(session, QuestionVersion)

    report = load()

    assert outcomes(report) == [("lists", 1, Outcome.UNCHANGED)]
    assert (count(session, Activity), count(session, QuestionVersion)) == before


def test_another_layout_of_the_same_words_changes_nothing(load):
    load()

    report = load(
        {
            MODULE: "# A comment\n" + FILES[MODULE].replace("code: M8", 'code: "M8"'),
            BANK: FILES[BANK].replace("fraction: 1/2", "fraction: 0.5"),
            SOURCE: FILES[SOURCE].replace("\n", "\r\n"),
        }
    )

    assert outcomes(report) == [("lists", 1, Outcome.UNCHANGED)]


def test_a_changed_lesson_makes_version_2_and_leaves_the_questions_alone(load, session):
    load()
    before = session.execute(select(QuestionVersion.id, QuestionVersion.number)).all()
    old_activities = session.scalars(select(Activity.id)).all()

    report = load(changed(TRANSLATION, "A paragraph.", "Another paragraph."))

    assert outcomes(report) == [("lists", 2, Outcome.UPDATED)]
    assert session.execute(select(QuestionVersion.id, QuestionVersion.number)).all() == before
    assert set(old_activities) < set(session.scalars(select(Activity.id)))
    assert count(session, PoolEntry) == 4


def test_a_reworded_question_alone_gets_a_new_version(load, session):
    load()

    load(changed(BANK, "en: Which ones", "en: Which of them"))

    versions = session.execute(
        select(Question.key, QuestionVersion.number)
        .join(Question, Question.id == QuestionVersion.question_id)
        .order_by(QuestionVersion.id)
    ).all()
    assert [tuple(row) for row in versions] == [("which", 1), ("several", 1), ("several", 2)]


def test_a_question_that_leaves_the_bank_is_drawn_no_more_and_comes_back_as_it_was(load, session):
    load()
    without = {
        BANK: FILES[BANK].partition("  - key: several")[0],
        **changed(QUIZ, "draw: 2", "draw: 1"),
    }

    load(without)
    newest = session.scalar(select(func.max(Quiz.activity_id)))
    pool = session.scalars(select(PoolEntry).where(PoolEntry.quiz_id == newest)).all()
    assert len(pool) == 1

    load({BANK: FILES[BANK], QUIZ: FILES[QUIZ]})
    assert count(session, QuestionVersion) == 2
    assert None not in session.scalars(select(Question.current_version_id)).all()


def test_a_changed_figure_makes_a_new_version_that_shows_it(load, session):
    load()
    figure = "shelf/lists/lessons/figures/square.svg"

    load(changed(figure, "#123456", "#654321"))

    hashes = session.scalars(select(CourseFile.sha256).order_by(CourseFile.id)).all()
    html = session.scalars(
        select(LessonText.html).where(LessonText.language == "fr").order_by(LessonText.id)
    ).all()
    assert len(set(hashes)) == 2
    for text, sha256 in zip(html, hashes, strict=True):
        assert f'src="/media/{sha256}/square.svg"' in text


def test_a_programme_can_be_reworded_without_a_new_version(load, session):
    load()

    report = load(changed("shelf/programme.yaml", "en: A shelf", "en: Another shelf"))

    assert outcomes(report) == [("lists", 1, Outcome.UNCHANGED)]
    assert session.scalars(select(Programme.title)).one()["en"] == "Another shelf"


def test_a_stale_translation_is_loaded_with_a_warning_and_marked(load, session):
    report = load(changed(TRANSLATION, "translates: 2", "translates: 1"))

    assert [str(fault.message) for fault in report.warnings] == [
        "This translation is stale: it was made from revision 1, and the source is at 2."
    ]
    assert dict(session.execute(select(LessonText.language, LessonText.is_stale)).all()) == {
        "fr": False,
        "en": True,
    }


def test_a_source_that_changed_under_its_old_revision_is_a_warning(load, tmp_path):
    load()

    report = load(changed(SOURCE, "Un paragraphe", "Un autre paragraphe"))

    [warning] = report.warnings
    assert (warning.path, warning.line) == (f"{tmp_path}/courses/{SOURCE}", 3)
    assert str(warning.message).startswith("The text changed, but its revision is still 2")


def test_a_source_that_changed_under_a_new_revision_is_no_warning_of_that_kind(load):
    load()

    report = load(
        {
            SOURCE: FILES[SOURCE]
            .replace("Un paragraphe", "Un autre paragraphe")
            .replace("revision: 2", "revision: 3"),
            **changed(TRANSLATION, "translates: 2", "translates: 3"),
        }
    )

    assert report.warnings == ()


def test_a_faulty_course_loads_nothing(load, session):
    with pytest.raises(FaultyCourse) as refusal:
        load(changed(QUIZ, "draw: 2", "draw: 0"))

    assert [str(fault.message) for fault in refusal.value.faults] == [
        "draw: 0 is outside 1 to 200."
    ]
    assert count(session, Programme) == 0


def test_a_prerequisite_must_be_a_module_of_the_load_or_of_the_database(load, session, tmp_path):
    after_basics = changed(MODULE, "sections:", "prerequisites: [basics]\nsections:")
    with pytest.raises(FaultyCourse) as refusal:
        load(after_basics)
    assert [(fault.line, str(fault.message)) for fault in refusal.value.faults] == [
        (9, "The prerequisite “basics” is not a module.")
    ]

    basics = {name.replace("lists", "basics"): text for name, text in FILES.items()}
    load({**after_basics, **basics})

    write_course(
        tmp_path / "alone", changed(MODULE, "sections:", "prerequisites: [basics]\nsections:")
    )
    catalogue.load_courses(session, SYSTEM, tmp_path / "alone", now=NOW)


def test_modules_cannot_wait_for_each_other(load):
    basics = {
        name.replace("lists", "basics"): text.replace(
            "sections:", "prerequisites: [lists]\nsections:"
        )
        for name, text in FILES.items()
    }

    with pytest.raises(FaultyCourse) as refusal:
        load({**changed(MODULE, "sections:", "prerequisites: [basics]\nsections:"), **basics})

    assert [str(fault.message) for fault in refusal.value.faults] == [
        "The prerequisite “lists” leads back to this module.",
        "The prerequisite “basics” leads back to this module.",
    ]


@pytest.mark.parametrize(
    "actor",
    [
        NOBODY,
        Actor(1),
        Actor(1, grants=frozenset({Grant(Role.TRAINER, SITE)})),
        Actor(1, grants=frozenset({Grant(Role.OFFICER, SITE)})),
    ],
)
def test_only_who_may_load_courses_loads_or_exports_them(actor, session, tmp_path):
    write_course(tmp_path)

    with pytest.raises(NotAllowed):
        catalogue.load_courses(session, actor, tmp_path, now=NOW)
    with pytest.raises(NotAllowed):
        catalogue.export_courses(session, actor)


def test_an_administrator_loads_courses(session, tmp_path):
    actor = Actor(1, grants=frozenset({Grant(Role.ADMINISTRATOR, SITE)}))

    report = catalogue.load_courses(session, actor, write_course(tmp_path), now=NOW)

    assert outcomes(report) == [("lists", 1, Outcome.NEW)]


def test_a_publication_is_told_once_and_only_when_there_is_one(load, session, app, monkeypatch):
    heard = []
    monkeypatch.setitem(
        app.extensions,
        "events",
        Events([(ModulePublished, lambda session, event, now: heard.append((event, now)))]),
    )

    load()
    load()

    module = session.scalars(select(Module)).one()
    assert heard == [(ModulePublished(module.id, module.current_version_id), NOW)]


def test_loading_what_was_exported_changes_nothing(load, session, tmp_path):
    load(
        {
            QUIZ: FILES[QUIZ] + "intro:\n  fr: |\n    Un.\n\n    - Deux.\n  en: One.\n",
            **changed(MODULE, "minutes: 20", "minutes: 20\n        required: no"),
            **changed(BANK, "en: Which one is *right*?", "en: '  - yes: \"no\" # [^1] '"),
        }
    )

    paths = catalogue.export_courses(session, SYSTEM).save(tmp_path / "out")
    report = catalogue.load_courses(session, SYSTEM, tmp_path / "out", now=NOW)

    assert outcomes(report) == [("lists", 1, Outcome.UNCHANGED)]
    assert {path.relative_to(tmp_path / "out").as_posix() for path in paths} == set(FILES)


def test_exporting_the_product_s_own_courses_and_loading_them_changes_nothing(
    make, session, tmp_path
):
    make.courses()

    catalogue.export_courses(session, SYSTEM).save(tmp_path)
    report = catalogue.load_courses(session, SYSTEM, tmp_path, now=NOW)

    assert {module.outcome for module in report.modules} == {Outcome.UNCHANGED}


def test_exporting_one_module_leaves_the_others_out(load, session):
    load({name.replace("lists", "basics"): text for name, text in FILES.items()})

    writer = catalogue.export_courses(session, SYSTEM, "basics")

    assert {path.split("/")[1] for path in writer.paths} == {"programme.yaml", "basics"}


def test_exporting_an_unknown_module_is_refused(load, session):
    load()

    with pytest.raises(catalogue.NoSuchModule):
        catalogue.export_courses(session, SYSTEM, "none")
