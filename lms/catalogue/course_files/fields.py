"""marshmallow fields for course files: their refusals are translatable, and speak to an author."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from fractions import Fraction as ExactFraction
from typing import Any, ClassVar, cast

from marshmallow import Schema as MarshmallowSchema
from marshmallow import ValidationError, fields
from marshmallow.exceptions import SCHEMA

from lms.catalogue.course_files.yaml_text import Place
from lms.catalogue.markdown import list_figures, list_inline_problems, list_problems
from lms.core.i18n import N_, Message

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
HTML = re.compile(r"<[A-Za-z/!?]")
LONGEST_KEY = 64

# The languages in which each text of the module being read must be, and may be.
languages_in_force: ContextVar[tuple[str, ...]] = ContextVar("languages_in_force")

HTML_REFUSED = N_("HTML is not allowed here.")


def refuse(text: str, /, **params: object) -> ValidationError:
    """Return the error that makes a field tell the author `text`."""
    return ValidationError([Message(text, params)])


def list_messages(errors: Any, place: Place = ()) -> Iterator[tuple[Place, Message]]:
    """Yield every message of marshmallow's nested errors with the place that it is about."""
    if isinstance(errors, Mapping):
        for key, below in errors.items():
            yield from list_messages(below, place if key == SCHEMA else (*place, key))
    elif isinstance(errors, list):
        for below in errors:
            yield from list_messages(below, place)
    else:
        yield place, errors


class Schema(MarshmallowSchema):
    """A mapping in a course file. Keys that it does not declare are refused."""

    # marshmallow declares texts here, and hands on whatever there is.
    error_messages = {
        "type": Message(N_("Keys with values are expected here.")),  # type: ignore[dict-item]
        "unknown": Message(N_("This key is not known here.")),  # type: ignore[dict-item]
    }


MISSING: dict[str, Any] = {"required": [Message(N_("This key is missing."))]}


class Text(fields.Field[str]):
    """One line or paragraph of plain text."""

    default_error_messages = MISSING

    def __init__(self, *, longest: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = read_text(value)
        if len(text) > self.longest:
            raise refuse(
                N_("This text has %(count)s characters; the most is %(most)s."),
                count=len(text),
                most=self.longest,
            )
        if HTML.search(text):
            raise refuse(HTML_REFUSED)
        return text


def read_text(value: Any) -> str:
    """Return the text without the blanks around it; raises `ValidationError` for anything else."""
    if not isinstance(value, str):
        raise refuse(N_("A text is expected here."))
    text = value.strip()
    if not text:
        raise refuse(N_("This text is empty."))
    return text


class Key(fields.Field[str]):
    """A stable key: lower-case letters, digits and single hyphens."""

    default_error_messages = MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = read_text(value)
        if not is_key(text):
            raise refuse(
                N_("A key has lower-case letters, digits and single hyphens, at most %(most)s."),
                most=LONGEST_KEY,
            )
        return text


def is_key(text: str) -> bool:
    """Return whether `text` can be a key, or the name of a programme's or module's folder."""
    return KEY.fullmatch(text) is not None and len(text) <= LONGEST_KEY


class Language(fields.Field[str]):
    """A language code such as `fr`."""

    default_error_messages = MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = read_text(value)
        if not is_language(text):
            raise refuse(N_("“%(text)s” is not a language code such as fr or en."), text=text)
        return text


def is_language(text: str) -> bool:
    """Return whether `text` looks like a language code."""
    return LANGUAGE.fullmatch(text) is not None and len(text) <= 16


class Whole(fields.Field[int]):
    """A whole number between two bounds."""

    default_error_messages = MISSING

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = read_text(value)
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            raise refuse(N_("A whole number is expected here, not “%(text)s”."), text=text)
        number = int(text)
        if not self.least <= number <= self.most:
            raise refuse(
                N_("%(number)s is outside %(least)s to %(most)s."),
                number=number,
                least=self.least,
                most=self.most,
            )
        return number


class Fraction(fields.Field[ExactFraction]):
    """An exact number such as `1`, `-1/2` or `0.25`."""

    default_error_messages = MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ExactFraction:
        text = read_text(value).replace("\N{MINUS SIGN}", "-")
        if not re.fullmatch(r"[+-]?[0-9]{1,6}(/0*[1-9][0-9]{0,5}|\.[0-9]{1,6})?", text):
            raise refuse(N_("A number such as 1, -1/2 or 0.25 is expected here."))
        return ExactFraction(text)


class Moment(fields.Field[datetime]):
    """A date and time with its distance from UTC, such as `2026-04-01T08:00Z` or `2026-04-01T10:00+02:00`."""

    default_error_messages = MISSING

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(read_text(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise refuse(
                N_(
                    "A date and time such as 2026-04-01T08:00Z or 2026-04-01T10:00+02:00 is expected here."
                )
            )
        return moment.astimezone(UTC)


def write_moment(moment: datetime) -> str:
    """Return a moment as `Moment` reads it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class YesNo(fields.Field[bool]):
    """`yes` or `no`."""

    default_error_messages = MISSING
    words: ClassVar[Mapping[str, bool]] = {"yes": True, "true": True, "no": False, "false": False}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        word = read_text(value).lower()
        if word not in self.words:
            raise refuse(N_("yes or no is expected here."))
        return self.words[word]


class OneOf(fields.Field[str]):
    """One of the words there are."""

    default_error_messages = MISSING

    def __init__(self, words: Collection[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = read_text(value)
        if text not in self.words:
            raise refuse(
                N_("“%(text)s” is not known; there are: %(words)s."),
                text=text,
                words=", ".join(sorted(self.words)),
            )
        return text


class ListOf(fields.List[Any]):
    """A list."""

    default_error_messages = {
        **MISSING,
        "invalid": [Message(N_("A list is expected here."))],
    }

    def __init__(
        self, inner: fields.Field[Any], *, least: int = 0, most: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(inner, **kwargs)
        self.least = least
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        # `key:` with nothing after it is how an author writes that there is none.
        items = super()._deserialize([] if value == "" else value, attr, data, **kwargs)
        if len(items) < self.least:
            raise refuse(N_("At least %(least)s must be listed here."), least=self.least)
        if self.most is not None and len(items) > self.most:
            raise refuse(N_("At most %(most)s may be listed here."), most=self.most)
        return items


class Item(fields.Nested):
    """A mapping within another."""

    default_error_messages = {
        **MISSING,
        "type": [Message(N_("Keys with values are expected here."))],
    }


class Texts(fields.Field[dict[str, str]]):
    """One text in each language of the module; `of` checks each of them."""

    default_error_messages = MISSING

    def __init__(self, of: fields.Field[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of = of or Text()

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise refuse(N_("A text in each language is expected here."))
        expected = languages_in_force.get()
        texts: dict[str, str] = {}
        errors: dict[str, list[Any]] = {}
        for language, text in value.items():
            if language not in expected:
                errors[language] = [
                    Message(
                        N_("“%(language)s” is not one of the languages here: %(expected)s."),
                        {"language": language, "expected": ", ".join(expected)},
                    )
                ]
                continue
            try:
                texts[language] = cast(str, self.of.deserialize(text))
            except ValidationError as error:
                errors[language] = list(error.messages)
        for language in expected:
            if language not in value:
                errors[language] = [
                    Message(N_("The text in “%(language)s” is missing."), {"language": language})
                ]
        if errors:
            raise ValidationError(errors)
        return texts


class ListsOfTexts(Texts):
    """At least one text in each language of the module."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cast(Any, ListOf(Text(), least=1)), **kwargs)


class InlineMarkdown(fields.Field[str]):
    """A text with Markdown's emphasis and links, and without blocks such as lists."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = read_text(value)
        problems = list_inline_problems(text)
        if problems:
            raise ValidationError(list(problems))
        return text


class Markdown(fields.Field[str]):
    """A text of several paragraphs, without figures."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = read_text(value)
        messages = [message for _, message in list_problems(text)]
        if list_figures(text):
            messages.append(Message(N_("A figure cannot stand here.")))
        if messages:
            raise ValidationError(list(messages))
        return text
