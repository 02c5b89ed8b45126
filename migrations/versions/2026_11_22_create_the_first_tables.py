"""Create the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_first_tables"
down_revision = None
branch_labels = None
depends_on = None

# As text on SQLite, indexable on PostgreSQL.
JSON_TEXT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "accounts_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("family_names", sa.String(length=120), nullable=False),
        sa.Column("name_order", sa.String(length=16), nullable=False),
        sa.Column("printed_name", sa.String(length=250), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "login IS NOT NULL OR email IS NOT NULL",
            name=op.f("ck_accounts_person_can_be_addressed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_person")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_person_email")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_person_login")),
    )
    op.create_table(
        "accounts_sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_sign_in_failure")),
    )
    op.create_index(
        "ix_accounts_sign_in_failure_account",
        "accounts_sign_in_failure",
        ["account_hash", "failed_at"],
        unique=False,
    )
    op.create_index(
        "ix_accounts_sign_in_failure_address",
        "accounts_sign_in_failure",
        ["address_hash", "failed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_accounts_sign_in_failure_failed_at"),
        "accounts_sign_in_failure",
        ["failed_at"],
        unique=False,
    )
    op.create_table(
        "catalogue_programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", JSON_TEXT, nullable=False),
        sa.Column("summary", JSON_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_catalogue_programme_key")),
    )
    op.create_table(
        "credentials_number",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_credentials_number")),
    )
    op.create_table(
        "institutions_institution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("name", JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["institutions_institution.id"],
            name=op.f("fk_institutions_institution_parent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions_institution")),
        sa.UniqueConstraint("key", name=op.f("uq_institutions_institution_key")),
    )
    op.create_index(
        op.f("ix_institutions_institution_parent_id"),
        "institutions_institution",
        ["parent_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_institutions_institution_path"), "institutions_institution", ["path"], unique=False
    )
    op.create_table(
        "accounts_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope_kind", sa.String(length=32), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(scope_kind = 'site') = (scope_id IS NULL)",
            name=op.f("ck_accounts_grant_site_has_no_id"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["accounts_person.id"], name=op.f("fk_accounts_grant_granted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_grant_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_grant")),
    )
    op.create_index("ix_accounts_grant_person_id", "accounts_grant", ["person_id"], unique=False)
    op.create_table(
        "accounts_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions_institution.id"],
            name=op.f("fk_accounts_membership_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_membership_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_membership")),
        sa.UniqueConstraint(
            "person_id",
            "institution_id",
            name=op.f("uq_accounts_membership_person_id_institution_id"),
        ),
    )
    op.create_index(
        op.f("ix_accounts_membership_institution_id"),
        "accounts_membership",
        ["institution_id"],
        unique=False,
    )
    op.create_table(
        "accounts_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", JSON_TEXT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_accounts_token_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_accounts_token_token_hash")),
    )
    op.create_index(
        op.f("ix_accounts_token_person_id"), "accounts_token", ["person_id"], unique=False
    )
    op.create_table(
        "catalogue_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["catalogue_programme.id"],
            name=op.f("fk_catalogue_module_programme_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_module")),
        sa.UniqueConstraint("slug", name=op.f("uq_catalogue_module_slug")),
    )
    op.create_index(
        op.f("ix_catalogue_module_programme_id"), "catalogue_module", ["programme_id"], unique=False
    )
    op.create_table(
        "jobs_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts_person.id"],
            name=op.f("fk_jobs_job_owner_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs_job")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_job_key")),
    )
    op.create_index(op.f("ix_jobs_job_created_at"), "jobs_job", ["created_at"], unique=False)
    op.create_index(op.f("ix_jobs_job_owner_id"), "jobs_job", ["owner_id"], unique=False)
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("title", JSON_TEXT, nullable=False),
        sa.Column("summary", JSON_TEXT, nullable=False),
        sa.Column("source_language", sa.String(length=16), nullable=False),
        sa.Column("languages", JSON_TEXT, nullable=False),
        sa.Column("prerequisites", JSON_TEXT, nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["catalogue_module.id"], name=op.f("fk_catalogue_version_module_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
        sa.UniqueConstraint(
            "module_id", "number", name=op.f("uq_catalogue_version_module_id_number")
        ),
    )
    op.create_table(
        "learning_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["catalogue_module.id"], name=op.f("fk_learning_edition_module_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_edition")),
        sa.UniqueConstraint("module_id", "key", name=op.f("uq_learning_edition_module_id_key")),
    )
    op.create_table(
        "questions_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=324), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["catalogue_module.id"], name=op.f("fk_questions_question_module_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions_question")),
        sa.UniqueConstraint("module_id", "key", name=op.f("uq_questions_question_module_id_key")),
    )
    op.create_table(
        "questions_tag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions_question.id"], name=op.f("fk_questions_tag_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "tag", name=op.f("pk_questions_tag")),
    )
    op.create_index(op.f("ix_questions_tag_tag"), "questions_tag", ["tag"], unique=False)
    op.create_table(
        "catalogue_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=250), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_version.id"], name=op.f("fk_catalogue_file_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_file")),
        sa.UniqueConstraint("version_id", "path", name=op.f("uq_catalogue_file_version_id_path")),
    )
    op.create_index(op.f("ix_catalogue_file_sha256"), "catalogue_file", ["sha256"], unique=False)
    op.create_table(
        "catalogue_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_version.id"], name=op.f("fk_catalogue_section_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_section")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_catalogue_section_version_id_key")),
    )
    op.create_table(
        "learning_enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["completed_version_id"],
            ["catalogue_version.id"],
            name=op.f("fk_learning_enrolment_completed_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["learning_edition.id"], name=op.f("fk_learning_enrolment_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions_institution.id"],
            name=op.f("fk_learning_enrolment_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_learning_enrolment_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_enrolment")),
        sa.UniqueConstraint(
            "edition_id",
            "person_id",
            "number",
            name=op.f("uq_learning_enrolment_edition_id_person_id_number"),
        ),
    )
    op.create_index(
        op.f("ix_learning_enrolment_institution_id"),
        "learning_enrolment",
        ["institution_id"],
        unique=False,
    )
    op.create_index(
        "ix_learning_enrolment_person_id", "learning_enrolment", ["person_id"], unique=False
    )
    op.create_table(
        "questions_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("body", JSON_TEXT, nullable=False),
        sa.Column("rendered", JSON_TEXT, nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions_question.id"],
            name=op.f("fk_questions_version_question_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions_version")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_questions_version_question_id_number")
        ),
    )
    op.create_table(
        "catalogue_activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", JSON_TEXT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("after", JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["catalogue_section.id"], name=op.f("fk_catalogue_activity_section_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["catalogue_version.id"], name=op.f("fk_catalogue_activity_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_activity")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_catalogue_activity_version_id_key")),
    )
    op.create_index(
        op.f("ix_catalogue_activity_section_id"), "catalogue_activity", ["section_id"], unique=False
    )
    op.create_table(
        "credentials_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("module_slug", sa.String(length=64), nullable=False),
        sa.Column("module_title", JSON_TEXT, nullable=False),
        sa.Column("programme_title", JSON_TEXT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("languages", JSON_TEXT, nullable=False),
        sa.Column("institution_name", JSON_TEXT, nullable=True),
        sa.Column("issuer", sa.String(length=250), nullable=False),
        sa.Column("is_specimen", sa.Boolean(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_commitment", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_credentials_credential_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials_credential")),
        sa.UniqueConstraint("code", name=op.f("uq_credentials_credential_code")),
        sa.UniqueConstraint(
            "enrolment_id",
            "kind",
            "sequence",
            name=op.f("uq_credentials_credential_enrolment_id_kind_sequence"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_credentials_credential_number")),
    )
    op.create_table(
        "learning_progress",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("is_score_hidden", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_learning_progress_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "activity_key", name=op.f("pk_learning_progress")),
    )
    op.create_table(
        "learning_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_learning_result_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_result")),
    )
    op.create_index(
        "ix_learning_result_enrolment_id",
        "learning_result",
        ["enrolment_id", "activity_key"],
        unique=False,
    )
    op.create_table(
        "catalogue_lesson_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("translates", sa.Integer(), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["catalogue_activity.id"],
            name=op.f("fk_catalogue_lesson_text_activity_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_lesson_text")),
        sa.UniqueConstraint(
            "activity_id", "language", name=op.f("uq_catalogue_lesson_text_activity_id_language")
        ),
    )
    op.create_table(
        "credentials_document",
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=250), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials_credential.id"],
            name=op.f("fk_credentials_document_credential_id"),
        ),
        sa.PrimaryKeyConstraint("credential_id", "language", name=op.f("pk_credentials_document")),
    )
    op.create_index(
        op.f("ix_credentials_document_sha256"), "credentials_document", ["sha256"], unique=False
    )
    op.create_table(
        "credentials_holder",
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("printed_name", sa.String(length=250), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials_credential.id"],
            name=op.f("fk_credentials_holder_credential_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_credentials_holder_person_id")
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_credentials_holder")),
    )
    op.create_index(
        op.f("ix_credentials_holder_person_id"), "credentials_holder", ["person_id"], unique=False
    )
    # A module names its current version, and a version its module (so do questions): this half comes last.
    with op.batch_alter_table("catalogue_module") as batch:
        batch.create_foreign_key(
            "fk_catalogue_module_current_version_id",
            "catalogue_version",
            ["current_version_id"],
            ["id"],
        )
    with op.batch_alter_table("questions_question") as batch:
        batch.create_foreign_key(
            "fk_questions_question_current_version_id",
            "questions_version",
            ["current_version_id"],
            ["id"],
        )
    op.create_table(
        "quizzes_extra_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) != (institution_id IS NULL)",
            name=op.f("ck_quizzes_extra_time_one_target"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions_institution.id"],
            name=op.f("fk_quizzes_extra_time_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts_person.id"], name=op.f("fk_quizzes_extra_time_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["catalogue_module.id"], name=op.f("fk_quizzes_extra_time_module_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name=op.f("fk_quizzes_extra_time_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes_extra_time")),
    )
    op.create_index(
        "ix_quizzes_extra_time_activity",
        "quizzes_extra_time",
        ["module_id", "activity_key"],
        unique=False,
    )
    op.create_table(
        "quizzes_quiz",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("intro", JSON_TEXT, nullable=False),
        sa.Column("intro_html", JSON_TEXT, nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_limit", sa.Integer(), nullable=True),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("delay", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("per_page", sa.Integer(), nullable=True),
        sa.Column("navigation", sa.String(length=16), nullable=False),
        sa.Column("feedback", sa.String(length=16), nullable=False),
        sa.Column("shuffles_questions", sa.Boolean(), nullable=False),
        sa.Column("shuffles_options", sa.Boolean(), nullable=False),
        sa.Column("review_score", sa.String(length=16), nullable=False),
        sa.Column("review_marks", sa.String(length=16), nullable=False),
        sa.Column("review_answers", sa.String(length=16), nullable=False),
        sa.Column("review_feedback", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["catalogue_activity.id"], name=op.f("fk_quizzes_quiz_activity_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_quizzes_quiz")),
    )
    op.create_table(
        "quizzes_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_timed_out", sa.Boolean(), nullable=False),
        sa.Column("reopens_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["learning_enrolment.id"],
            name=op.f("fk_quizzes_attempt_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes_quiz.activity_id"], name=op.f("fk_quizzes_attempt_quiz_id")
        ),
        sa.ForeignKeyConstraint(
            ["reopens_id"], ["quizzes_attempt.id"], name=op.f("fk_quizzes_attempt_reopens_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes_attempt")),
        sa.UniqueConstraint(
            "enrolment_id",
            "activity_key",
            "number",
            name=op.f("uq_quizzes_attempt_enrolment_id_activity_key_number"),
        ),
    )
    op.create_index(
        "ix_quizzes_attempt_deadline",
        "quizzes_attempt",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("submitted_at IS NULL"),
        postgresql_where=sa.text("submitted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_quizzes_attempt_quiz_id"), "quizzes_attempt", ["quiz_id"], unique=False
    )
    op.create_index(
        op.f("ix_quizzes_attempt_reopens_id"), "quizzes_attempt", ["reopens_id"], unique=False
    )
    op.create_index(
        "uq_quizzes_attempt_open",
        "quizzes_attempt",
        ["enrolment_id", "activity_key"],
        unique=True,
        sqlite_where=sa.text("submitted_at IS NULL"),
        postgresql_where=sa.text("submitted_at IS NULL"),
    )
    op.create_table(
        "quizzes_band",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("text", JSON_TEXT, nullable=False),
        sa.Column("text_html", JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes_quiz.activity_id"], name=op.f("fk_quizzes_band_quiz_id")
        ),
        sa.PrimaryKeyConstraint("quiz_id", "least", name=op.f("pk_quizzes_band")),
    )
    op.create_table(
        "quizzes_draw",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=350), nullable=False),
        sa.Column("tags", JSON_TEXT, nullable=False),
        sa.Column("question", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes_quiz.activity_id"], name=op.f("fk_quizzes_draw_quiz_id")
        ),
        sa.PrimaryKeyConstraint("quiz_id", "number", name=op.f("pk_quizzes_draw")),
    )
    op.create_table(
        "quizzes_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("response", JSON_TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("problem", JSON_TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quizzes_attempt.id"], name=op.f("fk_quizzes_answer_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes_answer")),
        sa.UniqueConstraint(
            "attempt_id",
            "client",
            "slot",
            "number",
            name=op.f("uq_quizzes_answer_attempt_id_client_slot_number"),
        ),
        sa.UniqueConstraint(
            "attempt_id",
            "slot",
            "revision",
            name=op.f("uq_quizzes_answer_attempt_id_slot_revision"),
        ),
    )
    op.create_table(
        "quizzes_grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("marks", JSON_TEXT, nullable=False),
        sa.Column("versions", JSON_TEXT, nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quizzes_attempt.id"], name=op.f("fk_quizzes_grade_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes_grade")),
    )
    op.create_index(
        op.f("ix_quizzes_grade_attempt_id"), "quizzes_grade", ["attempt_id"], unique=False
    )
    op.create_table(
        "quizzes_pool",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["questions_version.id"],
            name=op.f("fk_quizzes_pool_question_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id", "draw"],
            ["quizzes_draw.quiz_id", "quizzes_draw.number"],
            name=op.f("fk_quizzes_pool_quiz_id_draw"),
        ),
        sa.PrimaryKeyConstraint(
            "quiz_id", "draw", "question_version_id", name=op.f("pk_quizzes_pool")
        ),
    )
    op.create_index(
        op.f("ix_quizzes_pool_question_version_id"),
        "quizzes_pool",
        ["question_version_id"],
        unique=False,
    )
    op.create_table(
        "quizzes_slot",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("prepared", JSON_TEXT, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quizzes_attempt.id"], name=op.f("fk_quizzes_slot_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["questions_version.id"],
            name=op.f("fk_quizzes_slot_question_version_id"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_quizzes_slot")),
    )
    op.create_index(
        op.f("ix_quizzes_slot_question_version_id"),
        "quizzes_slot",
        ["question_version_id"],
        unique=False,
    )
    op.create_table(
        "quizzes_repair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=64), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(length=32), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["quizzes_answer.id"], name=op.f("fk_quizzes_repair_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quizzes_attempt.id"], name=op.f("fk_quizzes_repair_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["learning_enrolment.id"], name=op.f("fk_quizzes_repair_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts_person.id"], name=op.f("fk_quizzes_repair_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes_repair")),
    )
    op.create_index(
        op.f("ix_quizzes_repair_answer_id"), "quizzes_repair", ["answer_id"], unique=False
    )
    op.create_index(
        op.f("ix_quizzes_repair_attempt_id"), "quizzes_repair", ["attempt_id"], unique=False
    )
    op.create_index(
        "ix_quizzes_repair_enrolment_id",
        "quizzes_repair",
        ["enrolment_id", "activity_key"],
        unique=False,
    )


def downgrade() -> None:
    with op.batch_alter_table("catalogue_module") as batch:
        batch.drop_constraint("fk_catalogue_module_current_version_id", type_="foreignkey")
    with op.batch_alter_table("questions_question") as batch:
        batch.drop_constraint("fk_questions_question_current_version_id", type_="foreignkey")
    op.drop_index("ix_quizzes_repair_enrolment_id", table_name="quizzes_repair")
    op.drop_index(op.f("ix_quizzes_repair_attempt_id"), table_name="quizzes_repair")
    op.drop_index(op.f("ix_quizzes_repair_answer_id"), table_name="quizzes_repair")
    op.drop_table("quizzes_repair")
    op.drop_index(op.f("ix_quizzes_slot_question_version_id"), table_name="quizzes_slot")
    op.drop_table("quizzes_slot")
    op.drop_index(op.f("ix_quizzes_pool_question_version_id"), table_name="quizzes_pool")
    op.drop_table("quizzes_pool")
    op.drop_index(op.f("ix_quizzes_grade_attempt_id"), table_name="quizzes_grade")
    op.drop_table("quizzes_grade")
    op.drop_table("quizzes_answer")
    op.drop_table("quizzes_draw")
    op.drop_table("quizzes_band")
    op.drop_index(
        "uq_quizzes_attempt_open",
        table_name="quizzes_attempt",
        sqlite_where=sa.text("submitted_at IS NULL"),
        postgresql_where=sa.text("submitted_at IS NULL"),
    )
    op.drop_index(op.f("ix_quizzes_attempt_reopens_id"), table_name="quizzes_attempt")
    op.drop_index(op.f("ix_quizzes_attempt_quiz_id"), table_name="quizzes_attempt")
    op.drop_index(
        "ix_quizzes_attempt_deadline",
        table_name="quizzes_attempt",
        sqlite_where=sa.text("submitted_at IS NULL"),
        postgresql_where=sa.text("submitted_at IS NULL"),
    )
    op.drop_table("quizzes_attempt")
    op.drop_table("quizzes_quiz")
    op.drop_index("ix_quizzes_extra_time_activity", table_name="quizzes_extra_time")
    op.drop_table("quizzes_extra_time")
    op.drop_index(op.f("ix_credentials_holder_person_id"), table_name="credentials_holder")
    op.drop_table("credentials_holder")
    op.drop_index(op.f("ix_credentials_document_sha256"), table_name="credentials_document")
    op.drop_table("credentials_document")
    op.drop_table("catalogue_lesson_text")
    op.drop_index("ix_learning_result_enrolment_id", table_name="learning_result")
    op.drop_table("learning_result")
    op.drop_table("learning_progress")
    op.drop_table("credentials_credential")
    op.drop_index(op.f("ix_catalogue_activity_section_id"), table_name="catalogue_activity")
    op.drop_table("catalogue_activity")
    op.drop_table("questions_version")
    op.drop_index("ix_learning_enrolment_person_id", table_name="learning_enrolment")
    op.drop_index(op.f("ix_learning_enrolment_institution_id"), table_name="learning_enrolment")
    op.drop_table("learning_enrolment")
    op.drop_table("catalogue_section")
    op.drop_index(op.f("ix_catalogue_file_sha256"), table_name="catalogue_file")
    op.drop_table("catalogue_file")
    op.drop_index(op.f("ix_questions_tag_tag"), table_name="questions_tag")
    op.drop_table("questions_tag")
    op.drop_table("questions_question")
    op.drop_table("learning_edition")
    op.drop_table("catalogue_version")
    op.drop_index(op.f("ix_jobs_job_owner_id"), table_name="jobs_job")
    op.drop_index(op.f("ix_jobs_job_created_at"), table_name="jobs_job")
    op.drop_table("jobs_job")
    op.drop_index(op.f("ix_catalogue_module_programme_id"), table_name="catalogue_module")
    op.drop_table("catalogue_module")
    op.drop_index(op.f("ix_accounts_token_person_id"), table_name="accounts_token")
    op.drop_table("accounts_token")
    op.drop_index(op.f("ix_accounts_membership_institution_id"), table_name="accounts_membership")
    op.drop_table("accounts_membership")
    op.drop_index("ix_accounts_grant_person_id", table_name="accounts_grant")
    op.drop_table("accounts_grant")
    op.drop_index(op.f("ix_institutions_institution_path"), table_name="institutions_institution")
    op.drop_index(
        op.f("ix_institutions_institution_parent_id"), table_name="institutions_institution"
    )
    op.drop_table("institutions_institution")
    op.drop_table("credentials_number")
    op.drop_table("catalogue_programme")
    op.drop_index(
        op.f("ix_accounts_sign_in_failure_failed_at"), table_name="accounts_sign_in_failure"
    )
    op.drop_index("ix_accounts_sign_in_failure_address", table_name="accounts_sign_in_failure")
    op.drop_index("ix_accounts_sign_in_failure_account", table_name="accounts_sign_in_failure")
    op.drop_table("accounts_sign_in_failure")
    op.drop_table("accounts_person")
