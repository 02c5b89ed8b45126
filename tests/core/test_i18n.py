"""Messages, texts in several languages, and the language of the terminal."""

from __future__ import annotations

import pytest

from lms.core.cli import say, terminal_language
from lms.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refusal,
    SignInRequired,
    TooMany,
)
from lms.core.events import Events
from lms.core.i18n import Message, direction, pick_language, pick_text
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("texts", "language", "fallback", "text"),
    [
        ({"fr": "liste", "en": "register"}, "en", "fr", "register"),
        ({"fr": "liste", "en": "register"}, "pt", "fr", "liste"),
        ({"fr": "", "en": "register"}, "fr", "fr", "register"),
        ({"ar": "سجل"}, "en", "fr", "سجل"),
        ({}, "en", "fr", ""),
    ],
)
def test_a_text_is_given_in_the_language_that_comes_nearest(texts, language, fallback, text):
    assert pick_text(texts, language, fallback) == text


def test_a_language_that_is_not_there_gives_way_to_the_other():
    assert pick_language({"fr": 1}, "en", "fr") == "fr"
    assert pick_language({"fr": 1, "en": 1}, "en", "fr") == "en"


@pytest.mark.parametrize(
    ("language", "dir"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl"), ("ar-TN", "rtl"), ("pt", "ltr")]
)  # fmt: skip
def test_a_script_has_its_direction(language, dir):
    assert direction(language) == dir


def test_a_message_is_english_in_logs_whatever_it_holds():
    assert str(Message("%(n)s of %(m)s", {"n": 1, "m": 2})) == "1 of 2"
    assert str(Message("100 %")) == "100 %"


@pytest.mark.parametrize(
    ("names", "language"),
    [
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_GB"}, "fr"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_ML.UTF-8"}, "fr"),
        ({"LANG": "pt_PT.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_speaks_its_locales_language(app, monkeypatch, names, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language
    with app.app_context():
        said = say(Message("Nothing here"))
    assert said == {"fr": "Rien à cette adresse", "en": "Nothing here"}[language]


def test_every_refusal_is_of_one_of_the_four_families_or_a_limit():
    def below(family: type[Refusal]) -> set[type[Refusal]]:
        return {family}.union(*(below(kind) for kind in family.__subclasses__()))

    families = (NotFound, NotAllowed, Conflict, Invalid, TooMany)
    lost = {
        kind.__name__
        for kind in below(Refusal) - {Refusal}
        if kind.__module__.startswith("lms.") and not issubclass(kind, families)
    }
    assert not lost
    assert issubclass(SignInRequired, NotAllowed)


def test_an_event_is_heard_in_the_order_of_the_list_by_its_own_subscribers_alone():
    heard = []

    class Happened:
        pass

    class Else:
        pass

    events = Events(
        [
            (Happened, lambda session, event, now: heard.append((1, event, now))),
            (Else, lambda session, event, now: heard.append((2, event, now))),
            (Happened, lambda session, event, now: heard.append((3, event, now))),
        ]
    )
    event = Happened()
    events.publish(None, event, now=NOW)
    assert heard == [(1, event, NOW), (3, event, NOW)]
