"""The API is what it says: each promised operation is there, and a whole journey's answers fit their schemas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import update

from lms.accounts.models import Person
from lms.catalogue.models import ModuleVersion
from lms.core.db import reading
from lms.core.permissions import Role, Scope, ScopeKind
from lms.quizzes.queries import list_questions
from tests.factories import MODULE, PASSWORD
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule, number, single

LESSON, QUIZ = "methods", "methods-test"

# What scripts rely on: operation → method, path below /api/v1, and its success statuses.
PROMISED = {
    "createToken": ("post", "/tokens", {"201"}),
    "listModules": ("get", "/modules", {"200"}),
    "getModule": ("get", "/modules/{slug}", {"200"}),
    "enrol": ("post", "/enrolments", {"200", "201"}),
    "listEnrolments": ("get", "/enrolments", {"200"}),
    "getEnrolment": ("get", "/enrolments/{enrolment_id}", {"200"}),
    "completeActivity": (
        "post",
        "/enrolments/{enrolment_id}/activities/{key}/completion",
        {"200"},
    ),
    "startAttempt": (
        "post",
        "/enrolments/{enrolment_id}/activities/{key}/attempts",
        {"200", "201"},
    ),
    "getAttempt": ("get", "/attempts/{attempt_id}", {"200"}),
    "saveAnswers": ("put", "/attempts/{attempt_id}/answers", {"200"}),
    "submitAttempt": ("post", "/attempts/{attempt_id}/submission", {"200", "201"}),
    "getAttemptTime": ("get", "/attempts/{attempt_id}/time", {"200"}),
    "turnPage": ("post", "/attempts/{attempt_id}/page", {"200"}),
    "checkAnswer": ("post", "/attempts/{attempt_id}/slots/{slot}/check", {"200"}),
    "getCertificateName": ("get", "/me/certificate-name", {"200"}),
    "confirmName": ("put", "/me/certificate-name", {"200"}),
    "claimParticipation": (
        "post",
        "/enrolments/{enrolment_id}/participation",
        {"200", "201"},
    ),
    "listCredentials": ("get", "/credentials", {"200"}),
    "downloadCredential": ("get", "/credentials/{number}.pdf", {"200", "202"}),
    "verifyCredential": ("get", "/verify/{code}", {"200"}),
    "listMembers": ("get", "/institutions/{institution_id}/members", {"200"}),
    "listInstitutionCredentials": (
        "get",
        "/institutions/{institution_id}/credentials",
        {"200"},
    ),
    "createBundle": ("post", "/institutions/{institution_id}/bundles", {"202"}),
    "getJob": ("get", "/jobs/{job_id}", {"200"}),
    "getJobFile": ("get", "/jobs/{job_id}/file", {"200", "206"}),
    "cancelJob": ("post", "/jobs/{job_id}/cancellation", {"200"}),
}

# The fields that are promised by name; a dot leads into the items of a list.
FIELDS = {
    "createToken": "token expires_at",
    "listModules": "next items.slug items.programme items.title items.summary items.hours items.languages",
    "enrol": "id",
    "listEnrolments": "next items.id",
    "getEnrolment": "progress completed_at waiting_for activities.key activities.kind activities.title"
    " activities.state activities.score activities.locked_by",
    "getAttempt": "deadline_at language slots.slot slots.type slots.prompt slots.options"
    " slots.answer slots.revision slots.problem slots.rival slots.review"
    " now submitted_at page pages score passed is_waiting",
    "saveAnswers": "receipts.slot receipts.number receipts.revision receipts.received_at"
    " receipts.current receipts.late receipts.problem now",
    "submitAttempt": "score passed is_waiting receipts",
    "getAttemptTime": "now deadline_at submitted_at",
    "turnPage": "page",
    "checkAnswer": "slot review.mark review.lines.right",
    "listCredentials": "next items.number items.code items.kind items.module items.issued_at"
    " items.state items.languages",
    "verifyCredential": "state holder module hours date institution files.sha256 superseded_by reason"
    " revoked_at expires_on",
    "getCertificateName": "given_names family_names name_order family_in_capitals printed_name",
    "confirmName": "printed_name issued",
    "claimParticipation": "number",
    "listMembers": "next items.person items.name items.given_names items.family_names"
    " items.institution items.member_type items.started_on items.ended_on items.enrolments",
    "listInstitutionCredentials": "next items.number items.code items.kind items.holder"
    " items.module items.completed_on items.issued_at items.expires_on items.state items.languages",
    "createBundle": "id state progress",
    "getJob": "state progress result",
}
WITHOUT_ACCOUNT = {"createToken", "listModules", "getModule", "verifyCredential"}


@pytest.fixture
def spec(client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/v1/openapi.json").json
    return document


def operations_of(spec: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method, path, operation)
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }


def test_the_description_is_valid_openapi(spec):
    OpenAPIV31SpecValidator(spec).validate()
    assert spec["openapi"].startswith("3.1.")


def test_every_promised_operation_is_there(spec):
    there = operations_of(spec)
    for name, (method, path, statuses) in PROMISED.items():
        assert there[name][:2] == (method, f"/api/v1{path}"), name
        described = {status for status in there[name][2]["responses"] if status.startswith("2")}
        assert described == statuses, name


def test_every_operation_says_what_it_does_and_who_may_ask(spec):
    for name, (_method, _path, operation) in operations_of(spec).items():
        assert operation.get("summary") or operation.get("description"), name
        assert operation["responses"]["default"], name
        is_public = operation.get("security") == []
        assert is_public == (name in WITHOUT_ACCOUNT), name
    assert spec["security"] == [{"token": []}]


def test_the_page_for_developers_names_every_operation_and_schema(client, spec):
    page = client.get("/api/v1/docs").text
    for name in [*operations_of(spec), *spec["components"]["schemas"]]:
        assert name in page, name


# --- A journey, every answer held against its schema ------------------------------------------------


class Caller:
    """Calls operations by name, and checks each answer against what the description says of it."""

    def __init__(self, client: Any, spec: dict[str, Any]) -> None:
        self.client = client
        self.operations = operations_of(spec)
        self.components = closed(spec["components"])
        self.headers: dict[str, str] = {}
        self.called: set[str] = set()

    def __call__(
        self, name: str, status: int, *, query: Any = None, json: Any = None, **path: Any
    ) -> Any:
        method, template, operation = self.operations[name]
        answer = self.client.open(
            template.format(**path),
            method=method.upper(),
            query_string=query,
            json=json,
            headers=self.headers,
        )
        assert answer.status_code == status, (name, answer.text[:500])
        self.called.add(name)
        described = operation["responses"].get(str(status), operation["responses"]["default"])
        if "$ref" in described:
            described = self.components["responses"][described["$ref"].rpartition("/")[2]]
        content = described["content"]
        assert answer.mimetype in content, (name, status, answer.mimetype)
        if answer.mimetype in {"application/pdf", "application/zip"}:
            return answer.data
        self.check(content[answer.mimetype]["schema"], answer.json)
        if status < 300:
            for field in FIELDS.get(name, "").split():
                assert has_field(answer.json, field.split(".")), (name, field)
        return answer.json

    def check(self, schema: dict[str, Any], value: Any) -> None:
        whole = {**schema, "components": self.components}
        validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        assert not [error.message for error in validator.iter_errors(value)]

    def refused(self, name: str, status: int, **arguments: Any) -> dict[str, Any]:
        problem: dict[str, Any] = self(name, status, **arguments)
        assert problem["status"] == status
        return problem


def has_field(value: Any, path: list[str]) -> bool:
    if isinstance(value, list):
        return bool(value) and all(has_field(item, path) for item in value)
    return path[0] in value and (len(path) == 1 or has_field(value[path[0]], path[1:]))


def closed(value: Any) -> Any:
    """Return schemas that allow no property which they do not name."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: closed(item) for name, item in value.items()}
    if isinstance(value.get("properties"), dict) and value.get("type") == "object":
        found["additionalProperties"] = False
    return found


@pytest.fixture
def call(client, spec, make) -> Caller:
    make.courses()
    make.person(
        "Aïssata Zoé", "Koné-N’Guessan", institution_id=make.institution(), confirms_name=False
    )
    return Caller(client, spec)


def download_everything(app: Any, call: Caller, make: Any) -> None:
    """Read an institution's people and certificates as its officer, fetch these as a file, and cancel another."""
    place = make.institution()
    officer = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place))
    login = make.session.get_one(Person, officer.person_id).login
    call.headers = {}
    token = call("createToken", 201, json={"login": login, "password": PASSWORD})
    call.headers = {"Authorization": f"Bearer {token['token']}", "Accept-Language": "en"}
    at = {"institution_id": place}
    (member,) = call("listMembers", 200, **at)["items"]
    assert (member["family_names"], member["enrolments"]) == ("Koné-N’Guessan", 2)
    found = call("listInstitutionCredentials", 200, **at)["items"]
    assert {(one["state"], one["holder"]) for one in found} == {("valid", member["name"])}
    for name in ("listMembers", "listInstitutionCredentials"):
        call.refused(name, 404, institution_id=999_999)
        call.refused(name, 422, **at, query={"cursor": "none"})
    asked = call("createBundle", 202, **at, json={"from": "2020-01-01", "languages": ["fr"]})
    assert (
        call("createBundle", 202, **at, json={"from": "2020-01-01", "languages": ["fr"]}) == asked
    )
    assert (asked["state"], asked["progress"], asked["job"]) == ("waiting", 0, asked["id"])
    job = {"job_id": asked["id"]}
    call.refused("getJobFile", 409, **job)
    run_waiting(app)
    done = call("getJob", 200, **job)
    assert (done["state"], done["progress"]) == ("done", 1)
    assert done["result"]["files"] == done["result"]["certificates"] > 0
    assert call("getJobFile", 200, **job).startswith(b"PK")
    call.refused("cancelJob", 409, **job)
    other = call("createBundle", 202, **at, json={"languages": ["en"], "kinds": ["completion"]})
    assert call("cancelJob", 200, job_id=other["id"])["state"] == "cancelled"
    call.refused("createBundle", 422, **at, json={"module": "none"})
    call.refused("createBundle", 422, **at, json={"kinds": ["other"]})
    call.refused("createBundle", 404, institution_id=999_999, json={})
    assert call("listMembers", 200, **at)["items"]
    assert call("listInstitutionCredentials", 200, **at)["items"]


def right_saves(app: Any, attempt: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the right answers, read where no API shows them."""
    with app.app_context(), reading() as session:
        questions = list_questions(session, attempt["id"])
    return [
        {
            "slot": question.number,
            "number": 1,
            "base": 0,
            "response": {
                "choices": [
                    option["key"]
                    for option in question.body["options"]
                    if Fraction(option["fraction"]) > 0
                ]
            },
        }
        for question in questions
    ]


def test_the_whole_way_by_the_api_alone_fits_the_description(app, session, call, make):
    token = call("createToken", 201, json={"login": "person1", "password": PASSWORD})
    call.headers = {"Authorization": f"Bearer {token['token']}", "Accept-Language": "en"}
    modules = call("listModules", 200, query={"language": "en", "q": "registration"})
    assert [module["slug"] for module in modules["items"]] == [MODULE]
    module = call("getModule", 200, slug=MODULE)

    enrolment = call("enrol", 201, json={"module": MODULE})
    assert call("enrol", 200, json={"module": MODULE})["id"] == enrolment["id"]
    assert (enrolment["progress"], enrolment["waiting_for"]) == (0, ["completion", "name"])
    at = {"enrolment_id": enrolment["id"]}
    lesson = call("getLesson", 200, **at, key=LESSON)
    assert lesson["html"]
    locked = call("getEnrolment", 200, **at)["activities"][-1]
    assert (locked["state"], [lock["key"] for lock in locked["locked_by"]]) == ("locked", [LESSON])
    call("completeActivity", 200, **at, key=LESSON)

    attempt = call("startAttempt", 201, **at, key=QUIZ)
    assert call("startAttempt", 200, **at, key=QUIZ)["id"] == attempt["id"]
    on = {"attempt_id": attempt["id"]}
    for slot in call("getAttempt", 200, **on)["slots"]:
        assert all(has_field(slot, ["options", name]) for name in ("id", "text"))
        assert slot["review"] is None
    assert call("getAttemptTime", 200, **on)["deadline_at"] is None
    assert call("turnPage", 200, **on, json={"page": 1}) == {"page": 1}
    call.refused("checkAnswer", 409, **on, slot=1)
    saves = right_saves(app, attempt)
    kept = call("saveAnswers", 200, **on, json={"client": "phone", "saves": saves[:2]})
    assert [receipt["revision"] for receipt in kept["receipts"]] == [1, 1]
    result = call("submitAttempt", 201, **on, json={"client": "phone", "saves": saves[2:]})
    assert (result["score"], result["passed"], len(result["receipts"])) == (1, True, 3)
    again = call("submitAttempt", 200, **on, json={})
    assert (again["score"], again["passed"]) == (1, True)
    reviewed = call("getAttempt", 200, **on)
    assert all(slot["review"]["mark"] == 1 for slot in reviewed["slots"])

    done = call("getEnrolment", 200, **at)
    assert (done["progress"], done["waiting_for"]) == (1, ["name"])
    name = call("getCertificateName", 200)
    assert (name["printed_name"], name["waiting"]) == (None, [enrolment["id"]])
    body = {key: name[key] for key in ("given_names", "family_names", "name_order")}
    confirmed = call("confirmName", 200, json=body)
    assert confirmed["printed_name"] == "Aïssata Zoé Koné-N’Guessan"
    assert len(confirmed["issued"]) == 1
    assert call("getEnrolment", 200, **at)["waiting_for"] == []
    call.refused("claimParticipation", 409, **at)
    make.modules(MadeModule(activities=(Listed("reading"), Listed("test", "quiz"))))
    session.execute(update(ModuleVersion).values(offers_participation=True))
    session.commit()
    other = {"enrolment_id": call("enrol", 201, json={"module": "lists"})["id"]}
    call("completeActivity", 200, **other, key="reading")
    part = call("claimParticipation", 201, **other)
    assert call("claimParticipation", 200, **other) == part
    _, line = call("listEnrolments", 200)["items"]
    assert line["completed_at"] == done["completed_at"] is not None

    _, credential = call("listCredentials", 200)["items"]
    assert credential["number"] == confirmed["issued"][0]
    number = {"number": credential["number"]}
    being_made = call("downloadCredential", 202, **number, query={"language": "fr"})
    job = call("getJob", 200, job_id=being_made["job"])
    assert (job["state"], job["progress"]) == ("waiting", 0)
    run_waiting(app)
    job = call("getJob", 200, job_id=being_made["job"])
    assert (job["state"], job["progress"]) == ("done", 1)
    for language in ("fr", "en"):
        document = call("downloadCredential", 200, **number, query={"language": language})
        assert document.startswith(b"%PDF-")

    call.headers = {}
    verified = call("verifyCredential", 200, code=credential["code"])
    assert verified["holder"] == "Aïssata Zoé Koné-N’Guessan"
    assert (verified["state"], verified["hours"]) == ("valid", module["hours"])
    assert len(verified["files"]) == 2

    download_everything(app, call, make)

    assert call.called == set(call.operations), "every operation is called once at least"


def test_a_quiz_with_every_setting_fits_the_description_too(call, make):
    settings = {
        "time_limit": 30, "grace": 60, "per_page": 1, "navigation": "sequential",
        "feedback": "immediate", "review": {"score": "never"},
    }  # fmt: skip
    questions = [number("many"), single("alpha")]
    draw = [{"question": "many"}, {"question": "alpha"}]
    make.modules(
        MadeModule(
            activities=(Listed("test", "quiz"),), questions=questions, draw=draw,
            settings={**settings, "shuffle_questions": False},
        )
    )  # fmt: skip
    token = call("createToken", 201, json={"login": "person1", "password": PASSWORD})
    call.headers = {"Authorization": f"Bearer {token['token']}", "Accept-Language": "fr"}
    enrolment = call("enrol", 201, json={"module": "lists"})
    attempt = call("startAttempt", 201, enrolment_id=enrolment["id"], key="test")
    on = {"attempt_id": attempt["id"]}
    assert [slot["slot"] for slot in attempt["slots"]] == [1]
    assert call("getAttemptTime", 200, **on)["deadline_at"] == attempt["deadline_at"]

    def save(client: str, value: str) -> dict[str, Any]:
        one = {"slot": 1, "number": 1, "base": 0, "response": {"value": value}, "language": "fr"}
        return {"client": client, "saves": [one]}

    (unclear,) = call("saveAnswers", 200, **on, json=save("phone", "1.500"))["receipts"]
    assert unclear["problem"]
    assert call("getAttempt", 200, **on)["slots"][0]["problem"] == unclear["problem"]
    call.refused("checkAnswer", 409, **on, slot=1)
    call("saveAnswers", 200, **on, json=save("desk", "1500"))
    assert call("getAttempt", 200, **on)["slots"][0]["rival"]["answer"] == "1500"
    body = save("desk", "1500")
    body["saves"][0] |= {"number": 2, "base": 2}
    call("saveAnswers", 200, **on, json=body)
    assert call("checkAnswer", 200, **on, slot=1)["review"]["mark"] == 1
    assert call("turnPage", 200, **on, json={"page": 2}) == {"page": 2}
    call.refused("checkAnswer", 409, **on, slot=1)
    result = call("submitAttempt", 201, **on, json={})
    assert (result["score"], result["passed"], result["is_waiting"]) == (None, None, False)
    hidden = call("getAttempt", 200, **on)
    assert [slot["review"] for slot in hidden["slots"]] == [None, None]
    (line,) = call("getEnrolment", 200, enrolment_id=enrolment["id"])["activities"]
    assert (line["state"], line["score"]) == ("open", None)


def test_refusals_on_the_way_fit_the_description(app, call):
    call.refused("listEnrolments", 401)
    call.refused("createToken", 422, json={"login": 1})
    call.refused("createToken", 401, json={"login": "person1", "password": "wrong"})
    token = call("createToken", 201, json={"login": "person1", "password": PASSWORD})
    call.headers = {"Authorization": f"Bearer {token['token']}"}

    call.refused("getModule", 404, slug="none")
    call.refused("enrol", 404, json={"module": "none"})
    call.refused("enrol", 422, json={"module": MODULE, "edition": 5})
    enrolment = call("enrol", 201, json={"module": MODULE})
    at = {"enrolment_id": enrolment["id"]}
    call.refused("getEnrolment", 404, enrolment_id=999_999)
    call.refused("getLesson", 404, **at, key="none")
    call.refused("startAttempt", 409, **at, key=QUIZ)
    call.refused("completeActivity", 409, **at, key=QUIZ)
    call("completeActivity", 200, **at, key=LESSON)
    attempt = call("startAttempt", 201, **at, key=QUIZ)
    on = {"attempt_id": attempt["id"]}
    good = right_saves(app, attempt)[0]

    wrongs: list[tuple[dict[str, Any], int, str]] = [
        ({"slot": 99}, 422, "saves.1.slot"),
        ({"slot": -1}, 422, "saves.1.slot"),
        ({"slot": "1"}, 422, "saves.1.slot"),
        ({"number": 0}, 422, "saves.1.number"),
        ({"base": -1}, 422, "saves.1.base"),
        ({"base": None}, 422, "saves.1.base"),
        ({"response": {"choices": ["none"]}}, 422, "saves.1.response"),
        ({"response": {"choices": []}}, 409, "saves.1.number"),
        ({"colour": "red"}, 422, "saves.1.colour"),
    ]
    for wrong, status, field in wrongs:
        body = {"client": "phone", "saves": [good, good | wrong]}
        problem = call.refused("saveAnswers", status, **on, json=body)
        assert list(problem["fields"]) == [field]
        untouched = call("getAttempt", 200, **on)["slots"]
        assert all(slot["revision"] == 0 for slot in untouched), "none of the batch is kept"

    call.refused("turnPage", 422, **on, json={"page": 0})
    call.refused("turnPage", 422, **on, json={})
    call.refused("turnPage", 404, attempt_id=999_999, json={"page": 1})
    call.refused("getAttemptTime", 404, attempt_id=999_999)
    call.refused("checkAnswer", 422, **on, slot=99)
    call.refused("checkAnswer", 409, **on, slot=1)
    call.refused("saveAnswers", 422, **on, json={"client": "phone", "saves": []})
    call.refused("saveAnswers", 422, **on, json={"saves": [good]})
    call.refused("submitAttempt", 422, **on, json={"saves": [good]})
    call.refused("downloadCredential", 404, number="SC-2020-00000001")
    call.refused("getJob", 404, job_id="2b1c6f0e-0000-4000-8000-000000000000")
    call.refused("verifyCredential", 404, code="ABCD-EFGH-JKMN-PQRS")


def test_moments_are_utc_and_say_so(app, call):
    token = call("createToken", 201, json={"login": "person1", "password": PASSWORD})
    call.headers = {"Authorization": f"Bearer {token['token']}"}
    enrolment = call("enrol", 201, json={"module": MODULE})
    for moment in (token["expires_at"], enrolment["enrolled_at"]):
        assert moment.endswith(("+00:00", "Z"))
