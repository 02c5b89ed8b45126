"""A lesson goes on paper whole, and without what only a screen can use."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.places import DESK, visitor
from tests.browser.product import Product
from tests.browser.world import LESSON, World

pytestmark = pytest.mark.browser


def test_a_printed_lesson_has_its_text_and_no_navigation(
    product: Product, world: World, browser: Browser, tmp_path: Path
) -> None:
    with visitor(browser, product, world, "beginner", "fr", viewport=DESK) as context:
        page = context.new_page()
        page.goto(f"/learn/{world.enrolment['beginner']}/{LESSON}")
        page.emulate_media(media="print")
        for words in ("My learning", "I have read this", "Privacy"):
            expect(page.get_by_text(product.say("fr", words)).first).to_be_hidden()
        title = page.get_by_role("heading", level=1).inner_text()
        paragraphs = page.locator("article.prose p").all_inner_texts()
        page.pdf(path=tmp_path / "lesson.pdf", format="A4")

    done = subprocess.run(
        ["pdftotext", tmp_path / "lesson.pdf", "-"], capture_output=True, check=True
    )
    printed = "".join(done.stdout.decode().split())
    assert "".join(title.split()) in printed
    assert len(paragraphs) > 10
    # Without the footnotes' marks, which stand beside the words on paper.
    for paragraph in (paragraphs[0], paragraphs[3]):
        assert "".join(paragraph.split()) in printed
    assert "".join(product.say("fr", "Privacy").split()) not in printed
