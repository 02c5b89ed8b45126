"""A holder lets others see all certificates by a link, until a day, and can close it."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from lms.core import clock
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY
from lms.credentials.commands import share_certificates, withdraw_share
from lms.credentials.domain import MOST_DAYS, MOST_LINKS, is_fit_end
from lms.credentials.errors import NoSuchShare, TooManyShares, UnfitShare
from lms.credentials.models import Credential, Holder, Revocation, Share
from lms.credentials.queries import get_shared, list_shares
from lms.learning.commands import complete_activity
from tests.conftest import NOW
from tests.factories import sign_in
from tests.made_courses import Listed, MadeModule, both
from tests.visitor import Visitor

TODAY = NOW.date()
END = TODAY + timedelta(days=30)


@pytest.fixture
def holder(make, session):
    """Somebody with one certificate."""
    make.modules(MadeModule(title=both("Voter lists"), activities=(Listed("reading"),)))
    actor = make.person("Aïssata", "Koné-N’Guessan", language="en")
    complete_activity(session, actor, make.enrolment(actor, "lists"), "reading", now=NOW)
    session.commit()
    return actor


def share(session, actor, ends_on=END):
    share_certificates(session, actor, ends_on=ends_on, consents=True, now=NOW)
    session.commit()
    return list_shares(session, actor, today=TODAY)[0]


@pytest.mark.parametrize(
    ("days", "is_fit"), [(-1, False), (0, True), (MOST_DAYS, True), (MOST_DAYS + 1, False)]
)
def test_a_link_ends_between_today_and_a_year_from_now(days, is_fit):
    assert is_fit_end(TODAY + timedelta(days=days), today=TODAY) is is_fit


def test_a_link_shows_the_certificates_up_to_and_with_its_last_day(session, holder):
    link = share(session, holder)

    for day in (TODAY, END):
        shared = get_shared(session, link.secret, today=day)
        assert [view.holder for view in shared.credentials] == ["Aïssata Koné-N’Guessan"]
    with pytest.raises(NoSuchShare):
        get_shared(session, link.secret, today=END + timedelta(days=1))
    assert list_shares(session, holder, today=END + timedelta(days=1)) == []


def test_a_closed_link_shows_nothing_and_is_closed_once(session, holder):
    link = share(session, holder)

    for hours in (1, 2):
        withdraw_share(session, holder, link.id, now=NOW + timedelta(hours=hours))

    assert session.scalar(select(Share.withdrawn_at)) == NOW + timedelta(hours=1)
    assert list_shares(session, holder, today=TODAY) == []
    with pytest.raises(NoSuchShare):
        get_shared(session, link.secret, today=TODAY)


def test_nobody_closes_anothers_link(session, holder, make):
    link = share(session, holder)
    for stranger, refusal in ((make.person("Issa"), NoSuchShare), (NOBODY, SignInRequired)):
        with pytest.raises(refusal):
            withdraw_share(session, stranger, link.id, now=NOW)
    assert list_shares(session, holder, today=TODAY) == [link]


def test_a_secret_is_long_and_another_each_time(session, holder):
    secrets = {share(session, holder).secret for _ in range(3)}
    assert len(secrets) == 3
    assert all(len(secret) == 24 for secret in secrets)


def test_there_are_so_many_links_at_a_time_and_a_closed_one_makes_room(session, holder):
    links = [share(session, holder) for _ in range(MOST_LINKS)]
    with pytest.raises(TooManyShares, match="You have 5 open links"):
        share(session, holder)
    withdraw_share(session, holder, links[0].id, now=NOW)
    share(session, holder)


@pytest.mark.parametrize(
    ("ends_on", "consents", "fields"),
    [
        (None, True, {"ends_on"}),
        (TODAY - timedelta(days=1), True, {"ends_on"}),
        (END, False, {"consents"}),
        (date(2100, 1, 1), False, {"ends_on", "consents"}),
    ],
)
def test_without_a_day_or_consent_no_link_is_made(session, holder, ends_on, consents, fields):
    with pytest.raises(UnfitShare) as refused:
        share_certificates(session, holder, ends_on=ends_on, consents=consents, now=NOW)
    assert set(refused.value.fields) == fields
    assert session.scalar(select(func.count()).select_from(Share)) == 0


# --- Pages ------------------------------------------------------------------------------------------


@pytest.fixture
def visitor(client, session, holder, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Visitor(sign_in(client, holder), session, "en")


def make_link(visitor):
    visitor.go("/my/certificates")
    visitor.follow("Share them by a link")
    return visitor.press("Make the link", ends_on=END.isoformat(), consents="1")


def test_a_holder_makes_a_link_a_stranger_opens_it_and_the_holder_closes_it(visitor, app, session):
    page = make_link(visitor)
    assert "The link is made" in page.text
    address = urlsplit(page.find_link("/shared/")).path

    stranger = Visitor(app.test_client(), session, "en")
    shown = stranger.go(address)
    assert shown.status == 200
    assert "Aïssata Koné-N’Guessan" in shown.text
    assert "1 April 2026" in shown.text
    headers = shown.response.headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Aïssata Koné-N’Guessan" in stranger.follow("Voter lists").text

    closed = visitor.press("Close the link made on 2 March 2026")
    assert "The link is closed" in closed.text
    gone = stranger.go(address)
    assert gone.status == 404
    assert "Aïssata" not in gone.html


def test_what_was_replaced_is_not_shown_and_what_was_withdrawn_says_so(visitor, app, session):
    address = urlsplit(make_link(visitor).find_link("/shared/")).path
    first = session.scalars(select(Credential)).one()
    columns = {
        column.key: getattr(first, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }
    changes = {"sequence": 2, "supersedes_id": first.id, "number": "SC-2", "code": "0" * 16}
    second = Credential(**columns | changes)
    session.add(second)
    session.flush()
    person_id = session.scalar(select(Holder.person_id))
    session.add(
        Holder(credential_id=second.id, person_id=person_id, printed_name="Aïssata", salt="s")
    )
    session.add(
        Revocation(credential_id=second.id, reason="misconduct", note="Private", revoked_at=NOW)
    )
    session.execute(update(Credential).values(is_specimen=False))
    session.commit()

    shown = Visitor(app.test_client(), session, "en").go(address)

    assert first.number not in shown.text
    assert "SC-2" in shown.text
    assert "Withdrawn" in shown.text
    assert "Private" not in shown.html


def test_a_form_that_cannot_be_comes_back_as_it_was_filled(visitor, session):
    visitor.go("/my/shares")
    page = visitor.press("Make the link", ends_on="2020-01-01")
    assert page.status == 422
    assert "Choose a day from today on, at most 366 days from now." in page.text
    assert "Tick the box if this is what you want." in page.text
    assert 'value="2020-01-01"' in page.html
    page = visitor.press("Make the link", ends_on="tomorrow", consents="1")
    assert page.status == 422
    assert session.scalar(select(func.count()).select_from(Share)) == 0


def test_one_link_too_many_says_what_to_do(visitor, session, holder):
    for _ in range(MOST_LINKS):
        share(session, holder)
    page = make_link(visitor)
    assert page.status == 409
    assert "Close one before you make another" in page.text


def test_a_link_of_somebody_without_certificates_says_so(client, app, session, make, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    link = share(session, make.person())
    page = Visitor(app.test_client(), session, "en").go(f"/shared/{link.secret}")
    assert "No certificate yet" in page.text
