"""SQL that rooms above may join."""

from sqlalchemy import select

from lms.questions.models import Question, QuestionVersion

# One row a question version, with what is its question's.
question_versions = (
    select(
        QuestionVersion.id.label("version_id"),
        QuestionVersion.question_id,
        QuestionVersion.number,
        QuestionVersion.type,
        QuestionVersion.body,
        QuestionVersion.rendered,
        Question.key,
        Question.category,
    )
    .join(Question, Question.id == QuestionVersion.question_id)
    .subquery("question_versions")
)
