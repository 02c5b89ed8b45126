"""A document that cannot be made, with a worker process as an operator runs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.core.permissions import Role
from lms.credentials import queries
from lms.credentials.models import Credential, Holder
from lms.jobs import JobState
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.jobs.worker_process import wait_until_ended, working
from tests.made_courses import Listed, MadeModule


@pytest.fixture
def worker(own_app: Flask) -> Iterator[None]:
    """A worker on the application's database and files."""
    with working(own_app):
        yield


def test_a_document_that_cannot_be_made_is_a_failed_job_a_kept_result_and_can_be_asked_for_again(
    own_app, own_session, worker
):
    make = Factory(own_session, NOW)
    make.modules(MadeModule(activities=(Listed("reading"),)))
    awa, other = make.person("Awa", "Koné"), make.person("Bintou")
    administrator = make.person("Grace", roles=(Role.ADMINISTRATOR,))
    enrolment_id = make.enrolment(awa, "lists")
    complete_activity(own_session, awa, enrolment_id, "reading", now=NOW)
    # The fonts do not have it.
    own_session.execute(update(Holder).values(printed_name="Awa 李"))
    own_session.commit()
    job_id = own_session.scalars(select(Credential.job_id)).one()
    own_session.commit()

    assert wait_until_ended(own_app, job_id) is JobState.FAILED

    assert own_session.get_one(Enrolment, enrolment_id).completed_at == NOW
    own_session.commit()
    seen = {
        actor: sign_in(own_app.test_client(), actor).get(f"/api/v1/jobs/{job_id}")
        for actor in (awa, other, administrator)
    }
    assert (seen[awa].json["state"], seen[awa].json["error"]) == ("failed", None)
    assert "李" in seen[administrator].json["error"]
    assert seen[other].status_code == 404
    page = sign_in(own_app.test_client(), awa).get("/my/certificates?lang=en")
    assert "The document could not be made." in page.text
    assert "Refresh" not in page.headers

    own_session.execute(update(Holder).values(printed_name="Awa Koné"))
    own_session.commit()
    told = own_app.test_cli_runner().invoke(args=["credentials", "make-missing"])
    assert told.exit_code == 0
    again = own_session.scalars(select(Credential.job_id)).one()
    own_session.commit()

    assert again != job_id
    assert wait_until_ended(own_app, again) is JobState.DONE
    (view,) = queries.list_credentials(own_session, awa)
    assert {document.language for document in view.documents} == {"fr", "en"}
    assert view.enrolment_id == enrolment_id
