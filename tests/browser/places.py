"""Every page that a person can see, in every state, and how to come there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import render_template
from flask_babel import gettext
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from lms.web.headers import CONTENT_SECURITY_POLICY
from lms.web.refusals import WORDS
from tests.browser.place import Place, at
from tests.browser.places_accounts import PLACES as ACCOUNT_PLACES
from tests.browser.places_credentials import PLACES as CREDENTIAL_PLACES
from tests.browser.places_institutions import PLACES as INSTITUTION_PLACES
from tests.browser.places_officers import PLACES as OFFICER_PLACES
from tests.browser.places_people import PLACES as PEOPLE_PLACES
from tests.browser.product import Product
from tests.browser.world import LESSON, QUIZ, World
from tests.factories import MODULE

BANK = f"/teach/bank/{MODULE}"
RESULTS = f"/teach/quizzes/{MODULE}/{QUIZ}"
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}
# A cheap phone, and a desk.
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 860}


def learn(name: str, rest: str = "") -> Callable[[World], str]:
    return lambda world: f"/learn/{world.enrolment[name]}{rest}"


def attempt(name: str, rest: str = "") -> Callable[[World], str]:
    return lambda world: f"/attempts/{world.attempt[name]}{rest}"


def record(name: str) -> Callable[[World], str]:
    """Return the address of the trainers' record of somebody's attempt."""
    return lambda world: f"/teach/attempts/{world.attempt[name]}"


def verify(name: str) -> Callable[[World], str]:
    return lambda world: f"/verify/{world.code[name]}"


def sign_in_wrongly(product: Product, page: Page, language: str) -> None:
    page.get_by_label(product.say(language, "E-mail address or user name")).fill("nobody")
    page.get_by_label(product.say(language, "Password"), exact=True).fill("wrong")
    page.locator("main").get_by_role("button").click()
    page.get_by_role("alert").wait_for()


def finish(product: Product, page: Page, language: str) -> None:
    page.get_by_role("button", name=product.say(language, "Finish and submit")).click()
    page.get_by_role("button", name=product.say(language, "Submit now")).wait_for()


def refusal(status: int) -> Place:
    title, explanation, advice = WORDS[status]

    def render() -> str:
        return render_template(
            "web/refusal.html",
            status=status,
            title=gettext(title),
            explanation=gettext(explanation),
            advice=gettext(advice),
            fields={},
        )

    return Place(f"refusal {status}", render=render, is_for_learners=False)


PLACES = (
    Place("home", at("/")),
    Place("home, signed in", at("/"), "reader"),
    Place("modules", at("/catalogue"), "newcomer"),
    Place("modules, none found", at("/catalogue?q=zzzz")),
    Place("module", at(f"/catalogue/{MODULE}")),
    Place("module, to enrol", at(f"/catalogue/{MODULE}"), "newcomer"),
    Place("module, enrolled", at(f"/catalogue/{MODULE}"), "reader"),
    Place("sign-in", at("/login")),
    Place("sign-in, refused", at("/login"), press=sign_in_wrongly),
    Place("dashboard, empty", at("/my"), "newcomer"),
    Place("dashboard", at("/my"), "reader"),
    Place("dashboard, completed", at("/my"), "holder"),
    Place("module page, begun", learn("beginner"), "beginner"),
    Place("module page, failed", learn("spent"), "spent"),
    Place("module page, completed", learn("holder"), "holder"),
    Place("lesson", learn("beginner", f"/{LESSON}"), "beginner"),
    Place("lesson, read", learn("reader", f"/{LESSON}"), "reader"),
    Place("quiz", learn("reader", f"/{QUIZ}"), "reader"),
    Place("quiz, locked", learn("beginner", f"/{QUIZ}"), "beginner"),
    Place("quiz, open attempt", learn("sitter", f"/{QUIZ}"), "sitter"),
    Place("quiz, tried once", learn("retaker", f"/{QUIZ}"), "retaker"),
    Place("quiz, no attempt left", learn("spent", f"/{QUIZ}"), "spent"),
    Place("attempt", attempt("sitter"), "sitter"),
    Place("attempt, to confirm", attempt("sitter"), "sitter", press=finish),
    Place("quiz under every rule", learn("candidate", "/test"), "candidate"),
    Place("attempt, checked, with two answers and an unclear one", attempt("examinee"), "examinee"),
    Place(
        "attempt, to confirm, with an unclear answer",
        attempt("examinee", "?page=2"),
        "examinee",
        press=finish,
    ),
    Place("review, out of time, waiting for a trainer", attempt("overdue", "/review"), "overdue"),
    Place("review without a score", attempt("sealed", "/review"), "sealed"),
    Place("review, failed", attempt("retaker", "/review"), "retaker"),
    Place("review, passed", attempt("holder", "/review"), "holder"),
    Place("certificates, none", at("/my/certificates"), "newcomer"),
    Place("certificates", at("/my/certificates"), "holder"),
    Place("certificates, being made", at("/my/certificates"), "waiting"),
    Place("certificates, not made", at("/my/certificates"), "unlucky"),
    Place("verify", at("/verify")),
    Place("verify, not a code", at("/verify?code=ABC")),
    Place("verify, unknown", at("/verify/ABCD-EFGH-JKMN-PQRS")),
    Place("verify specimen", verify("specimen")),
    Place("verify valid", verify("real")),
    Place("verify superseded", verify("superseded")),
    Place("verify erased", verify("erased")),
    Place("bank", at(BANK), "trainer", is_for_learners=False),
    Place(
        "bank, filtered",
        at(f"{BANK}?category=registration/law&q=code"),
        "trainer",
        is_for_learners=False,
    ),
    Place("bank, none found", at(f"{BANK}?q=zzzz"), "trainer", is_for_learners=False),
    Place("question of a bank", at(f"{BANK}/mobile-team"), "trainer", is_for_learners=False),
    Place("teaching", at("/teach"), "trainer", is_for_learners=False),
    Place("results", at(RESULTS), "trainer", is_for_learners=False),
    Place("results, chosen", at(f"{RESULTS}?passed=no"), "trainer", is_for_learners=False),
    Place("results, none chosen", at(f"{RESULTS}?to=2000-01-01"), "trainer", is_for_learners=False),
    Place("results of questions", at(f"{RESULTS}/questions"), "trainer", is_for_learners=False),
    Place("record, open", record("sitter"), "trainer", is_for_learners=False),
    Place("record, closed", record("holder"), "trainer", is_for_learners=False),
    Place("record, to be marked", record("overdue"), "trainer", is_for_learners=False),
    Place("regrade", at(f"{RESULTS}/regrade"), "trainer", is_for_learners=False),
    Place("extra time", at(f"{RESULTS}/extra-time"), "trainer", is_for_learners=False),
    Place("contact", at("/contact")),
    Place("privacy", at("/privacy")),
    Place("nothing here", at("/nowhere"), is_for_learners=False),
    Place("API", at("/api/v1/docs"), is_for_learners=False),
    # The same page for every status; tests/web reads the words of each.
    refusal(500),
    *ACCOUNT_PLACES,
    *INSTITUTION_PLACES,
    *CREDENTIAL_PLACES,
    *OFFICER_PLACES,
    *PEOPLE_PLACES,
)


@contextmanager
def visitor(
    browser: Browser, product: Product, world: World, who: str | None, language: str, **options: Any
) -> Iterator[BrowserContext]:
    """Open a browser whose person reads `language` and is signed in as `who`."""
    options = {"viewport": PHONE, "locale": LANGUAGES[language]} | options
    context = browser.new_context(base_url=product.address, **options)
    try:
        if who is not None:
            product.sign_in(context, world.people[who])
        yield context
    finally:
        context.close()


def go(product: Product, world: World, page: Page, place: Place, language: str) -> None:
    """Bring the page to the place, in a browser that `visitor` opened."""
    if place.render is not None:
        with product.app.test_request_context("/", headers={"Accept-Language": language}):
            html = place.render()
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        page.route(
            "**/made-here",
            lambda route: route.fulfill(body=html, content_type="text/html", headers=headers),
        )
        page.goto("/made-here")
        return
    page.goto(place.path(world))
    if place.press is not None:
        place.press(product, page, language)
