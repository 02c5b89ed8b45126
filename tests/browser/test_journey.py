"""A learner's whole way, from sign-in to a certificate that a stranger checks, as a browser goes it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import segno
from flask_babel import force_locale
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from lms.accounts.domain import DEMO_PASSWORD
from lms.core import clock
from lms.core.permissions import Actor
from lms.credentials.queries import list_credentials
from lms.web.formats import as_date
from tests.browser.places import LANGUAGES, PHONE
from tests.browser.product import Product
from tests.browser.sitting import status
from tests.browser.world import LESSON, QUIZ, begin_attempt, right_choices
from tests.factories import MODULE, PASSWORD

pytestmark = pytest.mark.browser

TITLES = {
    "fr": "Inscription et identification des électeurs",
    "en": "Voter registration and identification",
}
DEMO_LEARNER = ("learner@example.org", DEMO_PASSWORD, "Aïssata Zoé Koné-N’Guessan")
# The two processes of the worker and of the browser may have to share one slow processor.
PATIENCE = 60_000

Say = Callable[..., str]


@pytest.mark.parametrize(
    ("language", "has_script", "person"),
    [
        ("fr", True, DEMO_LEARNER),
        ("fr", False, ("etienne-d", PASSWORD, "Étienne-Désiré Œdipe Ɓâ N’Goran")),
        ("en", True, ("olorunsegun", PASSWORD, "Ọlọ́runṣẹ́gun Adébáyọ̀")),
        ("en", False, ("aissatou", PASSWORD, "Aïssatou Fall-Çelik")),
    ],
)
def test_a_learner_goes_from_sign_in_to_a_certificate_that_a_stranger_can_check(
    product: Product,
    browser: Browser,
    tmp_path: Path,
    language: str,
    has_script: bool,
    person: tuple[str, str, str],
) -> None:
    login, password, name = person
    learner = product.find(login) or product.register(login, name)

    def say(message: str, **values: object) -> str:
        return product.say(language, message, **values)

    context = browser.new_context(
        base_url=product.address,
        viewport=PHONE,
        locale=LANGUAGES[language],
        java_script_enabled=has_script,
    )
    page = context.new_page()
    sign_in(page, say, login, password)
    enrol_by_the_catalogue(page, say, TITLES[language])
    read_the_lesson(page, say)
    sit_the_quiz(product, page, say, has_script=has_script)
    pdf = download_the_certificate(page, say, language, tmp_path)
    context.close()

    address = check_the_paper(product, pdf, name)
    stranger = browser.new_context(locale=LANGUAGES[language], java_script_enabled=has_script)
    check_online(product, stranger.new_page(), say, language, address, learner, name)
    stranger.close()


def sign_in(page: Page, say: Say, login: str, password: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=say("Sign in")).click()
    page.get_by_label(say("E-mail address or user name")).fill(login)
    page.get_by_label(say("Password"), exact=True).fill(password)
    page.locator("main").get_by_role("button", name=say("Sign in")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("My learning"))


def enrol_by_the_catalogue(page: Page, say: Say, title: str) -> None:
    page.get_by_role("link", name=say("Modules"), exact=True).click()
    page.get_by_role("searchbox", name=say("Search the modules")).fill(title.split()[0])
    page.get_by_role("button", name=say("Search")).click()
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("button", name=say("Enrol"), exact=True).click()
    expect(page.get_by_text(say("You are enrolled. Good reading!"))).to_be_visible()
    assert re.search(r"/learn/\d+$", page.url)


def read_the_lesson(page: Page, say: Say) -> None:
    page.get_by_role("link", name=say("Start"), exact=True).click()
    assert page.url.endswith(f"/{LESSON}")
    page.get_by_role("button", name=say("I have read this")).click()
    expect(page.get_by_role("status")).to_contain_text(
        say("Noted: you have read “%(title)s”.", title="").split("“")[0].split("«")[0].strip()
    )
    # What comes next opens by itself.
    assert page.url.endswith(f"/{QUIZ}")


def sit_the_quiz(product: Product, page: Page, say: Say, *, has_script: bool) -> None:
    page.get_by_role("button", name=say("Start the test")).click()
    attempt_id = int(page.url.rsplit("/", 1)[1])
    with product.reading() as session:
        right = right_choices(session, attempt_id)
    # One is forgotten at first, and the page names it.
    forgotten = 4
    for slot in right.keys() - {forgotten}:
        choose(page, slot, right[slot])
    if has_script:
        expect(page.get_by_role("status")).to_contain_text(
            say("Saved at %(time)s", time="").strip()
        )
    else:
        page.get_by_role("button", name=say("Save"), exact=True).click()
        expect(page.get_by_text(say("Your answers are saved."))).to_be_visible()
    page.get_by_role("button", name=say("Finish and submit")).click()
    page.get_by_role("main").get_by_role("link", name=str(forgotten)).click()
    choose(page, forgotten, right[forgotten])
    page.get_by_role("button", name=say("Finish and submit")).click()
    page.get_by_role("button", name=say("Submit now")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(say("You passed"))
    expect(page.get_by_role("heading", name=say("What was right, and why"))).to_be_visible()
    expect(page.locator("article.question")).to_have_count(len(right))
    chosen = page.locator("article li.chosen")
    expect(chosen).to_have_count(sum(map(len, right.values())))
    for option in chosen.all():
        expect(option).to_contain_text(say("Right answer"))
        # And why: a sentence of feedback.
        assert len(option.locator("div.soft").inner_text()) > 20


def choose(page: Page, slot: int, keys: list[str]) -> None:
    for key in keys:
        page.locator(f"input[name='slot-{slot}.choices'][value='{key}']").check()


def download_the_certificate(page: Page, say: Say, language: str, folder: Path) -> Path:
    page.get_by_role(
        "link", name=say("The module is complete: confirm your name for the certificate")
    ).click()
    page.get_by_role("button", name=say("Confirm this name")).click()
    name = {"fr": "Français", "en": "English"}[language]
    link = page.get_by_role("link", name=f"{say('Download in:')} {name}")
    # The page looks again by itself until the document is made, without a script, too.
    expect(link).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".pdf"
    return path


def check_the_paper(product: Product, pdf: Path, name: str) -> str:
    """Return the address that the square code holds."""
    words = " ".join(run("pdftotext", pdf, "-").split())
    assert name in words
    code = re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", words)
    assert code
    address = f"{product.address}/verify/{code[0]}"
    expected = segno.make_qr(address, error="m", mask=4, boost_error=False).matrix
    assert read_square_code(pdf, len(expected)) == [list(row) for row in expected]
    return address


def read_square_code(pdf: Path, modules: int) -> list[list[int]]:
    """Return the rows of the code as a camera would see them on the page: 1 is dark."""
    page: Any = PdfReader(pdf).pages[0]
    tree = PdfReader(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"]["/K"]  # type: ignore[index]
    figure = next(kid.get_object() for kid in tree if kid.get_object()["/S"] == "/Figure")
    left, bottom, _right, top = (float(corner) for corner in figure["/A"]["/BBox"])
    run("pdftoppm", "-r", "288", "-png", "-singlefile", pdf, pdf.with_suffix(""))
    scale = 288 / 72
    with Image.open(pdf.with_suffix(".png")) as opened:
        picture = opened.convert("L")
        # Four modules on each side are the quiet zone.
        side = (top - bottom) / (modules + 8)
        height = float(page.mediabox.height)

        def at(row: int, column: int) -> int:
            x = (left + (column + 4.5) * side) * scale
            y = (height - top + (row + 4.5) * side) * scale
            return int(picture.getpixel((int(x), int(y))) < 128)  # type: ignore[operator]

        return [[at(row, column) for column in range(modules)] for row in range(modules)]


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, check=True)
    return done.stdout.decode()


def check_online(
    product: Product,
    page: Page,
    say: Say,
    language: str,
    address: str,
    learner: Actor,
    name: str,
) -> None:
    with product.reading() as session:
        credential = list_credentials(session, learner)[0]
    with product.app.test_request_context(), force_locale(language):
        today = as_date(clock.now())
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Valid, but only a specimen"))
    facts = page.locator("main dl")
    for fact in (name, TITLES[language], "22\u00a0min", today):
        expect(facts.filter(has_text=fact)).to_have_count(1)
    expect(page.get_by_text(credential.number, exact=True)).to_be_visible()


def test_an_attempt_begun_on_one_device_goes_on_on_another(
    product: Product, browser: Browser
) -> None:
    learner = product.register("two-devices", "Fatou Ndiaye")
    begin_attempt(product, learner)
    telephone, computer = (
        browser.new_context(base_url=product.address, locale="fr-FR") for _ in range(2)
    )

    def say(message: str, **values: object) -> str:
        return product.say("fr", message, **values)

    page = telephone.new_page()
    sign_in(page, say, "two-devices", PASSWORD)
    page.get_by_role("link", name=say("Resume")).click()
    page.get_by_role("link", name=say("Continue the attempt")).click()
    option = page.locator("#q2 input:not([type=hidden])").nth(1)
    chosen = option.get_attribute("value")
    option.check()
    expect(status(page)).to_contain_text(say("Saved at %(time)s", time="").strip())

    page = computer.new_page()
    sign_in(page, say, "two-devices", PASSWORD)
    page.get_by_role("link", name=say("Resume")).click()
    page.get_by_role("link", name=say("Continue the attempt")).click()
    expect(page.locator(f"#q2 input[value='{chosen}']")).to_be_checked()
    expect(page.locator("main input:checked")).to_have_count(1)
    telephone.close()
    computer.close()


def test_the_language_switch_keeps_the_page_and_is_remembered(
    product: Product, browser: Browser
) -> None:
    context = browser.new_context(base_url=product.address, locale="en-GB")
    page = context.new_page()
    page.goto(f"/catalogue/{MODULE}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["en"])

    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["fr"])
    page.goto(f"/catalogue/{MODULE}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["fr"])
    context.close()
