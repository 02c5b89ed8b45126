"""Every refusal has one page and one problem+json, in the reader's language, telling nothing of anybody."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask, abort, request
from flask_babel import force_locale, gettext
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lms.accounts.models import Person
from lms.core.db import Database, unit_of_work
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInRequired, TooMany
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.web.refusals import STATUS_OF, WORDS
from tests.conftest import NOW, make_config, migrate, running
from tests.factories import form_token, sign_in

SOMEBODY = Actor(1)
SECRET = "what only the server knows"


class Changed(Conflict):
    """A conflict with a sentence and a value of its own."""

    text = N_("There already is a person with the user name or e-mail address %(login)s.")


def refuse(status: int) -> None:
    """Raise what comes to `status`, as the rooms, Flask or an accident would."""
    match status:
        case 401:
            raise SignInRequired
        case 403:
            raise NotAllowed
        case 404:
            raise NotFound
        case 409:
            raise Changed(login="<awa>")
        case 422:
            raise Invalid({"saves.0.slot": Message(N_("A name is needed."))})
        case 429:
            raise TooMany(60)
        case 500:
            raise RuntimeError(SECRET)
        case 503:
            raise OperationalError(SECRET, {"login": SECRET}, RuntimeError("database is locked"))
        case _:
            abort(status)


@pytest.fixture(scope="module")
def refusing(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, with addresses that refuse in every way."""
    config = make_config(database_url, tmp_path_factory.mktemp("files"))
    with running(config) as app:
        for path in ("/refuse/<int:status>", "/api/refuse/<int:status>"):
            app.add_url_rule(path, path, lambda status: refuse(status), methods=["GET", "POST"])
        app.add_url_rule("/pool", "pool", lambda: (_ for _ in ()).throw(PoolTimeoutError()))
        app.add_url_rule("/twice", "twice", insert_twice)
        yield app


def insert_twice() -> str:
    person = {"login": request.args["login"], "given_names": "A", "family_names": "B"}
    row = {**person, "name_order": "given-first", "created_at": NOW, "session_epoch": 0}
    with unit_of_work() as session:
        session.execute(insert(Person), [row, row])
    return "kept"


def in_language(app: Flask, language: str, text: str) -> str:
    with app.test_request_context(), force_locale(language):
        return gettext(text)


def text_of(page: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


def ask(client, path, language):
    """GET where that is refused; a page that needs a sign-in redirects there, so POST that one."""
    headers = {"Accept-Language": language}
    if path.endswith("/refuse/401"):
        return client.post(path, data={"csrf_token": form_token(client)}, headers=headers)
    return client.get(path, headers=headers)


# --- The page and the problem -----------------------------------------------------------------------


@pytest.fixture
def visitor(refusing):
    with refusing.app_context():
        yield refusing.test_client()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("status", WORDS)
def test_each_status_has_its_page_in_each_language(refusing, visitor, status, language):
    answer = ask(visitor, f"/refuse/{status}", language)

    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert f'<html lang="{language}"' in answer.text
    title, _, advice = (in_language(refusing, language, words) for words in WORDS[status])
    shown = text_of(answer.text)
    assert f"{title} · Scrutin" in shown
    assert str(status) in shown
    assert advice in shown
    assert 'href="/"' in answer.text
    assert "Traceback" not in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("status", WORDS)
def test_no_word_of_a_page_is_left_untranslated(refusing, status):
    for words in WORDS[status]:
        assert in_language(refusing, "fr", words) != words


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("status", WORDS)
def test_the_api_answers_each_status_as_a_problem(refusing, visitor, status, language):
    answer = ask(visitor, f"/api/refuse/{status}", language)

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert set(answer.json) == {"type", "title", "status", "detail", "fields"}
    assert answer.json["type"] == "about:blank"
    assert answer.json["status"] == status
    assert answer.json["title"] == in_language(refusing, language, WORDS[status][0])
    assert answer.json["detail"]
    assert SECRET not in answer.text


def test_a_refusals_own_sentence_and_fields_are_shown_in_the_readers_language(visitor):
    page = ask(visitor, "/refuse/422", "fr").text
    assert "Il faut un nom" in page or "nom est" in page
    assert "A name is needed" not in page
    assert "<code>saves.0.slot</code>" in page

    problem = ask(visitor, "/api/refuse/422", "en").json
    assert problem["fields"] == {"saves.0.slot": "A name is needed."}

    page = ask(visitor, "/refuse/409", "en").text
    assert "There already is a person with the user name or e-mail address &lt;awa&gt;." in page


def test_every_family_of_refusal_has_a_status_with_words():
    assert set(STATUS_OF.values()) <= set(WORDS)


def test_who_must_wait_is_told_how_long(visitor):
    assert visitor.get("/refuse/429").headers["Retry-After"] == "60"
    assert int(visitor.get("/refuse/503").headers["Retry-After"]) > 0


def test_the_api_tells_how_to_be_known(visitor):
    assert visitor.get("/api/refuse/401").headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("code", "shown"), [(406, 400), (410, 400), (414, 400), (501, 500)])
def test_a_status_without_a_page_of_its_own_has_its_familys(visitor, code, shown):
    answer = visitor.get(f"/refuse/{code}")
    assert answer.status_code == shown
    assert str(shown) in text_of(answer.text)


# --- As they come about -----------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_what_is_not_there_is_404_and_another_method_405(client, prefix):
    absent = client.get(f"{prefix}/nothing/here")
    wrong = client.delete("/catalogue" if not prefix else "/api/v1/modules")
    kind = "application/problem+json" if prefix else "text/html"
    assert (absent.status_code, absent.mimetype) == (404, kind)
    assert (wrong.status_code, wrong.mimetype) == (405, kind)
    assert "GET" in wrong.headers["Allow"]


@pytest.mark.parametrize("path", ["/login", "/api/v1/tokens"])
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_of_more_than_a_mebibyte_is_413(client, path, content_type):
    answer = client.post(path, data=b"x" * (1024 * 1024 + 1), content_type=content_type)
    kind = "application/problem+json" if path.startswith("/api/") else "text/html"
    assert (answer.status_code, answer.mimetype) == (413, kind)


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"{",
        b"{'login': 'x'}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"login": ' + b"9" * 5000 + b"}",
        b"1 2",
    ],
    ids=["word", "open", "quotes", "bytes", "list", "depth", "digits", "two"],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_malformed_json_is_400_and_says_so(client, body, language):
    headers = {"Accept-Language": language}
    answer = client.post(
        "/api/v1/tokens", data=body, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert list(answer.json["fields"]) == ["body"]
    assert "JSON" in answer.json["fields"]["body"]


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_json_of_the_wrong_type_is_422(client, body):
    answer = client.post("/api/v1/tokens", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["fields"]


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/catalogue?q=a%00b", None),
        ("GET", "/catalogue/a%00b", None),
        ("GET", "/verify?code=%00", None),
        ("GET", "/api/v1/modules?q=%00", None),
        ("POST", "/api/v1/tokens", {"login": "a\0b", "password": "x"}),
        ("POST", "/api/v1/tokens", {"login": "\ud800", "password": "x"}),
        ("POST", "/api/v1/tokens", {"login": "x", "password": "x", "\ud83d": [{"deep": "\0"}]}),
    ],
)
def test_text_that_no_database_keeps_is_400(client, method, url, body):
    assert client.open(url, method=method, json=body).status_code == 400


def test_text_that_no_database_keeps_is_refused_in_forms(client):
    form = {"csrf_token": form_token(client), "login": "a\0b", "password": "x"}
    assert client.post("/login", data=form).status_code == 400


@pytest.mark.parametrize("body", [{"login": "😀 é ا", "password": "\\u0000 \t\n"}])
def test_any_other_text_is_read(client, body):
    assert client.post("/api/v1/tokens", json=body).status_code == 401


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30, "9" * 5000])
def test_a_number_that_no_id_has_is_404(client, make, number):
    sign_in(client, make.person())
    assert client.get(f"/learn/{number}").status_code == 404
    assert client.get(f"/api/v1/attempts/{number}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/?endpoint=x", "/?_external=1&_scheme=javascript", "/?lang=fr&lang=en"]
)
def test_a_query_cannot_steer_the_pages_own_links(client, path):
    page = client.get(path)
    assert page.status_code == 200
    links = re.findall(r'href="([^"]*)"', page.text)
    assert links
    assert all(link.startswith(("/", "#", "mailto:")) for link in links)


# --- When the database does not answer --------------------------------------------------------------


def test_a_locked_database_is_503_and_nothing_was_changed(tmp_path, monkeypatch):
    # PostgreSQL locks rows alone, so this is about SQLite whatever the tests run on.
    own_database_url = f"sqlite:///{tmp_path}/own.sqlite"
    migrate(own_database_url)
    monkeypatch.setattr("lms.core.db.BUSY_SECONDS", 0.1)
    holder = Database(own_database_url)
    with running(make_config(own_database_url, tmp_path)) as app, app.app_context():
        client = app.test_client()
        form = {"csrf_token": form_token(client), "login": "awa", "password": "x"}
        with holder.unit_of_work() as session:
            session.connection()
            answer = client.post("/login", data=form, headers={"Accept-Language": "en"})
            assert client.get("/catalogue").status_code == 200, "readers do not wait"
        assert client.post("/login", data=form).status_code == 401
    holder.engine.dispose()
    assert answer.status_code == 503
    assert "Busy for a moment" in answer.text
    assert answer.headers["Retry-After"] == "5"


@pytest.fixture(params=["sqlite:///{folder}", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def cut_off(request, tmp_path):
    """The application on a database that cannot be reached."""
    url = request.param.format(folder=tmp_path)
    with running(make_config(url, tmp_path)) as app, app.app_context():
        yield app


@pytest.mark.parametrize("language", ["fr", "en"])
def test_without_a_database_each_page_says_so_to_those_who_are_signed_in_too(cut_off, language):
    for client in (cut_off.test_client(), sign_in(cut_off.test_client(), SOMEBODY)):
        for path in ("/", "/my", "/verify/ABCD-EFGH-JKMN-PQRS", "/learn/1"):
            answer = client.get(path, headers={"Accept-Language": language})
            if path in {"/my", "/learn/1"} and answer.status_code == 302:
                continue  # nobody is known by no cookie
            assert (answer.status_code, answer.mimetype) == (503, "text/html"), path
            assert f'<html lang="{language}"' in answer.text
        problem = client.get("/api/v1/modules")
        assert (problem.status_code, problem.mimetype) == (503, "application/problem+json")


def test_without_a_database_the_process_lives_but_is_not_ready(cut_off):
    client = cut_off.test_client()
    assert client.get("/health").json == {"status": "ok"}
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert ready.json == {
        "status": "not ready",
        "checks": {"database": False, "jobs": False, "files": True},
    }


def test_a_crowd_that_outnumbers_the_connections_is_503(visitor):
    assert visitor.get("/pool").status_code == 503


def test_all_is_well_where_all_is_there(client):
    ready = client.get("/ready")
    assert (ready.status_code, ready.json["status"]) == (200, "ready")


# --- Nothing of anybody in pages and logs -----------------------------------------------------------


def test_an_accident_is_noted_with_its_place_and_without_what_was_sent(client, monkeypatch, caplog):
    monkeypatch.setattr("lms.accounts.passwords._hasher", None)
    form = {"login": "awa.secret", "password": "a typed password"}
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            "/login",
            data={**form, "csrf_token": form_token(client)},
            environ_overrides={"REMOTE_ADDR": "192.0.2.77"},
        )
    assert answer.status_code == 500
    assert "accounts.check_sign_in" in caplog.text
    assert "AttributeError" in caplog.text
    for personal in ("awa.secret", "a typed password", "192.0.2.77"):
        assert personal not in answer.text
        assert personal not in caplog.text


def test_a_database_that_quotes_a_value_is_not_quoted_in_the_log(visitor, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = visitor.get("/twice?login=awa.secret")
    assert answer.status_code == 500
    assert "IntegrityError" in caplog.text
    assert "insert_twice" in caplog.text
    assert "awa.secret" not in caplog.text
    assert "awa.secret" not in re.sub(r'href="[^"]*"', "", answer.text)
