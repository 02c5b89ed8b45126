"""Attempts as the API reads and writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from lms.core.i18n import Message
from lms.questions.domain import Holds
from lms.web.formats import as_sentence

MOST_SAVES = 200
LARGEST_COUNT = 2**31 - 1


class Sentence(fields.Field):
    """A message in the reader's language, or null."""

    def _serialize(self, value: Message | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else as_sentence(value)


class SaveSchema(Schema):
    """One numbered save of one slot."""

    slot = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_COUNT))
    number = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, LARGEST_COUNT),
        metadata={"description": "Counts the client's saves of the slot, from 1."},
    )
    base = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, LARGEST_COUNT),
        metadata={"description": "The revision last seen; 0: none."},
    )
    response = fields.Raw(required=True, metadata={"description": 'Such as {"choices": ["a"]}.'})
    language = fields.String(load_default=None, allow_none=True, validate=validate.Length(2, 16))


class SavesRequest(Schema):
    """Saves of one client, such as a browser tab."""

    client = fields.String(required=True, validate=validate.Length(1, 64))
    saves = fields.List(
        fields.Nested(SaveSchema), required=True, validate=validate.Length(1, MOST_SAVES)
    )


class SubmissionRequest(Schema):
    """What was not yet acknowledged; it is kept before the attempt closes."""

    client = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    saves = fields.List(
        fields.Nested(SaveSchema), load_default=list, validate=validate.Length(max=MOST_SAVES)
    )


class ReceiptSchema(Schema):
    """What became of a save; the same again for a repeat."""

    slot = fields.Integer(required=True)
    number = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True, format="iso")
    current = fields.Boolean(required=True, attribute="is_current")
    late = fields.Boolean(required=True, attribute="is_late")
    problem = Sentence(
        required=True,
        allow_none=True,
        metadata={
            "type": "string",
            "description": "What to mend in the answer, or why it does not count.",
        },
    )


class ReceiptsReply(Schema):
    """Receipts, in the order of the saves."""

    receipts = fields.List(fields.Nested(ReceiptSchema), required=True)
    now = fields.AwareDateTime(required=True, format="iso")


class TimeReply(Schema):
    """The server's clock, and what it says of the attempt."""

    now = fields.AwareDateTime(required=True, format="iso")
    deadline_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    submitted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class PageTurnRequest(Schema):
    """Where to go on."""

    page = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_COUNT))


class PageTurnReply(Schema):
    """Where the learner now is."""

    page = fields.Integer(required=True)


class RivalSchema(Schema):
    """An answer from another client that does not count, and that the learner may prefer."""

    revision = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True, format="iso")
    answer = fields.String(required=True, metadata={"description": "Sanitised inline HTML."})


class OptionSchema(Schema):
    """An option to choose."""

    id = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "Sanitised inline HTML."})


class FieldSchema(Schema):
    """A part of the response: where its value goes, and what it is."""

    path = fields.String(
        required=True, metadata={"description": "Members of the response, joined by dots."}
    )
    holds = fields.Enum(Holds, by_value=True, required=True)
    label = fields.String(required=True, metadata={"description": "Sanitised inline HTML."})


class ReviewLineSchema(Schema):
    """An option, a pair or an answer: what it was worth, and why."""

    id = fields.String(
        required=True, allow_none=True, metadata={"description": "The option's or pair's."}
    )
    text = fields.String(required=True, metadata={"description": "Sanitised inline HTML."})
    given = fields.Boolean(required=True)
    right = fields.Boolean(required=True)
    fraction = fields.Float(required=True)
    feedback = fields.String(required=True)
    instead = fields.String(
        required=True, allow_none=True, metadata={"description": "What was given instead."}
    )


class SlotReview(Schema):
    """What was right, as far as the quiz shows it; after the submission, or after a check."""

    mark = fields.Float(
        required=True, allow_none=True, metadata={"description": "Null: a person has yet to mark."}
    )
    lines = fields.List(fields.Nested(ReviewLineSchema), required=True)
    feedback = fields.String(required=True)


class SlotSchema(Schema):
    """A question, and the current answer to it."""

    slot = fields.Integer(required=True)
    page = fields.Integer(required=True)
    type = fields.String(required=True)
    prompt = fields.String(required=True, metadata={"description": "Sanitised inline HTML."})
    language = fields.String(required=True)
    options = fields.List(fields.Nested(OptionSchema), required=True)
    fields_ = fields.List(
        fields.Nested(FieldSchema), required=True, data_key="fields", attribute="fields"
    )
    answer = fields.Raw(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    problem = Sentence(
        required=True,
        allow_none=True,
        metadata={"type": "string", "description": "What to mend in the answer."},
    )
    rival = fields.Nested(RivalSchema, required=True, allow_none=True)
    review = fields.Nested(SlotReview, allow_none=True)


class AttemptReply(Schema):
    """An attempt with its questions."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    enrolment = fields.Integer(required=True)
    activity = fields.String(required=True)
    language = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True, format="iso")
    now = fields.AwareDateTime(
        required=True, format="iso", metadata={"description": "The server's clock."}
    )
    deadline_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    submitted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    page = fields.Integer(
        required=True, metadata={"description": "The page reached, where there is no way back."}
    )
    pages = fields.Integer(required=True)
    score = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Null while open, hidden by the review, or not yet marked."},
    )
    passed = fields.Boolean(required=True, allow_none=True)
    is_waiting = fields.Boolean(
        required=True, metadata={"description": "A person has yet to mark an answer."}
    )
    slots = fields.List(fields.Nested(SlotSchema), required=True)


class SubmissionReply(Schema):
    """What the submission came to."""

    attempt = fields.Integer(required=True, attribute="attempt_id")
    score = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Null while the review hides it, or an answer is not yet marked."},
    )
    passed = fields.Boolean(required=True, allow_none=True)
    is_waiting = fields.Boolean(
        required=True, metadata={"description": "A person has yet to mark an answer."}
    )
    receipts = fields.List(fields.Nested(ReceiptSchema), required=True)
