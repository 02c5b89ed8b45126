"""Partners' logos: vector drawings of plain shapes, or pictures whose pixels alone are kept."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from lms.catalogue.course_files.figures import MEDIA_TYPE, BadFigure, read_figure
from lms.core.i18n import N_, Message

if TYPE_CHECKING:
    from PIL import Image

LARGEST_LOGO: Final = 200_000  # bytes
MOST_PIXELS: Final = 1200  # on a side; more than a printer shows
FEWEST_PIXELS: Final = 100
# Flatter or taller than this, and it cannot be read beside the others.
STEEPEST: Final = 6
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(svg|png)")
PNG = "image/png"

# What is drawn on paper as it is on a screen. Text would need fonts, the rest would be left out.
SHAPES: Final = frozenset(
    {
        "circle", "desc", "ellipse", "g", "line", "path", "polygon", "polyline", "rect", "svg",
        "title",
    }
)  # fmt: skip
# Paper knows no transparency: certificates are printed, and archived.
_SEE_THROUGH = re.compile(r"opacity|rgba|hsla|url\(|#[0-9a-f]{8}\b|#[0-9a-f]{4}\b", re.IGNORECASE)


def is_logo_name(name: str) -> bool:
    """Return whether a logo's file may have that name."""
    return FILE_NAME.fullmatch(name) is not None


def read_logo(name: str, content: bytes) -> tuple[str, bytes]:
    """Return media type and bytes to keep; raises `BadFigure` with all that is wrong."""
    if PurePosixPath(name).suffix == ".svg":
        return MEDIA_TYPE, _read_drawing(name, content)
    return PNG, _read_pixels(content)


def _read_drawing(name: str, content: bytes) -> bytes:
    figure = read_figure(name, content)
    problems: list[tuple[int, Message]] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(element: str, attributes: dict[str, str]) -> None:
        local = element.rpartition(" ")[2]
        if local not in SHAPES:
            text = N_(
                "A logo is made of plain shapes, and “%(name)s” is none; turn text into outlines."
            )
            problems.append((parser.CurrentLineNumber, Message(text, {"name": local})))
        for attribute, value in attributes.items():
            if local not in {"title", "desc"} and _SEE_THROUGH.search(f"{attribute}: {value}"):
                text = N_("A logo has plain colours: no transparency, no gradient, no mask.")
                problems.append((parser.CurrentLineNumber, Message(text)))

    parser.StartElementHandler = start
    parser.Parse(content, True)
    _check_shape(figure.width, figure.height, problems)
    if problems:
        raise BadFigure(problems)
    return content


def _read_pixels(content: bytes) -> bytes:
    """Return the picture's pixels on white, without what else the file tells; the same each time."""
    # Web processes read no course files.
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # A picture of far too many pixels, told before it is unpacked.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=["PNG"])
            problems: list[tuple[int, Message]] = []
            _check_size(picture, problems)
            if problems:
                raise BadFigure(problems)
            picture.load()
            pixels = picture.convert("RGBA")
    except BadFigure:
        raise
    except Exception:  # noqa: BLE001  # whatever Pillow stumbles over in a stranger's file
        raise BadFigure([(1, Message(N_("This is not a PNG picture that can be read.")))]) from None
    paper = Image.new("RGB", pixels.size, "white")
    paper.paste(pixels, mask=pixels.getchannel("A"))
    kept = BytesIO()
    paper.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _check_size(picture: Image.Image, problems: list[tuple[int, Message]]) -> None:
    if max(picture.size) > MOST_PIXELS or min(picture.size) < FEWEST_PIXELS:
        text = N_(
            "This picture has %(width)s × %(height)s pixels; each side has %(least)s to %(most)s."
        )
        params = {
            "width": picture.width,
            "height": picture.height,
            "least": FEWEST_PIXELS,
            "most": MOST_PIXELS,
        }
        problems.append((1, Message(text, params)))
    _check_shape(picture.width, picture.height, problems)


def _check_shape(width: int, height: int, problems: list[tuple[int, Message]]) -> None:
    if max(width, height) > STEEPEST * min(width, height):
        text = N_("A logo is at most %(times)s times as wide as it is high, or as high as wide.")
        problems.append((1, Message(text, {"times": STEEPEST})))
