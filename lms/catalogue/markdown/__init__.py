"""Markdown: what is wrong with a text, and the safe HTML made of it once, at publication."""

from lms.catalogue.markdown.problems import (
    FigureReference,
    list_figures,
    list_inline_problems,
    list_problems,
)
from lms.catalogue.markdown.rendering import Image, render, render_inline

__all__ = [
    "FigureReference",
    "Image",
    "list_figures",
    "list_inline_problems",
    "list_problems",
    "render",
    "render_inline",
]
