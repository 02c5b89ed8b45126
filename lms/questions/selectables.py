"""SQL that rooms above may join."""

from sqlalchemy import select

from lms.questions.models import QuestionVersion

# One row a question version.
question_versions = select(
    QuestionVersion.id.label("version_id"),
    QuestionVersion.type,
    QuestionVersion.body,
    QuestionVersion.rendered,
).subquery("question_versions")
