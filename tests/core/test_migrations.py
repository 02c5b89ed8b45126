"""The migrations carry over what is there, in both directions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from lms.core.db import Database
from lms.core.migrations import _config

FIRST, BELIEVED = "2026_11_22_first_tables", "2026_11_28_believed"

PERSON: dict[str, Any] = {
    "id": 1,
    "login": "awa",
    "given_names": "Aïssata",
    "family_names": "Koné-N’Guessan",
    "name_order": "given-first",
    "printed_name": "Aïssata Koné-N’Guessan",
    "created_at": "2026-01-01 08:00:00.000000+00:00",
    "session_epoch": 0,
}
TEXTS = json.dumps({"fr": "Listes", "en": "Lists"})
CREDENTIAL: dict[str, Any] = {
    "id": 1,
    "enrolment_id": 1,
    "kind": "completion",
    "sequence": 1,
    "number": "SC-2026-00000001",
    "code": "0" * 16,
    "module_slug": "lists",
    "module_title": TEXTS,
    "programme_title": TEXTS,
    "minutes": 20,
    "languages": json.dumps(["fr", "en"]),
    "issuer": "Scrutin",
    "is_specimen": False,
    "rules_version": 1,
    "completed_on": "2026-02-03",
    "issued_at": "2026-02-03 23:30:00.000000+00:00",
    "name_commitment": "0" * 64,
}


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    made = Database(empty_database_url)
    yield made
    made.engine.dispose()


def put(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    parameters = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({parameters})"), values)


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(map(plain, row)) for row in connection.execute(text(query))]


def plain(value: Any) -> Any:
    """Return a day as text, as SQLite has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def fill(database: Database) -> None:
    """Put what an earlier release had: two members, an enrolment that is done, a certificate and its correction."""
    with database.engine.begin() as connection:
        put(connection, "accounts_person", **PERSON)
        put(connection, "accounts_person", **{**PERSON, "id": 2, "login": "issa"})
        for number in (1, 2):
            put(
                connection, "institutions_institution",
                id=number, key=f"place-{number}", path=f"/{number}/", name=TEXTS,
            )  # fmt: skip
        put(
            connection, "accounts_membership", id=1, person_id=1, institution_id=1,
            claimed_at="2026-01-02 23:30:00.000000+00:00",
            confirmed_at="2026-01-05 23:30:00.000000+00:00",
        )  # fmt: skip
        put(
            connection, "accounts_membership", id=2, person_id=1, institution_id=2,
            claimed_at="2026-01-02 00:00:00.000000+00:00",
            ended_at="2026-02-01 10:00:00.000000+00:00",
        )  # fmt: skip
        put(
            connection, "accounts_grant", id=1, person_id=2, role="officer",
            scope_kind="institution", scope_id=1, granted_at="2026-01-02 00:00:00.000000+00:00",
        )  # fmt: skip
        put(connection, "catalogue_programme", id=1, key="p", title=TEXTS, summary=TEXTS)
        put(connection, "catalogue_module", id=1, programme_id=1, slug="lists")
        put(
            connection, "catalogue_version", id=1, module_id=1, number=1, code="M8", title=TEXTS,
            summary=TEXTS, source_language="fr", languages='["fr"]', prerequisites="[]",
            required_count=1, minutes=20, files_hash="0" * 64,
            published_at="2026-01-01 00:00:00.000000+00:00",
        )  # fmt: skip
        put(connection, "learning_edition", id=1, module_id=1, key="open", time_zone="UTC")
        put(
            connection, "learning_enrolment", id=1, edition_id=1, person_id=1, number=1,
            institution_id=1, enrolled_at="2026-01-03 00:00:00.000000+00:00", done_count=1,
            progress=1000000, revision=1, completed_at="2026-02-03 23:30:00.000000+00:00",
        )  # fmt: skip
        put(
            connection, "learning_progress", enrolment_id=1, activity_key="reading", state="done",
            is_score_hidden=False, updated_at="2026-02-03 23:30:00.000000+00:00",
        )  # fmt: skip
        put(connection, "credentials_credential", **CREDENTIAL)
        corrected = {"id": 2, "sequence": 2, "number": "SC-2026-00000002", "code": "1" * 16}
        put(connection, "credentials_credential", **CREDENTIAL | corrected)


def test_what_was_there_is_carried_over_and_back(database: Database) -> None:
    config = _config(database)
    command.upgrade(config, FIRST)
    fill(database)

    command.upgrade(config, BELIEVED)

    assert rows(database, "SELECT folded_name, must_change_password FROM accounts_person") == [
        ("aissata kone n guessan", False),
        ("aissata kone n guessan", False),
    ]
    memberships = "SELECT started_on, ended_on, end_reason FROM accounts_membership ORDER BY id"
    assert rows(database, memberships) == [
        ("2026-01-05", None, None),
        ("2026-01-02", "2026-02-01", "left"),
    ]
    assert rows(database, "SELECT completed_on FROM learning_enrolment") == [("2026-02-03",)]
    assert rows(database, "SELECT kind FROM institutions_institution") == [("commission",)] * 2
    chain = "SELECT supersedes_id, supersession_reason FROM credentials_credential ORDER BY id"
    assert rows(database, chain) == [(None, None), (1, "facts-corrected")]
    last_active = rows(database, "SELECT last_active_at FROM learning_enrolment")[0][0]
    assert last_active.replace("T", " ").startswith("2026-02-03 23:30:00")

    with database.engine.begin() as connection:
        # Who came back, who was refused, and a right that was taken back have no place before.
        put(
            connection, "accounts_membership", id=3, person_id=1, institution_id=2,
            claimed_at="2026-03-01 00:00:00.000000+00:00", started_on="2026-03-01",
        )  # fmt: skip
        put(
            connection, "accounts_membership", id=4, person_id=2, institution_id=2,
            claimed_at="2026-03-01 00:00:00.000000+00:00", started_on="2026-03-01",
            refused_at="2026-03-02 00:00:00.000000+00:00",
        )  # fmt: skip
        connection.execute(
            text("UPDATE accounts_grant SET revoked_at = '2026-03-01 00:00:00.000000+00:00'")
        )

    command.downgrade(config, FIRST)

    assert rows(database, "SELECT id, ended_at FROM accounts_membership ORDER BY id") == [
        (1, None),
        (3, None),
    ]
    assert rows(database, "SELECT id FROM accounts_grant") == []
    assert rows(database, "SELECT number FROM credentials_credential ORDER BY id") == [
        ("SC-2026-00000001",),
        ("SC-2026-00000002",),
    ]

    command.upgrade(config, "head")
    assert rows(database, chain) == [(None, None), (1, "facts-corrected")]


def test_the_checks_of_a_table_outlive_its_rebuilding(database: Database) -> None:
    """SQLite's tables are built anew by the migration, and would lose what it does not say again."""
    command.upgrade(_config(database), "head")
    nobody = PERSON | {"login": None, "folded_name": "awa", "must_change_password": False}
    somewhere = {"id": 1, "person_id": 1, "role": "officer", "scope_kind": "institution"}

    with (
        pytest.raises(IntegrityError, match="can_be_addressed"),
        database.engine.begin() as writing,
    ):
        put(writing, "accounts_person", **nobody)
    with database.engine.begin() as writing:
        put(writing, "accounts_person", **nobody | {"login": "awa"})
    with pytest.raises(IntegrityError, match="site_has_no_id"), database.engine.begin() as writing:
        put(writing, "accounts_grant", **somewhere, granted_at=PERSON["created_at"])
