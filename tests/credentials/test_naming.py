"""The name before the first certificate: completion never waits for it, and certificates do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select, update

from lms import learning
from lms.accounts.domain import NameOrder, PersonName
from lms.accounts.models import Membership, Person
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.errors import NameIsOnCertificates
from lms.credentials.models import Credential
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.factories import PASSWORD, sign_in
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule, both
from tests.visitor import Visitor

LATER = NOW + timedelta(days=40)
NAME = PersonName("Aïssata", "Koné", NameOrder.FAMILY_FIRST)


def confirm(registry, actor, name=NAME, *, now=LATER, in_capitals=False):
    confirmed = commands.confirm_own_name(
        registry.session, actor, name, in_capitals=in_capitals, now=now
    )
    registry.session.commit()
    return confirmed


def test_everything_that_waited_is_issued_in_the_order_of_completion(registry, session):
    for slug in ("one", "two", "three"):
        registry.module(slug)
    awa = registry.person(confirms_name=False)
    enrolments = {slug: registry.make.enrolment(awa, slug) for slug in ("one", "two", "three")}
    for day, slug in enumerate(("three", "one", "two")):
        learning.commands.complete_activity(
            session, awa, enrolments[slug], "reading", now=NOW + timedelta(days=day)
        )
    assert registry.numbers() == []

    confirmed = confirm(registry, awa, in_capitals=True)

    assert confirmed.printed_name == "KONÉ Aïssata"
    assert confirmed.issued == tuple(f"SC-2026-0000000{number}" for number in (1, 2, 3))
    views = [registry.view(number) for number in confirmed.issued]
    assert [view.enrolment_id for view in views] == [
        enrolments["three"], enrolments["one"], enrolments["two"],
    ]  # fmt: skip
    assert {view.holder for view in views} == {"KONÉ Aïssata"}
    assert [view.completed_on for view in views] == [
        NOW.date() + timedelta(days=day) for day in range(3)
    ]
    assert {view.issued_at for view in views} == {LATER}


def test_what_was_issued_later_says_what_was_true_at_completion(registry, session):
    test = Listed("test", "quiz")
    registry.make.modules(MadeModule(activities=(test,)))
    registry.change_version("lists", valid_months=6)
    awa = registry.person(confirms_name=False)
    enrolment_id = registry.make.enrolment(awa, "lists")
    learning.record_result(
        session, enrolment_id, "test", passed=True, score=Fraction(3, 4), now=NOW
    )
    # A better attempt, another version, a membership that ended: all after completion.
    learning.record_result(session, enrolment_id, "test", passed=True, score=Fraction(1), now=LATER)
    registry.make.modules(MadeModule(activities=(test, Listed("more")), title=both("Renamed")))
    session.execute(update(Membership).values(ended_on=NOW.date()))

    (number,) = confirm(registry, awa).issued

    view = registry.view(number)
    assert (view.module_title, view.minutes) == (both("Voter lists"), 10)
    assert view.score == Decimal("0.75")
    assert view.institution_name == both("commission Commission") | {
        "fr": "Commission commission",
        "en": "commission Commission",
    }
    assert (view.completed_on, view.issued_at) == (NOW.date(), LATER)
    assert str(view.expires_on) == "2026-09-02"


def test_before_the_first_certificate_the_name_may_be_confirmed_again(registry):
    awa = registry.person()

    assert confirm(registry, awa).issued == ()
    assert confirm(registry, awa, PersonName("Zoé", "Bâ")).printed_name == "Zoé Bâ"


def test_the_same_name_again_issues_nothing_twice(registry):
    registry.module()
    awa = registry.person(confirms_name=False)
    registry.complete(awa)

    assert len(confirm(registry, awa).issued) == 1
    assert confirm(registry, awa).issued == ()
    assert len(registry.numbers()) == 1


def test_another_name_after_a_certificate_is_refused_and_nothing_changes(registry, session):
    registry.module()
    awa = registry.person("Aïssata", "Koné")
    registry.complete(awa)
    before = registry.view(registry.numbers()[0])

    with pytest.raises(NameIsOnCertificates, match="ask for a correction"):
        confirm(registry, awa, PersonName("Somebody", "Else"))
    session.rollback()

    assert session.get(Person, awa.person_id).printed_name == "Aïssata Koné"
    assert registry.view(before.number) == before


def test_a_rename_in_any_way_changes_no_issued_file_and_no_printed_name(app, registry, session):
    registry.module()
    awa = registry.person("Aïssata", "Koné")
    registry.complete(awa)
    run_waiting(app)
    (number,) = registry.numbers()
    before = registry.view(number)
    files = {one.language: storage().read(one.storage_key) for one in before.documents}
    assert set(files) == {"fr", "en"}

    renamed = {"given_names": "Zoé", "family_names": "Bâ", "name_order": NameOrder.FAMILY_FIRST}
    for changes in (*({key: value} for key, value in renamed.items()), renamed):
        session.execute(update(Person).where(Person.id == awa.person_id).values(**changes))
        session.commit()
        commands.ask_for_documents(session, now=LATER)
        session.commit()
        run_waiting(app)
        assert registry.view(number) == before
        for one in registry.view(number).documents:
            assert storage().read(one.storage_key) == files[one.language]
    assert session.get(Person, awa.person_id).printed_name == "Aïssata Koné"


# --- By pages and API -----------------------------------------------------------------------------


@pytest.fixture
def waiting(registry):
    registry.module()
    awa = registry.person("aissata", "kone", confirms_name=False)
    registry.complete(awa)
    return awa


def test_every_page_where_a_certificate_waits_leads_to_the_name(app, registry, waiting, session):
    enrolment_id = session.scalar(select(Enrolment.id))
    visitor = Visitor(sign_in(app.test_client(), waiting), session, "en")

    for path in ("/my", f"/learn/{enrolment_id}", "/my/certificates"):
        page = visitor.go(path)
        link = "Confirm my name" if path == "/my/certificates" else "Confirm your name"
        assert page.find_link(link) == "/my/certificate-name"
    assert "A certificate waits for your name" in visitor.page.text
    assert "No certificate yet" not in visitor.page.text


def test_a_name_is_looked_at_before_it_counts_and_then_the_certificate_is_there(
    app, registry, waiting, session
):
    visitor = Visitor(sign_in(app.test_client(), waiting), session, "en")
    visitor.go("/my/certificate-name")
    assert "aissata kone" in visitor.page.text
    typed = {"given_names": "Aïssata", "family_names": "Koné", "name_order": "family-first"}

    # Without a script, what was typed anew is shown first.
    visitor.press("Confirm this name", **typed, family_in_capitals="1")
    assert "Look at how it reads now." in visitor.page.text
    assert "KONÉ Aïssata" in visitor.page.text
    assert registry.numbers() == []
    visitor.press("Show how it reads", given_names="Aïssata Zoé")
    assert "KONÉ Aïssata Zoé" in visitor.page.text
    assert registry.numbers() == []
    visitor.press("Confirm this name")

    assert visitor.page.path == "/my/certificates"
    assert "Confirmed, and your certificate is issued." in visitor.page.text
    (number,) = registry.numbers()
    assert number in visitor.page.text
    assert registry.view(number).holder == "KONÉ Aïssata Zoé"
    # From now on, the page shows the name and leads to corrections.
    page = visitor.go("/my/certificate-name")
    assert "KONÉ Aïssata Zoé" in page.text
    assert not page.has_button("Confirm this name")


def test_a_name_that_cannot_be_printed_comes_back_with_what_was_typed(app, waiting, session):
    visitor = Visitor(sign_in(app.test_client(), waiting), session, "en")
    visitor.go("/my/certificate-name")

    visitor.press("Confirm this name", given_names="Awa<script>", family_names="Koné")

    assert visitor.page.status == 422
    assert "A name may not have control characters" in visitor.page.text
    field = visitor.page.root.find(".//input[@id='given-names']")
    assert (field.get("value"), field.get("aria-invalid")) == ("Awa<script>", "true")
    assert session.get(Person, waiting.person_id).printed_name is None


@pytest.mark.parametrize(
    ("given", "family", "field", "characters"),
    [("فاطمة", "Koné", "given-names", "ف"), ("Awa", "李 Koné", "family-names", "李")],
)
def test_what_the_fonts_cannot_draw_is_refused_at_once_with_a_sentence(
    app, waiting, session, given, family, field, characters
):
    visitor = Visitor(sign_in(app.test_client(), waiting), session, "en")
    visitor.go("/my/certificate-name")

    # Whether it is only looked at, or said to have been.
    for shown in ("", f"{given} {family}"):
        visitor.press("Confirm this name", given_names=given, family_names=family, shown=shown)
        assert visitor.page.status == 422
        assert f"A certificate cannot show {characters}" in visitor.page.text
        assert "Write the name in Latin letters" in visitor.page.text
        assert visitor.page.root.find(f".//input[@id='{field}']").get("aria-invalid") == "true"
    assert session.get(Person, waiting.person_id).printed_name is None


def test_a_page_that_was_open_too_long_is_told_that_certificates_carry_the_name(
    app, registry, waiting, session
):
    visitor = Visitor(sign_in(app.test_client(), waiting), session, "en")
    visitor.go("/my/certificate-name")
    confirm(registry, waiting)

    visitor.press("Confirm this name")

    assert visitor.page.status == 409
    assert "ask for a correction" in visitor.page.text
    assert registry.view(registry.numbers()[0]).holder == "Koné Aïssata"


def test_a_program_confirms_the_name_and_learns_what_was_issued(app, registry, waiting, session):
    client = app.test_client()
    token = client.post(
        "/api/v1/tokens",
        json={"login": session.get(Person, waiting.person_id).login, "password": PASSWORD},
    ).json["token"]
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    enrolment_id = session.scalar(select(Enrolment.id))

    def ask(method, path, status, **more):
        reply = client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        assert reply.status_code == status, reply.text
        return reply.json

    assert ask("GET", f"/enrolments/{enrolment_id}", 200)["waiting_for"] == ["name"]
    assert ask("GET", "/me/certificate-name", 200) == {
        "given_names": "aissata", "family_names": "kone", "name_order": "given-first",
        "family_in_capitals": False, "printed_name": None, "may_change": True,
        "waiting": [enrolment_id],
    }  # fmt: skip
    body = {"given_names": "Aïssata", "family_names": "Koné", "name_order": "family-first"}
    for wrong, field in (
        ({**body, "name_order": "sideways"}, "name_order"),
        ({**body, "given_names": "<b>"}, "given_names"),
        ({"given_names": "Awa"}, "family_names"),
    ):
        problem = ask("PUT", "/me/certificate-name", 422, json=wrong)
        assert field in problem["fields"]
    done = ask("PUT", "/me/certificate-name", 200, json={**body, "family_in_capitals": True})
    (number,) = registry.numbers()
    assert done == {"printed_name": "KONÉ Aïssata", "issued": [number]}
    again = ask("PUT", "/me/certificate-name", 200, json={**body, "family_in_capitals": True})
    assert again == {"printed_name": "KONÉ Aïssata", "issued": []}
    assert ask("GET", f"/enrolments/{enrolment_id}", 200)["waiting_for"] == []
    known = ask("GET", "/me/certificate-name", 200)
    assert (known["may_change"], known["family_in_capitals"], known["waiting"]) == (False, True, [])
    refused = ask("PUT", "/me/certificate-name", 409, json=body)
    assert "correction" in refused["detail"]
    assert session.scalars(select(Credential)).one().number == number


def test_an_enrolment_that_has_just_begun_waits_for_both(registry, app):
    registry.module()
    awa = registry.person(confirms_name=False)
    enrolment_id = registry.make.enrolment(awa, "lists")

    reply = sign_in(app.test_client(), awa).get(f"/api/v1/enrolments/{enrolment_id}")

    assert reply.json["waiting_for"] == ["completion", "name"]


def test_nobody_else_learns_what_waits(registry, waiting, session):
    assert queries.list_waiting(session, registry.person()) == []
    assert [one.person_id for one in queries.list_waiting(session, waiting)] == [waiting.person_id]
