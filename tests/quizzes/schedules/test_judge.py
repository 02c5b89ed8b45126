"""The judge finds nothing in an honest history, and finds each forgery."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.quizzes.schedules.evidence import (
    AnswerRow,
    Delivery,
    Evidence,
    GradeRow,
    Purpose,
    Refusal,
    Request,
    ResultRow,
    Rows,
    Sent,
)
from tests.quizzes.schedules.judge import find_violations

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORTH = {
    1: {"a": Fraction(1), "b": Fraction(0)},
    2: {"c": Fraction(1, 2), "d": Fraction(1, 2), "e": Fraction(-1, 2)},
}


def moment(tick: float) -> datetime:
    """One second a tick."""
    return START + timedelta(seconds=tick)


def choice(*ids: str) -> dict[str, list[str]]:
    return {"choices": list(ids)}


def receipt(row: AnswerRow) -> dict[str, object]:
    return {
        "slot": row.slot,
        "number": row.number,
        "revision": row.revision,
        "received_at": row.received_at.isoformat(),
        "current": row.is_current,
        "late": row.is_late,
    }


def row(
    id_: int, save: Sent, revision: int, tick: float, *, current: bool, late: bool = False
) -> AnswerRow:
    return AnswerRow(
        id_, *save.key, save.base, save.response, revision, moment(tick), current, late
    )


def answered(request: Request, began: int, status: int, reply: Any) -> Delivery:
    """Return an exchange that took one tick."""
    return Delivery(
        request, True, began, began + 1, moment(began), moment(began + 1), status, reply
    )


def saving(*saves: Sent) -> Request:
    return Request(Purpose.SAVE, "hers", saves)


def reading(began: int, slots: dict[int, tuple[Any, ...]], **closing: Any) -> Delivery:
    """Return a reading of each slot's answer, revision, and revision of a rival if there is one."""
    reply = {
        "slots": [
            {
                "slot": slot,
                "answer": answer,
                "revision": revision,
                "rival": {"revision": rival[0]} if rival else None,
            }
            for slot, (answer, revision, *rival) in slots.items()
        ],
        "submitted_at": None,
        "score": None,
        "passed": None,
        **closing,
    }
    return answered(Request(Purpose.READ, "hers"), began, 200, reply)


@pytest.fixture
def honest() -> Evidence:
    """Two devices: one is overtaken, one submits with a save of its own, one comes too late."""
    phone, desk = Sent("phone", 1, 1, 0, choice("a")), Sent("desk", 1, 1, 0, choice("b"))
    carried, late = Sent("phone", 2, 1, 0, choice("c")), Sent("desk", 2, 1, 0, choice("d"))
    rows = (
        row(1, phone, 1, 1.5, current=True),
        row(2, desk, 2, 5.5, current=False),
        row(3, carried, 1, 9.5, current=True),
        row(4, late, 2, 11.5, current=False, late=True),
    )
    first, stale, last, too_late = map(receipt, rows)
    score = {"score": 0.75, "passed": True}
    submission = Request(Purpose.SUBMIT, "hers", (carried,))
    trespass = Request(Purpose.READ, "his", refusal=Refusal(404))
    reuse = Request(Purpose.SAVE, "hers", (late, phone), Refusal(409, "saves.1.number"))
    return Evidence(
        deliveries=(
            answered(saving(phone), 1, 200, {"receipts": [first]}),
            answered(saving(phone), 3, 200, {"receipts": [first]}),
            answered(saving(desk), 5, 200, {"receipts": [stale]}),
            reading(7, {1: (choice("a"), 2, 2), 2: (None, 0)}),
            answered(submission, 9, 201, {**score, "receipts": [last]}),
            answered(saving(late), 11, 200, {"receipts": [too_late]}),
            answered(submission, 13, 200, {**score, "receipts": [last]}),
            reading(15, {1: (choice("a"), 1), 2: (choice("c"), 1)},
                    submitted_at=moment(9.5).isoformat(), **score),
            answered(trespass, 17, 404, {"fields": {}}),
            answered(reuse, 19, 409, {"fields": {"saves.1.number": "It was used before."}}),
            answered(replace(saving(phone), token="ended"), 23, 401, {"fields": {}}),
        ),
        rows=Rows(
            submitted_at=moment(9.5),
            deadline_at=None,
            answers=rows,
            grades=(GradeRow(Decimal("0.75"), True, {"1": "1", "2": "1/2"}),),
            results=(ResultRow(Decimal("0.75"), True),),
        ),
        worth=WORTH,
        pass_mark=Fraction(7, 10),
        ended_tokens={"ended": 21},
        grace=timedelta(seconds=60),
    )  # fmt: skip


def with_rows(evidence: Evidence, **changes: Any) -> Evidence:
    return replace(evidence, rows=replace(evidence.rows, **changes))


def with_row(evidence: Evidence, id_: int, **changes: Any) -> Evidence:
    answers = (replace(one, **changes) if one.id == id_ else one for one in evidence.rows.answers)
    return with_rows(evidence, answers=tuple(answers))


def with_delivery(evidence: Evidence, began: int, **changes: Any) -> Evidence:
    deliveries = (
        replace(one, **changes) if one.began == began else one for one in evidence.deliveries
    )
    return replace(evidence, deliveries=tuple(deliveries))


def with_reply(evidence: Evidence, began: int, **changes: Any) -> Evidence:
    (reply,) = [one.reply for one in evidence.deliveries if one.began == began]
    return with_delivery(evidence, began, reply={**reply, **changes})


def with_receipts_of_rows(evidence: Evidence) -> Evidence:
    """Let every receipt tell what the rows say."""
    rows = {one.key: one for one in evidence.rows.answers}
    for delivery in evidence.deliveries:
        if "receipts" in delivery.reply:
            told = [receipt(rows[save.key]) for save in delivery.request.saves]
            evidence = with_reply(evidence, delivery.began, receipts=told)
    return evidence


def move_delivery(evidence: Evidence, began: int, *, to: int) -> Evidence:
    """Let a delivery begin earlier than it did; it ends when it did."""
    deliveries = (
        replace(one, began=to, began_at=moment(to)) if one.began == began else one
        for one in evidence.deliveries
    )
    return replace(evidence, deliveries=tuple(deliveries))


def assert_found(evidence: Evidence, words: str) -> None:
    found = find_violations(evidence)
    assert [sentence for sentence in found if words in sentence], found


def test_an_honest_history_is_without_fault(honest):
    assert find_violations(honest) == []


# --- What is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", [1, 2, 3, 4])
def test_an_acknowledged_answer_that_is_gone_is_missed(honest, id_):
    kept = tuple(one for one in honest.rows.answers if one.id != id_)

    assert_found(with_rows(honest, answers=kept), "was acknowledged by save at" if id_ != 3
                 else "was acknowledged by submit at")  # fmt: skip


def test_an_answer_that_is_kept_otherwise_than_it_was_sent_is_found(honest):
    assert_found(with_row(honest, 4, response=choice("e")), "is not kept as")


def test_an_answer_that_nobody_sent_is_found(honest):
    unsent = row(5, Sent("phone", 2, 2, 1, choice("d")), 3, 12, current=False, late=True)

    assert_found(with_rows(honest, answers=(*honest.rows.answers, unsent)), "nobody sent it so")


def test_an_answer_of_a_refused_batch_is_found(honest):
    refused = Sent("phone", 2, 2, 1, choice("d"))
    batch = Request(Purpose.SAVE, "hers", (refused,), Refusal(409, "saves.1.number"))
    kept = row(5, refused, 3, 19.5, current=False, late=True)
    forged = with_rows(honest, answers=(*honest.rows.answers, kept))

    assert_found(with_delivery(forged, 19, request=batch), "nobody sent it so")


def test_an_answer_of_which_half_arrived_is_found(honest):
    broken_off = {"is_whole": False, "status": None, "ended": math.inf, "ended_at": None}

    assert_found(with_delivery(honest, 11, **broken_off), "nobody sent it so")


def test_an_answer_that_is_kept_twice_is_found(honest):
    again = replace(honest.rows.answers[3], id=5, revision=3)

    assert_found(with_rows(honest, answers=(*honest.rows.answers, again)), "is kept twice")


def test_an_answer_that_bears_a_later_repeats_time_is_found(honest):
    changed = with_row(honest, 1, received_at=moment(30))

    assert_found(changed, "when it was not under way")


def test_rows_in_an_order_that_cannot_be_are_found(honest):
    first, second, third, fourth = honest.rows.answers

    assert_found(
        with_rows(honest, answers=(first, third, second, fourth)), "before an earlier row was sent"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 3},
        {"received_at": moment(2).isoformat()},
        {"current": False},
        {"late": True},
        {"number": 2},
        {"slot": 2},
    ],
)
def test_a_repeat_with_another_receipt_than_the_first_is_found(honest, change):
    forged = {**receipt(honest.rows.answers[0]), **change}

    assert_found(with_reply(honest, 3, receipts=[forged]), "has a receipt that the row denies")


def test_a_receipt_that_is_missing_is_found(honest):
    assert_found(with_reply(honest, 13, receipts=[]), "has 0 receipts")


# --- What counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "flags"),
    [
        (1, {"is_current": False}),
        (1, {"is_late": True}),
        (2, {"is_current": True}),
        (3, {"is_current": False}),
        (3, {"is_current": False, "is_late": True}),
        (4, {"is_current": True}),
        (4, {"is_late": False}),
        (4, {"is_current": True, "is_late": False}),
    ],
)
def test_a_wrong_flag_is_found_even_if_the_receipt_tells_the_same(honest, id_, flags):
    forged = with_receipts_of_rows(with_row(honest, id_, **flags))

    assert_found(forged, "was to be current")


def test_a_save_that_builds_on_the_newest_answer_of_another_client_counts(honest):
    seen = replace(honest.deliveries[2].request.saves[0], base=1)
    forged = with_row(with_delivery(honest, 5, request=saving(seen)), 2, base=1)

    assert_found(forged, "('desk', 1, 1) was to be current: True")


def test_of_one_clients_saves_the_highest_number_counts_in_whatever_order_they_come(honest):
    first, second = Sent("phone", 1, 1, 0, choice("a")), Sent("phone", 1, 2, 0, choice("b"))
    rows = (row(1, second, 1, 1.5, current=True), row(2, first, 2, 3.5, current=False))
    evidence = replace(
        honest,
        deliveries=tuple(
            answered(saving(save), began, 200, {"receipts": [receipt(kept)]})
            for save, began, kept in ((second, 1, rows[0]), (first, 3, rows[1]))
        ),
        rows=Rows(None, None, rows, (), ()),
    )
    assert find_violations(evidence) == []

    turned = with_row(with_row(evidence, 1, is_current=False), 2, is_current=True)
    assert_found(turned, "('phone', 1, 2) was to be current: True")
    assert_found(turned, "('phone', 1, 1) was to be current: False")


def test_of_a_save_and_a_submission_at_once_either_may_be_first_but_not_if_one_followed(honest):
    first, second, carried, late = honest.rows.answers
    counted = replace(late, id=3, revision=1, is_current=True, is_late=False)
    stale = replace(carried, id=4, revision=2, is_current=False)
    save_first = with_rows(honest, answers=(first, second, counted, stale))
    save_first = with_reply(
        save_first, 15, slots=reading(15, {1: (choice("a"), 1), 2: (choice("d"), 1)}).reply["slots"]
    )

    for order in (honest, save_first):
        at_once = move_delivery(with_receipts_of_rows(order), 11, to=9)
        assert find_violations(at_once) == []

    assert_found(with_receipts_of_rows(save_first), "sent later")


@pytest.mark.parametrize(
    ("seconds", "is_current", "is_late"),
    [(0, True, False), (0.001, True, True), (60, True, True), (60.001, False, True)],
)
def test_what_comes_in_the_grace_is_late_and_counts_and_what_comes_after_it_does_not(
    honest, seconds, is_current, is_late
):
    save = Sent("phone", 1, 1, 0, choice("a"))

    def judge(current: bool, late: bool) -> list[str]:
        kept = row(1, save, 1, 1 + seconds, current=current, late=late)
        arrival = Delivery(
            saving(save), True, 1, 2, moment(1), moment(90), 200, {"receipts": [receipt(kept)]}
        )
        rows = Rows(None, moment(1), (kept,), (), ())
        return find_violations(replace(honest, deliveries=(arrival,), rows=rows))

    assert judge(is_current, is_late) == []
    assert judge(not is_current, is_late)
    assert judge(is_current, not is_late)


# --- What was read and said -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "slots",
    [
        {1: (choice("b"), 2, 2), 2: (None, 0)},
        {1: (choice("a"), 1, 2), 2: (None, 0)},
        {1: (choice("a"), 2, 1), 2: (None, 0)},
        {1: (choice("a"), 1), 2: (None, 0)},
        {1: (None, 0), 2: (None, 0)},
        {1: (choice("a"), 2, 2), 2: (choice("c"), 1)},
    ],
)
def test_a_reading_that_shows_what_never_was_is_found(honest, slots):
    told = reading(7, slots).reply["slots"]

    assert_found(with_reply(honest, 7, slots=told), "showed what never was")


def test_a_reading_that_errs_about_the_closing_is_found(honest):
    closing = {"submitted_at": moment(9.5).isoformat(), "score": 0.75, "passed": True}

    assert_found(with_reply(honest, 15, submitted_at=None), "closed attempt as open")
    assert_found(with_reply(honest, 7, **closing), "open attempt as closed")
    assert_found(
        with_reply(honest, 15, submitted_at=moment(10).isoformat()), "showed another closing"
    )
    over = with_rows(honest, deadline_at=moment(6.9 - 60))
    assert_found(over, "showed an attempt as open whose time was over")
    assert_found(with_reply(honest, 15, score=1.0), "gave (1.0, True)")


@pytest.mark.parametrize("began", [1, 3, 9, 13, 15])
def test_an_unexpected_refusal_is_found(honest, began):
    assert_found(
        with_delivery(honest, began, status=500, reply={"status": 500}), "was to be answered by"
    )


@pytest.mark.parametrize("began", [17, 19, 23])
def test_a_trespass_a_reused_number_and_an_ended_token_that_are_let_through_are_found(
    honest, began
):
    reply = {**honest.deliveries[7].reply, "receipts": []}

    assert_found(with_delivery(honest, began, status=200, reply=reply), "was to be answered by {4")


def test_of_two_faults_either_may_be_named_but_one_must(honest):
    ended = replace(honest.deliveries[9].request, token="ended")
    both = with_delivery(honest, 19, request=ended)
    assert find_violations(replace(both, ended_tokens={"ended": 18})) == []

    refused = with_delivery(both, 19, status=401)
    assert find_violations(replace(refused, ended_tokens={"ended": 18})) == []
    let_through = with_reply(with_delivery(both, 19, status=200), 19, receipts=[])
    assert_found(replace(let_through, ended_tokens={"ended": 18}), "was to be answered by {4")


@pytest.mark.parametrize(
    "fields", [{}, {"saves.0.number": "no"}, {"saves.1.number": "", "client": ""}]
)
def test_a_refusal_that_names_another_save_is_found(honest, fields):
    assert_found(with_reply(honest, 19, fields=fields), "was to name saves.1.number alone")


# --- What it came to ------------------------------------------------------------------------------


def test_a_grade_of_other_answers_than_the_current_ones_is_found(honest):
    marked = GradeRow(Decimal(1), True, {"1": "1", "2": "1"})

    assert_found(with_rows(honest, grades=(marked,)), "the marks are")


@pytest.mark.parametrize(
    ("score", "passed"), [(Decimal("0.75"), False), (Decimal("0.750001"), True)]
)
def test_a_score_or_verdict_that_the_marks_do_not_give_is_found(honest, score, passed):
    (grade,) = honest.rows.grades

    assert_found(
        with_rows(honest, grades=(replace(grade, score=score, passed=passed),)), "were to be 0.75"
    )
    assert_found(with_rows(honest, results=(ResultRow(score, passed),)), "were to be 0.75")


def test_a_second_grade_or_result_or_none_is_found(honest):
    grades, results = honest.rows.grades, honest.rows.results

    assert_found(with_rows(honest, grades=grades * 2), "has 2 grades and 1 results")
    assert_found(with_rows(honest, results=results * 2), "has 1 grades and 2 results")
    assert_found(with_rows(honest, grades=()), "has 0 grades and 1 results")
    assert_found(with_rows(honest, results=()), "has 1 grades and 0 results")


def test_two_submissions_that_claim_to_have_closed_the_attempt_are_found(honest):
    assert_found(with_delivery(honest, 13, status=201), "2 submissions claim")


def test_a_submission_that_left_the_attempt_open_is_found(honest):
    assert_found(with_rows(honest, submitted_at=None), "was submitted and is open")
    assert_found(with_rows(honest, submitted_at=None), "the attempt is open and has")


def test_an_attempt_that_closed_by_itself_is_found_unless_its_time_was_over(honest):
    unsubmitted = tuple(
        one for one in honest.deliveries if one.request.purpose is not Purpose.SUBMIT
    )
    rows = tuple(one for one in honest.rows.answers if one.slot == 1)
    unanswered = GradeRow(Decimal("0.5"), False, {"1": "1", "2": "0"})
    forged = with_rows(
        replace(honest, deliveries=unsubmitted[:4]),
        answers=rows,
        grades=(unanswered,),
        results=(ResultRow(unanswered.score, unanswered.passed),),
    )

    early = "the attempt closed before its time, and nobody submitted it"
    assert find_violations(forged) == [early]
    timed = with_rows(replace(forged, grace=timedelta(seconds=1)), deadline_at=moment(8.5))
    assert find_violations(timed) == [early]
    assert find_violations(with_rows(timed, deadline_at=moment(8.4))) == []
