"""The rules of both trees, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.institutions.domain import (
    LONGEST_KEY,
    LONGEST_NAME,
    MOST_LEVELS,
    MOST_SEATS,
    Changed,
    ImportReport,
    Place,
    SeatFault,
    Tree,
    ZoneKind,
    check_name,
    find_faults,
    fold_name,
    is_key,
    make_key,
    may_contain,
    read_seats,
    write_seats,
)

COUNTRY, REGION, CERCLE, COMMUNE, EMBASSY = (
    ZoneKind.COUNTRY, ZoneKind.REGION, ZoneKind.CERCLE, ZoneKind.COMMUNE, ZoneKind.EMBASSY,
)  # fmt: skip
FITS = {
    (None, COUNTRY), (COUNTRY, REGION), (COUNTRY, CERCLE), (COUNTRY, COMMUNE), (COUNTRY, EMBASSY),
    (REGION, CERCLE), (REGION, COMMUNE), (CERCLE, COMMUNE),
}  # fmt: skip


@pytest.mark.parametrize("outer", [None, *ZoneKind])
@pytest.mark.parametrize("inner", ZoneKind)
def test_a_zone_lies_in_a_wider_one_and_an_embassy_is_its_countrys(outer, inner):
    assert may_contain(outer, inner) == ((outer, inner) in FITS)


@pytest.mark.parametrize("key", ["a", "7", "branch-kayes", "a-1-b", "x" * LONGEST_KEY])
def test_a_key_is_a_slug(key):
    assert is_key(key)


@pytest.mark.parametrize(
    "key", ["", "A", "é", "a_b", "a b", "-a", "a-", "a--b", "a\n", "x" * (LONGEST_KEY + 1)]
)
def test_anything_else_is_no_key(key):
    assert not is_key(key)


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Région de Ségou", (), "region-de-segou"),
        ("Kidal", {"kidal"}, "kidal-2"),
        ("Kidal", {"kidal", "kidal-2"}, "kidal-3"),
        ("تونس", (), "place"),
        ("", {"place"}, "place-2"),
        ("𝕊ÉGOU", (), "segou"),
    ],
)
def test_a_key_is_made_from_a_name(name, taken, key):
    assert make_key(name, taken) == key


@given(st.text(max_size=300), st.sets(st.sampled_from(["place", "a", "b", "place-2"])))
def test_whatever_the_name_the_key_that_is_made_is_one_and_is_free(name, taken):
    key = make_key(name, taken)
    assert is_key(key)
    assert key not in taken


@pytest.mark.parametrize("name", ["Segou", "SÉGOU", "  segou ", "Se\u0301gou", "Ségou."])
def test_accents_case_and_punctuation_make_no_other_name(name):
    assert fold_name(name) == fold_name("Ségou")


@pytest.mark.parametrize("name", ["Sego", "Ségou 2", "Ségou-Nord"])
def test_other_letters_and_numbers_make_another_name(name):
    assert fold_name(name) != fold_name("Ségou")


def test_a_name_is_kept_composed_and_with_single_spaces():
    assert check_name("  Se\u0301gou \u00a0 nord\n") == "Ségou nord"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Give a name"),
        (" … ", "Give a name"),
        ("x" * (LONGEST_NAME + 1), "at most 200 characters"),
        ("a\u200bb", "no invisible characters"),
    ],
)
def test_each_language_needs_a_name_that_can_be_read(text, fault):
    faults = find_faults({"fr": text, "en": "Branch"})
    assert list(faults) == ["fr"]
    assert fault in str(faults["fr"])


def test_names_in_both_languages_have_no_fault():
    assert find_faults({"fr": "Antenne", "en": "Branch"}) == {}
    assert set(find_faults({})) == {"fr", "en"}


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("", {}),
        ("party:2", {"party": 2}),
        (" public-authority : 4 ; party:2;civil-society:1; ", {"public-authority": 4, "party": 2, "civil-society": 1}),
        ("a:1,b:2|c:3\nd:4", {"a": 1, "b": 2, "c": 3, "d": 4}),
    ],
)  # fmt: skip
def test_seats_are_types_and_counts(text, seats):
    assert read_seats(text) == seats


@pytest.mark.parametrize(
    "part", ["party", "party:", ":2", "party:0", "party:-1", "party:x", "party:1.5",
             f"party:{MOST_SEATS + 1}", "party:99999", "party:٢"],
)  # fmt: skip
def test_what_is_no_type_and_count_is_told(part):
    with pytest.raises(SeatFault) as fault:
        read_seats(f"civil-society:1;{part}")
    assert str(fault.value) == part


def test_a_type_that_is_named_twice_is_told():
    with pytest.raises(SeatFault, match="party:3"):
        read_seats("party:2;party:3")


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.integers(1, MOST_SEATS)))
def test_seats_that_are_written_are_read_again(seats):
    assert read_seats(write_seats(seats)) == seats


# --- The tree ---------------------------------------------------------------------------------------


def place(id: int, parent_id: int | None = None, name: str = "", **more) -> Place:
    return Place(id, f"p{id}", parent_id, "branch", {"fr": name or f"Lieu {id}"}, **more)


@pytest.fixture
def tree() -> Tree:
    """1 > (2 > 3, 4), and 5 apart."""
    return Tree([place(1), place(2, 1), place(3, 2), place(4, 1), place(5)])


def test_a_path_leads_from_the_top(tree):
    assert tree.path_of(3) == "/1/2/3/"
    assert tree.path_of(None) == "/"
    assert [one.id for one in tree.list_below(1)] == [2, 4]
    assert [one.id for one in tree.list_below(None)] == [1, 5]
    assert tree.find_by_key("p4") == tree[4]
    assert tree.find_by_key("p9") is None
    assert "p4" in tree


def test_what_is_put_again_hangs_where_it_is_put(tree):
    tree.put(place(2, 5, "Ségou"))
    assert tree.path_of(3) == "/5/2/3/"
    assert [one.id for one in tree.list_below(1)] == [4]
    assert tree.find_similar({"fr": "Lieu 2"}, 1) is None
    assert tree.find_similar({"fr": "SEGOU"}, 5) == tree[2]


def test_a_place_is_within_itself_and_what_lies_above_it(tree):
    assert [outer for outer in (1, 2, 3, 4, 5) if tree.is_within(3, outer)] == [1, 2, 3]
    assert not tree.is_within(None, 1)


def test_the_deepest_that_fits_leaves_its_path_room():
    tree = Tree(place(10**9 + at, 10**9 + at - 1 if at else None) for at in range(MOST_LEVELS))
    deepest = 10**9 + MOST_LEVELS - 1
    assert len(tree.path_of(deepest)) <= 255
    assert tree.is_too_deep(deepest)
    assert not tree.is_too_deep(deepest - 1)
    tree.put(place(1))
    tree.put(place(2, 1))
    assert tree.is_too_deep(deepest - 1, 1)
    assert not tree.is_too_deep(deepest - 2, 1)


def test_a_sibling_of_nearly_the_same_name_is_found_in_any_language():
    tree = Tree(
        [Place(1, "a", None, "branch", {"fr": "Ségou", "en": "Segu"}), place(2, 1, "Kayes")]
    )
    assert tree.find_similar({"fr": "Autre", "en": "SEGOU"}, None) == tree[1]
    assert tree.find_similar({"fr": "Ségou"}, None, but_id=1) is None
    assert tree.find_similar({"fr": "Ségou"}, 1) is None
    assert tree.find_similar({"fr": "Kayes"}, None) is None


@given(st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(1, 9)), max_size=40))
def test_however_places_are_moved_none_lies_below_itself_and_paths_agree(moves):
    tree = Tree(place(id) for id in range(1, 10))
    for id, parent_id in moves:
        if not tree.is_within(parent_id, id):
            tree.put(place(id, parent_id))
    for id in range(1, 10):
        way = [one.id for one in tree.list_way(id)]
        assert len(set(way)) == len(way)
        assert way[-1] == id
        assert tree.path_of(id) == tree.path_of(tree[id].parent_id) + f"{id}/"
        assert {one.id for one, _ in tree.walk(id)} == {
            other for other in range(1, 10) if tree.is_within(other, id)
        }


def test_a_report_counts_each_row_once():
    report = ImportReport(["a"], [Changed("b", ()), Changed("c", ("kind", "parent"))], [])
    assert (report.total, report.unchanged) == (3, 1)
    assert [change.how for change in report.changed] == ["unchanged", "kind, parent"]
