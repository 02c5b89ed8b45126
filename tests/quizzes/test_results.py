"""What trainers see of a quiz: whose attempts, which of them, in which figures, and as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import pytest
from sqlalchemy import insert, select, update
from werkzeug.http import parse_options_header

from lms import catalogue, learning
from lms.accounts.models import Person
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY, SITE, SYSTEM, Actor, Role, Scope, ScopeKind
from lms.core.spreadsheets import FORMULA_STARTS
from lms.institutions.models import Institution
from lms.quizzes import find_question_figures, find_question_uses, policy, queries
from lms.quizzes.commands import (
    accept_answer,
    mark_answer,
    reopen_attempt,
    save_answers,
    start_attempt,
    submit_attempt,
)
from lms.quizzes.domain import Save
from lms.quizzes.models import Answer, Attempt, Grade
from lms.quizzes.queries import Standing, Wanted
from tests.conftest import NOW
from tests.factories import Factory, form_token, sign_in
from tests.made_courses import Listed, MadeModule, number, several, single
from tests.quizzes.sitting import choose
from tests.visitor import Page, text_of

BANK = (single("alpha"), single("beta"), several("gamma"))
MODULE = MadeModule(
    activities=(Listed("test", "quiz"), Listed("reading")), questions=BANK, attempts=None
)
RESULTS = "/teach/quizzes/lists/test"
FILE = f"{RESULTS}/attempts.csv"
QUESTIONS = f"{RESULTS}/questions"
EVERYTHING = Wanted()


@dataclass
class Sitters:
    """People who sit the quiz."""

    make: Factory
    numbers: Any = field(default_factory=lambda: count(1))

    def enrol(
        self, name: str = "Awa Traoré", slug: str = "lists", **more: Any
    ) -> tuple[Actor, int]:
        given, _, family = name.rpartition(" ")
        actor = self.make.person(given, family, **more)
        return actor, self.make.enrolment(actor, slug)

    def begin(
        self,
        who: tuple[Actor, int],
        answers: Mapping[str, Any] | None = None,
        *,
        key: str = "test",
        days: int = 0,
        language: str = "fr",
        submits: bool = True,
    ) -> int:
        """Sit an attempt so many days after the beginning; answers are by the questions' keys."""
        session, (actor, enrolment_id) = self.make.session, who
        now = NOW + timedelta(days=days, minutes=next(self.numbers))
        attempt = start_attempt(session, actor, enrolment_id, key, language=language, now=now)
        slots = {slot.body["key"]: slot for slot in queries.list_questions(session, attempt.id)}
        saves = [
            Save("phone", slots[key].number, 1, 0, response, language)
            for key, response in (answers or {}).items()
        ]
        save_answers(session, actor, attempt.id, saves, now=now)
        if submits:
            submit_attempt(session, actor, attempt.id, now=now)
        session.commit()
        return attempt.id

    def sit(self, who: tuple[Actor, int], *right: str, **more: Any) -> int:
        """Sit an attempt with the right answers to these questions and no others."""
        bodies = {question["key"]: question for question in BANK}
        answers = {
            key: choose(key, *(one["key"].removeprefix(f"{key}-") for one in bodies[key]["options"]
                               if Fraction(one["fraction"]) > 0))
            for key in right
        }  # fmt: skip
        return self.begin(who, answers, **more)


@pytest.fixture
def sitters(make):
    """The module with its quiz, and people to sit it."""
    make.modules(MODULE)
    return Sitters(make)


@pytest.fixture
def trainer(make, sitters):
    return make.person("Théo", "Kaboré", roles=(Role.TRAINER,), language="en")


@pytest.fixture
def browser(client, trainer):
    return sign_in(client, trainer)


def read(browser, path=RESULTS, status=200, language="en") -> Page:
    browser.set_cookie("language", language)
    page = Page(browser.get(path), path)
    assert page.status == status, page.text
    return page


def ask(browser, query, path=RESULTS):
    """Send what a query says as the form does, and return the answer where it leads."""
    browser.set_cookie("language", "en")
    form = {"csrf_token": form_token(browser), **dict(parse_qsl(query))}
    return browser.post(path, data=form, follow_redirects=True)


def names(page) -> list[str]:
    """Return the people of the list, in its order."""
    return [text_of(link) for link in page.root.iter("a") if link.get("class") == "name"]


def facts(element) -> dict[str, list[str]]:
    """Return what a page says in its lists of terms."""
    return {
        text_of(pair.find("dt")): [text_of(one) for one in pair.findall("dd")]
        for each in element.iter("dl")
        for pair in each.findall("div")
    }


def cells(element) -> list[list[str]]:
    """Return the words of each row of a table but its first."""
    return [[text_of(cell) for cell in row] for row in element.iter("tr")][1:]


def results(
    session, actor, wanted=EVERYTHING, *, slug="lists", key="test", before_id=None, limit=999
):
    return queries.get_results(session, actor, slug, key, wanted, before_id=before_id, limit=limit)


def ids(page) -> list[int]:
    return [line.id for line in page.lines]


def rows_of(browser, path=FILE, language="en") -> list[dict[str, str]]:
    browser.set_cookie("language", language)
    return rows_in(browser.get(path))


def rows_in(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


# --- Whose ------------------------------------------------------------------------------------------


@pytest.fixture
def places(session, make, sitters):
    """Attempts of four people, at two institutions, a branch and none, in two modules."""
    make.modules(MadeModule("other", activities=(Listed("test", "quiz"),), questions=BANK))
    north, south = make.institution("north"), make.institution("south")
    branch = make.institution("north-branch", parent_id=north)
    for place in (north, branch, south, None):
        for slug in ("lists", "other"):
            who = sitters.enrol(slug=slug, institution_id=place)
            sitters.sit(who, "alpha")
            sitters.sit(who, submits=False)
    facts = catalogue.module_facts.c
    module_id, programme_id = session.execute(
        select(facts.module_id, facts.programme_id).where(facts.slug == "lists")
    ).one()
    return {
        "site": SITE,
        "module": Scope(ScopeKind.MODULE, module_id),
        "other module": Scope(ScopeKind.MODULE, module_id + 1),
        "programme": Scope(ScopeKind.PROGRAMME, programme_id),
        "other programme": Scope(ScopeKind.PROGRAMME, programme_id + 1),
        "north": Scope(ScopeKind.INSTITUTION, north),
        "branch": Scope(ScopeKind.INSTITUTION, branch),
        "south": Scope(ScopeKind.INSTITUTION, south),
        "elsewhere": Scope(ScopeKind.INSTITUTION, south + 100),
        "cascade": Scope(ScopeKind.CASCADE, branch),
    }


def readable(session, actor, slug) -> set[int]:
    """Return the attempts in a module that the policy lets the actor read."""
    rows = session.execute(select(Attempt.id, Attempt.enrolment_id)).all()
    facts = {enrolment_id: learning.get_facts(session, enrolment_id) for _, enrolment_id in rows}
    modules = catalogue.module_facts.c
    module_id = session.scalar(select(modules.module_id).where(modules.slug == slug))
    return {
        id_
        for id_, enrolment_id in rows
        if facts[enrolment_id].module_id == module_id
        and policy.may_read(actor, facts[enrolment_id])
    }


PLACES = (
    "site", "module", "other module", "programme", "other programme", "north", "branch", "south",
    "elsewhere", "cascade",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_an_attempt_is_in_the_lists_exactly_if_the_rule_lets_it_be_read(
    session, make, sitters, places, place
):
    for role in Role:
        actor = make.person(roles=(role,), scope=places[place])
        check_lists(session, actor)
        # The same person as a learner.
        sitters.sit((actor, make.enrolment(actor, "lists")), "beta")
        check_lists(session, actor)


def check_lists(session, actor):
    for slug in ("lists", "other"):
        may = readable(session, actor, slug)
        try:
            page = results(session, actor, slug=slug)
        except catalogue.NoSuchModule:
            # Who may read nobody else's has the pages of learners.
            assert may <= readable(session, Actor(actor.person_id), slug)
            continue
        assert set(ids(page)) == may
        assert page.total == page.summary.attempts == len(may)
        _, lines = queries.list_results(session, actor, slug, "test", EVERYTHING)
        assert {line.id for line in lines} == may
        (figures,) = [
            quiz
            for taught in queries.list_teaching(session, actor)
            for quiz in taught.quizzes
            if taught.module.slug == slug and quiz.head.key == "test"
        ]
        summary = page.summary
        assert (figures.attempts, figures.people, figures.judged, figures.passed) == (
            summary.attempts, summary.people, summary.judged, summary.passed
        )  # fmt: skip


def test_the_system_reads_all_and_nobody_is_asked_to_sign_in(session, places):
    assert len(results(session, SYSTEM).lines) == 8
    for ask in (
        lambda: results(session, NOBODY),
        lambda: queries.list_teaching(session, NOBODY),
        lambda: queries.get_statistics(session, NOBODY, "lists", "test"),
    ):
        with pytest.raises(SignInRequired):
            ask()


@pytest.mark.parametrize("path", ["/teach", RESULTS, FILE, QUESTIONS])
def test_a_learner_finds_nothing_there_even_of_ones_own(client, sitters, path):
    assert client.get(path).headers["Location"] == f"/login?next={path}"

    learner = sitters.enrol()
    sitters.sit(learner, "alpha")
    sign_in(client, learner[0])

    assert client.get(path).status_code == 404
    assert "Teaching" not in read(client, "/my").text


def test_who_teaches_is_led_there_from_every_page(browser):
    for path in ("/", "/my", "/teach"):
        assert read(browser, path).find_link("Teaching") == "/teach"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/teach/quizzes/none/test", "There is no such module."),
        ("/teach/quizzes/lists/none", "This activity is not a quiz."),
        ("/teach/quizzes/lists/reading", "This activity is not a quiz."),
    ],
)
@pytest.mark.parametrize("rest", ["", "/questions", "/attempts.csv"])
def test_what_is_not_there_is_told_so(browser, path, rest, sentence):
    assert sentence in read(browser, path + rest, 404).text


def test_ones_own_hidden_score_stays_hidden_from_a_trainer_who_sits_the_quiz(session, make):
    make.modules(MODULE.with_(settings={"review": {"score": "never"}}))
    sitters = Sitters(make)
    sitters.sit(sitters.enrol("Awa Traoré"), "alpha")
    actor = make.person("Théo", "Kaboré", roles=(Role.TRAINER,))
    own = sitters.sit((actor, make.enrolment(actor, "lists")), "alpha", "beta", "gamma")

    page = results(session, actor)

    assert {line.id == own: line.score for line in page.lines} == {
        True: None,
        False: Decimal("0.333333"),
    }
    assert (page.summary.scores, page.summary.passed, page.summary.submitted) == (1, 0, 2)
    for passed in (True, False):
        assert own not in ids(results(session, actor, Wanted(passed=passed)))
    other = make.person(roles=(Role.TRAINER,))
    assert own in ids(results(session, other, Wanted(passed=True)))


def test_who_reads_an_institution_learns_from_ones_own_attempt_nothing_of_the_key(
    session, make, sitters, trainer
):
    scope = Scope(ScopeKind.INSTITUTION, make.institution("north"))
    actor = make.person(roles=(Role.TRAINER,), scope=scope)
    sitters.sit((actor, make.enrolment(actor, "lists")), "alpha")

    assert queries.get_statistics(session, actor, "lists", "test").questions == []
    assert queries.get_statistics(session, trainer, "lists", "test").attempts == 1


# --- Which --------------------------------------------------------------------------------------------


@pytest.fixture
def several_attempts(session, make, sitters):
    """One attempt for each thing that can be asked for, by name."""
    make.modules(MODULE.with_(questions=(*BANK, number("delta")), draw=4, pass_mark=50))
    north = make.institution("north")
    branch = make.institution("north-branch", parent_id=north)
    found = {
        "passed": sitters.sit(sitters.enrol("Élise N’Guessan", institution_id=branch), "alpha", "beta"),
        "failed": sitters.sit(sitters.enrol("Elise Diallo", institution_id=north), language="en", days=2),
        "open": sitters.sit(sitters.enrol("Issa Koné"), "alpha", submits=False, days=4),
        "waiting": sitters.begin(
            sitters.enrol("Zoé Bâ"), {"delta": {"value": "1.500", "unit": ""}}, days=6
        ),
        "timed out": sitters.sit(sitters.enrol("Kwame Adjétey", institution_id=make.institution("south"))),
    }  # fmt: skip
    session.execute(
        update(Attempt).where(Attempt.id == found["timed out"]).values(is_timed_out=True)
    )
    session.commit()
    return found


def day(number: int) -> str:
    return (NOW + timedelta(days=number)).date().isoformat()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"passed", "failed", "open", "waiting", "timed out"}),
        ("state=open", {"open"}),
        ("state=closed", {"passed", "failed", "waiting", "timed out"}),
        ("state=waiting", {"waiting"}),
        ("state=timed-out", {"timed out"}),
        ("passed=yes", {"passed"}),
        ("passed=no", {"failed", "timed out"}),
        ("language=en", {"failed"}),
        ("language=fr&state=closed", {"passed", "waiting", "timed out"}),
        ("q=elise", {"passed", "failed"}),
        ("q=ÉLISE+guessan", {"passed"}),
        ("q=N'Guessan", {"passed"}),
        ("q=nobody", set()),
        (f"from={day(2)}", {"failed", "open", "waiting"}),
        (f"to={day(2)}", {"passed", "failed", "timed out"}),
        (f"from={day(4)}&to={day(4)}", {"open"}),
        ("from=0001-01-01&to=9999-12-31", {"passed", "failed", "open", "waiting", "timed out"}),
        ("q=elise&passed=no&language=en&state=closed", {"failed"}),
        # What cannot be asked for is not asked for.
        ("state=none&passed=perhaps&language=xx&institution=x&from=soon&to=2026-02-30",
         {"passed", "failed", "open", "waiting", "timed out"}),
        ("institution=-1", {"passed", "failed", "open", "waiting", "timed out"}),
        (f"institution={'9' * 30}", {"passed", "failed", "open", "waiting", "timed out"}),
        (f"q={'x' * 5000}", set()),
    ],
)  # fmt: skip
def test_a_filter_leaves_what_fits_all_of_it_on_the_page_and_in_the_file(
    browser, several_attempts, query, found
):
    expected = {str(several_attempts[name]) for name in found}

    page = Page(ask(browser, query), RESULTS)

    assert {row["Record"] for row in rows_in(ask(browser, query, FILE))} == expected
    if "q=" not in query:
        assert {row["Record"] for row in rows_of(browser, f"{FILE}?{query}")} == expected
    assert len(names(page)) == len(expected)
    if not expected:
        assert "No attempt fits" in page.text
        assert page.find_link("Show all of them") == RESULTS


def test_an_institution_stands_for_all_below_it(session, browser, several_attempts):
    keys = {key: id_ for id_, key in session.execute(select(Institution.id, Institution.key))}

    assert names(read(browser, f"{RESULTS}?institution={keys['north']}")) == [
        "Elise Diallo",
        "Élise N’Guessan",
    ]
    assert names(read(browser, f"{RESULTS}?institution={keys['north-branch']}")) == [
        "Élise N’Guessan"
    ]
    page = read(browser)
    institutions = page.root.find(".//select[@id='institution']")
    assert [text_of(option) for option in institutions] == [
        "All institutions",
        "north Commission",
        "north Commission / north-branch Commission",
        "south Commission",
    ]


def test_who_reads_a_branch_is_told_of_no_institution_above_or_beside_it(
    session, make, app, several_attempts
):
    branch = session.scalars(select(Institution.id).where(Institution.key == "north-branch")).one()
    local = make.person(
        roles=(Role.TRAINER,), scope=Scope(ScopeKind.INSTITUTION, branch), language="en"
    )

    page = read(sign_in(app.test_client(), local))

    assert names(page) == ["Élise N’Guessan"]
    assert "north Commission" not in page.text
    assert "south Commission" not in page.text
    # What concerns the whole module is not this trainer's.
    for words in ("Question bank", "Extra time", "Regrade"):
        assert words not in page.text
    assert "Question bank" not in read(sign_in(app.test_client(), local), "/teach").text


def test_a_filter_stays_in_its_form_and_in_the_way_to_the_file(browser, several_attempts):
    reply = ask(browser, f"state=closed&passed=no&language=en&from={day(0)}")
    page = Page(reply, RESULTS)

    chosen = [
        option.get("value") for option in page.root.iter("option") if "selected" in option.attrib
    ]
    assert chosen == ["closed", "no", "en"]
    assert page.root.find(".//input[@name='from']").attrib["value"] == day(0)
    assert "1 of 5 attempts" in page.text
    # Without a name it has an address of its own.
    assert reply.request.query_string.decode().startswith("state=closed&passed=no")
    (row,) = rows_of(browser, page.find_link("as a table"))
    assert row["Name"] == "Elise Diallo"


def test_a_name_that_is_looked_for_stands_in_no_address(browser, several_attempts):
    reply = ask(browser, "q=Élise&state=closed")
    page = Page(reply, RESULTS)

    assert len(names(page)) == 2
    assert reply.request.query_string == b""
    addresses = [link.attrib["href"] for link in page.root.iter("a")]
    addresses += [form.attrib["action"] for form in page.root.iter("form")]
    assert not [address for address in addresses if "lise" in unquote(address)]
    form, _button = page.find_form("All of them as a table (CSV)")
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    rows = rows_in(browser.post(form.attrib["action"], data=sent))
    assert len(rows) == 2
    # What an address says of a name is not heard.
    assert len(names(read(browser, f"{RESULTS}?q=nobody"))) == 5


def test_a_search_is_shown_as_it_was_typed(browser, several_attempts):
    script = "<script>alert(1)</script>"

    page = Page(ask(browser, urlencode({"q": script})), RESULTS)

    assert page.root.find(".//input[@name='q']").attrib["value"] == script
    assert script not in page.html


# --- What the page says -----------------------------------------------------------------------------


def test_without_an_attempt_the_pages_say_so(browser):
    assert "Nobody has sat it yet" in read(browser, "/teach").text
    assert "Each attempt appears here as soon as it is begun" in read(browser).text
    assert "Nothing to measure yet" in read(browser, QUESTIONS).text
    assert rows_of(browser) == []


def test_one_attempt_has_its_figures(browser, sitters):
    sitters.sit(sitters.enrol("Awa Traoré"), "alpha", "beta")

    page = read(browser)

    assert names(page) == ["Awa Traoré"]
    assert facts(page.root) == {
        "Attempts": ["1", "1 submitted"],
        "People": ["1", "each counted once"],
        "Pass rate": ["0%", "0 of 1 person with a score"],
        "Mean score": ["67%", "median 67%"],
    }
    assert ["60% to below 70%", "1", "100%"] in cells(page.root)
    assert cells(page.root)[0] == ["90% to 100%", "0", "0%"]
    assert "1 to 1 of 1, the newest first" in page.text
    assert "Attempt 1 · 2 March 2026, 09:31 UTC · Français" in page.text
    overview = read(browser, "/teach")
    assert "1 attempt · 1 person · 0% of those with a score passed" in overview.text
    assert overview.find_link("Test test") == RESULTS
    assert overview.find_link("Question bank") == "/teach/bank/lists"


def test_each_attempt_says_how_it_stands(browser, several_attempts):
    page = read(browser)
    lines = {
        text_of(line.find(".//a")): text_of(line)
        for line in page.root.iter("li")
        if line.find(".//a[@class='name']") is not None
    }

    assert lines["Élise N’Guessan"].endswith("north-branch Commission 50% Done")
    assert lines["Elise Diallo"].endswith("English · north Commission 0% Not passed")
    assert lines["Issa Koné"].endswith("Français Open")
    assert lines["Zoé Bâ"].endswith("Français To be marked")
    assert "Closed by time 0%" in lines["Kwame Adjétey"]
    assert page.find_link("Zoé Bâ") == f"/teach/attempts/{several_attempts['waiting']}"
    assert "1 attempt to be marked" in read(browser, "/teach").text
    marked = read(browser, read(browser, "/teach").find_link("to be marked"))
    assert names(marked) == ["Zoé Bâ"]


def test_ones_own_attempt_leads_to_what_its_learner_sees(app, make, sitters, trainer):
    own = sitters.sit((trainer, make.enrolment(trainer, "lists")), "alpha")

    page = read(sign_in(app.test_client(), trainer))

    assert page.find_link("Théo Kaboré") == f"/attempts/{own}"


def test_the_chart_says_nothing_that_the_table_does_not(browser, several_attempts):
    page = read(browser)

    svg = "{http://www.w3.org/2000/svg}"
    (chart,) = [one for one in page.root.iter(f"{svg}svg") if one.get("class") == "bars"]
    assert chart.get("aria-hidden") == "true"
    assert len(cells(page.root)) == 10
    in_table = sorted(row[1] for row in cells(page.root) if row[1] != "0")
    words = [text_of(one) for one in chart.iter(f"{svg}text")]
    assert sorted(word for word in words if "%" not in word) == in_table == ["1", "2"]


def test_people_with_html_in_their_institutions_name_do_no_harm(session, browser, sitters, make):
    place = make.institution("north")
    session.execute(
        update(Institution).where(Institution.id == place).values(name={"en": "<b>North</b>"})
    )
    session.commit()
    sitters.sit(sitters.enrol(institution_id=place))

    assert "<b>North</b>" not in read(browser).html
    assert "<b>North</b>" in read(browser).text


def test_the_pages_are_in_the_readers_language(browser, several_attempts):
    for path in ("/teach", RESULTS, QUESTIONS):
        page = read(browser, path, language="fr")
        assert page.root.get("lang") == "fr"
        assert "Voter lists (fr)" in page.text
        assert "Test test (fr)" in page.text


# --- Older versions, and attempts that were repaired ---------------------------------------------------


def test_attempts_at_every_version_of_the_quiz_are_there(session, make, browser, sitters, trainer):
    old = sitters.sit(sitters.enrol("Awa Traoré"), "alpha")
    make.modules(MODULE.with_(questions=(*BANK, single("delta")), draw=4, pass_mark=10))
    new = sitters.sit(sitters.enrol("Issa Koné"), "beta", "gamma")

    assert ids(results(session, trainer)) == [new, old]
    assert session.scalar(select(Attempt.quiz_id).where(Attempt.id == old)) != session.scalar(
        select(Attempt.quiz_id).where(Attempt.id == new)
    )


def test_a_quiz_that_left_the_module_keeps_its_pages(make, browser, sitters):
    sitters.sit(sitters.enrol("Awa Traoré"), "alpha")
    make.modules(MODULE.with_(activities=(Listed("reading"), Listed("exam", "quiz"))))

    overview = read(browser, "/teach")

    assert "Test exam Nobody has sat it yet" in overview.text
    assert "0% of those with a score passed · no longer in the module" in overview.text
    assert "This test is no longer in the module." in read(browser).text
    assert names(read(browser)) == ["Awa Traoré"]


def test_a_quiz_that_left_the_module_unsat_leaves_the_overview(make, browser, sitters):
    make.modules(MODULE.with_(activities=(Listed("reading"),)))

    assert "This module has no test." in read(browser, "/teach").text


def test_a_reopened_attempt_counts_by_what_came_of_it_once_that_has_a_score(
    session, make, sitters, trainer
):
    make.modules(MODULE.with_(questions=(*BANK[:2], number("delta"))))
    who = sitters.enrol("Awa Traoré")
    unclear = {"delta": {"value": "1.500", "unit": ""}}
    first = sitters.sit(who, "alpha", "beta")
    repair: dict[str, Any] = {"reason": "A power cut.", "now": NOW + timedelta(days=1)}

    second = reopen_attempt(session, trainer, first, minutes=None, **repair)
    submit_attempt(session, who[0], second, [
        Save("phone", slot.number, 1, 9, unclear["delta"], "fr")
        for slot in queries.list_questions(session, second) if slot.body["key"] == "delta"
    ], now=NOW + timedelta(days=1))  # fmt: skip
    session.commit()
    lines = {line.id: line for line in results(session, trainer).lines}
    assert (lines[first].is_replaced, lines[second].is_waiting) == (False, True)
    assert lines[second].is_reopened
    assert results(session, trainer).summary.scores == 1

    # What came of the second counts for the first, too, even while the second has no score.
    third = reopen_attempt(session, trainer, second, minutes=None, **repair)
    submit_attempt(session, who[0], third, [
        Save("phone", slot.number, 1, 9, {"value": "1", "unit": ""}, "fr")
        for slot in queries.list_questions(session, third) if slot.body["key"] == "delta"
    ], now=NOW + timedelta(days=1))  # fmt: skip
    session.commit()
    page = results(session, trainer)
    lines = {line.id: line for line in page.lines}
    assert [lines[id_].is_replaced for id_ in (first, second, third)] == [True, True, False]
    assert not lines[second].is_waiting
    assert ids(results(session, trainer, Wanted(standing=Standing.WAITING))) == []
    assert (page.summary.attempts, page.summary.scores, page.summary.people) == (3, 1, 1)
    assert page.summary.mean == Fraction(lines[third].score)
    (taught,) = queries.list_teaching(session, trainer)
    assert (taught.quizzes[0].attempts, taught.quizzes[0].waiting) == (3, 0)


def test_a_mark_that_was_given_makes_the_score(session, sitters, make, trainer):
    make.modules(MODULE.with_(questions=(number("delta"),), draw=1))
    attempt_id = sitters.begin(sitters.enrol(), {"delta": {"value": "1.500", "unit": ""}})

    mark_answer(session, trainer, attempt_id, 1, mark=Fraction(1), reason="Clear enough.", now=NOW)
    session.commit()

    (line,) = results(session, trainer).lines
    assert (line.score, line.passed, line.is_waiting) == (1, True, False)


# --- Page by page ---------------------------------------------------------------------------------------


def make_many(session, who, many: int) -> list[int]:
    """Write closed and graded attempts as rows, since to sit them all would take long."""
    quiz = session.scalars(select(Attempt.quiz_id)).first()
    numbers = range(2, many + 1)
    session.execute(
        insert(Attempt),
        [
            {
                "enrolment_id": who[1], "activity_key": "test", "quiz_id": quiz, "number": at,
                "language": "fr", "started_at": NOW, "submitted_at": NOW,
            }
            for at in numbers
        ],
    )  # fmt: skip
    written = list(session.scalars(select(Attempt.id).where(Attempt.number > 1)))
    session.execute(
        insert(Grade),
        [
            {
                "attempt_id": id_, "score": Decimal(at % 11) / 10, "passed": at % 11 >= 7,
                "marks": {"1": f"{at % 11}/10"}, "versions": {}, "cause": "closing", "graded_at": NOW,
            }
            for at, id_ in enumerate(written)
        ],
    )  # fmt: skip
    session.commit()
    return written


def test_three_hundred_attempts_come_page_by_page_each_once(session, browser, sitters, trainer):
    who = sitters.enrol("Awa Traoré")
    first = sitters.sit(who, "alpha")
    expected = [first, *make_many(session, who, 300)]

    seen = [read(browser)]
    while "Older attempts" in seen[-1].text:
        seen.append(read(browser, seen[-1].find_link("Older attempts").partition("#")[0]))
    page = seen[-1]
    found = [
        int(link.attrib["href"].rpartition("/")[2])
        for each in seen
        for link in each.root.iter("a")
        if link.get("class") == "name"
    ]

    assert found == sorted(expected, reverse=True)
    assert len(seen) == 6
    assert "251 to 300 of 300, the newest first" in page.text
    assert page.find_link("Back to the newest") == f"{RESULTS}#attempts"
    assert [int(row["Record"]) for row in rows_of(browser)] == found
    assert "300 attempts · 1 person" in read(browser, "/teach").text


def test_a_page_goes_on_where_the_one_before_it_ended_whatever_came_meanwhile(
    session, sitters, trainer
):
    who = sitters.enrol()
    sitters.sit(who)
    all_ids = [*ids(results(session, trainer)), *make_many(session, who, 9)]
    first = results(session, trainer, limit=4)
    assert first.has_more

    newest = sitters.sit(who)
    second = results(session, trainer, before_id=first.lines[-1].id, limit=4)

    assert ids(second) == sorted(all_ids, reverse=True)[4:8]
    assert (second.skipped, second.has_more, newest in ids(second)) == (5, True, False)


@pytest.mark.parametrize("cursor", ["x", "", "MA", "LTE", "eA", "9" * 600, "é"])
def test_a_cursor_that_is_none_of_ours_begins_at_the_beginning(browser, several_attempts, cursor):
    page = read(browser, f"{RESULTS}?cursor={cursor}")

    assert page.status == 200
    assert len(names(page)) in {0, 5}


def test_a_cursor_beyond_the_last_attempt_shows_the_figures_and_no_line(browser, several_attempts):
    first = min(several_attempts.values())
    from lms.web.paging import encode_cursor

    page = read(browser, f"{RESULTS}?cursor={encode_cursor(first)}")

    assert names(page) == []
    assert page.find_link("Back to the newest") == f"{RESULTS}#attempts"


# --- As a file --------------------------------------------------------------------------------------------


def test_the_file_is_what_spreadsheets_and_programs_read(browser, several_attempts, clock):
    clock.set()
    browser.set_cookie("language", "en")
    answer = browser.get(FILE)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    disposition, options = parse_options_header(answer.headers["Content-Disposition"])
    assert (disposition, options["filename"]) == ("attachment", "lists-test-2026-03-02.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfRecord,Person,Name,")
    lines = answer.data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(b"\n" not in line for line in lines)
    rows = {row["Name"]: row for row in rows_of(browser)}
    assert rows["Élise N’Guessan"] | {"Record": "", "Person": ""} == {
        "Record": "", "Person": "", "Name": "Élise N’Guessan",
        "Institution": "north-branch Commission", "Attempt": "1", "State": "Submitted",
        "Language": "fr", "Started (UTC)": "2026-03-02T09:31:00Z", "Deadline (UTC)": "",
        "Submitted (UTC)": "2026-03-02T09:31:00Z", "Score": "0.5", "Passed": "yes",
    }  # fmt: skip
    assert (rows["Issa Koné"]["State"], rows["Issa Koné"]["Score"]) == ("Open", "")
    assert (rows["Issa Koné"]["Submitted (UTC)"], rows["Issa Koné"]["Passed"]) == ("", "")
    assert (rows["Zoé Bâ"]["State"], rows["Zoé Bâ"]["Score"]) == ("To be marked", "")
    assert rows["Kwame Adjétey"]["State"] == "Closed by time"
    assert (rows["Elise Diallo"]["Score"], rows["Elise Diallo"]["Passed"]) == ("0", "no")


@pytest.mark.parametrize("sign", FORMULA_STARTS)
def test_a_name_that_begins_like_a_formula_is_none_in_a_spreadsheet(
    session, browser, sitters, make, sign
):
    place = make.institution("north")
    name = f'{sign}HYPERLINK("https://example.org","x"),\n'
    session.execute(update(Institution).where(Institution.id == place).values(name={"en": name}))
    who = sitters.enrol(institution_id=place)
    session.execute(
        update(Person).where(Person.id == who[0].person_id).values(given_names=f"{sign}1+1")
    )
    sitters.sit(who)

    (row,) = rows_of(browser)

    assert row["Institution"] == f"'{name}"
    assert row["Name"] == f"'{sign}1+1 Traoré"


def test_the_heads_of_the_file_are_in_the_readers_language(browser, several_attempts):
    browser.set_cookie("language", "fr")

    heads = browser.get(FILE).data.decode("utf-8-sig").split("\r\n")[0].split(",")

    assert len(heads) == 12
    assert heads[2] == "Nom"


# --- The questions ----------------------------------------------------------------------------------------


def by_key(statistics):
    return {question.key: question for question in statistics.questions}


def counts(question):
    (field,) = question.fields
    return {choice.value: choice.count for choice in field.choices}


def test_each_question_is_measured_in_the_first_attempt_of_each_person(session, sitters, trainer):
    awa, issa = sitters.enrol("Awa Traoré"), sitters.enrol("Issa Koné")
    sitters.sit(awa, "alpha", "gamma")
    sitters.sit(awa, "alpha", "beta", "gamma")
    sitters.begin(issa, {"alpha": choose("alpha", "no"), "gamma": choose("gamma", "one")})

    first = queries.get_statistics(session, trainer, "lists", "test")
    everything = queries.get_statistics(session, trainer, "lists", "test", first_only=False)

    assert (first.attempts, everything.attempts) == (2, 3)
    assert [question.key for question in first.questions] == ["beta", "alpha", "gamma"]
    found = by_key(first)
    assert [found[key].figures.facility for key in ("alpha", "beta", "gamma")] == [
        Fraction(1, 2), 0, Fraction(3, 4)
    ]  # fmt: skip
    assert (found["beta"].figures.asked, found["beta"].figures.answered) == (2, 0)
    yes, no, never = (choose("alpha", one)["choices"][0] for one in ("yes", "no", "never"))
    assert counts(found["alpha"]) == {yes: 1, no: 1, never: 0}
    assert counts(by_key(everything)["alpha"]) == {yes: 2, no: 1, never: 0}
    assert by_key(everything)["beta"].figures.facility == Fraction(1, 3)
    assert found["alpha"].figures.discrimination is None


def test_languages_are_measured_together_or_apart(session, sitters, trainer):
    awa = sitters.enrol("Awa Traoré")
    sitters.sit(awa, "alpha", language="fr")
    # Not the first of this person, whatever the language.
    sitters.sit(awa, "beta", language="en")
    sitters.sit(sitters.enrol("Issa Koné"), "beta", language="en")

    def ask(language, **more):
        return queries.get_statistics(session, trainer, "lists", "test", language=language, **more)

    assert [ask(language).attempts for language in ("", "fr", "en", "xx")] == [2, 1, 1, 2]
    assert ask("en", first_only=False).attempts == 2
    assert by_key(ask("fr"))["alpha"].figures.facility == 1
    assert by_key(ask("en"))["alpha"].figures.facility == 0


def test_versions_of_a_question_are_measured_together(session, make, sitters, trainer):
    sitters.sit(sitters.enrol("Awa Traoré"), "alpha")
    changed = single("alpha")
    changed["prompt"]["en"] = "Worded anew"
    del changed["options"][2]
    make.modules(MODULE.with_(questions=(changed, *BANK[1:])))
    sitters.begin(sitters.enrol("Issa Koné"), {"alpha": choose("alpha", "no")})

    alpha = by_key(queries.get_statistics(session, trainer, "lists", "test"))["alpha"]

    assert alpha.versions == (1, 2)
    assert alpha.wording.rendered["prompt"]["en"] == "Worded anew"
    assert (alpha.figures.asked, alpha.figures.facility) == (2, Fraction(1, 2))
    assert sorted(counts(alpha).values()) == [1, 1]


def test_open_attempts_have_no_part_in_it(session, sitters, trainer):
    sitters.sit(sitters.enrol(), "alpha", submits=False)

    assert queries.get_statistics(session, trainer, "lists", "test").questions == []


def test_the_answer_that_is_counted_is_the_one_that_counts(session, sitters, trainer):
    actor, enrolment_id = sitters.enrol()
    attempt_id = sitters.sit((actor, enrolment_id), "beta")
    slot = next(
        one.number
        for one in queries.list_questions(session, attempt_id)
        if one.body["key"] == "alpha"
    )
    for at, option in ((2, "no"), (3, "yes")):
        save = Save("phone", slot, at, 0, choose("alpha", option), "fr")
        save_answers(session, actor, attempt_id, [save], now=NOW + timedelta(days=1))
    session.commit()

    def counted_and_current():
        alpha = by_key(queries.get_statistics(session, trainer, "lists", "test"))["alpha"]
        chosen = [value for value, times in counts(alpha).items() if times]
        current = queries.list_current_answers(session, attempt_id).get(slot)
        return chosen, current.response["choices"] if current else []

    assert counted_and_current() == ([], [])
    late = session.scalars(
        select(Answer.id).where(Answer.attempt_id == attempt_id, Answer.is_late).order_by(Answer.id)
    ).all()
    for answer_id in (late[1], late[0]):
        accept_answer(session, trainer, answer_id, reason="A power cut.", now=NOW)
        session.commit()
        chosen, current = counted_and_current()
        assert chosen == current != []


def test_the_page_of_questions_says_what_was_answered_and_what_is_right(browser, sitters):
    for name, option in (("Awa Traoré", "yes"), ("Issa Koné", "no"), ("Zoé Bâ", "no")):
        sitters.begin(sitters.enrol(name), {"alpha": choose("alpha", option)})
    sitters.sit(sitters.enrol("Elise Diallo"))

    page = read(browser, QUESTIONS)

    section = page.root.find(".//section[@id='alpha']")
    assert facts(section) == {
        "Mean mark": ["25%", ""],
        "Discrimination": ["–"],
        "Asked": ["4", "3 answered"],
    }
    assert cells(section) == [
        ["Option alpha-yes Right answer", "1", "25%"],
        ["Option alpha-no", "2", "50%"],
        ["Option alpha-never", "0", "0%"],
        ["No answer", "1", "25%"],
    ]
    assert page.find_link("alpha") == "/teach/bank/lists/alpha"
    for name in ("Traoré", "Koné", "Bâ", "Diallo"):
        assert name not in page.text


def test_typed_numbers_stand_in_the_readers_signs(make, browser, sitters):
    make.modules(MODULE.with_(questions=(number("delta", "1250.5"),), draw=1))
    for value in ("1250,5", "1 250,5", "<b>", "12"):
        sitters.begin(sitters.enrol(), {"delta": {"value": value, "unit": ""}})

    page, french = (read(browser, QUESTIONS, language=language) for language in ("en", "fr"))

    assert "1250.5 Right answer 2 50%" in page.text
    assert "1250,5 " in french.text
    assert "<b> 1 25%" in page.text
    assert "<b>" not in page.html.partition("<main")[2]


def test_what_should_be_looked_at_again_is_said_in_words(browser, sitters):
    for at in range(12):
        who = sitters.enrol()
        # Who knows beta does not know gamma.
        sitters.sit(who, "alpha", *(["beta"] if at % 2 else ["gamma"]))

    page = read(browser, QUESTIONS)

    def cautions(key):
        section = page.root.find(f".//section[@id='{key}']")
        return [text_of(tag) for tag in section.iter("span") if tag.get("class") == "tag warn"]

    assert cautions("alpha") == ["Very easy"]
    assert cautions("beta") == ["Does not discriminate"]
    assert "From 95% on it is called very easy, up to 20% very hard." in page.text


def test_the_page_asks_for_attempts_and_language(browser, sitters):
    awa = sitters.enrol()
    sitters.sit(awa, "alpha")
    sitters.sit(awa, "beta", language="en")

    assert facts(read(browser, QUESTIONS).root)["Attempts"] == ["1"]
    assert facts(read(browser, f"{QUESTIONS}?attempts=all").root)["Attempts"] == ["2"]
    assert "Nothing to measure yet" in read(browser, f"{QUESTIONS}?language=en").text
    page = read(browser, f"{QUESTIONS}?attempts=all&language=en")
    assert facts(page.root)["Attempts"] == ["1"]
    chosen = [
        option.get("value") for option in page.root.iter("option") if "selected" in option.attrib
    ]
    assert chosen == ["all", "en"]


# --- In the bank --------------------------------------------------------------------------------------------


def question_ids(session):
    lists = catalogue.module_facts.c
    module_id = session.scalars(select(lists.module_id).where(lists.slug == "lists")).one()
    from lms.questions import list_bank

    return {line.key: line.question_id for line in list_bank(session, module_id)}


def test_the_bank_says_how_a_question_did_in_first_attempts_once_enough_have_answered(
    session, browser, sitters
):
    people = [sitters.enrol() for _ in range(10)]
    for at, who in enumerate(people[:9]):
        sitters.sit(who, *(["alpha", "beta"] if at < 6 else []))
    id_ = question_ids(session)["alpha"]
    assert find_question_figures(session, [id_])[id_].facility is None

    sitters.sit(people[9], "beta")
    sitters.sit(people[9], "alpha")

    found = find_question_figures(session, [id_])[id_]
    (page,) = (
        question
        for question in queries.get_statistics(session, SYSTEM, "lists", "test").questions
        if question.key == "alpha"
    )
    assert (found.answered, found.facility) == (6, Fraction(6, 10))
    assert found.discrimination == page.figures.discrimination
    said = facts(read(browser, "/teach/bank/lists/alpha").root)
    assert said["Mean mark"] == ["60%"]
    assert said["Answered"] == ["6 times, all versions together"]
    assert find_question_figures(session, []) == {}


def test_the_bank_says_which_quizzes_may_draw_a_question_and_leads_to_their_results(
    session, make, browser, sitters
):
    make.modules(
        MODULE.with_(
            activities=(Listed("test", "quiz"), Listed("exam", "quiz"), Listed("reading")),
            draw=[{"count": 1, "question": "alpha"}, {"count": 1}],
        )
    )
    found = question_ids(session)

    uses = find_question_uses(session, list(found.values()), "en")

    assert {key: [use.title for use in uses[id_]] for key, id_ in found.items()} == {
        key: ["Test test", "Test exam"] for key in ("alpha", "beta", "gamma")
    }
    page = read(browser, "/teach/bank/lists/alpha")
    assert page.find_link("Test exam") == "/teach/quizzes/lists/exam"
    assert find_question_uses(session, list(found.values()), "fr")[found["beta"]][0].title == (
        "Test test (fr)"
    )
    make.modules(MODULE.with_(questions=BANK[1:], draw=2))
    assert found["alpha"] not in find_question_uses(session, list(found.values()), "en")


# --- At the command line ----------------------------------------------------------------------------------


@pytest.fixture
def run(app, session):
    """Run a command as an operator."""
    runner = app.test_cli_runner()

    def invoke(*arguments):
        return runner.invoke(args=["quizzes", *arguments])

    return invoke


def test_statistics_by_the_command_line_are_those_of_the_page(session, run, sitters):
    for at in range(10):
        sitters.sit(sitters.enrol(), "alpha", *(["beta", "gamma"] if at % 2 else []))
    page = queries.get_statistics(session, SYSTEM, "lists", "test")

    text = run("statistics", "lists", "test")
    found = json.loads(run("statistics", "lists", "test", "--json").output)

    assert text.exit_code == 0
    assert text.output.splitlines() == [
        "  50 %   1.00      5 of 10     beta",
        "  50 %   1.00      5 of 10     gamma",
        " 100 %      -     10 of 10     alpha  very-easy",
        "Attempts: 10. The columns: mean mark, discrimination, answered, question.",
    ]
    assert set(found) == {"module", "quiz", "attempts", "questions"}
    assert (found["module"], found["quiz"], found["attempts"]) == ("lists", "test", 10)
    assert [question["key"] for question in found["questions"]] == ["beta", "gamma", "alpha"]
    alpha = found["questions"][2]
    assert {name: value for name, value in alpha.items() if name != "fields"} == {
        "key": "alpha", "type": "single_choice", "versions": [1], "asked": 10, "answered": 10,
        "mean_mark": 1.0, "discrimination": None, "cautions": ["very-easy"],
    }  # fmt: skip
    assert alpha["fields"][0]["path"] == "choices"
    assert {choice["value"]: choice["count"] for choice in alpha["fields"][0]["choices"]} == counts(
        by_key(page)["alpha"]
    )
    assert [choice["worth"] for choice in alpha["fields"][0]["choices"]] == [1.0, 0.0, 0.0]


def test_statistics_of_a_quiz_that_nobody_sat_say_so(run, sitters):
    assert run("statistics", "lists", "test").output == "Nobody has submitted this test yet.\n"
    assert json.loads(run("statistics", "lists", "test", "--json").output)["questions"] == []


@pytest.mark.parametrize("command", ["statistics", "regrade"])
@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("none", "test"), "There is no such module."),
        (("lists", "none"), "This activity is not a quiz."),
    ],
)
def test_an_unknown_name_is_told_in_a_sentence(run, sitters, command, names, sentence):
    answer = run(command, *names)

    assert (answer.exit_code, answer.output) == (1, f"Error: {sentence}\n")


def turned(key: str) -> dict[str, Any]:
    """Return the question with another of its options right."""
    question = single(key)
    for one, fraction in zip(question["options"], (0, 1, 0), strict=True):
        one["fraction"] = fraction
    return question


def test_a_regrade_by_the_command_line_tells_each_change_and_a_dry_run_makes_none(
    session, make, run, sitters
):
    alone = MODULE.with_(activities=(Listed("test", "quiz"),))
    make.modules(alone)
    passing = sitters.sit(sitters.enrol(), "alpha", "beta", "gamma")
    failing = sitters.begin(
        sitters.enrol(),
        {
            "alpha": choose("alpha", "no"),
            "beta": choose("beta", "yes"),
            "gamma": choose("gamma", "one", "two"),
        },
    )
    make.modules(alone.with_(questions=(turned("alpha"), *BANK[1:])))
    said = [
        f"attempt {passing}: 100 % -> 67 %, no longer passed; the module stays completed",
        f"attempt {failing}: 67 % -> 100 %, now passed",
    ]

    def grades():
        return session.scalars(select(Grade.score).order_by(Grade.id)).all()

    before = grades()
    dry = run("regrade", "lists", "test", "--dry-run")
    assert dry.output.splitlines() == [*said, "Attempts whose marks would change: 2"]
    assert grades() == before

    done = run("regrade", "lists", "test")
    assert done.output.splitlines() == [*said, "Attempts whose marks changed: 2"]
    assert grades() == [*before, Decimal("0.666667"), Decimal(1)]
    assert run("regrade", "lists", "test").output == "Attempts whose marks changed: 0\n"
