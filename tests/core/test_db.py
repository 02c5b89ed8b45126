"""What is stored comes back as it was, and a unit of work is all or nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from lms.accounts.models import Membership, Person, SignInFailure
from lms.core import migrations
from lms.core.db import Database, Score, to_json, to_score, unit_of_work
from lms.core.migrations import NotEmpty
from lms.institutions.models import Institution
from tests.conftest import NOW


@pytest.fixture
def own(own_database_url):
    database = Database(own_database_url)
    yield database
    database.engine.dispose()


def failure(at: datetime = NOW) -> SignInFailure:
    return SignInFailure(account_hash="a", address_hash="b", failed_at=at)


def count(session) -> int:
    return session.scalars(select(func.count()).select_from(SignInFailure)).one()


# --- Column types -----------------------------------------------------------------------------------


def test_a_moment_comes_back_in_utc_to_the_microsecond(session):
    bamako_winter = timezone(timedelta(hours=-3, minutes=-30))
    moment = datetime(2026, 1, 2, 23, 59, 59, 123456, tzinfo=bamako_winter)
    session.add(failure(moment))
    session.commit()
    session.expire_all()
    kept = session.scalars(select(SignInFailure.failed_at)).one()
    assert kept == moment
    assert kept.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(session):
    session.add(failure(datetime(2026, 1, 2)))  # noqa: DTZ001 (that is what is refused)
    with pytest.raises(StatementError, match="time zone"):
        session.flush()


def test_moments_are_compared_as_moments(session):
    session.add(failure(NOW))
    session.flush()
    elsewhere = NOW.astimezone(timezone(timedelta(hours=14)))
    since = select(func.count()).where(SignInFailure.failed_at >= elsewhere)
    assert session.scalars(since).one() == 1


def test_texts_keep_their_accents_and_are_readable_in_the_database(session):
    institution = Institution(
        kind="commission",
        key="k",
        path="/",
        name={"fr": "Élections « à l’œuvre »", "ar": "انتخابات"},
    )
    session.add(institution)
    session.commit()
    session.expire_all()
    assert institution.name["ar"] == "انتخابات"
    kept = session.scalars(text("SELECT CAST(name AS TEXT) FROM institutions_institution")).one()
    assert "Élections" in kept


@pytest.mark.parametrize(
    ("exact", "kept"),
    [
        (Fraction(1, 3), Decimal("0.333333")),
        (Fraction(2, 3), Decimal("0.666667")),
        (Fraction(1, 2_000_000), Decimal("0.000001")),
        (Fraction(-1, 2_000_000), Decimal("-0.000001")),
        (Fraction(1, 2_000_001), Decimal("0.000000")),
        (Fraction(7, 10), Decimal("0.700000")),
        (Decimal(1), Decimal("1.000000")),
    ],
)
def test_a_score_is_rounded_half_up_to_six_decimals(exact, kept):
    assert to_score(exact) == kept
    bound = Score().process_bind_param(to_score(exact), None)
    assert Score().process_result_value(bound, None) == kept


@given(st.fractions(min_value=-10, max_value=10))
def test_rounding_a_rounded_score_changes_nothing(exact):
    assert to_score(to_score(exact)) == to_score(exact)
    assert abs(Fraction(to_score(exact)) - exact) <= Fraction(1, 2_000_000)


def test_json_is_small_and_readable():
    assert to_json({"é": [1, None]}) == '{"é":[1,null]}'


# --- Units of work ----------------------------------------------------------------------------------


def fail_half_way(own: Database) -> None:
    with own.unit_of_work() as session:
        session.add(failure())
        session.flush()
        raise RuntimeError("half way")


def test_returning_commits_an_exception_rolls_back_and_a_dry_run_too(own):
    with own.unit_of_work() as session:
        session.add(failure())
    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way(own)
    with own.unit_of_work(dry_run=True) as session:
        session.add(failure())
        session.flush()
        assert count(session) == 2
    with own.reading() as session:
        assert count(session) == 1


def test_reading_keeps_nothing(own):
    with own.reading() as session:
        assert count(session) == 0
    with own.reading() as session:
        session.add(failure())
    with own.reading() as session:
        assert count(session) == 0


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(own):
    with own.unit_of_work() as writer:
        writer.add(failure())
        writer.flush()
        with own.reading() as reader:
            assert count(reader) == 0


def test_two_writers_take_turns_and_lose_nothing(own):
    """Each reads, then writes what it read plus one: without the lock, one would overwrite the other."""
    with own.unit_of_work() as session:
        session.add(Institution(kind="commission", key="k", path="0", name={"fr": "K"}))
    together = threading.Barrier(4)

    def add_one() -> None:
        together.wait(10)
        for _ in range(5):
            with own.unit_of_work() as session:
                row = session.scalars(select(Institution).with_for_update()).one()
                row.path = str(int(row.path) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with own.reading() as session:
        assert session.scalars(select(Institution.path)).one() == "20"


def test_what_refers_to_nothing_is_refused(session):
    session.add(
        Membership(person_id=999_999, institution_id=999_999, started_on=NOW.date(), claimed_at=NOW)
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_nobody_is_kept_who_could_not_be_addressed(session):
    session.add(
        Person(
            given_names="A",
            family_names="B",
            name_order="given-first",
            folded_name="a b",
            created_at=NOW,
        )
    )
    with pytest.raises(IntegrityError, match="can_be_addressed"):
        session.flush()


def test_sqlite_survives_a_power_cut_and_checks_references(tmp_path):
    sqlite = Database(f"sqlite:///{tmp_path}/own.sqlite")
    with sqlite.engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    sqlite.engine.dispose()
    assert values == ["wal", 2, 1]


def test_a_faults_text_holds_no_values(session):
    """SQLAlchemy would print them, and so a log would hold people's data."""
    with pytest.raises(DBAPIError) as fault:
        session.execute(text("SELECT :name FROM not_a_table"), {"name": "Awa Traoré"})
    assert "Awa" not in str(fault.value)


# --- Migrations -------------------------------------------------------------------------------------


def test_every_migration_runs_up_down_and_up_and_nothing_differs_from_the_models(
    empty_database_url,
):
    database = Database(empty_database_url)
    try:
        assert not migrations.has_tables(database)
        migrations.check(database)
        assert migrations.has_tables(database)
        assert migrations.is_current(database)
        assert migrations.is_empty(database)
        with pytest.raises(NotEmpty):
            migrations.check(database)
    finally:
        database.engine.dispose()


def test_a_database_behind_the_program_is_not_current(own):
    with own.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert not migrations.is_current(own)


def test_a_unit_of_work_is_the_current_applications(app, session):
    with unit_of_work() as inner:
        inner.add(failure())
    assert count(session) == 1
    assert inner.get_bind() is session.get_bind()
    assert datetime.now(UTC) > NOW
