"""Attempts under every rule that a quiz can have, to look at and not to change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from lms.core.permissions import Actor
from lms.quizzes import commands as quizzes
from lms.quizzes.domain import Save
from lms.quizzes.models import Attempt
from lms.quizzes.queries import list_questions
from tests.factories import Factory
from tests.made_courses import Listed, MadeModule, both, number, several, single

EXAM = MadeModule(
    "exam",
    activities=(Listed("test", "quiz"),),
    questions=(single("alpha"), several("beta"), number("gamma"), single("delta")),
    draw=[{"question": key} for key in ("alpha", "beta", "gamma", "delta")],
    attempts=3,
    settings={
        "time_limit": 90,
        "grace": 30,
        "delay": 60,
        "grading": "average",
        "closes": "2100-01-01T00:00Z",
        "per_page": 3,
        "feedback": "immediate",
        "shuffle_questions": False,
        "bands": [{"from": 0, "text": both("Read the lesson again.")}],
    },
)
# Its score stays hidden for as long as anybody looks.
SEALED = MadeModule(
    "sealed",
    activities=EXAM.activities,
    settings={"closes": "2100-01-01T00:00Z", "review": {"score": "closed"}},
)
NAMES = ("candidate", "examinee", "overdue", "sealed")


def make_exams(
    make: Factory, people: dict[str, Actor], enrolment: dict[str, int], attempt: dict[str, int]
) -> None:
    """Let one begin, one meet all that an open attempt can show, one be late, and one see no score."""
    make.modules(EXAM, SEALED)
    for name in NAMES:
        people[name] = make.person("Mariam Élise", "Ouattara-N’Dri")
        slug = SEALED.slug if name == "sealed" else EXAM.slug
        enrolment[name] = make.enrolment(people[name], slug)
        if name != "candidate":
            attempt[name] = quizzes.start_attempt(
                make.session, people[name], enrolment[name], "test", language="fr", now=make.now
            ).id
    _answer_at_two_devices(make, people["examinee"], attempt["examinee"])
    _run_out_of_time(make, people["overdue"], attempt["overdue"])
    quizzes.submit_attempt(make.session, people["sealed"], attempt["sealed"], now=make.now)
    make.session.commit()


def _answer_at_two_devices(make: Factory, actor: Actor, attempt_id: int) -> None:
    """Check the first question, answer the second in two ways, and write a number that is not clear."""
    slots = {slot.number: slot for slot in list_questions(make.session, attempt_id)}
    keys = {number: [o["key"] for o in slots[number].body["options"]] for number in (1, 2)}
    _save(
        make, actor, attempt_id, "here", {1: {"choices": keys[1][:1]}, 2: {"choices": keys[2][:1]}}
    )
    _save(make, actor, attempt_id, "there", {2: {"choices": keys[2][1:]}, 3: {"value": "1.234"}})
    quizzes.check_answer(make.session, actor, attempt_id, 1, now=make.now)


def _run_out_of_time(make: Factory, actor: Actor, attempt_id: int) -> None:
    _save(make, actor, attempt_id, "here", {3: {"value": "1.234"}})
    make.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id)
        .values(deadline_at=make.now - timedelta(hours=1))
    )
    quizzes.close_overdue_attempt(make.session, attempt_id, now=make.now)


def _save(
    make: Factory, actor: Actor, attempt_id: int, client: str, responses: dict[int, Any]
) -> None:
    saves = [Save(client, slot, 1, 0, response, "fr") for slot, response in responses.items()]
    quizzes.save_answers(make.session, actor, attempt_id, saves, now=make.now)
