"""Somebody with a certificate, those who may do something about it, and an application on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.domain import PersonName
from lms.catalogue.models import ModuleVersion
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from lms.credentials import commands, queries
from lms.credentials.models import Correction, Credential
from lms.credentials.queries import CredentialView
from lms.learning.commands import complete_activity
from tests.conftest import NOW, make_config, running
from tests.factories import Factory
from tests.made_courses import Listed, MadeModule

READING = (Listed("reading"),)


@dataclass
class Registry:
    """Issues certificates by reading, and looks them up as the database has them."""

    make: Factory
    session: Session
    commission: int

    def module(self, slug: str = "lists", **changes: Any) -> None:
        """Load a module that one reading completes; `changes` are of its version, such as `valid_months`."""
        self.make.modules(MadeModule(slug, activities=READING))
        self.change_version(slug, **changes)

    def change_version(self, slug: str, **changes: Any) -> None:
        newest = select(ModuleVersion.id).order_by(ModuleVersion.id.desc()).limit(1)
        if changes:
            self.session.execute(
                update(ModuleVersion)
                .where(ModuleVersion.id == newest.scalar_subquery())
                .values(**changes)
            )
        self.session.commit()

    def person(self, given: str = "Aïssata", family: str = "Koné", **more: Any) -> Actor:
        """Return a member of the commission."""
        return self.make.person(
            given, family, institution_id=self.commission, language="en", **more
        )

    def officer(self, institution_id: int | None = None) -> Actor:
        scope = Scope(ScopeKind.INSTITUTION, institution_id or self.commission)
        return self.make.person("Maïmouna", "Bâ", roles=(Role.OFFICER,), scope=scope, language="en")

    def administrator(self) -> Actor:
        return self.make.person("Grace", "Mensah", roles=(Role.ADMINISTRATOR,), language="en")

    def complete(self, actor: Actor, slug: str = "lists", *, now: datetime = NOW) -> int:
        """Return the id of an enrolment that is complete."""
        enrolment_id = self.make.enrolment(actor, slug)
        complete_activity(self.session, actor, enrolment_id, "reading", now=now)
        self.session.commit()
        return enrolment_id

    def view(self, number: str) -> CredentialView:
        self.session.expire_all()
        found = queries.find_by_number(self.session, number)
        assert found is not None
        return found

    def numbers(self) -> list[str]:
        return list(self.session.scalars(select(Credential.number).order_by(Credential.id)))

    def ask(
        self, actor: Actor, number: str, name: PersonName, reason: str = "A typing error"
    ) -> int:
        """Return the id of a request for a correction."""
        commands.ask_for_correction(
            self.session, actor, number, name, in_capitals=False, reason=reason, now=NOW
        )
        self.session.commit()
        return self.session.scalars(
            select(Correction.id).order_by(Correction.id.desc()).limit(1)
        ).one()

    def answer(self, actor: Actor, number: str, request: int, *, grant: bool = True) -> Any:
        answered = commands.answer_correction(
            self.session, actor, number, request, is_granted=grant, answer="Compared", now=NOW
        )
        self.session.commit()
        return answered


@pytest.fixture
def registry(make: Factory, session: Session) -> Registry:
    return Registry(make, session, make.institution())


@pytest.fixture
def own_app(own_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """For worker processes and for threads."""
    with running(make_config(own_database_url, tmp_path / "files")) as app, app.app_context():
        yield app


@pytest.fixture
def own_session(own_app: Flask) -> Iterator[Session]:
    """A session whose commits stay; end its transaction before another process writes."""
    with own_app.extensions["database"].sessionmaker() as session:
        yield session
