"""The administrators' pages: what comes back with what was typed, previews, and as many queries for 500 as for 10."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import select

from lms.core.permissions import Role, Scope, ScopeKind
from lms.institutions import find_institution_by_key, list_seats
from lms.institutions.models import Institution, MemberType, Zone
from tests.factories import form_token, sign_in
from tests.test_queries_counted import counted

NAMES = {"name_fr": "Antenne de Ségou", "name_en": "Segou Branch", "kind": "branch"}


@pytest.fixture
def browser(client, make):
    """A client of an administrator of the whole site, who reads English."""
    return sign_in(
        client, make.person("Grace", "Mensah", roles=(Role.ADMINISTRATOR,), language="en")
    )


def text_of(answer) -> str:
    """Return the words of a page as they are read."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def post(browser, url, form=None, **more):
    data = {"csrf_token": form_token(browser), **(form or {})}
    return browser.post(url, data=data, **more)


def upload(browser, url, content: bytes):
    file = (io.BytesIO(content), "table.csv")
    return post(browser, url, {"file": file}, content_type="multipart/form-data")


def hidden(answer, name: str) -> str:
    return answer.text.split(f'name="{name}" value="')[1].split('"')[0]


# --- The tree -----------------------------------------------------------------------------------------


def test_an_empty_tree_says_how_to_begin(browser):
    page = text_of(browser.get("/admin/institutions"))
    assert "There is no institution yet" in page
    assert "There is no zone yet" in text_of(browser.get("/admin/zones"))
    assert "There are no types of members yet" in text_of(browser.get("/admin/member-types"))


def test_the_tree_shows_each_institution_below_what_it_lies_below(browser, make):
    centre = make.institution("centre")
    make.institution("branch", parent_id=centre)
    answer = browser.get("/admin/institutions")
    assert "1 below" in text_of(answer)
    outer, inner = answer.text.split("centre Commission</a>")[1].split("branch Commission</a>")[0:2]
    assert "<ul" in outer
    assert "</ul>" in inner


def test_a_search_forgives_accents_and_shows_the_way(browser, make, session):
    centre = make.institution("centre")
    post(browser, "/admin/institutions", {**NAMES, "parent": centre})
    page = text_of(browser.get("/admin/institutions?q=SÈGOU"))
    assert "1 institution fits." in page
    assert "centre Commission › Segou Branch" in page
    assert "0 institutions fit." in text_of(browser.get("/admin/institutions?q=zzz"))


def test_the_tree_costs_as_many_queries_for_500_institutions_as_for_10(app, browser, make, session):
    def count(address: str) -> int:
        browser.get(address)
        with counted(app) as statements:
            assert browser.get(address).status_code == 200
        return len(statements)

    top = make.institution("top")
    addresses = ["/admin/institutions", "/admin/institutions?q=b", f"/admin/institutions/{top}",
                 "/admin/institutions.csv", "/admin/zones", "/admin/member-types",
                 f"/admin/institutions/new?parent={top}"]  # fmt: skip
    for number in range(10):
        make.institution(f"b{number}", parent_id=top)
    few = [count(address) for address in addresses]
    lines = "key,parent,kind,name_fr,name_en\n" + "".join(
        f"n{number},b{number % 10},branch,Lieu {number},Place {number}\n" for number in range(490)
    )
    preview = upload(browser, "/admin/institutions/import", lines.encode())
    form = {name: hidden(preview, name) for name in ("content", "preview")}
    assert post(browser, "/admin/institutions/import/apply", form).status_code == 302
    assert [count(address) for address in addresses] == few
    # One for the person who asks, and of the tree's page one more.
    assert few[0] == 2
    assert max(few) <= 6


# --- Forms that come back -------------------------------------------------------------------------------


def test_an_institution_is_added_edited_seated_moved_closed_and_deleted(browser, make, session):
    centre = make.institution("centre")
    make.member_type("party")
    session.commit()
    answer = post(browser, "/admin/institutions", {**NAMES, "parent": centre})
    branch = find_institution_by_key(session, "antenne-de-segou")
    here = f"/admin/institutions/{branch.id}"
    assert answer.location == here
    page = text_of(browser.get(here))
    assert "Segou Branch is added." in page

    post(browser, here, {**NAMES, "name_en": "Branch of Segou", "kind": "project"})
    post(browser, f"{here}/seats", {"seats-party": "3"})
    post(browser, f"{here}/place", {"parent": ""})
    post(browser, f"{here}/closing", {"closed_on": "2026-01-31"})
    page = text_of(browser.get(here))
    for told in ("Branch of Segou", "Its last day was 31 January 2026", "at the top", "Project"):
        assert told in page
    assert [seat.count for seat in list_seats(session, branch.id)] == [3]
    session.expire_all()
    assert session.get_one(Institution, branch.id).path == f"/{branch.id}/"

    post(browser, f"{here}/reopening")
    assert "Its last day" not in text_of(browser.get(here))
    assert post(browser, f"{here}/deletion").location == "/admin/institutions"
    assert browser.get(here).status_code == 404


def test_a_similar_name_comes_back_with_all_that_was_typed_and_a_box_to_tick(
    browser, make, session
):
    post(browser, "/admin/institutions", NAMES)
    again = {**NAMES, "name_fr": "Antenne de Segou", "key": "other-segou"}
    answer = post(browser, "/admin/institutions", again)
    assert answer.status_code == 409
    assert "Did you mean “Antenne de Ségou” (antenne-de-segou)?" in text_of(answer)
    for typed in ('value="Antenne de Segou"', 'value="other-segou"', 'name="is_other"'):
        assert typed in answer.text
    assert find_institution_by_key(session, "other-segou") is None
    post(browser, "/admin/institutions", {**again, "is_other": "1"})
    assert find_institution_by_key(session, "other-segou") is not None


def test_what_cannot_be_used_is_told_at_its_field(browser, make, session):
    centre = make.institution("centre")
    make.member_type("party")
    session.commit()
    here = f"/admin/institutions/{centre}"
    for url, form, field, sentence in [
        ("/admin/institutions", {**NAMES, "name_en": ""}, "name_en", "Give a name in English."),
        (here, {**NAMES, "kind": "x"}, "kind", "Give one of these kinds"),
        (here, {**NAMES, "zone": "x"}, "zone", "Choose one of the zones"),
        (f"{here}/seats", {"seats-party": "many"}, "seats-party", "Give a whole number"),
        (f"{here}/closing", {"closed_on": "2999-01-01"}, "closed_on", "not in the future"),
        ("/admin/member-types", {"name_fr": "x", "name_en": "x", "key": "É"}, "key", "lower-case"),
        ("/admin/zones", {**NAMES, "kind": "region"}, "kind", "A zone lies in a wider one"),
    ]:  # fmt: skip
        answer = post(browser, url, form)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert sentence in text_of(answer)
        assert 'role="alert"' in answer.text
    assert find_institution_by_key(session, "centre").name["en"] == "centre Commission"


def test_a_refusal_says_what_to_do_instead(browser, make):
    branch = make.institution("branch")
    make.person(institution_id=branch)
    answer = post(browser, f"/admin/institutions/{branch}/deletion")
    assert answer.status_code == 409
    assert "Close it instead" in text_of(answer)
    answer = post(browser, f"/admin/institutions/{branch}/place", {"parent": branch})
    assert (answer.status_code, "below itself" in text_of(answer)) == (409, True)


def test_zones_and_types_of_members_are_edited_too(browser, session):
    post(browser, "/admin/zones", {"name_fr": "Sagara", "name_en": "Sagara", "kind": "country"})
    country = session.scalars(select(Zone.id)).one()
    region = {"name_fr": "Nord", "name_en": "North", "kind": "region", "parent": country}
    here = post(browser, "/admin/zones", region).location
    assert "Sagara" in text_of(browser.get(here))
    post(browser, here, {**region, "name_en": "The North"})
    assert "The North" in text_of(browser.get("/admin/zones"))
    assert post(browser, f"/admin/zones/{country}/deletion").status_code == 409
    assert post(browser, f"{here}/deletion").location == "/admin/zones"

    post(browser, "/admin/member-types", {"name_fr": "Partis", "name_en": "Parties"})
    id = session.scalars(select(MemberType.id)).one()
    post(browser, f"/admin/member-types/{id}", {"name_fr": "Partis", "name_en": "The parties"})
    assert "The parties" in text_of(browser.get("/admin/member-types"))
    post(browser, f"/admin/member-types/{id}/deletion")
    assert session.scalars(select(MemberType.id)).all() == []


@pytest.mark.parametrize(
    "path", ["institutions/999999", "institutions/new?parent=999999", "institutions/new?parent=x",
             "zones/999999", "zones/new?parent=999999", "member-types/999999"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(browser, path):
    assert browser.get(f"/admin/{path}").status_code == 404


# --- Files --------------------------------------------------------------------------------------------------

TABLE = "key;parent;kind;name_fr;name_en\ncentre;;commission;Centré;Centre\nx;y;branch;X;X\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_file_is_previewed_and_only_then_imported(browser, session, encoding):
    preview = upload(browser, "/admin/institutions/import", TABLE.encode(encoding))
    page = text_of(preview)
    assert "Nothing is changed yet." in page
    assert "There is no “y” below which you may put it." in page
    assert find_institution_by_key(session, "centre") is None

    form = {name: hidden(preview, name) for name in ("content", "preview")}
    answer = post(browser, "/admin/institutions/import/apply", form)
    assert answer.location == "/admin/institutions"
    assert "1 row is imported." in text_of(browser.get("/admin/institutions"))
    assert find_institution_by_key(session, "centre").name["fr"] == "Centré"


def test_two_clicks_import_once_and_what_changed_meanwhile_is_shown_again(browser, session):
    preview = upload(browser, "/admin/institutions/import", TABLE.encode())
    form = {name: hidden(preview, name) for name in ("content", "preview")}
    post(browser, "/admin/institutions/import/apply", form)
    answer = post(browser, "/admin/institutions/import/apply", form)
    assert answer.status_code == 409
    assert "Things have changed since the preview" in text_of(answer)
    assert "There is nothing to import." in text_of(answer)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no row below its headings"),
        (b"\x89PNG\x00", "neither as CSV nor as XLSX"),
        (b"colour\nred\n", "do not fit: colour, key"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_on_the_page(browser, content, sentence):
    answer = upload(browser, "/admin/institutions/import", content)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


@pytest.mark.parametrize("content", ["", "x", "eA==", "e" * 400])
def test_a_preview_that_was_tampered_with_imports_nothing(browser, session, content):
    answer = post(browser, "/admin/institutions/import/apply", {"content": content, "preview": ""})
    assert answer.status_code == 422
    assert session.scalars(select(Institution.id)).all() == []


def test_a_file_that_unpacks_to_more_than_was_previewed_is_refused(browser):
    import base64
    import zlib

    content = base64.b64encode(zlib.compress(b"a" * 5_000_000)).decode()
    form = {"content": content, "preview": ""}
    assert post(browser, "/admin/institutions/import/apply", form).status_code == 422


def test_trees_and_examples_are_downloaded(browser, make):
    make.institution("centre")
    for name in ("institutions", "zones"):
        for path in (f"/admin/{name}.csv", f"/admin/{name}/example.csv"):
            answer = browser.get(path)
            assert answer.mimetype == "text/csv"
            assert answer.data.startswith(b"\xef\xbb\xbfkey,parent,kind,")
            assert "attachment" in answer.headers["Content-Disposition"]
    assert b"centre,,commission" in browser.get("/admin/institutions.csv").data


# --- Who may ------------------------------------------------------------------------------------------------


def test_the_way_to_administration_is_shown_to_those_who_may_go_it(client, make):
    north = make.institution("north")
    for roles, scope, is_shown in (
        ((), None, False),
        ((Role.OFFICER,), Scope(ScopeKind.INSTITUTION, north), False),
        ((Role.ADMINISTRATOR,), Scope(ScopeKind.INSTITUTION, north), True),
    ):
        actor = make.person(roles=roles, **({"scope": scope} if scope else {}))
        page = sign_in(client, actor).get("/my").text
        assert ('href="/admin/institutions"' in page) == is_shown


def test_an_administrator_of_an_institution_sees_its_branches_and_no_others(client, make):
    top = make.institution("top")
    north = make.institution("north", parent_id=top)
    branch = make.institution("branch", parent_id=north)
    south = make.institution("south", parent_id=top)
    actor = make.person(
        roles=(Role.ADMINISTRATOR,), scope=Scope(ScopeKind.INSTITUTION, north), language="en"
    )
    browser = sign_in(client, actor)
    page = text_of(browser.get("/admin/institutions"))
    assert "branch Commission" in page
    assert "south Commission" not in page
    assert "top Commission" not in page
    for id in (top, south):
        assert browser.get(f"/admin/institutions/{id}").status_code == 404
        assert browser.get(f"/admin/institutions/new?parent={id}").status_code == 404
    for path in ("/admin/institutions/new", "/admin/zones", "/admin/member-types"):
        assert browser.get(path).status_code == 404
    below = text_of(browser.get(f"/admin/institutions/{branch}"))
    assert "top Commission" not in below
    assert "north Commission" in below
    assert "Close or delete" in below
    assert "Close or delete" not in text_of(browser.get(f"/admin/institutions/{north}"))
