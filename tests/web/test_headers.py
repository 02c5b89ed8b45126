"""Headers of every answer: no inline script or style, no shared cache, small bodies."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest

from lms.web.headers import CONTENT_SECURITY_POLICY
from tests.conftest import make_config, running
from tests.factories import MODULE, form_token, sign_in

PAGES = ("/", "/catalogue", f"/catalogue/{MODULE}", "/login", "/verify", "/contact", "/privacy",
         "/api/v1/docs", "/nothing", "/verify/ABCD-EFGH-JKMN-PQRS")  # fmt: skip
ACTIVITIES = ("", "/methods", "/methods-test")


@pytest.fixture
def learner(app, make):
    make.courses()
    return sign_in(app.test_client(), make.person())


@pytest.fixture
def enrolment_url(learner):
    answer = learner.post(f"/catalogue/{MODULE}/enrol", data={"csrf_token": form_token(learner)})
    return answer.headers["Location"]


def test_the_policy_allows_what_this_site_sends_and_nothing_inline():
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_every_page_has_the_headers_and_needs_nothing_they_forbid(learner, enrolment_url):
    paths = [*PAGES, "/my", "/my/certificates", *(enrolment_url + end for end in ACTIVITIES)]
    for path in paths:
        answer = learner.get(path, follow_redirects=True)
        assert answer.status_code in {200, 404, 409}, path
        headers = answer.headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers
        assert not re.search(r"<[^>]+\s(style|on\w+)\s*=", answer.text), path
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|javascript:", answer.text), path
        # Nothing is loaded from elsewhere.
        assert not re.search(r"(src|<link[^>]*href)=\"(https?:)?//", answer.text), path


@pytest.mark.parametrize(
    "path", ["/api/v1/modules", "/api/v1/enrolments", "/health", "/static/none.css?v=1"]
)
def test_what_is_no_page_has_them_too(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-cache"


def test_under_https_browsers_stay_there(database_url, tmp_path):
    with running(make_config(database_url, tmp_path, base_url="https://x.org")) as app:
        headers = app.test_client().get("/health").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_file_of_the_design_is_kept_for_a_year_under_an_address_of_its_content(client):
    page = client.get("/").text
    styles = re.search(r'<link rel="stylesheet" href="(/static/[^"]+\?v=[0-9a-f]{12})"', page)
    answer = client.get(styles[1])
    cache = answer.cache_control
    assert (cache.public, cache.immutable) == (True, True)
    assert cache.max_age == timedelta(days=365).total_seconds()
    assert not answer.headers.getlist("Set-Cookie")


def test_the_same_file_without_its_version_is_asked_for_again(client):
    assert not client.get("/static/scrutin.css").cache_control.immutable


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip", "gzip", gzip.decompress), ("br, gzip", "br", brotli.decompress), ("", None, bytes)],
)
def test_bodies_travel_small(client, make, accepted, encoding, unpack):
    make.courses()
    for path in ("/", "/static/scrutin.css", "/api/v1/openapi.json"):
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        packed = client.get(path, headers={"Accept-Encoding": accepted})
        assert packed.headers.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in packed.headers["Vary"]
        # A form token differs from second to second.
        assert len(unpack(packed.data)) == len(plain.data)
        if encoding:
            assert len(packed.data) < len(plain.data) / 2


def test_a_page_of_a_person_is_kept_nowhere_and_anybodys_by_no_shared_cache(client, learner):
    assert learner.get("/my").headers["Cache-Control"] == "no-store"
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


def test_a_figure_may_not_act_even_when_it_is_opened_by_itself(learner, enrolment_url):
    page = learner.get(f"{enrolment_url}/methods").text
    figures = re.findall(r'src="(/media/[^"]+)"', page)
    assert figures
    answer = learner.get(figures[0])
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert answer.cache_control.immutable
    assert (
        learner.get(figures[0], headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


OUTSIDE = (
    "/static/../config.py",
    "/static/%2e%2e/%2e%2e/config.py",
    "/static/..%2f..%2fconfig.py",
    "/static/%2fetc%2fpasswd",
    "/media/" + "0" * 64 + "/figure.svg",
    "/media/../../config.py",
    "/media/..%2f..%2fconfig.py/x",
    "/media/%2fetc%2fpasswd/x",
    "/my/certificates/..%2f..%2fconfig.pdf",
    "/api/v1/credentials/..%2fx.pdf",
)


def test_no_address_leads_out_of_its_folder(client, make):
    sign_in(client, make.person())
    for path in OUTSIDE:
        assert client.get(path, follow_redirects=True).status_code == 404, path


def test_an_answer_to_a_form_is_no_page_that_can_be_framed_or_kept(learner):
    answer = learner.post("/logout", data={"csrf_token": form_token(learner)})
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["Cache-Control"] == "private, no-cache"
