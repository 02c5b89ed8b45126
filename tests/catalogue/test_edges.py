"""Pages, API and commands of the catalogue."""

from __future__ import annotations

import base64
import json

import pytest

from lms.catalogue.cli import terminal_language
from lms.catalogue.domain import ModuleStanding
from tests.catalogue.small_course import FILES, changed, write_course

QUIZ = "shelf/lists/quizzes/words-test.yaml"
TRANSLATION = "shelf/lists/lessons/words.en.md"
MODULE = "shelf/lists/module.yaml"


def cursor(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


# --- Pages ---


@pytest.mark.parametrize(
    ("language", "title", "other"),
    [
        ("fr", "Les listes électorales", "Voter lists"),
        ("en", "Voter lists", "Les listes électorales"),
    ],
)
def test_the_catalogue_is_read_in_the_reader_s_language(language, title, other, client, load):
    load()

    page = client.get("/catalogue", query_string={"lang": language}).text

    assert title in page
    assert other not in page


@pytest.mark.parametrize(("q", "found"), [("electorales", True), ("nothing at all", False)])
def test_the_catalogue_is_searched(q, found, client, load):
    load()

    page = client.get("/catalogue", query_string={"q": q, "lang": "fr"})

    assert page.status_code == 200
    assert ("/catalogue/lists" in page.text) is found


def test_what_was_searched_for_is_only_a_text(client, load):
    page = client.get("/catalogue", query_string={"q": "<script>alert(1)</script>"})

    assert "<script>alert" not in page.text


def test_the_home_page_shows_what_can_be_learnt(client, load):
    load()

    assert "/catalogue/lists" in client.get("/").text


def test_public_pages_take_few_statements(client, load, counted):
    load()

    for address, most in (("/", 1), ("/catalogue", 1), ("/catalogue/lists", 2)):
        with counted() as statements:
            assert client.get(address).status_code == 200
        assert len(statements) == most, statements


def test_a_module_page_shows_its_outline(client, load):
    load()

    page = client.get("/catalogue/lists?lang=en").text

    for text in ("Voter lists", "What a list is.", "First part", "The words", "Test"):
        assert text in page


def test_a_module_page_asks_where_its_reader_stands(client, load, app, monkeypatch):
    load(
        {
            **{name.replace("lists", "basics"): text for name, text in FILES.items()},
            **changed(MODULE, "sections:", "prerequisites: [basics]\nsections:"),
        }
    )
    asked = []

    def find(session, actor, slug, prerequisites):
        asked.append((slug, prerequisites))
        return ModuleStanding(41, frozenset({"basics"}))

    monkeypatch.setitem(app.extensions, "module_standing", find)

    page = client.get("/catalogue/lists?lang=en").text

    assert asked == [("lists", ["basics"])]
    assert "/learn/41" in page
    assert "/catalogue/basics" in page


def test_an_unknown_module_is_404(client, session):
    assert client.get("/catalogue/none").status_code == 404


def test_a_figure_is_served_for_good_and_can_do_nothing(client, load, session):
    from sqlalchemy import select

    from lms.catalogue.models import CourseFile

    load()
    sha256 = session.scalars(select(CourseFile.sha256)).one()

    answer = client.get(f"/media/{sha256}/square.svg")

    assert answer.status_code == 200
    assert answer.data == FILES["shelf/lists/lessons/figures/square.svg"].encode()
    assert answer.content_type.startswith("image/svg+xml")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.cache_control.immutable
    assert answer.cache_control.max_age == 31_536_000
    again = client.get(f"/media/{sha256}/x.svg", headers={"If-None-Match": f'"{sha256}"'})
    assert again.status_code == 304


@pytest.mark.parametrize("sha256", ["0" * 64, "none", "..%2f.."])
def test_an_unknown_figure_is_404(sha256, client, session):
    assert client.get(f"/media/{sha256}/x.svg").status_code == 404


# --- API ---


def test_modules_are_listed_by_the_api(client, load):
    load()

    answer = client.get("/api/v1/modules?language=en")

    assert answer.json == {
        "items": [
            {
                "slug": "lists",
                "code": "M8",
                "programme": "shelf",
                "programme_title": "A shelf",
                "title": "Voter lists",
                "summary": "What a list is.",
                "minutes": 30,
                "hours": 0.5,
                "languages": ["fr", "en"],
            }
        ],
        "next": None,
    }


def test_the_list_of_the_api_goes_on_page_by_page(client, load):
    load(
        {
            name.replace("lists", slug): text
            for slug in ("other", "third")
            for name, text in FILES.items()
        }
    )

    first = client.get("/api/v1/modules?limit=2").json
    second = client.get("/api/v1/modules", query_string={"limit": 2, "cursor": first["next"]}).json

    assert [item["slug"] for item in first["items"] + second["items"]] == [
        "lists",
        "other",
        "third",
    ]
    assert second["next"] is None


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "!",
        "x",
        cursor("none"),
        cursor(1),
        cursor(["lists"]),
        cursor("lists") + "=",
        "é",
        "a" * 600,
    ],
)
def test_a_broken_cursor_is_named(broken, client, load):
    load()

    answer = client.get("/api/v1/modules", query_string={"cursor": broken, "lang": "en"})

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["fields"] == {"cursor": "The cursor is not one that this list gave."}


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "1.5"])
def test_a_limit_out_of_bounds_is_named(limit, client, session):
    answer = client.get("/api/v1/modules", query_string={"limit": limit})

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["limit"]


def test_a_module_is_told_by_the_api(client, load):
    load()

    module = client.get("/api/v1/modules/lists?language=en").json

    assert module["hours"] == 0.5
    assert module["sections"] == [
        {
            "key": "first",
            "title": "First part",
            "activities": [
                {"key": "words", "kind": "lesson", "title": "The words", "minutes": 20},
                {"key": "words-test", "kind": "quiz", "title": "Test", "minutes": 10},
            ],
        }
    ]


def test_an_unknown_module_is_a_problem_of_the_api(client, session):
    answer = client.get("/api/v1/modules/none")

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


# --- Commands ---


@pytest.fixture
def flask(app, session, monkeypatch):
    """Run a command as in an English terminal."""
    monkeypatch.setenv("LC_ALL", "C")
    return lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"LANG": "fr_ML.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LANG": "fr"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr"}, "en"),
        ({"LANG": "pt_PT.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_commands_speak_the_terminal_s_language(environment, language, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert terminal_language() == language


def test_check_lists_every_fault_and_ends_with_1(flask, tmp_path):
    write_course(
        tmp_path,
        {**changed(QUIZ, "draw: 2", "draw: 0"), **changed(TRANSLATION, "A paragraph.", "<b>")},
    )

    result = flask("courses", "check", tmp_path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"{tmp_path}/{TRANSLATION}:6: HTML is not allowed here.\n"
        f"{tmp_path}/{QUIZ}:4: draw: 0 is outside 1 to 200.\n"
        "2 faults.\n"
    )


def test_check_passes_what_has_warnings_alone(flask, tmp_path):
    write_course(tmp_path, changed(TRANSLATION, "translates: 2", "translates: 1"))

    result = flask("courses", "check", tmp_path)

    assert result.exit_code == 0
    assert f"{TRANSLATION}:3: warning: This translation is stale" in result.stderr


def test_check_looks_for_prerequisites_beside_the_module(flask, tmp_path):
    write_course(
        tmp_path,
        {
            **{name.replace("lists", "basics"): text for name, text in FILES.items()},
            **changed(MODULE, "sections:", "prerequisites: [basics]\nsections:"),
        },
    )
    assert flask("courses", "check", tmp_path / "shelf/lists").exit_code == 0

    write_course(tmp_path, changed(MODULE, "sections:", "prerequisites: [none]\nsections:"))
    result = flask("courses", "check", tmp_path / "shelf/lists")
    assert result.exit_code == 1
    assert ":9: The prerequisite “none” is not a module." in result.stderr


def test_load_says_what_it_did(flask, tmp_path):
    write_course(tmp_path)

    assert flask("courses", "load", tmp_path).stdout == "lists: new, version 1.\n"
    assert flask("courses", "load", tmp_path).stdout == "lists: unchanged, version 1.\n"
    write_course(tmp_path, changed(TRANSLATION, "A paragraph.", "Another."))
    assert flask("courses", "load", tmp_path).stdout == "lists: changed, now version 2.\n"


def test_a_dry_run_of_load_changes_nothing(flask, tmp_path):
    write_course(tmp_path)

    result = flask("courses", "load", "--dry-run", tmp_path)

    assert result.stdout == "lists: new, version 1.\nA dry run: nothing was changed.\n"
    assert flask("courses", "load", tmp_path).stdout == "lists: new, version 1.\n"


def test_load_of_a_faulty_course_ends_with_1_and_changes_nothing(flask, tmp_path, client):
    write_course(tmp_path, changed(QUIZ, "draw: 2", "draw: 3"))

    result = flask("courses", "load", tmp_path)

    assert result.exit_code == 1
    assert result.stderr == (
        f"{tmp_path}/{QUIZ}:4: This draws 3 questions, and the bank has 2.\n"
        "The course files have faults, so nothing was loaded.\n"
    )
    assert client.get("/api/v1/modules").json["items"] == []


def test_export_writes_what_load_takes(flask, tmp_path):
    write_course(tmp_path / "in")
    flask("courses", "load", tmp_path / "in")

    result = flask("courses", "export", tmp_path / "out")

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == len(FILES)
    assert flask("courses", "check", tmp_path / "out").exit_code == 0
    assert flask("courses", "load", tmp_path / "out").stdout == "lists: unchanged, version 1.\n"
    assert flask("courses", "export", tmp_path / "out").exit_code == 0


def test_export_does_not_overwrite_what_an_author_wrote(flask, tmp_path):
    write_course(tmp_path)
    flask("courses", "load", tmp_path)
    before = (tmp_path / MODULE).read_text()

    result = flask("courses", "export", tmp_path)

    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert (tmp_path / MODULE).read_text() == before


def test_export_of_an_unknown_module_says_so(flask, tmp_path):
    result = flask("courses", "export", "--module", "none", tmp_path)

    assert result.exit_code == 1
    assert "There is no such module." in result.stderr
