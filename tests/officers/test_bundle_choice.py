"""What is asked of a download, and how it is divided."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.officers.domain.bundles import (
    CERTIFICATES_PER_PART,
    BundleChoice,
    PageCount,
    cut_in_parts,
    plan_prints,
)

CHOICES = st.builds(
    BundleChoice,
    module_slug=st.text(max_size=9),
    edition_key=st.text(max_size=9),
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
    branch_id=st.none() | st.integers(1),
    languages=st.lists(st.sampled_from(["fr", "en"]), unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(["completion"]), unique=True).map(tuple),
    with_prints=st.booleans(),
)


@given(CHOICES)
def test_a_choice_is_read_as_it_was_kept(choice):
    assert BundleChoice.from_json(choice.to_json()) == choice


def test_what_is_left_empty_chooses_every_language():
    assert BundleChoice().pick_languages(["fr", "en"]) == ["fr", "en"]
    assert BundleChoice(languages=("en", "ar")).pick_languages(["fr", "en"]) == ["en"]
    assert BundleChoice(since=date(2026, 1, 1)).to_json()["from"] == "2026-01-01"


@given(st.lists(st.integers()))
def test_parts_hold_every_certificate_once_in_order(ids):
    parts = cut_in_parts(ids)
    assert [id for part in parts for id in part] == ids
    assert all(0 < len(part) <= CERTIFICATES_PER_PART for part in parts)


COUNTS = st.lists(
    st.builds(PageCount, st.integers(1, 999), st.sampled_from(["fr", "en"]), st.integers(1, 9))
)


@given(COUNTS, st.integers(9, 20))
def test_what_is_printed_at_once_has_no_more_pages_than_asked_and_lacks_nothing(counts, most):
    parts = plan_prints(counts, most)

    for language in ("fr", "en"):
        of_language = [count for count in counts if count.language == language]
        mine = [part for part in parts if part.language == language]
        assert [id for part in mine for id in part.credential_ids] == [
            count.credential_id for count in of_language
        ]
        assert [part.number for part in mine] == list(range(1, len(mine) + 1))
        pages = iter(of_language)
        for part in mine:
            assert sum(next(pages).pages for _ in part.credential_ids) <= most
    assert len({part.name for part in parts}) == len(parts)


def test_a_file_of_more_pages_than_allowed_is_printed_alone():
    counts = [PageCount(1, "fr", 1), PageCount(2, "fr", 300), PageCount(3, "fr", 200)]
    assert [part.credential_ids for part in plan_prints(counts)] == [(1,), (2,), (3,)]
    assert plan_prints(counts)[1].name == "print-fr-002.pdf"
