"""Bringing in lists of people, by officers and from the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import event, func, select

from lms.accounts import bring_in_people, plan_people, read_people_list, write_template
from lms.accounts.commands import claim_institution
from lms.accounts.domain import NEW, Outcome
from lms.accounts.errors import NoNameColumn, PeopleChanged
from lms.accounts.models import Membership, Person, PersonalDetail
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.permissions import SYSTEM, Role, Scope, ScopeKind
from lms.core.spreadsheets import TooManyRows
from tests.conftest import NOW

TODAY = NOW.date()

LIST = """prénoms;nom;courriel;identifiant;institution;sexe;tranche d’âge;depuis
Awa;Traoré;;;branch;F;25-34;01/03/2026
Bakary;Koné;Bakary@Example.org;;;M;;
Fatoumata Binta;N’Diaye;;fbn;;;;
"""


@pytest.fixture
def top(make):
    return make.institution("top")


@pytest.fixture
def branch(make, top):
    return make.institution("branch", parent_id=top)


@pytest.fixture
def officer(make, top, branch):
    return make.person(
        "Fanta", "Officer", roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, top)
    )


def lines(text):
    content = text.encode() if isinstance(text, str) else text
    return read_people_list(content, today=TODAY).lines


def bring(session, officer, top, text, choices=None):
    done = bring_in_people(session, officer, top, lines(text), choices or {}, now=NOW)
    session.commit()
    return done


def outcomes(planned):
    return [one.outcome for one in planned]


def people(session):
    return {one.login or one.email: one for one in session.scalars(select(Person)).all()}


def count(session, model):
    return session.scalars(select(func.count()).select_from(model)).one()


# --- An officer's list ------------------------------------------------------------------------------


def test_new_people_are_confirmed_members_without_a_password(session, officer, top, branch):
    done = bring(session, officer, top, LIST)

    assert outcomes(done.planned) == [Outcome.NEW] * 3
    found = people(session)
    awa, bakary, binta = found["awa.traore"], found["bakary@example.org"], found["fbn"]
    assert (awa.email, awa.password_hash, awa.printed_name) == (None, None, None)
    assert (bakary.login, bakary.email_confirmed_at) == (None, None)
    assert (binta.given_names, binta.family_names) == ("Fatoumata Binta", "N’Diaye")
    rows = {one.person_id: one for one in session.scalars(select(Membership)).all()}
    assert rows[awa.id].institution_id == branch
    assert rows[bakary.id].institution_id == top
    assert rows[awa.id].started_on == date(2026, 3, 1)
    assert {one.confirmed_by_id for one in rows.values()} == {officer.person_id}
    details = session.scalars(select(PersonalDetail).order_by(PersonalDetail.person_id)).all()
    assert [(one.sex, one.age_band, one.recorded_by_id) for one in details] == [
        ("F", "25-34", officer.person_id),
        ("M", None, officer.person_id),
    ]


def test_the_same_list_again_changes_nothing(session, officer, top):
    bring(session, officer, top, LIST)
    before = count(session, Person), count(session, Membership), count(session, PersonalDetail)
    done = bring(session, officer, top, LIST)

    assert outcomes(done.planned) == [Outcome.UNCHANGED] * 3
    assert (
        count(session, Person),
        count(session, Membership),
        count(session, PersonalDetail),
    ) == before


def test_a_plan_writes_nothing(session, officer, top):
    planned = plan_people(session, officer, top, lines(LIST), {}, today=TODAY)

    assert outcomes(planned) == [Outcome.NEW] * 3
    assert not session.new
    assert not session.dirty
    assert count(session, Person) == 1


def test_people_who_are_there_get_places_answers_seats_and_invitations(
    session, make, officer, top, branch
):
    member = make.person("Mia", "Member", institution_id=top)
    claimer = make.person("Cleo", "Claimer")
    claim_institution(session, claimer, branch, member_type=None, started_on=TODAY, now=NOW)
    stranger = make.person("Sam", "Stranger")
    session.get(Person, stranger.person_id).email = "sam@example.org"
    session.commit()
    text = (
        "given_names,family_names,email,login,institution\n"
        "Mia,Member,,person2,branch\n"
        "Cleo,Claimer,,person3,branch\n"
        "Whoever,Else,sam@example.org,,branch\n"
    )
    done = bring(session, officer, top, text)

    assert outcomes(done.planned) == [Outcome.JOINS, Outcome.CLAIM_CONFIRMED, Outcome.INVITED]
    rows = {
        one.person_id: one
        for one in session.scalars(select(Membership).where(Membership.institution_id == branch))
    }
    assert rows[member.person_id].confirmed_at == NOW
    assert rows[claimer.person_id].confirmed_by_id == officer.person_id
    assert rows[stranger.person_id].confirmed_at is None
    assert rows[stranger.person_id].invited_as == "sam@example.org"
    assert outcomes(bring(session, officer, top, text).planned) == [Outcome.UNCHANGED] * 3


def test_names_and_what_is_personal_of_people_who_are_there_stay_theirs(
    session, make, officer, top
):
    make.person("Mia", "Member", institution_id=top)
    bring(
        session,
        officer,
        top,
        "given_names,family_names,login,sex,language\nMIA,member,person2,M,en\n",
    )

    assert people(session)["person2"].given_names == "Mia"
    assert people(session)["person2"].language is None
    assert count(session, PersonalDetail) == 0


def test_one_person_on_two_lines_gets_one_place(session, make, officer, top, branch):
    make.person("Mia", "Member", institution_id=top)
    text = "given_names,family_names,institution\nMia,Member,branch\nMember,Mia,branch\n"
    (person,) = (one.id for one in people(session).values() if one.given_names == "Mia")
    done = bring(session, officer, top, text, {2: f"person-{person}", 3: f"person-{person}"})

    assert outcomes(done.planned) == [Outcome.JOINS] * 2
    assert count(session, Membership) == 2


def test_a_missing_choice_does_nothing_at_all(session, make, officer, top):
    make.person("Awa", "Traoré", institution_id=top)
    make.person("Awa", "Traore", institution_id=top)

    with pytest.raises(PeopleChanged, match="a choice is missing"):
        bring(session, officer, top, LIST)
    assert len(people(session)) == 3


def test_who_is_quicker_wins_and_the_other_does_nothing(session, officer, top, monkeypatch):
    planned = plan_people(session, officer, top, lines(LIST), {}, today=TODAY)
    bring(session, officer, top, LIST)
    monkeypatch.setattr("lms.accounts.queries.plan_people", lambda *args, **more: planned)

    with pytest.raises(PeopleChanged):
        bring(session, officer, top, LIST)
    assert len(people(session)) == 4


def test_an_officer_brings_in_nobody_elsewhere(session, make, officer, top):
    other = make.institution("other")

    with pytest.raises(NotFound):
        bring(session, officer, other, LIST)
    with pytest.raises(NotAllowed):
        bring(session, officer, None, LIST)
    (one,) = bring(session, officer, top, "given_names,institution\nAwa,other\n").planned
    assert one.outcome is Outcome.REFUSED
    assert len(people(session)) == 1


# --- Files ------------------------------------------------------------------------------------------


def as_xlsx(text):
    book = Workbook()
    for line in text.splitlines():
        book.active.append([cell or None for cell in line.split(";")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(";", ",").encode(),
        lambda text: text.replace("\n", "\r\n").encode("cp1252"),
        as_xlsx,
    ],
    ids=["utf-8", "bom", "windows-1252", "utf-16", "commas", "crlf", "xlsx"],
)
def test_a_list_says_the_same_however_it_was_saved(write):
    assert lines(write(LIST)) == lines(LIST)
    assert lines(LIST)[0].name.family_names == "Traoré"


def test_a_list_without_names_is_refused_with_what_it_needs():
    with pytest.raises(NoNameColumn, match="given_names and family_names"):
        lines("email\na@example.org\n")


@pytest.mark.parametrize("content", [b"", b"prenoms\n", b"\x00\x01", b"PK\x03\x04broken"])
def test_what_is_no_list_is_refused_in_a_sentence(content):
    with pytest.raises(Invalid):
        lines(content)


def test_a_list_has_at_most_5000_lines():
    text = "nom\n" + "Awa\n" * 5_001

    with pytest.raises(TooManyRows, match="5000"):
        lines(text)


def test_the_template_has_every_column_and_is_a_list_once_it_is_filled():
    for language in ("fr", "en"):
        content = write_template(language, "csv")
        filled = content + b"Awa" + b"," * 10 + b"\r\n"
        found = read_people_list(filled, today=TODAY)
        assert (len(found.lines), found.unknown_headings) == (1, ())
    assert write_template("fr", "xlsx").startswith(b"PK")


# --- How much it asks of the database -----------------------------------------------------------------


@contextmanager
def counted(session) -> Iterator[list[str]]:
    """List the statements that are made meanwhile, but for those that begin and end transactions."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            seen.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    yield seen
    event.remove(bind, "before_cursor_execute", note)


@pytest.mark.parametrize("number", [10, 1_000])
def test_a_plan_makes_as_many_statements_for_ten_lines_as_for_a_thousand(
    session, make, officer, top, number
):
    text = "given_names,family_names,email\n" + "".join(
        f"Awa {at},Traoré,{f'a{at}@example.org' * (at % 2)}\n" for at in range(number)
    )
    bring(session, officer, top, text, dict.fromkeys(range(number + 2), NEW))
    wanted = lines(text)
    with counted(session) as seen:
        plan_people(session, officer, top, wanted, {}, today=TODAY)

    # The place, those below it, member types, accounts, user names, people.
    assert len(seen) == 6


# --- flask people import ------------------------------------------------------------------------------


@pytest.fixture
def run(app, session, tmp_path, branch):
    def invoke(text, *options):
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        arguments = ["people", "import", str(path), *options]
        return app.test_cli_runner().invoke(args=arguments, env={"LC_ALL": "C.UTF-8"})

    return invoke


FILE = LIST + "Jean;=cmd|x;;;;;;\nAwa;Traore;;;branch;;;\n"


def test_the_report_has_every_line_in_one_of_three_lists(run, session):
    done = run(FILE, "--institution", "top", "--json")

    assert done.exit_code == 0
    report = json.loads(done.output)
    assert report["total"] == 5
    assert report["imported"] == ["Awa Traoré", "Bakary Koné", "Fatoumata Binta N’Diaye"]
    assert report["changed"] == []
    assert [(one["item"], one["line"]) for one in report["refused"]] == [
        ("Jean =cmd|x", 5),
        ("Awa Traore", 6),
    ]
    assert "Awa Traoré (line 2)" in report["refused"][1]["reason"]
    assert [one["login"] for one in report["accounts"]] == [
        "awa.traore",
        "bakary@example.org",
        "fbn",
    ]
    assert set(people(session)) == {"awa.traore", "bakary@example.org", "fbn"}


def test_importing_twice_changes_nothing(run, session):
    run(LIST, "--institution", "top")
    before = count(session, Person), count(session, Membership)
    report = json.loads(run(LIST, "--institution", "top", "--json").output)

    assert (report["total"], report["imported"], report["refused"]) == (3, [], [])
    assert {one["how"] for one in report["changed"]} == {"unchanged"}
    assert (count(session, Person), count(session, Membership)) == before


def test_a_dry_run_says_the_same_and_does_nothing(run, session):
    dry = run(FILE, "--json", "--dry-run")

    assert len(json.loads(dry.output)["imported"]) == 3
    assert people(session) == {}
    text = run(FILE, "--dry-run")
    assert "5 rows: 3 new, 0 changed, 0 as they were, 2 refused." in text.output
    assert "Nothing was changed: this was a dry run." in text.output


def test_same_names_are_brought_in_where_the_operator_says_so(run, session):
    run(FILE, "--same-name", "new")
    again = json.loads(run(FILE, "--same-name", "new", "--json").output)

    assert {"awa.traore", "awa.traore2"} <= set(people(session))
    # What asks for a choice is new again: whoever says so means it.
    assert "Bakary Koné" not in again["imported"]


def test_people_without_an_institution_can_be_brought_in_from_the_command_line_alone(run, session):
    run("given_names,other\nAwa,x\n")

    assert set(people(session)) == {"awa"}
    assert count(session, Membership) == 0
    assert "other: this column is not read" in run("given_names,other\nAwa,x\n").output


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("a,b\n1,2\n", (), "no column for names"),
        (b"\x00", (), "can be read neither as CSV nor as XLSX"),
        ("given_names\nAwa\n", ("--institution", "nowhere"), "no institution with this key"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(run, session, text, options, sentence):
    done = run(text, *options)

    assert done.exit_code == 1
    assert sentence in done.output
    assert people(session) == {}


def test_the_system_finds_everybody(session, make, top):
    make.person("Awa", "Traoré")
    planned = plan_people(
        session, SYSTEM, None, lines("nom,prénoms\nTRAORE,awa\n"), {}, today=TODAY
    )

    assert outcomes(planned) == [Outcome.UNDECIDED]
