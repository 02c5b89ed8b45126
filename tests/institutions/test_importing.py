"""Both trees from tables: each row in exactly one list, the right ones taken, the wrong ones told by line."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, SYSTEM, Role, Scope, ScopeKind
from lms.core.spreadsheets import EmptyTable, TooManyRows, write_csv
from lms.institutions import (
    find_institution_by_key,
    import_institutions,
    import_zones,
    list_seats,
    list_tree,
)
from lms.institutions.commands import INSTITUTION_COLUMNS, ZONE_COLUMNS
from lms.institutions.commands.importing import MOST_ROWS
from lms.institutions.errors import UnfitFile
from lms.institutions.models import MemberType, Zone
from lms.institutions.pages.files import EXAMPLES
from lms.institutions.queries import list_institution_rows, list_zone_rows

ZONES = b"""key;parent;kind;name_fr;name_en
tassona;lorokoro;commune;Tassona;Tassona
lorokoro;sagara;region;Lorokoro;Lorokoro
sagara;;country;Sagara;Sagara
"""
INSTITUTIONS = """key,parent,kind,zone,name_fr,name_en,seats
branch,centre,branch,lorokoro,Antenne de Lorokoro,Lorokoro Branch,public-authority:4;party:2;civil-society:1
centre,,commission,sagara,Autorité des élections,Election Authority,
""".encode()


def rows(report):
    """Return what a report says, for comparisons."""
    return (
        list(report.imported),
        [(change.item, change.how) for change in report.changed],
        [(row.item, row.line, str(row.reason)) for row in report.refused],
    )


@pytest.fixture
def filled(session):
    """The two small files above, imported."""
    import_zones(session, SYSTEM, ZONES)
    import_institutions(session, SYSTEM, INSTITUTIONS)


def test_rows_come_in_any_order_and_twice_they_change_nothing(session):
    assert rows(import_zones(session, SYSTEM, ZONES)) == (
        ["tassona", "lorokoro", "sagara"], [], [],
    )  # fmt: skip
    first = import_institutions(session, SYSTEM, INSTITUTIONS)
    assert (rows(first), first.total) == ((["branch", "centre"], [], []), 2)
    again = import_institutions(session, SYSTEM, INSTITUTIONS)
    assert rows(again) == ([], [("branch", "unchanged"), ("centre", "unchanged")], [])
    branch = find_institution_by_key(session, "branch")
    assert [(seat.member_type, seat.count) for seat in list_seats(session, branch.id)] == [
        ("public-authority", 4), ("party", 2), ("civil-society", 1),
    ]  # fmt: skip
    assert branch.zone_name == {"fr": "Lorokoro", "en": "Lorokoro"}


def test_the_usual_types_of_members_are_there_when_a_file_names_them(session, filled):
    names = dict(session.execute(select(MemberType.key, MemberType.name)).all())
    assert names["civil-society"] == {"fr": "Société civile", "en": "Civil society"}
    assert set(names) == {"public-authority", "party", "civil-society"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_french_headings_and_kinds_semicolons_and_any_encoding_will_do(session, filled, encoding):
    text = (
        "Clé;Parent;Type;Zone;Nom FR;Nom EN;Sièges\r\n"
        'segou;centre;Antenne;;Antenne de Ségou;Segou Branch;"party:1;civil-society:1"\r\n'
        "min;;Ministère;;Ministère de l’Intérieur;Ministry of the Interior;\r\n"
    )
    assert rows(import_institutions(session, SYSTEM, text.encode(encoding))) == (
        ["segou", "min"], [], [],
    )  # fmt: skip
    assert find_institution_by_key(session, "segou").name["fr"] == "Antenne de Ségou"
    assert find_institution_by_key(session, "min").kind == "ministry"


def test_a_workbook_will_do(session, filled):
    book = Workbook()
    book.active.append(["clé", "nom_fr"])
    book.active.append(["branch", "Antenne de l’Est"])
    file = io.BytesIO()
    book.save(file)
    assert rows(import_institutions(session, SYSTEM, file.getvalue())) == (
        [], [("branch", "name_fr")], [],
    )  # fmt: skip


def test_a_column_that_is_left_out_leaves_and_an_empty_cell_empties(session, filled):
    report = import_institutions(session, SYSTEM, b"key,kind\nbranch,project\n")
    assert rows(report) == ([], [("branch", "kind")], [])
    branch = find_institution_by_key(session, "branch")
    assert (branch.name["en"], branch.seats, branch.zone_id is None) == (
        "Lorokoro Branch", 7, False,
    )  # fmt: skip
    report = import_institutions(session, SYSTEM, b"key,parent,zone,seats\nbranch,,,\n")
    assert rows(report) == ([], [("branch", "parent, zone, seats")], [])
    branch = find_institution_by_key(session, "branch")
    assert (branch.parent_id, branch.zone_id, branch.seats) == (None, None, 0)


def test_what_is_wrong_is_refused_by_line_and_the_rest_is_taken(session, filled):
    content = """key,parent,kind,zone,name_fr,name_en,seats
good,centre,branch,,Antenne de Gao,Gao Branch,party:1
,centre,branch,,Sans clé,No Key,
Bad Key,centre,branch,,Clé,Key,
good,centre,branch,,Encore,Again,
orphan,nowhere,branch,,Orpheline,Orphan,
child,orphan,branch,,Enfant,Child,
kind,centre,shire,,Genre,Kind,
zone,centre,branch,atlantis,Zone,Zone,
seats,centre,branch,,Sièges,Seats,party
type,centre,branch,,Type,Type,wizard:3
english,centre,branch,,Anglais,,
segou,centre,branch,,Antenne de Ségou,Ségou Branch,
segou-2,centre,branch,,Antenne de Segou,Segou Branch,
round,angle,branch,,Rond,Round,
angle,round,branch,,Angle,Angle,
""".encode()
    report = import_institutions(session, SYSTEM, content)
    imported, changed, refused = rows(report)
    assert (imported, changed) == (["good", "segou"], [])
    assert report.total == len(imported) + len(refused) == 15
    for (item, line, reason), expected in zip(
        refused,
        [
            ("Sans clé", 3, "A key has lower-case letters"),
            ("Bad Key", 4, "A key has lower-case letters"),
            ("good", 5, "Line 2 has the same key."),
            ("orphan", 6, "no “nowhere” below which"),
            ("child", 7, "no “orphan” below which"),
            ("kind", 8, "Give one of these kinds: commission, branch,"),
            ("zone", 9, "no zone with the key “atlantis”"),
            ("seats", 10, "“party” is no type and number"),
            ("type", 11, "no type of member with the key “wizard”"),
            ("english", 12, "Give a name in English."),
            ("segou-2", 14, "Did you mean “Antenne de Ségou” (segou)?"),
            ("round", 15, "no “angle” below which"),
            ("angle", 16, "no “round” below which"),
        ],
        strict=True,
    ):
        assert (item, line) == expected[:2]
        assert expected[2] in reason
    assert find_institution_by_key(session, "angle") is None


def test_what_is_there_is_turned_around_but_not_into_a_circle(session, filled):
    report = import_institutions(session, SYSTEM, b"key,parent\ncentre,branch\nbranch,\n")
    assert rows(report)[1] == [("centre", "parent"), ("branch", "parent")]
    assert [line.facts.key for line in list_tree(session, language="fr")] == ["branch", "centre"]
    report = import_institutions(session, SYSTEM, b"key,parent\nbranch,centre\n")
    assert rows(report)[2] == [
        ("branch", 2, "This cannot lie below itself. Choose another place for it.")
    ]
    report = import_institutions(session, SYSTEM, b"key,parent\nbranch,centre\ncentre,branch\n")
    assert rows(report)[1] == [("centre", "unchanged")]


def test_a_row_that_is_refused_changes_nothing_of_what_is_there(session, filled):
    content = b"key,name_fr,kind,parent,seats\nbranch,Autre,project,,nonsense\nbranch2,,,,\n"
    before = list_tree(session, language="fr")
    assert len(import_institutions(session, SYSTEM, content).refused) == 2
    assert list_tree(session, language="fr") == before


def test_a_zone_changes_kind_and_place_in_one_row(session, filled):
    report = import_zones(
        session, SYSTEM, b"key,parent,kind\ntassona,sagara,region\nlorokoro,tassona,commune\n"
    )
    assert rows(report) == (
        [], [("tassona", "kind, parent"), ("lorokoro", "kind, parent")], [],
    )  # fmt: skip
    kinds = dict(session.execute(select(Zone.key, Zone.kind)).all())
    assert kinds == {"sagara": "country", "tassona": "region", "lorokoro": "commune"}


def test_zones_that_do_not_fit_are_refused(session, filled):
    content = b"key,parent,kind,name_fr,name_en\nx,tassona,region,X,X\ny,nowhere,commune,Y,Y\n"
    _, _, refused = rows(import_zones(session, SYSTEM, content))
    assert "A zone lies in a wider one" in refused[0][2]
    assert "no “nowhere” below which" in refused[1][2]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"key,zon,name_fr\n", "zon"),
        (b"parent,kind\n", "key"),
        (b"key,kind,type\n", "kind"),
    ],
)
def test_headings_that_are_not_known_missing_or_repeated_refuse_the_file(session, head, told):
    with pytest.raises(UnfitFile, match=f"do not fit: {told}. A file of this kind has the columns"):
        import_institutions(session, SYSTEM, head + b"a,b,c\n")
    assert list_tree(session, language="fr") == []


def test_an_empty_file_is_refused(session):
    for read in (import_institutions, import_zones):
        with pytest.raises(EmptyTable):
            read(session, SYSTEM, b"")


def test_the_examples_are_imported_whole_and_come_back_as_they_were(session):
    for name, read, list_rows, columns in (
        ("zones", import_zones, list_zone_rows, ZONE_COLUMNS),
        ("institutions", import_institutions, list_institution_rows, INSTITUTION_COLUMNS),
    ):
        content = (EXAMPLES / f"{name}.csv").read_bytes()
        report = read(session, SYSTEM, content)
        assert (len(report.imported), report.changed, report.refused) == (17, [], [])
        written = write_csv(columns, list_rows(session, SYSTEM))
        assert sorted(written.splitlines()) == sorted(content.splitlines())
        assert read(session, SYSTEM, written).unchanged == 17
    branch = find_institution_by_key(session, "branch-kerela")
    assert branch.seats == 4 + 2 + 1


def test_a_name_that_begins_like_a_formula_comes_back_as_it_was(session):
    content = write_csv(
        ["key", "kind", "name_fr", "name_en"], [["x", "other", "=cmd|' /C calc'!A0", "@b"]]
    )
    import_institutions(session, SYSTEM, content)
    row = list_institution_rows(session, SYSTEM)[0]
    assert row[4:6] == ("=cmd|' /C calc'!A0", "@b")
    written = write_csv(INSTITUTION_COLUMNS, [row])
    assert b"'=cmd" in written
    assert import_institutions(session, SYSTEM, written).unchanged == 1


def test_more_rows_than_one_file_may_have_are_refused(session):
    content = b"key\n" + b"".join(b"b%d\n" % number for number in range(MOST_ROWS + 1))
    with pytest.raises(TooManyRows, match="more than 3000 rows"):
        import_institutions(session, SYSTEM, content)


def test_thousands_of_rows_below_one_another_are_read(session):
    lines = ["key,parent,kind,name_fr,name_en"] + [
        f"b{number},{f'b{number // 10}' if number else ''},branch,Lieu {number},Place {number}"
        for number in range(1500, -1, -1)
    ]
    report = import_institutions(session, SYSTEM, "\n".join(lines).encode())
    assert (len(report.imported), report.refused) == (1501, [])


# --- Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.OFFICER])
def test_nobody_but_administrators_imports_or_exports(session, make, role):
    actor = make.person(roles=(role,) if role else ())
    for read in (import_institutions, import_zones):
        with pytest.raises(NotFound):
            read(session, actor, INSTITUTIONS)
        with pytest.raises(SignInRequired):
            read(session, NOBODY, INSTITUTIONS)
    for list_rows in (list_institution_rows, list_zone_rows):
        with pytest.raises(NotFound):
            list_rows(session, actor)


def test_an_administrator_of_an_institution_reaches_no_other(session, make):
    top = make.institution("top")
    north = make.institution("north", parent_id=top)
    make.institution("south", parent_id=top)
    actor = make.person(roles=(Role.ADMINISTRATOR,), scope=Scope(ScopeKind.INSTITUTION, north))
    content = b"""key,parent,kind,name_fr,name_en,seats
below,north,branch,Dessous,Below,
aside,south,branch,A cote,Aside,
above,,branch,Dessus,Above,
typed,north,branch,Type,Typed,party:1
"""
    imported, changed, refused = rows(import_institutions(session, actor, content))
    assert (imported, changed) == (["below"], [])
    assert [item for item, _, _ in refused] == ["aside", "above", "typed"]
    report = import_institutions(session, actor, b"key,name_en\nsouth,Taken\nnorth,Ours\n")
    assert rows(report)[1:] == (
        [("north", "name_en")],
        [("south", 2, "There is nothing at this address, or it is not yours to see.")],
    )
    assert [row[:2] for row in list_institution_rows(session, actor)] == [
        ("north", "top"), ("below", "north"),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        import_zones(session, actor, ZONES)


# --- The command line ---------------------------------------------------------------------------------------


def run(app, *words):
    return app.test_cli_runner().invoke(args=["institutions", *map(str, words)])


def test_the_command_tells_each_row_and_a_dry_run_changes_nothing(app, session, tmp_path):
    file = tmp_path / "zones.csv"
    file.write_bytes(ZONES + b"x;;region;X;X\n")
    dry = run(app, "import-zones", file, "--dry-run", "--json")
    assert dry.exit_code == 0
    told = json.loads(dry.output)
    assert {key: value for key, value in told.items() if key != "refused"} == {
        "total": 4, "imported": ["tassona", "lorokoro", "sagara"], "changed": [],
    }  # fmt: skip
    assert [(row["item"], row["line"]) for row in told["refused"]] == [("x", 5)]
    assert session.scalars(select(Zone.id)).all() == []

    done = run(app, "import-zones", file)
    assert "sagara: new\n" in done.output
    assert "zones.csv:5: x: A zone lies in a wider one" in done.output
    assert "4 rows: 3 new, 0 changed, 0 as they were, 1 refused." in done.output
    file.write_bytes(INSTITUTIONS)
    run(app, "import", file)
    file.write_bytes(b"key,name_en\nbranch,East\ncentre,Election Authority\n")
    told = json.loads(run(app, "import", file, "--json").output)
    assert told == {
        "total": 2,
        "imported": [],
        "changed": [{"item": "branch", "how": "name_en"}, {"item": "centre", "how": "unchanged"}],
        "refused": [],
    }
    file.write_bytes(b"key,name_en\nbranch,West\n")
    assert "branch: name_en\n" in run(app, "import", file).output


def test_a_file_that_does_not_fit_is_told_in_a_sentence(app, session, tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"colour\nred\n")
    result = run(app, "import", file)
    assert result.exit_code == 1
    assert "The columns of this file do not fit: colour, key." in result.output
    assert "Traceback" not in result.output
