"""Two administrators at the same moment, each on a connection of their own, and committed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select

from lms.core.db import Database
from lms.core.errors import Refusal
from lms.core.permissions import SYSTEM
from lms.institutions import create_institution
from lms.institutions.commands import (
    InstitutionDraft,
    add_institution,
    institutions,
    move_institution,
)
from lms.institutions.errors import Cycle, KeyTaken
from lms.institutions.models import Institution
from tests.conftest import make_config, running

NAME = {"fr": "Antenne", "en": "Branch"}
# Far longer than two threads need to meet where nothing keeps them apart.
MEETING_SECONDS = 0.5


@pytest.fixture
def database(own_database_url, tmp_path) -> Iterator[Database]:
    with running(make_config(own_database_url, tmp_path)) as app:
        yield app.extensions["database"]


@pytest.fixture
def meet(monkeypatch) -> None:
    """Hold both after they have looked and before they write, unless one keeps the other from looking."""
    barrier = Barrier(2)

    def hold(name: str) -> None:
        real = getattr(institutions, name)

        def wait(*args):
            with suppress(BrokenBarrierError):
                barrier.wait(MEETING_SECONDS)
            return real(*args)

        monkeypatch.setattr(institutions, name, wait)

    hold("move_place")
    hold("insert_place")


def at_once(database: Database, *calls) -> list[type[Refusal] | None]:
    """Do both in threads of their own; return what each was refused with."""

    def do(call) -> type[Refusal] | None:
        try:
            with database.unit_of_work() as session:
                call(session)
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(do, calls), key=str)


def test_two_moves_at_once_make_no_circle(database, meet):
    with database.unit_of_work() as session:
        one, two = (create_institution(session, key, NAME) for key in ("one", "two"))

    came = at_once(
        database,
        lambda session: move_institution(session, SYSTEM, one, two, is_other=True),
        lambda session: move_institution(session, SYSTEM, two, one, is_other=True),
    )

    assert sorted(came, key=str) == [Cycle, None]
    with database.reading() as session:
        paths = dict(session.execute(select(Institution.id, Institution.path)).all())
    assert sorted(paths.values(), key=len)[1] in {f"/{one}/{two}/", f"/{two}/{one}/"}


def test_two_clicks_on_add_make_one_institution(database, meet):
    def add(session) -> None:
        draft = InstitutionDraft(NAME, "branch", key="branch")
        add_institution(session, SYSTEM, draft, is_other=True)

    assert at_once(database, add, add) == [KeyTaken, None]
    with database.reading() as session:
        assert session.scalars(select(Institution.path)).one().count("/") == 2
