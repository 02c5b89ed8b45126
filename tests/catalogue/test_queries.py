"""Reading the catalogue, with few statements."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms import catalogue
from lms.catalogue import NoSuchLesson, NoSuchModule
from lms.catalogue.models import Activity, Module
from lms.catalogue.queries import get_file
from lms.core.errors import NotFound
from tests.catalogue.small_course import FILES, changed

MODULE = "shelf/lists/module.yaml"
TRANSLATION = "shelf/lists/lessons/words.en.md"


def copies(*names):
    """Return the small course's module under other slugs, with codes that count up."""
    return {
        file.replace("lists", name): text.replace("code: M8", f"code: M{number}")
        for number, name in enumerate(names, start=10)
        for file, text in FILES.items()
    }


def slugs(session, **kwargs):
    return [card.slug for card in catalogue.list_modules(session, language="fr", **kwargs)]


def test_modules_are_listed_in_one_language_with_one_statement(load, session, counted):
    load(copies("other", "third"))

    with counted() as statements:
        cards = catalogue.list_modules(session, language="en")

    assert len(statements) == 1
    assert [(card.slug, card.code, card.title) for card in cards] == [
        ("lists", "M8", "Voter lists"),
        ("other", "M10", "Voter lists"),
        ("third", "M11", "Voter lists"),
    ]
    assert (cards[0].programme, cards[0].minutes) == ("A shelf", 30)
    assert cards[0].languages == ("fr", "en")


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ELECTORALES", True),
        ("électorales listes", True),
        ("voter", True),
        ("what a list", True),
        ("m8", True),
        ("", True),
        ("vote%", False),
        ("voter nothing", False),
    ],
)
def test_a_search_minds_neither_accents_nor_case_nor_language(q, found, load, session):
    load()

    assert slugs(session, q=q) == (["lists"] if found else [])


def test_modules_are_filtered_by_language_and_programme(load, session):
    load()

    assert slugs(session, in_language="en", programme="shelf") == ["lists"]
    assert slugs(session, in_language="pt") == []
    assert slugs(session, programme="tray") == []


def test_a_list_goes_on_after_a_module(load, session):
    load(copies("other", "third"))

    assert slugs(session, limit=2) == ["lists", "other"]
    assert slugs(session, after="other", limit=2) == ["third"]
    assert slugs(session, after="third") == []
    with pytest.raises(NoSuchModule):
        slugs(session, after="none")


def test_a_module_is_shown_with_two_statements(load, session, counted):
    load()

    with counted() as statements:
        page = catalogue.get_module(session, "lists", language="en")

    assert len(statements) == 2
    assert (page.title, page.summary, page.programme) == (
        "Voter lists",
        "What a list is.",
        "A shelf",
    )
    assert [
        (section.title, [a.title for a in section.activities]) for section in page.sections
    ] == [("First part", ["The words", "Test"])]


def test_a_module_in_a_language_that_it_lacks_is_shown_in_its_own(load, session):
    load()

    assert catalogue.get_module(session, "lists", language="pt").title == "Les listes électorales"


def test_an_unknown_module_is_not_found(session):
    with pytest.raises(NoSuchModule):
        catalogue.get_module(session, "none", language="fr")
    with pytest.raises(NoSuchModule):
        catalogue.get_outline(session, 1_000_000)


@pytest.mark.parametrize("activities", [2, 500])
def test_an_outline_takes_two_statements_however_long_it_is(activities, load, session, counted):
    lessons = "".join(
        f"      - {{kind: lesson, key: more-{number}, minutes: 1}}\n"
        for number in range(activities - 2)
    )
    changes = {MODULE: FILES[MODULE] + lessons}
    for number in range(activities - 2):
        for language in ("fr", "en"):
            text = FILES[f"shelf/lists/lessons/words.{language}.md"]
            changes[f"shelf/lists/lessons/more-{number}.{language}.md"] = text
    load(changes)
    module_id = session.scalars(select(Module.id)).one()

    with counted() as statements:
        outline = catalogue.get_outline(session, module_id)

    assert len(statements) == 2
    assert len(outline.activities) == activities
    assert [activity.position for activity in outline.activities] == list(range(1, activities + 1))


def test_an_outline_names_the_slugs_of_its_prerequisites_with_no_more_statement(
    load, session, counted
):
    load({**copies("other"), **changed(MODULE, "sections:", "prerequisites: [other]\nsections:")})

    with counted() as statements:
        outline = catalogue.get_outline_by_slug(session, "lists")

    assert len(statements) == 2
    assert outline.prerequisites == ("other",)


def test_titles_of_modules_take_one_statement_and_none_for_none(load, session, counted):
    load(copies("other"))

    with counted() as statements:
        titles = catalogue.list_titles(session, ["lists", "other"])
        assert catalogue.list_titles(session, []) == {}

    assert len(statements) == 1
    assert titles["other"] == {"fr": "Les listes électorales", "en": "Voter lists"}
    assert set(titles) == {"lists", "other"}


def test_an_outline_follows_the_newest_version(load, session):
    load()
    first = catalogue.get_outline_by_slug(session, "lists")

    load(changed(TRANSLATION, "title: The words", "title: Other words"))
    second = catalogue.get_outline_by_slug(session, "lists")

    assert second.version_id != first.version_id
    assert second.get_activity("words").title["en"] == "Other words"
    assert second.get_activity("words").id != first.get_activity("words").id
    assert second.get_activity("words-test").after == ("words",)


def test_a_lesson_is_read_in_one_language_with_one_statement(load, session, counted):
    load(changed(TRANSLATION, "translates: 2", "translates: 1"))
    activity_id = session.scalars(select(Activity.id).where(Activity.kind == "lesson")).one()

    with counted() as statements:
        english = catalogue.get_lesson(session, activity_id, language="en")

    assert len(statements) == 1
    assert (english.title, english.language, english.is_stale) == ("The words", "en", True)
    portuguese = catalogue.get_lesson(session, activity_id, language="pt")
    assert (portuguese.title, portuguese.language, portuguese.is_stale) == (
        "Les mots",
        "fr",
        False,
    )


def test_what_is_no_lesson_is_not_found(load, session):
    load()
    quiz_id = session.scalars(select(Activity.id).where(Activity.kind == "quiz")).one()

    with pytest.raises(NoSuchLesson):
        catalogue.get_lesson(session, quiz_id, language="fr")


def test_an_unknown_figure_is_not_found(session):
    with pytest.raises(NotFound):
        get_file(session, "0" * 64)
