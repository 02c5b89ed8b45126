"""An institution with certificates, its officer, and a download in each state."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import insert, update

from lms.core.permissions import Actor, Role, Scope, ScopeKind
from lms.core.storage import FolderStorage
from lms.jobs.workflows import workflow_tables
from lms.officers.commands.bundles import create_bundle
from lms.officers.domain.bundles import BundleChoice
from lms.officers.models import Bundle
from tests.factories import Factory
from tests.officers.certified import certify_many

# What a page shows → the word that dbos keeps.
STATUSES = {
    "running": "PENDING",
    "done": "SUCCESS",
    "failed": "ERROR",
    "cancelled": "CANCELLED",
    "removed": "SUCCESS",
}
RESULT = {
    "certificates": 4_321,
    "files": 8_642,
    "prints": 44,
    "file": {
        "key": "bundles/0/bundle.zip",
        "name": "certificates.zip",
        "media_type": "application/zip",
        "sha256": "0123456789abcdef" * 4,
        "size": 512_345_678,
    },
}


def make_downloads(make: Factory, files: FolderStorage) -> tuple[Actor, int, dict[str, int]]:
    """Return the officer, the institution, and the downloads by state; no worker ever sees one of them."""
    place = make.institution("downloads")
    branch = make.institution("downloads-branch", parent_id=place)
    officer = make.person(
        "Mariam Élise",
        "Ouattara-N’Dri",
        roles=(Role.OFFICER,),
        scope=Scope(ScopeKind.INSTITUTION, place),
    )
    certify_many(make.session, files, now=make.now, places=[place, branch], count=4, first=90_001)
    tables = workflow_tables(make.session)
    found = {}
    for at, (state, status) in enumerate(STATUSES.items(), start=2):
        bundle = create_bundle(
            make.session,
            officer,
            place,
            BundleChoice(module_slug="lists", branch_id=branch, with_prints=True),
            language="fr",
            now=make.now - timedelta(minutes=10 * at),
        )
        make.session.execute(
            update(tables.status)
            .where(tables.status.c.workflow_uuid == bundle.job_id)
            .values(status=status, executor_id="nobody")
        )
        if status == "SUCCESS":
            make.session.execute(
                insert(tables.output).values(workflow_uuid=bundle.job_id, output=json.dumps(RESULT))
            )
        if state == "removed":
            make.session.get_one(Bundle, bundle.id).removed_at = make.now
        found[state] = bundle.id
    make.session.commit()
    return officer, place, found
