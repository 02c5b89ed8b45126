"""Partners' logos: drawn from their vectors, or from their pixels, in a row of equal visual weight."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import sqrt
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.pdfgen.canvas import Canvas
from svglib.svglib import svg2rlg

from lms.credentials.pdf.certificate import Logo
from lms.credentials.pdf.motifs import Box

_AREA = 1100.0  # square points of each, whatever its shape
_GAP = 18.0
_SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo as it is drawn; its size is in units of its own."""

    width: float
    height: float
    # The operators of a vector drawing, or else the image.
    operators: str
    image: Any

    def draw(self, canvas: Canvas, box: Box) -> None:
        """Draw it so that it fills the box, which has its proportions."""
        scale = box.width / self.width
        place = f"q {scale:.5f} 0 0 {scale:.5f} {box.x:.3f} {box.y:.3f} cm"
        if self.image is None:
            edge = f"0 0 {self.width:.3f} {self.height:.3f} re W n"
            canvas.addLiteral(f"{place} {edge}\n{self.operators}\nQ")
            return
        # As ReportLab's own drawImage, which would compress the pixels for every certificate anew.
        name = canvas._doc.getXObjectName(self.image.name)
        if not canvas._doc.hasForm(self.image.name):
            canvas._doc.addForm(self.image.name, copy(self.image))
        canvas._formsinuse.append(self.image.name)
        canvas._currentPageHasImages = 1
        canvas.addLiteral(f"{place} {self.width} 0 0 {self.height} 0 0 cm /{name} Do Q")


@lru_cache(maxsize=64)
def read_picture(content: bytes, media_type: str) -> Picture:
    """Return the logo, read and drawn once in a process: a programme has the same on every certificate."""
    if media_type != _SVG:
        reader = ImageReader(BytesIO(content))
        width, height = reader.getSize()
        name = f"logo{hashlib.sha256(content).hexdigest()[:16]}"
        return Picture(width, height, "", PDFImageXObject(name, reader))
    drawing = svg2rlg(BytesIO(content))
    if drawing is None:
        raise RuntimeError("svglib cannot read a logo that was checked when it was loaded")
    canvas = Canvas(BytesIO())
    renderPDF.draw(drawing, canvas, 0, 0)
    # ReportLab chooses its own font before it draws; a logo has no text, and the page not that font.
    operators = re.sub(r"BT /F1 \S+ Tf \S+ TL ET\n", "", canvas.getCurrentPageContent())
    return Picture(drawing.width, drawing.height, operators, None)


def place_logos(logos: Sequence[Logo], row: Box, align: str) -> list[tuple[Logo, Picture, Box]]:
    """Return where each logo goes: all have the same area, unless one is too flat or too tall for the row."""
    pictures = [read_picture(logo.content, logo.media_type) for logo in logos]
    sizes = [_weigh(picture, row) for picture in pictures]
    room = row.width - _GAP * (len(sizes) - 1)
    scale = min(1.0, room / sum(width for width, _height in sizes))
    sizes = [(width * scale, height * scale) for width, height in sizes]
    whole = sum(width for width, _height in sizes) + _GAP * (len(sizes) - 1)
    x = row.x if align == "left" else row.x + (row.width - whole) / 2
    placed = []
    for logo, picture, (width, height) in zip(logos, pictures, sizes, strict=True):
        placed.append((logo, picture, Box(x, row.y + (row.height - height) / 2, width, height)))
        x += width + _GAP
    return placed


def _weigh(picture: Picture, row: Box) -> tuple[float, float]:
    """Return the size at which the picture has the area of the others."""
    proportion = picture.width / picture.height
    height = min(sqrt(_AREA / proportion), row.height)
    width = min(height * proportion, row.width / 4)
    return width, width / proportion
