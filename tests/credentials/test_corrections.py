"""Corrections: asked for by the holder, answered by somebody else; the old number leads to the new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.domain import NameOrder, PersonName
from lms.accounts.errors import UnfitName
from lms.accounts.models import Person
from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, Role
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.domain import CredentialState, RevocationReason, SupersessionReason
from lms.credentials.errors import (
    CorrectionIsAnswered,
    CorrectionIsAsked,
    NobodyCorrectsOnesOwn,
    NoSuchCorrection,
    NoSuchCredential,
    NothingToCorrect,
    UnfitRequest,
)
from lms.credentials.models import Correction, Credential
from tests.conftest import NOW
from tests.factories import sign_in
from tests.jobs.waiting import run_waiting
from tests.test_queries_counted import counted
from tests.visitor import Page, Visitor

TODAY = NOW.date()
RIGHT = PersonName("Aïssata Zoé", "Koné-N’Guessan", NameOrder.FAMILY_FIRST)
WRITTEN = "Koné-N’Guessan Aïssata Zoé"


@pytest.fixture
def awa(registry):
    registry.module()
    actor = registry.person("Aissata", "Kone")
    registry.complete(actor)
    return actor


@pytest.fixture
def number(registry, awa):
    return registry.numbers()[0]


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_a_granted_correction_supersedes_with_the_same_facts_and_another_name(
    app, registry, session, awa, number
):
    run_waiting(app)
    before = registry.view(number)
    files = [(one.storage_key, storage().read(one.storage_key)) for one in before.documents]
    request = registry.ask(awa, number, RIGHT)

    answered = registry.answer(registry.officer(), number, request)

    old, new = registry.view(number), registry.view(answered.number)
    assert answered.number == "SC-2026-00000002"
    assert (new.holder, new.holder_id) == (WRITTEN, awa.person_id)
    for fact in (
        "kind", "enrolment_id", "module_slug", "module_title", "programme_title", "minutes", "score",
        "languages", "institution_name", "issuer", "is_specimen", "completed_on", "expires_on",
        "signatories", "logos",
    ):  # fmt: skip
        assert getattr(new, fact) == getattr(before, fact), fact
    assert new.code != before.code
    assert new.state_on(TODAY) is CredentialState.VALID
    assert old.state_on(TODAY) is CredentialState.SUPERSEDED
    assert (old.holder, old.superseded_by) == ("Aissata Kone", new.number)
    assert old.successor_code == new.printed_code
    assert old.supersession_reason is SupersessionReason.NAME_CORRECTED
    assert old.superseded_at == new.issued_at
    # Its files are what they were, and the new one gets its own.
    assert [(one.storage_key, storage().read(one.storage_key)) for one in old.documents] == files
    run_waiting(app)
    assert {one.language for one in registry.view(new.number).documents} == {"fr", "en"}
    row = session.scalars(select(Credential).where(Credential.number == new.number)).one()
    assert row.sequence == 2


def test_the_person_has_the_corrected_name_from_then_on(registry, session, awa, number):
    registry.answer(registry.officer(), number, registry.ask(awa, number, RIGHT))

    person = session.get(Person, awa.person_id)
    assert (person.printed_name, person.given_names, person.family_names) == (
        WRITTEN, "Aïssata Zoé", "Koné-N’Guessan",
    )  # fmt: skip
    assert person.folded_name == "aissata zoe kone n guessan"
    registry.module("next")
    registry.complete(awa, "next")
    assert registry.view(registry.numbers()[-1]).holder == WRITTEN


def test_a_refused_request_changes_nothing_and_another_may_follow(registry, session, awa, number):
    before = registry.view(number)
    request = registry.ask(awa, number, RIGHT)

    answered = registry.answer(registry.officer(), number, request, grant=False)

    assert (answered.is_granted, answered.number) == (False, None)
    assert registry.view(number) == before
    assert session.get(Person, awa.person_id).printed_name == "Aissata Kone"
    (own,) = queries.list_own_corrections(session, awa).values()
    assert (own.is_granted, own.answer, own.answered_at) == (False, "Compared", NOW)
    again = registry.ask(awa, number, RIGHT)
    assert registry.answer(registry.officer(), number, again).is_granted


def test_the_same_answer_twice_is_one_and_another_is_told(registry, session, awa, number):
    officer, request = registry.officer(), registry.ask(awa, number, RIGHT)
    first = registry.answer(officer, number, request)

    assert registry.answer(officer, number, request) == first
    with pytest.raises(CorrectionIsAnswered, match="answered meanwhile"):
        registry.answer(officer, number, request, grant=False)
    assert len(registry.numbers()) == 2


def test_one_request_at_a_time_and_the_database_sees_to_it(registry, session, awa, number):
    registry.ask(awa, number, RIGHT)

    with pytest.raises(CorrectionIsAsked, match="asked for already"):
        registry.ask(awa, number, PersonName("Zoé", "Bâ"))
    first = session.scalars(select(Correction)).one()
    columns = {
        column.key: getattr(first, column.key)
        for column in Correction.__table__.columns
        if column.key != "id"
    }
    with session.begin_nested() as attempt:
        session.add(Correction(**columns))
        with pytest.raises(IntegrityError):
            session.flush()
        attempt.rollback()
    assert count(session, Correction) == 1


@pytest.mark.parametrize(
    ("name", "reason", "refusal", "field"),
    [
        (PersonName("Aissata", "Kone"), "So", UnfitRequest, "given_names"),
        (PersonName("<b>", "Kone"), "So", UnfitName, "given_names"),
        (RIGHT, " ", UnfitRequest, "reason"),
        (RIGHT, "x" * 1001, UnfitRequest, "reason"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    registry, session, awa, number, name, reason, refusal, field
):
    with pytest.raises(refusal) as refused:
        registry.ask(awa, number, name, reason)

    assert list(refused.value.fields) == [field]
    assert count(session, Correction) == 0


def test_ones_own_certificate_alone(registry, awa, number):
    for stranger in (registry.person("Bintou"), registry.officer(), registry.administrator()):
        with pytest.raises(NoSuchCredential):
            registry.ask(stranger, number, RIGHT)
    with pytest.raises(SignInRequired):
        registry.ask(NOBODY, number, RIGHT)


def test_what_no_longer_holds_is_not_corrected(registry, session, awa, number):
    officer = registry.officer()
    new = registry.answer(officer, number, registry.ask(awa, number, RIGHT)).number
    with pytest.raises(NothingToCorrect, match="Only a certificate that holds"):
        registry.ask(awa, number, PersonName("Zoé", "Bâ"))
    request = registry.ask(awa, new, PersonName("Zoé", "Bâ"))
    commands.revoke_credential(
        session, registry.administrator(), new, RevocationReason.MISCONDUCT, note="So", now=NOW
    )

    with pytest.raises(NothingToCorrect):
        registry.answer(officer, new, request)
    session.rollback()


def test_who_answers(registry, make, awa, number):
    request = registry.ask(awa, number, RIGHT)
    elsewhere = registry.officer(make.institution("elsewhere"))
    for stranger in (elsewhere, make.person(roles=(Role.TRAINER,)), registry.person(), awa):
        with pytest.raises(NoSuchCredential):
            registry.answer(stranger, number, request)
    with pytest.raises(SignInRequired):
        registry.answer(NOBODY, number, request)
    with pytest.raises(NoSuchCorrection):
        registry.answer(registry.officer(), number, 999_999)

    assert registry.answer(registry.administrator(), number, request).is_granted


def test_nobody_answers_ones_own_request_whatever_was_granted(registry, session):
    registry.module()
    grace = registry.person("Grace", "Mensa", roles=(Role.ADMINISTRATOR,))
    registry.complete(grace)
    (number,) = registry.numbers()
    request = registry.ask(grace, number, PersonName("Grace", "Mensah"))

    with pytest.raises(NobodyCorrectsOnesOwn, match="somebody else"):
        registry.answer(grace, number, request)
    record = queries.get_record(session, grace, number)
    assert (record.is_own, record.may_answer, record.may_revoke) == (True, False, True)
    assert registry.numbers() == [number]


def test_words_are_needed_for_an_answer(registry, session, awa, number):
    request = registry.ask(awa, number, RIGHT)

    with pytest.raises(UnfitRequest) as refused:
        commands.answer_correction(
            session, registry.officer(), number, request, is_granted=True, answer="", now=NOW
        )
    session.rollback()

    assert list(refused.value.fields) == ["answer"]
    assert registry.numbers() == [number]


def test_a_correction_of_a_correction_leads_on_from_one_to_the_next(registry, awa, number):
    officer = registry.officer()
    second = registry.answer(officer, number, registry.ask(awa, number, RIGHT)).number
    third = registry.answer(
        officer, second, registry.ask(awa, second, PersonName("Zoé", "Koné"))
    ).number

    states = {one: registry.view(one).state_on(TODAY) for one in (number, second, third)}
    assert list(states.values()) == [
        CredentialState.SUPERSEDED, CredentialState.SUPERSEDED, CredentialState.VALID,
    ]  # fmt: skip
    assert registry.view(second).superseded_by == third


# --- Pages and API --------------------------------------------------------------------------------


def test_from_the_holders_page_to_the_officers_answer_and_back(app, registry, session, awa, number):
    holder = Visitor(sign_in(app.test_client(), awa), session, "en")
    holder.go("/my/certificates")
    holder.follow("The name is wrong")
    holder.press("Ask for the correction", given_names="Aissata", family_names="Kone", reason="")
    assert holder.page.status == 422
    holder.press("Ask for the correction", given_names="Aïssata", reason="See my passport")
    assert "Your request is on its way." in holder.page.text
    assert "it should read “Aïssata Kone”" in holder.page.text
    assert not any("The name is wrong" in link for link in holder.page.text.splitlines())

    desk = Visitor(sign_in(app.test_client(), registry.officer()), session, "en")
    desk.go("/my")
    desk.follow("Corrections of certificates")
    assert "Aissata Kone is to become Aïssata Kone" in desk.page.text
    desk.follow("Aïssata Kone")
    assert desk.page.path == f"/credentials/{number}"
    assert "See my passport" in desk.page.text
    assert not desk.page.has_button("Withdraw it")
    desk.press("Send the answer", answer="Seen")
    assert desk.page.status == 422
    assert "Say whether you grant the request." in desk.page.text
    # What was typed is still there.
    desk.press("Send the answer", decision="grant", answer="Seen: the passport has it.")
    (_, new) = registry.numbers()
    assert f"Granted: {new} replaces this certificate." in desk.page.text
    assert desk.page.find_link(new) == f"/credentials/{new}"
    assert "Seen: the passport has it." in desk.page.text
    assert "Nobody waits for an answer." in desk.go("/credentials").text

    page = holder.go("/my/certificates")
    assert "The name on it was corrected." in page.text
    assert f'href="#{new}"' in page.html
    assert f'id="{new}"' in page.html
    old_code, new_code = (registry.view(one).printed_code for one in (number, new))
    stranger = Visitor(app.test_client(), session, "en")
    page = stranger.go(f"/verify/{old_code}")
    assert page.title == "Replaced by a newer certificate"
    assert "The name on it was corrected." in page.text
    assert "Aissata Kone" in page.text
    assert "Aïssata" not in page.text
    page = stranger.follow(new)
    assert (page.path, page.title) == (f"/verify/{new_code}", "Valid, but only a specimen")
    assert "Aïssata Kone" in page.text
    reply = app.test_client().get(f"/api/v1/verify/{old_code}").json
    assert (reply["state"], reply["superseded_by"], reply["superseded_by_code"]) == (
        "superseded", new, new_code,
    )  # fmt: skip
    assert (reply["reason"], reply["revoked_at"]) == ("name-corrected", None)
    assert reply["superseded_at"] is not None


def test_a_certificate_is_found_by_number_and_by_name_and_no_name_is_in_an_address(
    app, registry, make, session, awa, number
):
    other = make.institution("elsewhere")
    stranger = make.person("Aissata", "Kone", institution_id=other)
    registry.complete(stranger)
    hidden = registry.numbers()[-1]
    desk = Visitor(sign_in(app.test_client(), registry.officer()), session, "en")

    desk.go("/credentials")
    desk.press("Find", q="Koné aïssata")
    assert desk.page.path == "/credentials#find"
    assert number in desk.page.text
    assert hidden not in desk.page.text
    desk.press("Find", q="Nobody")
    assert "No certificate of yours to see carries this name." in desk.page.text
    desk.press("Open it", number=hidden)
    assert desk.page.status == 404
    assert "No certificate of yours to see has this number." in desk.page.text
    desk.press("Open it", number=number.lower())
    assert desk.page.path == f"/credentials/{number}"


def test_a_search_finds_at_most_so_many_and_says_so(registry, session, monkeypatch, awa, number):
    monkeypatch.setattr("lms.credentials.queries.desk.MOST_FOUND", 1)
    for _ in range(3):
        registry.complete(registry.person("Aissata", "Kone"))
    officer = registry.officer()

    assert len(queries.search_credentials(session, officer, "kone")) == 2
    assert queries.search_credentials(session, officer, "?!") == []


def test_the_desk_lists_exactly_the_requests_whose_record_one_may_read(
    registry, make, session, awa, number
):
    registry.ask(awa, number, RIGHT)
    branch = make.institution("branch", registry.commission)
    below = make.person("Fatou", "Diop", institution_id=branch)
    registry.complete(below)
    registry.ask(below, registry.numbers()[-1], RIGHT)
    numbers = registry.numbers()
    readers = {
        "officer": registry.officer(),
        "of the branch": registry.officer(branch),
        "elsewhere": registry.officer(make.institution("elsewhere")),
        "administrator": registry.administrator(),
    }

    def may_read(actor, one):
        try:
            return bool(queries.get_record(session, actor, one))
        except NoSuchCredential:
            return False

    for name, actor in readers.items():
        listed = [one.number for one in queries.list_open_requests(session, actor)]
        assert listed == [one for one in numbers if may_read(actor, one)], name
    assert [len(queries.list_open_requests(session, one)) for one in readers.values()] == [
        2,
        1,
        0,
        2,
    ]
    for actor in (awa, make.person(roles=(Role.TRAINER,))):
        with pytest.raises(NotFound):
            queries.list_open_requests(session, actor)
    with pytest.raises(SignInRequired):
        queries.list_open_requests(session, NOBODY)


@pytest.mark.parametrize("people", [1, 8])
def test_the_desk_makes_as_many_statements_for_one_request_as_for_many(
    app, registry, session, people
):
    registry.module()
    for _ in range(people):
        actor = registry.person("Aissata", "Kone")
        registry.complete(actor)
        number = registry.numbers()[-1]
        registry.answer(registry.officer(), number, registry.ask(actor, number, RIGHT), grant=False)
        registry.ask(actor, number, RIGHT)
    client = sign_in(app.test_client(), registry.administrator())
    found = {}
    for path in ("/credentials", f"/credentials/{number}", f"/credentials?number={number}"):
        with counted(app) as statements:
            assert client.get(path).status_code in {200, 302}
        # Without the one that loads the reader.
        found[path.replace(number, "")] = len(statements) - 1

    assert found == {"/credentials": 1, "/credentials/": 6, "/credentials?number=": 6}


def test_a_holder_who_asks_twice_is_told_and_loses_nothing(app, registry, session, awa, number):
    holder = Visitor(sign_in(app.test_client(), awa), session, "en")
    holder.go(f"/my/certificates/{number}/correction")
    registry.ask(awa, number, RIGHT)

    holder.press("Ask for the correction", given_names="Zoé", reason="So")

    assert holder.page.status == 409
    assert "asked for already" in holder.page.text


def test_a_code_that_was_superseded_long_ago_says_since_when(app, registry, awa, number):
    request = registry.ask(awa, number, RIGHT)
    commands.answer_correction(
        registry.session, registry.officer(), number, request,
        is_granted=True, answer="Seen", now=NOW + timedelta(days=30),
    )  # fmt: skip
    registry.session.commit()

    page = Page(app.test_client().get(f"/verify/{registry.view(number).code}?lang=en"), "")
    assert "The newer one, issued on 1 April 2026:" in page.text
