"""How many statements the pages of bringing people in make: the same for few people and for many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from sqlalchemy import event, select

from lms import accounts
from lms.accounts.commands import claim_institution
from lms.accounts.domain import Column, read_person_line
from lms.accounts.models import Membership
from lms.core.permissions import Role, Scope, ScopeKind
from tests.conftest import NOW
from tests.factories import form_token, sign_in

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

# The page → its statements, without the one that loads the reader. Each asks twice for the place: may the reader
# manage its people, and what lies above it.
PAGES = {
    "people/new": 4,
    "uploads": 3,
    # The list itself, then what it is compared with: the place, those below, types, accounts, user names, people;
    # and the names of the institutions that it speaks of.
    "uploads/{upload}": 10,
    "claims": 4,
    "slips": 3,
    "officers": 4,
    "memberships/{member}": 5,
}


@contextmanager
def counted(session) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if not statement.startswith(TRANSACTION):
            seen.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    yield seen
    event.remove(bind, "before_cursor_execute", note)


@pytest.mark.parametrize("number", [5, 150])
def test_each_page_makes_as_many_statements_for_few_as_for_many(client, make, session, number):
    top = make.institution("north")
    officer = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, top))
    for at in range(3):
        make.institution(f"branch-{at}", parent_id=top)
    lines = [
        read_person_line(at, {Column.GIVEN_NAMES: f"Given {at}"}, today=NOW.date())
        for at in range(number)
    ]
    done = accounts.bring_in_people(session, officer, top, lines, {}, now=NOW)
    for at in range(number // 5):
        claim_institution(
            session, make.person(f"Claimer {at}"), top, member_type=None,
            started_on=NOW.date(), now=NOW,
        )  # fmt: skip
    session.commit()
    sign_in(client, officer)
    text = "given_names,email\n" + "".join(f"Given {at},\nOther {at},\n" for at in range(number))
    sent = {"csrf_token": form_token(client), "file": (BytesIO(text.encode()), "list.csv")}
    upload = client.post(f"/institution/{top}/uploads", data=sent).headers["Location"]
    member = session.scalars(
        select(Membership.id).where(Membership.person_id == done.new_ids[0])
    ).one()
    names = {"upload": upload.rpartition("/")[2], "member": member}

    came = {}
    for page in PAGES:
        with counted(session) as seen:
            answer = client.get(f"/institution/{top}/{page.format(**names)}")
        assert answer.status_code == 200
        came[page] = len(seen) - 1

    assert came == PAGES


def test_ones_own_institutions_take_two_statements_and_a_search_two_more(client, make, session):
    person = make.person()
    for at in range(3):
        claim_institution(
            session, person, make.institution(f"i{at}"), member_type=None,
            started_on=NOW.date(), now=NOW,
        )  # fmt: skip
    session.commit()
    sign_in(client, person)
    came = []
    for path in ("/my/institutions", "/my/institutions?q=commission"):
        with counted(session) as seen:
            assert client.get(path).status_code == 200
        came.append(len(seen) - 1)

    assert came == [1, 3]
