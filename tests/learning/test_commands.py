"""Enrolling, completing, and what a new version of a module changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from lms import accounts, learning
from lms.app import SUBSCRIBERS
from lms.catalogue import NoSuchModule
from lms.core.errors import SignInRequired
from lms.core.events import Events
from lms.core.permissions import NOBODY, SYSTEM, Role
from lms.learning.commands import complete_activity
from lms.learning.domain import ActivityState, ModuleCompleted
from lms.learning.errors import (
    ActivityLocked,
    NoSuchActivity,
    NoSuchEdition,
    NoSuchEnrolment,
    NotSelfDeclared,
    NotYours,
    PrerequisitesMissing,
)
from lms.learning.models import ActivityProgress, Enrolment, Result
from lms.learning.queries import get_enrolment, list_enrolments
from tests.conftest import NOW
from tests.made_courses import Listed, MadeModule, both

LATER = NOW + timedelta(hours=1)
READINGS = (Listed("one"), Listed("two", after=("one",)), Listed("extra", is_required=False))
MODULE = MadeModule(activities=READINGS)


@pytest.fixture
def completions(app, monkeypatch):
    """The completions that were published; no other room hears of them."""
    heard: list[ModuleCompleted] = []
    others = [pair for pair in SUBSCRIBERS if pair[0] is not ModuleCompleted]
    hear = (ModuleCompleted, lambda session, event, now: heard.append(event))
    monkeypatch.setitem(app.extensions, "events", Events([*others, hear]))
    return heard


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def stored(session, enrolment_id) -> Enrolment:
    return session.get(Enrolment, enrolment_id, populate_existing=True)


def states(session, actor, enrolment_id) -> dict[str, str]:
    page = get_enrolment(session, actor, enrolment_id, language="en")
    return {line.key: line.state.value for line in page.lines}


# --- Enrolling ------------------------------------------------------------------------------------


def test_enrolling_twice_is_one_enrolment(session, make):
    make.modules(MODULE)
    awa = make.person()

    first = learning.enrol(session, awa, "lists", language="fr", now=NOW)
    second = learning.enrol(session, awa, "lists", language="fr", now=LATER)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.id == second.id
    assert count(session, Enrolment) == 1
    assert stored(session, first.id).enrolled_at == NOW


def test_two_people_have_an_enrolment_each_and_see_their_own(session, make):
    make.modules(MODULE)
    awa, bintou = make.person(), make.person("Bintou")

    first, second = make.enrolment(awa, "lists"), make.enrolment(bintou, "lists")

    assert first != second
    assert [card.id for card in list_enrolments(session, awa, language="en")] == [first]
    assert [card.id for card in list_enrolments(session, bintou, language="en")] == [second]


def test_only_somebody_who_is_signed_in_enrols(session, make):
    make.modules(MODULE)

    for nobody in (NOBODY, SYSTEM):
        with pytest.raises(SignInRequired):
            learning.enrol(session, nobody, "lists", language="fr", now=NOW)


def test_a_module_or_an_edition_that_is_not_there_is_refused(session, make):
    make.modules(MODULE)

    with pytest.raises(NoSuchModule):
        learning.enrol(session, make.person(), "no-such-module", language="fr", now=NOW)
    with pytest.raises(NoSuchEdition):
        learning.enrol(session, make.person(), "lists", "spring", language="fr", now=NOW)
    assert count(session, Enrolment) == 0


def test_the_enrolment_keeps_the_institution_that_had_confirmed_the_person(session, make):
    make.modules(MODULE)
    commission, ministry = make.institution(), make.institution("ministry")
    awa = make.person(institution_id=commission)
    enrolment_id = make.enrolment(awa, "lists")

    accounts.confirm_membership(session, SYSTEM, awa.person_id, ministry, now=LATER)

    assert stored(session, enrolment_id).institution_id == commission


def test_prerequisites_are_named_in_the_readers_language_until_they_are_complete(session, make):
    basics = MadeModule("basics", activities=(Listed("one"),), title=both("Basics"))
    norms = MadeModule("norms", activities=(Listed("one"),), title=both("Norms"))
    make.modules(basics, norms, MadeModule("lists", READINGS, prerequisites=("basics", "norms")))
    awa = make.person()

    with pytest.raises(PrerequisitesMissing) as refusal:
        learning.enrol(session, awa, "lists", language="en", now=NOW)
    assert refusal.value.message.params == {"modules": "Basics, Norms"}

    complete_activity(session, awa, make.enrolment(awa, "basics"), "one", now=NOW)
    with pytest.raises(PrerequisitesMissing) as refusal:
        learning.enrol(session, awa, "lists", language="fr", now=NOW)
    assert refusal.value.message.params == {"modules": "Norms (fr)"}

    complete_activity(session, awa, make.enrolment(awa, "norms"), "one", now=NOW)
    assert learning.enrol(session, awa, "lists", language="fr", now=NOW).is_new


def test_another_persons_completion_meets_no_prerequisite(session, make):
    make.modules(
        MadeModule("basics", activities=(Listed("one"),)),
        MadeModule("lists", READINGS, prerequisites=("basics",)),
    )
    bintou = make.person("Bintou")
    complete_activity(session, bintou, make.enrolment(bintou, "basics"), "one", now=NOW)

    with pytest.raises(PrerequisitesMissing):
        learning.enrol(session, make.person(), "lists", language="fr", now=NOW)


# --- Completing -----------------------------------------------------------------------------------


def test_completing_moves_progress_on_the_enrolment_itself(session, make):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    complete_activity(session, awa, enrolment_id, "one", now=LATER)

    enrolment = stored(session, enrolment_id)
    assert (enrolment.done_count, enrolment.progress) == (1, Decimal("0.5"))
    assert (enrolment.revision, enrolment.completed_at) == (1, None)
    assert states(session, awa, enrolment_id) == {"one": "done", "two": "open", "extra": "open"}


def test_completing_twice_changes_nothing(session, make):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    for now in (NOW, LATER):
        complete_activity(session, awa, enrolment_id, "one", now=now)

    assert count(session, Result) == 1
    assert stored(session, enrolment_id).revision == 1
    assert session.get(ActivityProgress, (enrolment_id, "one")).updated_at == NOW


def test_what_is_locked_cannot_be_completed(session, make):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    with pytest.raises(ActivityLocked):
        complete_activity(session, awa, enrolment_id, "two", now=NOW)
    assert count(session, Result) == 0


def test_what_is_optional_completes_without_moving_progress(session, make):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    complete_activity(session, awa, enrolment_id, "extra", now=NOW)

    assert stored(session, enrolment_id).progress == 0
    assert states(session, awa, enrolment_id)["extra"] == "done"


def test_a_quiz_is_not_completed_by_saying_so(session, make):
    make.modules(MadeModule(activities=(Listed("test", "quiz"),)))
    awa = make.person()

    with pytest.raises(NotSelfDeclared):
        complete_activity(session, awa, make.enrolment(awa, "lists"), "test", now=NOW)
    assert count(session, Result) == 0


def test_an_activity_that_is_not_there_is_refused(session, make):
    make.modules(MODULE)
    awa = make.person()

    with pytest.raises(NoSuchActivity):
        complete_activity(session, awa, make.enrolment(awa, "lists"), "seven", now=NOW)


def test_anothers_enrolment_is_as_if_it_were_not_there(session, make):
    make.modules(MODULE)
    enrolment_id = make.enrolment(make.person(), "lists")
    other = make.person("Bintou")

    for missing in (enrolment_id, enrolment_id + 1):
        with pytest.raises(NoSuchEnrolment):
            complete_activity(session, other, missing, "one", now=NOW)
        with pytest.raises(NoSuchEnrolment):
            get_enrolment(session, other, missing, language="en")
    assert count(session, Result) == 0


def test_who_may_read_an_enrolment_still_does_not_study_in_it(session, make):
    make.modules(MODULE)
    enrolment_id = make.enrolment(make.person(), "lists")
    trainer = make.person("Théo", roles=(Role.TRAINER,))

    assert get_enrolment(session, trainer, enrolment_id, language="en").card.id == enrolment_id
    with pytest.raises(NotYours):
        complete_activity(session, trainer, enrolment_id, "one", now=NOW)


def test_the_last_requirement_completes_the_module_and_tells_it_once(session, make, completions):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    complete_activity(session, awa, enrolment_id, "one", now=NOW)
    assert completions == []
    complete_activity(session, awa, enrolment_id, "two", now=LATER)

    enrolment = stored(session, enrolment_id)
    assert (enrolment.progress, enrolment.completed_at) == (1, LATER)
    (event,) = completions
    assert (event.enrolment_id, event.person_id) == (enrolment_id, awa.person_id)
    assert (event.completed_at, event.score) == (LATER, None)

    complete_activity(session, awa, enrolment_id, "two", now=LATER)
    complete_activity(session, awa, enrolment_id, "extra", now=LATER)
    assert completions == [event]


# --- Results of other rooms -----------------------------------------------------------------------


def record(session, enrolment_id, key="test", *, score: str, passed: bool, now=NOW) -> bool:
    return learning.record_result(
        session, enrolment_id, key, passed=passed, score=Fraction(score), now=now
    )


def progress(session, enrolment_id, key="test") -> tuple[str, Decimal | None]:
    row = session.get(ActivityProgress, (enrolment_id, key))
    return row.state, row.score


@pytest.fixture
def enrolled(make):
    """Somebody enrolled in a module with a quiz, and the id of that enrolment."""
    make.modules(MadeModule(activities=(Listed("test", "quiz"), Listed("one"))))
    awa = make.person()
    return awa, make.enrolment(awa, "lists")


def test_the_score_is_the_last_that_its_room_told_and_every_result_is_kept(session, enrolled):
    _, enrolment_id = enrolled
    found = []

    for score in ("0.4", "0.3", "0.75", "0.2"):
        record(session, enrolment_id, score=score, passed=score == "0.75")
        found.append(progress(session, enrolment_id))

    assert found == [
        ("failed", Decimal("0.4")),
        ("failed", Decimal("0.3")),
        ("done", Decimal("0.75")),
        # What is done stays done, whatever its score becomes.
        ("done", Decimal("0.2")),
    ]
    assert stored(session, enrolment_id).done_count == 1
    assert list(session.scalars(select(Result.score).order_by(Result.id))) == list(
        map(Decimal, ("0.4", "0.3", "0.75", "0.2"))
    )


def hidden(session, enrolment_id, *, score: str, passed: bool) -> None:
    learning.record_result(
        session, enrolment_id, "test", passed=passed, score=Fraction(score), is_score_hidden=True,
        now=NOW,
    )  # fmt: skip


def seen(session, actor, enrolment_id) -> tuple[str, Decimal | None]:
    line = get_enrolment(session, actor, enrolment_id, language="en").get_line("test")
    return line.state.value, line.score


def test_a_hidden_failure_looks_open_to_its_learner_alone(session, make, enrolled):
    awa, enrolment_id = enrolled
    trainer = make.person("Théo", roles=(Role.TRAINER,))

    hidden(session, enrolment_id, score="0.4", passed=False)

    assert seen(session, awa, enrolment_id) == ("open", None)
    assert seen(session, trainer, enrolment_id) == ("failed", Decimal("0.4"))


def test_a_hidden_score_that_passes_is_done_and_counts(session, enrolled):
    awa, enrolment_id = enrolled

    hidden(session, enrolment_id, score="0.9", passed=True)

    assert seen(session, awa, enrolment_id) == ("done", None)
    assert stored(session, enrolment_id).progress == Decimal("0.5")


def test_each_result_says_anew_whether_its_score_is_hidden(session, enrolled):
    awa, enrolment_id = enrolled
    hidden(session, enrolment_id, score="0.4", passed=False)

    record(session, enrolment_id, score="0.5", passed=False)
    assert seen(session, awa, enrolment_id) == ("failed", Decimal("0.5"))

    hidden(session, enrolment_id, score="0.6", passed=False)
    assert seen(session, awa, enrolment_id) == ("open", None)


def test_a_score_that_is_revealed_changes_what_the_learner_sees_and_nothing_else(session, enrolled):
    awa, enrolment_id = enrolled
    hidden(session, enrolment_id, score="0.4", passed=False)
    before = stored(session, enrolment_id).revision

    learning.reveal_score(session, enrolment_id, "test")

    assert seen(session, awa, enrolment_id) == ("failed", Decimal("0.4"))
    assert count(session, Result) == 1
    # A page that was kept is not shown again.
    assert stored(session, enrolment_id).revision == before + 1


def test_a_score_is_rounded_once_and_half_up(session, make):
    make.modules(MadeModule(activities=(Listed("test", "quiz"), Listed("one"))))
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    record(session, enrolment_id, score="2/3", passed=False)

    assert progress(session, enrolment_id)[1] == Decimal("0.666667")


def test_the_modules_score_is_the_mean_of_the_required_best_scores(session, make, completions):
    make.modules(
        MadeModule(
            activities=(
                Listed("test", "quiz"),
                Listed("second", "quiz"),
                Listed("game", "quiz", is_required=False),
                Listed("one"),
            )
        )
    )
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    record(session, enrolment_id, "game", score="0", passed=False)
    record(session, enrolment_id, "test", score="0.5", passed=False)
    record(session, enrolment_id, "test", score="1", passed=True)
    record(session, enrolment_id, "second", score="0.7", passed=True)
    assert completions == []
    complete_activity(session, awa, enrolment_id, "one", now=NOW)

    assert [event.score for event in completions] == [Decimal("0.85")]


def test_record_result_says_whether_the_module_is_complete(session, make):
    make.modules(MadeModule(activities=(Listed("test", "quiz"), Listed("second", "quiz"))))
    enrolment_id = make.enrolment(make.person(), "lists")

    assert not record(session, enrolment_id, score="1", passed=True)
    assert record(session, enrolment_id, "second", score="1", passed=True)
    assert record(session, enrolment_id, score="0", passed=False)


# --- A new version --------------------------------------------------------------------------------


def test_a_new_version_moves_progress_and_completes_who_has_done_all_of_it(
    session, make, completions
):
    make.modules(MODULE)
    done, halfway, idle = (make.person(name) for name in ("Awa", "Bintou", "Chaka"))
    ids = {actor: make.enrolment(actor, "lists") for actor in (done, halfway, idle)}
    complete_activity(session, done, ids[done], "one", now=NOW)
    complete_activity(session, halfway, ids[halfway], "extra", now=NOW)

    make.now = LATER
    make.modules(MODULE.with_(activities=(READINGS[0],)))

    assert stored(session, ids[done]).completed_at == LATER
    assert [stored(session, ids[actor]).progress for actor in (done, halfway, idle)] == [1, 0, 0]
    assert [event.enrolment_id for event in completions] == [ids[done]]


def test_a_completion_is_never_withdrawn_by_a_new_version(session, make, completions):
    make.modules(MODULE)
    awa, bintou = make.person(), make.person("Bintou")
    complete, unfinished = make.enrolment(awa, "lists"), make.enrolment(bintou, "lists")
    for key in ("one", "two"):
        complete_activity(session, awa, complete, key, now=NOW)
    complete_activity(session, bintou, unfinished, "one", now=NOW)
    first_version = stored(session, complete).completed_version_id

    make.modules(MODULE.with_(activities=(*READINGS, Listed("three"), Listed("four"))))

    enrolment = stored(session, complete)
    assert (enrolment.completed_at, enrolment.completed_version_id) == (NOW, first_version)
    assert enrolment.progress == 1
    assert stored(session, unfinished).progress == Decimal("0.25")
    assert len(completions) == 1


def test_what_was_done_in_an_activity_stays_done_when_the_activity_comes_back(session, make):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")
    complete_activity(session, awa, enrolment_id, "one", now=NOW)

    make.modules(MODULE.with_(activities=(Listed("other"), Listed("two"))))
    assert stored(session, enrolment_id).progress == 0
    make.modules(MODULE.with_(activities=(Listed("one"), Listed("two"), Listed("other"))))

    assert stored(session, enrolment_id).progress == Decimal("0.333333")
    assert states(session, awa, enrolment_id)["one"] == "done"


def test_what_one_has_failed_stays_open_for_the_page_and_for_the_command_alike(session, make):
    make.modules(MadeModule(activities=(Listed("test", "quiz"),)))
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")
    record(session, enrolment_id, score="0", passed=False)

    make.modules(MadeModule(activities=(Listed("one"), Listed("test", "quiz", after=("one",)))))

    assert states(session, awa, enrolment_id)["test"] == ActivityState.FAILED
    learning.require_open(session, awa, enrolment_id, "test")


def test_loading_the_same_files_again_changes_no_enrolment(session, make):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")
    complete_activity(session, awa, enrolment_id, "one", now=NOW)

    make.modules(MODULE)

    assert stored(session, enrolment_id).revision == 1
