"""What an author is told about a Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from lms.catalogue.markdown.parser import (
    CALLOUTS,
    heading_ids,
    list_lone_images,
    make_parser,
    plain_text,
    split_callout,
    walk_inline,
)
from lms.core.i18n import N_, Message

SCHEMES = frozenset({"http", "https", "mailto"})
FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
COLONS = re.compile(r"\s*:{3,}")

# A line counted from 0 within the text, and what is wrong there.
Problem = tuple[int, Message]


@dataclass(frozen=True, slots=True)
class FigureReference:
    """Where a text shows a figure; the line is counted from 0, the address is as written."""

    line: int
    address: str


def list_problems(source: str) -> list[Problem]:
    """Return all that is wrong with a text of several paragraphs, in the order of its lines."""
    env: dict[str, Any] = {}
    tokens = make_parser().parse(source, env)
    problems = [
        *_list_html(tokens),
        *_list_headings(tokens),
        *_list_links(tokens),
        *_list_images(tokens),
        *_list_footnotes(source, tokens, env),
        *_list_callouts(source, tokens),
    ]
    return sorted(problems, key=lambda problem: problem[0])


def list_inline_problems(source: str) -> list[Message]:
    """Return all that is wrong with a text that stands within a sentence or a label."""
    tokens = make_parser().parseInline(source)
    problems = [*_list_html(tokens), *_list_links(tokens)]
    if any(child.type == "image" for _, child in walk_inline(tokens)):
        problems.append((0, Message(N_("A figure cannot stand here."))))
    return [message for _, message in problems]


def list_figures(source: str) -> list[FigureReference]:
    """Return every figure that the text shows."""
    tokens = make_parser().parse(source)
    return [
        FigureReference(line, unquote(str(child.attrGet("src") or "")))
        for line, child in walk_inline(tokens)
        if child.type == "image"
    ]


def _list_html(tokens: Sequence[Token]) -> Iterator[Problem]:
    message = Message(N_("HTML is not allowed here."))
    for token in tokens:
        if token.type == "html_block":
            yield (token.map or [0])[0], message
    for line, child in walk_inline(tokens):
        if child.type == "html_inline":
            yield line, message


def _list_headings(tokens: Sequence[Token]) -> Iterator[Problem]:
    above = 1
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        line = (token.map or [0])[0]
        level = int(token.tag[1:])
        if level == 1:
            text = N_("The title is the page’s first heading; begin with ## here.")
            yield line, Message(text)
        elif level > above + 1:
            text = N_("This heading skips a level: %(marks)s may follow here at most.")
            yield line, Message(text, {"marks": "#" * (above + 1)})
        if not plain_text(tokens[index + 1].children or ()).strip():
            yield line, Message(N_("This heading is empty."))
        above = level


def _list_links(tokens: Sequence[Token]) -> Iterator[Problem]:
    targets = set(heading_ids(tokens).values())
    for line, child in walk_inline(tokens):
        if child.type != "link_open":
            continue
        address = str(child.attrGet("href") or "")
        if address.startswith("#"):
            if unquote(address[1:]) not in targets:
                text = N_("No heading of this text has the address “%(address)s”.")
                yield line, Message(text, {"address": address})
        elif not is_allowed(address):
            text = N_("A link begins with https:, http:, mailto: or #; this is “%(address)s”.")
            yield line, Message(text, {"address": address})


def is_allowed(address: str) -> bool:
    """Return whether a link may lead to `address` outside of its own page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _list_images(tokens: Sequence[Token]) -> Iterator[Problem]:
    alone = {id(image) for _, image in list_lone_images(tokens)}
    for line, child in walk_inline(tokens):
        if child.type != "image":
            continue
        if id(child) not in alone:
            yield line, Message(N_("A figure stands alone in its paragraph."))
        if not plain_text(child.children or ()).strip():
            text = N_("The figure has no alternative text for those who cannot see it.")
            yield line, Message(text)


def _list_footnotes(
    source: str, tokens: Sequence[Token], env: Mapping[str, Any]
) -> Iterator[Problem]:
    for line, child in walk_inline(tokens):
        if child.type == "text":
            for match in FOOTNOTE.finditer(child.content):
                text = N_("The footnote “%(label)s” is not written anywhere.")
                yield line, Message(text, {"label": match[1]})
    refs = env.get("footnotes", {}).get("refs", {})
    unused = {label[1:] for label, number in refs.items() if number < 0}
    for line, written in enumerate(source.split("\n")):
        label = FOOTNOTE.match(written.strip())
        if label and label[1] in unused:
            text = N_("No text refers to the footnote “%(label)s”.")
            yield line, Message(text, {"label": label[1]})


def _list_callouts(source: str, tokens: Sequence[Token]) -> Iterator[Problem]:
    lines = source.split("\n")
    for token in tokens:
        if token.type != "container_callout_open":
            continue
        line, end = token.map or [0, 0]
        kind, title = split_callout(token.info)
        if kind not in CALLOUTS:
            text = N_("“%(kind)s” is not a kind of call-out; there are: %(kinds)s.")
            yield line, Message(text, {"kind": kind, "kinds": ", ".join(CALLOUTS)})
        if not title:
            text = N_("The call-out has no title: write it after the kind, on the same line.")
            yield line, Message(text)
        if end >= len(lines) or not COLONS.match(lines[end]):
            yield line, Message(N_("The call-out is not closed by a line of three colons."))
    for line, child in walk_inline(tokens):
        if child.type == "text" and COLONS.match(child.content):
            yield line, Message(N_("These colons close no call-out."))
