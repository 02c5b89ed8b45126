"""`flask quizzes …`: how questions did, and grading again."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.cli import SentenceErrors
from lms.core.db import reading, to_score, unit_of_work
from lms.core.permissions import SYSTEM
from lms.quizzes import commands, queries
from lms.quizzes.queries import QuestionStatistics, QuizStatistics, ScoreChange

quizzes = AppGroup("quizzes", help="Tests: how their questions did, and grading again.")


@quizzes.command("statistics", cls=SentenceErrors)
@click.argument("module")
@click.argument("quiz")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def show_statistics(module: str, quiz: str, as_json: bool) -> None:
    """Say how each question of the test QUIZ of MODULE did, the hardest first.

    Both are named by their keys. Counted is the first attempt of each person; all versions and languages of a question
    together. The page of the test's questions has the same figures.

    \b
    The JSON has these keys, and future versions only add to them:
      module, quiz   the keys
      attempts       how many were counted
      questions      key; type; versions (numbers of those asked); asked; answered;
                     mean_mark (0 to 1) and discrimination (-1 to 1), null where there is none;
                     cautions (very-easy, very-hard, does-not-discriminate); fields
      fields         path; unanswered; choices
      choices        value (the key of an option, or a typed text); count;
                     worth (1: right; of a text, the mean mark of those who gave it)
    """
    with reading() as session:
        found = queries.get_statistics(session, SYSTEM, module, quiz)
    if as_json:
        click.echo(json.dumps(_to_json(found), ensure_ascii=False, indent=2))
        return
    for question in found.questions:
        figures = question.figures
        correlation = (
            "    -" if figures.discrimination is None else f"{figures.discrimination:5.2f}"
        )
        line = (
            f"{_write_percent(figures.facility):>6}  {correlation}  {figures.answered:>5} of "
            f"{figures.asked:<5}  {question.key}  {', '.join(figures.cautions)}"
        )
        click.echo(line.rstrip())
    click.echo(
        f"Attempts: {found.attempts}. The columns: mean mark, discrimination, answered, question."
        if found.questions
        else "Nobody has submitted this test yet."
    )


def _to_json(found: QuizStatistics) -> dict[str, Any]:
    return {
        "module": found.module.slug,
        "quiz": found.quiz.key,
        "attempts": found.attempts,
        "questions": [_question_to_json(question) for question in found.questions],
    }


def _question_to_json(question: QuestionStatistics) -> dict[str, Any]:
    figures = question.figures
    return {
        "key": question.key,
        "type": question.wording.type,
        "versions": list(question.versions),
        "asked": figures.asked,
        "answered": figures.answered,
        "mean_mark": _to_number(figures.facility),
        "discrimination": None
        if figures.discrimination is None
        else round(figures.discrimination, 6),
        "cautions": [caution.value for caution in figures.cautions],
        "fields": [
            {
                "path": field.path,
                "unanswered": field.unanswered,
                "choices": [
                    {
                        "value": choice.value,
                        "count": choice.count,
                        "worth": _to_number(choice.worth),
                    }
                    for choice in field.choices
                ],
            }
            for field in question.fields
        ],
    }


def _to_number(share: Fraction | None) -> float | None:
    return None if share is None else float(to_score(share))


@quizzes.command("regrade", cls=SentenceErrors)
@click.argument("module")
@click.argument("quiz")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def regrade(module: str, quiz: str, dry_run: bool) -> None:
    """Grade the submitted attempts at the test QUIZ of MODULE again, by the newest version of each question.

    Earlier grades stay in the record, and so does every mark that a person gave. A module that was completed stays so.
    """
    with unit_of_work(dry_run=dry_run) as session:
        changes = commands.regrade_quiz(session, SYSTEM, module, quiz, now=clock.now())
    for change in changes:
        click.echo(_describe(change))
    click.echo(f"Attempts whose marks {'would change' if dry_run else 'changed'}: {len(changes)}")


def _describe(change: ScoreChange) -> str:
    line = f"attempt {change.attempt_id}: {_write_score(change.before)} -> {_write_score(change.after)}"
    if change.passes_after is not change.passed_before:
        if change.passes_after:
            line += ", now passed"
        elif change.passed_before:
            line += ", no longer passed"
    if change.stays_certified:
        line += "; the module stays completed"
    return line


def _write_score(score: Decimal | None) -> str:
    return "to be marked" if score is None else _write_percent(Fraction(score))


def _write_percent(share: Fraction | None) -> str:
    """Return whole percent, halves up, as pages write it."""
    return "-" if share is None else f"{floor(share * 100 + Fraction(1, 2))} %"
