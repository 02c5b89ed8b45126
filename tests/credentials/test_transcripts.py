"""A person's transcript: a page, and a document that is made when it is asked for."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from lms.core import clock
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY
from lms.core.storage import storage
from lms.credentials.models import Revocation
from lms.credentials.queries import find_by_id, get_transcript
from lms.credentials.tasks import remove_old_transcripts
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.factories import sign_in
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule, both
from tests.visitor import Visitor

TODAY = NOW.date()


@pytest.fixture
def reader(make, session, monkeypatch):
    """Somebody who has completed one module of two."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    make.modules(
        MadeModule("lists", title=both("Voter lists"), activities=(Listed("reading"),)),
        MadeModule("rolls", title=both("Electoral rolls"), activities=(Listed("reading"),)),
    )
    actor = make.person("Aïssata", "Koné-N’Guessan", language="en")
    complete_activity(session, actor, make.enrolment(actor, "lists"), "reading", now=NOW)
    make.enrolment(actor, "rolls")
    session.commit()
    return actor


@pytest.fixture
def visitor(client, session, reader):
    return Visitor(sign_in(client, reader), session, "en")


def transcript_of(session, actor):
    return get_transcript(session, actor, language="en", as_of=TODAY)


def test_a_transcript_lists_every_module_and_counts_what_is_completed(session, reader):
    transcript = transcript_of(session, reader)

    assert transcript.holder == "Aïssata Koné-N’Guessan"
    assert [entry.enrolment.module_title for entry in transcript.entries] == [
        "Voter lists",
        "Electoral rolls",
    ]
    completed, begun = transcript.entries
    assert completed.credential.number == "SC-2026-00000001"
    assert begun.credential is None
    assert (transcript.completed, transcript.minutes) == (1, completed.enrolment.minutes)
    assert begun.minutes == 0


def test_a_module_that_was_completed_twice_counts_once(session, reader, make):
    first = session.get(Enrolment, transcript_of(session, reader).entries[0].enrolment.id)
    columns = {
        column.key: getattr(first, column.key)
        for column in Enrolment.__table__.columns
        if column.key != "id"
    }
    session.add(Enrolment(**columns | {"number": 2}))
    session.commit()

    transcript = transcript_of(session, reader)

    assert len(transcript.entries) == 3
    assert (transcript.completed, transcript.minutes) == (1, transcript.entries[0].minutes)


def test_nobody_has_no_transcript(session):
    with pytest.raises(SignInRequired):
        transcript_of(session, NOBODY)


def test_the_page_shows_modules_hours_and_certificates(visitor):
    page = visitor.go("/my/certificates")
    page = visitor.follow("Transcript with hours")

    for words in ("Voter lists", "Electoral rolls", "SC-2026-00000001", "Modules completed1"):
        assert words in page.text
    assert "completed on 2 March 2026" in page.text
    assert "0% done" in page.text


def test_a_withdrawn_certificate_says_so(visitor, session, reader):
    credential = transcript_of(session, reader).entries[0].credential
    session.add(
        Revocation(credential_id=credential.id, reason="misconduct", note="", revoked_at=NOW)
    )
    session.commit()

    assert "Withdrawn" in visitor.go("/my/transcript").text


def test_who_has_begun_nothing_is_told_where_to_begin(client, session, make):
    page = Visitor(sign_in(client, make.person(language="en")), session, "en").go("/my/transcript")

    assert "Nothing to list yet" in page.text
    assert not page.has_button("PDF in: English")


@pytest.mark.parametrize(
    ("button", "words"), [("English", "As of 2 March"), ("Français", "2 mars")]
)
def test_a_document_is_made_in_the_language_that_was_chosen(visitor, app, button, words):
    visitor.go("/my/transcript")
    page = visitor.press(f"PDF in: {button}", language={"English": "en"}.get(button, "fr"))
    assert "Being made" in page.text
    assert page.response.headers["Refresh"] == "2"

    run_waiting(app)
    page = visitor.go(page.path)
    assert "Refresh" not in page.response.headers
    answer = visitor.download("Download the PDF")

    text = " ".join(PdfReader(BytesIO(answer.data)).pages[0].extract_text().split())
    for said in ("Aïssata Koné-N’Guessan", "Voter lists", "SC-2026-00000001", words):
        assert said in text
    assert answer.headers["ETag"].strip('"') == hashlib.sha256(answer.data).hexdigest()


def test_two_clicks_within_a_minute_make_one_document(visitor):
    visitor.go("/my/transcript")
    first = visitor.press("PDF in: English", language="en").path
    visitor.go("/my/transcript")
    assert visitor.press("PDF in: English", language="en").path == first


def test_anothers_document_is_not_there(visitor, app, session, make):
    visitor.go("/my/transcript")
    path = visitor.press("PDF in: English", language="en").path
    run_waiting(app)

    stranger = Visitor(sign_in(app.test_client(), make.person("Issa")), session, "en")
    assert stranger.go(path).status == 404
    assert stranger.go(f"{path}/file").status == 404


def test_a_document_goes_after_a_week_and_can_be_asked_for_anew(visitor, app, monkeypatch):
    visitor.go("/my/transcript")
    path = visitor.press("PDF in: English", language="en").path
    run_waiting(app)

    assert remove_old_transcripts.run(NOW + timedelta(days=7)) == 0
    assert visitor.client.get(f"{path}/file").status_code == 200
    assert remove_old_transcripts.run(NOW + timedelta(days=8)) == 1
    assert visitor.client.get(f"{path}/file").status_code == 404
    assert storage().list_names("transcripts") == []


def test_a_renamed_person_is_listed_by_the_name_on_the_certificates(session, reader):
    credential = transcript_of(session, reader).entries[0].credential
    assert find_by_id(session, credential.id).holder == transcript_of(session, reader).holder
