# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools", "uharfbuzz"]
# ///
# Run once by hand, in an environment of its own: the product needs neither package.
# mypy: ignore-errors
"""Derive the certificate's fonts from Gentium Plus: python derive.py FOLDER_OF_GENTIUM_PLUS."""

from __future__ import annotations

import sys
import unicodedata
from io import BytesIO
from itertools import product
from pathlib import Path

import uharfbuzz
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import cmap_format_4

HERE = Path(__file__).parent
PRIVATE = 0xE000  # where composed letters live, in the order of composed.txt
LINE_END = 0xF000  # a space without width, for the end of a line that is broken at a space
NARROW_SPACE = 0xF001  # U+202F, where a library takes that for a place to break a line

RANGES = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00AC),  # not the soft hyphen, which would be drawn
    (0x00AE, 0x024F),  # Latin-1, Extended-A and -B: ƴ ƒ ŋ and their capitals
    (0x0250, 0x02AF),  # IPA extensions: ɓ ɗ ɛ ɔ ɲ
    (0x02B9, 0x02BF),  # modifier apostrophes, as in some orthographies of Mali and Chad
    (0x02C8, 0x02CC),
    (0x1E00, 0x1EFF),  # Latin Extended Additional: ẹ ọ ṣ
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0xA78B, 0xA78C),  # saltillo
)
SINGLES = (0x2009, 0x200A, 0x2026, 0x202F, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2116)

VOWELS = "aeiouyɛɔəǝɩɪʊʋɨʉɑæøœ"
CONSONANTS = "bcdghjklmnŋɲprstvwzɓɗɖɣƒƴ"
UPPER = {"ɪ": "Ɪ"}
TONES = "\u0300\u0301\u0302\u030c\u0304\u030d"
MARKS = TONES + "\u0303\u0308\u0307\u0323\u0324\u0331\u0330\u0327"
# A nasal or centralised vowel, or one marked below, may carry a tone as well.
STACKED = "\u0303\u0308\u0323\u0331\u0330\u0327"


def both_cases(letters: str) -> list[str]:
    """Return each letter, then each one's capital."""
    return [*letters, *(UPPER.get(letter, letter.upper()) for letter in letters)]


def composed_letters() -> list[str]:
    """Return the letters with marks that Unicode has no single character for, normalised (NFC)."""
    single = [(mark,) for mark in MARKS]
    found = {}
    for letter, combination in [
        *product(both_cases(VOWELS), [*single, *product(STACKED, TONES)]),
        *product(both_cases(CONSONANTS), single),
    ]:
        text = unicodedata.normalize("NFC", letter + "".join(combination))
        if len(text) > 1:
            found[text] = None
    return list(found)


class Shaper:
    """The glyphs and places that the font's own tables give a text."""

    def __init__(self, path: Path, features: dict[str, bool]) -> None:
        self.font = uharfbuzz.Font(uharfbuzz.Face(path.read_bytes()))
        self.features = {"kern": False, "liga": False, **features}

    def shape(self, text: str) -> list[tuple[int, int, int, int]]:
        """Return glyph index, x, y and advance of each glyph."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self.font, buffer, self.features)
        return [
            (info.codepoint, place.x_offset, place.y_offset, place.x_advance)
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]


def derive(source: Path, name: str, letters: list[str], *, small_caps: bool, tracking: int) -> None:
    """Write one font: our name, our characters, composed letters drawn whole, no layout tables."""
    font = TTFont(source)
    draw_letters(font, Shaper(source, {"smcp": small_caps}), letters)
    for tag in ("GSUB", "GPOS", "GDEF", "Feat", "Glat", "Gloc", "Silf", "Sill", "Silt", "DSIG"):
        if tag in font:
            del font[tag]

    options = Options()
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.glyph_names = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(font.getBestCmap()))
    subsetter.subset(font)

    for glyph_name, (advance, bearing) in list(font["hmtx"].metrics.items()):
        if advance:
            font["hmtx"][glyph_name] = (advance + tracking, bearing)
    rename(font, name)
    buffer = BytesIO()
    font.save(buffer)
    (HERE / f"{name}.ttf").write_bytes(buffer.getvalue())


def draw_letters(font: TTFont, shaper: Shaper, letters: list[str]) -> None:
    """Give the font one table of characters, and a glyph of its own for each composed letter."""
    order = list(font.getGlyphOrder())
    codes = [*(code for first, last in RANGES for code in range(first, last + 1)), *SINGLES]
    texts = {code: chr(code) for code in codes if code in font.getBestCmap()}
    texts |= {PRIVATE + n: text for n, text in enumerate(letters)}
    cmap, glyphs = {}, font.getGlyphSet()
    new = {"lineend": (TTGlyphPen(None).glyph(), 0)}
    for code, text in texts.items():
        placed = shaper.shape(text)
        if any(index == 0 for index, *_ in placed):
            raise SystemExit(f"there is no {text!r}")
        if len(placed) == 1:
            cmap[code] = order[placed[0][0]]
            continue
        pen, advance = TTGlyphPen(glyphs), 0
        for index, x, y, width in placed:
            pen.addComponent(order[index], (1, 0, 0, 1, advance + x, y))
            advance += width
        cmap[code] = f"u{code:04X}"
        new[cmap[code]] = (pen.glyph(), advance)
    cmap[LINE_END] = "lineend"
    cmap[NARROW_SPACE] = cmap[0x202F]

    for glyph_name, (glyph, advance) in new.items():
        font["glyf"][glyph_name] = glyph
        font["hmtx"][glyph_name] = (advance, 0)
    font.setGlyphOrder([*order, *new])
    for glyph_name, (glyph, advance) in new.items():
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][glyph_name] = (advance, glyph.xMin if glyph.numberOfContours else 0)

    table = cmap_format_4(4)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 1, 0, cmap
    font["cmap"].tables = [table]


def rename(font: TTFont, name: str) -> None:
    """Give the font our name, as its licence asks; its copyright and licence stay."""
    style = name.split("-")[1]
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in {0, 13, 14}]
    for identifier, text in {
        1: "Scrutin Serif" if style in {"Regular", "Italic"} else f"Scrutin Serif {style}",
        2: "Italic" if style == "Italic" else "Regular",
        3: f"{name} 1.0",
        4: f"Scrutin Serif {style}",
        5: "Version 1.0",
        6: name,
    }.items():
        names.setName(text, identifier, 3, 1, 0x409)
    font["OS/2"].achVendID = "NONE"
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False


def main() -> None:
    """Derive the three fonts and the list of composed letters, beside this file."""
    folder = Path(sys.argv[1])
    letters = composed_letters()
    (HERE / "composed.txt").write_text("\n".join(letters) + "\n", encoding="utf-8")
    for source, style, small_caps, tracking in (
        ("GentiumPlus-Regular.ttf", "Regular", False, 0),
        ("GentiumPlus-Italic.ttf", "Italic", False, 0),
        ("GentiumPlus-Regular.ttf", "SmallCaps", True, 110),
    ):
        name = f"ScrutinSerif-{style}"
        derive(folder / source, name, letters, small_caps=small_caps, tracking=tracking)


if __name__ == "__main__":
    main()
