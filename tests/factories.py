"""People, courses and enrolments, made by the rooms' own commands. The demo data uses the same doors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions, learning
from lms.accounts.domain import NameOrder, PersonDetails, PersonName
from lms.accounts.queries import find_actor
from lms.core.permissions import SITE, SYSTEM, Actor, Role, Scope
from lms.institutions.domain import ZoneKind
from tests.made_courses import MadeModule

PASSWORD = "a password of tests"
COURSES = Path(__file__).resolve().parents[1] / "courses"
MODULE = "voter-registration"


@dataclass
class Factory:
    """Makes things in the test's session, and commits them, so that requests see them."""

    session: Session
    now: datetime
    numbers: Any = field(default_factory=lambda: count(1))

    def person(
        self,
        given_names: str = "Awa",
        family_names: str = "Traoré",
        *,
        roles: tuple[Role, ...] = (),
        scope: Scope = SITE,
        institution_id: int | None = None,
        language: str | None = None,
        confirms_name: bool = True,
    ) -> Actor:
        """Return somebody who signs in as `personN` with `PASSWORD`, and has said how certificates are to read."""
        details = PersonDetails(
            login=f"person{next(self.numbers)}",
            email=None,
            name=PersonName(given_names, family_names, NameOrder.GIVEN_FIRST),
            password=PASSWORD,
            language=language,
        )
        person_id = accounts.create_person(self.session, SYSTEM, details, now=self.now)
        for role in roles:
            accounts.grant_role(self.session, SYSTEM, person_id, role, scope, now=self.now)
        if institution_id is not None:
            accounts.confirm_membership(
                self.session, SYSTEM, person_id, institution_id, now=self.now
            )
        known = find_actor(self.session, f"{person_id}.0")
        assert known is not None
        if confirms_name:
            self.confirm_name(known.actor, details.name)
        self.session.commit()
        return known.actor

    def confirm_name(self, actor: Actor, name: PersonName) -> None:
        """Let somebody say how certificates are to read."""
        accounts.confirm_name(self.session, actor, name, in_capitals=False, now=self.now)

    def institution(self, key: str = "commission", parent_id: int | None = None) -> int:
        """Return an institution's id."""
        institution_id = institutions.create_institution(
            self.session, key, {"fr": f"Commission {key}", "en": f"{key} Commission"},
            parent_id=parent_id,
        )  # fmt: skip
        self.session.commit()
        return institution_id

    def zone(
        self, key: str = "country", parent_id: int | None = None, kind: str = "country"
    ) -> int:
        """Return a zone's id."""
        name = {"fr": f"Zone {key}", "en": f"{key} Zone"}
        zone_id = institutions.create_zone(
            self.session, key, name, ZoneKind(kind), parent_id=parent_id
        )
        self.session.commit()
        return zone_id

    def member_type(self, key: str = "party") -> int:
        """Return the id of a type of member."""
        name = {"fr": f"Membres {key}", "en": f"{key} members"}
        return institutions.add_member_type(self.session, SYSTEM, name, key=key)

    def member(self, actor: Actor, institution_id: int) -> None:
        """Let an institution confirm somebody who is there already."""
        accounts.confirm_membership(
            self.session, SYSTEM, actor.require_person(), institution_id, now=self.now
        )
        self.session.commit()

    def courses(self, folder: Path = COURSES) -> None:
        """Load course files, those of the product unless others are named."""
        catalogue.load_courses(self.session, SYSTEM, folder, now=self.now)
        self.session.commit()

    def modules(self, *modules: MadeModule) -> None:
        """Load modules that are made for the test; what was loaded before gets a new version."""
        with TemporaryDirectory() as folder:
            for module in modules:
                module.write(Path(folder))
            self.courses(Path(folder))

    def enrolment(self, actor: Actor, slug: str = MODULE) -> int:
        """Return the id of the actor's enrolment in a module that is loaded."""
        enrolled = learning.enrol(self.session, actor, slug, language="fr", now=self.now)
        self.session.commit()
        return enrolled.id


def sign_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """Give `client` the session cookie of `actor`, as signing in does."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{actor.person_id}.0"
        cookie["_fresh"] = True
    return client


def form_token(client: FlaskClient) -> str:
    """Return a form token that belongs to the client's session."""
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", "0" * 40)
    from itsdangerous import URLSafeTimedSerializer

    serializer = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    token = serializer.dumps(raw)
    assert isinstance(token, str)
    return token
