"""Two devices answer the same question: both answers are kept, and the learner says which one counts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from lms.quizzes.commands import check_answer
from tests.browser.sitting import (
    ONE_QUIZ,
    Room,
    Sitting,
    choose,
    is_save,
    option,
    saving,
    status,
    unplug,
    unsent,
)
from tests.browser.world import answer
from tests.made_courses import MadeModule, single

pytestmark = pytest.mark.browser


@pytest.fixture
def sitting(room: Room) -> Sitting:
    return room.seat()


def told(sitting: Sitting, which: str, slot: int = 1) -> str:
    """Return what the line of saving says of a slot where another device had answered."""
    return sitting.say(which, numbers=slot)


CHOOSE = (
    "Questions where another device had answered meanwhile: %(numbers)s. "
    "Choose there which answer counts."
)
NEWER = (
    "Questions where another device answered later: %(numbers)s. "
    "Its answer is shown there, and counts."
)
FINAL = (
    "The answers to these questions were final already. What came after was kept, but does not "
    "count: questions %(numbers)s."
)


def meet(room: Room, sitting: Sitting) -> tuple[Page, list[str], list[str]]:
    """Answer at one device, then otherwise at another that did not see it; return the other's page and both."""
    there = room.second_device(sitting)
    here_page, there_page = sitting.open(), there.open()
    with saving(here_page):
        first = choose(here_page, 1, 0)
    sitting.expect_saved(here_page)
    with saving(there_page):
        second = choose(there_page, 1, 1)
    expect(status(there_page)).to_contain_text(told(sitting, CHOOSE))
    return there_page, first, second


@pytest.mark.parametrize("takes_the_other", [True, False])
def test_both_answers_are_kept_and_shown_and_the_choice_settles_it(
    room: Room, sitting: Sitting, takes_the_other: bool
) -> None:
    page, first, second = meet(room, sitting)
    assert sitting.saved() == {1: first}
    rival = page.locator("#q1 [data-rival]")
    for place in (0, 1):
        words = option(page, 1, place).locator("..").inner_text().strip()
        expect(rival.get_by_text(words)).to_be_visible()
    sitting.button(
        page, "Take the other one" if takes_the_other else "Keep the one that counts"
    ).click()

    expect(rival).to_be_empty()
    assert sitting.saved() == {1: second if takes_the_other else first}
    expect(option(page, 1, 1 if takes_the_other else 0)).to_be_checked()
    expect(page.locator("#q1 input:checked")).to_have_count(1)


def test_what_is_answered_after_both_were_shown_counts(room: Room, sitting: Sitting) -> None:
    page, _, _ = meet(room, sitting)
    with saving(page):
        third = choose(page, 1, 2)

    expect(page.locator("#q1 [data-rival]")).to_be_empty()
    expect(status(page)).not_to_contain_text(told(sitting, CHOOSE))
    assert sitting.saved() == {1: third}


def test_both_answers_are_there_after_a_reload_too(room: Room, sitting: Sitting) -> None:
    page, first, _ = meet(room, sitting)
    page.reload()

    expect(sitting.button(page, "Take the other one")).to_be_visible()
    expect(option(page, 1, 0)).to_be_checked()
    assert sitting.saved() == {1: first}


def test_the_same_answer_at_two_devices_is_no_difference(room: Room, sitting: Sitting) -> None:
    before, after = sitting.open(), room.second_device(sitting).open()
    with saving(after):
        chosen = choose(after, 1, 0)
    sitting.expect_saved(after)
    with saving(before):
        choose(before, 1, 0)

    sitting.expect_saved(before)
    expect(status(before)).not_to_contain_text("·")
    expect(before.locator("#q1 [data-rival]")).to_be_empty()
    assert sitting.saved() == {1: chosen}


def test_an_answer_that_another_device_gave_after_both_is_shown(
    room: Room, sitting: Sitting
) -> None:
    before, after = sitting.open(), room.second_device(sitting).open()
    with saving(after):
        choose(after, 1, 0)
    sitting.expect_saved(after)

    newest: list[str] = []

    def hold(route: Route) -> None:
        # While this page asks what there is, the other device answers once more.
        with saving(after):
            newest.extend(choose(after, 1, 2))
        route.continue_()

    before.route(f"**/attempts/{sitting.attempt_id}", hold)
    with saving(before):
        choose(before, 1, 1)

    expect(status(before)).to_contain_text(told(sitting, NEWER))
    expect(option(before, 1, 2)).to_be_checked()
    expect(before.locator("#q1 input:checked")).to_have_count(1)
    assert sitting.saved() == {1: newest}


def test_an_answer_left_unsent_does_not_undo_a_newer_one_and_can_be_chosen(
    sitting: Sitting,
) -> None:
    page = sitting.open()
    unplug(page)
    left = choose(page, 2, 1)
    newer = [str(option(page, 2, 0).get_attribute("value"))]
    sitting.expect_waiting(page, 1)
    page.close()
    with sitting.product.making() as make:
        answer(make, sitting.learner, sitting.attempt_id, {2: newer})

    with sitting.context.expect_event("response", is_save):
        page = sitting.open()
    expect(option(page, 2, 0)).to_be_checked()
    expect(page.locator("#q2 input:checked")).to_have_count(1)
    expect(status(page)).to_contain_text(told(sitting, CHOOSE, 2))
    assert sitting.saved() == {2: newer}
    assert unsent(page) == []
    sitting.button(page, "Take the other one").click()
    expect(option(page, 2, 1)).to_be_checked()
    assert sitting.saved() == {2: left}


def test_what_is_typed_after_another_device_checked_the_answer_is_told_to_be_final(
    room: Room,
) -> None:
    sitting = room.seat(
        MadeModule(
            "checked",
            activities=ONE_QUIZ,
            questions=(single("alpha"), single("beta")),
            draw=2,
            settings={"feedback": "immediate"},
        )
    )
    page = sitting.open()
    with saving(page):
        chosen = choose(page, 1, 0)
    sitting.expect_saved(page)
    with sitting.product.making() as make:
        check_answer(make.session, sitting.learner, sitting.attempt_id, 1, now=make.now)
        make.session.commit()
    with saving(page):
        choose(page, 1, 1)

    expect(status(page)).to_contain_text(told(sitting, FINAL))
    expect(page.locator("#q1 [data-problem]")).to_have_text(
        sitting.say("This question was checked, so its answer is final.")
    )
    assert sitting.saved() == {1: chosen}
    page.reload()
    expect(page.locator("#q1 input")).to_have_count(0)


def test_a_check_shows_what_was_right_and_the_rest_goes_on(room: Room) -> None:
    sitting = room.seat(
        MadeModule(
            "checking",
            activities=ONE_QUIZ,
            questions=(single("alpha"), single("beta")),
            draw=2,
            settings={"feedback": "immediate"},
        )
    )
    page = sitting.open()
    # Its answer must not be taken for that of the next.
    with saving(page):
        chosen = choose(page, 1, 0)
    page.locator("#q1").get_by_role("button", name=sitting.say("Check")).click()
    expect(page.locator("#q1").get_by_text(sitting.say("Right answer"))).to_be_visible()
    with saving(page):
        other = choose(page, 2, 1)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: chosen, 2: other}
