"""Certificates by pages and API: whose they are, what a stranger with a code reads, and what is refused."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import delete, select, update

from lms.core.permissions import Role, Scope, ScopeKind
from lms.core.storage import storage
from lms.credentials.domain import group_code
from lms.credentials.models import Credential, Document, Holder
from lms.learning.commands import complete_activity
from tests.conftest import NOW
from tests.factories import sign_in
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule
from tests.visitor import Page

MODULE = MadeModule(activities=(Listed("reading"),))


@pytest.fixture
def awa(session, make):
    """Somebody who has completed a module, and whose documents are not made yet."""
    make.modules(MODULE)
    actor = make.person("Aïssata", "Koné", institution_id=make.institution(), language="en")
    complete_activity(session, actor, make.enrolment(actor, "lists"), "reading", now=NOW)
    session.commit()
    return actor


@pytest.fixture
def credential(session, awa):
    return session.scalars(select(Credential)).one()


@pytest.fixture
def documents(session, credential) -> dict[str, bytes]:
    """The stored bytes of its two documents, by language; nothing is rendered."""
    found = {}
    for language in ("fr", "en"):
        found[language] = f"%PDF-1.7 {language}".encode()
        storage().write(f"{language}.pdf", found[language])
        session.add(
            Document(
                credential_id=credential.id,
                language=language,
                sha256=hashlib.sha256(found[language]).hexdigest(),
                size=len(found[language]),
                storage_key=f"{language}.pdf",
                made_at=NOW,
            )
        )
    session.commit()
    return found


def pdf(credential, language: str | None = None, *, api: bool = False) -> str:
    folder = "/api/v1/credentials" if api else "/my/certificates"
    return f"{folder}/{credential.number}.pdf" + (f"?language={language}" if language else "")


@pytest.mark.parametrize("api", [False, True])
def test_the_stored_bytes_are_sent_as_they_are(app, awa, credential, documents, api):
    browser = sign_in(app.test_client(), awa)

    for language, content in documents.items():
        reply = browser.get(pdf(credential, language, api=api))
        assert (reply.status_code, reply.mimetype, reply.data) == (200, "application/pdf", content)
        name = f"{credential.number}-{language}.pdf"
        assert reply.headers["Content-Disposition"] == f"attachment; filename={name}"
    # Without a language: the reader's.
    assert browser.get(pdf(credential, api=api)).data == documents["en"]


def test_what_is_still_being_made_is_said_so(app, awa, credential):
    browser = sign_in(app.test_client(), awa)

    page = browser.get(pdf(credential, "fr"))
    assert (page.status_code, page.location) == (302, "/my/certificates")
    reply = browser.get(pdf(credential, "fr", api=True))
    assert (reply.status_code, reply.json) == (202, {"job": credential.job_id})
    assert reply.headers["Location"] == f"/api/v1/jobs/{credential.job_id}"


@pytest.mark.parametrize("api", [False, True])
def test_a_language_in_which_none_is_made_is_not_promised(app, awa, credential, api):
    browser = sign_in(app.test_client(), awa)

    for language in ("pt", "x" * 300, "../fr"):
        assert browser.get(pdf(credential, language, api=api)).status_code == 404


@pytest.mark.parametrize("api", [False, True])
def test_a_reader_of_another_language_is_sent_the_one_there_is(
    app, session, awa, credential, documents, api
):
    session.execute(update(Credential).values(languages=["fr"]))
    session.commit()

    reply = sign_in(app.test_client(), awa).get(pdf(credential, api=api))

    assert reply.data == documents["fr"]


@pytest.mark.parametrize("api", [False, True])
def test_the_holder_and_the_institutions_officer_download_it_and_nobody_else_learns_of_it(
    app, make, awa, credential, documents, api
):
    def officer(key: str):
        scope = Scope(ScopeKind.INSTITUTION, make.institution(key))
        return make.person(roles=(Role.OFFICER,), scope=scope)

    statuses = {
        name: sign_in(app.test_client(), actor).get(pdf(credential, "fr", api=api)).status_code
        for name, actor in {
            "holder": awa,
            "officer": officer("commission"),
            "administrator": make.person(roles=(Role.ADMINISTRATOR,)),
            "another officer": officer("elsewhere"),
            "trainer": make.person(roles=(Role.TRAINER,)),
            "stranger": make.person("Bintou"),
        }.items()
    }
    statuses["nobody"] = app.test_client().get(pdf(credential, "fr", api=api)).status_code

    assert statuses == {
        "holder": 200,
        "officer": 200,
        "administrator": 200,
        "another officer": 404,
        "trainer": 404,
        "stranger": 404,
        "nobody": 401 if api else 302,
    }


def test_the_list_has_ones_own_alone(app, make, awa, credential):
    stranger = sign_in(app.test_client(), make.person("Bintou", language="en"))

    assert stranger.get("/api/v1/credentials").json["items"] == []
    page = Page(stranger.get("/my/certificates"), "")
    assert "No certificate yet" in page.text
    assert credential.number not in page.html


def test_the_holder_is_told_that_erasure_does_not_reach_what_is_printed(app, make, awa):
    page = Page(sign_in(app.test_client(), awa).get("/my/certificates"), "")
    none = Page(sign_in(app.test_client(), make.person("Bintou")).get("/my/certificates"), "")

    assert "that cannot call back what was printed" in page.text
    assert "that cannot call back what was printed" not in none.text


def verify(app, code: str, language: str = "en") -> Page:
    """Return the page that somebody without an account reads."""
    path = f"/verify/{code}?lang={language}"
    return Page(app.test_client().get(path), path)


@pytest.mark.parametrize(
    ("is_specimen", "english", "french"),
    [
        (True, "Valid, but only a specimen", "spécimen"),
        (False, "This service issued this certificate, and it holds.", "Valide"),
    ],
)
def test_a_stranger_reads_what_the_certificate_is_worth_in_either_language(
    app, session, credential, documents, is_specimen, english, french
):
    session.execute(update(Credential).values(is_specimen=is_specimen))
    session.commit()

    page = verify(app, group_code(credential.code))

    for fact in (
        english, "Aïssata Koné", "Voter lists", "Made", "10 min", "2 March 2026",
        credential.number, "commission Commission",
        *(hashlib.sha256(content).hexdigest() for content in documents.values()),
    ):  # fmt: skip
        assert fact in page.text
    in_french = verify(app, group_code(credential.code), "fr").text
    for fact in (french, "Voter lists (fr)", "2 mars 2026", "Commission commission"):
        assert fact in in_french
    assert ("It certifies nothing about anyone." in page.text) is is_specimen


def test_a_code_is_read_in_an_address_as_it_is_read_in_the_form(app, credential):
    typed = group_code(credential.code).lower().replace("0", "o").replace("1", "l")

    assert verify(app, typed).status == 200
    assert app.test_client().get(f"/api/v1/verify/{typed}").json["number"] == credential.number


def test_an_erased_name_is_said_to_be_erased_and_the_fact_stays(app, session, credential):
    session.execute(delete(Holder))
    session.commit()

    page = verify(app, credential.code)

    assert page.title == "Name erased"
    assert "Erased at the request of its holder" in page.text
    assert credential.number in page.text
    assert "Koné" not in page.html
    reply = app.test_client().get(f"/api/v1/verify/{credential.code}").json
    assert (reply["state"], reply["holder"]) == ("erased", None)


def test_a_replaced_certificate_says_so(app, session, credential):
    columns = {
        column.key: getattr(credential, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }
    columns |= {"sequence": 2, "supersedes_id": credential.id, "number": "SC-2", "code": "0" * 16}
    session.add(Credential(**columns))
    session.commit()

    page = verify(app, credential.code)

    assert page.title == "Replaced by a newer certificate"
    assert app.test_client().get(f"/api/v1/verify/{credential.code}").json["state"] == "superseded"


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "nonsense", "<script>alert(1)"])
def test_a_code_that_nobody_was_given_is_unknown(app, code):
    page = verify(app, code)

    assert (page.status, page.title) == (404, "No certificate has this code")
    assert "<script>alert" not in page.html
    reply = app.test_client().get(f"/api/v1/verify/{code}")
    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")


def test_a_code_of_the_wrong_length_is_told_at_the_form_with_what_was_typed(app):
    typed = '"><script>alert(1)</script>'

    page = Page(app.test_client().get("/verify", query_string={"code": typed, "lang": "en"}), "")

    assert page.status == 422
    assert "A code has sixteen letters and digits" in page.text
    assert page.root.find(".//input[@name='code']").get("value") == typed
    assert "<script>alert" not in page.html


def test_the_job_of_a_certificate_is_its_holders_to_see(app, make, awa, credential):
    path = f"/api/v1/jobs/{credential.job_id}"
    stranger = make.person("Bintou")

    assert sign_in(app.test_client(), stranger).get(path).status_code == 404
    reply = sign_in(app.test_client(), awa).get(path)
    assert (reply.json["subject"], reply.json["state"]) == (credential.number, "waiting")
    run_waiting(app)
    reply = sign_in(app.test_client(), awa).get(path)
    assert (reply.json["state"], reply.json["result"]) == ("done", {"languages": ["fr", "en"]})
