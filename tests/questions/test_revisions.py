"""What a version says otherwise than the one before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.domain import Change, Fate, list_changes, mark_words

texts = st.text("ab \u00a0é<&", min_size=1, max_size=12)
by_language = st.fixed_dictionaries({"fr": texts, "en": texts})
keys = st.lists(st.sampled_from("abcdef"), min_size=1, unique=True)
options = keys.flatmap(
    lambda names: st.tuples(
        *(
            st.fixed_dictionaries(
                {"key": st.just(name), "fraction": st.sampled_from([0, 1, "1/2"]), "text": by_language}
            )
            for name in names
        )
    ).map(list)
)  # fmt: skip
answers = st.lists(
    st.fixed_dictionaries(
        {"fraction": st.sampled_from([0, 1]), "accept": st.lists(texts, min_size=1, max_size=3)}
    ),
    min_size=1,
    max_size=3,
)
questions = st.fixed_dictionaries(
    {"key": st.just("q"), "type": st.sampled_from(["one", "other"]), "prompt": by_language},
    optional={"feedback": by_language, "options": options, "answers": answers, "capitals": st.booleans()},
)  # fmt: skip


@given(questions, questions)
def test_two_versions_differ_if_and_only_if_a_change_is_told(before, after):
    assert (list_changes(before, after) == ()) == (before == after)


@given(questions, questions)
def test_what_was_added_one_way_was_removed_the_other_way(before, after):
    there = {(change.place, change.before, change.after) for change in list_changes(before, after)}
    back = {(change.place, change.after, change.before) for change in list_changes(after, before)}

    assert there == back


@given(questions)
def test_a_first_version_is_all_new(question):
    changes = list_changes(None, question)

    assert all(change.before is None for change in changes)
    assert {change.place for change in changes} >= {("key",), ("prompt", "fr"), ("prompt", "en")}


def both(text):
    return {"fr": f"{text} (fr)", "en": text}


def make_question(*names, **more):
    return {
        "key": "q",
        "prompt": both("Which?"),
        "options": [{"key": name, "fraction": 0, "text": both(name)} for name in names],
        **more,
    }


def test_a_change_is_told_by_the_keys_of_the_course_file():
    after = make_question("red", "blue")
    after["options"][1]["text"]["en"] = "navy blue"
    after["options"][1]["fraction"] = "1/2"

    assert list_changes(make_question("red", "blue"), after) == (
        Change(("options", "blue", "fraction"), "0", "1/2"),
        Change(("options", "blue", "text", "en"), "blue", "navy blue"),
    )


def test_a_new_first_option_leaves_the_others_as_they_were():
    changes = list_changes(make_question("red", "blue"), make_question("grey", "red", "blue"))

    assert {change.place[:2] for change in changes} == {("options", "grey")}
    assert all(change.before is None for change in changes)


def test_options_that_changed_places_are_told_as_such():
    assert list_changes(make_question("red", "blue"), make_question("blue", "red")) == (
        Change(("options",), "red, blue", "blue, red"),
    )


def test_what_has_no_key_is_counted_from_1_and_a_truth_is_written_as_in_the_file():
    before = make_question("red", capitals=False, accept=["ballot", "paper"])
    after = make_question("red", capitals=True, accept=["ballot", "slip"])

    assert list_changes(before, after) == (
        Change(("capitals",), "no", "yes"),
        Change(("accept", "2"), "paper", "slip"),
    )


def test_what_became_of_another_shape_went_and_came():
    assert list_changes({"feedback": "Yes."}, {"feedback": {"en": "Yes."}}) == (
        Change(("feedback", "en"), None, "Yes."),
        Change(("feedback",), "Yes.", None),
    )


def test_a_change_of_nothing_is_refused():
    with pytest.raises(ValueError, match="changes something"):
        Change(("prompt",), "same", "same")


# --- Word by word -----------------------------------------------------------------------------------


def test_words_are_marked_with_what_became_of_them():
    pieces = mark_words(
        Change((), "A list drawn up for one poll", "A list made for one single poll")
    )

    assert [(piece.fate, piece.text) for piece in pieces] == [
        (Fate.KEPT, "A list"),
        (Fate.REMOVED, " drawn up"),
        (Fate.ADDED, " made"),
        (Fate.KEPT, " for one"),
        (Fate.ADDED, " single"),
        (Fate.KEPT, " poll"),
    ]


changes = st.tuples(st.none() | texts, st.none() | texts).filter(lambda pair: pair[0] != pair[1])


@given(changes)
def test_the_marked_words_are_both_texts_letter_by_letter(pair):
    before, after = pair

    pieces = mark_words(Change((), before, after))

    def read(fate):
        return "".join(piece.text for piece in pieces if piece.fate in {Fate.KEPT, fate})

    assert read(Fate.REMOVED) == (before or "")
    assert read(Fate.ADDED) == (after or "")


def test_a_text_that_is_too_long_to_compare_is_replaced_as_a_whole():
    before, after = "word " * 3000, "word " * 3000 + "more"

    pieces = mark_words(Change((), before, after))

    assert [(piece.fate, piece.text) for piece in pieces] == [
        (Fate.REMOVED, before),
        (Fate.ADDED, after),
    ]
