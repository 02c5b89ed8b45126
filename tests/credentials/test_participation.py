"""Participation: asked for, another kind that looks different, without a score; completion comes beside it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from lms import learning
from lms.accounts.domain import PersonName
from lms.credentials import commands
from lms.credentials.domain import CredentialKind
from lms.credentials.errors import NameNotConfirmed
from lms.credentials.models import Credential
from lms.learning import NoSuchEnrolment
from lms.learning.commands import complete_activity
from lms.learning.errors import NoParticipation
from tests.conftest import NOW
from tests.factories import form_token, sign_in
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule
from tests.visitor import Page, Visitor

LATER = NOW + timedelta(days=9)


@pytest.fixture
def enrolled(registry, session):
    """Somebody who has read a module whose test is still to come."""
    registry.make.modules(MadeModule(activities=(Listed("reading"), Listed("test", "quiz"))))
    registry.change_version("lists", offers_participation=True, valid_months=12)
    awa = registry.person("Aïssata", "Koné")
    enrolment_id = registry.make.enrolment(awa, "lists")
    complete_activity(session, awa, enrolment_id, "reading", now=NOW)
    session.commit()
    return awa, enrolment_id


def claim(registry, actor, enrolment_id, now=LATER):
    claimed = commands.claim_participation(registry.session, actor, enrolment_id, now=now)
    registry.session.commit()
    return claimed


def test_it_certifies_what_was_read_without_a_score_and_for_good(app, registry, enrolled):
    awa, enrolment_id = enrolled
    # What the test brought so far does not count.
    learning.record_result(
        registry.session, enrolment_id, "test", passed=False, score=Fraction(1, 2), now=NOW
    )

    claimed = claim(registry, awa, enrolment_id)

    view = registry.view(claimed.number)
    assert claimed.is_new
    assert (view.kind, view.score, view.minutes) == (CredentialKind.PARTICIPATION, None, 10)
    # The day of the last reading, not that of the asking; and it has no end.
    assert (view.completed_on, view.issued_at, view.expires_on) == (NOW.date(), LATER, None)
    assert view.institution_name["en"] == "commission Commission"
    run_waiting(app)
    assert len(registry.view(claimed.number).documents) == 2


def test_asking_twice_is_one_certificate(registry, enrolled):
    awa, enrolment_id = enrolled
    first = claim(registry, awa, enrolment_id)

    again = claim(registry, awa, enrolment_id, LATER + timedelta(days=1))

    assert (again.number, again.is_new) == (first.number, False)
    assert registry.numbers() == [first.number]


def test_a_later_completion_is_a_second_credential_and_the_first_stays(registry, session, enrolled):
    awa, enrolment_id = enrolled
    first = registry.view(claim(registry, awa, enrolment_id).number)
    learning.record_result(session, enrolment_id, "test", passed=True, score=Fraction(1), now=LATER)
    session.commit()

    assert registry.view(first.number) == first
    (_, second) = registry.numbers()
    assert (registry.view(second).kind, registry.view(second).score) == ("completion", 1)
    # One enrolment of one person: who counts people, counts one.
    assert set(session.scalars(select(Credential.enrolment_id))) == {enrolment_id}
    assert claim(registry, awa, enrolment_id).number == first.number


def test_after_completion_there_is_none_to_ask_for(registry, session, enrolled):
    awa, enrolment_id = enrolled
    learning.record_result(session, enrolment_id, "test", passed=True, score=Fraction(1), now=LATER)
    session.commit()

    with pytest.raises(NoParticipation):
        claim(registry, awa, enrolment_id)
    assert len(registry.numbers()) == 1


def test_it_waits_for_the_name_as_well(registry, session, enrolled):
    bintou = registry.person("Bintou", confirms_name=False)
    enrolment_id = registry.make.enrolment(bintou, "lists")
    complete_activity(session, bintou, enrolment_id, "reading", now=NOW)
    session.commit()

    with pytest.raises(NameNotConfirmed, match="Confirm first"):
        claim(registry, bintou, enrolment_id)
    commands.confirm_own_name(
        session, bintou, PersonName("Bintou", "Bâ"), in_capitals=False, now=NOW
    )
    assert registry.view(claim(registry, bintou, enrolment_id).number).holder == "Bintou Bâ"


def test_it_is_ones_own(registry, enrolled):
    _, enrolment_id = enrolled
    with pytest.raises(NoSuchEnrolment):
        claim(registry, registry.person("Bintou"), enrolment_id)
    assert registry.numbers() == []


def test_a_learner_asks_on_the_module_page_and_nobody_gets_one_by_surprise(
    app, registry, session, enrolled
):
    awa, enrolment_id = enrolled
    visitor = Visitor(sign_in(app.test_client(), awa), session, "en")
    visitor.go("/my/certificates")
    assert "No certificate yet" in visitor.page.text
    visitor.go(f"/learn/{enrolment_id}")
    visitor.press("Ask for a certificate of participation")

    assert visitor.page.path == "/my/certificates"
    assert "Certificate of participation" in visitor.page.text
    visitor.go(f"/learn/{enrolment_id}")
    assert "You have a certificate of participation" in visitor.page.text
    assert not visitor.page.has_button("Ask for a certificate of participation")
    code = registry.view(registry.numbers()[0]).code
    page = Page(app.test_client().get(f"/verify/{code}?lang=en"), "")
    for words in ("Certificate of participation", "It says nothing of a test.", "Took part until"):
        assert words in page.text
    assert "Module completed" not in page.text
    assert app.test_client().get(f"/api/v1/verify/{code}").json["kind"] == "participation"


def test_who_only_looks_is_not_asked(app, registry, session, enrolled):
    _, enrolment_id = enrolled
    visitor = Visitor(sign_in(app.test_client(), registry.officer()), session, "en")

    page = visitor.go(f"/learn/{enrolment_id}")

    assert not page.has_button("Ask for a certificate of participation")
    assert "You have read everything" not in page.text


def test_a_program_asks_once_and_again(app, registry, enrolled):
    awa, enrolment_id = enrolled
    client = sign_in(app.test_client(), awa)
    headers = {"X-CSRFToken": form_token(client)}
    path = f"/api/v1/enrolments/{enrolment_id}/participation"

    first, again = (client.post(path, headers=headers) for _ in range(2))

    (number,) = registry.numbers()
    assert (first.status_code, first.json) == (201, {"number": number})
    assert (again.status_code, again.json) == (200, {"number": number})
