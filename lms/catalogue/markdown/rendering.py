"""From Markdown to HTML that a page can show as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.catalogue.markdown.labels import Labels, labels_in
from lms.catalogue.markdown.parser import (
    CALLOUTS,
    HEADING_PREFIX,
    heading_ids,
    list_lone_images,
    make_parser,
    plain_text,
    split_callout,
)
from lms.catalogue.markdown.problems import SCHEMES, is_allowed

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
ALIGNMENTS = ("align-left", "align-center", "align-right")

# The allow list: whatever else comes out of the parser is taken away.
INLINE_TAGS = frozenset({"a", "br", "code", "em", "strong"})
TAGS = INLINE_TAGS | {
    "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "img", "li",
    "ol", "p", "pre", "section", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
    *HEADINGS,
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel", "id", "aria-label"},
    "div": {"tabindex", "role", "aria-label"},
    "img": {"src", "alt", "width", "height", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "section": {"aria-label"},
    "th": {"scope"},
    **{heading: {"id"} for heading in HEADINGS},
}
CLASSES = {
    "a": {"footnote-backref"},
    "aside": {"callout", *(f"callout-{kind}" for kind in CALLOUTS)},
    "div": {"table-scroll"},
    "p": {"callout-title"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "td": set(ALIGNMENTS),
    "th": set(ALIGNMENTS),
}


@dataclass(frozen=True, slots=True)
class Image:
    """Where a figure is served, and its size in CSS pixels."""

    address: str
    width: int
    height: int


FindImage = Callable[[str], Image | None]


def render(source: str, language: str, find_image: FindImage) -> str:
    """Return safe HTML; `find_image` tells where the figure written as that address is served."""
    parser = _parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(source, env)
    labels = labels_in(language)
    _name_headings(tokens)
    _shape_tables(tokens, labels)
    _shape_figures(tokens, find_image)
    html = parser.renderer.render(tokens, parser.options, {**env, "labels": labels})
    return _clean(html, TAGS)


def render_inline(source: str) -> str:
    """Return safe HTML for a place that holds words alone, such as a label."""
    parser = _parser()
    return _clean(parser.renderInline(source), INLINE_TAGS)


def _clean(html: str, tags: frozenset[str] | set[str]) -> str:
    clean = nh3.clean(
        html,
        tags=set(tags),
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag in tags},
        allowed_classes={tag: names for tag, names in CLASSES.items() if tag in tags},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    # The sanitiser spells this one out; the character itself is shorter, and French is full of it.
    return clean.replace("&nbsp;", "\N{NO-BREAK SPACE}").strip()


@cache
def _parser() -> MarkdownIt:
    parser = make_parser()
    for name, rule in {
        "html_block": _escaped,
        "html_inline": _escaped,
        "image": _image,
        "link_open": _link_open,
        "table_open": _table_open,
        "table_close": _table_close,
        "container_callout_open": _callout_open,
        "container_callout_close": _callout_close,
        "footnote_ref": _footnote_ref,
        "footnote_anchor": _footnote_anchor,
        "footnote_open": _footnote_open,
        "footnote_block_open": _footnotes_open,
    }.items():
        parser.add_render_rule(name, rule)
    return parser


def _name_headings(tokens: Sequence[Token]) -> None:
    for index, name in heading_ids(tokens).items():
        tokens[index].attrSet("id", HEADING_PREFIX + name)


def _shape_tables(tokens: Sequence[Token], labels: Labels) -> None:
    number = 0
    for token in tokens:
        if token.type == "table_open":
            number += 1
            token.meta["label"] = f"{labels.table} {number}"
        elif token.type in {"th_open", "td_open"}:
            # The page's security policy allows no style attribute.
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrSet("class", style.replace("text-align:", "align-"))
            if token.type == "th_open":
                token.attrSet("scope", "col")


def _shape_figures(tokens: Sequence[Token], find_image: FindImage) -> None:
    for index, image in list_lone_images(tokens):
        for edge in (tokens[index], tokens[index + 2]):
            edge.tag = "figure"
            edge.hidden = False
        image.meta["found"] = find_image(str(image.attrGet("src") or ""))


def _escaped(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return escape(tokens[index].content)


def _image(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    token = tokens[index]
    alternative = plain_text(token.children or ())
    image: Image | None = token.meta.get("found")
    if image is None:
        return escape(alternative)
    caption = str(token.attrGet("title") or "")
    figcaption = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return (
        f'<img src="{escape(image.address)}" alt="{escape(alternative)}" width="{image.width}"'
        f' height="{image.height}" loading="lazy">{figcaption}'
    )


def _link_open(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    address = str(tokens[index].attrGet("href") or "")
    if address.startswith("#"):
        return f'<a href="#{HEADING_PREFIX}{escape(address[1:])}">'
    if is_allowed(address):
        return f'<a href="{escape(address)}" rel="noopener">'
    return "<a>"


def _table_open(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    # A wide table scrolls by itself, and by keyboard, so that the page need not.
    label = escape(tokens[index].meta["label"])
    return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">\n<table>\n'


def _table_close(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return "</table>\n</div>\n"


def _callout_open(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    kind, title = split_callout(tokens[index].info)
    return (
        f'<aside class="callout callout-{escape(kind)}">\n'
        f'<p class="callout-title">{escape(title)}</p>\n'
    )


def _callout_close(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return "</aside>\n"


def _footnote_ref(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    meta = tokens[index].meta
    number = meta["id"] + 1
    label = escape(f"{env['labels'].note} {number}") if "labels" in env else str(number)
    return (
        f'<sup class="footnote-ref"><a href="#fn{number}" id="{_ref_id(meta)}"'
        f' aria-label="{label}">{number}</a></sup>'
    )


def _ref_id(meta: dict[str, Any]) -> str:
    """Return the id of one reference to a note; a second reference to the same one has its own."""
    again = f"-{meta['subId'] + 1}" if meta.get("subId") else ""
    return f"fnref{meta['id'] + 1}{again}"


def _footnote_anchor(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    label = escape(env["labels"].back)
    # U+FE0E: as text, not as an emoji.
    return (
        f' <a href="#{_ref_id(tokens[index].meta)}" class="footnote-backref"'
        f' aria-label="{label}">\u21a9\ufe0e</a>'
    )


def _footnote_open(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return f'<li id="fn{tokens[index].meta["id"] + 1}">'


def _footnotes_open(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return f'<section class="footnotes" aria-label="{escape(env["labels"].notes)}">\n<ol>\n'
