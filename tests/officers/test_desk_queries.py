"""A desk makes as many queries for 10,000 people in 500 branches as for 100 in 10, and no more than eight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from desk_people import Desk, fill_desk
from flask import Flask

from lms.core import clock
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from tests.conftest import make_config, running
from tests.factories import Factory, form_token, sign_in
from tests.made_courses import Listed, MadeModule, single
from tests.test_queries_counted import beyond_authentication, counted

MOST = 8
DESK = "/institution/{whole}"

# Page of the desk -> its statements, without the one that loads the reader.
PAGES = {
    # Place, branches, counts by branch, counts of all, claims, newest certificates.
    DESK: 6,
    # Place, branches, modules; how many, who; their places, their certificates.
    f"{DESK}/people": 7,
    f"{DESK}/people?module=lists&state=stuck&sort=quiet&page=2": 7,
    f"{DESK}/people?branch={{branch}}&state=certified&sort=progress": 7,
    f"{DESK}/people?left=yes&sort=recent": 7,
    # All on one page need not be counted.
    f"{DESK}/people.csv": 6,
    # Place, memberships, name, enrolments, which certificates, certificates, documents, modules.
    f"{DESK}/people/{{person}}": 8,
    # Place, modules, members, seats.
    f"{DESK}/seats": 4,
    f"{DESK}/seats?module=lists&only=gaps": 4,
    f"{DESK}/seats.csv": 4,
    # Place, members.
    "/api/v1/institutions/{whole}/members": 2,
    # Place, which, credentials, documents.
    "/api/v1/institutions/{whole}/credentials": 4,
}


@dataclass(frozen=True)
class Office:
    """An institution with its officer."""

    app: Flask
    officer: Actor
    desk: Desk

    def address(self, page: str) -> str:
        return page.format(
            whole=self.desk.institution_id, branch=self.desk.branch_id, person=self.desk.person_id
        )


@pytest.fixture(scope="module", params=[(100, 10), (10_000, 500)], ids=["small", "large"])
def office(
    request: pytest.FixtureRequest, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    people, branches = request.param
    config = make_config(database_url, tmp_path_factory.mktemp("files"))
    with running(config) as app, app.app_context():
        database = app.extensions["database"]
        with database.engine.connect() as connection:
            undone = connection.begin()
            database.sessionmaker.configure(
                bind=connection, join_transaction_mode="create_savepoint"
            )
            with database.sessionmaker() as session:
                make = Factory(session, clock.now())
                make.modules(
                    MadeModule(activities=(Listed("reading"),), questions=(single("one"),))
                )
                desk = fill_desk(session, people=people, branches=branches, now=clock.now())
                scope = Scope(ScopeKind.INSTITUTION, desk.institution_id)
                officer = make.person(roles=(Role.OFFICER,), scope=scope)
                yield Office(app, officer, desk)
            undone.rollback()


def test_each_page_makes_as_many_queries_as_the_table_says_however_many_people_there_are(office):
    client = sign_in(office.app.test_client(), office.officer)
    found = {}

    for page in PAGES:
        with counted(office.app) as statements:
            reply = client.get(office.address(page))
        assert reply.status_code == 200, page
        found[page] = len(statements)

    assert beyond_authentication(found) == PAGES


def test_a_search_by_name_makes_no_more(office):
    client = sign_in(office.app.test_client(), office.officer)
    form = {"csrf_token": form_token(client), "q": "traore 8"}

    with counted(office.app) as statements:
        reply = client.post(office.address(f"{DESK}/people"), data=form)

    assert "Traoré" in reply.text
    assert len(statements) - 1 == PAGES[f"{DESK}/people"]


def test_no_page_of_a_desk_makes_more_than_eight():
    assert max(PAGES.values()) <= MOST
