"""The figures of an institution: pages, file, and the rows behind every number."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.models import Membership, PersonalDetail
from lms.core import clock
from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, Actor, Role, Scope, ScopeKind
from lms.credentials.domain import RevocationReason
from lms.credentials.models import Credential, Revocation
from lms.institutions.models import Institution
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from lms.officers.domain import Counts, Dimension, Measure
from lms.officers.pages.figures import HIDDEN
from lms.officers.queries import get_figures, list_counted
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.made_courses import Listed, MadeModule
from tests.test_queries_counted import counted
from tests.visitor import Visitor

TODAY = NOW.date()
LATER = NOW + timedelta(days=1)


@dataclass
class Desk:
    """A commission with two branches, and whoever is sent to learn there."""

    make: Factory
    session: Session
    commission: int
    north: int
    south: int
    officer: Actor

    def learner(
        self, place: int, *, modules: tuple[str, ...] = ("lists",), done: bool = False,
        sex: str | None = None, age_band: str | None = None, name: str = "Awa",
    ) -> Actor:  # fmt: skip
        actor = self.make.person(name, institution_id=place)
        if sex or age_band:
            self.session.add(
                PersonalDetail(
                    person_id=actor.person_id, sex=sex, age_band=age_band, recorded_at=NOW
                )
            )
        for slug in modules:
            enrolment_id = self.make.enrolment(actor, slug)
            if done:
                complete_activity(self.session, actor, enrolment_id, "reading", now=NOW)
        self.session.execute(
            update(Enrolment)
            .where(Enrolment.person_id == actor.person_id)
            .values(last_active_at=NOW + timedelta(minutes=1))
        )
        self.session.commit()
        return actor

    def figures(self, place: int | None = None, **more: Any) -> Any:
        return get_figures(
            self.session, self.officer, place or self.commission, as_of=TODAY, **more
        )


@pytest.fixture
def desk(make: Factory, session: Session) -> Desk:
    make.modules(
        *(MadeModule(slug, activities=(Listed("reading"),)) for slug in ("lists", "rolls"))
    )
    commission = make.institution("commission")
    north, south = (make.institution(key, parent_id=commission) for key in ("north", "south"))
    officer = make.person(
        "Odile",
        roles=(Role.OFFICER,),
        scope=Scope(ScopeKind.INSTITUTION, commission),
        language="en",
    )
    return Desk(make, session, commission, north, south, officer)


def test_an_institution_counts_its_own_people_and_those_of_all_below_it(desk, make):
    desk.learner(desk.north)
    desk.learner(desk.south, done=True)
    desk.learner(desk.commission, modules=("lists", "rolls"))
    desk.learner(make.institution("elsewhere"), done=True)

    assert desk.figures().total == Counts(3, 3, 1, 1)
    assert desk.figures(desk.south).total == Counts(1, 1, 1, 1)
    assert {line.key: line.counts for line in desk.figures().table(Dimension.BRANCH)} == {
        str(desk.commission): Counts(1, 1, 0, 0),
        str(desk.north): Counts(1, 1, 0, 0),
        str(desk.south): Counts(1, 1, 1, 1),
    }


def test_a_branch_of_a_branch_counts_in_the_branch_and_somebody_in_two_once(desk, make):
    below = make.institution("north-below", parent_id=desk.north)
    awa = desk.learner(below)
    make.member(awa, desk.north)
    enrolment_id = make.enrolment(awa, "rolls")
    desk.session.execute(
        update(Enrolment).where(Enrolment.id == enrolment_id).values(institution_id=desk.north)
    )

    assert [line.counts for line in desk.figures().table(Dimension.BRANCH)] == [Counts(1, 1, 0, 0)]
    assert desk.figures(desk.north).total == Counts(1, 1, 0, 0)


def test_one_module_can_be_counted_alone(desk):
    desk.learner(desk.north, modules=("lists", "rolls"))
    desk.learner(desk.north)

    assert desk.figures(module="rolls").total == Counts(1, 1, 0, 0)
    assert desk.figures(module="no-such").total == Counts(0, 0, 0, 0)


def test_what_was_withdrawn_certifies_nobody_and_what_was_corrected_certifies_once(desk):
    for _ in range(2):
        desk.learner(desk.north, done=True)
    first, second = desk.session.query(Credential).order_by(Credential.id)
    desk.session.add(
        Revocation(
            credential_id=first.id,
            reason=RevocationReason.ISSUED_IN_ERROR,
            note="",
            revoked_at=NOW,
        )
    )
    columns = {
        column.key: getattr(second, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }
    corrected = {"sequence": 2, "supersedes_id": second.id, "number": "SC-2", "code": "0" * 16}
    desk.session.add(Credential(**columns | corrected))
    desk.session.commit()

    assert desk.figures().total == Counts(2, 2, 2, 1)


def test_a_claim_counts_nowhere(desk, session):
    desk.learner(desk.north)
    session.execute(update(Membership).values(confirmed_at=None))

    assert desk.figures().total == Counts(0, 0, 0, 0)


def test_who_may_not_read_figures_finds_none(desk, make):
    at_north = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, desk.north))
    for actor in (make.person(), make.person(roles=(Role.TRAINER,)), at_north):
        with pytest.raises(NotFound):
            get_figures(desk.session, actor, desk.commission, as_of=TODAY)
    with pytest.raises(SignInRequired):
        get_figures(desk.session, NOBODY, desk.commission, as_of=TODAY)
    with pytest.raises(NotFound):
        get_figures(desk.session, desk.officer, 99_999, as_of=TODAY)
    assert get_figures(desk.session, at_north, desk.north, as_of=TODAY).total.enrolled == 0


def test_a_number_by_sex_opens_for_those_alone_who_may_read_it(desk, monkeypatch):
    desk.learner(desk.north, sex="F")
    figures = desk.figures()
    asked: dict[str, Any] = {"dimension": Dimension.SEX, "key": "F"}
    (person,) = list_counted(desk.session, desk.officer, figures, Measure.ENROLLED, **asked)
    assert person.name == "Awa Traoré"

    monkeypatch.setattr("lms.officers.policy.may_read_personal", lambda actor, scopes: False)
    with pytest.raises(NotFound):
        list_counted(desk.session, desk.officer, figures, Measure.ENROLLED, **asked)


# --- Pages ------------------------------------------------------------------------------------------


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def visitor(client, session, desk, today) -> Visitor:
    return Visitor(sign_in(client, desk.officer), session, "en")


def fill(desk: Desk) -> None:
    """Seven women and six men in the north, three people who said nothing in the south."""
    for number in range(7):
        desk.learner(desk.north, sex="F", age_band="25-34", done=number < 6)
    for _ in range(6):
        desk.learner(desk.north, sex="M", age_band="35-44")
    for _ in range(3):
        desk.learner(desk.south)


def tables_of(page: Any) -> dict[str, dict[str, list[str]]]:
    """Return every table of the page by its caption: row → numbers."""
    found = {}
    for table in page.root.iter("table"):
        caption = "".join(table.find("caption").itertext()).strip()
        found[caption] = {
            "".join(row.find("th").itertext()).strip(): [
                "".join(cell.itertext()).strip() for cell in row.findall("td")
            ]
            for row in table.find("tbody").iter("tr")
        }
    return found


def test_the_page_shows_every_table(desk, visitor):
    fill(desk)

    page = visitor.go(f"/institution/{desk.commission}/figures")

    tables = tables_of(page)
    assert tables["By branch"] == {
        "north Commission": ["13", "13", "6", "6"],
        "south Commission": ["3", "3", "0", "0"],
    }
    assert tables["By sex"] == {
        "Women": ["7", "7", "6", "6"],
        "Men": ["6", "6", "0", "0"],
        "Not stated": ["3", "3", "0", "0"],
    }
    assert tables["By age"]["35 to 44"] == ["6", "6", "0", "0"]
    assert tables["By month"] == {"March 2026": ["16", "16", "6", "6"]}
    assert len(tables["By module"]) == 1


def test_every_number_on_the_page_opens_as_many_people(desk, visitor):
    fill(desk)
    page = visitor.go(f"/institution/{desk.commission}/figures")
    links = [
        (link.attrib["href"], "".join(link.itertext()).strip())
        for link in page.root.iter("a")
        if "/figures/people" in link.attrib["href"]
    ]
    assert len(links) > 30

    for address, number in links:
        opened = visitor.go(address)
        counted = re.search(r"(\d+) (person|people)", opened.text)
        assert counted[1] == number
        names = [item for item in opened.root.iter("span") if item.get("class") == "name"]
        assert len(names) == int(number)


def test_a_long_list_of_people_is_read_page_by_page(desk, visitor, monkeypatch):
    monkeypatch.setattr("lms.officers.pages.figures.PEOPLE_ON_A_PAGE", 2)
    for name in ("Zoé", "Éva", "Ali"):
        desk.learner(desk.north, name=name)

    visitor.go(f"/institution/{desk.commission}/figures")
    first = visitor.follow("3")
    assert "Ali Traoré" in first.text
    assert "Éva Traoré" in first.text
    assert "Zoé" not in first.text
    second = visitor.follow("More")
    assert "Zoé Traoré" in second.text
    assert "Ali" not in second.text
    assert "Ali Traoré" in visitor.follow("Before").text


@pytest.mark.parametrize("query", ["measure=nothing", "measure=enrolled&by=shoe-size", ""])
def test_a_number_that_is_on_no_page_is_not_found(desk, visitor, query):
    assert visitor.go(f"/institution/{desk.commission}/figures/people?{query}").status == 404


def test_a_row_that_is_gone_says_so(desk, visitor):
    path = f"/institution/{desk.commission}/figures/people?measure=enrolled&by=sex&row=M"
    page = visitor.go(path)
    assert page.status == 200
    assert "Nobody" in page.text


def test_an_empty_desk_says_what_to_do(desk, visitor):
    page = visitor.go(f"/institution/{desk.commission}/figures")
    assert "Nobody to count yet" in page.text
    assert "confirmed members" in page.text


# --- The file ---------------------------------------------------------------------------------------


def read_file(visitor: Visitor, place: int) -> list[list[str]]:
    answer = visitor.client.get(f"/institution/{place}/figures.csv", headers=visitor.headers)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_where_nothing_is_hidden_the_file_says_what_the_page_says(desk, visitor, app, monkeypatch):
    fill(desk)
    config = replace(app.extensions["config"], smallest_cell=1)
    monkeypatch.setitem(app.extensions, "config", config)
    page = tables_of(visitor.go(f"/institution/{desk.commission}/figures"))
    shown = {
        (table.removeprefix("By ").capitalize(), row): numbers
        for table, rows in page.items()
        for row, numbers in rows.items()
    }

    header, everybody, *rows, note = read_file(visitor, desk.commission)

    assert header == ["Table", "Row", "Enrolled", "Active", "Completed", "Certified"]
    assert everybody == ["Everybody", "", "16", "16", "6", "6"]
    assert {(table, row): numbers for table, row, *numbers in rows} == shown
    assert note[0] == "Note"


def test_what_would_give_somebody_away_is_hidden_in_the_file_and_on_the_page_it_is_not(
    desk, visitor
):
    fill(desk)

    rows = {tuple(row[:2]): row[2:] for row in read_file(visitor, desk.commission)}

    # Three people in the south, whom the north and the total would tell.
    assert rows["Branch", "south Commission"] == [HIDDEN, HIDDEN, "0", "0"]
    assert rows["Branch", "north Commission"] == [HIDDEN, HIDDEN, "6", "6"]
    # Three said nothing, whom the others and the total would tell.
    assert rows["Sex", "Not stated"] == [HIDDEN, HIDDEN, "0", "0"]
    assert rows["Sex", "Men"] == [HIDDEN, HIDDEN, "0", "0"]
    assert rows["Sex", "Women"] == ["7", "7", "6", "6"]
    assert rows["Everybody", ""] == ["16", "16", "6", "6"]


def test_a_name_that_a_spreadsheet_would_run_is_defused(desk, visitor, session):
    desk.learner(desk.north)
    session.get(Institution, desk.north).name = {"en": "=cmd|' /C calc'!A0", "fr": "Nord"}
    session.commit()

    rows = read_file(visitor, desk.commission)

    assert ["Branch", "'=cmd|' /C calc'!A0"] in [row[:2] for row in rows]


@pytest.mark.parametrize("people", [1, 40])
def test_the_figures_take_as_many_queries_for_many_as_for_one(desk, people, app):
    for _ in range(people):
        desk.learner(desk.north)

    with counted(app) as statements:
        desk.figures()

    assert len(statements) == 4
