"""The tree of institutions: what lies below what, and which grants hold where."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.errors import NotFound
from lms.core.permissions import Scope, ScopeKind
from lms.institutions import create_institution, get_institution, list_scopes
from lms.institutions.models import Institution

NAME = {"fr": "Commission", "en": "Commission"}


def scopes_of(session, institution_id) -> list[Scope]:
    path = session.scalars(select(Institution.path).where(Institution.id == institution_id)).one()
    return list_scopes(path)


def at(*ids: int) -> list[Scope]:
    return [Scope(ScopeKind.INSTITUTION, id) for id in ids]


def test_what_holds_above_holds_below_and_nowhere_else(session):
    centre = create_institution(session, "centre", NAME)
    region = create_institution(session, "region", NAME, parent_id=centre)
    branch = create_institution(session, "branch", NAME, parent_id=region)
    apart = create_institution(session, "apart", NAME, parent_id=centre)

    assert scopes_of(session, centre) == at(centre)
    assert scopes_of(session, region) == at(centre, region)
    assert scopes_of(session, branch) == at(centre, region, branch)
    assert scopes_of(session, apart) == at(centre, apart)


@pytest.mark.parametrize("path", [None, "", "/"])
def test_without_an_institution_no_grant_of_one_holds(path):
    assert list_scopes(path) == []


def test_an_institution_whose_key_is_known_is_left_as_it_is(session):
    first = create_institution(session, "centre", NAME)
    again = create_institution(session, "centre", {"fr": "Autre"}, parent_id=first)
    assert again == first
    assert get_institution(session, first).name == NAME
    assert scopes_of(session, first) == at(first)


def test_an_institution_that_is_not_there_is_not_found(session):
    with pytest.raises(NotFound):
        get_institution(session, 999_999)
