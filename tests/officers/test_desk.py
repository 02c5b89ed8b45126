"""The desk: its own people and no one else, each counted once, and rows that say what the numbers say."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from lms.accounts import grant_role
from lms.accounts.models import Membership, Person
from lms.accounts.queries import find_actor
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.permissions import SYSTEM, Role, Scope, ScopeKind
from lms.credentials.models import Credential
from lms.institutions.models import MemberType, Seat
from lms.officers.domain import PeopleWanted, Phase, Sort, Standing
from lms.officers.queries import (
    get_overview,
    get_people,
    get_person,
    get_seats,
    list_desks,
    list_people,
)
from tests.factories import sign_in
from tests.officers.desk_world import World, make_world, send


@pytest.fixture
def world(make) -> World:
    make.now = clock.now()
    return make_world(make)


def names(world, **wanted) -> list[str]:
    session, now = world.make.session, world.make.now
    page = get_people(session, world.officer, world.whole, PeopleWanted(**wanted), now=now)
    assert page.found == len(page.lines)
    return [line.name.split()[0] for line in page.lines]


# --- Places -----------------------------------------------------------------------------------------------


def test_the_only_desk_opens_at_once_and_several_are_chosen_among(client, make, world):
    both = make.person(
        roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, world.north), language="en"
    )
    assert sign_in(client, both).get("/institution").location == f"/institution/{world.north}"

    admin = make.person(roles=(Role.ADMINISTRATOR,), language="en")
    page = sign_in(client, admin).get("/institution").text
    assert "whole Commission" in page
    assert "stranger Commission" in page
    assert "north Commission" not in page


def test_a_branch_below_another_desk_is_no_desk_of_its_own(session, make, world):
    for place in (world.north, world.stranger):
        scope = Scope(ScopeKind.INSTITUTION, place)
        grant_role(session, SYSTEM, world.officer.person_id, Role.OFFICER, scope, now=make.now)
    session.commit()
    actor = find_actor(session, f"{world.officer.person_id}.0").actor

    assert {desk.id for desk in list_desks(session, actor)} == {world.whole, world.stranger}


def test_who_keeps_no_desk_finds_none_and_is_not_led_there(client, make, world):
    learner = sign_in(client, world.member(world.north))

    assert learner.get("/institution").status_code == 404
    assert 'href="/institution"' not in learner.get("/my").text
    assert 'href="/institution"' in world.browser(client).get("/my").text


@pytest.mark.parametrize(
    "path",
    [
        "/institution/{stranger}",
        "/institution/{stranger}/people",
        "/institution/{stranger}/people.csv",
        "/institution/{stranger}/people/{theirs}",
        "/institution/{whole}/people/{theirs}",
        "/institution/{whole}/people?branch={stranger}",
        "/institution/{whole}/people.csv?branch={stranger}",
        "/institution/{whole}/people?module=none",
        "/institution/{whole}/seats?module=none",
        "/institution/{stranger}/seats",
        "/institution/{stranger}/seats.csv",
        "/institution/999999",
    ],
)
def test_another_institution_is_not_found_in_any_address(client, world, path):
    theirs = world.member(world.stranger).person_id
    path = path.format(stranger=world.stranger, whole=world.whole, theirs=theirs)

    assert world.browser(client).get(path).status_code == 404


# --- In figures -------------------------------------------------------------------------------------------


def test_who_is_in_two_branches_counts_in_each_and_once_in_the_total(session, world):
    world.enrol(world.member(world.north, "Both", world.south), done=2)
    world.enrol(world.member(world.north, "North"), done=1)
    world.member(world.south, "South")
    world.member(world.whole, "Here")
    world.enrol(world.member(world.stranger, "Stranger"), done=2)

    overview = get_overview(session, world.officer, world.whole, now=world.make.now)

    rows = {name.id: counts for name, counts in overview.branches}
    assert (rows[world.north].people, rows[world.south].people, overview.here.people) == (2, 2, 1)
    assert overview.total.people == 4
    # The enrolment names one of the two.
    assert rows[world.north].enrolled + rows[world.south].enrolled == 2
    total = overview.total
    assert (total.enrolled, total.active, total.completed, total.certified) == (2, 2, 1, 1)
    assert [one.holder for one in overview.newest] == ["Both Traoré"]


def test_each_number_is_as_many_as_the_rows_that_it_opens(session, world):
    now = world.make.now
    world.enrol(world.member(world.north, "Done", world.south), done=2)
    world.enrol(world.member(world.south, "Slow"), active_at=now - timedelta(days=20))
    world.enrol(world.member(world.south, "Gone"), active_at=now - timedelta(days=40))
    world.member(world.north, "None")

    total = get_overview(session, world.officer, world.whole, now=now).total

    assert total.people == len(names(world)) == 4
    assert total.not_enrolled == len(names(world, standing=Standing.NOT_ENROLLED)) == 1
    assert total.enrolled == len(names(world, standing=Standing.ENROLLED)) == 3
    assert total.active == len(names(world, standing=Standing.ACTIVE)) == 2
    assert total.stuck == len(names(world, standing=Standing.STUCK)) == 2
    assert total.completed == len(names(world, standing=Standing.COMPLETED)) == 1
    assert total.certified == len(names(world, standing=Standing.CERTIFIED)) == 1


def test_what_needs_attention_is_said_with_the_way_there(client, session, world):
    claimant = world.make.person("Claimant")
    world.make.member(claimant, world.south)
    session.execute(
        update(Membership)
        .where(Membership.person_id == claimant.person_id)
        .values(confirmed_at=None)
    )
    world.member(world.north)
    session.commit()

    page = world.browser(client).get(f"/institution/{world.whole}").text

    assert "1 person says that they belong here" in page
    assert f'href="/institution/{world.whole}/people?state=not-enrolled"' in page
    assert "In 1 branch nobody is enrolled" in page
    assert "Claimant" not in page


def test_being_enrolled_by_somebody_is_no_activity(session, world):
    world.enrol(world.member(world.north))

    assert names(world, standing=Standing.ACTIVE) == []
    (line,) = get_people(
        session, world.officer, world.whole, PeopleWanted(), now=world.make.now
    ).lines
    assert line.way.phase is Phase.NOT_BEGUN


# --- People -----------------------------------------------------------------------------------------------


def test_the_list_has_filters_by_branch_module_name_and_order(world):
    now = world.make.now
    world.enrol(world.member(world.north, "Éric"), done=1, active_at=now - timedelta(days=3))
    world.enrol(world.member(world.south, "Bâ"), done=2, active_at=now - timedelta(days=1))
    world.member(world.south, "Zoé")

    assert names(world) == ["Bâ", "Éric", "Zoé"]
    assert names(world, branch_id=world.south) == ["Bâ", "Zoé"]
    assert names(world, name="ERIC traore") == ["Éric"]
    assert names(world, module="counting", standing=Standing.ENROLLED) == []
    assert names(world, sort=Sort.QUIET) == ["Éric", "Bâ", "Zoé"]
    assert names(world, sort=Sort.RECENT) == ["Bâ", "Éric", "Zoé"]
    assert names(world, sort=Sort.PROGRESS) == ["Éric", "Bâ", "Zoé"]


def test_who_left_is_listed_apart_with_what_was_completed_there(client, session, world):
    gone = world.member(world.north, "Gone")
    enrolment_id = world.enrol(gone, done=2)
    session.execute(
        update(Credential)
        .where(Credential.enrolment_id == enrolment_id)
        .values(issued_at=world.make.now - timedelta(days=1))
    )
    world.leave(gone, world.north)

    assert names(world) == []
    assert names(world, has_left=True) == ["Gone"]
    person = f"/institution/{world.whole}/people/{gone.person_id}"
    page = world.browser(client).get(person)
    assert "This person is no longer here" in page.text
    listed = world.browser(client).get(f"/institution/{world.whole}/people?left=yes").text
    assert 'name="person"' not in listed


def test_what_belongs_to_another_institution_is_not_shown(session, world):
    both = world.member(world.stranger, "Both")
    world.enrol(both, done=2)
    world.make.member(both, world.north)

    page = get_person(session, world.officer, world.whole, both.person_id, now=world.make.now)

    assert [stay.institution_id for stay in page.stays] == [world.north]
    assert (page.enrolments, page.certificates) == ([], [])
    assert names(world, standing=Standing.NOT_ENROLLED) == ["Both"]


def test_a_person_is_shown_with_progress_and_certificates(client, world):
    actor = world.member(world.north, "Awa")
    world.enrol(actor, done=2)
    world.enrol(actor, "counting", done=1)

    page = world.browser(client).get(f"/institution/{world.whole}/people/{actor.person_id}").text

    assert "1 of 2 done" in page
    assert "2 of 2 done" in page
    assert "being made" in page


def test_a_name_is_looked_for_by_a_form_and_never_in_an_address(client, world):
    world.member(world.north, "Éric")
    world.member(world.north, "Zoé")
    browser, path = world.browser(client), f"/institution/{world.whole}/people"

    assert "Zoé" in browser.get(f"{path}?q=Eric").text
    found = send(browser, path, q="eric")
    assert found.status_code == 200
    assert "Éric" in found.text
    assert "Zoé" not in found.text
    other = send(browser, path, state="enrolled", branch=str(world.north), left="yes")
    assert other.location == f"{path}?branch={world.north}&state=enrolled&left=yes"
    rows = _rows(send(browser, f"{path}.csv", q="eric"))
    assert [row["Name"] for row in rows] == ["Éric Traoré"]


def _rows(reply) -> list[dict[str, str]]:
    assert reply.headers["Cache-Control"] == "no-store"
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"))))


def test_the_file_has_the_rows_of_the_page_however_many_pages_there_are(client, session, world):
    for number in range(53):
        actor = world.make.person(f"Awa {number:02}", "Traoré", institution_id=world.north)
        if number % 5 == 0:
            world.enrol(actor, done=number % 3)
    browser, path = world.browser(client), f"/institution/{world.whole}/people"
    for query in ({}, {"standing": Standing.ENROLLED}, {"sort": Sort.PROGRESS}):
        wanted = PeopleWanted(**query)
        pages = [
            get_people(session, world.officer, world.whole, wanted, now=world.make.now)
            for wanted in (wanted, PeopleWanted(**query, page=2))
        ]
        shown = [line.id for page in pages[: pages[0].pages] for line in page.lines]
        every = list_people(session, world.officer, world.whole, wanted, now=world.make.now)
        assert shown == [line.id for line in every.lines]

    rows = _rows(browser.get(f"{path}.csv?state=enrolled"))
    assert len(rows) == 11
    assert {row["State"] for row in rows} == {"Not begun", "Under way", "Completed"}
    assert "51 to 53 shown" in browser.get(f"{path}?page=9").text


def test_a_name_that_a_spreadsheet_would_run_is_defused(client, session, world):
    actor = world.make.person("Awa", "Traoré", institution_id=world.north)
    session.execute(
        update(Person).where(Person.id == actor.person_id).values(given_names="=cmd|' /C calc'!A0")
    )
    session.commit()

    (row,) = _rows(world.browser(client).get(f"/institution/{world.whole}/people.csv"))

    assert row["Name"].startswith("'=cmd")


# --- Seats ------------------------------------------------------------------------------------------------


@pytest.fixture
def seated(session, world) -> World:
    types = {}
    for key in ("authority", "party"):
        member_type = MemberType(key=key, name={"fr": key, "en": key.title()})
        session.add(member_type)
        session.flush()
        types[key] = member_type.id
    for place in (world.north, world.south):
        session.execute(
            insert(Seat),
            [
                {"institution_id": place, "member_type_id": types["authority"], "count": 2},
                {"institution_id": place, "member_type_id": types["party"], "count": 1},
            ],
        )
    people = [world.member(world.north, f"Awa{number}") for number in range(3)]
    for actor in people:
        _seat(session, actor, "authority")
    world.enrol(people[0], done=2)
    party = world.member(world.south)
    _seat(session, party, "party")
    session.commit()
    return world


def _seat(session, actor, key):
    session.execute(
        update(Membership).where(Membership.person_id == actor.person_id).values(member_type=key)
    )


def test_seats_say_what_is_filled_and_where_nobody_is_trained(session, seated):
    page = get_seats(session, seated.officer, seated.whole, now=seated.make.now)

    lines = {
        (branch.branch.id, line.member_type): line.coverage
        for branch in page.branches
        for line in branch.lines
    }
    full = lines[seated.north, "authority"]
    assert (full.filled, full.surplus, full.trained_seats, full.is_gap) == (2, 1, 1, False)
    assert lines[seated.north, "party"].is_gap
    assert lines[seated.south, "party"].filled == 1
    assert (page.coverage.seats, page.coverage.filled, page.coverage.trained) == (6, 3, 1)
    assert (page.branch_count, page.untrained_branches) == (2, 1)


def test_only_gaps_and_one_module_can_be_asked_for(client, session, seated):
    gaps = get_seats(session, seated.officer, seated.whole, only_gaps=True, now=seated.make.now)
    assert sum(len(branch.lines) for branch in gaps.branches) == 3
    other = get_seats(
        session, seated.officer, seated.whole, module_slug="counting", now=seated.make.now
    )
    assert other.untrained_branches == 2

    browser = seated.browser(client)
    page = browser.get(f"/institution/{seated.whole}/seats?only=gaps").text
    assert "nobody in this branch is trained" in page
    assert page.count("nobody trained</span>") == 3
    rows = _rows(browser.get(f"/institution/{seated.whole}/seats.csv?only=gaps"))
    assert [row["Nobody trained"] for row in rows] == ["yes"] * 3
    every = _rows(browser.get(f"/institution/{seated.whole}/seats.csv"))
    assert [(row["Seats"], row["Filled"], row["Trained"]) for row in every] == [
        ("2", "2", "1"), ("1", "0", "0"), ("2", "0", "0"), ("1", "1", "0"),
    ]  # fmt: skip


def test_a_place_without_seats_says_what_to_do(client, world):
    assert "No seats yet" in world.browser(client).get(f"/institution/{world.whole}/seats").text


def test_a_learner_may_ask_for_nothing_of_it(session, world):
    learner = world.member(world.north)

    with pytest.raises(NotFound):
        get_overview(session, learner, world.north, now=world.make.now)
