"""GET /jobs/{id}, on an application of the glue and this room alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, Request
from sqlalchemy import insert, update

from lms.core.errors import NotFound
from lms.core.permissions import Actor
from lms.core.storage import FolderStorage
from lms.jobs import enqueue
from lms.jobs.api import api as operations
from lms.jobs.workflows import workflow_tables
from lms.web import SignedIn, setup
from lms.web.api_pages import ProblemApi

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
SHA256 = "0a" * 32
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def load_by_header(request: Request) -> SignedIn | None:
    """Believe the header `X-Person`: how tokens are checked is tried with the accounts."""
    person_id = request.headers.get("X-Person", type=int)
    return SignedIn(Actor(person_id), str(person_id), frozenset()) if person_id else None


@pytest.fixture
def client(jobs_app):
    app = Flask("jobs_api")
    app.extensions.update(jobs_app.extensions)
    app.extensions["config"] = SimpleNamespace(
        secret_key="x" * 32, is_https=False, trusted_proxies=0
    )
    setup(
        app,
        translations=TRANSLATIONS,
        load_by_session=lambda key: None,
        load_by_request=load_by_header,
    )
    app.config.update(API_TITLE="Jobs", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = ProblemApi(app)
    api.register_blueprint(operations, url_prefix="/api/v1")
    return app.test_client()


@pytest.fixture
def job_id(jobs_database, person_id):
    with jobs_database.unit_of_work() as session:
        return enqueue(
            session,
            "scratch.say",
            {"what": "x"},
            owner_id=person_id,
            subject="2025-000001",
            now=NOW,
        )


def test_the_owner_reads_the_job(client, job_id, person_id):
    answer = client.get(f"/api/v1/jobs/{job_id}", headers={"X-Person": person_id})

    assert answer.status_code == 200
    assert answer.json == {
        "id": job_id,
        "name": "scratch.say",
        "subject": "2025-000001",
        "state": "waiting",
        "progress": 0.0,
        "result": None,
        "error": None,
        "created_at": "2025-03-01T09:30:00+00:00",
    }


def test_anothers_job_is_answered_as_one_that_is_not_there(client, job_id, person_id):
    absent = "2b1c6f0e-0000-4000-8000-000000000000"
    answers = [
        client.get(f"/api/v1/jobs/{job_id}", headers={"X-Person": person_id + 1}),
        client.get(f"/api/v1/jobs/{absent}", headers={"X-Person": person_id}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json == answers[1].json


def test_nobody_in_particular_is_asked_to_sign_in(client, job_id):
    assert client.get(f"/api/v1/jobs/{job_id}").status_code == 401


def test_an_address_that_is_no_job_id_is_not_found(client, person_id):
    answer = client.get("/api/v1/jobs/1%20OR%201", headers={"X-Person": person_id})

    assert answer.status_code == 404


@pytest.fixture
def stored(client, tmp_path):
    client.application.extensions["storage"] = FolderStorage(tmp_path.as_uri())
    client.application.extensions["storage"].write("made/1.zip", b"0123456789" * 10)


@pytest.fixture
def made_job_id(jobs_database, job_id, stored):
    """A job that is done, and made a file."""
    file = {"key": "made/1.zip", "name": "1.zip", "media_type": "application/zip", "sha256": SHA256}
    with jobs_database.unit_of_work() as session:
        status = workflow_tables(session).status
        output = workflow_tables(session).output
        session.execute(
            update(status).where(status.c.workflow_uuid == job_id).values(status="SUCCESS")
        )
        session.execute(
            insert(output).values(workflow_uuid=job_id, output=json.dumps({"file": file}))
        )
    return job_id


def fetch(client, job_id, person_id, method="GET", **headers):
    return client.open(
        f"/api/v1/jobs/{job_id}/file",
        method=method,
        headers={"X-Person": str(person_id), "Accept-Language": "en", **headers},
        buffered=True,
    )


def test_the_file_of_a_job_is_sent_whole_with_its_hash_as_etag(client, made_job_id, person_id):
    answer = fetch(client, made_job_id, person_id)

    assert (answer.status_code, answer.data) == (200, b"0123456789" * 10)
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=1.zip"
    assert answer.headers["ETag"] == f'"{SHA256}"'
    assert (answer.headers["Accept-Ranges"], answer.content_length) == ("bytes", 100)


def test_where_the_file_lies_is_not_told(client, made_job_id, person_id):
    job = client.get(f"/api/v1/jobs/{made_job_id}", headers={"X-Person": str(person_id)}).json
    assert job["result"] == {
        "file": {"name": "1.zip", "media_type": "application/zip", "sha256": SHA256}
    }


@pytest.mark.parametrize(
    ("asked", "sent", "where"),
    [
        ("bytes=95-", b"56789", "bytes 95-99/100"),
        ("bytes=10-13", b"0123", "bytes 10-13/100"),
        ("bytes=-2", b"89", "bytes 98-99/100"),
        ("bytes=98-500", b"89", "bytes 98-99/100"),
    ],
)
def test_a_download_that_was_cut_goes_on(client, made_job_id, person_id, asked, sent, where):
    for more in ({}, {"If-Range": f'"{SHA256}"'}):
        answer = fetch(client, made_job_id, person_id, Range=asked, **more)
        assert (answer.status_code, answer.data) == (206, sent)
        assert answer.headers["Content-Range"] == where
        assert answer.content_length == len(sent)


def test_a_download_of_another_file_begins_anew(client, made_job_id, person_id):
    answer = fetch(client, made_job_id, person_id, Range="bytes=95-", **{"If-Range": '"other"'})

    assert (answer.status_code, len(answer.data)) == (200, 100)
    assert "Content-Range" not in answer.headers


def test_a_part_behind_the_end_is_refused(client, made_job_id, person_id):
    answer = fetch(client, made_job_id, person_id, Range="bytes=100-")

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100"
    assert answer.json["title"] == "Not this part of the file"


def test_only_the_head_and_what_has_not_changed_are_sent_without_a_body(
    client, made_job_id, person_id
):
    head = fetch(client, made_job_id, person_id, method="HEAD")
    assert (head.status_code, head.data, head.content_length) == (200, b"", 100)
    assert head.headers["Accept-Ranges"] == "bytes"

    same = fetch(client, made_job_id, person_id, **{"If-None-Match": f'"{SHA256}"'})
    assert (same.status_code, same.data) == (304, b"")


def test_a_file_is_not_sent_before_it_is_made_nor_to_another_nor_where_there_is_none(
    client, jobs_database, job_id, person_id, stored
):
    waiting = fetch(client, job_id, person_id)
    assert waiting.status_code == 409
    assert waiting.json["detail"].startswith("The file is still being made.")
    assert fetch(client, job_id, person_id + 1).status_code == 404
    assert client.get(f"/api/v1/jobs/{job_id}/file").status_code == 401

    with jobs_database.unit_of_work() as session:
        status = workflow_tables(session).status
        session.execute(update(status).values(status="SUCCESS"))
    none = fetch(client, job_id, person_id)
    assert none.status_code == 404
    assert none.json["detail"].startswith("This job has no file")


def test_a_file_that_is_no_longer_kept_is_not_found(client, made_job_id, person_id):
    client.application.extensions["storage"].remove_tree("made")
    assert fetch(client, made_job_id, person_id).status_code == 404


def test_the_task_is_asked_whether_the_file_may_still_be_fetched(
    client, jobs_app, made_job_id, person_id, monkeypatch
):
    asked = []

    def refuse(session, actor, job_id):
        asked.append((actor.person_id, job_id))
        raise NotFound

    tasks = jobs_app.extensions["jobs"].tasks
    monkeypatch.setitem(tasks, "scratch.say", replace(tasks["scratch.say"], check_fetch=refuse))

    assert fetch(client, made_job_id, person_id).status_code == 404
    assert asked == [(person_id, made_job_id)]


def test_a_job_is_cancelled_once_and_an_ended_one_is_left(client, job_id, jobs_database, person_id):
    def cancel():
        return client.post(
            f"/api/v1/jobs/{job_id}/cancellation",
            headers={"X-Person": str(person_id), "Accept-Language": "en"},
        )

    for _ in range(2):
        answer = cancel()
        assert answer.status_code == 200, answer.text
        assert answer.json["state"] == "cancelled"

    with jobs_database.unit_of_work() as session:
        status = workflow_tables(session).status
        session.execute(update(status).values(status="SUCCESS"))
    refused = cancel()
    assert refused.status_code == 409
    assert refused.json["detail"] == "This has ended already, so there is nothing to cancel."
