"""Every form carries a token of its own session; without it nothing is changed."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import func, select

from lms.learning.models import Enrolment
from lms.web.form_tokens import TOKEN_SECONDS
from tests.conftest import make_config, running
from tests.factories import MODULE, form_token, sign_in

ENROL = f"/catalogue/{MODULE}/enrol"


@pytest.fixture
def browser(app, make):
    """Somebody who is signed in and looks at the module."""
    make.courses()
    return sign_in(app.test_client(), make.person())


@pytest.fixture
def enrolled(session):
    def count() -> int:
        return session.scalars(select(func.count()).select_from(Enrolment)).one()

    return count


def refused(answer, language) -> bool:
    said = {"fr": "trop ancien", "en": "too old"}
    return answer.status_code == 400 and said[language] in answer.text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "form", [{}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": "a.b.c"}]
)
def test_a_form_without_a_token_changes_nothing_and_says_so(browser, enrolled, form, language):
    browser.get(f"/?lang={language}")
    assert refused(browser.post(ENROL, data=form), language)
    assert enrolled() == 0


def test_the_token_of_the_page_is_taken(browser, enrolled):
    page = browser.get(f"/catalogue/{MODULE}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert browser.post(ENROL, data={"csrf_token": token[1]}).status_code == 302
    assert enrolled() == 1


def test_anothers_token_is_foreign(app, make, browser, enrolled):
    other = sign_in(app.test_client(), make.person())
    with other.session_transaction() as cookie:
        cookie["csrf_token"] = "1" * 40
    answer = browser.post(ENROL, data={"csrf_token": form_token(other)})
    assert refused(answer, "fr")
    assert enrolled() == 0


def test_the_token_of_the_session_before_the_sign_in_is_foreign(app, make, enrolled):
    make.courses()
    make.person()
    client = app.test_client()
    before = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)[1]
    form = {"csrf_token": before, "login": "person1", "password": "a password of tests"}
    assert client.post("/login", data=form).status_code == 302
    assert refused(client.post(ENROL, data={"csrf_token": before}), "fr")
    assert enrolled() == 0


@pytest.mark.parametrize(("age", "status"), [(TOKEN_SECONDS - 60, 302), (TOKEN_SECONDS + 60, 400)])
def test_a_token_lasts_for_days_and_then_ends(app, make, enrolled, monkeypatch, age, status):
    make.courses()
    browser, now = app.test_client(), time.time()
    with monkeypatch.context() as then:
        then.setattr(time, "time", lambda: now - age)
        sign_in(browser, make.person())
        token = form_token(browser)
    assert browser.post(ENROL, data={"csrf_token": token}).status_code == status
    assert enrolled() == (status == 302)
    assert TOKEN_SECONDS >= 24 * 3600


def test_a_token_signed_with_another_key_is_none(browser, enrolled, database_url, tmp_path):
    config = make_config(database_url, tmp_path, secret_key="another key of thirty-two letters")
    with running(config) as elsewhere, elsewhere.app_context():
        token = form_token(elsewhere.test_client())
    assert refused(browser.post(ENROL, data={"csrf_token": token}), "fr")
    assert enrolled() == 0


def test_every_form_of_a_page_that_changes_something_carries_a_token(browser):
    browser.post(ENROL, data={"csrf_token": form_token(browser)})
    for path in ("/", f"/catalogue/{MODULE}", "/my", "/my/certificates", "/contact", "/login"):
        page = browser.get(path, follow_redirects=True).text
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            if 'method="post"' in form:
                assert 'name="csrf_token"' in form, path


@pytest.mark.parametrize(
    ("referrer", "status"),
    [("https://localhost/login", 302), ("https://example.com/", 400), (None, 400)],
)
def test_over_https_a_form_comes_from_this_site(browser, enrolled, referrer, status):
    headers = {"Referer": referrer} if referrer else {}
    answer = browser.post(
        ENROL,
        data={"csrf_token": form_token(browser)},
        headers=headers,
        base_url="https://localhost",
    )
    assert answer.status_code == status
    assert enrolled() == (status == 302)
