"""The interface's language: asked for, remembered, the person's, the browser's, and else French."""

from __future__ import annotations

import re

import pytest

from tests.factories import sign_in

FRENCH, ENGLISH = "fr", "en"


def language_of(answer) -> str:
    return re.search(r'<html lang="(\w+)"', answer.text)[1]


@pytest.mark.parametrize(
    ("asked", "cookie", "persons", "browsers", "shown"),
    [
        ("en", "fr", "fr", "fr", "en"),
        ("fr", "en", "en", "en", "fr"),
        ("xx", "en", "fr", "fr", "en"),
        (None, "en", "fr", "fr", "en"),
        (None, "<script>", "en", "fr", "en"),
        (None, None, "en", "fr", "en"),
        (None, None, "pt", "en", "en"),
        (None, None, None, "en-GB,en;q=0.8", "en"),
        (None, None, None, "fr-ML,fr;q=0.9,en;q=0.8", "fr"),
        (None, None, None, "bm,en;q=0.3", "en"),
        (None, None, None, "bm,pt", "fr"),
        (None, None, None, "", "fr"),
        (None, None, None, None, "fr"),
    ],
)
def test_the_first_of_five_that_is_spoken_here_is_used(
    client, make, asked, cookie, persons, browsers, shown
):
    if persons:
        sign_in(client, make.person(language=persons))
    if cookie:
        client.set_cookie("language", cookie)
    headers = {} if browsers is None else {"Accept-Language": browsers}
    answer = client.get("/contact", query_string={"lang": asked} if asked else {}, headers=headers)
    assert language_of(answer) == shown


def test_what_was_asked_for_is_remembered_on_this_device(client):
    assert language_of(client.get("/?lang=en")) == ENGLISH
    assert language_of(client.get("/")) == ENGLISH
    assert language_of(client.get("/nothing")) == ENGLISH
    assert language_of(client.get("/?lang=fr")) == FRENCH
    assert language_of(client.get("/")) == FRENCH


def test_what_is_no_language_is_not_remembered(client):
    for code in ("xx", "", "fr/../en", "FR"):
        answer = client.get("/", query_string={"lang": code})
        assert "language=" not in (answer.headers.get("Set-Cookie") or "")


def test_the_switch_leads_to_the_same_page_with_its_query(client):
    page = client.get("/catalogue?q=liste+électorale&lang=fr").text
    link = re.search(r'<a href="([^"]+)" lang="en" hreflang="en">English</a>', page)
    assert link[1] == "/catalogue?q=liste+%C3%A9lectorale&amp;lang=en"
    assert language_of(client.get(link[1].replace("&amp;", "&"))) == ENGLISH


def test_a_page_says_which_language_and_direction_it_has(client):
    assert '<html lang="fr" dir="ltr">' in client.get("/").text


def test_the_api_speaks_the_readers_language_too(client):
    told = {
        language: client.get("/api/v1/nothing", headers={"Accept-Language": language}).json["title"]
        for language in (FRENCH, ENGLISH)
    }
    assert told[ENGLISH] == "Nothing here"
    assert told[FRENCH] == "Rien à cette adresse"
