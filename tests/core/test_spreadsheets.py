"""Tables as people's spreadsheets write them, and as ours are opened: nothing is lost, nothing is run."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lms.core.spreadsheets import (
    FORMULA_STARTS,
    LONGEST_CELL,
    MOST_COLUMNS,
    CellTooLong,
    EmptyTable,
    FormulaWithoutResult,
    RepeatedHeading,
    TooManyColumns,
    TooManyRows,
    UnreadableTable,
    defuse,
    read_table,
    write_csv,
    write_xlsx,
)

SEGOU = "Nom,Région\r\nSégou,“Œuvre” d’État\r\n"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return [dict(row.values) for row in read_table(content).rows]


def xlsx(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, change) -> bytes:
    """Return an XLSX file with one of its parts changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for item in before.namelist():
            data = before.read(item)
            after.writestr(item, change(data) if item == name else data)
    return out.getvalue()


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_whatever_encoding_a_spreadsheet_wrote_it(encoding):
    assert rows_of(SEGOU.encode(encoding)) == [{"nom": "Ségou", "région": "“Œuvre” d’État"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_delimiter_and_any_line_end_will_do(delimiter, end):
    text = end.join(delimiter.join(line) for line in (["a", "b"], ["1", "x"], ["2", ""])) + end
    assert rows_of(text.encode()) == [{"a": "1", "b": "x"}, {"a": "2", "b": ""}]


def test_the_headings_decide_on_the_delimiter_and_not_the_texts():
    assert rows_of(b"key;seats\nnorth;party:2,civil:1,x:1\n") == [
        {"key": "north", "seats": "party:2,civil:1,x:1"}
    ]


def test_a_first_line_that_announces_the_delimiter_is_no_row():
    table = read_table(b"sep=;\r\nkey;name\r\nnorth;North, far\r\n")
    assert table.headings == ("key", "name")
    assert [(row.line, row.values["name"]) for row in table.rows] == [(3, "North, far")]


def test_a_heading_is_known_however_it_is_spelt():
    assert read_table(b"  Nom-FR ;NAME en;a__b\nx;y;z").headings == (
        "nom_fr", "name_en", "a_b",
    )  # fmt: skip


def test_composed_and_decomposed_letters_are_the_same():
    assert rows_of("cle\u0301;x\nSe\u0301gou;y".encode()) == [{"clé": "Ségou", "x": "y"}]


def test_lines_are_those_of_the_file_though_cells_have_line_breaks_and_rows_are_empty():
    table = read_table(b'key,name\n"a","one\ntwo"\n\n,,\n"b","three"\n')
    assert [(row.line, row.values["key"]) for row in table.rows] == [(2, "a"), (6, "b")]
    assert table.rows[0].values["name"] == "one\ntwo"


def test_what_is_missing_at_the_end_of_a_row_is_empty_and_what_is_too_much_has_no_name():
    assert rows_of(b"a,b\n1\n2,3,4\n") == [{"a": "1", "b": ""}, {"a": "2", "b": "3"}]


def test_columns_without_a_heading_are_left_out():
    table = read_table(b"a,,b,\n1,2,3,4\n")
    assert table.headings == ("a", "b")
    assert dict(table.rows[0].values) == {"a": "1", "b": "3"}


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(RepeatedHeading, match="called “name_en”"):
        read_table(b"Name EN,x,name-en\n1,2,3\n")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b\n", b"a,b\n,\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_row_is_refused(content):
    with pytest.raises(EmptyTable, match="no row below its headings"):
        read_table(content)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"a,b\n1,\x00", b"%PDF\x00"])
def test_a_file_that_is_no_table_is_refused(content):
    with pytest.raises(UnreadableTable, match="neither as CSV nor as XLSX"):
        read_table(content)


def test_a_quote_that_never_ends_is_refused_or_read_but_breaks_nothing():
    with pytest.raises(UnreadableTable):
        read_table(b'a,b\n"' + b"x" * 200_000)


def test_as_many_rows_as_are_allowed_are_read_and_one_more_is_refused():
    assert len(read_table(b"a\n" + b"1\n" * 5, most=5).rows) == 5
    with pytest.raises(TooManyRows, match="more than 5 rows"):
        read_table(b"a\n" + b"1\n" * 6, most=5)
    with pytest.raises(TooManyRows):
        read_table(xlsx(["a"], *([str(number)] for number in range(6))), most=5)


def test_a_cell_is_never_cut():
    assert rows_of(b"a\n" + b"x" * LONGEST_CELL) == [{"a": "x" * LONGEST_CELL}]
    with pytest.raises(CellTooLong, match="line 3 has more than 1000 characters"):
        read_table(b"a\n1\n" + b"x" * (LONGEST_CELL + 1))


def test_more_columns_than_any_table_has_are_refused_where_they_hold_anything():
    fits = ",".join("abcdefghij"[0] + str(at) for at in range(MOST_COLUMNS))
    assert len(read_table(f"{fits},,\n1\n".encode()).headings) == MOST_COLUMNS
    with pytest.raises(TooManyColumns, match="Line 1"):
        read_table(f"{fits},more\n1\n".encode())


# --- XLSX -----------------------------------------------------------------------------------------


def test_days_moments_numbers_and_truths_are_read_as_text():
    content = xlsx(
        ["day", "moment", "whole", "part", "truth", "none", "text"],
        [date(2026, 3, 2), datetime(2026, 3, 2, 9, 30), 7.0, 0.5, True, None, "  Ségou "],  # noqa: DTZ001 - as in a sheet
    )
    assert rows_of(content) == [
        {
            "day": "2026-03-02", "moment": "2026-03-02T09:30:00", "whole": "7", "part": "0.5",
            "truth": "True", "none": "", "text": "Ségou",
        }
    ]  # fmt: skip


def test_lines_of_a_sheet_are_counted_with_the_empty_ones():
    table = read_table(xlsx(["a"], [None], ["x"]))
    assert [(row.line, row.values["a"]) for row in table.rows] == [(3, "x")]


def with_result(result: bytes):
    return lambda data: data.replace(b"<v></v>", result).replace(b"<v />", result)


def test_a_formula_counts_by_its_result_and_without_one_is_refused_by_its_cell():
    content = xlsx(["a", "b"], ["x", "=1+1"])
    sheet = "xl/worksheets/sheet1.xml"
    with pytest.raises(FormulaWithoutResult, match="Cell B2 is a formula"):
        read_table(content)
    assert rows_of(with_part(content, sheet, with_result(b"<v>2</v>"))) == [{"a": "x", "b": "2"}]
    as_text = with_part(
        content, sheet, lambda data: data.replace(b'<c r="B2">', b'<c r="B2" t="str">')
    )
    assert rows_of(as_text) == [{"a": "x", "b": ""}]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and then nothing",
        xlsx(["a"], ["b"])[:400],
        with_part(xlsx(["a"], ["b"]), "xl/worksheets/sheet1.xml", lambda data: data[:90]),
        with_part(xlsx(["a"], ["b"]), "xl/workbook.xml", lambda data: b"<nothing/>"),
        with_part(xlsx(["a"], ["b"]), "[Content_Types].xml", lambda data: b""),
        with_part(
            xlsx(["a"], [5]),
            "xl/worksheets/sheet1.xml",
            lambda data: data.replace(b'r="A2" t="n"', b'r="A2" t="s"'),
        ),
    ],
    ids=["magic", "cut", "half a sheet", "no workbook", "no types", "no such text"],
)
def test_a_broken_workbook_is_refused(content):
    with pytest.raises(UnreadableTable):
        read_table(content)


def test_a_file_that_unpacks_to_more_than_is_read_is_refused_before_it_is_unpacked():
    content = with_part(xlsx(["a"], ["b"]), "xl/styles.xml", lambda data: data + b" " * 60_000_000)
    assert len(content) < 100_000
    with pytest.raises(UnreadableTable):
        read_table(content)


def test_a_cell_far_away_costs_nothing():
    far_down = with_part(
        xlsx(["a"], ["b"]),
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b'r="A2"', b'r="A1048576"').replace(
            b'<row r="2"', b'<row r="1048576"'
        ),
    )
    assert [row.line for row in read_table(far_down).rows] == [1_048_576]
    with pytest.raises(TooManyColumns):
        read_table(xlsx(["a"], ["b", *[None] * (MOST_COLUMNS - 1), "far"]))


# --- Writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_begins_like_a_formula_is_written_as_text(start):
    attack = f"{start}cmd|' /C calc'!A0"
    written = write_csv([attack], [[attack]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written, newline=""))) == [[f"'{attack}"]] * 2


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-5, "-5"),
        (-0.5, "-0.5"),
        (Decimal("-1.50"), "-1.50"),
        (None, ""),
        (True, "True"),
        ("Ségou", "Ségou"),
        ("l’État", "l’État"),
        ("'tis", "'tis"),
        ("'=1", "''=1"),
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_numbers_stay_numbers_and_harmless_texts_stay_as_they_are(value, written):
    assert defuse(value) == written


def test_a_csv_file_of_ours_is_opened_by_every_spreadsheet():
    assert write_csv(["Nom", "n"], [["Ségou", 1], ['a "b", c', None]]) == (
        b"\xef\xbb\xbfNom,n\r\nS\xc3\xa9gou,1\r\n" + b'"a ""b"", c",\r\n'
    )


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00") | st.sampled_from("'=+-@;,\"\n"),
    max_size=12,
)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
def test_what_is_written_is_read_again(rows):
    content = write_csv(["mark", "key", "name"], [["x", *row] for row in rows])

    table = read_table(content)

    def tidy(text: str) -> str:
        return unicodedata.normalize("NFC", text).strip()

    assert [(row.values["key"], row.values["name"]) for row in table.rows] == [
        (tidy(key), tidy(name)) for key, name in rows
    ]


def test_no_cell_of_a_workbook_of_ours_is_a_formula_and_nothing_in_it_is_lost():
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    content = write_xlsx(
        "Registre : 2026/03", ["=A1", "n"], [["=cmd|' /C calc'!A0", -5], ["a\x00b\x0b", moment]]
    )
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert cells == [
        ["=A1", "n"],
        ["=cmd|' /C calc'!A0", -5],
        ["a\ufffdb\ufffd", moment.replace(tzinfo=None)],
    ]
    assert rows_of(content)[0] == {"=a1": "=cmd|' /C calc'!A0", "n": "-5"}
