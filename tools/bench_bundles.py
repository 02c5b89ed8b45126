"""Measure a download of many certificates: `bench_bundles.py`, on SQLite or on the empty BENCH_DATABASE_URL.

It makes one real certificate, certifies thousands of people with files of its size, and lets a worker process make
the download with copies to print. It tells the seconds, the sizes, and the most memory that the worker ever had, and
fails if that is more than `MOST_MEBIBYTES`, or if a file in the archive is not what the manifest says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bench_people import database_of, opened
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.core import clock, migrations
from lms.core.permissions import SYSTEM, Role, Scope, ScopeKind
from lms.credentials.models import Credential, Document
from lms.credentials.tasks import make_document
from lms.learning.commands import complete_activity
from lms.officers.commands.bundles import create_bundle
from lms.officers.domain.bundles import BundleChoice
from tests.factories import Factory
from tests.jobs.worker_process import working
from tests.made_courses import Listed, MadeModule
from tests.officers.certified import certify_many

COUNT = 5_000
MOST_MEBIBYTES = 300
# Numbers of the people who are certified in bulk begin here.
FIRST = 1_000
SECONDS_BETWEEN_LOOKS = 0.25
PEOPLE_AT_ONCE = 500


def make_certificate(app: Flask, make: Factory, place: int) -> bytes:
    """Return one certificate as the product makes it."""
    make.modules(MadeModule(activities=(Listed("reading"),)))
    holder = make.person("Mariam Élise", "Ouattara-N’Dri", institution_id=place)
    enrolment_id = make.enrolment(holder, "lists")
    complete_activity(make.session, holder, enrolment_id, "reading", now=make.now)
    make.session.commit()
    credential_id = make.session.scalars(select(Credential.id)).one()
    make.session.commit()
    make_document(credential_id, "fr")
    key = make.session.scalars(select(Document.storage_key)).one()
    make.session.commit()
    return bytes(app.extensions["storage"].read(key))


def peak_of(process_id: int) -> float:
    """Return the most memory that a process ever had, in mebibytes."""
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def fill(app: Flask, count: int) -> str:
    """Certify people, ask for the download, and return its job's id."""
    with app.extensions["database"].sessionmaker() as session:
        make = Factory(session, clock.now())
        place = make.institution()
        content = make_certificate(app, make, place)
        officer = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place))
        for first in range(FIRST, FIRST + count, PEOPLE_AT_ONCE):
            certify_many(
                session,
                app.extensions["storage"],
                now=make.now,
                places=[place],
                count=min(PEOPLE_AT_ONCE, FIRST + count - first),
                first=first,
                languages=("fr",),
                # A comment behind its end makes each file another.
                write=lambda number, language: content + f"\n% {number} {language}\n".encode(),
            )
            session.expunge_all()
        bundle = create_bundle(
            session, officer, place, BundleChoice(with_prints=True), language="fr", now=make.now
        )
        session.commit()
    print(f"{count} certificates of {len(content) / 1000:.0f} kB")
    return bundle.job_id


def check(path: Path, count: int) -> None:
    """Hold every file in the archive to the manifest, one at a time."""
    with zipfile.ZipFile(path) as archive:
        lines = json.loads(archive.read("manifest.json"))["files"]
        assert len(lines) >= count, f"only {len(lines)} files"
        for line in lines:
            found = hashlib.sha256(archive.read(line["file"])).hexdigest()
            assert found == line["sha256"], line["file"]


def measure(app: Flask, count: int) -> bool:
    """Print what the download took, and say whether it kept to the limit."""
    job_id = fill(app, count)
    database = app.extensions["database"]
    with working(app) as worker:
        started = time.monotonic()
        while True:
            time.sleep(SECONDS_BETWEEN_LOOKS)
            with database.reading() as session:
                job = jobs.get_job(session, SYSTEM, job_id)
            if job.state not in {jobs.JobState.WAITING, jobs.JobState.RUNNING}:
                break
        seconds, peak = time.monotonic() - started, peak_of(worker.pid)
    if job.state is not jobs.JobState.DONE:
        print(f"the job is {job.state}: {job.error}")
        return False
    with database.reading() as session:
        file = jobs.get_file(session, SYSTEM, job_id)
    path = app.extensions["storage"].root / file.key
    check(path, count)
    result = job.result
    assert isinstance(result, dict)
    print(
        f"{result['files']} files and {result['prints']} to print,"
        f" {path.stat().st_size / 1_000_000:.0f} MB in {seconds:.0f} s;"
        f" the worker had at most {peak:.0f} MiB (limit {MOST_MEBIBYTES})"
    )
    return peak < MOST_MEBIBYTES


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--certificates", type=int, default=COUNT)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scrutin-bench-") as name:
        folder = Path(name)
        url = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite"
        settings = {
            "DATABASE_URL": url,
            "FILES_URL": (folder / "files").as_uri(),
            "KEYS_FOLDER": str(folder / "keys"),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BASE_URL": "http://localhost",
            "DEMO": "1",
        }
        with opened(settings) as app, app.app_context():
            migrations.upgrade(database_of(app))
            jobs.create_dbos_tables(url)
            return 0 if measure(app, wanted.certificates) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
