"""Bearer tokens: hashed at rest, limited in scope and time, revocable, heard below /api/ alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from lms.accounts.commands import create_token, revoke_token
from lms.accounts.domain import ACCOUNT_LIMIT, DEFAULT_LIFETIME, TokenScope
from lms.accounts.models import Person, SignInFailure, Token
from lms.core import clock
from lms.core.db import Base
from tests.factories import PASSWORD, form_token, sign_in

BOTH = tuple(TokenScope)


@pytest.fixture
def awa(make):
    return make.person()


@pytest.fixture
def give_token(session, awa):
    """Make a token of Awa's; return its text."""

    def give(scopes=BOTH, *, now=None, lifetime=DEFAULT_LIFETIME) -> str:
        token = create_token(
            session, awa.person_id, "", scopes, now=now or clock.now(), lifetime=lifetime
        )
        session.commit()
        return token.text

    return give


def bearing(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def ask(client, **body):
    return client.post("/api/v1/tokens", json=body)


# --- Making one -------------------------------------------------------------------------------------


def test_a_login_and_a_password_make_a_token_that_works(client, session, awa):
    answer = ask(client, login="PERSON1", password=PASSWORD, name="my phone")
    assert answer.status_code == 201
    assert set(answer.json) == {"token", "expires_at"}
    left = datetime.fromisoformat(answer.json["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29) < left <= DEFAULT_LIFETIME
    assert session.scalars(select(Token.name)).one() == "my phone"

    headers = bearing(answer.json["token"])
    assert client.get("/api/v1/enrolments", headers=headers).status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_its_hash_is_kept(client, session, awa):
    text = ask(client, login="person1", password=PASSWORD).json["token"]
    secret = text.removeprefix("scrutin_")
    assert len(secret) >= 43, "256 random bits"
    for table in Base.metadata.sorted_tables:
        assert secret not in repr(session.execute(select(table)).all())


def test_two_tokens_are_never_alike(client, awa):
    made = {ask(client, login="person1", password=PASSWORD).json["token"] for _ in range(3)}
    assert len(made) == 3


@pytest.mark.parametrize(
    ("login", "password"), [("person1", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong")]
)
def test_a_wrong_pair_makes_none_and_counts(client, session, awa, login, password):
    answer = ask(client, login=login, password=password)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.json["fields"] == {}
    assert session.scalars(select(func.count()).select_from(Token)).one() == 0
    assert session.scalars(select(func.count()).select_from(SignInFailure)).one() == 1


def test_both_ways_in_share_one_limit(client, session, awa):
    page = {"login": "person1", "password": "wrong", "csrf_token": form_token(client)}
    for _ in range(ACCOUNT_LIMIT // 2):
        assert client.post("/login", data=page).status_code == 401
        assert ask(client, login="person1", password="wrong").status_code == 401
    answer = ask(client, login="person1", password=PASSWORD)
    assert (answer.status_code, answer.json["status"]) == (429, 429)
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/login", data=page).status_code == 429


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"login", "password"}),
        ({"login": 1, "password": ["x"]}, {"login", "password"}),
        ({"login": None, "password": "x"}, {"login"}),
        ({"login": "", "password": ""}, {"login", "password"}),
        ({"login": "x" * 255, "password": "x" * 201}, {"login", "password"}),
        ({"login": "x", "password": "x", "scopes": ["all"]}, {"scopes.0"}),
        ({"login": "x", "password": "x", "scopes": []}, {"scopes"}),
        ({"login": "x", "password": "x", "scopes": "read"}, {"scopes"}),
        ({"login": "x", "password": "x", "name": "x" * 121}, {"name"}),
        ({"login": "x", "password": "x", "person_id": 1}, {"person_id"}),
    ],
)
def test_an_unfit_request_names_its_fields_and_is_no_try(client, session, body, fields):
    answer = ask(client, **body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert set(answer.json["fields"]) == fields
    assert session.scalars(select(func.count()).select_from(SignInFailure)).one() == 0


# --- What it opens ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"), [(("read",), 200, 403), (("write",), 403, 404), (BOTH, 200, 404)]
)
def test_a_token_does_what_it_was_made_for(client, give_token, scopes, reads, writes):
    headers = bearing(give_token(scopes))
    assert client.get("/api/v1/enrolments", headers=headers).status_code == reads
    answer = client.post("/api/v1/enrolments", json={"module": "none"}, headers=headers)
    assert answer.status_code == writes
    if writes == 403:
        assert "write" in answer.json["detail"]


def test_a_token_needs_no_form_token(client, make, give_token):
    make.courses()
    answer = client.post(
        "/api/v1/enrolments", json={"module": "voter-registration"}, headers=bearing(give_token())
    )
    assert answer.status_code == 201


def test_a_token_opens_no_page(client, give_token):
    assert client.get("/my", headers=bearing(give_token())).status_code == 302


@pytest.mark.parametrize("end", ["expired", "revoked", "deactivated", "changed", "other scheme"])
def test_a_token_that_has_ended_is_nobodys(client, session, awa, give_token, end):
    lifetime = timedelta(hours=1)
    text = give_token(lifetime=lifetime)
    assert client.get("/api/v1/enrolments", headers=bearing(text)).status_code == 200

    headers = bearing(text)
    if end == "expired":
        session.execute(update(Token).values(expires_at=clock.now()))
    elif end == "revoked":
        revoke_token(session, text, now=clock.now())
    elif end == "deactivated":
        session.execute(update(Person).values(deactivated_at=clock.now()))
    elif end == "changed":
        headers = bearing(text[:-1] + ("A" if text[-1] != "A" else "B"))
    else:
        headers = {"Authorization": f"Token {text}"}
    session.commit()

    for path in ("/api/v1/enrolments", "/api/v1/enrolments/1", "/api/v1/attempts/1"):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_revoking_twice_or_what_is_not_there_changes_nothing(session, give_token):
    text, first = give_token(), clock.now()
    revoke_token(session, text, now=first)
    revoke_token(session, text, now=first + timedelta(days=1))
    revoke_token(session, "scrutin_unknown", now=first)
    assert session.scalars(select(Token.revoked_at)).all() == [first]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic cGVyc29uMTp4", "Bearer a b c", "Bearer ÿ", "x" * 9000]
)  # fmt: skip
def test_a_header_that_is_none_is_nobody(client, awa, header):
    answer = client.get("/api/v1/enrolments", headers={"Authorization": header})
    assert answer.status_code == 401


# --- The session cookie at the API ------------------------------------------------------------------


def test_a_cookie_at_the_api_needs_a_form_token_to_change_something(client, make, session, awa):
    make.courses()
    sign_in(client, awa)
    body = {"module": "voter-registration"}
    assert client.get("/api/v1/enrolments").json == {"items": [], "next": None}

    for headers in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": ""}):
        answer = client.post("/api/v1/enrolments", json=body, headers=headers)
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert client.get("/api/v1/enrolments").json["items"] == []

    headers = {"X-CSRFToken": form_token(client)}
    assert client.post("/api/v1/enrolments", json=body, headers=headers).status_code == 201


def test_a_cookie_is_not_freed_of_the_form_token_by_a_bearer_token(client, awa, give_token):
    sign_in(client, awa)
    answer = client.post("/api/v1/enrolments", json={}, headers=bearing(give_token()))
    assert answer.status_code == 400
