"""Certificates that end: until when they hold, when they may be renewed, and what renewing them makes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.domain import PersonName
from lms.core import clock
from lms.credentials import commands, queries
from lms.credentials.domain import CredentialState, RevocationReason
from lms.credentials.errors import NoSuchCredential, NotYetToRenew
from lms.credentials.models import Credential
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.factories import sign_in
from tests.visitor import Page, Visitor

# Completed on 2 March 2026, it holds for a year.
LAST = date(2027, 3, 2)
WINDOW = datetime(2026, 12, 2, 8, tzinfo=UTC)


@pytest.fixture
def awa(registry):
    registry.module(valid_months=12)
    actor = registry.person("Aïssata", "Koné")
    registry.complete(actor)
    return actor


@pytest.fixture
def number(registry, awa):
    return registry.numbers()[0]


def renew(registry, actor, number, now=WINDOW):
    done = commands.renew_credential(registry.session, actor, number, now=now)
    registry.session.commit()
    return done


def test_it_holds_until_its_last_day_and_that_one_included(registry, number):
    view = registry.view(number)

    assert view.expires_on == LAST
    assert view.state_on(LAST) is CredentialState.VALID
    assert view.state_on(LAST + timedelta(days=1)) is CredentialState.EXPIRED


def test_without_an_end_in_the_module_it_holds_for_good(registry):
    registry.module()
    actor = registry.person()
    registry.complete(actor)

    view = registry.view(registry.numbers()[0])
    assert view.expires_on is None
    assert view.state_on(date(2999, 1, 1)) is CredentialState.VALID
    with pytest.raises(NotYetToRenew):
        renew(registry, actor, view.number, datetime(2999, 1, 1, tzinfo=UTC))


def test_a_renewal_is_another_enrolment_and_another_certificate_and_both_stand(
    registry, session, awa, number
):
    enrolled = renew(registry, awa, number)

    assert enrolled.is_new
    enrolment = session.get(Enrolment, enrolled.id)
    assert (enrolment.number, enrolment.completed_at) == (2, None)
    assert enrolment.institution_id == registry.commission
    # A second click, and enrolling by the catalogue, lead to the same.
    assert renew(registry, awa, number) == type(enrolled)(enrolled.id, is_new=False)
    assert registry.make.enrolment(awa, "lists") == enrolled.id
    complete_activity(session, awa, enrolled.id, "reading", now=WINDOW)
    session.commit()

    old, new = map(registry.view, registry.numbers())
    row = session.scalars(select(Credential).where(Credential.number == new.number)).one()
    assert row.renews_id == old.id
    assert new.expires_on == date(2027, 12, 2)
    assert {view.state_on(LAST) for view in (old, new)} == {CredentialState.VALID}
    assert old.state_on(LAST + timedelta(days=1)) is CredentialState.EXPIRED
    assert (old.superseded_by, new.superseded_by) == (None, None)
    # The newest is the one to renew next.
    assert queries.list_renewable(session, awa, on=date(2027, 2, 1)) == set()
    assert queries.list_renewable(session, awa, on=date(2027, 9, 2)) == {new.number}
    record = queries.get_record(session, registry.officer(), new.number)
    assert record.renews.number == old.number


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2026, 12, 1), False),
        (date(2026, 12, 2), True),
        (LAST, True),
        (date(2028, 1, 1), True),
    ],
)
def test_it_may_be_renewed_from_three_months_before_its_end_on(
    registry, session, awa, number, day, may
):
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    if may:
        assert renew(registry, awa, number, now).is_new
    else:
        with pytest.raises(NotYetToRenew, match="cannot be renewed now"):
            renew(registry, awa, number, now)
        assert session.scalars(select(Enrolment.number)).all() == [1]


def test_what_was_withdrawn_or_replaced_is_not_renewed_and_a_correction_is(
    registry, session, awa, number
):
    grace = registry.administrator()
    new = registry.answer(grace, number, registry.ask(awa, number, PersonName("Zoé", "Bâ"))).number
    assert registry.view(new).expires_on == LAST
    with pytest.raises(NotYetToRenew):
        renew(registry, awa, number)
    assert queries.list_renewable(session, awa, on=LAST) == {new}

    commands.revoke_credential(
        session, grace, new, RevocationReason.HOLDER_ASKED, note="So", now=NOW
    )
    with pytest.raises(NotYetToRenew):
        renew(registry, awa, new)


def test_one_renews_ones_own(registry, number):
    for stranger in (registry.person("Bintou"), registry.administrator()):
        with pytest.raises(NoSuchCredential):
            renew(registry, stranger, number)


def test_the_buttons_are_there_when_it_is_time(app, registry, session, monkeypatch, awa, number):
    enrolment_id = session.scalar(select(Enrolment.id))
    visitor = Visitor(sign_in(app.test_client(), awa), session, "en")
    for path in ("/my/certificates", f"/learn/{enrolment_id}"):
        assert not visitor.go(path).has_button("Renew")
    monkeypatch.setattr(clock, "now", lambda: WINDOW)
    assert "Holds until 2 March 2027." in visitor.go(f"/learn/{enrolment_id}").text
    visitor.press("Renew")
    renewed = visitor.page.path
    assert renewed != f"/learn/{enrolment_id}"
    assert "You are enrolled again." in visitor.page.text

    visitor.go("/my/certificates")
    assert "<dt>Holds until</dt><dd>2 March 2027</dd>" in visitor.page.html
    visitor.press(f"Renew {number}")
    assert visitor.page.path == renewed


def test_a_stranger_reads_until_when_it_held(app, registry, monkeypatch, number):
    code = registry.view(number).code
    page = Page(app.test_client().get(f"/verify/{code}?lang=en"), "")
    assert "<dt>Holds until</dt><dd>2 March 2027</dd>" in page.html
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 3, tzinfo=UTC))

    page = Page(app.test_client().get(f"/verify/{code}?lang=en"), "")

    assert page.title == "Expired"
    assert "It held until 2 March 2027." in page.text
    reply = app.test_client().get(f"/api/v1/verify/{code}").json
    assert (reply["state"], reply["expires_on"]) == ("expired", "2027-03-02")
