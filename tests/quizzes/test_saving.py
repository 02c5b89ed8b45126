"""Which of several saves counts, in whatever order and from however many clients they come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.i18n import Message
from lms.quizzes.domain import (
    KeptSave,
    Save,
    find_current,
    find_repeated,
    find_rival,
    judge,
    next_number,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def save(client: str, number: int, *, base: int = 0, slot: int = 1, choice: str = "") -> Save:
    return Save(client, slot, number, base, {"choices": [choice or f"{client}{number}"]}, "fr")


def keep(
    saves: Iterable[Save],
    kept: Iterable[KeptSave] = (),
    *,
    may_count: bool = True,
    is_late: bool = False,
):
    """Return `kept` and the saves after it, as an attempt keeps them one after the other."""
    found = list(kept)
    for at, one in enumerate(saves):
        now = NOW + timedelta(seconds=at)
        found.append(judge(found, one, may_count=may_count, is_late=is_late, now=now))
    return found


def current(kept: list[KeptSave], slot: int = 1) -> tuple[str, int] | None:
    found = find_current(kept, slot)
    return (found.client, found.number) if found else None


def test_a_slot_without_a_save_has_no_answer():
    assert find_current([], 1) is None
    assert current(keep([save("phone", 1, slot=2)])) is None


def test_the_first_save_of_a_slot_is_current_and_has_revision_1():
    (kept,) = keep([save("phone", 7)])

    assert (kept.revision, kept.is_current, kept.is_late) == (1, True, False)
    assert kept.received_at == NOW


def test_revisions_count_within_a_slot():
    kept = keep([save("phone", 1), save("phone", 1, slot=2), save("desk", 1), save("phone", 2)])

    assert [(one.slot, one.revision) for one in kept] == [(1, 1), (2, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("base", "is_current"),
    [(0, False), (1, False), (2, True), (3, True)],
)
def test_a_save_is_stale_when_another_client_answered_after_the_revision_it_was_based_on(
    base, is_current
):
    kept = keep([save("phone", 1), save("desk", 1, base=1), save("tablet", 1, base=base)])

    assert kept[-1].is_current is is_current
    assert current(kept) == (("tablet", 1) if is_current else ("desk", 1))


def test_a_clients_own_newer_answer_does_not_make_its_save_stale():
    kept = keep([save("phone", 1), save("phone", 2), save("phone", 3)])

    assert [one.is_current for one in kept] == [True, True, True]
    assert current(kept) == ("phone", 3)


def test_an_overtaken_save_of_the_same_client_is_kept_and_not_current():
    kept = keep([save("phone", 2), save("phone", 1)])

    assert [one.is_current for one in kept] == [True, False]
    assert current(kept) == ("phone", 2)


def test_what_another_client_said_and_did_not_count_makes_nobody_stale():
    kept = keep([save("phone", 1), save("desk", 1), save("phone", 2, base=1)])

    assert [one.is_current for one in kept] == [True, False, True]


def test_a_client_that_has_seen_the_other_answer_may_answer_again():
    kept = keep([save("phone", 1), save("desk", 1), save("desk", 2, base=1)])

    assert current(kept) == ("desk", 2)


def test_what_arrives_after_the_end_is_kept_late_and_never_current():
    open_ = keep([save("phone", 1)])

    after = [save("phone", 2, base=1), save("phone", 1, slot=2)]
    kept = keep(after, open_, may_count=False, is_late=True)

    assert [(one.is_current, one.is_late) for one in kept[1:]] == [(False, True), (False, True)]
    assert current(kept) == ("phone", 1)
    assert current(kept, slot=2) is None


def test_what_arrives_in_the_grace_is_late_and_counts():
    kept = keep([save("phone", 2)], keep([save("phone", 1)]), is_late=True)

    assert (kept[1].is_current, kept[1].is_late) == (True, True)
    assert current(kept) == ("phone", 2)


def test_what_is_wrong_with_a_save_is_kept_with_it_and_does_not_keep_it_from_counting():
    problem = Message("Write it otherwise.")

    kept = judge([], save("phone", 1), may_count=True, is_late=False, now=NOW, problem=problem)

    assert (kept.problem, kept.is_current) == (problem, True)


def test_a_repeat_is_known_by_client_slot_and_number_whatever_it_says():
    kept = keep([save("phone", 1), save("phone", 1, slot=2), save("desk", 1)])

    assert find_repeated(kept, save("phone", 1, slot=2, choice="else", base=9)) is kept[1]
    assert find_repeated(kept, save("phone", 2)) is None
    assert find_repeated(kept, save("tablet", 1)) is None


def test_a_page_goes_on_after_its_last_number_of_the_slot():
    kept = keep([save("phone", 4), save("phone", 2), save("desk", 9), save("phone", 7, slot=2)])

    assert next_number(kept, "phone", 1) == 5
    assert next_number(kept, "tablet", 1) == 1


# --- The rival ------------------------------------------------------------------------------------


def rival(kept: list[KeptSave], slot: int = 1) -> tuple[str, int] | None:
    found = find_rival(kept, slot)
    return (found.client, found.number) if found else None


def test_without_another_clients_answer_there_is_nothing_to_choose():
    assert rival([]) is None
    assert rival(keep([save("phone", 1), save("phone", 2)])) is None
    assert rival(keep([save("phone", 1), save("desk", 1, base=1)])) is None


def test_what_a_client_itself_overtook_is_no_rival():
    assert rival(keep([save("phone", 2), save("phone", 1)])) is None


def test_the_newest_stale_answer_is_the_rival_of_the_one_that_counts():
    kept = keep([save("phone", 1), save("desk", 1), save("tablet", 1)])

    assert current(kept) == ("phone", 1)
    assert rival(kept) == ("tablet", 1)
    assert rival(kept, slot=2) is None


def test_two_devices_that_say_the_same_have_nothing_to_settle():
    assert rival(keep([save("phone", 1, choice="a"), save("desk", 1, choice="a")])) is None


@pytest.mark.parametrize("settled_by", ["phone", "desk", "tablet"])
def test_whatever_is_answered_after_both_were_seen_settles_it(settled_by):
    kept = keep([save("phone", 1), save("desk", 1), save(settled_by, 2, base=2)])

    assert current(kept) == (settled_by, 2)
    assert rival(kept) is None


def test_a_late_answer_is_no_rival():
    open_ = keep([save("phone", 1)])

    assert rival(keep([save("desk", 1)], open_, may_count=False, is_late=True)) is None


@pytest.mark.parametrize("client", ["phone", "desk"])
def test_what_was_set_aside_is_a_rival_whichever_client_said_it(client):
    aside = keep([save(client, 2)], keep([save("phone", 1)]), may_count=False)

    assert rival(aside) == (client, 2)
    assert rival(keep([save("phone", 2)], may_count=False)) == ("phone", 2)


# --- In whatever order ----------------------------------------------------------------------------


@st.composite
def clients_saves(draw: st.DrawFn) -> list[Save]:
    """Draw saves of one client: a later one is based on no earlier revision than those before."""
    numbers = sorted(draw(st.sets(st.integers(1, 9), min_size=1)))
    bases = sorted(draw(st.lists(st.integers(0, 2), min_size=len(numbers), max_size=len(numbers))))
    return [save("phone", number, base=base) for number, base in zip(numbers, bases, strict=True)]


@given(clients_saves(), st.randoms(use_true_random=False), st.integers(0, 2))
def test_the_order_in_which_one_clients_saves_arrive_changes_nothing_of_what_counts(
    saves, chance, others
):
    before = keep([save("desk", 1), save("desk", 2)][:others])
    shuffled = list(saves)
    chance.shuffle(shuffled)

    kept = keep(shuffled, before)

    assert current(kept) == current(keep(saves, before))
    if not others:
        assert current(kept) == ("phone", saves[-1].number)
    assert len(kept) == len(saves) + others


@given(
    st.lists(
        st.tuples(st.sampled_from(["phone", "desk"]), st.integers(1, 5), st.integers(0, 6)),
        unique_by=lambda drawn: drawn[:2],
    ),
    st.booleans(),
    st.booleans(),
)
def test_every_save_is_kept_once_under_a_revision_of_its_own(drawn, may_count, is_late):
    kept = keep(
        [save(client, number, base=base) for client, number, base in drawn],
        may_count=may_count,
        is_late=is_late,
    )

    assert [one.revision for one in kept] == list(range(1, len(drawn) + 1))
    assert all(one.is_late is is_late for one in kept)
    assert (find_current(kept, 1) is None) is (not may_count or not drawn)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["phone", "desk"]),
            st.integers(1, 5),
            st.integers(0, 6),
            st.sampled_from("ab"),
            st.booleans(),
        ),
        unique_by=lambda drawn: drawn[:2],
    )
)
def test_a_rival_never_counts_says_something_else_and_is_newer_than_what_counts(drawn):
    kept: list[KeptSave] = []
    for client, number, base, choice, may_count in drawn:
        one = save(client, number, base=base, choice=choice)
        kept = keep([one], kept, may_count=may_count)
    found, counts = find_rival(kept, 1), find_current(kept, 1)

    if found is not None:
        assert not found.is_current
        assert counts is None or (
            found.revision > counts.revision and found.response != counts.response
        )
        # Whoever has seen it and answers leaves nothing to settle.
        newest = max(one.revision for one in kept)
        assert rival(keep([save("tablet", 1, base=newest)], kept)) is None
