"""What course files say of certificates: signatories, partners' logos, validity and participation."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select

from lms import catalogue
from lms.catalogue.commands import Outcome
from lms.catalogue.course_files.logos import FEWEST_PIXELS, LARGEST_LOGO, MOST_PIXELS
from lms.catalogue.models import Logo, ModuleVersion, Programme
from lms.core.permissions import SYSTEM
from tests.catalogue.small_course import FILES, changed, write_course
from tests.catalogue.test_course_faults import MODULE, PROGRAMME, line_of, read
from tests.conftest import NOW

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">
  <title>Une colline</title>
  <path d="M0 40L30 5L60 40Z" fill="#246"/>
</svg>
"""
BLOCK = """\
certificate:
  signatories:
    - name: Ada Exemple
      title: {fr: Présidente, en: Chair}
  logos:
    - file: hill.svg
      alt: {fr: Une colline, en: A hill}
    - file: sea.png
      alt: {fr: La mer, en: The sea}
"""


def draw_png(width: int = 200, height: int = 100, *, told: str | None = None) -> bytes:
    """Return a picture, half of it transparent, with what a camera or an editor would tell in it."""
    picture = Image.new("RGBA", (width, height), (0, 80, 160, 255))
    picture.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    info = PngInfo()
    if told:
        info.add_text("Author", told)
    file = BytesIO()
    picture.save(file, "PNG", pnginfo=info)
    return file.getvalue()


def with_block(block: str = BLOCK, **files: str | bytes | None) -> dict[str, str | bytes | None]:
    """Return the programme with a certificate block, and files beside it under names without their dots."""
    return {
        PROGRAMME: FILES[PROGRAMME] + block,
        "shelf/hill.svg": SVG,
        "shelf/sea.png": draw_png(),
        **{f"shelf/{name.replace('_', '.')}": content for name, content in files.items()},
    }


def logos_in(session) -> dict[str, Logo]:
    return {logo.sha256: logo for logo in session.scalars(select(Logo))}


def test_signatories_and_logos_are_kept_and_handed_to_certificates(load, session):
    load(with_block())

    programme = session.scalars(select(Programme)).one()
    assert programme.signatories == [
        {"name": "Ada Exemple", "title": {"fr": "Présidente", "en": "Chair"}}
    ]
    outline = catalogue.get_outline_by_slug(session, "lists")
    assert outline.signatories == tuple(programme.signatories)
    assert [logo["alt"]["fr"] for logo in outline.logos] == ["Une colline", "La mer"]
    assert all(set(logo) == {"sha256", "alt"} for logo in outline.logos)
    pictures = catalogue.list_logos(session, [logo["sha256"] for logo in outline.logos])
    assert [pictures[logo["sha256"]].media_type for logo in outline.logos] == [
        "image/svg+xml",
        "image/png",
    ]
    assert pictures[outline.logos[0]["sha256"]].content == SVG.encode()


def test_a_png_is_kept_as_pixels_on_white_without_what_else_it_told(load, session):
    load(with_block(sea_png=draw_png(told="Somebody’s name and place")))

    [content] = [
        logo.content for logo in logos_in(session).values() if logo.media_type == "image/png"
    ]
    picture = Image.open(BytesIO(content))
    assert b"Somebody" not in content
    assert picture.info == {}
    assert (picture.mode, picture.size) == ("RGB", (200, 100))
    assert picture.getpixel((10, 50)) == (255, 255, 255)
    assert picture.getpixel((190, 50)) == (0, 80, 160)


def test_a_programme_is_brought_up_to_date_though_its_modules_did_not_change(load, session):
    load(with_block())
    before = logos_in(session)

    report = load(with_block(BLOCK.replace("Ada", "Zoé"), hill_svg=SVG.replace("#246", "#642")))

    assert [module.outcome for module in report.modules] == [Outcome.UNCHANGED]
    session.expire_all()
    programme = session.scalars(select(Programme)).one()
    assert programme.signatories[0]["name"] == "Zoé Exemple"
    assert programme.logos[0]["sha256"] not in before
    # A certificate that was issued may name the old one.
    assert set(before) < set(logos_in(session))


def test_a_programme_without_the_block_has_neither_signatories_nor_logos_any_more(load, session):
    load(with_block())

    load({"shelf/hill.svg": None, "shelf/sea.png": None})

    session.expire_all()
    programme = session.scalars(select(Programme)).one()
    assert (programme.signatories, programme.logos) == ([], [])
    assert len(logos_in(session)) == 2


def test_a_module_says_for_how_long_its_certificates_hold_and_whether_participation_counts(
    load, session
):
    load()
    block = "certificate:\n  valid_months: 36\n  participation: yes\nsections:"

    report = load(changed(MODULE, "sections:", block))

    assert [module.outcome for module in report.modules] == [Outcome.UPDATED]
    versions = session.scalars(select(ModuleVersion).order_by(ModuleVersion.number)).all()
    assert [(v.valid_months, v.offers_participation) for v in versions] == [
        (None, False),
        (36, True),
    ]
    outline = catalogue.get_outline_by_slug(session, "lists")
    assert (outline.valid_months, outline.offers_participation) == (36, True)


def test_a_block_that_says_what_holds_anyway_is_no_new_version(load):
    load()

    report = load(changed(MODULE, "sections:", "certificate:\n  participation: no\nsections:"))

    assert [module.outcome for module in report.modules] == [Outcome.UNCHANGED]


def test_what_is_exported_is_loaded_as_the_same(load, session, tmp_path):
    block = "certificate:\n  valid_months: 36\n  participation: yes\nsections:"
    load({**with_block(), **changed(MODULE, "sections:", block)})
    programme = session.scalars(select(Programme)).one()
    before = programme.signatories, programme.logos, set(logos_in(session))

    paths = catalogue.export_courses(session, SYSTEM).save(tmp_path / "out")
    report = catalogue.load_courses(session, SYSTEM, tmp_path / "out", now=NOW)

    assert {"hill.svg", "sea.png"} <= {path.name for path in paths}
    assert [module.outcome for module in report.modules] == [Outcome.UNCHANGED]
    session.expire_all()
    assert (programme.signatories, programme.logos, set(logos_in(session))) == before


def test_a_module_read_alone_brings_its_programme_s_logos(tmp_path):
    course = read(write_course(tmp_path, with_block()) / "shelf" / "lists")

    assert course.faults == ()
    assert [logo.path for logo in course.programmes[0].manifest.logos] == ["hill.svg", "sea.png"]


def repeated(part: str, count: int) -> str:
    """Return the block with the list item that holds `part` so many times."""
    lines = BLOCK.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if part in line)
    return "".join([*lines[:at], *lines[at : at + 2] * count, *lines[at + 2 :]])


# What changes; the file that is named; a text on the line that is named; what is said.
FAULTS = {
    "four signatories": (with_block(repeated("Ada", 4)), PROGRAMME, "signatories", "At most 3"),
    "seven logos": (with_block(repeated("hill", 7)), PROGRAMME, "logos", "At most 6"),
    "a title in one language": (
        with_block(BLOCK.replace("{fr: Présidente, en: Chair}", "{fr: Présidente}")),
        PROGRAMME, "title: {fr: P", "The text in “en” is missing."),
    "a name that is too long": (
        with_block(BLOCK.replace("Ada Exemple", "A" * 61)), PROGRAMME, "- name", "has 61 char"),
    "a key that is unknown": (
        with_block(BLOCK + "  seal: big\n"), PROGRAMME, "seal", "This key is not known here."),
    "a logo without words": (
        with_block(BLOCK.replace("      alt: {fr: La mer, en: The sea}\n", "")),
        PROGRAMME, "- file: sea", "alt: This key is missing."),
    "a logo that is not there": (
        with_block(hill_svg=None), PROGRAMME, "file: hill", "The file “hill.svg” is missing."),
    "a logo from elsewhere": (
        with_block(BLOCK.replace("hill.svg", "../hill.svg")), PROGRAMME, "file: ../", "A logo’s"),
    "a logo of another kind": (
        with_block(BLOCK.replace("hill.svg", "hill.jpg")), PROGRAMME, "file: hill", "A logo’s"),
    "a drawing with a script": (
        with_block(hill_svg=SVG.replace("<path", "<script/>\n<path")), "shelf/hill.svg", "<script",
        "“script” is not allowed in a figure."),
    "a drawing that loads something": (
        with_block(hill_svg=SVG.replace('fill="#246"', 'fill="url(https://e.org/x)"')),
        "shelf/hill.svg", "<path", "A figure may not refer to anything outside"),
    "a drawing with a DOCTYPE": (
        with_block(hill_svg='<!DOCTYPE svg [<!ENTITY a "b">]>\n' + SVG), "shelf/hill.svg",
        "<!DOCTYPE", "A figure may not have a DOCTYPE."),
    "a drawing with text": (
        with_block(hill_svg=SVG.replace("<path", "<text>A</text>\n<path")), "shelf/hill.svg",
        "<text", "A logo is made of plain shapes, and “text” is none; turn text into outlines."),
    "a drawing that one sees through": (
        with_block(hill_svg=SVG.replace("fill=", 'fill-opacity=".5" fill=')), "shelf/hill.svg",
        "<path", "A logo has plain colours"),
    "a drawing that is too flat": (
        with_block(hill_svg=SVG.replace("60 40", "280 40")), "shelf/hill.svg", "<svg",
        "A logo is at most 6 times as wide as it is high"),
    "a drawing that is too large": (
        with_block(hill_svg=SVG + " " * LARGEST_LOGO), "shelf/hill.svg", "<svg", "This file has"),
    "a picture that is none": (
        with_block(sea_png=b"\x89PNG\r\n\x1a\nnothing"), "shelf/sea.png", "", "This is not a PNG"),
    "a picture that is cut": (
        with_block(sea_png=draw_png()[:150]), "shelf/sea.png", "", "This is not a PNG"),
    "a photograph under another name": (
        with_block(sea_png=b"\xff\xd8\xff\xe0JFIF"), "shelf/sea.png", "", "This is not a PNG"),
    "a picture with too many pixels": (
        with_block(sea_png=draw_png(MOST_PIXELS + 1, 400)), "shelf/sea.png", "", "This picture has"),
    "a picture with too few pixels": (
        with_block(sea_png=draw_png(200, FEWEST_PIXELS - 1)), "shelf/sea.png", "", "This picture has"),
    "a file that nothing uses": (
        with_block(spare_svg=SVG), "shelf/spare.svg", "<svg", "Nothing in the course uses this"),
    "no months at all": (
        changed(MODULE, "sections:", "certificate:\n  valid_months: 0\nsections:"),
        MODULE, "valid_months", "0 is outside 1 to 120."),
    "more than ten years": (
        changed(MODULE, "sections:", "certificate:\n  valid_months: 121\nsections:"),
        MODULE, "valid_months", "121 is outside 1 to 120."),
    "a participation that is neither": (
        changed(MODULE, "sections:", "certificate:\n  participation: maybe\nsections:"),
        MODULE, "participation", "yes or no is expected here."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_certificate_block_is_told_alone_with_its_file_and_line(
    name: str, tmp_path: Path
):
    changes, path, text, message = FAULTS[name]
    write_course(tmp_path, changes)

    faults = read(tmp_path).faults

    assert [fault.path for fault in faults] == [(tmp_path / path).as_posix()], faults
    assert faults[0].line == (line_of(tmp_path, path, text) if text else 1)
    assert message in str(faults[0].message)


def test_a_faulty_block_changes_nothing(load, session):
    load(with_block())
    before = logos_in(session)

    with pytest.raises(catalogue.FaultyCourse):
        load(with_block(BLOCK.replace("Ada", "Zoé"), sea_png=b"no picture"))

    session.rollback()
    programme = session.scalars(select(Programme)).one()
    assert programme.signatories[0]["name"] == "Ada Exemple"
    assert set(logos_in(session)) == set(before)
