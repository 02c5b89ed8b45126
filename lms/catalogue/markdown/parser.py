"""The dialect: CommonMark with tables, footnotes, definition lists and call-outs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

CALLOUTS = ("note", "case", "exercise", "warning", "sources")

# Before the author's own, so that no heading takes an id of the page around it.
HEADING_PREFIX = "s-"


def make_parser() -> MarkdownIt:
    """Return a parser that recognises HTML and every address, so that both can be refused by name."""
    parser = MarkdownIt("commonmark", {"xhtmlOut": False}).enable("table")
    footnote_plugin(parser, inline=False)
    deflist_plugin(parser)
    container_plugin(parser, "callout", validate=_opens_callout)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # as its documentation has it
    return parser


def _opens_callout(params: str, markup: str) -> bool:
    return bool(params.strip())


def split_callout(info: str) -> tuple[str, str]:
    """Return the kind and the title that stand after the colons."""
    kind, _, title = info.strip().partition(" ")
    return kind, title.strip()


def walk_inline(tokens: Iterable[Token]) -> Iterator[tuple[int, Token]]:
    """Yield each inline token with its line, counted from 0."""
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.type != "inline":
            continue
        at = line
        for child in token.children or ():
            yield at, child
            at += child.type in {"softbreak", "hardbreak"}


def lone_image(inline: Token) -> Token | None:
    """Return the image that is all there is in a paragraph."""
    children = inline.children or []
    return children[0] if len(children) == 1 and children[0].type == "image" else None


def list_lone_images(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Yield the index of each paragraph that is a figure, with its image."""
    for index, token in enumerate(tokens):
        if token.type == "inline" and tokens[index - 1].type == "paragraph_open":
            image = lone_image(token)
            if image is not None:
                yield index - 1, image


def heading_ids(tokens: Sequence[Token]) -> dict[int, str]:
    """Return the id of each heading, without its prefix, under its token's index."""
    ids: dict[int, str] = {}
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            base = _to_id(plain_text(tokens[index + 1].children or ()))
            number = 1
            name = base
            while name in ids.values():
                number += 1
                name = f"{base}-{number}"
            ids[index] = name
    return ids


def _to_id(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "-", kept).strip("-") or "section"


def plain_text(children: Iterable[Token]) -> str:
    """Return the words of inline tokens, without their marks."""
    words = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            words.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            words.append(" ")
    return "".join(words)
