"""Nothing that a certificate stands on can be deleted, not even past the product's own commands."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, delete, inspect, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.catalogue.models import Activity, Module, ModuleVersion, Programme
from lms.core.db import Base
from lms.credentials.domain import CredentialState
from lms.credentials.models import Credential, Holder
from lms.institutions.models import Institution
from lms.learning.models import Edition, Enrolment
from tests.conftest import NOW
from tests.visitor import Page


@pytest.fixture
def code(registry):
    registry.module()
    registry.complete(registry.person("Aïssata", "Koné"))
    return registry.view(registry.numbers()[0]).code


@pytest.mark.parametrize(
    "model", [Programme, Module, ModuleVersion, Edition, Enrolment, Person, Institution, Credential]
)
def test_deleting_what_it_stands_on_is_refused_and_it_still_verifies(app, session, code, model):
    with session.begin_nested() as attempt:
        with pytest.raises(IntegrityError):
            session.execute(delete(model))
        attempt.rollback()

    page = Page(app.test_client().get(f"/verify/{code}?lang=en"), "")
    assert page.status == 200
    assert "Aïssata Koné" in page.text


def test_deleting_what_it_does_not_need_leaves_it_as_it_was(app, registry, session, code):
    before = registry.view(registry.numbers()[0])
    table = Activity.__table__
    assert isinstance(table, Table)
    # What an author removes from a module, with all that hangs on it.
    for other in reversed(Base.metadata.sorted_tables):
        if any(key.column.table is table for key in other.foreign_keys):
            session.execute(delete(other))
    session.execute(delete(Activity))
    session.commit()

    assert registry.view(before.number) == before
    assert before.state_on(NOW.date()) is CredentialState.VALID


def test_no_foreign_key_takes_rows_along_or_empties_them(session):
    inspector = inspect(session.connection())
    rooms = ("accounts_", "catalogue_", "credentials_", "institutions_", "learning_")
    for table in filter(lambda name: name.startswith(rooms), Base.metadata.tables):
        for key in inspector.get_foreign_keys(table):
            ondelete = key["options"].get("ondelete")
            assert ondelete in {None, "NO ACTION", "RESTRICT"}, (table, key)


def test_a_person_whose_name_was_erased_is_still_the_one_who_enrolled(app, registry, session, code):
    session.execute(delete(Holder))
    session.commit()

    with session.begin_nested() as attempt:
        with pytest.raises(IntegrityError):
            session.execute(delete(Person))
        attempt.rollback()
    assert session.scalars(select(Credential)).one().code == code
