"""What becomes of Markdown: its shape, and that nothing of it can act."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue.markdown import Image, list_problems, render, render_inline
from lms.catalogue.markdown.rendering import TAGS


class Tags(HTMLParser):
    """Collects every tag with its attributes, as a browser would."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def assert_harmless(text):
    tags = Tags()
    tags.feed(text)
    for tag, attributes in tags.found:
        assert tag in TAGS
        for name, value in attributes.items():
            assert name in {*SAFE_ATTRIBUTES, "href", "src"}
            if name == "href":
                assert value.startswith(("#", "https://", "http://", "mailto:"))
            if name == "src":
                assert value == IMAGE.address


SAFE_ATTRIBUTES = (
    "alt", "aria-label", "class", "height", "id", "loading", "rel", "role", "scope", "start",
    "tabindex", "width",
)  # fmt: skip
IMAGE = Image("/media/abc/square.svg", 40, 30)


def html(source, language="en"):
    return render(source, language, lambda address: IMAGE)


def test_a_lone_image_becomes_a_figure_with_its_size_and_caption():
    assert html('![A blue “square”.](figures/square.svg "A square & more")') == (
        '<figure><img src="/media/abc/square.svg" alt="A blue “square”." width="40" height="30"'
        ' loading="lazy">\n<figcaption>A square &amp; more</figcaption></figure>'
    )


def test_a_figure_needs_no_caption():
    assert "figcaption" not in html("![A square.](figures/square.svg)")


def test_an_image_that_was_not_found_leaves_its_alternative_text():
    assert render("![A square.](x.svg)", "en", lambda address: None) == (
        "<figure>A square.</figure>"
    )


def test_a_table_scrolls_by_itself_and_aligns_by_classes():
    table = html("| a | b |\n|:--|--:|\n| 1 | 2 |")

    assert table.startswith(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Table 1">'
    )
    assert '<th class="align-left" scope="col">a</th>' in table
    assert '<td class="align-right">2</td>' in table
    assert "style" not in table


def test_tables_have_names_of_their_own_in_the_text_s_language():
    table = "| a |\n|---|\n| 1 |\n\nX\n\n"

    assert re.findall(r'aria-label="([^"]*)"', html(table * 2, "fr")) == [
        "Tableau 1",
        "Tableau 2",
    ]


def test_a_call_out_has_its_kind_and_title():
    assert html("::: case Mali, 2023\nOne *case*.\n:::") == (
        '<aside class="callout callout-case">\n<p class="callout-title">Mali, 2023</p>\n'
        "<p>One <em>case</em>.</p>\n</aside>"
    )


def test_definitions_become_a_definition_list():
    assert html("Term\n: What it means.") == "<dl>\n<dt>Term</dt>\n<dd>What it means.</dd>\n</dl>"


def test_headings_have_ids_of_their_own_and_links_find_them():
    text = html("## Été, à l’heure\n\n## Été, à l’heure\n\n[up](#ete-a-l-heure)")

    assert '<h2 id="s-ete-a-l-heure">' in text
    assert '<h2 id="s-ete-a-l-heure-2">' in text
    assert '<a href="#s-ete-a-l-heure">up</a>' in text


@pytest.mark.parametrize(
    ("language", "label", "back"),
    [("fr", "Note 1", "Retour au texte"), ("en", "Note 1", "Back to the text")],
)
def test_footnotes_speak_the_text_s_language(language, label, back):
    text = html("One[^a], again[^a].\n\n[^a]: The note.", language)

    assert f'<a href="#fn1" id="fnref1" aria-label="{label}">1</a>' in text
    assert '<a href="#fn1" id="fnref1-2"' in text
    assert f'<a href="#fnref1-2" class="footnote-backref" aria-label="{back}">' in text
    assert '<section class="footnotes" aria-label="Notes">' in text


def test_external_links_do_not_hand_over_the_page():
    assert html("[x](https://example.org/a?b=c&d)") == (
        '<p><a href="https://example.org/a?b=c&amp;d" rel="noopener">x</a></p>'
    )


def test_spaces_that_do_not_break_stay_as_they_are():
    assert html("Oui\u202f: «\u00a0non\u00a0»") == "<p>Oui\u202f: «\u00a0non\u00a0»</p>"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "x <script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b onclick=alert(1)>x</b>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "[x](//example.org)",
        '[x](https://example.org/" onmouseover="alert(1))',
        '![x" onerror="alert(1)](figures/x.svg "a\\" onload=\\"alert(1)")',
        "::: note <script>alert(1)</script>\nx\n:::",
        '::: note" onclick="alert(1) x\nx\n:::',
        "## <svg onload=alert(1)>",
        "| <style>a{}</style> |\n|---|\n| x |",
        "[^<script>]\n\n[^<script>]: x",
        "```<script>\nalert(1)\n```",
        "<!-- --><iframe src=https://example.org>",
    ],
)
def test_nothing_in_a_text_can_act(source):
    for text in (html(source), render_inline(source)):
        assert_harmless(text)


@given(st.text(st.sampled_from("<>/&\"'()[]!:^#*`|~- \n\tabhjnopst.=1"), max_size=60))
def test_no_text_breaks_the_renderer_and_no_tag_gets_through(source):
    list_problems(source)
    for text in (html(source), render_inline(source)):
        assert_harmless(text)


def test_a_label_holds_words_alone():
    assert render_inline("*One* of **two**, `x`") == (
        "<em>One</em> of <strong>two</strong>, <code>x</code>"
    )
    assert "<img" not in render_inline("![x](y.svg)")
    assert "<p>" not in render_inline("one\n\ntwo")


def test_problems_are_told_in_the_order_of_their_lines():
    problems = list_problems("x [a](b)\n\n# h\n\n![](figures/x.svg)\n\n<b>\n")

    assert [line for line, _ in problems] == [0, 2, 4, 6]
