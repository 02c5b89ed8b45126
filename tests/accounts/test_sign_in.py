"""Signing in and out: by either name, within the limits, in a session of its own, telling nobody who exists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import func, select

from lms import accounts
from lms.accounts import passwords
from lms.accounts.commands import sign_in as sign_in_command
from lms.accounts.domain import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    WINDOW,
    Failures,
    NameOrder,
    PersonDetails,
    PersonName,
    seconds_to_wait,
)
from lms.accounts.models import Person, SignInFailure
from lms.core.permissions import SYSTEM
from tests.conftest import NOW, make_config, running

PASSWORD = "bonne nuit les petits"
PEPPER = "a pepper"


@pytest.fixture
def awa(session) -> int:
    """Somebody with a user name and an e-mail address."""
    name = PersonName("Awa", "Traoré", NameOrder.GIVEN_FIRST)
    details = PersonDetails("awa.t", "Awa@Example.org", name, PASSWORD)
    person_id = accounts.create_person(session, SYSTEM, details, now=NOW)
    session.commit()
    return person_id


def post_sign_in(client, login, password, *, next_url="", **more):
    page = client.get("/login", **more).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    form = {"login": login, "password": password, "next": next_url}
    if token:
        form["csrf_token"] = token[1]
    return client.post("/login", data=form, **more)


def is_signed_in(client) -> bool:
    return client.get("/my").status_code == 200


def cookies_of(answer) -> dict:
    found = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        found.load(header)
    return dict(found)


# --- The form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "login", ["awa.t", "AWA.T", " Awa.T ", "awa@example.org", "AWA@EXAMPLE.ORG", "ａｗａ.t"]
)
def test_one_signs_in_by_user_name_or_address_in_any_case(client, awa, login):
    answer = post_sign_in(client, login, PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my")
    assert "Awa Traoré" in client.get("/my").text


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("awa.t", "bonne nuit les petit"),
        ("awa.t", "BONNE NUIT LES PETITS"),
        ("awa.t", f" {PASSWORD}"),
        ("awa.t", ""),
        ("", PASSWORD),
        ("", ""),
        ("awa", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("%", PASSWORD),
        ("a" * 10_000, "b" * 10_000),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_wrong_pair_is_refused_in_the_readers_language(client, awa, login, password, language):
    client.get(f"/?lang={language}")
    answer = post_sign_in(client, login, password)
    assert answer.status_code == 401
    said = {"fr": "ne vont pas ensemble", "en": "do not belong together"}
    assert said[language] in answer.text
    assert not is_signed_in(client)


def test_the_form_comes_back_with_the_login_but_never_with_the_password(client, awa):
    answer = post_sign_in(client, '"><script>x</script>', "a secret that was typed")
    assert 'value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"' in answer.text
    assert "a secret that was typed" not in answer.text


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_no_cache_keeps_the_sign_in(client, awa, password):
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    assert post_sign_in(client, "awa.t", password).headers["Cache-Control"] == "no-store"


def test_what_the_form_claims_to_carry_is_shown_as_text_alone(client, awa):
    form = {"login": "awa.t", "password": "wrong", "carried": '"><script>x</script>'}
    form["csrf_token"] = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)[
        1
    ]
    answer = client.post("/login", data=form)
    assert answer.status_code == 401
    assert 'name="carried" value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"' in answer.text

    assert client.post("/login", data={**form, "password": PASSWORD}).status_code == 302
    assert is_signed_in(client)


def test_a_form_that_carries_nothing_has_no_field_for_it(client, awa):
    assert 'name="carried"' not in client.get("/login").text
    assert 'name="carried"' not in post_sign_in(client, "awa.t", "wrong").text
    post_sign_in(client, "awa.t", PASSWORD)
    assert 'class="flash"' not in client.get("/my").text


def test_whether_somebody_exists_shows_neither_in_the_answer_nor_in_the_work(
    client, awa, monkeypatch
):
    verified = []

    class Counting:
        def hash(self, password):
            return real.hash(password)

        def verify(self, kept, password):
            verified.append(kept)
            return real.verify(kept, password)

    real = passwords._hasher
    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "_hasher", Counting())

    known = post_sign_in(client, "awa.t", "wrong")
    unknown = post_sign_in(client, "awa.x", "wrong")

    assert len(verified) == 2
    costs = [kept.split("$")[1:4] for kept in verified]
    assert costs[0] == costs[1]
    as_told = [re.sub(r'value="[^"]*"', "", answer.text) for answer in (known, unknown)]
    assert as_told[0] == as_told[1]
    assert (known.status_code, unknown.status_code) == (401, 401)


def test_a_deactivated_person_is_told_what_a_stranger_is_told(client, session, awa):
    post_sign_in(client, "awa.t", PASSWORD)
    assert is_signed_in(client)
    session.get(Person, awa).deactivated_at = NOW
    session.commit()

    assert not is_signed_in(client)
    answer = post_sign_in(client, "awa.t", PASSWORD)
    assert (answer.status_code, "ne vont pas ensemble" in answer.text) == (401, True)


# --- The session ------------------------------------------------------------------------------------


def test_signing_in_begins_a_session_of_its_own(client, awa):
    client.get("/login")
    with client.session_transaction() as before:
        before["left_by_another"] = "on this shared computer"
        old_token = before["csrf_token"]

    post_sign_in(client, "awa.t", PASSWORD)

    with client.session_transaction() as after:
        assert "left_by_another" not in after
        assert after.get("csrf_token") != old_token
        assert after["_user_id"] == f"{awa}.0"
        assert after.permanent


def test_signing_out_leaves_nothing_of_the_session(client, awa):
    post_sign_in(client, "awa.t", PASSWORD)
    page = client.get("/my").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    assert client.post("/logout", data={"csrf_token": token}).headers["Location"] == "/"
    with client.session_transaction() as cookie:
        assert set(cookie) == {"_flashes"}
    assert not is_signed_in(client)


def test_signing_out_needs_a_form_token_so_that_no_other_site_can_do_it(client, awa):
    post_sign_in(client, "awa.t", PASSWORD)
    assert client.post("/logout").status_code == 400
    assert client.get("/logout").status_code == 405
    assert is_signed_in(client)


def test_a_risen_epoch_ends_every_session_of_the_person(app, client, session, awa):
    other = app.test_client()
    for browser in (client, other):
        post_sign_in(browser, "awa.t", PASSWORD)
        assert is_signed_in(browser)

    session.get(Person, awa).session_epoch += 1
    session.commit()

    assert [is_signed_in(browser) for browser in (client, other)] == [False, False]
    post_sign_in(client, "awa.t", PASSWORD)
    assert is_signed_in(client)


@pytest.mark.parametrize("key", ["", ".", "1", "x.0", "1.x", "-1.0", "1.0.0", "٣.0"])
def test_a_session_key_that_is_none_is_nobody(client, awa, key):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = key
    assert client.get("/my").status_code == 302


def test_a_cookie_that_was_changed_is_nobody(client, awa):
    post_sign_in(client, "awa.t", PASSWORD)
    cookie = client.get_cookie("session")
    client.set_cookie("session", cookie.value[:-3] + "AAA")
    assert not is_signed_in(client)


@pytest.mark.parametrize(("base_url", "is_secure"), [("http://x.org", False), ("https://x.org", True)])  # fmt: skip
def test_cookies_are_secure_exactly_when_the_public_address_is_https(
    database_url, tmp_path, base_url, is_secure
):
    with running(make_config(database_url, tmp_path, base_url=base_url)) as app:
        answer = app.test_client().get("/login?lang=en")
    cookies = cookies_of(answer)
    assert set(cookies) == {"session", "language"}
    for cookie in cookies.values():
        assert bool(cookie["secure"]) is is_secure
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]


# --- Where one goes on to ---------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/catalogue?q=é&x=1", "/learn/5/methods#part"])
def test_one_goes_on_to_the_page_one_wanted(client, awa, address):
    answer = post_sign_in(client, "awa.t", PASSWORD, next_url=address)
    assert answer.headers["Location"].startswith(address.split("é")[0])


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/",
        "//example.com/",
        "///example.com/",
        "/\\example.com/",
        "\\\\example.com",
        "/\t/example.com",
        "/\n/example.com",
        "/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "example.com",
        " //example.com",
        "/\t/[",
        "\u2028//example.com",
        "",
    ],
)
def test_one_never_goes_on_to_another_site(client, awa, address):
    answer = post_sign_in(client, "awa.t", PASSWORD, next_url=address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my")

    # Who is signed in already goes on at once.
    answer = client.get("/login", query_string={"next": address})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my")


# --- The limits -------------------------------------------------------------------------------------


def attempt(session, login, password, address="192.0.2.1", now=NOW):
    return sign_in_command(session, login, password, address, pepper=PEPPER, now=now)


def test_an_account_rests_after_its_limit_even_for_the_right_password(session, awa):
    for _ in range(ACCOUNT_LIMIT):
        assert attempt(session, "awa.t", "wrong").wait_seconds == 0
    # Each from elsewhere: the limit is the account's.
    assert attempt(session, "awa.t", PASSWORD, "192.0.2.2").wait_seconds > 0
    assert attempt(session, "AWA.T", PASSWORD, "192.0.2.3").person_id is None


def test_it_rests_no_longer_than_the_window(session, awa):
    for _ in range(ACCOUNT_LIMIT):
        attempt(session, "awa.t", "wrong")
    wait = attempt(session, "awa.t", PASSWORD, now=NOW + timedelta(minutes=5)).wait_seconds
    assert timedelta(seconds=wait) <= WINDOW - timedelta(minutes=5) + timedelta(seconds=1)
    later = NOW + timedelta(minutes=5, seconds=wait)
    assert attempt(session, "awa.t", PASSWORD, now=later).person_id == awa


def test_an_account_that_is_not_there_rests_like_one_that_is(session, awa):
    waits = []
    for login in ("awa.t", "awa.x"):
        for _ in range(ACCOUNT_LIMIT):
            attempt(session, login, "wrong")
        waits.append(attempt(session, login, "wrong").wait_seconds)
    assert waits[0] == waits[1] > 0


def test_the_right_password_forgives_the_account(session, awa):
    for _ in range(ACCOUNT_LIMIT - 1):
        attempt(session, "awa.t", "wrong")
    assert attempt(session, "awa.t", PASSWORD).person_id == awa
    for _ in range(ACCOUNT_LIMIT - 1):
        assert attempt(session, "awa.t", "wrong").wait_seconds == 0


def test_an_address_that_tries_many_accounts_rests_too(session, awa):
    failure = {"account_hash": "of somebody", "failed_at": NOW}
    attempt(session, "somebody", "wrong")
    address_hash = session.scalars(select(SignInFailure.address_hash)).one()
    session.add_all(
        SignInFailure(address_hash=address_hash, **failure) for _ in range(ADDRESS_LIMIT - 1)
    )
    session.flush()
    assert attempt(session, "awa.t", PASSWORD).wait_seconds > 0
    assert attempt(session, "awa.t", PASSWORD, "192.0.2.99").person_id == awa


def test_thirty_people_behind_one_address_sign_in_though_each_was_wrong_before(session, make):
    people = [make.person() for _ in range(30)]
    for number in range(1, 31):
        assert attempt(session, f"person{number}", "wrong").wait_seconds == 0
    signed_in = [attempt(session, f"person{n}", "a password of tests") for n in range(1, 31)]
    assert [result.person_id for result in signed_in] == [person.person_id for person in people]


def test_the_limits_leave_room_for_a_full_class():
    assert ADDRESS_LIMIT >= 30 * 3
    at = NOW - timedelta(minutes=1)
    assert seconds_to_wait(Failures(0, None), Failures(ADDRESS_LIMIT - 1, at), now=NOW) == 0
    assert seconds_to_wait(Failures(0, None), Failures(ADDRESS_LIMIT, at), now=NOW) == 14 * 60 + 1
    assert seconds_to_wait(Failures(ACCOUNT_LIMIT - 1, at), Failures(0, None), now=NOW) == 0
    assert seconds_to_wait(Failures(ACCOUNT_LIMIT, at), Failures(0, None), now=NOW) == 14 * 60 + 1


def test_the_limits_are_kept_in_the_database_and_name_nobody(app, client, session, awa):
    post_sign_in(client, "awa@example.org", "wrong", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    failure = session.scalars(select(SignInFailure)).one()
    kept = f"{failure.account_hash} {failure.address_hash}"
    assert "awa" not in kept
    assert "192.0.2" not in kept
    assert abs(failure.failed_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(("password", "kept"), [("wrong", 1), (PASSWORD, 0)])
def test_failures_are_forgotten_after_a_day_at_the_next_try(session, awa, password, kept):
    attempt(session, "another", "wrong", now=NOW - timedelta(days=2))
    attempt(session, "awa.t", password, now=NOW)
    assert session.scalars(select(func.count()).select_from(SignInFailure)).one() == kept


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Trop d’essais"), ("en", "Too many wrong tries")],
)
def test_the_page_says_how_long_to_wait(client, awa, language, sentence):
    client.get(f"/?lang={language}")
    for _ in range(ACCOUNT_LIMIT):
        assert post_sign_in(client, "awa.t", "wrong").status_code == 401
    answer = post_sign_in(client, "awa.t", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW.total_seconds() + 1
    assert sentence in answer.text
    assert "15" in answer.text


@pytest.mark.parametrize(
    ("trusted", "forwarded", "is_same"),
    [
        # Without a proxy of one's own, anybody can write that header.
        (0, ("192.0.2.1", "192.0.2.2"), True),
        (1, ("192.0.2.1", "192.0.2.2"), False),
        # What stands before the proxy's own word is the reader's invention.
        (1, ("198.51.100.1, 192.0.2.1", "198.51.100.2, 192.0.2.1"), True),
        (2, ("192.0.2.1, 10.0.0.1", "192.0.2.2, 10.0.0.1"), False),
    ],
)
def test_the_address_is_what_ones_own_proxy_says(
    app, session, tmp_path, monkeypatch, database_url, trusted, forwarded, is_same
):
    with running(make_config(database_url, tmp_path, trusted_proxies=trusted)) as proxied:
        proxied.extensions["database"] = app.extensions["database"]
        for address in forwarded:
            headers = {"X-Forwarded-For": address}
            post_sign_in(proxied.test_client(), "awa.x", "wrong", headers=headers)
    seen = session.scalars(select(SignInFailure.address_hash)).all()
    assert len(seen) == 2
    assert (seen[0] == seen[1]) is is_same
