"""What could not be made is tried again by itself: less and less often, once for all workers, until it is there."""

from __future__ import annotations

import errno
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from lms.core.permissions import SYSTEM
from lms.core.storage import storage
from lms.credentials import queries
from lms.credentials.domain import pause_before_retry
from lms.credentials.models import Credential, Document, Holder
from lms.credentials.tasks import make_document, retry_documents
from lms.jobs import JobState, get_job
from lms.jobs.models import Job
from lms.jobs.workflows import workflow_tables
from lms.learning.commands import complete_activity
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.jobs.worker_process import wait_until_ended, working
from tests.made_courses import Listed, MadeModule

MODULE = MadeModule(activities=(Listed("reading"),))
PAUSE = pause_before_retry(1)


@given(st.integers(1, 10_000))
def test_the_pause_grows_to_half_a_day(tries):
    assert pause_before_retry(tries) <= pause_before_retry(tries + 1) <= timedelta(hours=12)


def test_the_first_pauses_double():
    assert [pause_before_retry(tries).seconds // 60 for tries in range(6)] == [2, 2, 4, 8, 16, 32]


def complete(make: Factory, name: str = "Awa"):
    """Return somebody who has completed a module, and the credential's job."""
    actor = make.person(name, "Koné", language="en")
    complete_activity(make.session, actor, make.enrolment(actor, "lists"), "reading", now=NOW)
    make.session.commit()
    job_id = make.session.scalars(
        select(Credential.job_id).join(Holder).where(Holder.person_id == actor.person_id)
    ).one()
    return actor, job_id


def let_fail(session, job_id: str) -> None:
    """Let the job end as a worker leaves it that could not do it."""
    status = workflow_tables(session).status
    session.execute(update(status).where(status.c.workflow_uuid == job_id).values(status="ERROR"))
    session.commit()


def job_ids(session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Credential.job_id).order_by(Credential.id)))


def test_a_failed_one_is_asked_for_again_once_its_pause_is_over(session, make):
    make.modules(MODULE)
    actor, failed = complete(make)
    _, waiting = complete(make, "Bintou")
    let_fail(session, failed)

    assert retry_documents.run(NOW + PAUSE - timedelta(seconds=1)) == 0
    assert job_ids(session) == [failed, waiting]

    assert retry_documents.run(NOW + PAUSE) == 1
    again, untouched = job_ids(session)
    assert (again != failed, untouched) == (True, waiting)
    assert session.scalars(select(Credential.tries).order_by(Credential.id)).all() == [2, 1]
    # Its holder sees the new job, too.
    assert get_job(session, actor, again).state is JobState.WAITING
    assert retry_documents.run(NOW + PAUSE) == 0

    let_fail(session, again)
    assert retry_documents.run(NOW + 3 * PAUSE - timedelta(seconds=1)) == 0
    assert retry_documents.run(NOW + 3 * PAUSE) == 1


def test_what_lost_its_name_is_not_tried_again(session, make):
    make.modules(MODULE)
    _, failed = complete(make)
    let_fail(session, failed)
    session.execute(delete(Holder))
    session.commit()

    assert retry_documents.run(NOW + timedelta(days=1)) == 0


def test_more_than_a_sweep_takes_wait_for_the_next(session, make, monkeypatch):
    monkeypatch.setattr("lms.credentials.tasks.MOST_AT_ONCE", 2)
    make.modules(MODULE)
    for name in ("Awa", "Bintou", "Coumba"):
        let_fail(session, complete(make, name)[1])

    assert [retry_documents.run(NOW + PAUSE) for _ in range(3)] == [2, 1, 0]


def test_two_workers_that_sweep_at_once_ask_once(own_app, own_session):
    make = Factory(own_session, NOW)
    make.modules(MODULE)
    for name in ("Awa", "Bintou", "Coumba"):
        let_fail(own_session, complete(make, name)[1])

    def sweep() -> int:
        with own_app.app_context():
            return retry_documents.run(NOW + PAUSE)

    with ThreadPoolExecutor(3) as pool:
        counts = [done.result() for done in [pool.submit(sweep) for _ in range(3)]]

    assert sum(counts) == 3
    own_session.expire_all()
    assert set(own_session.scalars(select(Credential.tries))) == {2}
    assert len(own_session.scalars(select(Job.id)).all()) == 6


def test_a_full_disk_leaves_no_half_written_file_and_no_record(session, make, monkeypatch):
    make.modules(MODULE)
    complete(make)
    credential_id = session.scalars(select(Credential.id)).one()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    make_document(credential_id, "en")
    session.execute(delete(Document))
    session.commit()
    before = {path for path in Path(storage().root).rglob("*") if path.is_file()}
    monkeypatch.setattr("lms.core.storage.os.fsync", full)

    with pytest.raises(OSError, match="No space left on device"):
        make_document(credential_id, "fr")

    assert {path for path in Path(storage().root).rglob("*") if path.is_file()} == before
    assert session.scalars(select(Document)).all() == []


def test_a_disk_that_was_full_is_seen_as_a_failure_and_heals_by_itself(
    own_app,
    own_session,
    tmp_path,
):
    is_full = tmp_path / "the disk is full"
    is_full.touch()
    make = Factory(own_session, NOW)
    make.modules(MODULE)
    awa, job_id = complete(make)
    own_session.commit()

    with working(own_app, module="tests.credentials.full_disk", FULL_DISK=str(is_full)):
        assert wait_until_ended(own_app, job_id) is JobState.FAILED

        error = get_job(own_session, SYSTEM, job_id).error
        own_session.commit()
        assert error == "OSError: [Errno 28] No space left on device"
        files = Path(own_app.extensions["storage"].root) / "credentials"
        assert [path for path in files.rglob("*") if path.is_file()] == []
        assert own_session.scalars(select(Document)).all() == []
        own_session.commit()
        page = sign_in(own_app.test_client(), awa).get("/my/certificates?lang=en").text
        assert "The document could not be made." in page
        assert "your result is safe" in page

        is_full.unlink()
        # As the worker does every two minutes.
        told = own_app.test_cli_runner().invoke(
            args=["jobs", "sweep", "credentials.retry_documents"]
        )
        assert told.output == "credentials.retry_documents: 1\n"
        again = own_session.scalars(select(Credential.job_id)).one()
        own_session.commit()
        assert wait_until_ended(own_app, again) is JobState.DONE

    (view,) = queries.list_credentials(own_session, awa)
    assert not view.is_incomplete
    for document in view.documents:
        content = own_app.extensions["storage"].read(document.storage_key)
        assert hashlib.sha256(content).hexdigest() == document.sha256
    page = sign_in(own_app.test_client(), awa).get("/my/certificates?lang=en").text
    assert "could not be made" not in page
    assert page.count("Download in:") == 2
