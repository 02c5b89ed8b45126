"""From the sign-in to a certificate that a stranger checks: by pages without a script, and by the API alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_babel import gettext
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.credentials.models import Credential, Document
from lms.questions.domain import get_type
from lms.quizzes.models import Answer
from lms.quizzes.queries import SlotQuestion, list_questions
from lms.web.formats import as_date
from tests.factories import MODULE, PASSWORD, Factory
from tests.jobs.waiting import run_waiting
from tests.visitor import Visitor, nothing_changes

HOLDER = "Aïssata Koné-N’Guessan"
TITLES = {
    "fr": "Inscription et identification des électeurs",
    "en": "Voter registration and identification",
}
SAME_IN_FRENCH = {"Modules"}
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture
def login(make: Factory) -> str:
    """The user name of somebody who may learn; the course is there."""
    make.courses()
    make.person("Aïssata", "Koné-N’Guessan", confirms_name=False)
    return "person1"


@pytest.fixture
def say(app: Flask, language: str) -> Callable[..., str]:
    """Return the interface's own sentence in the language of the test."""

    def translate(text: str, **params: Any) -> str:
        with app.test_request_context(headers={"Accept-Language": language}):
            sentence = gettext(text, **params)
        is_french = sentence != text or text in SAME_IN_FRENCH
        assert language == "en" or is_french, f"{text!r} is not translated"
        return " ".join(sentence.split())

    return translate


def right(slot: SlotQuestion) -> list[str]:
    choices: list[str] = get_type(slot.type).right_response(slot.body)["choices"]
    return choices


def list_secrets(slots: list[SlotQuestion]) -> set[str]:
    """Return what nobody may read before submission: every feedback, in every language."""
    texts = [option["feedback"] for slot in slots for option in slot.rendered["options"]]
    texts += [slot.rendered["feedback"] for slot in slots]
    return {text for by_language in texts for text in by_language.values() if text}


@LANGUAGES
def test_a_learner_without_a_script_reads_passes_and_holds_a_certificate_that_anybody_can_check(
    app, session, client, login, language, say
):
    visitor = Visitor(client, session, language)

    # Sign in, from the home page.
    visitor.go("/")
    visitor.follow(say("Sign in"))
    visitor.press(say("Sign in"), login=login, password="not this one")
    assert visitor.page.status == 401
    visitor.press(say("Sign in"), password=PASSWORD)
    assert visitor.page.title == say("My learning")

    # Find the module and enrol.
    visitor.follow(say("Modules"))
    visitor.follow(TITLES[language])
    visitor.press(say("Enrol"))
    enrolment_path = visitor.page.path
    assert visitor.page.title == TITLES[language]
    assert say("You are enrolled. Good reading!") in visitor.page.text
    assert say("Locked") in visitor.page.text

    # Read the lesson; reading alone completes nothing.
    visitor.follow(say("Start"))
    lesson_path = visitor.page.path
    visitor.go(enrolment_path)
    assert say("%(done)s of %(total)s done", done=0, total=2) in visitor.page.text
    visitor.go(lesson_path)
    visitor.press(say("I have read this"))
    visitor.go(lesson_path)
    assert say("You have marked this lesson as read.") in visitor.page.text
    assert not visitor.page.has_button(say("I have read this"))
    visitor.go(enrolment_path)
    assert say("%(done)s of %(total)s done", done=1, total=2) in visitor.page.text

    # Begin the quiz, save one answer, and try to submit.
    visitor.follow(say("Resume"))
    visitor.press(say("Start the test"))
    attempt_path = visitor.page.path
    slots = list_questions(session, int(attempt_path.rsplit("/", 1)[1]))
    assert len(slots) == 5
    first = {f"slot_{slots[0].number}": right(slots[0])}
    visitor.press(say("Save"), **first)
    assert say("Your answers are saved.") in visitor.page.text
    visitor.press(say("Finish and submit"))
    assert visitor.page.title == say("Submit this attempt?")
    unanswered = [
        link.attrib["href"] for link in visitor.page.root.iter("a") if "#q" in link.attrib["href"]
    ]
    assert unanswered == [f"{attempt_path}#q{number}" for number in (2, 3, 4, 5)]

    # Go back: the answer is still there. Answer the rest and submit.
    visitor.follow(say("Back to the questions"))
    assert visitor.page.path == attempt_path
    rest = {f"slot_{slot.number}": right(slot) for slot in slots[1:]}
    visitor.press(say("Finish and submit"), **rest)
    assert say("A question without an answer counts as wrong. Go to:") not in visitor.page.text
    secrets = list_secrets(slots)
    assert len(secrets) > 2 * 3 * len(slots)
    for page in visitor.pages:
        assert not [text for text in secrets if text in page.html], page.path
        assert "fraction" not in page.html

    # Pass, and see what was right, and why.
    visitor.press(say("Submit now"))
    assert visitor.page.title == say("You passed")
    for slot in slots:
        for option in slot.rendered["options"]:
            assert option["text"][language] in visitor.page.html
            assert option["feedback"][language] in visitor.page.html
    assert visitor.page.text.count(say("Right answer")) == sum(map(len, map(right, slots)))
    visitor.go(attempt_path)
    assert visitor.page.path == f"{attempt_path}/review"

    # The certificate waits for one thing: how the name is to read.
    visitor.follow(say("The module is complete: confirm your name for the certificate"))
    assert HOLDER in visitor.page.text
    visitor.press(say("Confirm this name"))

    # It is being made, then it is there.
    assert visitor.page.path == "/my/certificates"
    assert say("Being made") in visitor.page.text
    assert int(visitor.page.response.headers["Refresh"]) > 0
    run_waiting(app)
    visitor.go(visitor.page.path)
    assert say("Being made") not in visitor.page.text
    assert "Refresh" not in visitor.page.response.headers
    for code, name in (("fr", "Français"), ("en", "English")):
        response = visitor.download(f"{say('Download in:')} {name}")
        assert response.mimetype == "application/pdf"
        text = PdfReader(BytesIO(response.data)).pages[0].extract_text()
        assert HOLDER in text
        assert TITLES[code] in " ".join(text.split())

    # A stranger checks the code that is printed.
    credential = session.scalars(select(Credential)).one()
    code = "-".join(credential.code[at : at + 4] for at in range(0, 16, 4))
    stranger = Visitor(app.test_client(), session, language)
    stranger.go("/verify")
    stranger.press(say("Check"), code=code.lower().replace("-", " "))
    assert stranger.page.path == f"/verify/{code}"
    with app.test_request_context(headers={"Accept-Language": language}):
        date = as_date(credential.completed_on)
    for fact in (
        say("Valid, but only a specimen"),
        credential.number,
        code,
        HOLDER,
        TITLES[language],
        "22 min",
        " ".join(date.split()),
        *session.scalars(select(Document.sha256)),
    ):
        assert fact in stranger.page.text
    assert say("My certificates") not in stranger.page.text


class ApiVisitor:
    """A program with a token; that a GET changes nothing is seen each time."""

    def __init__(self, app: Flask, session: Session, language: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.session = session
        self.headers = {"Accept-Language": language}
        self.bodies: list[str] = []
        self.last: TestResponse

    def get(self, path: str, status: int = 200) -> Any:
        with nothing_changes(self.session):
            return self._read(self.client.get(path, headers=self.headers), status)

    def send(self, method: str, path: str, status: int, body: object = None) -> Any:
        response = self.client.open(path, method=method, json=body or {}, headers=self.headers)
        return self._read(response, status)

    def _read(self, response: Any, status: int) -> Any:
        assert response.status_code == status, response.text
        self.last = response
        if response.mimetype == "application/pdf":
            return response
        self.bodies.append(response.text)
        return response.json


@LANGUAGES
def test_a_program_does_the_same_by_the_api_alone(app, session, login, language):
    api = ApiVisitor(app, session, language)
    token = api.send("POST", "/api/v1/tokens", 201, {"login": login, "password": PASSWORD})
    api.headers["Authorization"] = f"Bearer {token['token']}"

    # Find and enrol, twice.
    assert [item["slug"] for item in api.get("/api/v1/modules?q=registr")["items"]] == [MODULE]
    assert api.get(f"/api/v1/modules/{MODULE}")["title"] == TITLES[language]
    enrolment = api.send("POST", "/api/v1/enrolments", 201, {"module": MODULE})
    assert api.send("POST", "/api/v1/enrolments", 200, {"module": MODULE}) == enrolment
    path = f"/api/v1/enrolments/{enrolment['id']}"
    assert [item["id"] for item in api.get("/api/v1/enrolments")["items"]] == [enrolment["id"]]
    assert (enrolment["progress"], enrolment["completed_at"]) == (0, None)
    assert enrolment["waiting_for"] == ["completion", "name"]
    lesson, quiz = enrolment["activities"]
    assert (lesson["state"], quiz["state"]) == ("open", "locked")
    assert [lock["key"] for lock in quiz["locked_by"]] == [lesson["key"]]
    api.send("POST", f"{path}/activities/{quiz['key']}/attempts", 409)

    # Read.
    text = api.get(f"{path}/activities/{lesson['key']}")
    assert (text["title"], text["language"]) == (lesson["title"], language)
    done = api.send("POST", f"{path}/activities/{lesson['key']}/completion", 200)
    assert (done["progress"], [one["state"] for one in done["activities"]]) == (
        0.5, ["done", "open"],
    )  # fmt: skip
    api.send("POST", f"{path}/activities/{quiz['key']}/completion", 409)

    # Answer.
    attempt = api.send("POST", f"{path}/activities/{quiz['key']}/attempts", 201)
    again = api.send("POST", f"{path}/activities/{quiz['key']}/attempts", 200)
    assert {**again, "now": attempt["now"]} == attempt
    assert (attempt["language"], attempt["deadline_at"], attempt["score"]) == (language, None, None)
    slots = list_questions(session, attempt["id"])
    for shown, slot in zip(attempt["slots"], slots, strict=True):
        assert shown["prompt"] == slot.rendered["prompt"][language]
        assert {option["id"] for option in shown["options"]} == set(slot.prepared["order"])
        assert {frozenset(option) for option in shown["options"]} == {frozenset({"id", "text"})}
        assert shown.get("review") is None
    answers = f"/api/v1/attempts/{attempt['id']}/answers"
    saves = [
        {"slot": slot.number, "number": 1, "base": 0, "response": {"choices": right(slot)}}
        for slot in slots
    ]
    first = api.send("PUT", answers, 200, {"client": "phone", "saves": saves[:2]})
    assert [(one["slot"], one["revision"], one["current"]) for one in first["receipts"]] == [
        (1, 1, True), (2, 1, True),
    ]  # fmt: skip
    repeated = api.send("PUT", answers, 200, {"client": "phone", "saves": saves[:2]})
    assert repeated["receipts"] == first["receipts"]
    seen = api.get(f"/api/v1/attempts/{attempt['id']}")
    assert [slot["revision"] for slot in seen["slots"]] == [1, 1, 0, 0, 0]
    assert seen["slots"][0]["answer"] == {"choices": sorted(right(slots[0]))}
    secrets = list_secrets(slots)
    for body in api.bodies:
        assert not [text for text in secrets if text in body]
        assert "fraction" not in body

    # Submit with what was not yet sent, and submit again.
    submission = f"/api/v1/attempts/{attempt['id']}/submission"
    result = api.send("POST", submission, 201, {"client": "phone", "saves": saves})
    assert (result["score"], result["passed"]) == (1, True)
    assert result["receipts"][:2] == first["receipts"]
    again = api.send("POST", submission, 200)
    assert (again["score"], again["passed"], again["receipts"]) == (1, True, [])
    late = [{**saves[0], "number": 2, "base": 1, "response": {"choices": []}}]
    (receipt,) = api.send("PUT", answers, 200, {"client": "phone", "saves": late})["receipts"]
    assert (receipt["current"], receipt["late"]) == (False, True)
    reviewed = api.get(f"/api/v1/attempts/{attempt['id']}")
    for shown, slot in zip(reviewed["slots"], slots, strict=True):
        assert shown["review"]["mark"] == 1
        worth = {one["id"] for one in shown["review"]["lines"] if one["fraction"] > 0}
        assert worth == set(right(slot))
        assert {one["feedback"] for one in shown["review"]["lines"]} == {
            option["feedback"][language] for option in slot.rendered["options"]
        }
    complete = api.get(path)
    assert (complete["progress"], complete["waiting_for"]) == (1, ["name"])
    assert complete["completed_at"] is not None

    # Say how the name is to read: that issues the certificate.
    assert api.get("/api/v1/credentials")["items"] == []
    name = api.get("/api/v1/me/certificate-name")
    assert (name["printed_name"], name["waiting"]) == (None, [enrolment["id"]])
    parts = {key: name[key] for key in ("given_names", "family_names", "name_order")}
    confirmed = api.send("PUT", "/api/v1/me/certificate-name", 200, parts)
    assert (confirmed["printed_name"], len(confirmed["issued"])) == (HOLDER, 1)
    assert api.get(path)["waiting_for"] == []

    # Download and check.
    (credential,) = api.get("/api/v1/credentials")["items"]
    assert (credential["title"], credential["languages"]) == (TITLES[language], [])
    pdf = f"/api/v1/credentials/{credential['number']}.pdf"
    job_path = f"/api/v1/jobs/{api.get(pdf, 202)['job']}"
    assert api.last.headers["Location"] == job_path
    assert api.get(job_path)["state"] == "waiting"
    run_waiting(app)
    job = api.get(job_path)
    assert (job["state"], job["progress"]) == ("done", 1)
    api.headers.pop("Authorization")
    api.get("/api/v1/credentials", 401)
    checked = api.get(f"/api/v1/verify/{credential['code']}")
    api.headers["Authorization"] = f"Bearer {token['token']}"
    assert (checked["state"], checked["specimen"]) == ("valid", True)
    assert (checked["holder"], checked["module"]) == (HOLDER, TITLES[language])
    assert (checked["number"], checked["hours"]) == (credential["number"], 0.37)
    assert checked["date"] == complete["completed_at"][:10]
    hashes = {file["language"]: file["sha256"] for file in checked["files"]}
    for code in ("fr", "en"):
        content = api.get(f"{pdf}?language={code}").data
        assert hashlib.sha256(content).hexdigest() == hashes[code]


def test_a_learner_goes_on_at_another_device_where_the_first_stopped(app, session, login):
    devices = [Visitor(app.test_client(), session, "en") for _ in range(2)]
    for device in devices:
        device.go("/login")
        device.press("Sign in", login=login, password=PASSWORD)
    first, second = devices
    first.go(f"/catalogue/{MODULE}")
    first.press("Enrol")
    first.follow("Start")
    first.press("I have read this")
    first.press("Start the test")
    slots = list_questions(session, int(first.page.path.rsplit("/", 1)[1]))
    first.press("Save", slot_1=right(slots[0]))

    second.go("/my")
    second.follow("Resume")
    second.follow("Continue the attempt")

    assert second.page.path == first.page.path
    ticked = {
        field.attrib["value"]
        for field in second.page.root.iter("input")
        if field.get("name") == "slot-1.choices" and "checked" in field.attrib
    }
    assert ticked == set(right(slots[0]))
    # What the second answers counts; the first, which has not seen it, is told and changes nothing.
    second.press("Save", slot_2=right(slots[1]))
    wrong = next(key for key in slots[1].prepared["order"] if key not in right(slots[1]))
    first.press("Save", slot_2=[wrong])
    assert "Another device had answered meanwhile" in first.page.text
    kept = session.scalars(select(Answer).where(Answer.slot == 2).order_by(Answer.revision)).all()
    assert [(one.is_current, one.response["choices"]) for one in kept] == [
        (True, sorted(right(slots[1]))),
        (False, [wrong]),
    ]
