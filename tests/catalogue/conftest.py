"""Courses that tests load, and statements that they count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms import catalogue
from lms.catalogue.commands import LoadReport
from lms.core.permissions import SYSTEM
from tests.catalogue.small_course import write_course
from tests.conftest import NOW

Load = Callable[..., LoadReport]


@pytest.fixture
def load(session: Session, tmp_path: Path) -> Load:
    """Write the small course with changes to one and the same folder, and load it."""

    def write_and_load(changes: Any = None) -> LoadReport:
        write_course(tmp_path / "courses", changes)
        report = catalogue.load_courses(session, SYSTEM, tmp_path / "courses", now=NOW)
        session.commit()
        return report

    return write_and_load


@pytest.fixture
def counted(app: Flask) -> Any:
    """Return a context that collects the statements made in it, transactions' own left out."""
    engine = app.extensions["database"].engine

    @contextmanager
    def collect() -> Iterator[list[str]]:
        statements: list[str] = []

        def hear(connection: Any, cursor: Any, statement: str, *args: Any) -> None:
            if statement.split()[0] not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"}:
                statements.append(statement)

        event.listen(engine, "before_cursor_execute", hear)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", hear)

    return collect
