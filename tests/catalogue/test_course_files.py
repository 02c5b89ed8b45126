"""YAML as course files need it, and writing that reads back as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue.course_files import CourseWriter
from lms.catalogue.course_files.fields import Fraction
from lms.catalogue.course_files.figures import BadFigure, read_figure
from lms.catalogue.course_files.writer import to_yaml
from lms.catalogue.course_files.yaml_text import read_yaml


def test_every_scalar_stays_what_was_typed():
    document = read_yaml("a: no\nb: 1/2\nc: 010\nd: 2026-11-22\ne: null\nf:\ng: 'x'\nh: 1.50\n")

    assert document.value == {
        "a": "no",
        "b": "1/2",
        "c": "010",
        "d": "2026-11-22",
        "e": "null",
        "f": "",
        "g": "x",
        "h": "1.50",
    }


def test_lines_are_those_of_keys_and_items_and_of_what_should_hold_what_is_missing():
    document = read_yaml("a:\n  - b: 1\n    c: >\n      folded\n\n  - b: 2\n", first_line=10)

    assert document.line("a", 0, "c") == 12
    assert document.line("a", 1) == 15
    assert document.line("a", 1, "missing") == 15
    assert document.line("missing") == 10


# What an author's editor can put into a text, and YAML can hold.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"),
    min_size=1,
    max_size=200,
).map(str.strip)


@given(texts)
def test_a_text_that_is_written_reads_back_as_the_same(text):
    document = read_yaml(to_yaml({"outer": {"text": text}, "list": [text]}))

    assert document.value["outer"]["text"].strip() == text
    assert document.value["list"][0].strip() == text


def test_a_file_that_says_something_else_is_in_the_way(tmp_path):
    writer = CourseWriter()
    writer.at("a").write_text("same.txt", "x")
    writer.at("a").write_text("other.txt", "y")
    writer.save(tmp_path)
    assert writer.list_in_the_way(tmp_path) == []

    (tmp_path / "a/other.txt").write_text("z")

    assert writer.list_in_the_way(tmp_path) == [tmp_path / "a/other.txt"]


@pytest.mark.parametrize(
    "drawn",
    [
        '<rect fill="url(#a)"/>',
        "<rect fill=\"url( '#a' )\"/>",
        '<use href="#a"/>',
        "<style>rect { fill: url(#a) }</style>",
        "<style>rect { fill: blue; }\n text { font-size: 12px }</style>",
    ],
)
def test_a_figure_may_refer_to_its_own_parts(drawn):
    content = f'<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="30">{drawn}</svg>'

    figure = read_figure("lessons/figures/x.svg", content.encode())

    assert (figure.width, figure.height) == (40, 30)


@pytest.mark.parametrize("name", ["x.png", "x.svg.exe", "é.svg", ".svg", "a b.svg"])
def test_a_figure_has_a_plain_name(name):
    with pytest.raises(BadFigure):
        read_figure(f"lessons/figures/{name}", b"<svg/>")


@pytest.mark.parametrize("fraction", ["1/2", "0.5", "2/4"])
def test_a_fraction_is_read_exactly(fraction):
    assert str(Fraction().deserialize(fraction)) == "1/2"
