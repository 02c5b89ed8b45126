"""How Alembic reaches the database: always from within the application (`flask database …`)."""

from typing import Any

from alembic import context

from lms.core.db import Base, Database

database: Database = context.config.attributes["database"]

# The jobs' tables belong to dbos, which makes and migrates them itself.
OURS = {table.name for table in Base.metadata.tables.values()}


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Return whether Alembic compares the table with our models."""
    return kind != "table" or name in OURS


with database.engine.connect() as connection:
    driver: Any = connection.connection.driver_connection
    if database.is_sqlite:
        # Tables are built anew while others refer to them. It is heard outside a transaction alone.
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        render_as_batch=database.is_sqlite,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if database.is_sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration left rows that refer to nothing: {broken[:5]}")
    connection.commit()
    if database.is_sqlite:
        driver.execute("PRAGMA foreign_keys=ON")
