"""The review is a chain: no setting shows a thing before that from which it could be told."""

from __future__ import annotations

from dataclasses import fields
from itertools import product

import pytest

from lms.quizzes.domain import EVERYTHING, NOTHING, ReviewRules, Visible, When, judge_review

ALL_RULES = [ReviewRules(*moments) for moments in product(When, repeat=4)]
ALL_TIMES = [(False, False), (False, True), (True, False), (True, True)]


def judge(rules: ReviewRules, time: tuple[bool, bool]) -> Visible:
    return judge_review(rules, is_finished=time[0], is_closed=time[1])


def test_no_combination_shows_more_than_what_comes_before_it():
    for rules, time in product(ALL_RULES, ALL_TIMES):
        visible = judge(rules, time)

        assert visible.score or not visible.marks, rules
        assert visible.marks or not visible.answers, rules
        assert visible.marks or not visible.feedback, rules


def test_each_thing_waits_for_its_own_moment_however_early_the_others_are():
    for rules, (is_finished, is_closed) in product(ALL_RULES, ALL_TIMES):
        visible = judge(rules, (is_finished, is_closed))
        has_come = {
            When.SUBMITTED: True, When.FINISHED: is_finished, When.CLOSED: is_closed,
            When.NEVER: False,
        }  # fmt: skip
        for field in fields(Visible):
            if getattr(visible, field.name):
                assert has_come[getattr(rules, field.name)], (rules, field.name)


def test_what_was_once_shown_stays_shown_when_more_has_come():
    for rules in ALL_RULES:
        for field in fields(Visible):
            before = getattr(judge(rules, (False, False)), field.name)
            for time in ALL_TIMES:
                assert getattr(judge(rules, time), field.name) >= before


@pytest.mark.parametrize(
    ("rules", "times"),
    [
        (ReviewRules(), dict.fromkeys(ALL_TIMES, EVERYTHING)),
        (ReviewRules(score=When.NEVER), dict.fromkeys(ALL_TIMES, NOTHING)),
        (
            ReviewRules(When.FINISHED, When.FINISHED, When.CLOSED, When.FINISHED),
            {
                (False, False): NOTHING,
                (True, False): Visible(score=True, marks=True, answers=False, feedback=True),
                (False, True): NOTHING,
                (True, True): EVERYTHING,
            },
        ),
        # Feedback waits for no right answers.
        (
            ReviewRules(answers=When.NEVER),
            {time: Visible(score=True, marks=True, answers=False, feedback=True)
             for time in ALL_TIMES},
        ),
        (
            ReviewRules(marks=When.CLOSED),
            {
                (True, False): Visible(score=True, marks=False, answers=False, feedback=False),
                (False, True): EVERYTHING,
            },
        ),
    ],
)  # fmt: skip
def test_what_is_seen_when(rules, times):
    assert {time: judge(rules, time) for time in times} == times
