"""Reading the question bank."""

from __future__ import annotations

from sqlalchemy import select

from lms import questions
from lms.catalogue.models import Module
from lms.questions.domain import get_type


def test_versions_are_read_with_their_texts_as_html(make, session):
    make.courses()
    module_id = session.scalars(select(Module.id)).first()
    ids = [line.version_id for line in questions.list_bank(session, module_id)]

    views = questions.get_versions(session, ids)

    assert set(views) == set(ids)
    for view in views.values():
        get_type(view.type).check(view.body)
        assert set(view.rendered["prompt"]) == {"fr", "en"}
        assert [option["key"] for option in view.rendered["options"]] == [
            option["key"] for option in view.body["options"]
        ]


def test_an_unknown_module_has_no_questions(session):
    assert questions.list_bank(session, 1_000_000) == []
    assert questions.get_versions(session, []) == {}
