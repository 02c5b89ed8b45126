"""What a page sends after its session ended waits, sealed, for its owner: nothing is lost, and nobody else sees it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask, flash, render_template_string, request
from flask_babel import force_locale, gettext
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.domain import ACCOUNT_LIMIT
from lms.accounts.models import Person
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.permissions import Actor
from lms.web import Carried, CarriedHandler, Carrier, carries, current_actor, issue_ticket
from lms.web.carried import CARRIED_SECONDS, MOST_SEALED, Ticket
from lms.web.form_tokens import TOKEN_SECONDS
from tests.conftest import NOW, make_config, running
from tests.factories import PASSWORD, form_token, sign_in
from tests.visitor import Page, list_values, text_of

SECRET = "Le bureau de vote ouvre à 7 h."
KEY = "a key that everybody knows, for tests alone"
OTHER_KEY = "another key of thirty-two letters"
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


@dataclass
class Desk:
    """A room that takes notes: what views saved, and what the two handlers were given."""

    saved: list[tuple[int | None, str]] = field(default_factory=list)
    applied: list[tuple[Actor, Carried]] = field(default_factory=list)
    held: list[Carried] = field(default_factory=list)
    goes_to: str | None = "/notes/1"
    fails_with: Exception | None = None

    def apply(self, actor: Actor, carried: Carried) -> str | None:
        if self.fails_with:
            raise self.fails_with
        self.applied.append((actor, carried))
        flash(gettext("Your answers are saved."), "success")
        return self.goes_to

    def hold(self, carried: Carried) -> None:
        if self.fails_with:
            raise self.fails_with
        self.held.append(carried)


@pytest.fixture(scope="module")
def notes_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with a page of notes, which carries what it sends."""
    config = make_config(database_url, tmp_path_factory.mktemp("files"))
    with running(config) as app:

        def show(number: int) -> str:
            return render_template_string("{{ ticket }}", ticket=issue_ticket("note", str(number)))

        @carries("note")
        def save(number: int) -> str:
            app.extensions["desk"].saved.append((current_actor().person_id, request.form["text"]))
            return "saved"

        def save_plain(number: int) -> str:
            return save(number)

        app.add_url_rule("/notes/<int:number>", "show", show)
        app.add_url_rule("/notes/<int:number>", "save", save, methods=["POST"])
        app.add_url_rule("/plain/<int:number>", "save_plain", save_plain, methods=["POST"])
        yield app


@pytest.fixture
def notes(notes_app: Flask, app: Flask, session) -> Flask:
    """That application on the database of the test, so that its writes are undone."""
    notes_app.extensions["database"] = app.extensions["database"]
    return notes_app


@pytest.fixture
def desk(notes: Flask) -> Desk:
    desk = Desk()
    notes.extensions["desk"] = desk
    notes.extensions["carrier"] = Carrier([CarriedHandler("note", desk.apply, desk.hold)], KEY)
    return desk


@pytest.fixture
def awa(make) -> Actor:
    return make.person("Awa", "Traoré")


@pytest.fixture
def issa(make, awa) -> Actor:
    return make.person("Issa", "Koné")


@pytest.fixture
def ticket(notes, desk, awa) -> str:
    """The ticket of the page that Awa filled in."""
    return ticket_of(notes, awa)


def ticket_of(app, actor, language="fr") -> str:
    page = sign_in(app.test_client(), actor).get("/notes/1", headers={"Accept-Language": language})
    assert page.status_code == 200
    return page.text


def send(browser, ticket, path="/notes/1", **more):
    """Send the note as the page had it, with a form token of whatever session there was."""
    form = {"csrf_token": "of a session that is no more", "carried_ticket": ticket, "text": SECRET}
    return browser.post(path, data={**form, **more})


def sign_in_from(browser, answer, login="person1", password=PASSWORD, **changed):
    """Fill in the sign-in that the answer shows, and send all that its form holds."""
    form, _button = sign_in_form(answer)
    values = {**dict(list_values(form)), "login": login, "password": password, **changed}
    return browser.post(form.get("action"), data=values)


def sign_in_form(answer):
    page = Page(answer, "/notes/1")
    for form in page.root.iter("form"):
        if form.get("action") == "/login":
            return form, text_of(form.find(".//button"))
    raise AssertionError(page.text)


def sealed_in(answer) -> str:
    return dict(list_values(sign_in_form(answer)[0]))["carried"]


def words_of(answer) -> str:
    return Page(answer, "").text


def in_language(app, language, text) -> str:
    with app.test_request_context(), force_locale(language):
        return " ".join(gettext(text).split())


def whose_session(browser) -> str | None:
    with browser.session_transaction() as cookie:
        return cookie.get("_user_id")


def carried_by(awa_id: int = 1, **changes) -> Carried:
    carried = Carried("note", "1", awa_id, "fr", "/notes/1", (("text", SECRET),), NOW)
    return replace(carried, **changes)


# --- The page comes from nobody ---------------------------------------------------------------------


@LANGUAGES
def test_a_page_whose_session_ended_becomes_the_sign_in_that_keeps_all_of_it(
    notes, desk, awa, language
):
    browser = notes.test_client()
    answer = send(browser, ticket_of(notes, awa, language))

    assert (answer.status_code, desk.saved) == (401, [])
    assert f'<html lang="{language}"' in answer.text
    kept = (
        "Sign in as the same person: what you had written is kept on this page, "
        "and will be saved as soon as you are in."
    )
    for sentence in ("Your session had ended.", kept):
        assert in_language(notes, language, sentence) in words_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert sealed_in(answer)


def test_after_the_sign_in_the_owners_work_is_applied_and_one_goes_on_there(
    notes, desk, awa, ticket
):
    browser = notes.test_client()
    back = sign_in_from(browser, send(browser, ticket, more="é\r\nب", csrf_token="x"))

    assert (back.status_code, back.headers["Location"]) == (302, "/notes/1")
    [(actor, carried)] = desk.applied
    assert (actor.person_id, actor.name, desk.held) == (awa.person_id, "Awa Traoré", [])
    assert (carried.kind, carried.subject, carried.path) == ("note", "1", "/notes/1")
    assert carried.person_id == awa.person_id
    assert carried.form.to_dict(flat=False) == {"text": [SECRET], "more": ["é\r\nب"]}
    assert abs(clock.now() - carried.sent_at) < timedelta(minutes=1)
    assert whose_session(browser) == f"{awa.person_id}.0"
    assert in_language(notes, "fr", "Your answers are saved.") in browser.get("/").text


def test_several_values_of_one_name_are_carried_in_their_order(notes, desk, ticket):
    browser = notes.test_client()
    answer = browser.post(
        "/notes/1",
        data=urlencode([("carried_ticket", ticket), ("b", "2"), ("a", "1"), ("b", "1")]),
        content_type="application/x-www-form-urlencoded",
    )
    sign_in_from(browser, answer)
    form = desk.applied[0][1].form
    assert (form.getlist("b"), form.getlist("a")) == (["2", "1"], ["1"])


def test_a_handler_that_names_no_place_leads_to_the_dashboard(notes, desk, ticket):
    desk.goes_to = None
    browser = notes.test_client()
    assert sign_in_from(browser, send(browser, ticket)).headers["Location"] == "/my"


def test_a_risen_epoch_ends_the_session_and_loses_nothing(notes, desk, session, awa, ticket):
    browser = sign_in(notes.test_client(), awa)
    token = form_token(browser)
    session.get(Person, awa.person_id).session_epoch += 1
    session.commit()

    answer = send(browser, ticket, csrf_token=token)

    assert (answer.status_code, desk.saved) == (401, [])
    sign_in_from(browser, answer)
    assert desk.applied[0][1].form["text"] == SECRET


def test_a_changed_cookie_is_no_session_and_loses_nothing(notes, desk, awa, ticket):
    browser = sign_in(notes.test_client(), awa)
    browser.set_cookie("session", "x" + browser.get_cookie("session").value)
    sign_in_from(browser, send(browser, ticket))
    assert len(desk.applied) == 1


def test_the_page_shows_nothing_of_what_it_keeps(notes, desk, awa, ticket):
    answer = send(notes.test_client(), ticket)
    for hidden in (SECRET, "bureau de vote", "Awa", "carried_ticket", ticket, "/notes/1"):
        assert hidden not in answer.text
    kept = [cookie for cookie in answer.headers.getlist("Set-Cookie") if SECRET in cookie]
    assert (kept, "Location" in answer.headers) == ([], False)


def test_the_switch_of_languages_does_not_lead_away_from_what_is_kept(notes, desk, ticket):
    browser = notes.test_client()
    assert 'hreflang="' in browser.get("/login").text
    answer = send(browser, ticket)
    assert 'hreflang="' not in answer.text
    assert 'hreflang="' not in sign_in_from(browser, answer, password="wrong").text


def test_nothing_of_it_is_written_into_the_log(notes, desk, ticket, caplog):
    caplog.set_level("DEBUG")
    browser = notes.test_client()
    sign_in_from(browser, send(browser, ticket), password="wrong")
    for hidden in (SECRET, "bureau", "Awa", "person1", ticket):
        assert hidden not in caplog.text


# --- The sign-in that carries -----------------------------------------------------------------------


@LANGUAGES
def test_a_wrong_password_keeps_the_work_and_the_pages_language(notes, desk, awa, language):
    browser = notes.test_client()
    answer = send(browser, ticket_of(notes, awa, language))
    sealed = sealed_in(answer)
    for _ in range(2):
        answer = sign_in_from(browser, answer, password="wrong")
        assert (answer.status_code, sealed_in(answer)) == (401, sealed)
        said = {"fr": "ne vont pas ensemble", "en": "do not belong together"}
        assert said[language] in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "wrong" not in dict(list_values(sign_in_form(answer)[0])).values()
    assert desk.applied == []

    sign_in_from(browser, answer)
    assert len(desk.applied) == 1


def test_too_many_tries_keep_the_work_too(notes, desk, ticket):
    browser = notes.test_client()
    answer = send(browser, ticket)
    sealed = sealed_in(answer)
    for _ in range(ACCOUNT_LIMIT):
        answer = sign_in_from(browser, answer, password="wrong")
    answer = sign_in_from(browser, answer)

    assert (answer.status_code, sealed_in(answer)) == (429, sealed)
    assert int(answer.headers["Retry-After"]) > 0
    assert (desk.applied, desk.held, whose_session(browser)) == ([], [], None)


def test_the_sign_in_needs_its_form_token_as_ever(notes, desk, ticket):
    browser = notes.test_client()
    answer = sign_in_from(browser, send(browser, ticket), csrf_token="")
    assert (answer.status_code, desk.applied) == (400, [])


@LANGUAGES
def test_another_person_who_signs_in_neither_gets_nor_sees_the_work(
    notes, desk, awa, issa, ticket, language
):
    browser = notes.test_client()
    browser.get(f"/?lang={language}")
    back = sign_in_from(browser, send(browser, ticket), login="person2")

    assert (back.status_code, back.headers["Location"]) == (302, "/my")
    assert (desk.applied, len(desk.held)) == ([], 1)
    assert (desk.held[0].person_id, desk.held[0].form["text"]) == (awa.person_id, SECRET)
    assert whose_session(browser) == f"{issa.person_id}.0"
    page = browser.get("/my").text
    sentence = (
        "What was written on this page belongs to another person. "
        "It was set aside for them and not shown to you."
    )
    assert in_language(notes, language, sentence) in " ".join(page.split())
    assert 'class="notice info"' in page
    assert SECRET not in page
    assert "Awa" not in page


@pytest.mark.parametrize(("language", "other"), [("fr", "en"), ("en", "fr")])
def test_what_the_handler_says_is_in_the_persons_language(notes, desk, make, language, other):
    ada = make.person("Ada", "Obi", language=language)
    browser = notes.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = other
    sign_in_from(browser, send(browser, ticket_of(notes, ada)))
    sentence = in_language(notes, language, "Your answers are saved.")
    assert sentence != in_language(notes, other, "Your answers are saved.")
    assert sentence in browser.get("/my").text


def spoil(sealed: str) -> str:
    return sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]


@pytest.mark.parametrize(
    "change",
    [
        spoil,
        lambda sealed: sealed[:-20],
        lambda sealed: "x",
        lambda sealed: "é",
        lambda sealed: Carrier([], OTHER_KEY).seal(carried_by()),
        lambda sealed: Carrier([], KEY).seal(carried_by(kind="letter", sent_at=clock.now())),
        lambda sealed: Carrier([], KEY).seal(
            carried_by(sent_at=clock.now() - timedelta(seconds=CARRIED_SECONDS + 60))
        ),
        lambda sealed: Carrier([], KEY).seal(
            carried_by(sent_at=clock.now() + timedelta(minutes=10))
        ),
    ],
    ids=["spoilt", "cut", "noise", "no ascii", "foreign", "unknown", "old", "early"],
)
def test_what_cannot_be_read_is_said_and_the_sign_in_works_all_the_same(
    notes, desk, awa, ticket, change
):
    browser = notes.test_client()
    browser.get("/?lang=en")
    answer = send(browser, ticket)
    back = sign_in_from(browser, answer, carried=change(sealed_in(answer)))

    assert (back.status_code, back.headers["Location"]) == (302, "/my")
    assert (desk.applied, desk.held) == ([], [])
    assert whose_session(browser) == f"{awa.person_id}.0"
    assert "could not be read any more and was not saved" in browser.get("/my").text


def test_what_is_just_not_too_old_is_applied(notes, desk, awa, ticket):
    browser = notes.test_client()
    almost = clock.now() - timedelta(seconds=CARRIED_SECONDS - 60)
    sealed = Carrier([], KEY).seal(carried_by(awa.person_id, sent_at=almost))
    sign_in_from(browser, send(browser, ticket), carried=sealed)
    assert [carried.sent_at for _actor, carried in desk.applied] == [almost]


def test_what_cannot_be_read_does_not_pretend_to_be_kept(notes, desk, ticket):
    browser = notes.test_client()
    browser.get("/?lang=en")
    answer = sign_in_from(browser, send(browser, ticket), password="wrong", carried="x")
    assert answer.status_code == 401
    assert "is kept on this page" not in words_of(answer)


def test_the_same_work_may_come_twice_and_the_handler_gets_it_twice(notes, desk, ticket):
    first, second = notes.test_client(), notes.test_client()
    answer = send(first, ticket)
    sign_in_from(first, answer)
    # The very form again, at another sign-in; its page's own token is worth nothing any more.
    assert sign_in_from(first, answer).status_code == 400
    sign_in_from(second, send(second, ticket), carried=sealed_in(answer))
    assert desk.applied[0] == desk.applied[1]
    assert len(desk.applied) == 2


# --- The page comes from somebody else --------------------------------------------------------------


@pytest.mark.parametrize("with_token", [False, True])
def test_anothers_page_is_not_saved_in_ones_own_name_and_waits_for_its_owner(
    notes, desk, awa, issa, ticket, with_token
):
    browser = sign_in(notes.test_client(), issa)
    browser.get("/?lang=en")
    token = form_token(browser) if with_token else "x"
    answer = send(browser, ticket, csrf_token=token)

    assert (answer.status_code, desk.saved, desk.held) == (409, [], [])
    for hidden in (SECRET, "Awa"):
        assert hidden not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert whose_session(browser) == f"{issa.person_id}.0"

    # A wrong password signs nobody out and keeps the work.
    answer = sign_in_from(browser, answer, password="wrong")
    assert (answer.status_code, whose_session(browser)) == (401, f"{issa.person_id}.0")

    back = sign_in_from(browser, answer)
    assert back.headers["Location"] == "/notes/1"
    assert whose_session(browser) == f"{awa.person_id}.0"
    assert [actor.person_id for actor, _carried in desk.applied] == [awa.person_id]


def test_the_page_says_whose_session_it_is_and_what_the_button_does(notes, desk, awa, issa):
    ticket = ticket_of(notes, awa, "en")
    answer = send(sign_in(notes.test_client(), issa), ticket)
    page = Page(answer, "")
    assert page.title == "This page belongs to another person"
    assert "Issa Koné will be signed out" in page.text
    assert sign_in_form(answer)[1] == "Sign out, and sign in as that person"


def test_who_signs_in_as_oneself_again_sets_anothers_work_aside(notes, desk, issa, ticket):
    browser = sign_in(notes.test_client(), issa)
    back = sign_in_from(browser, send(browser, ticket), login="person2")
    assert back.headers["Location"] == "/my"
    assert (desk.applied, len(desk.held)) == ([], 1)


# --- The page comes from its owner ------------------------------------------------------------------


def test_the_owner_who_is_signed_in_saves_as_ever(notes, desk, awa, ticket):
    browser = sign_in(notes.test_client(), awa)
    answer = send(browser, ticket, csrf_token=form_token(browser))
    assert (answer.text, desk.saved) == ("saved", [(awa.person_id, SECRET)])


def test_the_ticket_stands_for_no_form_token_of_the_owner_but_nothing_is_lost(
    notes, desk, awa, ticket
):
    # Signed in again in another tab, the page that was left open has the token of the session before.
    browser = sign_in(notes.test_client(), awa)
    answer = send(browser, ticket)
    assert (answer.status_code, desk.saved) == (401, [])
    sign_in_from(browser, answer)
    assert desk.applied[0][1].form["text"] == SECRET


# --- Nothing else is carried ------------------------------------------------------------------------


def test_only_a_marked_view_carries(notes, desk, ticket):
    answer = send(notes.test_client(), ticket, path="/plain/1")
    assert (answer.status_code, desk.saved) == (400, [])
    assert "carried" not in answer.text


@pytest.mark.parametrize("kind", ["letter", "", "Note"])
def test_a_ticket_of_another_kind_is_none(notes, desk, awa, kind):
    both = [CarriedHandler(name, desk.apply, desk.hold) for name in ("note", kind)]
    foreign = Carrier(both, KEY).sign(Ticket(kind, "1", awa.person_id, "fr"))
    assert send(notes.test_client(), foreign).status_code == 400
    assert desk.saved == []


@pytest.mark.parametrize("change", [spoil, lambda text: "", lambda text: "é.b.c", lambda text: text + "x"])  # fmt: skip
def test_a_ticket_that_was_changed_is_none(notes, desk, ticket, change):
    answer = send(notes.test_client(), change(ticket))
    assert (answer.status_code, desk.saved) == (400, [])


def test_a_ticket_signed_with_another_key_is_none(notes, desk, awa):
    other = Carrier([CarriedHandler("note", desk.apply, desk.hold)], OTHER_KEY)
    foreign = other.sign(Ticket("note", "1", awa.person_id, "fr"))
    assert send(notes.test_client(), foreign).status_code == 400


def test_a_form_token_is_no_ticket(notes, desk, awa):
    browser = sign_in(notes.test_client(), awa)
    assert send(notes.test_client(), form_token(browser)).status_code == 400


@pytest.mark.parametrize(("age", "status"), [(-60, 401), (60, 400)])
def test_a_ticket_lasts_as_long_as_a_form_token(notes, desk, awa, monkeypatch, age, status):
    now = time.time()
    with monkeypatch.context() as then:
        then.setattr(time, "time", lambda: now - CARRIED_SECONDS - age)
        ticket = ticket_of(notes, awa)
    assert send(notes.test_client(), ticket).status_code == status
    assert CARRIED_SECONDS == TOKEN_SECONDS


def test_nobody_gets_no_ticket(notes, desk):
    answer = notes.test_client().get("/notes/1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/notes/1")


def test_a_page_cannot_promise_what_nothing_handles():
    with pytest.raises(ValueError, match="note"):
        Carrier([], KEY).sign(Ticket("note", "1", 1, "fr"))


# --- Refusals and accidents -------------------------------------------------------------------------


def test_a_refusal_of_the_handler_is_shown_to_the_person_who_is_in(notes, desk, awa, ticket):
    desk.fails_with = NotFound()
    browser = notes.test_client()
    answer = sign_in_from(browser, send(browser, ticket))
    assert answer.status_code == 404
    assert whose_session(browser) == f"{awa.person_id}.0"


@pytest.mark.parametrize("login", ["person1", "person2"])
def test_after_an_accident_reloading_the_page_tries_all_of_it_again(
    notes, desk, issa, ticket, login
):
    desk.fails_with = RuntimeError("the disk is full")
    browser = notes.test_client()
    shown = send(browser, ticket)
    assert sign_in_from(browser, shown, login=login).status_code == 500
    assert whose_session(browser) is None

    desk.fails_with = None
    assert sign_in_from(browser, shown, login=login).status_code == 302
    assert len(desk.applied) + len(desk.held) == 1
    assert whose_session(browser) is not None


# --- Sealing ----------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)
CARRIER = Carrier([CarriedHandler("note", lambda *_: None, lambda _: None)], KEY)


@given(fields=st.lists(st.tuples(TEXTS, TEXTS), max_size=8).map(tuple), subject=TEXTS)
def test_what_is_sealed_opens_to_the_same(fields, subject):
    carried = carried_by(fields=fields, subject=subject)
    assert CARRIER.open(CARRIER.seal(carried), now=NOW) == carried


@given(at=st.integers(0, 10_000), letter=st.sampled_from("ABCxyz019-_"))
def test_no_letter_of_it_can_be_changed(at, letter):
    sealed = CARRIER.seal(carried_by())
    at %= len(sealed.rstrip("="))
    changed = sealed[:at] + letter + sealed[at + 1 :]
    opened = CARRIER.open(changed, now=NOW)
    # Of the last letter before the padding, some bits say nothing.
    assert opened is None or opened == carried_by()
    assert opened is None or changed == sealed or at == len(sealed.rstrip("=")) - 1


def test_the_same_form_is_never_sealed_alike():
    assert CARRIER.seal(carried_by()) != CARRIER.seal(carried_by())


def test_a_long_page_of_answers_travels_small_and_whole(notes, desk, ticket):
    browser = notes.test_client()
    answer = send(browser, ticket, text=SECRET * 6000)
    assert len(sealed_in(answer)) < 20_000
    sign_in_from(browser, answer)
    assert desk.applied[0][1].form["text"] == SECRET * 6000


def random_text(length: int) -> str:
    from random import Random

    return "".join(Random(1).choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", k=length))  # fmt: skip


@pytest.mark.parametrize(("length", "fits"), [(450_000, True), (700_000, False)])
def test_what_is_too_long_to_be_kept_is_said_before_anybody_signs_in(
    notes, desk, awa, length, fits
):
    browser = notes.test_client()
    answer = send(browser, ticket_of(notes, awa, "en"), text=random_text(length))

    assert answer.status_code == 401
    assert ("too long to be kept on this page" in words_of(answer)) is not fits
    assert ("carried" in dict(list_values(sign_in_form(answer)[0]))) is fits
    # What fits also fits into the request of the sign-in, with all that comes along.
    assert sign_in_from(browser, answer).status_code == 302
    assert len(desk.applied) == fits
    assert notes.config["MAX_FORM_MEMORY_SIZE"] > MOST_SEALED * 1.5


@pytest.mark.parametrize(
    "change", [{"kind": ""}, {"path": "notes"}, {"sent_at": NOW.replace(tzinfo=None)}]
)
def test_what_is_carried_is_whole(change):
    with pytest.raises(ValueError):
        carried_by(**change)
