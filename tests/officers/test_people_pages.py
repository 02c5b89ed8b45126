"""The pages on which officers bring people in, answer claims, move, print slips and appoint."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms import accounts
from lms.accounts.commands import claim_institution
from lms.accounts.domain import Column, read_person_line
from lms.accounts.models import Membership, Person, PersonalDetail, RoleGrant
from lms.core.permissions import Role, Scope, ScopeKind
from lms.officers.commands import purge_uploads
from lms.officers.models import Upload
from tests.conftest import NOW
from tests.factories import form_token, sign_in


@pytest.fixture
def top(make):
    return make.institution("north")


@pytest.fixture
def branch(make, top):
    return make.institution("branch", parent_id=top)


@pytest.fixture
def officer(make, top):
    return make.person(
        "Fanta", "Officer", roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, top),
        language="en",
    )  # fmt: skip


@pytest.fixture
def desk(client, officer, top):
    """Send a form, or get a page, of the officer's own institution."""
    sign_in(client, officer)

    def ask(path, form=None, **more):
        url = f"/institution/{top}/{path}"
        if form is None:
            return client.get(url, **more)
        return client.post(url, data={"csrf_token": form_token(client), **form}, **more)

    return ask


def count(session, model):
    return session.scalars(select(func.count()).select_from(model)).one()


def logins(session):
    return set(session.scalars(select(Person.login).where(Person.login.is_not(None))))


def alerts(page):
    return re.findall(r'role="alert">(.*?)</p>', page.text)


# --- One by one ---------------------------------------------------------------------------------------

AWA = {
    "given_names": "Awa",
    "family_names": "Traoré",
    "institution": "branch",
    "sex": "F",
    "age_band": "25-34",
}


def test_one_person_is_brought_in_and_told_of(desk, session, branch):
    answer = desk("people/new", AWA)

    assert answer.status_code == 302
    page = desk("people/new").text
    assert "Awa Traoré is in, with the user name awa.traore." in page
    person = session.scalars(select(Person).where(Person.login == "awa.traore")).one()
    membership = session.scalars(select(Membership)).one()
    assert (membership.person_id, membership.institution_id) == (person.id, branch)
    assert session.get(PersonalDetail, person.id).sex == "F"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"given_names": "", "family_names": ""}, "A name is needed."),
        ({"given_names": "<b>"}, "A name may not have"),
        ({"email": "x"}, "This is not an e-mail address."),
        ({"institution": "south"}, "No institution here or below"),
        ({"started_on": "2199-01-01"}, "may not lie in the future"),
    ],
)
def test_what_cannot_be_used_comes_back_at_its_field(desk, make, session, branch, form, sentence):
    make.institution("south")
    answer = desk("people/new", AWA | form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Traoré"' in answer.text or not form.get("given_names", "x")
    assert logins(session) == {"person1"}


def test_a_namesake_is_asked_about_first(desk, make, session, top, branch):
    known = make.person("AWA", "Traore", institution_id=top)
    answer = desk("people/new", AWA)

    assert answer.status_code == 409
    assert "Is it one of these people?" in answer.text
    assert "The same person: AWA Traore" in answer.text
    assert count(session, Person) == 2
    assert desk("people/new", AWA | {"choice-1": f"person-{known.person_id}"}).status_code == 302
    assert count(session, Person) == 2
    assert count(session, Membership) == 2
    assert desk("people/new", AWA | {"choice-1": "new"}).status_code == 302
    assert count(session, Person) == 3


def test_sex_and_age_are_asked_with_a_reason_and_never_shown_for_one_person(desk, session, branch):
    page = desk("people/new").text
    assert "Each may be left at “not stated”" in page
    desk("people/new", AWA)
    membership = session.scalars(select(Membership.id)).one()

    for path in (f"memberships/{membership}", "slips", "officers", "claims"):
        assert "25 to 34" not in desk(path).text
        assert "Female" not in desk(path).text


def test_an_invitation_says_the_same_of_every_address(desk, make, session):
    make.person()
    for typed in ("person2", "nobody@example.org"):
        assert desk("invitations", {"invited": typed}).status_code == 302
        page = desk("claims").text
        assert "If somebody has this address or user name, they are invited." in page
    assert "Awa Traoré" not in page
    assert "person2" in page
    empty = desk("invitations", {"invited": " "})
    assert (empty.status_code, "Type an e-mail address" in empty.text) == (422, True)


# --- Claims -------------------------------------------------------------------------------------------


@pytest.fixture
def claim_id(session, make, branch):
    claimer = make.person("Cleo", "Claimer")
    claimed = claim_institution(
        session, claimer, branch, member_type=None, started_on=NOW.date(), now=NOW
    )
    session.commit()
    return claimed


def test_a_claim_is_listed_and_confirmed(desk, session, claim_id):
    assert "Cleo Claimer" in desk("claims").text
    assert desk(f"claims/{claim_id}/confirmation", {}).status_code == 302

    page = desk("claims").text
    assert "The claim is confirmed" in page
    assert "No claim waits" in page
    session.expire_all()
    assert session.get(Membership, claim_id).confirmed_at is not None


def test_the_second_answer_sees_what_was_done(desk, session, claim_id):
    desk(f"claims/{claim_id}/refusal", {})
    answer = desk(f"claims/{claim_id}/confirmation", {})

    assert answer.status_code == 409
    assert "Fanta Officer has answered this already" in alerts(answer)[0]
    session.expire_all()
    assert session.get(Membership, claim_id).confirmed_at is None


def test_a_day_that_is_none_comes_back_with_the_claim(desk, session, claim_id):
    answer = desk(f"claims/{claim_id}/confirmation", {"started_on": "soon"})

    assert answer.status_code == 422
    assert "“soon” is no day" in answer.text
    session.expire_all()
    assert session.get(Membership, claim_id).confirmed_at is None


# --- One membership -----------------------------------------------------------------------------------


@pytest.fixture
def member_id(session, make, branch):
    make.person("Mia", "Member", institution_id=branch)
    return session.scalars(select(Membership.id)).one()


def test_a_membership_is_shown_with_its_days_and_ended(desk, session, member_id):
    page = desk(f"memberships/{member_id}").text
    assert "Mia Member" in page
    assert "since 2 March 2026" in page

    assert desk(f"memberships/{member_id}/end", {"ended_on": "2026-03-02"}).status_code == 302
    page = desk(f"memberships/{member_id}").text
    assert "from 2 March 2026 to 2 March 2026" in page
    assert "End the membership" not in page
    again = desk(f"memberships/{member_id}/end", {"ended_on": "2026-03-02"})
    assert (again.status_code, "ended on 2 March 2026 already" in again.text) == (409, True)


def test_a_move_below_is_done_at_once(desk, make, session, member_id, top):
    form = {"institution": str(top)}
    assert desk(f"memberships/{member_id}/move", form).status_code == 302

    assert "moved to another institution" in desk(f"memberships/{member_id}").text
    assert count(session, Membership) == 2


def test_an_institution_elsewhere_is_found_by_name_and_its_officer_confirms(
    desk, make, session, member_id
):
    south = make.institution("south")
    found = desk(f"memberships/{member_id}/places", {"q": "SOUTH"})
    assert f'<option value="{south}"' in found.text

    assert desk(f"memberships/{member_id}/move", {"institution": str(south)}).status_code == 302
    assert "An officer of the new institution confirms" in desk(f"memberships/{member_id}").text
    moved = session.scalars(select(Membership).where(Membership.institution_id == south)).one()
    assert (moved.confirmed_at, moved.invited_by_id) == (None, None)


@pytest.mark.parametrize(
    ("what", "form", "status", "sentence"),
    [
        ("end", {"ended_on": "2199-01-01"}, 422, "may not lie in the future"),
        ("end", {"ended_on": "2020-01-01"}, 422, "may not come before the first"),
        ("end", {"ended_on": "x"}, 422, "“x” is no day"),
        ("move", {"institution": ""}, 422, "Choose an institution of the list."),
    ],
)
def test_what_cannot_be_done_to_a_membership_is_said_at_its_field(
    desk, session, member_id, what, form, status, sentence
):
    answer = desk(f"memberships/{member_id}/{what}", form)

    assert (answer.status_code, sentence in answer.text) == (status, True)
    session.expire_all()
    assert session.get(Membership, member_id).ended_on is None


# --- Lists --------------------------------------------------------------------------------------------

LIST = """prénoms;nom;courriel;institution;téléphone
Awa;Traoré;;branch;1
Bakary;Koné;bakary@example.org;;2
Jean;=cmd|x;;;3
"""


def upload(desk, text=LIST, name="list.csv"):
    content = text if isinstance(text, bytes) else text.encode("cp1252")
    return desk("uploads", {"file": (io.BytesIO(content), name)})


@pytest.fixture
def list_path(desk, branch):
    """The address of the preview of `LIST`, below the institution's."""
    answer = upload(desk)
    assert answer.status_code == 302
    return answer.headers["Location"].partition("/institution/")[2].partition("/")[2]


def test_a_list_is_shown_line_by_line_and_nothing_is_done_yet(desk, session, list_path):
    page = desk(list_path).text

    assert "list.csv has 3 lines. Nothing is done yet." in page
    assert "awa.traore" in page
    assert "A name may not have" in page
    assert "Columns that are not read" in page
    assert "téléphone" in page
    assert logins(session) == {"person1"}
    assert "list.csv" in desk("uploads").text


def test_applying_brings_in_reports_and_deletes_the_list(desk, session, list_path):
    page = desk(list_path, {})

    assert page.status_code == 200
    assert "2 people were brought in." in page.text
    assert "1 line was refused." in page.text
    assert "awa.traore" in page.text
    assert logins(session) == {"person1", "awa.traore"}
    assert count(session, Upload) == 0
    again = desk(list_path, {})
    assert again.status_code == 404
    assert "it was applied already" in again.text
    assert count(session, Person) == 3


def test_the_same_list_once_more_finds_everybody(desk, session, list_path):
    desk(list_path, {})
    path = upload(desk).headers["Location"].partition("/institution/")[2].partition("/")[2]
    page = desk(path, {})

    assert "0 people were brought in." in page.text
    assert "2 people were there already." in page.text
    assert count(session, Person) == 3


def test_a_namesake_must_be_decided_before_anything_is_done(desk, make, session, top, list_path):
    known = make.person("awa", "TRAORE", institution_id=top)
    page = desk(list_path)
    assert "1 person who may be there already" in page.text
    assert "The same person: awa TRAORE" in page.text

    refused = desk(list_path, {})
    assert refused.status_code == 409
    assert "Nothing was done yet" in alerts(refused)[0]
    assert "Choose one of these." in refused.text
    assert count(session, Upload) == 1
    assert count(session, Person) == 2

    done = desk(list_path, {"choice-2": f"person-{known.person_id}"})
    assert "1 person was brought in." in done.text
    places = session.scalars(
        select(func.count()).where(Membership.person_id == known.person_id)
    ).one()
    assert places == 2


def test_a_list_can_be_deleted_unapplied(desk, session, list_path):
    assert desk(f"{list_path}/removal", {}).status_code == 302

    assert "Nobody was brought in" in desk("uploads").text
    assert count(session, Upload) == 0
    assert count(session, Person) == 1


def test_nobody_else_sees_a_list_not_even_another_officer(client, make, top, desk, list_path):
    colleague = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, top))
    sign_in(client, colleague)

    assert desk(list_path).status_code == 404
    assert desk(list_path, {}).status_code == 404
    assert "list.csv" not in desk("uploads").text


def test_a_list_is_not_seen_from_another_institution_of_ones_own(client, desk, branch, list_path):
    assert client.get(f"/institution/{branch}/{list_path}").status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file first."),
        (b"PK\x03\x04", "can be read neither as CSV nor as XLSX"),
        (b"email\na@b.c\n", "no column for names"),
        (b"nom\n", "no row below its headings"),
    ],
)
def test_what_is_no_list_is_refused_at_the_field(desk, session, content, sentence):
    answer = upload(desk, content)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert count(session, Upload) == 0


def test_a_list_that_nobody_applied_for_a_day_is_swept_away(desk, session, list_path):
    kept_at = session.scalars(select(Upload.uploaded_at)).one()

    assert purge_uploads(session, now=kept_at + timedelta(hours=23)) == 0
    assert purge_uploads(session, now=kept_at + timedelta(hours=25)) == 1
    assert count(session, Upload) == 0


def test_templates_are_in_the_readers_language(desk):
    assert "given_names" in desk("uploads/template.csv").data.decode("utf-8-sig")
    french = desk("uploads/template.csv?lang=fr")
    assert "prénoms" in french.data.decode("utf-8-sig")
    assert "personnes.csv" in french.headers["Content-Disposition"]
    assert desk("uploads/template.xlsx").data.startswith(b"PK")
    assert desk("uploads/template.exe").status_code == 404


# --- Slips --------------------------------------------------------------------------------------------


@pytest.fixture
def newcomers(session, officer, top):
    """The ids of ten people whom the officer has brought in; the second reads French."""
    lines = [
        read_person_line(
            at,
            {Column.GIVEN_NAMES: f"Given {at}", Column.LANGUAGE: "fr" if at == 2 else "en"},
            today=NOW.date(),
        )
        for at in range(1, 11)
    ]
    done = accounts.bring_in_people(session, officer, top, lines, {}, now=NOW)
    session.commit()
    return done.new_ids


def test_slips_are_printed_eight_a_sheet_and_each_in_its_language(desk, session, newcomers):
    page = desk("slips", {"person": [str(id) for id in newcomers]})

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('<ul class="slips"') == 2
    assert page.text.count('<li class="slip" lang="en"') == 9
    assert page.text.count('<li class="slip" lang="fr"') == 1
    passwords = re.findall(r'slip-password">([^<]+)<', page.text)
    assert len(set(passwords)) == 10
    assert "localhost/login" in page.text
    session.expire_all()
    hashes = set(session.scalars(select(Person.password_hash).where(Person.id.in_(newcomers))))
    assert len(hashes) == 10
    assert not hashes & set(passwords)


def test_the_list_of_slips_says_who_has_one(desk, newcomers):
    assert "has a slip" not in desk("slips").text
    desk("slips", {"person": str(newcomers[0])})

    assert desk("slips").text.count("has a slip") == 1


def test_passwords_of_slips_are_never_logged(desk, newcomers, caplog):
    with caplog.at_level("DEBUG"):
        page = desk("slips", {"person": str(newcomers[0])})

    (password,) = re.findall(r'slip-password">([^<]+)<', page.text)
    assert password not in caplog.text


@pytest.mark.parametrize(
    ("people", "status", "sentence"),
    [
        ([], 422, "Choose at least one person."),
        (["999999"], 409, "No slip was made"),
        ([str(number) for number in range(1, 102)], 422, "at most 100 people"),
    ],
)
def test_slips_that_cannot_be_made_are_made_for_nobody(
    desk, session, newcomers, people, status, sentence
):
    answer = desk("slips", {"person": people})

    assert (answer.status_code, sentence in answer.text) == (status, True)
    session.expire_all()
    assert session.get(Person, newcomers[0]).password_hash is None


# --- Officers -----------------------------------------------------------------------------------------


def test_a_member_is_looked_for_appointed_and_taken_back(client, desk, make, session, branch):
    person = make.person("Élise", "Koné", institution_id=branch)
    url = f"/institution/{branch}/officers"

    def post(path, **form):
        return client.post(url + path, data={"csrf_token": form_token(client), **form})

    assert "Élise Koné" in post("/candidates", q="elise").text
    assert post("", person=str(person.person_id)).status_code == 302
    page = client.get(url).text
    assert "The officer is appointed" in page
    assert "by Fanta Officer" in page
    again = post("", person=str(person.person_id), q="elise")
    assert (again.status_code, "already" in alerts(again)[0]) == (409, True)
    grant = session.scalars(select(func.max(RoleGrant.id))).one()
    assert post(f"/{grant}/end").status_code == 302
    assert "taken back on" in client.get(url).text
    assert post(f"/{grant}/end").status_code == 409


def test_ones_own_institution_gets_its_officers_from_above(desk, make, session, top, branch):
    person = make.person(institution_id=top)
    page = desk("officers").text
    assert "appointed from above it" in page
    assert f"/institution/{branch}/officers" in page

    assert desk("officers", {"person": str(person.person_id)}).status_code == 403
    assert count(session, RoleGrant) == 1


# --- What an officer's institution does not reach --------------------------------------------------------


def test_ids_of_another_institution_are_not_there_in_ones_own_addresses(desk, make, session):
    south = make.institution("south")
    make.person("Sam", "South", institution_id=south, roles=(Role.OFFICER,),
                scope=Scope(ScopeKind.INSTITUTION, south))  # fmt: skip
    theirs = session.scalars(select(Membership.id)).one()
    grant = session.scalars(select(func.max(RoleGrant.id))).one()
    before = session.get(Membership, theirs).ended_on

    for path, form in (
        (f"memberships/{theirs}", None),
        (f"memberships/{theirs}/end", {}),
        (f"memberships/{theirs}/move", {"institution": "1"}),
        (f"claims/{theirs}/confirmation", {}),
        (f"claims/{theirs}/refusal", {}),
        (f"invitations/{theirs}/withdrawal", {}),
        (f"officers/{grant}/end", {}),
        ("uploads/1", {}),
    ):
        answer = desk(path, form)
        assert answer.status_code == 404, path
        assert "Sam" not in answer.text
    session.expire_all()
    assert session.get(Membership, theirs).ended_on == before
    assert session.get(RoleGrant, grant).revoked_at is None
