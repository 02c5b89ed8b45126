"""Judges what a schedule leaves behind, by rules that are written here once more and are not those of the product.

The rows of an attempt stand in the order in which they were kept. Where two requests were under way at the same time,
either order is right, so the judge asks whether any order that is possible explains what was claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.quizzes.schedules.evidence import (
    AnswerRow,
    Delivery,
    Evidence,
    Key,
    Purpose,
    Refusal,
    Sent,
)

STATUSES = {Purpose.SAVE: {200}, Purpose.SUBMIT: {200, 201}, Purpose.READ: {200}}


def find_violations(evidence: Evidence) -> list[str]:
    """Return a sentence for each promise that was not kept."""
    return [sentence for check in CHECKS for sentence in check(evidence)]


# --- What was answered, and what is kept ------------------------------------------------------------


def check_statuses(evidence: Evidence) -> Iterator[str]:
    """What is in order is accepted, and all else refused for its own reason."""
    for delivery in evidence.deliveries:
        if delivery.status is None:
            continue
        request, refusal = delivery.request, delivery.request.refusal
        statuses = {refusal.status} if refusal else STATUSES[request.purpose]
        if delivery.began > evidence.ended_tokens.get(request.token or "", math.inf):
            # Of two faults, either may be named.
            statuses = {401, refusal.status} if refusal else {401}
        if delivery.status not in statuses:
            yield f"{describe(delivery)} was to be answered by {statuses}: {delivery.reply}"
        elif not is_named(delivery, refusal):
            yield f"{describe(delivery)} was to name {refusal.field} alone: {delivery.reply}"


def is_named(delivery: Delivery, refusal: Refusal | None) -> bool:
    """Return whether the refusal names the field at fault and no other, if it is about one."""
    if refusal is None or refusal.field is None or delivery.status != refusal.status:
        return True
    return set(delivery.reply["fields"]) == {refusal.field}


def check_receipts(evidence: Evidence) -> Iterator[str]:
    """What was acknowledged is kept, and every receipt, the first as any later, says what its row says."""
    rows = {row.key: row for row in evidence.rows.answers}
    for delivery in list_accepted(evidence, Purpose.SAVE, Purpose.SUBMIT):
        receipts = delivery.reply["receipts"]
        if len(receipts) != len(delivery.request.saves):
            yield f"{describe(delivery)} has {len(receipts)} receipts for its saves"
            continue
        for save, receipt in zip(delivery.request.saves, receipts, strict=True):
            row = rows.get(save.key)
            if row is None:
                yield f"{save.key} was acknowledged by {describe(delivery)} and is lost"
            elif row.response != as_kept(save):
                yield f"{save.key} is not kept as {describe(delivery)} sent it: {row.response}"
            elif not is_of(receipt, row):
                yield f"{save.key}: {describe(delivery)} has a receipt that the row denies: {receipt}"


def is_of(receipt: Mapping[str, Any], row: AnswerRow) -> bool:
    """Return whether the receipt is the row's."""
    return (
        receipt["slot"],
        receipt["number"],
        receipt["revision"],
        datetime.fromisoformat(receipt["received_at"]),
        receipt["current"],
        receipt["late"],
    ) == (row.slot, row.number, row.revision, row.received_at, row.is_current, row.is_late)


def check_origins(evidence: Evidence) -> Iterator[str]:
    """Every row was sent, whole and in order, and bears the time at which it was under way."""
    for row in evidence.rows.answers:
        origins = [
            delivery
            for delivery in evidence.deliveries
            for save in delivery.request.saves
            if delivery.may_change_something
            and (save.key, save.base, as_kept(save)) == (row.key, row.base, row.response)
        ]
        if not origins:
            yield f"{row.key} is kept, and nobody sent it so: {row}"
        elif not any(
            origin.began_at <= row.received_at
            and (origin.ended_at is None or row.received_at <= origin.ended_at)
            for origin in origins
        ):
            yield f"{row.key} is said to have come when it was not under way: {row}"


def check_order(evidence: Evidence) -> Iterator[str]:
    """Nothing is kept twice, revisions count the rows of a slot, and what ended first stands first."""
    timeline = Timeline(evidence)
    revisions: dict[int, int] = {}
    keys: set[Key] = set()
    latest = -math.inf
    for row in evidence.rows.answers:
        if row.key in keys:
            yield f"{row.key} is kept twice"
        keys.add(row.key)
        revisions[row.slot] = revisions.get(row.slot, 0) + 1
        if row.revision != revisions[row.slot]:
            yield f"{row.key} has the revision {row.revision}, and is number {revisions[row.slot]}"
        if timeline.certain_from(row) < latest:
            yield f"{row.key} was answered before an earlier row was sent"
        latest = max(latest, timeline.possible_from(row))


# --- What counts ------------------------------------------------------------------------------------


def check_flags(evidence: Evidence) -> Iterator[str]:
    """Each row is current and late as the rules say, wherever among the rows the attempt may have closed."""
    rows = evidence.rows.answers
    closings = list_closings(evidence)
    if not closings:
        yield "the attempt closed after a row that was sent later, or before one that it carried"
        return
    found = [list_wrong_flags(evidence, rows, closed_after) for closed_after in closings]
    yield from min(found, key=len)


def list_closings(evidence: Evidence) -> range:
    """Return after how many rows the attempt may have closed; the number of all: after none of them came."""
    rows = evidence.rows.answers
    timeline = Timeline(evidence)
    if evidence.rows.submitted_at is None or not timeline.submissions:
        return range(len(rows), len(rows) + 1)
    carried = {
        save.key
        for delivery in timeline.submissions
        if delivery.status == 201
        for save in delivery.request.saves
    }
    before = [
        row.key in carried or timeline.certain_from(row) < timeline.closed_at_the_earliest
        for row in rows
    ]
    after = [timeline.possible_from(row) > timeline.closed_at_the_latest for row in rows]
    fewest = max((at for at, is_before in enumerate(before, 1) if is_before), default=0)
    most = min((at for at, is_after in enumerate(after) if is_after), default=len(rows))
    return range(fewest, most + 1)


def list_wrong_flags(evidence: Evidence, rows: Sequence[AnswerRow], closed_after: int) -> list[str]:
    """Return the rows whose flags are wrong if the attempt closed after so many rows."""
    deadline_at = evidence.rows.deadline_at
    wrong = []
    counted: list[AnswerRow] = []
    for at, row in enumerate(rows):
        is_closed = at >= closed_after
        is_late = is_closed or (deadline_at is not None and row.received_at > deadline_at)
        is_in_time = not is_closed and not is_time_over(evidence, row.received_at)
        is_current = is_in_time and not is_stale(row, counted) and not is_overtaken(row, counted)
        if is_current:
            counted.append(row)
        if (row.is_current, row.is_late) != (is_current, is_late):
            wrong.append(f"{row.key} was to be current: {is_current}, late: {is_late}; it is {row}")
    return wrong


def is_stale(row: AnswerRow, counted: Sequence[AnswerRow]) -> bool:
    """Return whether another client's answer is newer than what the save builds on."""
    return any(
        other.slot == row.slot and other.client != row.client and other.revision > row.base
        for other in counted
    )


def is_overtaken(row: AnswerRow, counted: Sequence[AnswerRow]) -> bool:
    """Return whether a later save of the same client came before it."""
    return any(
        (other.slot, other.client) == (row.slot, row.client) and other.number > row.number
        for other in counted
    )


def find_current(rows: Sequence[AnswerRow]) -> dict[int, AnswerRow]:
    """Return each slot's current answer: the last that was current on arrival."""
    return {row.slot: row for row in rows if row.is_current}


# --- What was read ----------------------------------------------------------------------------------


def check_readings(evidence: Evidence) -> Iterator[str]:
    """A reading shows the answers of one moment while it was under way, and says whether the attempt was closed."""
    timeline = Timeline(evidence)
    rows = evidence.rows.answers
    for delivery in list_accepted(evidence, Purpose.READ):
        before = [timeline.certain_from(row) < delivery.began for row in rows]
        after = [timeline.possible_from(row) > delivery.ended for row in rows]
        fewest = max((at for at, is_before in enumerate(before, 1) if is_before), default=0)
        most = min((at for at, is_after in enumerate(after) if is_after), default=len(rows))
        is_open = delivery.reply["submitted_at"] is None
        shown = {
            slot["slot"]: (slot["answer"], slot["revision"], (slot["rival"] or {}).get("revision"))
            for slot in delivery.reply["slots"]
        }
        if not any(
            shown == {slot: show(rows[:at], slot, is_open=is_open) for slot in evidence.worth}
            for at in range(fewest, most + 1)
        ):
            yield f"{describe(delivery)} showed what never was: {shown}"
        yield from check_closing_as_read(evidence, timeline, delivery)


def show(rows: Sequence[AnswerRow], slot: int, *, is_open: bool) -> tuple[Any, int, int | None]:
    """Return a slot's answer, the revision to build on, and its rival's, as a reading shows them after these rows."""
    in_slot = [row for row in rows if row.slot == slot]
    current = find_current(in_slot).get(slot)
    response, revision = (current.response, current.revision) if current else (None, 0)
    rival = find_rival(in_slot, current) if is_open else None
    if rival is None:
        return response, revision, None
    # Whoever has seen both builds on both.
    return response, in_slot[-1].revision, rival.revision


def find_rival(rows: Sequence[AnswerRow], current: AnswerRow | None) -> AnswerRow | None:
    """Return the newest answer that was in time and lost to another client's, if it is newer than that and another."""
    if current is None:
        return None
    lost = [
        row
        for row in rows
        if row.revision > current.revision
        and row.client != current.client
        and not row.is_late
        and not is_overtaken(row, rows[: row.revision])
    ]
    return lost[-1] if lost and lost[-1].response != current.response else None


def check_closing_as_read(
    evidence: Evidence, timeline: Timeline, delivery: Delivery
) -> Iterator[str]:
    said = delivery.reply["submitted_at"]
    if said is None:
        if timeline.closed_at_the_latest < delivery.began:
            yield f"{describe(delivery)} showed a closed attempt as open"
        if is_time_over(evidence, delivery.began_at):
            yield f"{describe(delivery)} showed an attempt as open whose time was over"
        return
    if datetime.fromisoformat(said) != evidence.rows.submitted_at:
        yield f"{describe(delivery)} showed another closing: {said}"
    if delivery.ended < timeline.closed_at_the_earliest and not is_timed_out(evidence):
        yield f"{describe(delivery)} showed an open attempt as closed"
    yield from check_score(evidence, delivery)


# --- What it came to --------------------------------------------------------------------------------


def check_grades(evidence: Evidence) -> Iterator[str]:
    """A closed attempt has one grade, of its current answers, and one result; an open one has neither."""
    rows = evidence.rows
    timeline = Timeline(evidence)
    if rows.submitted_at is None:
        if rows.grades or rows.results:
            yield f"the attempt is open and has {rows.grades} and {rows.results}"
        if timeline.closed_at_the_latest < math.inf:
            yield "the attempt was submitted and is open"
        return
    # Those of which nobody knows the end may have closed it, too.
    claims = [delivery.status == 201 for delivery in timeline.submissions if delivery.status]
    if sum(claims) > 1:
        yield f"{sum(claims)} submissions claim to have closed the attempt"
    if len(claims) == len(timeline.submissions) and not any(claims) and not is_timed_out(evidence):
        yield "the attempt closed before its time, and nobody submitted it"
    if len(rows.grades) != 1 or len(rows.results) != 1:
        yield f"the attempt has {len(rows.grades)} grades and {len(rows.results)} results"
        return
    marks = mark(evidence)
    score = score_of(marks)
    passed = sum(marks.values(), Fraction(0)) / len(marks) >= evidence.pass_mark
    grade, result = rows.grades[0], rows.results[0]
    if {int(slot): Fraction(text) for slot, text in grade.marks.items()} != marks:
        yield f"the marks are {grade.marks} and were to be {marks}"
    if not (grade.score, grade.passed) == (result.score, result.passed) == (score, passed):
        yield f"{grade} and {result} were to be {score}, passed: {passed}"
    for delivery in list_accepted(evidence, Purpose.SUBMIT):
        yield from check_score(evidence, delivery)


def is_timed_out(evidence: Evidence) -> bool:
    """Return whether the attempt closed when deadline and grace were over."""
    submitted_at = evidence.rows.submitted_at
    return submitted_at is not None and is_time_over(evidence, submitted_at)


def is_time_over(evidence: Evidence, moment: datetime) -> bool:
    """Return whether deadline and grace were over by then."""
    deadline_at = evidence.rows.deadline_at
    return deadline_at is not None and moment > deadline_at + evidence.grace


def mark(evidence: Evidence) -> dict[int, Fraction]:
    """Return each slot's mark: what its current answer chose adds up, and stays between 0 and 1."""
    current = find_current(evidence.rows.answers)
    marks = {}
    for slot, worth in evidence.worth.items():
        chosen = current[slot].response["choices"] if slot in current else ()
        marks[slot] = min(
            max(sum((worth[id_] for id_ in chosen), Fraction(0)), Fraction(0)), Fraction(1)
        )
    return marks


def score_of(marks: Mapping[int, Fraction]) -> Decimal:
    """Return the mean of the marks with the six decimals that are kept."""
    mean = sum(marks.values(), Fraction(0)) / len(marks)
    exact = Decimal(mean.numerator) / mean.denominator
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def check_score(evidence: Evidence, delivery: Delivery) -> Iterator[str]:
    """The score that was said is the one that is kept."""
    said = (delivery.reply["score"], delivery.reply["passed"])
    if said not in [(float(grade.score), grade.passed) for grade in evidence.rows.grades]:
        yield f"{describe(delivery)} gave {said}; kept are {evidence.rows.grades}"


# --- The order of what happened -----------------------------------------------------------------------


class Timeline:
    """What can be said of the order in which rows were kept and the attempt closed."""

    def __init__(self, evidence: Evidence) -> None:
        self._possible: dict[Key, float] = {}
        self._certain: dict[Key, float] = {}
        self.submissions = []
        for delivery in evidence.deliveries:
            if not delivery.may_change_something:
                continue
            if delivery.request.purpose is Purpose.SUBMIT:
                self.submissions.append(delivery)
            for save in delivery.request.saves:
                earliest = self._possible.get(save.key, math.inf)
                self._possible[save.key] = min(earliest, delivery.began)
                if delivery.is_accepted:
                    latest = self._certain.get(save.key, math.inf)
                    self._certain[save.key] = min(latest, delivery.ended)
        self.closed_at_the_earliest = min((one.began for one in self.submissions), default=math.inf)
        self.closed_at_the_latest = min(
            (one.ended for one in self.submissions if one.is_accepted), default=math.inf
        )

    def possible_from(self, row: AnswerRow) -> float:
        """Return when the row was sent for the first time."""
        return self._possible.get(row.key, -math.inf)

    def certain_from(self, row: AnswerRow) -> float:
        """Return when the row was acknowledged for the first time."""
        return self._certain.get(row.key, math.inf)


def list_accepted(evidence: Evidence, *purposes: Purpose) -> Iterator[Delivery]:
    """Yield what was answered by a yes."""
    for delivery in evidence.deliveries:
        if delivery.is_accepted and delivery.request.purpose in purposes:
            yield delivery


def as_kept(save: Sent) -> Any:
    """Return a response as it is kept: what is chosen, in the order of the alphabet."""
    match save.response:
        case {"choices": list(chosen)}:
            return {"choices": sorted(chosen)}
    return save.response


def describe(delivery: Delivery) -> str:
    """Name a delivery by what it asked, and when."""
    saves = ", ".join(f"{save.client} {save.slot}#{save.number}" for save in delivery.request.saves)
    return f"{delivery.request.purpose} at {delivery.began} ({saves or 'no saves'})"


CHECKS: Sequence[Callable[[Evidence], Iterator[str]]] = (
    check_statuses,
    check_receipts,
    check_origins,
    check_order,
    check_flags,
    check_readings,
    check_grades,
)
