"""What the tests of quizzes stand on: a clock that stands still, and somebody who sits a quiz."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.core import clock as real_clock
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.quizzes.sitting import QUIZ, Clock, Sitting


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The server's clock, at the test's beginning."""
    clock = Clock(NOW)
    monkeypatch.setattr(real_clock, "now", lambda: clock.now)
    return clock


@pytest.fixture
def sit(app: Flask, make: Factory, clock: Clock) -> Callable[..., Sitting]:
    """Enrol somebody in a module whose quiz has those settings; what else is named changes the module."""

    def enrol(settings: dict[str, Any] | None = None, **changes: Any) -> Sitting:
        make.modules(QUIZ.with_(settings=settings or {}, **changes))
        actor = make.person(language="en")
        enrolment_id = make.enrolment(actor, "lists")
        browser = sign_in(app.test_client(), actor)
        return Sitting(app, make, clock, actor, enrolment_id, browser)

    return enrol
