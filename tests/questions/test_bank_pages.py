"""The pages of a bank: who reads them, what they show, and what they cost."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select

from lms import catalogue
from lms.core.permissions import NOBODY, SITE, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from lms.questions import list_bank, policy
from lms.questions.domain import TYPES, QuestionFigures, Use
from lms.questions.views import TYPE_NAMES
from tests.factories import sign_in
from tests.made_courses import Listed, MadeModule, both, several, single
from tests.test_queries_counted import counted
from tests.visitor import Page, text_of

BANK = "/teach/bank/lists"
SCRIPT = "<script>alert(1)</script>"
# Markdown's own HTML is refused; what looks like it passes as code.
LOOKS_LIKE_HTML = f"`{SCRIPT}` & <3"

ALPHA = single("alpha") | {"category": "lists/words", "tags": ["law", "anchor"]}
BETA = single("beta") | {"category": "lists", "tags": ["law"]}
GAMMA = several("gamma")
MODULE = MadeModule(questions=(ALPHA, BETA, GAMMA))


@pytest.fixture
def trainer(make):
    make.modules(MODULE)
    return make.person(roles=(Role.TRAINER,), language="en")


@pytest.fixture
def browser(client, trainer):
    return sign_in(client, trainer)


def read(browser, path, status=200):
    page = Page(browser.get(path), path)
    assert page.status == status
    return page


def items(page, tag):
    return [text_of(element) for element in page.root.iter(tag)]


def names(page):
    """Return the links to questions, in the order of the page."""
    return [
        link.attrib["href"].rpartition("/")[2]
        for link in page.root.iter("a")
        if link.get("class") == "name"
    ]


# --- Who may ----------------------------------------------------------------------------------------


def ids_of_lists(session):
    facts = catalogue.module_facts.c
    return session.execute(
        select(facts.module_id, facts.programme_id).where(facts.slug == "lists")
    ).one()


@pytest.mark.parametrize("path", [BANK, f"{BANK}/alpha"])
def test_nobody_is_led_to_the_sign_in_and_a_learner_learns_nothing(client, make, trainer, path):
    assert client.get(path).headers["Location"] == f"/login?next={path}"

    sign_in(client, make.person(language="en"))
    assert client.get(path).status_code == 404
    absent = client.get(path.replace("lists", "none"))
    assert client.get(path).text.replace("lists", "none") == absent.text


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.TRAINER, True),
        (Role.ADMINISTRATOR, True),
        (Role.OFFICER, False),
        (Role.FACILITATOR, False),
    ],
)
@pytest.mark.parametrize("place", ["site", "module", "programme", "other module", "institution"])
def test_a_role_reads_the_banks_of_its_scope_alone(app, make, session, role, may, place):
    make.modules(MODULE, MadeModule("other"))
    module_id, programme_id = ids_of_lists(session)
    facts = catalogue.module_facts.c
    other_id = session.scalars(select(facts.module_id).where(facts.slug == "other")).one()
    scopes = {
        "site": SITE,
        "module": Scope(ScopeKind.MODULE, module_id),
        "programme": Scope(ScopeKind.PROGRAMME, programme_id),
        "other module": Scope(ScopeKind.MODULE, other_id),
        "institution": Scope(ScopeKind.INSTITUTION, make.institution()),
    }
    browser = sign_in(app.test_client(), make.person(roles=(role,), scope=scopes[place]))
    here = may and place in {"site", "module", "programme"}
    there = may and place in {"site", "programme", "other module"}

    for slug, is_open in (("lists", here), ("other", there)):
        for path in (f"/teach/bank/{slug}", f"/teach/bank/{slug}/alpha"):
            assert browser.get(path).status_code == (200 if is_open else 404), path


@pytest.mark.parametrize("role", Role)
def test_the_rule_looks_at_module_and_programme_alone(role):
    def may(scope):
        return policy.may_read_bank(Actor(2, grants=frozenset({Grant(role, scope)})), 8, 3)

    reads = role in {Role.TRAINER, Role.ADMINISTRATOR}
    for scope in (SITE, Scope(ScopeKind.MODULE, 8), Scope(ScopeKind.PROGRAMME, 3)):
        assert may(scope) is reads
    for scope in (
        Scope(ScopeKind.MODULE, 3),
        Scope(ScopeKind.PROGRAMME, 8),
        Scope(ScopeKind.INSTITUTION, 8),
        Scope(ScopeKind.CASCADE, 8),
    ):
        assert may(scope) is False
    assert policy.may_read_bank(SYSTEM, 8, 3)
    assert not policy.may_read_bank(NOBODY, 8, 3)


def test_what_is_not_there_is_told_so(browser):
    assert "There is no such module." in read(browser, "/teach/bank/none", 404).text
    assert "There is no such question." in read(browser, f"{BANK}/none", 404).text


# --- The list ---------------------------------------------------------------------------------------


def test_the_list_stands_by_category_with_all_that_is_asked_of_it(browser):
    page = read(browser, BANK)

    assert items(page, "h2") == ["lists", "lists / words", "Without a category"]
    assert names(page) == ["beta", "alpha", "gamma"]
    assert "Single choice · alpha · #anchor · #law 1 version" in page.text
    assert "Multiple choice · gamma 1 version" in page.text
    assert "Question alpha" in page.text
    assert page.find_link("Teaching") == "/teach"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=lists", ["beta", "alpha"]),
        ("category=lists/words", ["alpha"]),
        ("tag=law", ["beta", "alpha"]),
        ("tag=anchor", ["alpha"]),
        ("type=multiple_choice", ["gamma"]),
        ("q=BETA-never", ["beta"]),
        ("q=alpha+because", ["alpha"]),
        ("q=question (fr)", ["beta", "alpha", "gamma"]),
        ("q=Bétâ", ["beta"]),
        ("category=lists&tag=anchor&type=single_choice&q=alpha", ["alpha"]),
        # What no question has is not asked for: the page says what it filters by.
        ("category=nowhere&tag=none&type=essay", ["beta", "alpha", "gamma"]),
        (f"q={'x' * 5000}", []),
        ("tag=anchor&type=multiple_choice", []),
    ],
)
def test_a_filter_leaves_what_fits_all_of_it(browser, query, found):
    page = read(browser, f"{BANK}?{query}")

    assert names(page) == found
    if not found:
        assert "No question fits" in items(page, "h2")
        assert page.find_link("Show all of them") == BANK


def test_a_filter_stays_in_its_form_and_says_how_much_it_leaves(browser):
    page = read(browser, f"{BANK}?category=lists&tag=law&q=question")

    chosen = [o.attrib["value"] for o in page.root.iter("option") if "selected" in o.attrib]
    assert chosen == ["lists", "law"]
    assert page.root.find(".//input[@name='q']").attrib["value"] == "question"
    assert "2 of 3 questions" in page.text
    assert page.find_form("Show")[0].get("method", "get") == "get"


def test_a_search_is_shown_as_it_was_typed(browser):
    page = read(browser, f"{BANK}?q={SCRIPT}")

    assert page.root.find(".//input[@name='q']").attrib["value"] == SCRIPT
    assert SCRIPT not in page.html


def test_a_bank_without_questions_says_so(client, make):
    make.modules(MadeModule(activities=(Listed("reading"),), questions=()))
    browser = sign_in(client, make.person(roles=(Role.TRAINER,), language="en"))

    page = read(browser, BANK)

    assert items(page, "h2") == ["This bank is empty"]
    assert not page.has_button("Show")


def test_the_list_is_read_in_the_reader_s_language(browser):
    page = read(browser, f"{BANK}?lang=fr")

    assert "Question alpha (fr)" in page.text
    assert page.root.attrib["lang"] == "fr"


def test_what_other_rooms_know_is_shown_and_asked_for_once(app, browser, monkeypatch):
    asked = []

    def find_uses(session, question_ids, language):
        asked.append((len(question_ids), language))
        first, *_ = question_ids
        return {first: [Use(f"Test <{language}>", "catalogue.show_module", {"slug": "lists"})]}

    monkeypatch.setitem(app.extensions, "question_uses", find_uses)

    page = read(browser, BANK)
    assert page.text.count("Used in: Test <en>") == 1
    assert asked == [(3, "en")]

    page = read(browser, f"{BANK}/alpha")
    assert page.find_link("Test <en>") == "/catalogue/lists"


# --- A question -------------------------------------------------------------------------------------


def test_a_question_stands_in_both_languages_with_what_is_right_and_why(browser):
    page = read(browser, f"{BANK}/alpha")

    sides = [div for div in page.root.iter("div") if div.get("lang") in {"fr", "en"}]
    assert [div.attrib["lang"] for div in sides] == ["fr", "en"] * 2
    form_fr, form_en, lines_fr, lines_en = map(text_of, sides)
    assert "Question alpha (fr)" in form_fr
    assert "Option alpha-yes (fr)" in form_fr
    assert "Option alpha-never" in form_en
    assert "Because of" not in form_fr + form_en
    assert "Option alpha-yes Right answer Because of alpha-yes" in lines_en
    assert "Option alpha-no Wrong answer Because of alpha-no" in lines_en
    assert "Because of alpha-yes (fr)" in lines_fr
    assert lines_fr.endswith("In short: alpha (fr)")
    assert "lists / words" in page.text
    assert "anchor, law" in page.text


def test_the_words_of_the_interface_follow_the_side_they_stand_on(make, browser):
    make.modules(MODULE.with_(questions=(TRUTH, GAMMA, BETA)))

    sides = [
        text_of(div)
        for div in read(browser, f"{BANK}/gamma").root.iter("div")
        if div.get("lang") in {"fr", "en"}
    ]
    assert "Several answers may be right: tick all that are." in sides[1]
    assert "Several answers" not in sides[0]
    truth = [
        text_of(div)
        for div in read(browser, f"{BANK}/truth").root.iter("div")
        if div.get("lang") in {"fr", "en"}
    ]
    assert "Vrai Faux" in truth[0]
    assert "True False" in truth[1]


TRUTH = {
    "key": "truth",
    "type": "true_false",
    "prompt": both("A list lives on"),
    "answer": "yes",
    "feedback_true": both("It does"),
    "feedback_false": both("It does not"),
}
SHORT = {
    "key": "short",
    "type": "short_answer",
    "prompt": both("The count?"),
    "answers": [
        {"fraction": 1, "accept": {"fr": ["dépouillement"], "en": ["count"]}, "feedback": both("Yes")},
        {"fraction": "1/2", "accept": {"fr": ["recensement"], "en": ["tally"]}, "feedback": both("Nearly")},
        {"fraction": 0, "accept": {"fr": ["décompte"], "en": ["toll"]}, "feedback": both("Another")},
    ],
    "otherwise": both("No"),
}  # fmt: skip
MATCHING = {
    "key": "match",
    "type": "matching",
    "prompt": both("Which lives how long?"),
    "options": [{"key": "one", "text": both("One poll")}, {"key": "many", "text": both("Many")}],
    "pairs": [
        {"key": "p", "prompt": both("Periodic"), "option": "one", "feedback": both("Once")},
        {"key": "c", "prompt": both("Continuous"), "option": "many", "feedback": both("On")},
    ],
}


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (TRUTH, ["True Right answer It does", "False Wrong answer It does not"]),
        (
            SHORT,
            [
                "count Right answer Yes",
                "recensement Partly right 50% of the mark Nearly",
                "tally Partly right 50% of the mark Nearly",
                "décompte Wrong answer Another",
                "toll Wrong answer Another",
            ],
        ),
        (
            several("gamma"),
            [
                "Option gamma-one Right answer 50% of the mark Because of gamma-one",
                "Option gamma-two Right answer 50% of the mark Because of gamma-two",
                "Option gamma-no Wrong answer -50% of the mark Because of gamma-no",
            ],
        ),
    ],
)
def test_every_answer_is_shown_with_its_worth_and_its_feedback(make, browser, question, lines):
    make.modules(MODULE.with_(questions=(question, ALPHA, BETA)))

    page = read(browser, f"{BANK}/{question['key']}")

    listed = [
        [text_of(line) for line in ul.iter("li")]
        for ul in page.root.iter("ul")
        if "options" in ul.get("class", "")
    ]
    # PostgreSQL keeps the languages of a text in an order of its own.
    assert sorted(listed[1]) == sorted(lines)
    assert listed[1][0] == lines[0]


def test_a_matching_is_shown_with_its_lists_and_its_pairs(make, browser):
    make.modules(MODULE.with_(questions=(MATCHING, ALPHA, BETA)))

    page = read(browser, f"{BANK}/match")

    lists = [[text_of(o) for o in s.iter("option")] for s in page.root.iter("select")]
    # Each side is shuffled, so that neither tells of the other.
    assert [(first, {*others}) for first, *others in lists] == [
        ("Choisir…", {"One poll (fr)", "Many (fr)"}),
        ("Choisir…", {"One poll (fr)", "Many (fr)"}),
        ("Choose…", {"One poll", "Many"}),
        ("Choose…", {"One poll", "Many"}),
    ]
    assert "Periodic → One poll Right answer 50% of the mark Once" in page.text


def test_every_type_has_a_name():
    assert set(TYPE_NAMES) == set(TYPES)


def test_figures_are_shown_where_a_room_above_has_them(app, browser, monkeypatch):
    assert "How it did" not in items(read(browser, f"{BANK}/alpha"), "h2")

    for figures, shown in (
        (QuestionFigures(0), ["0 times, all versions together"]),
        (QuestionFigures(1, Fraction(1)), ["1 time, all versions together", "100%"]),
        (QuestionFigures(7, Fraction(2, 3), -0.25), ["7 times, all versions together", "67%", "-0.25"]),
    ):  # fmt: skip
        monkeypatch.setitem(
            app.extensions,
            "question_statistics",
            lambda session, ids, figures=figures: dict.fromkeys(ids, figures),
        )
        page = read(browser, f"{BANK}/alpha")
        terms = ["Answered", "Mean mark", "Discrimination"]
        assert [term for term in items(page, "dt") if term in terms] == terms[: len(shown)]
        facts = items(page, "dd")
        assert all(any(fact.startswith(words) for fact in facts) for words in shown)


# --- The history ------------------------------------------------------------------------------------


def reworded(question, **options):
    """Return the question with other texts for its first option."""
    first, *others = question["options"]
    return question | {"options": [first | options, *others]}


def test_a_history_says_what_each_version_changed(make, browser):
    second = reworded(ALPHA, text=both("Choice alpha-yes"))
    make.modules(MODULE.with_(questions=(second, BETA, GAMMA)))
    third = reworded(second, feedback={"fr": "Oui.", "en": "Because of alpha-yes, always"})
    make.modules(MODULE.with_(questions=(third, BETA, GAMMA)))

    page = read(browser, f"{BANK}/alpha")

    assert [h for h in items(page, "h3") if h.startswith("Version")] == [
        "Version 3",
        "Version 2",
        "Version 1",
    ]
    assert "options / alpha-yes / text / en" in items(page, "dt")
    assert {"Option", "Because of alpha-yes (fr)", "alpha-yes"} <= set(items(page, "del"))
    assert {"Choice", "Oui.", "alpha-yes, always"} <= set(items(page, "ins"))
    assert "2 March 2026, 09:30 UTC" in page.text
    assert "3 versions" in read(browser, BANK).text
    marked = [dd for dd in page.root.iter("dd") if dd.find("ins") is not None]
    assert {dd.get("lang") for dd in marked} == {"fr", "en"}


def test_a_question_that_left_the_bank_keeps_its_page(make, browser, session):
    make.modules(MODULE.with_(questions=(BETA, GAMMA, single("delta"))))

    assert names(read(browser, BANK)) == ["beta", "gamma", "delta"]
    page = read(browser, f"{BANK}/alpha")
    assert "This question has left the bank" in page.text
    assert "left the bank" not in read(browser, f"{BANK}/beta").text
    module_id, _ = ids_of_lists(session)
    assert "alpha" not in {line.key for line in list_bank(session, module_id)}


def test_what_looks_like_markup_is_shown_as_it_was_written(make, browser):
    nasty = reworded(ALPHA, text=both(LOOKS_LIKE_HTML), feedback=both("`</dd><b>` & more"))
    make.modules(MODULE.with_(questions=(nasty | {"prompt": both(LOOKS_LIKE_HTML)}, BETA, GAMMA)))

    page = read(browser, f"{BANK}/alpha")

    assert SCRIPT not in page.html
    assert "<b>" not in page.html
    assert f"{LOOKS_LIKE_HTML}" in page.text
    assert page.title == f"{SCRIPT} & <3"
    assert page.root.find(".//ins") is not None
    assert f"{SCRIPT} & <3" in read(browser, BANK).text


# --- What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [5, 200])
def test_both_pages_make_as_many_statements_however_much_there_is(app, make, count):
    filed = {"category": "a/b", "tags": ["x", "y"]}
    questions = [single(f"q{number}") | filed for number in range(count)]
    for revision in range(1 if count == 5 else 3):
        first = reworded(questions[0], text=both(f"Wording {revision}"))
        make.modules(MODULE.with_(questions=(first, *questions[1:])))
    browser = sign_in(app.test_client(), make.person(roles=(Role.TRAINER,)))

    # The reader; the module, the tags, the questions or versions, the uses; for one question, its figures.
    for path, most in ((BANK, 5), (f"{BANK}?q=wording&category=a", 5), (f"{BANK}/q0", 7)):
        with counted(app) as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) == most, path
