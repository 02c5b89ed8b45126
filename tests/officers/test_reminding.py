"""Officers remind, at most once a week; the learner reads it until something is done, or it is put away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core import clock
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from lms.officers import queries
from lms.officers.commands import dismiss_reminder, remind_people
from lms.officers.commands import reminding as reminding_module
from lms.officers.errors import NobodyChosen, NoSuchInstitution, NoSuchMember
from lms.officers.models import Reminder
from lms.quizzes.commands import start_attempt
from tests.factories import sign_in
from tests.made_courses import Listed, MadeModule
from tests.officers.desk_world import World, make_world, send

ASKED = "asked you to go on with"


@pytest.fixture
def world(make) -> World:
    make.now = clock.now()
    return make_world(make)


def remind(world, *people, slug="", days=0, actor=None, place=None):
    report = remind_people(
        world.make.session, actor or world.officer, place or world.whole,
        [person.person_id for person in people], slug,
        now=world.make.now + timedelta(days=days),
    )  # fmt: skip
    world.make.session.commit()
    return report


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(Reminder)) or 0


def test_who_has_something_to_finish_is_reminded_and_the_others_are_told(session, world):
    busy, done, idle, gone = (
        world.member(world.north, name) for name in ("Busy", "Done", "Idle", "Gone")
    )
    world.enrol(busy, done=1)
    world.enrol(done, done=2)
    world.leave(gone, world.north)

    report = remind(world, busy, done, idle, gone)

    assert [person.id for person, _ in report.reminded] == [busy.person_id]
    assert {person.id for person in report.idle} == {done.person_id, idle.person_id}
    assert [person.id for person in report.gone] == [gone.person_id]
    (reminder,) = session.scalars(select(Reminder))
    assert (reminder.number, reminder.sent_by_id) == (1, world.officer.person_id)


def test_an_enrolment_is_reminded_of_once_in_seven_days_and_told_by_whom(client, session, world):
    member = world.member(world.north)
    world.enrol(member)
    remind(world, member)

    again = remind(world, member, days=6)
    page = send(
        world.browser(client), f"/institution/{world.whole}/reminders",
        person=str(member.person_id),
    )  # fmt: skip
    later = remind(world, member, days=7)

    ((_person, enrolment),) = again.recent
    assert (again.reminded, enrolment.reminded_by) == ([], "Olga Officer")
    assert "Nobody was reminded." in page.text
    assert "by Olga Officer" in page.text
    assert len(later.reminded) == 1
    assert count(session) == 2


def test_two_who_remind_at_once_meet_at_the_unique_number(session, world, monkeypatch):
    member = world.member(world.north)
    world.enrol(member)
    remind(world, member)
    # As it is for one who read before the other wrote.
    monkeypatch.setattr(reminding_module, "may_remind_again", lambda last, now: True)
    real = queries.list_open_enrolments

    def as_before(*arguments):
        return [replace(one, reminders=0) for one in real(*arguments)]

    monkeypatch.setattr(queries, "list_open_enrolments", as_before)

    report = remind(world, member)

    assert (report.reminded, len(report.recent)) == ([], 1)
    assert count(session) == 1


def test_one_module_can_be_reminded_of_alone(session, world):
    member = world.member(world.north)
    world.enrol(member, done=2)
    world.enrol(member, "counting")

    assert remind(world, member, slug="lists").reminded == []
    assert len(remind(world, member, slug="counting").reminded) == 1


def test_the_learner_reads_it_in_the_own_language_until_something_is_done(client, session, world):
    member = world.member(world.north)
    enrolment_id = world.enrol(member)
    remind(world, member)
    learner = sign_in(client, member)

    page = learner.get("/my?lang=en").text
    assert ASKED in page
    assert "north Commission" in page
    complete_activity(
        session, member, enrolment_id, "reading", now=world.make.now + timedelta(minutes=1)
    )
    session.commit()
    assert ASKED not in learner.get("/my").text


def test_beginning_a_test_counts_as_going_on(client, session, world):
    activities = (Listed("test", "quiz"), Listed("reading"))
    world.make.modules(MadeModule("sat", activities=activities))
    member = world.member(world.north)
    enrolment_id = world.enrol(member, "sat")
    remind(world, member)

    began = world.make.now + timedelta(minutes=1)
    start_attempt(session, member, enrolment_id, "test", language="en", now=began)
    session.commit()

    assert session.get_one(Enrolment, enrolment_id).last_active_at == began
    assert ASKED not in sign_in(client, member).get("/my?lang=en").text


def test_the_learner_puts_it_away_and_nobody_else_does(client, session, world):
    member, other = world.member(world.north), world.member(world.north)
    world.enrol(member)
    remind(world, member)
    reminder_id = session.scalars(select(Reminder.id)).one()
    path = f"/my/reminders/{reminder_id}/dismissal"

    assert send(sign_in(client, other), path).status_code == 404
    assert session.scalars(select(Reminder.dismissed_at)).one() is None
    learner = sign_in(client, member)
    assert ASKED in learner.get("/my?lang=en").text
    assert send(learner, path).location == "/my"
    assert ASKED not in learner.get("/my").text
    session.expire_all()
    first = session.scalars(select(Reminder.dismissed_at)).one()
    dismiss_reminder(session, member, reminder_id, now=world.make.now + timedelta(days=1))
    assert session.scalars(select(Reminder.dismissed_at)).one() == first
    # Put away is only this one.
    remind(world, member, days=8)
    assert ASKED in learner.get("/my").text


def test_a_reminder_ends_with_the_membership(client, world):
    member = world.member(world.north)
    world.enrol(member)
    remind(world, member)
    world.leave(member, world.north)

    assert ASKED not in sign_in(client, member).get("/my?lang=en").text


def test_nobody_outside_is_reminded_and_nobody_else_reminds(session, world):
    member, stranger = world.member(world.north), world.member(world.stranger)
    world.enrol(member)
    world.enrol(stranger)

    with pytest.raises(NoSuchMember):
        remind(world, member, stranger)
    with pytest.raises(NoSuchInstitution):
        remind(world, stranger, place=world.stranger)
    with pytest.raises(NoSuchInstitution):
        remind(world, member, actor=member, place=world.north)
    with pytest.raises(NobodyChosen, match="Nobody is chosen"):
        remind(world)
    session.rollback()
    assert count(session) == 0
