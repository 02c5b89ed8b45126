"""The server's clock counts, the page shows it rightly on any device, and what was answered in time is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select, update

from lms.core.permissions import Role
from lms.quizzes.commands import extend_deadline, submit_attempt
from lms.quizzes.models import Attempt
from tests.browser.sitting import (
    ONE_QUIZ,
    Room,
    Sitting,
    choose,
    come_back,
    saving,
    status,
)
from tests.made_courses import MadeModule, single

pytestmark = pytest.mark.browser

TIMED = MadeModule(
    "timed",
    activities=ONE_QUIZ,
    questions=(single("alpha"), single("beta")),
    draw=2,
    settings={"time_limit": 12, "grace": 60},
)
WITHOUT_GRACE = TIMED.with_(slug="strict", settings={"time_limit": 12})
ASKED = "**/api/v1/attempts/*/time"
# Time to do something before the end, on a machine that may be busy.
SECONDS = 6


def end_in(sitting: Sitting, **time: float) -> None:
    """Move the attempt's deadline."""
    with sitting.product.making() as make:
        make.session.execute(
            update(Attempt)
            .where(Attempt.id == sitting.attempt_id)
            .values(deadline_at=make.now + timedelta(**time))
        )


def open_timed(sitting: Sitting) -> Page:
    """Open the attempt in a tab of its own, which has asked for the time once."""
    page = sitting.context.new_page()
    with page.expect_response(ASKED):
        page.goto(f"/attempts/{sitting.attempt_id}")
    return page


def open_shortly_before_the_end(sitting: Sitting, **more: float) -> Page:
    """Open the attempt, and let its page know that it ends in `SECONDS` and `more`."""
    page = open_timed(sitting)
    assert seconds_shown(page) > 600
    end_in(sitting, seconds=SECONDS, **more)
    with page.expect_response(ASKED):
        come_back(page)
    return page


def wait_for_last_seconds(page: Page) -> None:
    """Wait for the last three seconds; `expect` looks too seldom not to miss them."""
    page.evaluate(
        """() => new Promise((resolve) => {
          const timer = document.querySelector("[role=timer]");
          const look = () => /00:0[123]/.test(timer.textContent) && resolve();
          new MutationObserver(look).observe(timer, { childList: true });
          look();
        })"""
    )


def row(sitting: Sitting) -> Attempt:
    with sitting.product.reading() as session:
        found = session.scalars(select(Attempt).where(Attempt.id == sitting.attempt_id)).one()
        session.expunge(found)
    return found


def timer(page: Page) -> Locator:
    return page.get_by_role("timer")


def seconds_shown(page: Page) -> int:
    """Return what the countdown shows."""
    expect(timer(page)).to_be_visible()
    parts = re.findall(r"\d+", timer(page).inner_text())
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))


def put_clock_wrong(context: BrowserContext, hours: int) -> None:
    """Set the device's clock wrong, before it opens a page."""
    context.add_init_script(
        f"""{{
          const off = {hours} * 3600 * 1000;
          window.off = off;
          const Right = Date;
          window.Date = class extends Right {{
            constructor(...given) {{
              if (given.length) super(...given);
              else super(Right.now() + window.off);
            }}
            static now() {{
              return Right.now() + window.off;
            }}
          }};
        }}"""
    )


def expect_review(page: Page, sitting: Sitting) -> None:
    expect(page).to_have_url(re.compile(f"/attempts/{sitting.attempt_id}/review$"), timeout=15_000)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_device_whose_clock_is_an_hour_off_shows_what_is_left_and_saves_in_time(
    room: Room, hours: int
) -> None:
    sitting = room.seat(TIMED)
    put_clock_wrong(sitting.context, hours)
    page = sitting.open()

    assert 11 * 60 < seconds_shown(page) <= 12 * 60
    with saving(page):
        chosen = choose(page, 1, 0)
    sitting.expect_saved(page)
    assert sitting.saved() == {1: chosen}
    assert row(sitting).submitted_at is None


def test_a_clock_that_is_changed_or_slept_makes_the_page_ask_again(room: Room) -> None:
    sitting = room.seat(TIMED)
    put_clock_wrong(sitting.context, 0)
    page = open_timed(sitting)
    before = seconds_shown(page)
    end_in(sitting, minutes=5)
    with page.expect_response(ASKED):
        page.evaluate("window.off = -3600 * 1000")

    expect(timer(page)).to_contain_text("04:", timeout=10_000)
    assert before - seconds_shown(page) > 6 * 60


def test_the_time_is_announced_at_ten_minutes_and_not_every_second(room: Room) -> None:
    sitting = room.seat(TIMED)
    page = open_shortly_before_the_end(sitting, minutes=10)
    announcement = page.locator("[role=timer] + [aria-live=polite]")
    assert seconds_shown(page) > 600
    expect(announcement).to_have_text(sitting.say("%(time)s left", time="11 minutes"))
    expect(timer(page)).to_have_attribute("aria-live", "off")

    expect(announcement).to_have_text(
        sitting.say("%(time)s left", time="10 minutes"), timeout=SECONDS * 2000
    )
    shown = announcement.inner_text()
    at = seconds_shown(page)
    expect(timer(page)).not_to_contain_text(f"{at // 60:02}:{at % 60:02}")
    assert announcement.inner_text() == shown


def test_at_the_end_the_page_submits_itself_with_what_was_typed_last(room: Room) -> None:
    sitting = room.seat(TIMED)
    page = open_shortly_before_the_end(sitting)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    wait_for_last_seconds(page)
    chosen = choose(page, 2, 1)

    expect_review(page, sitting)
    assert sitting.saved() == {2: chosen}
    closed = row(sitting)
    assert closed.submitted_at is not None
    assert closed.deadline_at is not None
    assert closed.submitted_at >= closed.deadline_at
    assert not closed.is_timed_out
    assert sent.count("POST") == 1


def test_without_grace_what_was_typed_in_the_last_seconds_is_sent_before_the_end(
    room: Room,
) -> None:
    sitting = room.seat(WITHOUT_GRACE)
    page = open_shortly_before_the_end(sitting)
    wait_for_last_seconds(page)
    chosen = choose(page, 2, 1)

    expect_review(page, sitting)
    assert sitting.saved() == {2: chosen}


def test_a_deadline_that_is_moved_while_the_page_is_open_is_taken_over(room: Room) -> None:
    sitting = room.seat(TIMED)
    page = open_timed(sitting)
    until = page.locator(".deadline")
    was = until.inner_text()
    assert seconds_shown(page) <= 12 * 60
    with sitting.product.making() as make:
        trainer = make.person(roles=(Role.TRAINER,))
        extend_deadline(
            make.session,
            trainer,
            sitting.attempt_id,
            minutes=30,
            reason="A power cut",
            now=make.now,
        )
    come_back(page)

    expect(timer(page)).to_contain_text("41:")
    assert until.inner_text() != was


def test_a_deadline_that_was_moved_unseen_is_taken_over_at_the_old_end(room: Room) -> None:
    sitting = room.seat(TIMED)
    page = open_shortly_before_the_end(sitting)
    expect(timer(page)).to_contain_text("00:0")
    end_in(sitting, minutes=20)

    expect(timer(page)).to_contain_text("19:", timeout=SECONDS * 2000)
    assert row(sitting).submitted_at is None
    with saving(page):
        chosen = choose(page, 1, 1)
    assert sitting.saved() == {1: chosen}


def test_without_a_network_at_the_end_the_answers_wait_and_are_submitted_in_the_grace(
    room: Room,
) -> None:
    sitting = room.seat(TIMED)
    page = open_shortly_before_the_end(sitting)
    sitting.context.set_offline(True)
    chosen = choose(page, 1, 1)
    sitting.expect_waiting(page, 1)
    expect(timer(page)).to_have_text(sitting.say("The time is over."), timeout=SECONDS * 2000)
    sitting.expect_waiting(page, 1)
    assert sitting.saved() == {}
    sitting.context.set_offline(False)

    expect_review(page, sitting)
    assert sitting.saved() == {1: chosen}
    assert not row(sitting).is_timed_out


def test_an_attempt_that_ended_elsewhere_is_told_as_soon_as_the_page_asks(room: Room) -> None:
    sitting = room.seat(TIMED)
    page = open_timed(sitting)
    assert seconds_shown(page) > 0
    with sitting.product.making() as make:
        submit_attempt(make.session, sitting.learner, sitting.attempt_id, now=make.now)
    come_back(page)

    expect(status(page)).to_have_text(
        sitting.say(
            "This attempt has ended, so nothing more can be saved. Reload the page to see the result."
        )
    )
    expect(timer(page)).to_be_hidden()


def test_without_a_script_the_page_names_the_end_and_what_comes_later_is_told(room: Room) -> None:
    sitting = room.seat(WITHOUT_GRACE, java_script_enabled=False)
    page = sitting.open()
    expect(page.locator(".deadline")).to_contain_text("UTC")
    expect(timer(page)).to_be_hidden()
    end_in(sitting, seconds=-1)
    choose(page, 1, 1)
    sitting.button(page, "Save").click()

    expect_review(page, sitting)
    expect(
        page.get_by_text(
            sitting.say("The time was over, so what you had saved until then was submitted.")
        )
    ).to_be_visible()
    expect(
        page.get_by_text(
            sitting.say(
                "This came after the end of the attempt. It was kept, but does not count: "
                "questions %(numbers)s.",
                numbers="1",
            )
        )
    ).to_be_visible()
    assert sitting.saved() == {}
