"""Running Alembic on a database of ours."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import inspect, text

from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.i18n import N_

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


class NotEmpty(Conflict):
    """The check would wipe what is there."""

    text = N_("This database holds tables already; the check needs an empty one.")


def _config(database: Database) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["database"] = database
    return config


def upgrade(database: Database) -> None:
    """Bring the tables to the newest migration."""
    command.upgrade(_config(database), "head")


def has_tables(database: Database) -> bool:
    """Return whether any migration has been applied."""
    return inspect(database.engine).has_table("alembic_version")


def is_empty(database: Database) -> bool:
    """Return whether nobody is in it yet."""
    with database.reading() as session:
        return session.scalar(text("SELECT 1 FROM accounts_person LIMIT 1")) is None


def is_current(database: Database) -> bool:
    """Return whether the newest migration has been applied; one query."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_config(database)).get_current_head()
    with database.reading() as session:
        return bool(session.scalar(text("SELECT version_num FROM alembic_version")) == head)


def check(database: Database) -> None:
    """Run up, down, up, and raise if the models differ. Raises `NotEmpty` on a database in use."""
    if inspect(database.engine).get_table_names():
        raise NotEmpty
    config = _config(database)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    command.check(config)
