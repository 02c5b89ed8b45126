"""Changing one's password, and the temporary ones on slips of paper."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts import bring_in_people, draw_passwords, make_slips, read_people_list
from lms.accounts.commands import change_password, create_token, sign_in
from lms.accounts.domain import TokenScope
from lms.accounts.errors import NoSlip, TooManySlips, UnfitPassword
from lms.accounts.models import Membership, Person, RoleGrant, SignInFailure
from lms.accounts.queries import find_actor, list_slip_candidates
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.permissions import Role, Scope, ScopeKind
from tests.conftest import NOW
from tests.factories import PASSWORD, form_token
from tests.factories import sign_in as give_cookie

NEW_PASSWORD = "three blue herons"


def change(session, actor, old=PASSWORD, new=NEW_PASSWORD):
    done = change_password(session, actor, old, new, "192.0.2.1", pepper="x", now=NOW)
    session.commit()
    return done


def check(session, login, password):
    return sign_in(session, login, password, "192.0.2.1", pepper="x", now=NOW)


# --- Changing one's password --------------------------------------------------------------------------


def test_the_new_password_holds_and_every_other_session_ends(session, make):
    awa = make.person()
    done = change(session, awa)

    assert done.session_key == f"{awa.person_id}.1"
    assert find_actor(session, f"{awa.person_id}.0") is None
    assert check(session, "person1", PASSWORD).person_id is None
    assert check(session, "person1", NEW_PASSWORD).person_id == awa.person_id


def test_a_wrong_old_password_changes_nothing_and_counts_as_a_try(session, make):
    awa = make.person()
    for _ in range(8):
        assert change(session, awa, old="wrong").session_key == ""

    assert change(session, awa).wait_seconds > 0
    assert session.get(Person, awa.person_id).session_epoch == 0
    assert len(session.scalars(select(SignInFailure)).all()) == 8


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "between 10 and 200"),
        ("x" * 201, "between 10 and 200"),
        (PASSWORD, "Choose another password"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused(session, make, new, sentence):
    awa = make.person()

    with pytest.raises(UnfitPassword) as refused:
        change(session, awa, new=new)
    assert sentence in str(refused.value.fields["new"])
    session.rollback()
    assert session.get(Person, awa.person_id).session_epoch == 0


def send(client, **form):
    form = {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD} | form
    return client.post("/password/change", data={"csrf_token": form_token(client), **form})


def test_the_page_changes_it_and_goes_on(client, make):
    give_cookie(client, make.person(language="en"))

    assert send(client).headers["Location"] == "/my"
    page = client.get("/my")
    assert page.status_code == 200
    assert "Your password is changed" in page.text


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"old": "wrong"}, 422, "not your present password"),
        ({"again": "else"}, 422, "not the same password"),
        ({"new": "short", "again": "short"}, 422, "between 10 and 200"),
    ],
)
def test_the_page_says_what_is_wrong_at_its_field(client, make, session, form, status, sentence):
    awa = make.person(language="en")
    answer = send(give_cookie(client, awa), **form)

    assert answer.status_code == status
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert NEW_PASSWORD not in answer.text
    assert check(session, "person1", PASSWORD).person_id == awa.person_id


def test_too_many_wrong_tries_must_wait(client, make):
    give_cookie(client, make.person(language="en"))
    for _ in range(8):
        send(client, old="wrong")

    answer = send(client)
    assert (answer.status_code, "Please wait" in answer.text) == (429, True)
    assert "Retry-After" in answer.headers


# --- Slips --------------------------------------------------------------------------------------------


@pytest.fixture
def place(make):
    return make.institution("north")


@pytest.fixture
def officer(make, place):
    return make.person(
        roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place), institution_id=place
    )


@pytest.fixture
def newcomer(session, officer, place):
    """The id of somebody whom the officer has brought in."""
    content = "prénoms;nom;langue\nFatoumata;Ɓa;fr\n".encode()
    lines = read_people_list(content, today=NOW.date()).lines
    done = bring_in_people(session, officer, place, lines, {}, now=NOW)
    session.commit()
    return done.new_ids[0]


def slip_for(session, officer, place, *ids):
    slips = make_slips(session, officer, place, ids, draw_passwords(len(ids)))
    session.commit()
    return slips


def test_a_slip_has_what_is_needed_to_sign_in_this_once(session, officer, place, newcomer):
    (slip,) = slip_for(session, officer, place, newcomer)

    assert (slip.name, slip.sign_in_name, slip.language) == ("Fatoumata Ɓa", "fatoumata.ba", "fr")
    done = check(session, "fatoumata.ba", slip.password)
    assert (done.person_id, done.must_change_password) == (newcomer, True)
    person = session.get(Person, newcomer)
    assert person.password_hash.startswith("$argon2id$")


def test_printing_again_makes_the_earlier_slip_worthless(session, officer, place, newcomer):
    (first,) = slip_for(session, officer, place, newcomer)
    (second,) = slip_for(session, officer, place, newcomer)

    assert check(session, "fatoumata.ba", first.password).person_id is None
    assert check(session, "fatoumata.ba", second.password).person_id == newcomer


def test_who_has_chosen_a_password_gets_no_slip_any_more(session, officer, place, newcomer):
    (slip,) = slip_for(session, officer, place, newcomer)
    actor = find_actor(session, f"{newcomer}.1").actor
    change(session, actor, old=slip.password)

    with pytest.raises(NoSlip, match="No slip was made"):
        slip_for(session, officer, place, newcomer)
    assert not session.get(Person, newcomer).must_change_password
    assert list_slip_candidates(session, f"/{place}/") == []


@pytest.mark.parametrize(
    "who", ["own password", "other place", "a role", "has left", "closed", "nobody"]
)
def test_a_slip_for_one_who_may_have_none_is_made_for_none_of_them(
    session, make, officer, place, newcomer, who
):
    other = make.person(institution_id=place).person_id
    if who not in {"own password", "nobody"}:
        session.get(Person, other).password_hash = None
    membership = session.scalars(select(Membership).where(Membership.person_id == other)).one()
    if who == "other place":
        membership.institution_id = make.institution("south")
    if who == "a role":
        session.add(RoleGrant(person_id=other, role="trainer", scope_kind="site", granted_at=NOW))
    if who == "has left":
        membership.ended_on = NOW.date()
    if who == "closed":
        session.get(Person, other).deactivated_at = NOW
    if who == "nobody":
        other = 999_999
    session.commit()

    with pytest.raises(NoSlip):
        slip_for(session, officer, place, newcomer, other)
    assert session.get(Person, newcomer).password_hash is None
    assert [one.person_id for one in list_slip_candidates(session, f"/{place}/")] == [newcomer]


def test_nobody_makes_slips_elsewhere(session, make, place, newcomer):
    elsewhere = make.institution("south")
    stranger = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, elsewhere))

    with pytest.raises(NotFound):
        slip_for(session, stranger, place, newcomer)
    with pytest.raises(NoSlip):
        slip_for(session, stranger, elsewhere, newcomer)
    assert session.get(Person, newcomer).password_hash is None


def test_at_most_a_hundred_slips_are_made_at_once():
    with pytest.raises(TooManySlips, match="at most 100"):
        draw_passwords(101)


# --- Until the password is changed --------------------------------------------------------------------


@pytest.fixture
def slip(session, officer, place, newcomer):
    return slip_for(session, officer, place, newcomer)[0]


@pytest.fixture
def holder(client, slip):
    """A browser in which the holder of the slip has signed in."""
    form = {"login": slip.sign_in_name, "password": slip.password, "next": "/catalogue"}
    answer = client.post("/login?lang=en", data={"csrf_token": form_token(client), **form})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize("path", ["/", "/my", "/catalogue", "/verify", "/my/institutions"])
def test_every_page_leads_to_the_change_of_the_password(holder, path):
    assert holder.get(path).headers["Location"] == "/password/change"


def test_nothing_else_is_done_either(holder):
    answer = holder.post("/catalogue/any/enrol", data={"csrf_token": form_token(holder)})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/password/change")


@pytest.mark.parametrize("path", ["/contact", "/privacy", "/health", "/static/scrutin.css"])
def test_help_and_style_are_there_meanwhile(holder, path):
    assert holder.get(path).status_code == 200


def test_the_holder_can_sign_out(holder):
    answer = holder.post("/logout", data={"csrf_token": form_token(holder)})

    assert answer.headers["Location"] == "/"
    assert holder.get("/").status_code == 200


def test_once_it_is_changed_everything_opens(holder, slip):
    page = holder.get("/password/change")
    assert "the password of your slip of paper" in page.text
    assert page.headers["Cache-Control"] == "no-store"

    assert send(holder, old=slip.password).headers["Location"] == "/my"
    assert holder.get("/my").status_code == 200


def test_the_api_makes_no_token_and_says_why(holder, app, slip):
    body = {"login": slip.sign_in_name, "password": slip.password}
    headers = {"Accept-Language": "en"}
    answer = app.test_client().post("/api/v1/tokens", json=body, headers=headers)

    assert answer.status_code == 403
    assert "Change your password first" in answer.json["detail"]
    assert holder.get("/api/v1/enrolments").status_code == 403


def test_a_token_from_before_does_nothing_until_the_password_is_changed(
    session, app, officer, place, newcomer
):
    token = create_token(session, newcomer, "", TokenScope, now=clock.now()).text
    session.commit()
    headers = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/enrolments", headers=headers).status_code == 200
    slip_for(session, officer, place, newcomer)

    assert app.test_client().get("/api/v1/enrolments", headers=headers).status_code == 403
