"""How Alembic reaches the database: always from within the application (`flask database …`)."""

from alembic import context

from lms.core.db import Base, Database

database: Database = context.config.attributes["database"]

# The jobs' tables belong to dbos, which makes and migrates them itself.
OURS = {table.name for table in Base.metadata.tables.values()}


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Return whether Alembic compares the table with our models."""
    return kind != "table" or name in OURS


with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        render_as_batch=database.is_sqlite,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
