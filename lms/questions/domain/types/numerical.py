"""A number, read as `numbers` says, within a tolerance of one that the author accepts."""

from __future__ import annotations

import html
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from lms.core.i18n import N_, Message
from lms.questions.domain.interface import (
    Body,
    Choice,
    Control,
    Examples,
    Field,
    Holds,
    Place,
    Prepared,
    Rendered,
    Response,
    ReviewLine,
    ToHtml,
    UnfitBody,
    UnfitResponse,
    render_texts,
)
from lms.questions.domain.numbers import (
    LONGEST_NUMBER,
    UNDETERMINED,
    Ambiguous,
    Reading,
    Unreadable,
    read_number,
    write_number,
)

MOST_UNITS = 20
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a number must lie between, both included, to earn the fraction."""

    value: Fraction
    margin: Fraction
    fraction: Fraction

    @property
    def lowest(self) -> Fraction:
        """The least number that is accepted."""
        return self.value - self.margin

    @property
    def highest(self) -> Fraction:
        """The greatest number that is accepted."""
        return self.value + self.margin


class Numerical:
    """The body has `answers`, each with a value, a fraction and a tolerance, and `units` to choose from, or none.

    A unit's multiplier turns a number of it into the unit of the answers, whose own is 1. The best of the answers that
    fit counts.
    """

    name = "numerical"

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` unless an answer earns the full mark, and each unit has a name and a use of its own."""
        problems = [*_list_answer_problems(body["answers"])]
        if body["units"]:
            problems += _list_unit_problems(body["units"])
        if problems:
            raise UnfitBody(problems)

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return every text as HTML; a unit's name is no Markdown, since it can be typed."""
        return {
            "prompt": render_texts(body["prompt"], to_html),
            "feedback": render_texts(body["feedback"], to_html),
            "otherwise": render_texts(body["otherwise"], to_html),
            "units": [
                {"key": unit["key"], "text": render_texts(unit["text"], html.escape)}
                for unit in body["units"]
            ],
            "answers": [
                {"feedback": render_texts(answer["feedback"], to_html)}
                for answer in body["answers"]
            ],
        }

    def prepare(self, body: Body, random: Random, *, shuffles: bool) -> Prepared:
        """Return nothing: units stay in the author's order, as in a table of measures."""
        return {}

    def list_fields(self, body: Body, rendered: Rendered, prepared: Prepared) -> tuple[Field, ...]:
        """Return the line to write on, and the units if there are any."""
        line = Field(("value",), Control.TEXT, Holds.TEXT, Message(N_("Your answer")))
        if not rendered["units"]:
            return (line,)
        choices = tuple(Choice(unit["key"], unit["text"]) for unit in rendered["units"])
        return line, Field(("unit",), Control.SELECT, Holds.TEXT, Message(N_("Unit")), choices)

    def read_response(self, body: Body, response: object) -> Response:
        """Return `{"value": …, "unit": …}`: the text as it was written, and the key of a unit or nothing.

        A unit may be given by its key or, as programs do, by its name in any language.
        """
        if (
            not isinstance(response, Mapping)
            or "value" not in response
            or not set(response) <= {"value", "unit"}
        ):
            text = N_("The response must be an object with “value”, and “unit” where there is one.")
            raise UnfitResponse(Message(text))
        value, unit = response["value"], response.get("unit", "")
        if not isinstance(value, str) or not isinstance(unit, str):
            raise UnfitResponse(Message(N_("“value” and “unit” must be texts.")))
        composed = _compose(value)
        if len(composed) > LONGEST_NUMBER:
            message = N_("An answer has at most %(most)s characters; this one has %(count)s.")
            params = {"most": LONGEST_NUMBER, "count": len(composed)}
            raise UnfitResponse(Message(message, params))
        return {"value": composed, "unit": _find_unit_key(body, unit)}

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether a number is written, and a unit chosen or written if there are units."""
        if not response["value"] or not body["units"]:
            return bool(response["value"])
        _, typed = _split(body, response["value"], UNDETERMINED)
        return bool(response["unit"] or typed)

    def find_problem(self, body: Body, response: Response, language: str) -> Message | None:
        """Return why no number, or more than one, or more than one unit can be read."""
        understood = _understand(body, response, language)
        return understood if isinstance(understood, Message) else None

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction | None:
        """Return the fraction of the best answer that fits; without a unit where there are units, 0."""
        understood = None if response is None else _understand(body, response, language)
        if isinstance(understood, Message):
            return None
        at = _find_best(body, understood)
        return Fraction(0) if at is None else _read_answers(body)[at].fraction

    def right_response(self, body: Body) -> Response:
        """Return the value of the first answer that earns the full mark, in the unit of the answers."""
        full = next(answer for answer in _read_answers(body) if answer.fraction == 1)
        return _write_response(body, full.value)

    def explain(
        self,
        body: Body,
        rendered: Rendered,
        prepared: Prepared,
        response: Response | None,
        language: str,
    ) -> tuple[ReviewLine, ...]:
        """Return what was written if it fits nothing, then each full answer, and the one that it fits."""
        lines = []
        found = None
        written = None
        if response is not None and response["value"]:
            understood = _understand(body, response, language)
            written = _show_written(body, rendered, response)
            if isinstance(understood, Message):
                by_a_person = Message(N_("This answer is marked by a person."))
                lines.append(ReviewLine(by_a_person, False, False, Fraction(0), given=written))
            elif (found := _find_best(body, understood)) is None:
                why = (
                    Message(N_("The unit is missing."))
                    if understood is None
                    else rendered["otherwise"]
                )
                lines.append(ReviewLine(written, True, False, Fraction(0), why))
        for at, answer in enumerate(_read_answers(body)):
            if at == found or answer.fraction == 1:
                lines.append(
                    ReviewLine(
                        _show_accepted(body, rendered, answer),
                        at == found,
                        answer.fraction == 1,
                        answer.fraction,
                        rendered["answers"][at]["feedback"],
                        given=written if at == found else None,
                    )
                )
        return tuple(lines)

    def examples(self, body: Body) -> Examples:
        """Return each value with the two ends of its tolerance, and a number beyond them all."""
        answers = _read_answers(body)
        beyond = max(answer.highest for answer in answers) + 1
        numbers = [n for a in answers for n in (a.value, a.lowest, a.highest)]
        by_mark: dict[Fraction, list[Response]] = {}
        for number in dict.fromkeys([*numbers, beyond]):
            at = _find_best(body, number)
            mark = Fraction(0) if at is None else answers[at].fraction
            by_mark.setdefault(mark, []).append(_write_response(body, number))
        return Examples(
            right=tuple(by_mark[Fraction(1)]),
            partly_right=tuple(
                response
                for mark, responses in by_mark.items()
                if 0 < mark < 1
                for response in responses
            ),
            wrong=tuple(by_mark[Fraction(0)]),
            malformed=(
                None,
                [],
                {},
                "value",
                {"unit": ""},
                {"value": 1},
                {"value": None},
                {"value": "1", "unit": 1},
                {"value": "1", "unit": "no such unit"},
                {"value": "1" * (LONGEST_NUMBER + 1)},
                {"value": "1", "other": 1},
            ),
        )


def _list_answer_problems(
    answers: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Place, Message]]:
    for at, answer in enumerate(answers):
        if not 0 <= Fraction(answer["fraction"]) <= 1:
            text = N_("In a numerical question, a fraction lies between 0 and 1.")
            yield ("answers", at, "fraction"), Message(text)
        tolerance, percent = answer["tolerance"], answer["tolerance_percent"]
        if tolerance is not None and percent is not None:
            text = N_("A tolerance is given as it is or in percent, not both.")
            yield ("answers", at, "tolerance_percent"), Message(text)
        if tolerance is not None and Fraction(tolerance) < 0:
            yield ("answers", at, "tolerance"), Message(N_("A tolerance is not below 0."))
        if percent is not None and not 0 <= Fraction(percent) <= 100:
            text = N_("A tolerance in percent lies between 0 and 100.")
            yield ("answers", at, "tolerance_percent"), Message(text)
    if not any(Fraction(answer["fraction"]) == 1 for answer in answers):
        yield ("answers",), Message(N_("At least one answer must have the fraction 1."))


def _list_unit_problems(units: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Place, Message]]:
    if len(units) > MOST_UNITS:
        text = N_("At most %(most)s can be listed here.")
        yield ("units",), Message(text, {"most": MOST_UNITS})
    keys = Counter(unit["key"] for unit in units)
    names = Counter(name for unit in units for name in _list_names(unit))
    for at, unit in enumerate(units):
        if keys[unit["key"]] > 1:
            text = N_("The key “%(key)s” stands twice.")
            yield ("units", at, "key"), Message(text, {"key": unit["name"]})
        for name in sorted(_list_names(unit)):
            if names[name] > 1:
                text = N_("Two units are called “%(name)s”.")
                yield ("units", at, "text"), Message(text, {"name": name})
        if Fraction(unit["multiplier"]) <= 0:
            yield ("units", at, "multiplier"), Message(N_("A multiplier is above 0."))
    if all(Fraction(unit["multiplier"]) != 1 for unit in units):
        text = N_("One unit must have the multiplier 1: the answers are in it.")
        yield ("units",), Message(text)


def _compose(text: str) -> str:
    """Return a text as it is kept and compared; one too long for an answer as it is, since that could take long."""
    return text if len(text) > LONGEST_NUMBER else unicodedata.normalize("NFC", text).strip()


def _list_names(unit: Mapping[str, Any]) -> set[str]:
    """Return what a unit is called, in all languages."""
    return {_compose(text) for text in unit["text"].values()}


def _find_unit_key(body: Body, named: str) -> str:
    """Return the key of the unit that is named or is the key; raises `UnfitResponse` for any other."""
    keys = [unit["key"] for unit in body["units"]]
    if not named or named in keys:
        return named
    for unit in body["units"]:
        if _compose(named) in _list_names(unit):
            return str(unit["key"])
    raise UnfitResponse(Message(N_("The unit that is chosen is not in the question.")))


def _read_answers(body: Body) -> tuple[Accepted, ...]:
    return tuple(
        Accepted(
            value := Fraction(answer["value"]),
            abs(value) * Fraction(answer["tolerance_percent"]) / 100
            if answer["tolerance_percent"] is not None
            else Fraction(answer["tolerance"] or 0),
            Fraction(answer["fraction"]),
        )
        for answer in body["answers"]
    )


def _find_best(body: Body, number: Fraction | None) -> int | None:
    """Return the place of the best answer that a number fits, the first of equals."""
    if number is None:
        return None
    answers = _read_answers(body)
    fitting = [at for at, a in enumerate(answers) if a.lowest <= number <= a.highest]
    return max(fitting, key=lambda at: answers[at].fraction, default=None)


def _split(body: Body, text: str, language: str) -> tuple[Reading, str]:
    """Return what a text says, and the name of the unit that is written after the number, if there is one."""
    reading = read_number(text, language)
    if isinstance(reading, Unreadable):
        names = {name for unit in body["units"] for name in _list_names(unit)}
        # The longest first: what ends with “km” ends with “m”.
        for name in sorted(names, key=len, reverse=True):
            if text.endswith(name):
                before = read_number(text.removesuffix(name), language)
                if not isinstance(before, Unreadable):
                    return before, name
    return reading, ""


def _understand(body: Body, response: Response, language: str) -> Fraction | Message | None:
    """Return the number in the unit of the answers, why there is none, or None where a part is missing."""
    if not response["value"]:
        return None
    reading, typed = _split(body, response["value"], language)
    match reading:
        case Unreadable():
            text = N_(
                "This cannot be read as a number. Write it in digits alone, for example 1250 or %(example)s."
            )
            return Message(text, {"example": write_number(Fraction(25, 2), language)})
        case Ambiguous(nearer, farther):
            text = N_(
                "This number can be read as %(first)s or as %(second)s. Write the one that you mean."
            )
            params = {
                "first": write_number(nearer, language),
                "second": write_number(farther, language),
            }
            return Message(text, params)
        case Fraction():
            return _convert(body, reading, typed, response["unit"])


def _convert(body: Body, number: Fraction, typed: str, chosen: str) -> Fraction | Message | None:
    """Return a number in the unit of the answers, from the unit that was typed or chosen."""
    if not body["units"]:
        return number
    key = _find_unit_key(body, typed)
    if typed and chosen not in {"", key}:
        text = N_(
            "“%(unit)s” is written after the number, and another unit is chosen. Keep the one that you mean."
        )
        return Message(text, {"unit": typed})
    multipliers = {unit["key"]: Fraction(unit["multiplier"]) for unit in body["units"]}
    used = key or chosen
    return number * multipliers[used] if used else None


def _find_own_unit(body: Body) -> str:
    """Return the key of the unit in which the answers are, or nothing."""
    own = (unit["key"] for unit in body["units"] if Fraction(unit["multiplier"]) == 1)
    return next(own, "")


def _write_response(body: Body, number: Fraction) -> Response:
    return {"value": write_number(number, UNDETERMINED), "unit": _find_own_unit(body)}


def _show_written(body: Body, rendered: Rendered, response: Response) -> dict[str, str]:
    """Return what was written and chosen, as HTML in each language; a unit that was both, once."""
    _, typed = _split(body, response["value"], UNDETERMINED)
    chosen = response["unit"]
    unit = "" if typed and _find_unit_key(body, typed) == chosen else chosen
    written = html.escape(response["value"])
    return {language: _join(written, rendered, unit, language) for language in rendered["prompt"]}


def _show_accepted(body: Body, rendered: Rendered, answer: Accepted) -> dict[str, str]:
    """Return a value and, where there is a tolerance, what lies within it, as HTML in each language."""
    shown = {}
    unit = _find_own_unit(body)
    for language in rendered["prompt"]:
        value, lowest, highest = (
            write_number(number, language)
            for number in (answer.value, answer.lowest, answer.highest)
        )
        text = _join(value, rendered, unit, language)
        if answer.margin:
            text += f" ({lowest}{NO_BREAK_SPACE}–{NO_BREAK_SPACE}{highest})"
        shown[language] = text
    return shown


def _join(number: str, rendered: Rendered, unit: str, language: str) -> str:
    names = {each["key"]: each["text"] for each in rendered["units"]}
    return f"{number}{NO_BREAK_SPACE}{names[unit][language]}" if unit else number
