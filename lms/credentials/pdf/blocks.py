"""A certificate's paragraphs, measured before they are set, and the style sheet that they stand under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup

from lms.credentials.pdf.design import Colours
from lms.credentials.pdf.typography import Style

# Points above and below a paragraph, by its style; the denser the page, the smaller.
_GAPS: Final[Mapping[str, tuple[float, float]]] = {
    "issuer": (0, 10),
    "holder": (3, 3),
    "institution": (0, 3),
    "module": (4, 4),
    "fact value": (1, 0),
    "stub value": (1, 0),
    "signatory": (3, 0),
    "notice": (2, 0),
    "address": (3, 0),
    "stub label": (12, 0),
}
_APART = 15.0  # over what begins something new
_SHRINK = (1.0, 0.6, 0.35, 0.2)  # by density


@dataclass(slots=True)
class Part:
    """What goes in one place of the page: how high it is, and its longest text."""

    height: float = 0
    longest: str = ""
    # The gap that the last paragraph asks for below it.
    below: float = 0
    is_empty: bool = True


class Blocks:
    """Makes the template's paragraphs, part by part: each text measured, broken and set in its style."""

    def __init__(self, styles: Mapping[str, Style], density: int) -> None:
        self._styles = styles
        self._density = density
        self.parts = [Part()]

    def part(self) -> Markup:
        """Begin the next part."""
        self.parts.append(Part())
        return Markup("<pdf:nextframe/>")

    def set(
        self,
        tag: str,
        style: str,
        text: str,
        *,
        href: str | None = None,
        apart: bool = False,
        beside: Sequence[str] = (),
    ) -> Markup:
        """Return the paragraph, in letters no larger than the texts `beside` it need.

        It stands `apart` from what is above it where something new begins.
        """
        setting = self._styles[style].set(text, beside)
        lines = Markup("<br/>").join(setting.lines)
        if href is not None:
            lines = Markup('<a href="{}">{}</a>').format(href, lines)
        self._measure(len(setting.lines) * setting.leading, style, text, apart=apart)
        name = style.replace(" ", "-") + (" apart" if apart else "")
        # Tag, style and numbers are ours, and the lines were escaped above.
        return Markup(  # noqa: S704  # see the line before
            f'<{tag} class="{name}" style="font-family: {setting.face}; font-size: {setting.size}pt;'
            f' line-height: {setting.leading}pt">{lines}</{tag}>'
        )

    def _measure(self, height: float, style: str, text: str, *, apart: bool) -> None:
        part = self.parts[-1]
        above, below = _gaps(style, self._density, apart=apart)
        part.height += height + (0 if part.is_empty else max(above, part.below))
        part.below, part.is_empty = below, False
        part.longest = max(part.longest, text, key=len)


def _gaps(style: str, density: int, *, apart: bool = False) -> tuple[float, float]:
    above, below = _GAPS.get(style, (0, 0))
    return max(above, _APART if apart else 0) * _SHRINK[density], below * _SHRINK[density]


@cache
def style_sheet(colours: Colours, align: str, density: int) -> Markup:
    """Return what is the same for all certificates of a design: colours, alignment, gaps."""
    rules = [
        f"body {{ margin: 0; color: {colours.ink}; }}",
        "p, h1, h2 { display: block; margin: 0; -pdf-outline: false; -pdf-outline-level: 0; }",
        f"p, h1, h2 {{ text-align: {align}; }}",
        f"h1 {{ -pdf-outline-level: 1; color: {colours.title}; }}",
        "h2 { -pdf-outline-level: 2; }",
        f"a {{ color: {colours.ink}; text-decoration: none; }}",
        f".issuer {{ color: {colours.issuer}; }}",
        f".note, .notice {{ color: {colours.accent}; }}",
        ".phrase, .programme, .signatory-title { color: #4f586d; }",
        ".fact-label, .stub-label, .instruction { color: #4f586d; }",
        ".institution, .fact-value, .stub-value, .signatory { color: #1b2130; }",
        ".holder { color: #11183a; }",
        ".heading, .notice, .instruction, .address { text-align: center; }",
        ".stub-label, .stub-value { text-align: center; }",
    ]
    for style in _GAPS:
        above, below = _gaps(style, density)
        name = style.replace(" ", "-")
        rules.append(f".{name} {{ margin-top: {above}pt; margin-bottom: {below}pt; }}")
    # After the others: it overrules them.
    rules.append(f".apart {{ margin-top: {_gaps('', density, apart=True)[0]}pt; }}")
    return Markup("\n".join(rules))  # noqa: S704  # no text of anybody's is in it
