"""Whose a credential is: the institution that its enrolment names, by the membership on the day of issue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from lms import credentials
from lms.accounts.models import Membership
from lms.core.db import utc_day
from lms.core.errors import NotFound
from lms.core.permissions import Role, Scope, ScopeKind
from lms.credentials.models import Credential, Holder
from lms.credentials.queries import get_credential
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.made_courses import Listed, MadeModule

OWNED = credentials.institution_credentials.c
ISSUED_ON = NOW.date()


@pytest.fixture
def place(make):
    return make.institution("north")


@pytest.fixture
def officer(make, place):
    return make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place))


@pytest.fixture
def certify(session, make, place):
    """Return the credential of somebody whose enrolment names `place`, by no membership yet."""
    make.modules(MadeModule(activities=(Listed("reading"),)))

    def certify(now=NOW):
        person = make.person()
        enrolment_id = make.enrolment(person, "lists")
        session.get_one(Enrolment, enrolment_id).institution_id = place
        complete_activity(session, person, enrolment_id, "reading", now=now)
        session.commit()
        credential = session.scalars(select(Credential).order_by(Credential.id.desc())).first()
        return person, credential

    return certify


def belong(session, person, place, started_on, ended_on=None, *, confirmed_at=NOW):
    session.execute(
        insert(Membership).values(
            person_id=person.person_id,
            institution_id=place,
            started_on=started_on,
            ended_on=ended_on,
            end_reason="moved" if ended_on else None,
            claimed_at=NOW,
            confirmed_at=confirmed_at,
        )
    )
    session.commit()


def paths_of(session, credential):
    return list(
        session.scalars(select(OWNED.institution_path).where(OWNED.credential_id == credential.id))
    )


def may_get(session, officer, credential):
    try:
        get_credential(session, officer, credential.number)
    except NotFound:
        return False
    return True


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("started_on", "ended_on", "is_theirs"),
    [
        (ISSUED_ON - DAY, None, True),
        (ISSUED_ON, None, True),
        (ISSUED_ON - DAY, ISSUED_ON, True),
        (ISSUED_ON - 9 * DAY, ISSUED_ON - DAY, False),
        (ISSUED_ON + DAY, None, False),
    ],
    ids=["member", "since that day", "until that day", "left before", "came after"],
)
def test_it_belongs_to_whom_the_day_of_issue_says(
    session, certify, officer, place, started_on, ended_on, is_theirs
):
    person, credential = certify()
    belong(session, person, place, started_on, ended_on)

    assert paths_of(session, credential) == ([f"/{place}/"] if is_theirs else [])
    assert may_get(session, officer, credential) is is_theirs


def test_a_claim_opens_nothing_until_it_is_confirmed_for_that_day(session, certify, officer, place):
    person, credential = certify()
    other, _theirs = certify()
    belong(session, other, place, ISSUED_ON)
    belong(session, person, place, ISSUED_ON - DAY, confirmed_at=None)
    assert paths_of(session, credential) == []
    assert not may_get(session, officer, credential)

    session.execute(
        update(Membership)
        .where(Membership.person_id == person.person_id)
        .values(confirmed_at=NOW + 90 * DAY)
    )
    session.commit()

    assert paths_of(session, credential) == [f"/{place}/"]
    assert may_get(session, officer, credential)


def test_who_moved_between_completion_and_issue_leaves_nothing_behind(
    session, certify, officer, place
):
    person, credential = certify()
    # The name was confirmed ten days later.
    credential.issued_at = NOW + 10 * DAY
    belong(session, person, place, ISSUED_ON - DAY, ISSUED_ON + 5 * DAY)

    assert paths_of(session, credential) == []
    assert not may_get(session, officer, credential)


def test_a_correction_belongs_to_whom_the_first_belonged(session, certify, officer, place):
    person, credential = certify()
    belong(session, person, place, ISSUED_ON - DAY, ISSUED_ON + DAY)
    facts = {
        column.key: getattr(credential, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }
    corrected = Credential(
        **facts
        | {
            "sequence": 2,
            "supersedes_id": credential.id,
            "number": "SC-2026-99999999",
            "code": "0" * 16,
            "issued_at": NOW + 60 * DAY,
        }
    )
    session.add(corrected)
    session.flush()
    session.add(
        Holder(credential_id=corrected.id, person_id=person.person_id, printed_name="A", salt="s")
    )
    session.commit()

    assert paths_of(session, corrected) == [f"/{place}/"]
    assert may_get(session, officer, corrected)
    newer = select(OWNED.newer_number).where(OWNED.credential_id == credential.id)
    assert session.scalar(newer) == "SC-2026-99999999"


def test_the_day_of_issue_is_that_of_utc(session, certify):
    _person, credential = certify(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    days = session.scalars(select(utc_day(Credential.issued_at)))
    assert list(days) == [date(2026, 3, 2)]
    assert credential.issued_at.hour == 23
