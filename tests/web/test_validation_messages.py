"""What marshmallow says of a request reaches the reader in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from marshmallow import Schema, ValidationError, fields, validate

from lms.web.validation_messages import PATTERNS, translate_validation

# webargs says it, not marshmallow.
NOT_JSON = "Invalid JSON body."


class Kind(StrEnum):
    LESSON = "lesson"
    QUIZ = "quiz"


class Part(Schema):
    at = fields.Integer(required=True, strict=True, validate=validate.Range(1, 9))


class Request(Schema):
    """The fields and validators that our requests are made of."""

    name = fields.String(required=True, validate=validate.Length(1, 4))
    few = fields.List(fields.String(), validate=validate.Length(max=1))
    some = fields.List(fields.Enum(Kind, by_value=True), validate=validate.Length(min=1))
    parts = fields.List(fields.Nested(Part))


BAD: tuple[Any, ...] = (
    [],
    {"stray": 1},
    {"name": None},
    {"name": 5, "some": []},
    {"name": "too long", "few": ["a", "b"], "some": ["exam"]},
    {"name": "a", "parts": 3},
    {"name": "a", "parts": [{"at": "1"}, {"at": 0}, 3]},
)


def sentences_in(messages: Any) -> Iterator[str]:
    if isinstance(messages, dict):
        for below in messages.values():
            yield from sentences_in(below)
    else:
        yield from messages


def sentences_of_marshmallow() -> set[str]:
    said: set[str] = set()
    for body in BAD:
        with pytest.raises(ValidationError) as refused:
            Request().load(body)
        said |= set(sentences_in(refused.value.messages))
    return said


def test_marshmallow_still_words_each_sentence_as_the_table_has_it() -> None:
    said = sentences_of_marshmallow() | {NOT_JSON}

    unheard = [text for text, pattern in PATTERNS.items() if not any(map(pattern.fullmatch, said))]

    assert unheard == []


def test_every_sentence_of_marshmallow_is_translated(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        untranslated = [
            text for text in sentences_of_marshmallow() if translate_validation(text) == text
        ]

    assert untranslated == []


def test_a_translated_sentence_keeps_its_bounds_and_choices(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        length = translate_validation("Length must be between 1 and 64.")
        choices = translate_validation("Must be one of: lesson, quiz.")

    assert length == "La longueur doit être comprise entre 1 et 64."
    assert choices.endswith("lesson, quiz.")


def test_a_broken_body_is_refused_in_the_readers_language(client: FlaskClient) -> None:
    answers = [
        client.post(
            "/api/v1/tokens",
            data="{",
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        for language in ("fr", "en")
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [answer.get_json()["fields"]["body"] for answer in answers] == [
        "Le corps de la requête n’est pas du JSON valide.",
        NOT_JSON,
    ]


def test_a_bound_is_told_to_an_api_user_in_french(client: FlaskClient) -> None:
    answer = client.get("/api/v1/modules?limit=0", headers={"Accept-Language": "fr"})

    assert answer.status_code == 422
    assert answer.get_json()["fields"] == {"limit": "La valeur doit être comprise entre 1 et 100."}
