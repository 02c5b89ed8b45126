"""Add zones, seats, dated memberships, signing keys, and what becomes of a credential."""

from __future__ import annotations

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_28_believed"
down_revision = "2026_11_22_first_tables"
branch_labels = None
depends_on = None

# As text on SQLite, indexable on PostgreSQL.
JSON_TEXT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

OPEN_CORRECTIONS = sa.text("answered_at IS NULL")
OPEN_MEMBERSHIPS = sa.text("ended_on IS NULL AND refused_at IS NULL")


def _person_checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite's tables are built anew, and lose the checks that are not said again."""
    name = op.f("ck_accounts_person_can_be_addressed")
    return (sa.CheckConstraint("login IS NOT NULL OR email IS NOT NULL", name=name),)


def _grant_checks() -> tuple[sa.CheckConstraint, ...]:
    name = op.f("ck_accounts_grant_site_has_no_id")
    return (sa.CheckConstraint("(scope_kind = 'site') = (scope_id IS NULL)", name=name),)


def upgrade() -> None:
    _create_tables()
    _add_columns()
    _fill_columns()
    _require_columns()


def _create_tables() -> None:

    op.create_table(
        "catalogue_logo",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_catalogue_logo")),
    )
    op.create_table(
        "credentials_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials_key")),
    )
    op.create_table(
        "institutions_member_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", JSON_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions_member_type")),
        sa.UniqueConstraint("key", name=op.f("uq_institutions_member_type_key")),
    )
    op.create_table(
        "institutions_zone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["institutions_zone.id"], name=op.f("fk_institutions_zone_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions_zone")),
        sa.UniqueConstraint("key", name=op.f("uq_institutions_zone_key")),
    )
    op.create_index(op.f("ix_institutions_zone_parent_id"), "institutions_zone", ["parent_id"])
    op.create_index(op.f("ix_institutions_zone_path"), "institutions_zone", ["path"])
    op.create_table(
        "accounts_personal_detail",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(length=16), nullable=True),
        sa.Column("age_band", sa.String(length=16), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["accounts_person.id"],
            name=op.f("fk_accounts_personal_detail_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["accounts_person.id"],
            name=op.f("fk_accounts_personal_detail_recorded_by_id"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_accounts_personal_detail")),
    )
    op.create_table(
        "credentials_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_credentials_share_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials_share")),
        sa.UniqueConstraint("secret", name=op.f("uq_credentials_share_secret")),
    )
    op.create_index(op.f("ix_credentials_share_person_id"), "credentials_share", ["person_id"])
    op.create_table(
        "institutions_seat",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("member_type_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_institutions_seat_is_there")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions_institution.id"],
            name=op.f("fk_institutions_seat_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["member_type_id"],
            ["institutions_member_type.id"],
            name=op.f("fk_institutions_seat_member_type_id"),
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "member_type_id", name=op.f("pk_institutions_seat")
        ),
    )
    op.create_table(
        "officers_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("choice", JSON_TEXT, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions_institution.id"],
            name=op.f("fk_officers_bundle_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs_job.id"], name=op.f("fk_officers_bundle_job_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts_person.id"],
            name=op.f("fk_officers_bundle_owner_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers_bundle")),
        sa.UniqueConstraint("job_id", name=op.f("uq_officers_bundle_job_id")),
    )
    op.create_index(op.f("ix_officers_bundle_asked_at"), "officers_bundle", ["asked_at"])
    op.create_index(
        op.f("ix_officers_bundle_institution_id"), "officers_bundle", ["institution_id"]
    )
    op.create_index(op.f("ix_officers_bundle_owner_id"), "officers_bundle", ["owner_id"])
    op.create_table(
        "officers_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=250), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions_institution.id"],
            name=op.f("fk_officers_upload_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts_person.id"], name=op.f("fk_officers_upload_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers_upload")),
    )
    op.create_index(op.f("ix_officers_upload_owner_id"), "officers_upload", ["owner_id"])
    op.create_index(op.f("ix_officers_upload_uploaded_at"), "officers_upload", ["uploaded_at"])
    op.create_table(
        "officers_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_officers_reminder_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["accounts_person.id"], name=op.f("fk_officers_reminder_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers_reminder")),
        sa.UniqueConstraint(
            "enrolment_id", "number", name=op.f("uq_officers_reminder_enrolment_id_number")
        ),
    )
    op.create_table(
        "credentials_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("family_names", sa.String(length=120), nullable=False),
        sa.Column("name_order", sa.String(length=16), nullable=False),
        sa.Column("printed_name", sa.String(length=250), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["accounts_person.id"],
            name=op.f("fk_credentials_correction_answered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials_credential.id"],
            name=op.f("fk_credentials_correction_credential_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_credentials_correction_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials_correction")),
    )
    op.create_index(
        op.f("ix_credentials_correction_credential_id"), "credentials_correction", ["credential_id"]
    )
    op.create_index(
        op.f("ix_credentials_correction_person_id"), "credentials_correction", ["person_id"]
    )
    op.create_index(
        "uq_credentials_correction_open",
        "credentials_correction",
        ["credential_id"],
        unique=True,
        sqlite_where=OPEN_CORRECTIONS,
        postgresql_where=OPEN_CORRECTIONS,
    )
    op.create_table(
        "credentials_revocation",
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials_credential.id"],
            name=op.f("fk_credentials_revocation_credential_id"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"],
            ["accounts_person.id"],
            name=op.f("fk_credentials_revocation_revoked_by_id"),
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_credentials_revocation")),
    )


def _add_columns() -> None:
    """Add what rows that are there do not have yet, so that it may still be missing."""
    op.add_column("accounts_person", sa.Column("folded_name", sa.String(length=250)))
    op.add_column(
        "accounts_person",
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name, type_ in (
        ("member_type", sa.String(length=64)),
        ("started_on", sa.Date()),
        ("ended_on", sa.Date()),
        ("end_reason", sa.String(length=16)),
        ("invited_by_id", sa.Integer()),
        ("invited_as", sa.String(length=254)),
        ("confirmed_by_id", sa.Integer()),
        ("refused_at", sa.DateTime(timezone=True)),
        ("refused_by_id", sa.Integer()),
        ("ended_by_id", sa.Integer()),
    ):
        op.add_column("accounts_membership", sa.Column(name, type_))
    for name, table in (("signatories", "catalogue_programme"), ("logos", "catalogue_programme"),
                        ("signatories", "credentials_credential"),
                        ("logos", "credentials_credential")):  # fmt: skip
        op.add_column(
            table, sa.Column(name, JSON_TEXT, nullable=False, server_default=sa.text("'[]'"))
        )
    op.add_column("catalogue_version", sa.Column("valid_months", sa.Integer()))
    op.add_column(
        "catalogue_version",
        sa.Column("offers_participation", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "credentials_credential",
        sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("1")),
    )
    op.add_column("credentials_credential", sa.Column("expires_on", sa.Date()))
    op.add_column("credentials_credential", sa.Column("supersedes_id", sa.Integer()))
    op.add_column("credentials_credential", sa.Column("supersession_reason", sa.String(length=32)))
    op.add_column("credentials_credential", sa.Column("renews_id", sa.Integer()))
    op.add_column(
        "institutions_institution",
        sa.Column(
            "kind", sa.String(length=32), nullable=False, server_default=sa.text("'commission'")
        ),
    )
    op.add_column("institutions_institution", sa.Column("zone_id", sa.Integer()))
    op.add_column("institutions_institution", sa.Column("closed_on", sa.Date()))
    op.add_column("learning_enrolment", sa.Column("last_active_at", sa.DateTime(timezone=True)))
    op.add_column("learning_enrolment", sa.Column("completed_on", sa.Date()))
    op.add_column("learning_enrolment", sa.Column("completed_score", sa.Integer()))


def _fill_columns() -> None:
    connection = op.get_bind()
    people = connection.execute(
        sa.text("SELECT id, given_names, family_names FROM accounts_person")
    )
    for id, given_names, family_names in people.all():
        connection.execute(
            sa.text("UPDATE accounts_person SET folded_name = :folded WHERE id = :id"),
            {"folded": _fold(f"{given_names} {family_names}"), "id": id},
        )
    memberships = sa.table(
        "accounts_membership",
        *map(
            sa.column,
            ("claimed_at", "confirmed_at", "started_on", "ended_at", "ended_on", "end_reason"),
        ),
    )
    was = memberships.c
    op.execute(
        memberships.update().values(
            started_on=_day_of(sa.func.coalesce(was.confirmed_at, was.claimed_at)),
            ended_on=_day_of(was.ended_at),
            end_reason=sa.case((was.ended_at.is_not(None), "left")),
        )
    )
    enrolments = sa.table(
        "learning_enrolment",
        *map(sa.column, ("id", "enrolled_at", "last_active_at", "completed_at", "completed_on")),
    )
    progress = sa.table("learning_progress", sa.column("enrolment_id"), sa.column("updated_at"))
    newest = (
        sa.select(sa.func.max(progress.c.updated_at))
        .where(progress.c.enrolment_id == enrolments.c.id)
        .scalar_subquery()
    )
    op.execute(
        enrolments.update().values(
            last_active_at=sa.func.coalesce(newest, enrolments.c.enrolled_at),
            completed_on=_day_of(enrolments.c.completed_at),
        )
    )
    # What a certificate was issued for keeps its score; until now there was no completion without one.
    op.execute(
        "UPDATE learning_enrolment SET completed_score = (SELECT score FROM credentials_credential"
        " WHERE enrolment_id = learning_enrolment.id AND kind = 'completion' AND sequence = 1)"
        " WHERE completed_at IS NOT NULL"
    )
    # A correction took the next sequence number of its enrolment and kind.
    op.execute(
        "UPDATE credentials_credential SET supersession_reason = 'facts-corrected',"
        " supersedes_id = (SELECT older.id FROM credentials_credential AS older"
        " WHERE older.enrolment_id = credentials_credential.enrolment_id"
        " AND older.kind = credentials_credential.kind"
        " AND older.sequence = credentials_credential.sequence - 1)"
        " WHERE sequence > 1"
    )


def _day_of(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the day of a moment, in UTC."""
    if op.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.timezone("UTC", moment), sa.Date)
    return sa.func.date(moment)


def _fold(name: str) -> str:
    """As the product folded names when this was written."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare.casefold()).split())


def _require_columns() -> None:
    """Now that they are filled: require them, drop the defaults, and tie what refers to other tables."""
    with op.batch_alter_table("accounts_person", table_args=_person_checks()) as table:
        table.alter_column("folded_name", nullable=False)
        table.alter_column("must_change_password", server_default=None)
        table.create_index(op.f("ix_accounts_person_folded_name"), ["folded_name"])
    with op.batch_alter_table("accounts_grant", table_args=_grant_checks()) as table:
        table.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("revoked_by_id", sa.Integer()))
        table.create_foreign_key(
            op.f("fk_accounts_grant_revoked_by_id"), "accounts_person", ["revoked_by_id"], ["id"]
        )
        table.create_index(
            "uq_accounts_grant_in_force",
            ["person_id", "role", "scope_kind", "scope_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
    with op.batch_alter_table("accounts_membership") as table:
        table.alter_column("started_on", nullable=False)
        table.drop_column("ended_at")
        table.drop_constraint(
            op.f("uq_accounts_membership_person_id_institution_id"), type_="unique"
        )
        table.create_check_constraint(
            op.f("ck_accounts_membership_ends_after_its_start"),
            "ended_on IS NULL OR ended_on >= started_on",
        )
        table.create_index(op.f("ix_accounts_membership_person_id"), ["person_id"])
        table.create_index(
            "uq_accounts_membership_open",
            ["person_id", "institution_id"],
            unique=True,
            sqlite_where=OPEN_MEMBERSHIPS,
            postgresql_where=OPEN_MEMBERSHIPS,
        )
        for name in ("invited_by_id", "confirmed_by_id", "refused_by_id", "ended_by_id"):
            table.create_foreign_key(
                op.f(f"fk_accounts_membership_{name}"), "accounts_person", [name], ["id"]
            )
    with op.batch_alter_table("catalogue_programme") as table:
        table.alter_column("signatories", server_default=None)
        table.alter_column("logos", server_default=None)
    with op.batch_alter_table("catalogue_version") as table:
        table.alter_column("offers_participation", server_default=None)
    with op.batch_alter_table("credentials_credential") as table:
        for name in ("signatories", "logos", "tries"):
            table.alter_column(name, server_default=None)
        table.create_unique_constraint(
            op.f("uq_credentials_credential_supersedes_id"), ["supersedes_id"]
        )
        for name in ("supersedes_id", "renews_id"):
            table.create_foreign_key(
                op.f(f"fk_credentials_credential_{name}"), "credentials_credential", [name], ["id"]
            )
    with op.batch_alter_table("credentials_document") as table:
        table.add_column(sa.Column("key_id", sa.String(length=16)))
        table.create_foreign_key(
            op.f("fk_credentials_document_key_id"), "credentials_key", ["key_id"], ["id"]
        )
    with op.batch_alter_table("institutions_institution") as table:
        table.alter_column("kind", server_default=None)
        table.create_index(op.f("ix_institutions_institution_zone_id"), ["zone_id"])
        table.create_foreign_key(
            op.f("fk_institutions_institution_zone_id"), "institutions_zone", ["zone_id"], ["id"]
        )
    with op.batch_alter_table("learning_enrolment") as table:
        table.alter_column("last_active_at", nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("learning_enrolment") as table:
        table.drop_column("completed_score")
        table.drop_column("completed_on")
        table.drop_column("last_active_at")
    with op.batch_alter_table("institutions_institution") as table:
        table.drop_constraint(op.f("fk_institutions_institution_zone_id"), type_="foreignkey")
        table.drop_index(op.f("ix_institutions_institution_zone_id"))
        for name in ("closed_on", "zone_id", "kind"):
            table.drop_column(name)
    with op.batch_alter_table("credentials_document") as table:
        table.drop_constraint(op.f("fk_credentials_document_key_id"), type_="foreignkey")
        table.drop_column("key_id")
    with op.batch_alter_table("credentials_credential") as table:
        for name in ("supersedes_id", "renews_id"):
            table.drop_constraint(op.f(f"fk_credentials_credential_{name}"), type_="foreignkey")
        table.drop_constraint(op.f("uq_credentials_credential_supersedes_id"), type_="unique")
        for name in ("renews_id", "supersession_reason", "supersedes_id", "logos", "signatories",
                     "expires_on", "tries"):  # fmt: skip
            table.drop_column(name)
    with op.batch_alter_table("catalogue_version") as table:
        table.drop_column("offers_participation")
        table.drop_column("valid_months")
    with op.batch_alter_table("catalogue_programme") as table:
        table.drop_column("logos")
        table.drop_column("signatories")
    with op.batch_alter_table("accounts_person", table_args=_person_checks()) as table:
        table.drop_index(op.f("ix_accounts_person_folded_name"))
        table.drop_column("must_change_password")
        table.drop_column("folded_name")
    _merge_memberships()
    # What was taken back must not hold again.
    op.execute("DELETE FROM accounts_grant WHERE revoked_at IS NOT NULL")
    with op.batch_alter_table("accounts_grant", table_args=_grant_checks()) as table:
        table.drop_index("uq_accounts_grant_in_force")
        table.drop_constraint(op.f("fk_accounts_grant_revoked_by_id"), type_="foreignkey")
        table.drop_column("revoked_by_id")
        table.drop_column("revoked_at")
    op.drop_table("credentials_revocation")
    op.drop_table("credentials_correction")
    op.drop_table("officers_reminder")
    op.drop_table("officers_upload")
    op.drop_table("officers_bundle")
    op.drop_table("institutions_seat")
    op.drop_table("credentials_share")
    op.drop_table("accounts_personal_detail")
    op.drop_table("institutions_zone")
    op.drop_table("institutions_member_type")
    op.drop_table("credentials_key")
    op.drop_table("catalogue_logo")


def _merge_memberships() -> None:
    """Keep of a person's memberships in one institution the last, since no more had a place before."""
    op.execute("DELETE FROM accounts_membership WHERE refused_at IS NOT NULL")
    op.execute(
        "DELETE FROM accounts_membership WHERE EXISTS (SELECT 1 FROM accounts_membership AS later"
        " WHERE later.person_id = accounts_membership.person_id"
        " AND later.institution_id = accounts_membership.institution_id"
        " AND later.id > accounts_membership.id)"
    )
    op.add_column("accounts_membership", sa.Column("ended_at", sa.DateTime(timezone=True)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "UPDATE accounts_membership SET ended_at = ended_on::timestamp AT TIME ZONE 'UTC'"
        )
    else:
        op.execute("UPDATE accounts_membership SET ended_at = ended_on || ' 00:00:00.000000'")
    with op.batch_alter_table("accounts_membership") as table:
        for name in ("invited_by_id", "confirmed_by_id", "refused_by_id", "ended_by_id"):
            table.drop_constraint(op.f(f"fk_accounts_membership_{name}"), type_="foreignkey")
        table.drop_index("uq_accounts_membership_open")
        table.drop_index(op.f("ix_accounts_membership_person_id"))
        table.drop_constraint(op.f("ck_accounts_membership_ends_after_its_start"), type_="check")
        table.create_unique_constraint(
            op.f("uq_accounts_membership_person_id_institution_id"), ["person_id", "institution_id"]
        )
        for name in ("ended_by_id", "refused_by_id", "refused_at", "confirmed_by_id",
                     "invited_as", "invited_by_id", "end_reason", "ended_on", "started_on", "member_type"):  # fmt: skip
            table.drop_column(name)
