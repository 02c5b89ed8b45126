"""When there may be a certificate of participation: all read and attended, at least something, and not complete."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import learning
from lms.learning.commands import complete_activity
from lms.learning.domain import Requirement, list_attended, took_part
from lms.learning.errors import NoParticipation, NoSuchEnrolment, NotYours
from lms.learning.queries import get_enrolment
from tests.conftest import NOW
from tests.credentials.conftest import Registry
from tests.made_courses import Listed, MadeModule


def asked(key: str, *, required: bool = True, declared: bool = True) -> Requirement:
    return Requirement(key, required, is_self_declared=declared)


READ, ALSO, TEST = asked("read"), asked("also"), asked("test", declared=False)
EXTRA = asked("extra", required=False)


@pytest.mark.parametrize(
    ("activities", "done", "is_complete", "expected"),
    [
        ([READ, ALSO, TEST], {"read", "also"}, False, True),
        ([READ, ALSO, TEST], {"read"}, False, False),
        ([READ, ALSO, TEST], {"read", "also", "test"}, True, False),
        ([READ, EXTRA, TEST], {"read"}, False, True),
        ([EXTRA, TEST], {"extra"}, False, False),
        ([TEST], set(), False, False),
        ([], set(), False, False),
    ],
)
def test_all_that_is_read_and_attended_makes_a_participation(
    activities, done, is_complete, expected
):
    assert took_part(activities, done, is_complete=is_complete) is expected


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=6))
def test_what_was_assessed_never_counts(drawn):
    activities = [
        asked(str(index), required=required, declared=declared)
        for index, (required, declared, _done) in enumerate(drawn)
    ]
    done = {str(index) for index, (*_, is_done) in enumerate(drawn) if is_done}
    tests = {one.key for one in activities if not one.is_self_declared}

    verdicts = {
        took_part(activities, keys, is_complete=False) for keys in (done - tests, done | tests)
    }
    assert len(verdicts) == 1
    assert not tests & set(list_attended(activities))


@pytest.fixture
def reader(make, session):
    """Somebody who has read a module that offers a certificate of participation, an hour after enrolling."""
    registry = Registry(make, session, make.institution())
    make.modules(
        MadeModule(
            activities=(Listed("one"), Listed("extra", is_required=False), Listed("test", "quiz"))
        )
    )
    registry.change_version("lists", offers_participation=True)
    actor = registry.person()
    enrolment_id = make.enrolment(actor, "lists")
    return registry, actor, enrolment_id


def test_the_learner_alone_has_it_and_it_counts_what_was_read(session, make, reader):
    registry, actor, enrolment_id = reader
    for stranger, refusal in (
        (make.person("Bintou"), NoSuchEnrolment),
        (registry.officer(), NotYours),
    ):
        with pytest.raises(refusal):
            learning.require_participation(session, stranger, enrolment_id)
    with pytest.raises(NoParticipation):
        learning.require_participation(session, actor, enrolment_id)
    assert not get_enrolment(session, actor, enrolment_id, language="en").took_part

    complete_activity(session, actor, enrolment_id, "one", now=NOW)

    part = learning.require_participation(session, actor, enrolment_id)
    # The test's minutes, and those of what nobody must read, are not among them.
    assert (part.minutes, part.took_part_at, part.institution_id) == (10, NOW, registry.commission)
    assert get_enrolment(session, actor, enrolment_id, language="en").took_part


def test_there_is_none_where_the_module_offers_none_or_is_complete(session, reader):
    registry, actor, enrolment_id = reader
    complete_activity(session, actor, enrolment_id, "one", now=NOW)
    registry.change_version("lists", offers_participation=False)
    with pytest.raises(NoParticipation, match="where the module offers one"):
        learning.require_participation(session, actor, enrolment_id)
    registry.change_version("lists", offers_participation=True)
    learning.record_result(session, enrolment_id, "test", passed=True, score=Fraction(1), now=NOW)

    with pytest.raises(NoParticipation):
        learning.require_participation(session, actor, enrolment_id)
