"""GET /jobs/{id}, on an application of the glue and this room alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, Request
from flask_smorest import Api

from lms.core.permissions import Actor
from lms.jobs import enqueue
from lms.jobs.api import api as operations
from lms.web import SignedIn, setup

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def load_by_header(request: Request) -> SignedIn | None:
    """Believe the header `X-Person`: how tokens are checked is tried with the accounts."""
    person_id = request.headers.get("X-Person", type=int)
    return SignedIn(Actor(person_id), str(person_id)) if person_id else None


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
    api = Api(app)
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
