"""Officers enrol their members: each is told by name, and nobody hinders another."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.catalogue.models import Module
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.permissions import Actor
from lms.learning import enrol_member
from lms.learning.errors import NotAMember
from lms.learning.models import Edition, Enrolment
from lms.officers.commands import enrol_people
from lms.officers.errors import (
    NobodyChosen,
    NoModuleChosen,
    NoSuchInstitution,
    NoSuchMember,
    TooManyChosen,
)
from tests.officers.desk_world import World, make_world, send


@pytest.fixture
def world(make) -> World:
    make.now = clock.now()
    return make_world(make)


def enrol(world, *people: Actor, slug="lists", edition=None, actor=None, place=None):
    return enrol_people(
        world.make.session, actor or world.officer, place or world.whole,
        [person.person_id for person in people], slug, edition,
        language="en", now=world.make.now,
    )  # fmt: skip


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(Enrolment)) or 0


def test_each_is_enrolled_told_or_left_out_and_hinders_nobody_else(session, world):
    new, known, gone = (world.member(world.north, name) for name in ("New", "Known", "Gone"))
    before = world.enrol(known)
    elsewhere = world.make.person("Elsewhere")
    world.enrol(elsewhere)
    world.make.member(elsewhere, world.south)
    world.leave(gone, world.north)

    report = enrol(world, new, known, gone, elsewhere)

    assert [person.name for person in report.enrolled] == ["New Traoré"]
    assert [person.id for person in report.already] == [known.person_id]
    assert [person.id for person in report.elsewhere] == [elsewhere.person_id]
    assert [person.id for person in report.gone] == [gone.person_id]
    made = session.scalars(select(Enrolment).where(Enrolment.person_id == new.person_id)).one()
    assert (made.institution_id, made.number) == (world.north, 1)
    assert before != made.id


def test_who_lacks_what_comes_first_is_told_and_the_others_are_enrolled(client, world):
    ready, raw = world.member(world.north, "Ready"), world.member(world.south, "Raw")
    world.enrol(ready, done=2)
    browser = world.browser(client)

    page = send(
        browser, f"/institution/{world.whole}/enrolments",
        person=[str(ready.person_id), str(raw.person_id)], into="counting/open",
    )  # fmt: skip

    assert page.status_code == 200
    assert "1 person is enrolled now." in page.text
    assert "Complete these modules first" in page.text
    assert page.text.index("Ready Traoré") < page.text.index("Raw Traoré")


def test_two_clicks_enrol_once(client, session, world):
    member = world.member(world.north)
    browser, path = world.browser(client), f"/institution/{world.whole}/enrolments"
    form = {"person": str(member.person_id), "into": "lists/open"}

    first, second = send(browser, path, **form), send(browser, path, **form)

    assert "1 person is enrolled now." in first.text
    assert "Nobody was enrolled." in second.text
    assert "Enrolled already" in second.text
    assert count(session) == 1


def test_everybody_on_a_page_can_be_chosen_without_a_script(client, session, world):
    people = [world.member(world.north, f"Awa{number}") for number in range(3)]
    shown = [str(person.person_id) for person in people]

    send(
        world.browser(client), f"/institution/{world.whole}/enrolments",
        everyone="1", shown=shown, into="lists/open",
    )  # fmt: skip

    assert count(session) == 3


def test_a_module_with_several_editions_lets_one_be_chosen(client, session, world):
    lists = session.scalars(select(Module.id).where(Module.slug == "lists")).one()
    session.add(Edition(module_id=lists, key="2026-spring", time_zone="UTC"))
    session.commit()
    member = world.member(world.north)
    browser = world.browser(client)

    assert "(2026-spring)" in browser.get(f"/institution/{world.whole}/people").text
    report = enrol(world, member, slug="lists", edition="2026-spring")
    assert len(report.enrolled) == 1
    with pytest.raises(NotFound):
        enrol(world, member, edition="none")


def test_whoever_is_not_of_the_subtree_is_not_found_and_nobody_is_enrolled(session, world):
    member, stranger = world.member(world.north), world.member(world.stranger)

    with pytest.raises(NoSuchMember):
        enrol(world, member, stranger)
    with pytest.raises(NoSuchInstitution):
        enrol(world, stranger, place=world.stranger)
    with pytest.raises(NoSuchInstitution):
        enrol(world, member, actor=member, place=world.north)
    session.rollback()
    assert count(session) == 0


@pytest.mark.parametrize(
    ("form", "refusal", "words"),
    [
        ({"into": "lists/open"}, NobodyChosen, "Nobody is chosen."),
        ({"into": "", "person": "{member}"}, NoModuleChosen, "No module is chosen."),
        (
            {"into": "lists/open", "everyone": "1", "shown": list(range(1, 60))},
            TooManyChosen,
            "At most 50 people can be chosen at once.",
        ),
    ],
)
def test_a_form_that_chooses_nothing_or_too_much_is_told(
    client, session, world, form, refusal, words
):
    member = world.member(world.north)
    filled = {
        name: value.format(member=member.person_id) if isinstance(value, str) else value
        for name, value in form.items()
    }

    page = send(world.browser(client), f"/institution/{world.whole}/enrolments", **filled)

    assert page.status_code == 422, refusal
    assert words in page.text
    assert count(session) == 0


def test_learning_itself_refuses_who_is_no_member_today_and_who_may_not(session, world):
    member, gone = world.member(world.north), world.member(world.north)
    world.leave(gone, world.north)
    wanted = {"language": "en", "now": world.make.now}

    with pytest.raises(NotAMember, match="not a confirmed member"):
        enrol_member(session, world.officer, gone.person_id, world.north, "lists", **wanted)
    with pytest.raises(NotAMember):
        enrol_member(session, world.officer, member.person_id, world.south, "lists", **wanted)
    for actor, place in ((member, world.north), (world.officer, world.stranger),
                         (world.officer, 999_999)):  # fmt: skip
        with pytest.raises(NotFound):
            enrol_member(session, actor, member.person_id, place, "lists", **wanted)
    assert count(session) == 0
