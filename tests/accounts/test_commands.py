"""`flask people create`, `flask demo load`, and who is loaded from what was stored."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lms import accounts
from lms.accounts.commands import confirm_membership, sign_in
from lms.accounts.domain import DEMO_PASSWORD, DEMO_PEOPLE
from lms.accounts.models import Membership, Person, RoleGrant
from lms.accounts.queries import find_actor, find_institution_id, find_person_id, lock_holder
from lms.core.errors import NotFound
from lms.core.permissions import SITE, SYSTEM, Grant, Role, Scope, ScopeKind
from lms.credentials.models import Correction, Credential, Revocation
from lms.institutions import get_institution
from lms.learning.models import Enrolment
from tests.conftest import NOW, make_config, running

ENGLISH, FRENCH = {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "fr_FR.UTF-8"}


@pytest.fixture
def run(app, session):
    """Run a command of `flask`, in what the test undoes."""

    def invoke(*arguments, language=ENGLISH):
        return app.test_cli_runner().invoke(args=list(arguments), env=language)

    return invoke


def count(session, model) -> int:
    return session.scalars(select(func.count()).select_from(model)).one()


def check(session, login, password):
    return sign_in(session, login, password, "192.0.2.1", pepper="x", now=NOW).person_id


# --- flask people create ----------------------------------------------------------------------------


def test_the_first_administrator_comes_from_the_command_line(run, session):
    options = ("--name", "Mensah, Grace", "--password", "long enough", "--role", "administrator")
    done = run("people", "create", "Grace@example.org", *options)

    assert (done.exit_code, done.output) == (0, "Grace@example.org: created.\n")
    person_id = check(session, "grace@example.org", "long enough")
    actor = find_actor(session, f"{person_id}.0").actor
    assert actor.grants == {Grant(Role.ADMINISTRATOR, SITE)}
    assert actor.name == "Mensah Grace"
    person = session.get(Person, person_id)
    assert (person.login, person.printed_name) == (None, None)
    assert person.email_confirmed_at is not None


def test_a_password_that_was_not_given_is_made_and_printed_once(run, session):
    done = run("people", "create", "grace", "--name", "Grace Mensah", "--email", "g@example.org")
    made = re.search(r"Password: (\S+)", done.output)
    assert made
    assert len(made[1]) >= 16
    assert check(session, "grace", made[1]) == check(session, "g@example.org", made[1]) is not None


@pytest.mark.parametrize(
    ("arguments", "field", "sentence"),
    [
        (("a", "--name", "<script>alert(1)</script>"), "name", "A name may not have"),
        (("a", "--name", "x" * 300), "name", "300 characters; a certificate can print 120"),
        (("a", "--name", ""), "name", "A name is needed"),
        (("a b", "--name", "Awa"), "login", "A user name has"),
        (("a@b", "--name", "Awa"), "email", "not an e-mail address"),
        (("a", "--name", "Awa", "--password", "short"), "password", "between 10 and 200"),
    ],
)
def test_a_fault_is_told_in_a_sentence_and_creates_nobody(run, session, arguments, field, sentence):
    done = run("people", "create", *arguments)
    assert done.exit_code == 1
    assert f"  {field}: " in done.output
    assert sentence in done.output
    assert "Traceback" not in done.output
    assert count(session, Person) == 0


def test_the_terminals_language_is_spoken(run):
    done = run("people", "create", "a", "--name", "x" * 300, language=FRENCH)
    assert "300" in done.output
    assert "certificat" in done.output
    assert "characters" not in done.output


def test_a_login_that_is_taken_is_told(run, session):
    assert run("people", "create", "grace", "--name", "Grace").exit_code == 0
    done = run("people", "create", "GRACE", "--name", "Other")
    assert (done.exit_code, "grace" in done.output) == (1, True)
    assert count(session, Person) == 1


def test_a_role_that_is_none_is_refused_with_those_there_are(run, session):
    done = run("people", "create", "a", "--name", "Awa", "--role", "king")
    assert done.exit_code == 2
    assert "facilitator" in done.output
    assert count(session, Person) == 0


# --- flask demo load --------------------------------------------------------------------------------


def test_the_demo_has_five_people_each_with_its_role(run, session):
    done = run("demo", "load")
    assert (done.exit_code, done.output.count(": created.")) == (0, 5), done.output

    roles = {}
    for person in DEMO_PEOPLE:
        person_id = check(session, person.email, DEMO_PASSWORD)
        assert person_id, person.email
        roles[person.email.partition("@")[0]] = find_actor(session, f"{person_id}.0").actor.grants
    (officer,) = roles["officer"]
    assert roles == {
        "learner": frozenset(),
        "trainer": {Grant(Role.TRAINER, SITE)},
        "officer": {Grant(Role.OFFICER, Scope(ScopeKind.INSTITUTION, officer.scope.id))},
        "facilitator": {Grant(Role.FACILITATOR, SITE)},
        "admin": {Grant(Role.ADMINISTRATOR, SITE)},
    }
    # The officer's institution is the learner's, and it is there.
    learner_id = find_person_id(session, "learner@example.org")
    assert find_institution_id(session, learner_id) == officer.scope.id
    # Like everybody, they say themselves how their certificates are to read.
    assert not list(session.scalars(select(Person).where(Person.printed_name.is_not(None))))
    assert "démonstration" in get_institution(session, officer.scope.id).name["fr"]


def test_loading_the_demo_twice_leaves_what_is_there(run, session, make):
    make.courses()
    run("demo", "load")
    before = [count(session, model) for model in (Person, RoleGrant, Membership)]
    done = run("demo", "load")
    assert (done.exit_code, done.output) == (0, "")
    assert [count(session, model) for model in (Person, RoleGrant, Membership)] == before


def test_the_demo_shows_people_at_every_point_and_certificates_in_every_state(run, session, make):
    make.courses()
    assert run("demo", "load").exit_code == 0

    assert count(session, Person) == 5 + 36
    enrolled = session.scalars(select(Enrolment)).all()
    assert {one.progress for one in enrolled} == {0, Decimal("0.5"), 1}
    assert min(one.enrolled_at for one in enrolled) < max(one.enrolled_at for one in enrolled)
    assert count(session, Revocation) == 1
    answers = session.scalars(select(Correction.is_granted).order_by(Correction.id))
    assert list(answers) == [True, None]
    # Each prints the branch that had confirmed its holder.
    assert all(session.scalars(select(Credential.institution_name)))


def test_without_demo_mode_no_demo_people_are_made(database_url, tmp_path):
    config = make_config(database_url, tmp_path, demo=False)
    with running(config) as production:
        done = production.test_cli_runner().invoke(args=["demo", "load"], env=ENGLISH)
        assert done.exit_code == 1
        assert "DEMO=1" in done.output
        with production.extensions["database"].reading() as session:
            assert count(session, Person) == 0


@pytest.mark.parametrize(("demo", "is_shown"), [(True, True), (False, False)])
def test_the_sign_in_page_shows_the_demo_accounts_in_demo_mode_alone(
    database_url, tmp_path, demo, is_shown
):
    with running(make_config(database_url, tmp_path, demo=demo)) as app:
        page = app.test_client().get("/login").text
    assert ("scrutin-demo" in page) is is_shown
    assert ("learner@example.org" in page) is is_shown


# --- Who is loaded ----------------------------------------------------------------------------------


def test_somebody_is_loaded_with_all_grants_at_once(session, make):
    actor = make.person(roles=(Role.OFFICER, Role.FACILITATOR))
    place = Scope(ScopeKind.INSTITUTION, make.institution())
    accounts.grant_role(session, SYSTEM, actor.person_id, Role.OFFICER, place, now=NOW)
    known = find_actor(session, f"{actor.person_id}.0")
    assert known.actor.grants == {
        Grant(Role.OFFICER, SITE),
        Grant(Role.FACILITATOR, SITE),
        Grant(Role.OFFICER, place),
    }


def test_a_certificate_prints_the_institution_that_had_confirmed_by_then(session, make):
    person_id, institution_id = make.person().person_id, make.institution()
    session.add(
        Membership(
            person_id=person_id,
            institution_id=institution_id,
            started_on=NOW.date(),
            claimed_at=NOW,
        )
    )
    session.flush()
    assert lock_holder(session, person_id, at=NOW).institution_ids == ()

    other_id = make.institution("other")
    confirm_membership(session, SYSTEM, person_id, other_id, now=NOW)
    assert lock_holder(session, person_id, at=NOW.replace(year=2020)).institution_ids == ()
    assert lock_holder(session, person_id, at=NOW).institution_ids == (other_id,)


def test_nobody_holds_a_certificate_without_a_confirmed_name(session, make):
    person_id = make.person(confirms_name=False).person_id
    assert lock_holder(session, person_id, at=NOW) is None
    with pytest.raises(NotFound):
        lock_holder(session, 999_999, at=NOW)
