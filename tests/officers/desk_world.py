"""A commission with two branches and a stranger beside it, and whoever is there, for the tests of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from lms.accounts.models import Membership
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from tests.factories import Factory, form_token, sign_in
from tests.made_courses import Listed, MadeModule


@dataclass
class World:
    """Places by name, their officer, and ways to put people there."""

    make: Factory
    whole: int
    north: int
    south: int
    stranger: int
    officer: Actor

    def member(self, place: int, name: str = "Awa", *others: int) -> Actor:
        actor = self.make.person(name, "Traoré", institution_id=place)
        for other in others:
            self.make.member(actor, other)
        return actor

    def enrol(
        self, actor: Actor, slug: str = "lists", *, done: int = 0, active_at: datetime | None = None
    ) -> int:
        """Enrol somebody, do so many of the two lessons, and let the last activity be then."""
        enrolment_id = self.make.enrolment(actor, slug)
        for key in ("reading", "other")[:done]:
            complete_activity(self.make.session, actor, enrolment_id, key, now=self.make.now)
        if active_at is not None:
            self.make.session.execute(
                update(Enrolment)
                .where(Enrolment.id == enrolment_id)
                .values(last_active_at=active_at, enrolled_at=active_at - timedelta(days=1))
            )
        self.make.session.commit()
        return enrolment_id

    def leave(self, actor: Actor, place: int) -> None:
        """End a membership that began long ago, yesterday."""
        yesterday = self.make.now.date() - timedelta(days=1)
        self.make.session.execute(
            update(Membership)
            .where(Membership.person_id == actor.person_id, Membership.institution_id == place)
            .values(started_on=yesterday, ended_on=yesterday, end_reason="left")
        )
        self.make.session.commit()

    def browser(self, client: FlaskClient) -> FlaskClient:
        return sign_in(client, self.officer)


def make_world(make: Factory) -> World:
    modules = [
        MadeModule(slug, activities=(Listed("reading"), Listed("other")), prerequisites=before)
        for slug, before in (("lists", ()), ("counting", ("lists",)))
    ]
    make.modules(*modules)
    whole = make.institution("whole")
    north, south = (make.institution(name, parent_id=whole) for name in ("north", "south"))
    officer = make.person(
        "Olga",
        "Officer",
        roles=(Role.OFFICER,),
        scope=Scope(ScopeKind.INSTITUTION, whole),
        language="en",
    )
    return World(make, whole, north, south, make.institution("stranger"), officer)


def send(client: FlaskClient, path: str, **form: Any) -> Any:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": form_token(client), **form})
