"""Withdrawals: by whom, when, why; once, whoever clicks twice; and what a stranger reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts.domain import PersonName
from lms.core.errors import NotAllowed, SignInRequired
from lms.core.permissions import NOBODY
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.domain import CredentialState, RevocationReason
from lms.credentials.errors import IsErased, IsReplaced, NoSuchCredential, UnfitRequest
from lms.credentials.models import Revocation
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.factories import sign_in
from tests.jobs.waiting import run_waiting
from tests.visitor import Page, Visitor

LATER = NOW + timedelta(days=1)
ERROR = RevocationReason.ISSUED_IN_ERROR


@pytest.fixture
def awa(registry):
    registry.module()
    actor = registry.person("Aïssata", "Koné")
    registry.complete(actor)
    return actor


@pytest.fixture
def number(registry, awa):
    return registry.numbers()[0]


def revoke(registry, actor, number, reason=ERROR, note="The wrong module", now=LATER):
    done = commands.revoke_credential(registry.session, actor, number, reason, note=note, now=now)
    registry.session.commit()
    return done


def test_a_withdrawal_says_by_whom_when_and_why_and_leaves_the_completion(
    registry, session, awa, number
):
    grace = registry.administrator()

    assert revoke(registry, grace, number)

    kept = session.scalars(select(Revocation)).one()
    assert (kept.reason, kept.note, kept.revoked_at, kept.revoked_by_id) == (
        ERROR, "The wrong module", LATER, grace.person_id,
    )  # fmt: skip
    view = registry.view(number)
    assert view.state_on(LATER.date()) is CredentialState.REVOKED
    assert session.scalars(select(Enrolment)).one().completed_at == NOW
    # Those who may withdraw read the note; an officer of the institution does not.
    assert queries.get_record(session, grace, number).revocation_note == "The wrong module"
    seen = queries.get_record(session, registry.officer(), number)
    assert (seen.revocation_note, seen.revoked_by) == (None, "Grace Mensah")


def test_what_is_withdrawn_stays_so_with_the_first_reason(registry, session, awa, number):
    revoke(registry, registry.administrator(), number)

    assert not revoke(
        registry, registry.administrator(), number, RevocationReason.MISCONDUCT, "Other", NOW
    )
    kept = session.scalars(select(Revocation)).one()
    assert (kept.reason, kept.note, kept.revoked_at) == (ERROR, "The wrong module", LATER)


def test_administrators_alone_withdraw(registry, session, make, awa, number):
    with pytest.raises(NotAllowed):
        revoke(registry, registry.officer(), number)
    for stranger in (awa, registry.officer(make.institution("elsewhere"))):
        with pytest.raises(NoSuchCredential):
            revoke(registry, stranger, number)
    with pytest.raises(SignInRequired):
        revoke(registry, NOBODY, number)
    with pytest.raises(NoSuchCredential):
        revoke(registry, registry.administrator(), "SC-2020-00000001")
    assert session.scalars(select(Revocation)).all() == []


@pytest.mark.parametrize("note", ["", "x" * 1001])
def test_a_note_is_needed(registry, session, awa, number, note):
    with pytest.raises(UnfitRequest) as refused:
        revoke(registry, registry.administrator(), number, note=note)

    assert list(refused.value.fields) == ["note"]
    assert session.scalars(select(Revocation)).all() == []


def test_of_a_corrected_one_the_newest_is_withdrawn_and_of_an_erased_one_none(
    registry, session, awa, number
):
    grace = registry.administrator()
    new = registry.answer(grace, number, registry.ask(awa, number, PersonName("Zoé", "Bâ"))).number

    with pytest.raises(IsReplaced, match=new):
        revoke(registry, grace, number)
    commands.erase_holder(session, grace, number=new, now=NOW)
    with pytest.raises(IsErased):
        revoke(registry, grace, new)
    assert session.scalars(select(Revocation)).all() == []


def test_a_stranger_reads_that_it_was_withdrawn_when_and_why_in_words(
    app, registry, session, awa, number
):
    code = registry.view(number).code
    desk = Visitor(sign_in(app.test_client(), registry.administrator()), session, "en")
    desk.go(f"/credentials/{number}")
    desk.press("Withdraw it", note="A private word")
    assert desk.page.status == 422
    assert "Choose the reason that anybody may read." in desk.page.text
    desk.press("Withdraw it", reason="misconduct", note="A private word")
    assert "The certificate is withdrawn." in desk.page.text
    assert "A private word" in desk.page.text
    assert not desk.page.has_button("Withdraw it")

    page = Page(app.test_client().get(f"/verify/{code}?lang=en"), "")
    assert page.title == "Withdrawn"
    assert "It was obtained against the rules." in page.text
    assert "Withdrawn on" in page.text
    assert "A private word" not in page.html
    assert "Grace" not in page.html
    reply = app.test_client().get(f"/api/v1/verify/{code}").json
    assert (reply["state"], reply["reason"]) == ("revoked", "misconduct")
    assert reply["revoked_at"] is not None


@pytest.mark.parametrize("api", [False, True])
def test_its_files_stay_stored_and_are_given_to_nobody(app, registry, session, awa, number, api):
    run_waiting(app)
    revoke(registry, registry.administrator(), number)
    path = f"/api/v1/credentials/{number}.pdf" if api else f"/my/certificates/{number}.pdf"

    for actor in (awa, registry.officer(), registry.administrator()):
        reply = sign_in(app.test_client(), actor).get(path + "?language=fr")
        assert reply.status_code == 409
        assert "no longer given out" in reply.text
    for document in registry.view(number).documents:
        assert storage().read(document.storage_key).startswith(b"%PDF-")
    mine = Page(sign_in(app.test_client(), awa).get("/my/certificates"), "")
    assert "It was issued in error." in mine.text
    assert "Download" not in mine.text
