"""The pages of certificates ask the database as often for many certificates as for few."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import event

from lms.core.permissions import Role, Scope, ScopeKind
from lms.core.storage import storage
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import BundleChoice
from tests.conftest import NOW
from tests.factories import sign_in
from tests.officers.certified import certify_many

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

# The page → its statements, without the one that loads the reader.
PAGES = {
    # Place; modules with their titles, branches and editions; counts with titles; downloads and their states.
    "certificates": 8,
    # With the branch that is chosen.
    "certificates?branch={branch}": 9,
    # Place and registry.
    "certificates.csv": 2,
    "certificates.xlsx": 2,
    # Place, download, job; what can be chosen, to name it.
    "bundles/{bundle}": 6,
}


@pytest.mark.parametrize("count", [4, 120])
def test_each_page_makes_so_many_statements(app, session, make, count):
    shutil.rmtree(storage().root, ignore_errors=True)
    place = make.institution("north")
    branch = make.institution("branch", parent_id=place)
    officer = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place))
    certify_many(session, storage(), now=NOW, places=[place, branch], count=count)
    bundle = commands.create_bundle(session, officer, place, BundleChoice(), language="fr", now=NOW)
    session.commit()
    browser = sign_in(app.test_client(), officer)
    counted = {}
    for page in PAGES:
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest, statements=statements):
            if not statement.startswith(TRANSACTION):
                statements.append(statement)

        engine = app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            address = page.format(branch=branch, bundle=bundle.id)
            assert browser.get(f"/institution/{place}/{address}").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counted[page] = len(statements) - 1

    assert counted == PAGES
