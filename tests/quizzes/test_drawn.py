"""What an attempt draws: by category, by tags, by name, in which order, and never the same twice."""

from __future__ import annotations

from collections import Counter

import pytest

from lms.quizzes import queries
from lms.quizzes.commands import start_attempt
from lms.quizzes.models import Attempt
from tests.conftest import NOW
from tests.made_courses import filed, several, single

BANK = (
    filed(single("law-one"), "law", "anchor"),
    filed(single("law-two"), "law/lists", "hard"),
    filed(several("law-three"), "law/lists", "anchor", "hard"),
    # No part of “law”.
    filed(single("lawn"), "lawn", "hard"),
    single("unfiled"),
)
LAW = {"law-one", "law-two", "law-three"}


@pytest.fixture
def draw(sit, session):
    """Draw for several attempts, and return for each the keys of its questions in their order."""

    def begin(draw, settings=None, times=12, questions=BANK):
        sitting = sit(settings, questions=questions, draw=draw, attempts=None)
        drawn = []
        for _ in range(times):
            started = start_attempt(
                session, sitting.actor, sitting.enrolment_id, "test", language="en", now=NOW
            )
            slots = queries.list_questions(session, started.id)
            assert [slot.number for slot in slots] == list(range(1, len(slots) + 1))
            drawn.append([slot.body["key"] for slot in slots])
            session.get_one(Attempt, started.id).submitted_at = NOW
            session.flush()
        return drawn

    return begin


@pytest.mark.parametrize(
    ("one", "candidates"),
    [
        ({"count": 1}, {*LAW, "lawn", "unfiled"}),
        ({"category": "law"}, LAW),
        ({"category": "law/lists"}, {"law-two", "law-three"}),
        ({"tags": ["hard"]}, {"law-two", "law-three", "lawn"}),
        ({"tags": ["hard", "anchor"]}, {"law-three"}),
        ({"category": "law", "tags": ["anchor"]}, {"law-one", "law-three"}),
        ({"question": "unfiled"}, {"unfiled"}),
    ],
)
def test_a_draw_takes_each_question_that_fits_it_and_no_other(draw, one, candidates):
    # The least likely question is left out of 60 draws once in 650,000 times.
    drawn = draw([one], times=60)

    assert {key for keys in drawn for key in keys} == candidates
    assert {len(keys) for keys in drawn} == {1}


def test_draws_that_overlap_never_take_the_same_question(draw):
    drawn = draw([{"tags": ["hard"]}, {"category": "law", "count": 2}, {"count": 2}])

    assert all(len(set(keys)) == 5 for keys in drawn)


def test_a_question_that_another_draw_needs_is_left_to_it(draw):
    drawn = draw([{"count": 2, "category": "law"}, {"question": "law-two"}], times=20)

    assert all("law-two" in keys and set(keys) == LAW for keys in drawn)


def orders_of_options(session) -> set[tuple[int, ...]]:
    """Return the orders in which all slots show their options, each by the author's numbers."""
    found = set()
    for (attempt_id,) in session.query(Attempt.id):
        for slot in queries.list_questions(session, attempt_id):
            keys = [option["key"] for option in slot.body["options"]]
            found.add(tuple(keys.index(key) for key in slot.prepared["order"]))
    return found


def test_without_shuffling_draws_and_options_keep_the_authors_order(draw, session):
    named = [{"question": key} for key in ("unfiled", "law-two", "lawn")]

    drawn = draw(named, {"shuffle_questions": False, "shuffle_options": False})

    assert drawn == [["unfiled", "law-two", "lawn"]] * 12
    assert orders_of_options(session) == {(0, 1, 2)}


def test_a_draw_keeps_its_place_when_its_questions_are_not_shuffled_with_the_others(draw):
    drawn = draw([{"question": "unfiled"}, {"count": 3, "category": "law"}],
                 {"shuffle_questions": False}, times=30)  # fmt: skip

    assert {keys[0] for keys in drawn} == {"unfiled"}
    # Within a draw, chance orders.
    assert len({tuple(keys[1:]) for keys in drawn}) > 1


def test_with_shuffling_each_question_comes_in_every_place(draw):
    named = [{"question": key} for key in ("unfiled", "law-two", "lawn")]

    places = Counter((key, at) for keys in draw(named, times=60) for at, key in enumerate(keys))

    assert len(places) == 9


def test_only_options_are_kept_in_order_where_only_they_are(draw, session):
    named = [{"question": "law-one"}, {"question": "lawn"}]

    drawn = draw(named, {"shuffle_options": False}, times=20)

    assert {keys[0] for keys in drawn} == {"law-one", "lawn"}
    assert orders_of_options(session) == {(0, 1, 2)}


def test_only_questions_are_kept_in_order_where_only_they_are(draw, session):
    named = [{"question": "law-one"}, {"question": "lawn"}]

    drawn = draw(named, {"shuffle_questions": False}, times=20)

    assert {keys[0] for keys in drawn} == {"law-one"}
    assert len(orders_of_options(session)) > 1


def test_filing_a_question_elsewhere_changes_what_the_next_attempt_draws(draw):
    before = draw([{"category": "law/lists"}], times=30)
    moved = [
        filed(single("law-two"), "elsewhere", "hard") if one["key"] == "law-two" else one
        for one in BANK
    ]

    after = draw([{"category": "law/lists"}], times=30, questions=moved)

    assert {key for (key,) in before} == {"law-two", "law-three"}
    assert {key for (key,) in after} == {"law-three"}
