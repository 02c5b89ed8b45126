"""Figures: SVG drawings that only draw."""

from __future__ import annotations

import re
from xml.parsers import expat

from lms.catalogue.domain import FigureFile
from lms.core.i18n import N_, Message

LARGEST_FIGURE = 200_000
SVG = "http://www.w3.org/2000/svg"
MEDIA_TYPE = "image/svg+xml"
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.svg")

# These run, load or embed something, or change what another element does.
REFUSED_ELEMENTS = frozenset(
    {
        "animate", "animatemotion", "animatetransform", "audio", "embed", "foreignobject",
        "handler", "iframe", "image", "listener", "object", "script", "set", "video",
    }
)  # fmt: skip
# An address of something outside of the drawing, in an attribute or a style sheet.
OUTSIDE = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|@import", re.IGNORECASE)
LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)(?:px)?\s*")


class BadFigure(Exception):
    """A file that cannot be a figure; `problems` are lines and messages."""

    def __init__(self, problems: list[tuple[int, Message]]) -> None:
        self.problems = problems
        super().__init__(problems)


def read_figure(path: str, content: bytes) -> FigureFile:
    """Return the figure in `content`; raises `BadFigure` with all that is wrong."""
    name = path.rpartition("/")[2]
    if not FILE_NAME.fullmatch(name):
        text = N_("A figure’s file name has letters, digits, dots and hyphens, and ends in .svg.")
        raise BadFigure([(1, Message(text))])
    reader = _Reader()
    reader.read(content)
    if reader.problems:
        raise BadFigure(reader.problems)
    if reader.size is None:
        text = N_("The drawing has no size: give the svg element a viewBox.")
        raise BadFigure([(reader.root_line, Message(text))])
    width, height = reader.size
    return FigureFile(path, MEDIA_TYPE, content, width, height)


class _Reader:
    """Walks a drawing and collects its size and its problems."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, Message]] = []
        self.size: tuple[int, int] | None = None
        self.root_line = 1
        self._open: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        # A style sheet comes whole, not in pieces.
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction

    def read(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            text = N_("This is not well-formed SVG: %(problem)s.")
            problem = expat.errors.messages.get(error.code, "") if error.code else ""
            self.problems.append((error.lineno, Message(text, {"problem": problem})))

    def _refuse(self, text: str, **params: object) -> None:
        self.problems.append((self._parser.CurrentLineNumber, Message(text, params)))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._open:
            self.root_line = self._parser.CurrentLineNumber
            if (namespace, local) != (SVG, "svg"):
                self._refuse(N_("This is not an SVG drawing."))
            self.size = _read_size(attributes)
        self._open.append(local.lower())
        if local.lower() in REFUSED_ELEMENTS:
            self._refuse(N_("“%(name)s” is not allowed in a figure."), name=local)
        for attribute, value in attributes.items():
            self._check_attribute(attribute.rpartition(" ")[2], value)

    def _check_attribute(self, name: str, value: str) -> None:
        if name.lower().startswith("on"):
            self._refuse(N_("“%(name)s” is not allowed in a figure."), name=name)
            return
        is_address = name.lower() in {"href", "src"}
        if OUTSIDE.search(value) or (is_address and not value.strip().startswith("#")):
            self._refuse(N_("A figure may not refer to anything outside of itself."))

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open and self._open[-1] == "style" and OUTSIDE.search(text):
            self._refuse(N_("A figure may not refer to anything outside of itself."))

    def _doctype(self, *declared: object) -> None:
        # Its entities could make a small file unfold into a huge one.
        self._refuse(N_("A figure may not have a DOCTYPE."))

    def _instruction(self, target: str, content: str) -> None:
        self._refuse(N_("“%(name)s” is not allowed in a figure."), name=f"<?{target}?>")


def _read_size(attributes: dict[str, str]) -> tuple[int, int] | None:
    """Return width and height, from the attributes or else from the view box."""
    lengths = [LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    if lengths[0] and lengths[1]:
        return _whole(lengths[0][1], lengths[1][1])
    numbers = attributes.get("viewBox", "").replace(",", " ").split()
    if len(numbers) == 4 and all(LENGTH.fullmatch(number) for number in numbers[2:]):
        return _whole(numbers[2], numbers[3])
    return None


def _whole(width: str, height: str) -> tuple[int, int] | None:
    size = round(float(width)), round(float(height))
    return size if min(size) > 0 else None
