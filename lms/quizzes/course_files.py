"""`quizzes/<key>.yaml`: the settings of a quiz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any

from marshmallow import ValidationError, validates_schema
from marshmallow import fields as marshmallow_fields

from lms.catalogue import CourseFolder, CourseWriter
from lms.catalogue import course_fields as fields
from lms.catalogue.domain import ActivityEntry
from lms.core.i18n import N_, Message
from lms.questions import find_bank
from lms.questions.domain import Bank, select_questions
from lms.quizzes.domain import (
    Band,
    CannotDraw,
    Draw,
    Feedback,
    Method,
    Navigation,
    QuizRules,
    QuizSettings,
    ReviewRules,
    When,
    draw_questions,
)

MOST_QUESTIONS = 200
MOST_ATTEMPTS = 1000
MOST_MINUTES = 7 * 24 * 60
MOST_GRACE_SECONDS = 3600

PLAIN = QuizRules(pass_mark=Decimal(0))


class Word(fields.OneOf):
    """A member of an enumeration, by its value."""

    def __init__(self, words: type[StrEnum], **kwargs: Any) -> None:
        super().__init__([word.value for word in words], **kwargs)
        self.type = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return self.type(super()._deserialize(value, attr, data, **kwargs))


class DrawSchema(fields.Schema):
    """An item of `draw`: questions at random by category and tags, or one by its key."""

    count = fields.Whole(least=1, most=MOST_QUESTIONS, load_default=1)
    category = fields.Text(load_default="")
    tags = fields.ListOf(fields.Key(), load_default=list)
    question = fields.Key(load_default=None)

    @validates_schema
    def check_kind(self, values: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a named question that is also to be drawn at random."""
        if values["question"] and (values["category"] or values["tags"] or values["count"] != 1):
            text = N_("A question that is named stands alone: no count, category or tags.")
            raise ValidationError({"question": [Message(text)]})


class Draws(marshmallow_fields.Field[tuple[Draw, ...]]):
    """How many questions come from the whole bank, or a list of draws."""

    default_error_messages = fields.MISSING

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[Draw, ...]:
        if not isinstance(value, list):
            count = fields.Whole(least=1, most=MOST_QUESTIONS).deserialize(value)
            return (Draw(count),)
        items: list[Any] = fields.ListOf(fields.Item(DrawSchema), least=1).deserialize(value) or []
        draws = tuple(
            Draw(item["count"], item["category"], tuple(item["tags"]), item["question"])
            for item in items
        )
        total = sum(draw.count for draw in draws)
        if total > MOST_QUESTIONS:
            raise fields.refuse(
                N_("These are %(count)s questions in all; the most is %(most)s."),
                count=total,
                most=MOST_QUESTIONS,
            )
        return draws


class ReviewSchema(fields.Schema):
    """`review`: from when each thing is shown."""

    score = Word(When, load_default=When.SUBMITTED)
    marks = Word(When, load_default=When.SUBMITTED)
    answers = Word(When, load_default=When.SUBMITTED)
    feedback = Word(When, load_default=When.SUBMITTED)


class BandSchema(fields.Schema):
    """An item of `bands`: what is said from a score, in percent, up to the next band."""

    least = fields.Whole(least=0, most=100, required=True, data_key="from")
    text = fields.Texts(fields.Markdown(), required=True)


class QuizSchema(fields.Schema):
    """`quizzes/<key>.yaml`."""

    title = fields.Texts(fields.Text(longest=250), required=True)
    intro = fields.Texts(fields.Markdown(), load_default=dict)
    draw = Draws(required=True)
    pass_mark = fields.Whole(least=0, most=100, required=True)
    attempts = fields.Whole(least=1, most=MOST_ATTEMPTS, load_default=None)
    delay = fields.Whole(least=0, most=MOST_MINUTES, load_default=0)
    grading = Word(Method, load_default=PLAIN.method)
    opens = fields.Moment(load_default=None)
    closes = fields.Moment(load_default=None)
    time_limit = fields.Whole(least=1, most=MOST_MINUTES, load_default=None)
    grace = fields.Whole(least=0, most=MOST_GRACE_SECONDS, load_default=0)
    per_page = fields.Whole(least=1, most=MOST_QUESTIONS, load_default=None)
    navigation = Word(Navigation, load_default=PLAIN.navigation)
    feedback = Word(Feedback, load_default=PLAIN.feedback)
    shuffle_questions = fields.YesNo(load_default=True)
    shuffle_options = fields.YesNo(load_default=True)
    review = fields.Item(ReviewSchema, load_default=lambda: ReviewSchema().load({}))
    bands = fields.ListOf(fields.Item(BandSchema), load_default=list)

    @validates_schema
    def check_together(self, values: dict[str, Any], **kwargs: Any) -> None:
        """Refuse what each key allows and all together do not."""
        faults: dict[str, str] = {}
        opens, closes = values["opens"], values["closes"]
        if opens and closes and closes <= opens:
            faults["closes"] = N_("The test closes before it opens.")
        if closes is None and When.CLOSED in values["review"].values():
            faults["review"] = N_("“closed” needs the key closes, which says when that is.")
        if values["grace"] and values["time_limit"] is None and closes is None:
            faults["grace"] = N_("Without time_limit or closes there is no end to be late for.")
        if values["navigation"] is Navigation.SEQUENTIAL and values["per_page"] is None:
            faults["navigation"] = N_(
                "“sequential” needs per_page: it is pages that are left behind."
            )
        starts = [band["least"] for band in values["bands"]]
        if len(set(starts)) < len(starts):
            faults["bands"] = N_("Two bands begin at the same score.")
        if faults:
            raise ValidationError({key: [Message(text)] for key, text in faults.items()})


def quiz_path(key: str) -> str:
    """Return where a quiz's settings lie in the module's folder."""
    return f"quizzes/{key}.yaml"


def read_quiz(folder: CourseFolder, entry: ActivityEntry) -> QuizSettings | None:
    """Read a quiz; the module's bank must have different questions for all that it draws."""
    path = quiz_path(entry.key)
    file = folder.read_yaml(path, QuizSchema(), wanted_by=("module.yaml", entry.line))
    if file is None:
        return None
    values = file.values
    bank = find_bank(folder)
    problem = _find_problem(bank, values["draw"]) if bank is not None else None
    if problem is not None:
        folder.fault(path, file.line("draw"), problem)
        return None
    return QuizSettings(
        title=values["title"],
        intro=values["intro"],
        draws=values["draw"],
        rules=_read_rules(values),
        bands=tuple(Band(Decimal(band["least"]) / 100, band["text"]) for band in values["bands"]),
    )


def _read_rules(values: Mapping[str, Any]) -> QuizRules:
    return QuizRules(
        pass_mark=Decimal(values["pass_mark"]) / 100,
        attempts_allowed=values["attempts"],
        opens_at=values["opens"],
        closes_at=values["closes"],
        time_limit=values["time_limit"],
        grace=values["grace"],
        delay=values["delay"],
        method=values["grading"],
        per_page=values["per_page"],
        navigation=values["navigation"],
        feedback=values["feedback"],
        shuffles_questions=values["shuffle_questions"],
        shuffles_options=values["shuffle_options"],
        review=ReviewRules(**values["review"]),
    )


def _find_problem(bank: Bank, draws: tuple[Draw, ...]) -> Message | None:
    """Return why the bank cannot serve the draws, if it cannot."""
    candidates = []
    for draw in draws:
        if draw.question is not None and draw.question not in bank.questions:
            return Message(N_("The bank has no question “%(key)s”."), {"key": draw.question})
        keys = list_candidates(bank, draw)
        if len(keys) < draw.count:
            if len(draws) == 1 and not (draw.category or draw.tags):
                text = N_("This draws %(draw)s questions, and the bank has %(count)s.")
            else:
                text = N_("A draw takes %(draw)s questions, and only %(count)s fit it.")
            return Message(text, {"draw": draw.count, "count": len(keys)})
        candidates.append((draw.count, keys))
    try:
        draw_questions(candidates, Random(0))  # noqa: S311  # nothing is drawn for anybody
    except CannotDraw as short:
        text = N_("Draw %(number)s has too few questions that no other draw needs.")
        return Message(text, {"number": short.at + 1})
    return None


def list_candidates(bank: Bank, draw: Draw) -> list[str]:
    """Return the keys of the questions from which a draw may take."""
    if draw.question is not None:
        return [draw.question]
    fitting = select_questions(bank.questions.values(), category=draw.category, tags=draw.tags)
    chosen = {id(question) for question in fitting}
    return [key for key, question in bank.questions.items() if id(question) in chosen]


def to_values(quiz: QuizSettings) -> dict[str, Any]:
    """Return a quiz as its file has it, without what is as usual."""
    values: dict[str, Any] = {"title": dict(quiz.title)}
    if quiz.intro:
        values["intro"] = dict(quiz.intro)
    values["draw"] = _write_draws(quiz.draws)
    rules = quiz.rules
    values["pass_mark"] = int(rules.pass_mark * 100)
    usual = {
        "attempts": (rules.attempts_allowed, None),
        "delay": (rules.delay, PLAIN.delay),
        "grading": (rules.method.value, PLAIN.method.value),
        "opens": (rules.opens_at and fields.write_moment(rules.opens_at), None),
        "closes": (rules.closes_at and fields.write_moment(rules.closes_at), None),
        "time_limit": (rules.time_limit, None),
        "grace": (rules.grace, PLAIN.grace),
        "per_page": (rules.per_page, None),
        "navigation": (rules.navigation.value, PLAIN.navigation.value),
        "feedback": (rules.feedback.value, PLAIN.feedback.value),
        "shuffle_questions": (rules.shuffles_questions, True),
        "shuffle_options": (rules.shuffles_options, True),
    }
    values |= {key: value for key, (value, plain) in usual.items() if value != plain}
    if rules.review != PLAIN.review:
        values["review"] = {
            field.name: getattr(rules.review, field.name).value for field in fields_of(ReviewRules)
        }
    if quiz.bands:
        values["bands"] = [
            {"from": int(band.least * 100), "text": dict(band.text)} for band in quiz.bands
        ]
    return values


def _write_draws(draws: tuple[Draw, ...]) -> int | list[dict[str, Any]]:
    if len(draws) == 1 and draws[0] == Draw(draws[0].count):
        return draws[0].count
    written = []
    for draw in draws:
        item: dict[str, Any] = (
            {"question": draw.question} if draw.question else {"count": draw.count}
        )
        if draw.category:
            item["category"] = draw.category
        if draw.tags:
            item["tags"] = list(draw.tags)
        written.append(item)
    return written


def write_quiz(writer: CourseWriter, key: str, quiz: QuizSettings) -> None:
    """Write a quiz's file."""
    writer.write_yaml(quiz_path(key), to_values(quiz))
