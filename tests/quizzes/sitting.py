"""Somebody who sits a quiz by the API and by its pages, while the test sets the server's clock."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.i18n import Message
from lms.core.permissions import SITE, Actor, Role
from lms.learning.queries import ActivityLine, get_enrolment
from lms.questions.domain import get_type, option_key
from lms.quizzes import queries
from lms.quizzes.models import Answer, Attempt
from lms.web.formats import as_sentence
from tests.factories import Factory, form_token, sign_in
from tests.made_courses import Listed, MadeModule
from tests.visitor import Page

QUIZ = MadeModule(activities=(Listed("test", "quiz"), Listed("reading", after=("test",))))


class Clock:
    """The server's clock, which stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.start = now
        self.now = now

    def set(self, *, minutes: float = 0, seconds: float = 0, microseconds: int = 0) -> None:
        """Let it be so long after the start."""
        self.now = self.start + timedelta(
            minutes=minutes, seconds=seconds, microseconds=microseconds
        )


@dataclass
class Sitting:
    """A learner's enrolment with a quiz, and the attempt begun last."""

    app: Flask
    make: Factory
    clock: Clock
    actor: Actor
    enrolment_id: int
    browser: FlaskClient
    attempt_id: int = 0
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    # --- By the API -------------------------------------------------------------------------------

    def api(self, method: str, path: str, body: Any = None, language: str = "en") -> TestResponse:
        """Send a request to the API, in a language."""
        headers = {"X-CSRFToken": form_token(self.browser)}
        self.browser.set_cookie("language", language)
        return self.browser.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def api_raw(self, body: str | bytes) -> TestResponse:
        """Send what is said to be JSON to where answers are saved."""
        return self.browser.put(
            f"/api/v1{self.path}/answers",
            data=body,
            content_type="application/json",
            headers={"X-CSRFToken": form_token(self.browser)},
        )

    def start(self) -> TestResponse:
        """Begin an attempt, or go on with the one that is open."""
        reply = self.api("POST", f"/enrolments/{self.enrolment_id}/activities/test/attempts")
        if reply.status_code in {200, 201}:
            self.attempt_id = reply.json["id"]
        return reply

    def show(self, **more: Any) -> dict[str, Any]:
        """Return the attempt as the API shows it."""
        reply = self.api("GET", f"/attempts/{self.attempt_id}", **more)
        assert reply.status_code == 200
        shown: dict[str, Any] = reply.json
        return shown

    def show_slot(self, key: str, **more: Any) -> dict[str, Any]:
        """Return one question of the attempt as the API shows it."""
        number = self.slot(key)
        return next(slot for slot in self.show(**more)["slots"] if slot["slot"] == number)

    def send(self, *saves: Mapping[str, Any], client: str = "phone", **more: Any) -> TestResponse:
        """Save as it is said, whatever that is."""
        body = {"client": client, "saves": list(saves)}
        return self.api("PUT", f"/attempts/{self.attempt_id}/answers", body, **more)

    def save(
        self,
        key: str,
        response: Any,
        *,
        base: int = 0,
        client: str = "phone",
        typed_in: str | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """Save an answer under the client's next number, and return its receipt; `language` is the reader's."""
        save = self.as_save(key, response, base=base, client=client, language=typed_in)
        reply = self.send(save, client=client, language=language)
        assert reply.status_code == 200, reply.text
        receipt: dict[str, Any] = reply.json["receipts"][0]
        return receipt

    def as_save(
        self, key: str, response: Any, *, base: int = 0, client: str = "phone", **more: Any
    ) -> dict[str, Any]:
        """Return a save under the client's next number."""
        slot = self.slot(key)
        number = self.numbers[client, slot] = self.numbers.get((client, slot), 0) + 1
        return {"slot": slot, "number": number, "base": base, "response": response, **more}

    def submit(self, *saves: Mapping[str, Any], client: str = "phone", **more: Any) -> TestResponse:
        """Submit, with what was not yet acknowledged."""
        body = {"client": client, "saves": list(saves)}
        return self.api("POST", f"/attempts/{self.attempt_id}/submission", body, **more)

    def sit(self, *right: str) -> dict[str, Any]:
        """Begin an attempt, answer those questions right and no other, submit, and return the result."""
        assert self.start().status_code == 201
        self.numbers.clear()
        reply = self.submit(*(self.as_save(key, self.right(key)) for key in right))
        assert reply.status_code == 201
        result: dict[str, Any] = reply.json
        return result

    def turn(self, page: Any, **more: Any) -> TestResponse:
        """Go on to a page."""
        return self.api("POST", f"/attempts/{self.attempt_id}/page", {"page": page}, **more)

    def check(self, key: str, **more: Any) -> TestResponse:
        """Make an answer final."""
        path = f"/attempts/{self.attempt_id}/slots/{self.slot(key)}/check"
        return self.api("POST", path, **more)

    # --- By pages ---------------------------------------------------------------------------------

    def go(self, path: str | None = None, language: str = "en") -> Page:
        """Open an address and where it leads, the attempt's unless another is named."""
        self.browser.set_cookie("language", language)
        path = path or self.path
        return Page(self.browser.get(path, follow_redirects=True), path)

    @property
    def path(self) -> str:
        """The address of the attempt."""
        return f"/attempts/{self.attempt_id}"

    def post(self, path: str, form: Mapping[str, Any], language: str = "en") -> TestResponse:
        """Send a page's form."""
        self.browser.set_cookie("language", language)
        token = form_token(self.browser)
        return self.browser.post(path, data={"csrf_token": token, **form})

    def send_page(
        self,
        answers: Mapping[str, Any],
        *,
        client: str = "page",
        bases: Mapping[str, int] | None = None,
        at: str = "answers",
        query: str = "",
        language: str = "en",
        **buttons: Any,
    ) -> TestResponse:
        """Send a page with those questions on it, by key; each answer holds values by path."""
        form: dict[str, Any] = {"client": client, **buttons}
        for key, values in answers.items():
            slot = self.slot(key)
            form[f"base-{slot}"] = str((bases or {}).get(key, 0))
            form |= {f"slot-{slot}.{path}": value for path, value in values.items()}
        return self.post(f"{self.path}/{at}{query}", form, language)

    def say(self, text: str, language: str, **params: Any) -> str:
        """Return a sentence of the product in a language, moments in it written out."""

        def translate() -> str:
            with self.app.test_request_context(headers={"Cookie": f"language={language}"}):
                return as_sentence(Message(text, params))

        # In the test's own context, a language would stay with it.
        return Context().run(translate)

    # --- What came of it --------------------------------------------------------------------------

    def slot(self, key: str) -> int:
        """Return the number of the slot that drew the question with that key."""
        drawn = queries.list_questions(self.make.session, self.attempt_id)
        return next(slot.number for slot in drawn if slot.body["key"] == key)

    def right(self, key: str) -> Any:
        """Return the right response to a question."""
        drawn = queries.list_questions(self.make.session, self.attempt_id)
        body = next(slot for slot in drawn if slot.body["key"] == key)
        return get_type(body.type).right_response(body.body)

    def answers(self) -> dict[str, Any]:
        """Return the answers that count, by the questions' keys."""
        drawn = queries.list_questions(self.make.session, self.attempt_id)
        found = queries.list_current_answers(self.make.session, self.attempt_id)
        return {
            slot.body["key"]: found[slot.number].response for slot in drawn if slot.number in found
        }

    def kept(self) -> int:
        """Return how many saves of the attempt were kept."""
        return self.count(Answer, Answer.attempt_id == self.attempt_id)

    def count(self, model: Any, *conditions: Any) -> int:
        """Return how many rows a table has."""
        found = self.make.session.scalar(select(func.count()).select_from(model).where(*conditions))
        assert found is not None
        return found

    def attempt(self) -> Attempt:
        """Return the attempt's row as it is now."""
        self.make.session.expire_all()
        return self.make.session.get_one(Attempt, self.attempt_id)

    def line(self, actor: Actor | None = None) -> ActivityLine:
        """Return the quiz on the module page, as its learner or somebody else sees it."""
        self.make.session.expire_all()
        page = get_enrolment(
            self.make.session,
            actor or self.actor,
            self.enrolment_id,
            language="en",
            with_notes=True,
        )
        return page.get_line("test")

    def as_trainer(self) -> Sitting:
        """Return the same attempt in the browser of a trainer."""
        trainer = self.make.person("Théo", roles=(Role.TRAINER,), scope=SITE)
        browser = sign_in(self.app.test_client(), trainer)
        return Sitting(
            self.app, self.make, self.clock, trainer, self.enrolment_id, browser, self.attempt_id
        )


def choose(question: str, *options: str) -> dict[str, list[str]]:
    """Return the response that chooses those options, sorted as it is kept."""
    return {"choices": sorted(option_key(question, f"{question}-{one}") for one in options)}
