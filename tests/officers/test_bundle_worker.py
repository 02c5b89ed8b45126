"""A download that a worker process makes: killed at two fifths it goes on there, and cancelled it ends."""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms import jobs
from lms.core import clock
from lms.core.permissions import SYSTEM, Role, Scope, ScopeKind
from lms.core.storage import FolderStorage
from lms.credentials.models import Document
from lms.jobs.workflows import schema_of
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import BundleChoice
from lms.officers.models import Bundle
from tests.conftest import NOW, make_config, running
from tests.factories import Factory
from tests.jobs.worker_process import working
from tests.officers.certified import certify_many

# Far more than any of it takes: only a fault waits so long.
PATIENCE_SECONDS = 60
COUNT = 200
# The first of the certificates that the fifth part of ten would collect: two fifths are done by then.
CUT_AT = 81


@pytest.fixture
def own_app(own_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with running(make_config(own_database_url, tmp_path / "files")) as app, app.app_context():
        yield app


@pytest.fixture
def files(own_app: Flask) -> FolderStorage:
    found: FolderStorage = own_app.extensions["storage"]
    return found


@pytest.fixture
def own_session(own_app: Flask) -> Iterator[Session]:
    """A session whose commits stay; end its transaction before another process writes."""
    with own_app.extensions["database"].sessionmaker() as session:
        yield session


@pytest.fixture
def asked(own_app, own_session, files):
    """A download of two hundred that waits, and its owner."""
    make = Factory(own_session, NOW)
    place = make.institution()
    officer = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place))
    certify_many(own_session, files, now=NOW, places=[place], count=COUNT, languages=("fr",))
    bundle = commands.create_bundle(
        own_session, officer, place, BundleChoice(), language="fr", now=clock.now()
    )
    own_session.commit()
    return bundle, officer


def path_of(files: FolderStorage, number: int) -> Path:
    """Return where the file of that certificate lies."""
    return files.root / f"credentials/{NOW.year}/SC-{NOW.year}-{number:08}.fr.pdf"


class Gate:
    """A certificate's file whose reader waits: it is a pipe meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path, self.content = path, path.read_bytes()
        path.unlink()
        os.mkfifo(path)

    def wait_for_reader(self) -> int:
        """Return the pipe's other end once somebody reads it."""
        return os.open(self.path, os.O_WRONLY)

    def open(self) -> None:
        """Put the file back in its place."""
        self.path.unlink()
        self.path.write_bytes(self.content)


def read_job(app: Flask, job_id: str) -> jobs.JobView:
    with app.extensions["database"].reading() as session:
        return jobs.get_job(session, SYSTEM, job_id)


def wait_until_ended(app: Flask, job_id: str) -> jobs.JobView:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        job = read_job(app, job_id)
        if job.state not in {jobs.JobState.WAITING, jobs.JobState.RUNNING}:
            return job
        assert time.monotonic() < deadline, f"the job is still {job.state} at {job.progress}"
        time.sleep(0.05)


def list_steps(app: Flask, job_id: str) -> list[tuple[int, str, int]]:
    """Return the steps that dbos has kept, with the moment at which each ended."""
    with app.extensions["database"].reading() as session:
        schema = schema_of(session)
        table = f"{schema}.operation_outputs" if schema else "operation_outputs"
        rows = session.execute(
            text(
                f"SELECT function_id, function_name, completed_at_epoch_ms FROM {table}"
                " WHERE workflow_uuid = :id ORDER BY function_id"
            ),
            {"id": job_id},
        )
        return [tuple(row) for row in rows]


def test_killed_at_two_fifths_of_two_hundred_it_goes_on_there_and_every_hash_is_right(
    own_app, own_session, files, asked
):
    bundle, officer = asked
    gate = Gate(path_of(files, CUT_AT))
    with working(own_app):
        pipe = gate.wait_for_reader()
    # Leaving the block was kill -9.
    os.close(pipe)
    cut = read_job(own_app, bundle.job_id)
    done_before = [name for _, name, _ in list_steps(own_app, bundle.job_id) if "collect" in name]
    assert done_before == [f"collect part {number}" for number in range(1, 5)]
    assert cut.state is jobs.JobState.RUNNING
    assert cut.progress == pytest.approx(4 / 11)
    steps_before = list_steps(own_app, bundle.job_id)
    gate.open()
    # Were a part collected again, it would meet files that are not what was recorded.
    for number in range(1, CUT_AT):
        path_of(files, number).write_bytes(b"changed since")

    with working(own_app):
        seen = [cut.progress]
        while (job := read_job(own_app, bundle.job_id)).state is jobs.JobState.RUNNING:
            seen.append(job.progress)
            assert len(seen) < 10_000
            time.sleep(0.01)
        job = wait_until_ended(own_app, bundle.job_id)

    assert job.state is jobs.JobState.DONE
    assert min(seen) == cut.progress
    assert list_steps(own_app, bundle.job_id)[: len(steps_before)] == steps_before
    with own_app.extensions["database"].reading() as session:
        file = jobs.get_file(session, officer, bundle.job_id)
        recorded = set(session.scalars(select(Document.sha256)))
    whole = files.read(file.key)
    assert hashlib.sha256(whole).hexdigest() == file.sha256
    with files.open(file.key) as made, zipfile.ZipFile(made) as archive:
        lines = json.loads(archive.read("manifest.json"))["files"]
        names = [name for name in archive.namelist() if name.startswith("certificates/")]
        assert sorted(names) == sorted(line["file"] for line in lines)
        assert len({line["number"] for line in lines}) == COUNT
        for line in lines:
            assert hashlib.sha256(archive.read(line["file"])).hexdigest() == line["sha256"]
        assert {line["sha256"] for line in lines} == recorded
    # What is left of the way is the whole file alone.
    assert files.list_names(f"bundles/{bundle.id}") == ["bundle.zip"]
    assert isinstance(job.result, dict)
    assert job.result["certificates"] == job.result["files"] == COUNT


def test_cancelled_while_it_is_made_it_ends_and_its_parts_go(own_app, own_session, files, asked):
    bundle, officer = asked
    gate = Gate(path_of(files, CUT_AT))
    with working(own_app):
        pipe = gate.wait_for_reader()
        with own_app.extensions["database"].unit_of_work() as session:
            commands.cancel_bundle(session, officer, bundle.institution_id, bundle.id)
        os.write(pipe, gate.content)
        os.close(pipe)
        gate.open()
        # The step that was running ends, and a download asked for now finds the worker free.
        with own_app.extensions["database"].unit_of_work() as session:
            next_one = commands.create_bundle(
                session,
                officer,
                bundle.institution_id,
                BundleChoice(languages=("fr",)),
                language="fr",
                now=clock.now(),
            )
        assert wait_until_ended(own_app, next_one.job_id).state is jobs.JobState.DONE

    assert read_job(own_app, bundle.job_id).state is jobs.JobState.CANCELLED
    collected = [name for _, name, _ in list_steps(own_app, bundle.job_id) if "collect" in name]
    assert len(collected) <= 5
    with own_app.extensions["database"].unit_of_work() as session:
        commands.remove_old_bundles(session, now=clock.now())
    assert files.list_names("bundles") == [str(next_one.id)]
    assert own_session.get_one(Bundle, bundle.id).removed_at is not None
