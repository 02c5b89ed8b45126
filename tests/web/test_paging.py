"""Lists are read page by page, and a cursor is one that the list itself gave."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from lms.web.addresses import LARGEST_ID
from lms.web.paging import Cursor, PageRequest, cut_page, encode_cursor
from tests.factories import sign_in


def cursor_of(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(st.integers(0, LARGEST_ID))
def test_a_place_comes_back_from_its_cursor(place):
    assert Cursor().deserialize(encode_cursor(place)) == place


@given(st.text(max_size=64))
def test_a_place_with_a_name_does_too(place):
    assert Cursor(str).deserialize(encode_cursor(place)) == place


BROKEN = [
    "",
    "x",
    "====",
    "é",
    "not base64!",
    cursor_of("nonsense"),
    cursor_of("[1]"),
    cursor_of("null"),
    cursor_of("true"),
    cursor_of("1.0"),
    cursor_of(" 1"),
    cursor_of("01"),
    cursor_of("-1"),
    cursor_of('"1"'),
    cursor_of(str(LARGEST_ID + 1)),
    cursor_of("9" * 30),
    cursor_of("9" * 5000),
    cursor_of("[" * 5000),
    cursor_of(b"\xff"),
    encode_cursor(1) + "=",
    encode_cursor(1) + "\n",
]


@pytest.mark.parametrize(("language", "word"), [("fr", "curseur"), ("en", "cursor")])
def test_a_broken_cursor_is_refused_in_the_readers_language(client, make, language, word):
    sign_in(client, make.person(language=language))
    for cursor in BROKEN:
        answer = client.get("/api/v1/enrolments", query_string={"cursor": cursor})
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["cursor"]), cursor
        assert word in answer.json["fields"]["cursor"]


@given(st.text(max_size=40))
def test_a_made_up_cursor_is_refused_or_is_the_one_of_its_place(text):
    try:
        place = Cursor().deserialize(text)
    except ValidationError:
        return
    assert encode_cursor(place) == text


@pytest.mark.parametrize("path", ["enrolments", "credentials", "modules"])
def test_a_limit_that_is_none_is_refused(client, make, path):
    sign_in(client, make.person())
    for limit in ("-1", "0", "101", "1.5", "x", "", "9" * 5000, "1e3", "٣x"):
        answer = client.get(f"/api/v1/{path}", query_string={"limit": limit})
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["limit"]), limit


def test_a_limit_and_a_cursor_may_be_left_out():
    assert PageRequest().load({}) == {"limit": 50, "cursor": None}


def test_the_last_page_says_so():
    items = [{"id": id} for id in (9, 8, 7)]
    assert cut_page(items, 3, key="id") == {"items": items, "next": None}
    assert cut_page(items, 2, key="id") == {"items": items[:2], "next": encode_cursor(8)}
    assert cut_page([], 2, key="id") == {"items": [], "next": None}


def test_page_by_page_one_reads_the_whole_list_once(client, make, session):
    from tests.made_courses import Listed, MadeModule

    modules = [MadeModule(f"module-{n}", activities=(Listed("one"),)) for n in range(5)]
    make.modules(*modules)
    actor = make.person()
    sign_in(client, actor)
    ids = [make.enrolment(actor, module.slug) for module in modules]

    read, cursor = [], ""
    while cursor is not None:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/enrolments", query_string=query).json
        assert len(page["items"]) <= 2
        read += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert read == ids[::-1]

    read, cursor = [], ""
    while cursor is not None:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/modules", query_string=query).json
        read += [item["slug"] for item in page["items"]]
        cursor = page["next"]
    assert read == [module.slug for module in modules]
