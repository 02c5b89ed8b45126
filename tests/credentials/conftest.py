"""An application on a database of the test's own, for worker processes and for threads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import make_config, running


@pytest.fixture
def own_app(own_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with running(make_config(own_database_url, tmp_path / "files")) as app, app.app_context():
        yield app


@pytest.fixture
def own_session(own_app: Flask) -> Iterator[Session]:
    """A session whose commits stay; end its transaction before another process writes."""
    with own_app.extensions["database"].sessionmaker() as session:
        yield session
