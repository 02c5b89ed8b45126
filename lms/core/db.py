"""The database: engine, column types, naming rules, and the one way to open a unit of work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

# Seconds that a writer waits for another before SQLite gives up.
BUSY_SECONDS = 30


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Score(TypeDecorator[Decimal]):
    """A score or share, rounded once to six decimals and kept as whole millionths, so that SQL can sort and average."""

    impl = Integer
    cache_ok = True
    millionth = Decimal("0.000001")

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(to_score(value).scaleb(6))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-6)


def to_score(value: Fraction | Decimal) -> Decimal:
    """Round an exact score to the six decimals that are kept, half up."""
    exact = Fraction(value)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Score.millionth, ROUND_HALF_UP)


class utc_day(FunctionElement[date]):  # noqa: N801 (it is written as the other functions of SQL)
    """The day of a moment in UTC, to compare with dates in SQL."""

    type = Date()
    inherit_cache = True


@compiles(utc_day, "sqlite")
def _compile_for_sqlite(element: utc_day, compiler: Any, **options: Any) -> str:
    # Moments are kept in UTC there.
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(utc_day, "postgresql")
def _compile_for_postgresql(element: utc_day, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC' AS date)"


# {language: text}; a third language needs no migration.
Texts = dict[str, str]

_json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Every room's tables: `<room>_<thing>`, with constraint names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        Decimal: Score,
        Texts: _json,
        dict[str, Any]: _json,
        list[str]: _json,
        list[dict[str, Any]]: _json,
    }


class Database:
    """An engine and its sessions. SQLite writes with BEGIN IMMEDIATE, WAL and synchronous=FULL."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._postgresql_engine()
        self.sessionmaker = sessionmaker(self.engine, expire_on_commit=False)

    def _postgresql_engine(self) -> Engine:
        engine = create_engine(
            self.url,
            pool_size=16,
            max_overflow=4,
            pool_pre_ping=True,
            json_serializer=to_json,
            hide_parameters=True,
        )

        @event.listens_for(engine, "connect")
        def set_options(connection: Any, record: object) -> None:
            # Compiling a query of a desk took seconds, and running it a tenth of one.
            connection.autocommit = True
            connection.execute("SET jit = off")
            connection.autocommit = False

        return engine

    def _sqlite_engine(self) -> Engine:
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            pool_size=16,
            max_overflow=4,
            json_serializer=to_json,
            hide_parameters=True,
            connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        )

        @event.listens_for(engine, "connect")
        def set_pragmas(connection: Any, record: object) -> None:
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            # A deferred transaction that turns to writing fails at once if another wrote meanwhile.
            read_only = connection.get_execution_options().get("read_only", False)
            connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

        return engine

    @contextmanager
    def unit_of_work(self, *, dry_run: bool = False) -> Iterator[Session]:
        """Open one transaction: returning commits, an exception (or `dry_run`) rolls back."""
        with self.sessionmaker() as session:
            yield session
            if dry_run:
                session.rollback()
            else:
                session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it takes no write lock and is rolled back."""
        with self.sessionmaker() as session:
            session.connection(execution_options={"read_only": True})
            yield session


def to_json(value: object) -> str:
    """Serialise for a JSON column, accents as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def database() -> Database:
    """Return the current application's database."""
    found: Database = current_app.extensions["database"]
    return found


@contextmanager
def unit_of_work(*, dry_run: bool = False) -> Iterator[Session]:
    """Open one transaction on the current application's database; an edge opens exactly one."""
    with database().unit_of_work(dry_run=dry_run) as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Open a reading transaction on the current application's database."""
    with database().reading() as session:
        yield session
