"""What trainers do for learners: each a fact beside the others, and what it makes of score and completion."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert, select

from lms import accounts
from lms.accounts.queries import find_actor
from lms.catalogue import NoSuchModule
from lms.catalogue.models import Activity, Module
from lms.core.db import Base, to_score
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY, SITE, SYSTEM, Role, Scope, ScopeKind
from lms.credentials.models import Credential
from lms.learning import NoSuchEnrolment, get_facts
from lms.learning.models import Enrolment, Result
from lms.quizzes import queries
from lms.quizzes.commands import (
    accept_answer,
    extend_deadline,
    give_extra_time,
    grant_attempt,
    mark_answer,
    reopen_attempt,
    start_attempt,
)
from lms.quizzes.domain import (
    LONGEST_REASON,
    MOST_EXTRA_PERCENT,
    MOST_MINUTES,
    Method,
    RepairKind,
    combine_scores,
    find_problem_with_mark,
    find_problem_with_minutes,
    find_problem_with_percent,
    find_problem_with_reason,
    list_counting,
)
from lms.quizzes.errors import (
    AnotherIsOpen,
    AttemptIsClosed,
    AttemptIsOpen,
    NoDeadline,
    NoSuchAttempt,
    NotAQuiz,
    NotLate,
    NotYourRepair,
    UnfitRepair,
    WasReopened,
)
from lms.quizzes.models import Answer, Attempt, ExtraTime, Grade, Quiz, Repair, Slot
from tests.conftest import NOW
from tests.made_courses import Listed, number, several, single
from tests.quizzes.sitting import QUIZ, choose

WHY = "The power had failed."
# Nothing but the quiz is asked, so that a pass completes the module.
ALONE = {"activities": (Listed("test", "quiz"),)}


@pytest.fixture
def trainer(make):
    """A trainer of the whole site."""
    return make.person("Théo", "Kaboré", roles=(Role.TRAINER,), scope=SITE)


def rows(session) -> dict[str, set[str]]:
    """Return all that the rooms' tables hold."""
    session.flush()
    return {
        table.name: set(map(repr, session.execute(select(table))))
        for table in Base.metadata.sorted_tables
    }


def assert_only_added(before, after, *names) -> None:
    """See that of the facts nothing changed and nothing went, and that these tables grew."""
    facts = (Answer, Attempt, ExtraTime, Grade, Repair, Result, Slot)
    for name in (model.__tablename__ for model in facts):
        assert before[name] <= after[name], name
    grown = {name for name in (one.__tablename__ for one in facts) if before[name] < after[name]}
    assert grown == {model.__tablename__ for model in names}


def late_answer_id(session, sitting, key) -> int:
    return session.scalars(
        select(Answer.id)
        .where(
            Answer.attempt_id == sitting.attempt_id,
            Answer.slot == sitting.slot(key),
            Answer.is_late,
        )
        .order_by(Answer.id.desc())
        .limit(1)
    ).one()


def newest_grade(session, attempt_id) -> Grade:
    return session.scalars(
        select(Grade).where(Grade.attempt_id == attempt_id).order_by(Grade.id.desc()).limit(1)
    ).one()


def score_in_learning(sitting, trainer) -> Decimal | None:
    return sitting.line(trainer).score


@pytest.fixture
def closed(sit, make):
    """An attempt of which one question is right, and to which a right answer came late."""
    institution = make.institution("north")
    branch = make.institution("north-branch", parent_id=institution)
    sitting = sit({"time_limit": 30, "grace": 60}, **ALONE)
    make.session.get(Enrolment, sitting.enrolment_id).institution_id = branch
    make.member(sitting.actor, branch)
    sitting.sit("alpha")
    receipt = sitting.save("beta", sitting.right("beta"))
    assert receipt["late"]
    assert not receipt["current"]
    return sitting


# --- Who may ----------------------------------------------------------------------------------------

REPAIRS = {
    "grant": lambda session, actor, sitting, reason=WHY: grant_attempt(
        session, actor, sitting.enrolment_id, "test", reason=reason, now=NOW
    ),
    "reopen": lambda session, actor, sitting, reason=WHY: reopen_attempt(
        session, actor, sitting.attempt_id, minutes=None, reason=reason, now=NOW
    ),
    "accept": lambda session, actor, sitting, reason=WHY: accept_answer(
        session, actor, late_answer_id(session, sitting, "beta"), reason=reason, now=NOW
    ),
    "mark": lambda session, actor, sitting, reason=WHY: mark_answer(
        session, actor, sitting.attempt_id, 1, mark=Fraction(1, 2), reason=reason, now=NOW
    ),
    "extend": lambda session, actor, sitting, reason=WHY: extend_deadline(
        session, actor, sitting.attempt_id, minutes=10, reason=reason, now=NOW
    ),
}
every_repair = pytest.mark.parametrize("repair", REPAIRS.values(), ids=REPAIRS)


def scopes_of(session, sitting) -> dict[str, Scope]:
    facts = get_facts(session, sitting.enrolment_id)
    above, own = facts.institution_scopes
    return {
        "site": SITE,
        "module": Scope(ScopeKind.MODULE, facts.module_id),
        "programme": Scope(ScopeKind.PROGRAMME, facts.programme_id),
        "institution": own,
        "institution above": above,
    }


@every_repair
def test_whoever_trains_where_the_enrolment_lies_repairs(session, make, closed, repair):
    actors = [
        make.person("Théo", roles=(role,), scope=scope)
        for role in (Role.TRAINER, Role.ADMINISTRATOR)
        for scope in scopes_of(session, closed).values()
    ]
    if repair is REPAIRS["extend"]:
        closed.start()
    assert len(actors) == 10

    for actor in actors:
        with session.begin_nested() as undone:
            repair(session, actor, closed)

            kept = session.scalars(select(Repair)).one()
            assert (kept.reason, kept.made_by, kept.made_at) == (WHY, actor.person_id, NOW)
            assert (kept.enrolment_id, kept.activity_key) == (closed.enrolment_id, "test")
            undone.rollback()
        session.expunge_all()


@every_repair
def test_to_anybody_else_the_attempt_is_not_there(session, make, closed, repair):
    make.modules(QUIZ.with_(slug="other"))
    places = scopes_of(session, closed)
    another = session.scalars(select(Module.id).where(Module.slug == "other")).one()
    elsewhere = [Scope(ScopeKind.INSTITUTION, make.institution("south")),
                 Scope(ScopeKind.MODULE, another)]  # fmt: skip
    actors = [
        make.person("Zoé"),
        *(make.person("Zoé", roles=(Role.TRAINER,), scope=scope) for scope in elsewhere),
        *(
            make.person("Zoé", roles=(role,), scope=scope)
            for role in (Role.OFFICER, Role.FACILITATOR)
            for scope in places.values()
        ),
    ]
    before = rows(session)

    for actor in actors:
        with pytest.raises((NoSuchAttempt, NoSuchEnrolment)):
            repair(session, actor, closed)
    assert rows(session) == before


@every_repair
def test_who_is_nobody_in_particular_is_asked_to_sign_in(session, closed, repair):
    before = rows(session)

    with pytest.raises(SignInRequired):
        repair(session, NOBODY, closed)
    assert rows(session) == before


@every_repair
@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.ADMINISTRATOR])
def test_nobody_repairs_an_attempt_of_ones_own(session, make, closed, repair, role):
    if role:
        accounts.grant_role(session, SYSTEM, closed.actor.person_id, role, SITE, now=NOW)
    own = find_actor(session, f"{closed.actor.person_id}.0").actor
    before = rows(session)

    with pytest.raises(NotYourRepair):
        repair(session, own, closed)
    assert rows(session) == before


@every_repair
@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "Say why. The reason stays in the record."),
        (" \n ", "Say why. The reason stays in the record."),
        ("x" * 501, "A reason has at most 500 characters; this one has 501."),
    ],
)
def test_no_repair_without_a_reason_that_fits(session, trainer, closed, repair, reason, says):
    before = rows(session)

    with pytest.raises(UnfitRepair) as refusal:
        repair(session, trainer, closed, reason)
    assert {field: str(message) for field, message in refusal.value.fields.items()} == {
        "reason": says
    }
    assert rows(session) == before


@every_repair
def test_the_reason_is_kept_without_the_blanks_around_it(session, trainer, closed, repair):
    if repair is REPAIRS["extend"]:
        closed.start()

    repair(session, trainer, closed, f"  {WHY} \n")

    assert session.scalars(select(Repair.reason)).one() == WHY


@pytest.mark.parametrize("reason", ["x", "x" * LONGEST_REASON, "Panne d’électricité à Ouagadougou"])
def test_a_reason_is_any_text_that_says_something(reason):
    assert find_problem_with_reason(reason) is None


@pytest.mark.parametrize(
    ("mark", "fits"),
    [(0, True), (1, True), (Fraction(1, 3), True), (Fraction(3333, 10_000), True),
     (Fraction(33_333, 100_000), False), (Fraction(-1, 100), False), (Fraction(101, 100), False)],
)  # fmt: skip
def test_a_mark_lies_between_0_and_1_in_hundredths_of_a_percent(mark, fits):
    assert (find_problem_with_mark(Fraction(mark)) is None) is fits


@pytest.mark.parametrize(
    ("find", "most", "least"),
    [
        (find_problem_with_minutes, MOST_MINUTES, 1),
        (find_problem_with_percent, MOST_EXTRA_PERCENT, 0),
    ],
)
def test_minutes_and_percent_keep_within_their_bounds(find, most, least):
    assert find(least) is None
    assert find(most) is None
    assert find(least - 1) is not None
    assert str(most) in str(find(most + 1))


# --- One more attempt -------------------------------------------------------------------------------


def test_a_granted_attempt_comes_after_all_the_others_are_used(sit, session, trainer):
    sitting = sit(attempts=1)
    sitting.sit()
    assert sitting.start().status_code == 409
    before = rows(session)

    REPAIRS["grant"](session, trainer, sitting)
    session.commit()

    assert_only_added(before, rows(session), Repair)
    assert session.scalars(select(Repair.kind)).one() == RepairKind.GRANT
    assert sitting.start().status_code == 201
    sitting.submit()
    assert sitting.start().status_code == 409


def test_an_attempt_can_be_granted_before_the_first_was_begun_and_more_than_once(
    sit, session, trainer
):
    sitting = sit(attempts=1)
    for _ in range(2):
        REPAIRS["grant"](session, trainer, sitting)
    session.commit()

    for _ in range(3):
        sitting.sit()
    assert sitting.start().status_code == 409


def test_a_grant_is_for_one_quiz_and_one_enrolment(sit, session, make, trainer):
    quizzes = (Listed("test", "quiz"), Listed("other", "quiz"))
    sitting = sit(attempts=1, activities=quizzes)
    friend = make.person("Bintou")
    others = {"other": (sitting.actor, sitting.enrolment_id),
              "test": (friend, make.enrolment(friend, "lists"))}  # fmt: skip
    REPAIRS["grant"](session, trainer, sitting)

    for key, (actor, enrolment_id) in others.items():
        rules = queries.read_rules(session.get(Quiz, activity_of(session, key)))
        _, chances = queries.list_attempts(session, enrolment_id, key, rules=rules, now=NOW)
        assert chances.allowed(rules) == 1, actor


def activity_of(session, key) -> int:
    return session.scalars(select(Activity.id).where(Activity.key == key)).one()


@pytest.mark.parametrize("key", ["reading", "nothing"])
def test_an_attempt_is_granted_at_a_quiz_alone(sit, session, trainer, key):
    sitting = sit()
    before = rows(session)

    with pytest.raises(NotAQuiz):
        grant_attempt(session, trainer, sitting.enrolment_id, key, reason=WHY, now=NOW)
    with pytest.raises(NoSuchEnrolment):
        grant_attempt(session, trainer, 99_999, "test", reason=WHY, now=NOW)
    assert rows(session) == before


# --- Reopening --------------------------------------------------------------------------------------


def reopen(session, trainer, sitting, *, minutes=None, now=NOW) -> int:
    """Reopen the attempt, and go on in what came of it."""
    new_id = reopen_attempt(
        session, trainer, sitting.attempt_id, minutes=minutes, reason=WHY, now=now
    )
    session.commit()
    sitting.attempt_id = new_id
    sitting.numbers.clear()
    return new_id


def test_a_reopened_attempt_has_the_same_questions_in_the_same_order_and_the_same_answers(
    closed, session, make, trainer
):
    old_id, answers = closed.attempt_id, closed.answers()
    drawn = queries.list_questions(session, old_id)
    # What was corrected since is for later attempts.
    make.modules(QUIZ.with_(questions=(single("delta"),), draw=1, **ALONE))
    before = rows(session)

    new_id = reopen(session, trainer, closed, minutes=25)

    assert_only_added(before, rows(session), Answer, Attempt, Repair, Slot)
    assert queries.list_questions(session, new_id) == drawn
    assert closed.answers() == answers == {"alpha": choose("alpha", "yes")}
    new, old = session.get(Attempt, new_id), session.get(Attempt, old_id)
    assert (new.number, new.reopens_id, new.submitted_at) == (2, old_id, None)
    assert (new.language, new.quiz_id, new.page) == (old.language, old.quiz_id, 1)
    assert (new.started_at, new.deadline_at) == (NOW, NOW + timedelta(minutes=25))
    kept = session.scalars(select(Repair)).one()
    assert (kept.kind, kept.attempt_id, kept.minutes) == (RepairKind.REOPEN, old_id, 25)


def test_its_learner_finds_it_open_and_goes_on(closed, session, trainer):
    new_id = reopen(session, trainer, closed)

    page = closed.go(f"/learn/{closed.enrolment_id}/test")
    assert page.find_link("Continue the attempt") == f"/attempts/{new_id}"
    assert closed.api("POST", f"/enrolments/{closed.enrolment_id}/activities/test/attempts")
    assert session.get(Attempt, new_id).deadline_at is None
    receipt = closed.save("beta", closed.right("beta"))
    assert (receipt["current"], receipt["late"], receipt["revision"]) == (True, False, 1)
    again = closed.save("alpha", choose("alpha", "no"), base=1)
    assert (again["current"], again["revision"]) == (True, 2)


def test_reopening_is_outside_the_limit(sit, session, trainer):
    sitting = sit(attempts=2)
    sitting.sit()
    reopen(session, trainer, sitting)
    sitting.submit()

    assert sitting.start().status_code == 201
    sitting.submit()
    assert sitting.start().status_code == 409
    assert session.scalars(select(Attempt.number).order_by(Attempt.id)).all() == [1, 2, 3]


def test_the_old_attempt_counts_until_the_new_one_is_graded(closed, session, trainer):
    old_id = closed.attempt_id
    assert score_in_learning(closed, trainer) == Decimal("0.333333")
    reopen(session, trainer, closed)
    assert score_in_learning(closed, trainer) == Decimal("0.333333")

    # Worse than before, and still the one that counts.
    closed.save("alpha", choose("alpha", "no"), base=1)
    closed.submit()

    assert score_in_learning(closed, trainer) == 0
    assert newest_grade(session, old_id).score == Decimal("0.333333")


@pytest.mark.parametrize(
    ("method", "score"),
    [
        ("highest", Fraction(1)),
        ("average", Fraction(2, 3)),
        ("first", Fraction(1)),
        ("last", Fraction(1, 3)),
    ],
)
def test_what_came_of_a_reopened_attempt_counts_in_its_place(sit, session, trainer, method, score):
    sitting = sit({"grading": method}, pass_mark=90, attempts=2)
    sitting.sit()
    first = sitting.attempt_id
    sitting.sit("alpha")
    sitting.attempt_id = first
    reopen(session, trainer, sitting)

    for key in ("alpha", "beta", "gamma"):
        sitting.save(key, sitting.right(key))
    sitting.submit()

    assert score_in_learning(sitting, trainer) == to_score(score)


@given(st.data())
def test_each_chain_of_reopened_attempts_counts_once_by_its_newest_score(data):
    attempts: list[tuple[int, int | None, Fraction | None]] = []
    for attempt_id in range(1, data.draw(st.integers(1, 8)) + 1):
        reopened = {reopens for _, reopens, _ in attempts}
        free = [one for one, _, _ in attempts if one not in reopened]
        reopens = data.draw(st.sampled_from([None, *free]))
        score = data.draw(st.none() | st.fractions(0, 1, max_denominator=6))
        attempts.append((attempt_id, reopens, score))
    expected = []
    for first in (one for one, reopens, _ in attempts if reopens is None):
        chain, scores = {first}, []
        for attempt_id, reopens, score in attempts:
            if attempt_id == first or reopens in chain:
                chain.add(attempt_id)
                scores.append(score)
        known = [score for score in scores if score is not None]
        expected += known[-1:]

    assert list_counting(attempts) == expected
    for method in Method:
        assert combine_scores(list_counting(attempts), method) == combine_scores(expected, method)


def test_what_came_of_it_can_be_reopened_again_and_only_the_last_counts(closed, session, trainer):
    for key in ("beta", "gamma"):
        reopen(session, trainer, closed)
        closed.save(key, closed.right(key))
        closed.submit()

    assert score_in_learning(closed, trainer) == 1
    assert session.scalars(select(Attempt.reopens_id).order_by(Attempt.id)).all() == [
        None, *session.scalars(select(Attempt.id).order_by(Attempt.id)).all()[:2],
    ]  # fmt: skip


def test_an_attempt_is_reopened_once(closed, session, trainer):
    old_id = closed.attempt_id
    reopen(session, trainer, closed)
    closed.submit()
    before = rows(session)

    with pytest.raises(WasReopened):
        reopen_attempt(session, trainer, old_id, minutes=None, reason=WHY, now=NOW)
    assert rows(session) == before


def test_an_open_attempt_is_not_reopened_nor_one_beside_an_open_one(closed, session, trainer):
    old_id = closed.attempt_id
    closed.start()
    before = rows(session)

    with pytest.raises(AttemptIsOpen):
        reopen_attempt(session, trainer, closed.attempt_id, minutes=None, reason=WHY, now=NOW)
    with pytest.raises(AnotherIsOpen):
        reopen_attempt(session, trainer, old_id, minutes=None, reason=WHY, now=NOW)
    assert rows(session) == before


def test_a_learner_who_begins_at_the_same_moment_wins(closed, session, trainer):
    old = session.get(Attempt, closed.attempt_id)

    def begin(session, context, instances):
        if any(isinstance(one, Attempt) for one in session.new):
            other = {"enrolment_id": old.enrolment_id, "activity_key": "test", "number": 2,
                     "quiz_id": old.quiz_id, "language": "fr", "started_at": NOW, "page": 1,
                     "is_timed_out": False}  # fmt: skip
            session.connection().execute(insert(Attempt).values(other))

    event.listen(session, "before_flush", begin, once=True)

    with pytest.raises(AnotherIsOpen):
        reopen_attempt(session, trainer, closed.attempt_id, minutes=None, reason=WHY, now=NOW)


def test_reopening_closes_an_attempt_whose_time_is_over_first(sit, clock, session, trainer):
    sitting = sit({"time_limit": 30, "grace": 60})
    sitting.start()
    sitting.save("alpha", sitting.right("alpha"))
    old_id = sitting.attempt_id
    clock.set(minutes=32)

    new_id = reopen(session, trainer, sitting, minutes=10, now=clock.now)

    old = session.get(Attempt, old_id)
    assert (old.submitted_at, old.is_timed_out) == (clock.now, True)
    assert newest_grade(session, old_id).score == Decimal("0.333333")
    assert session.get(Attempt, new_id).deadline_at == clock.now + timedelta(minutes=10)
    assert sitting.answers() == {"alpha": choose("alpha", "yes")}


@pytest.mark.parametrize("minutes", [0, -5, MOST_MINUTES + 1])
def test_a_reopened_attempt_lasts_a_week_at_most(closed, session, trainer, minutes):
    before = rows(session)

    with pytest.raises(UnfitRepair) as refusal:
        reopen_attempt(session, trainer, closed.attempt_id, minutes=minutes, reason="", now=NOW)
    assert set(refusal.value.fields) == {"minutes", "reason"}
    assert rows(session) == before


def test_what_was_checked_stays_final_in_a_reopened_attempt(sit, session, trainer):
    sitting = sit({"feedback": "immediate"})
    sitting.start()
    sitting.save("alpha", choose("alpha", "no"))
    assert sitting.check("alpha").status_code == 200
    sitting.submit()

    reopen(session, trainer, sitting)

    assert not sitting.save("alpha", sitting.right("alpha"), base=1)["current"]
    assert sitting.save("beta", sitting.right("beta"))["current"]
    assert sitting.answers()["alpha"] == choose("alpha", "no")


def test_a_number_that_nobody_can_read_is_asked_for_again(sit, session, trainer):
    sitting = sit(questions=(number("delta"),), draw=1)
    sitting.start()
    sitting.submit(sitting.as_save("delta", {"value": "1.234"}, language="fr"))

    reopen(session, trainer, sitting)

    assert sitting.show_slot("delta")["problem"]


def test_an_answer_that_was_accepted_goes_on_too(closed, session, trainer):
    REPAIRS["accept"](session, trainer, closed)

    reopen(session, trainer, closed)

    assert closed.answers() == {"alpha": choose("alpha", "yes"), "beta": choose("beta", "yes")}


# --- A late answer ----------------------------------------------------------------------------------


def test_an_accepted_answer_counts_and_the_attempt_is_graded_again(closed, session, trainer):
    before = rows(session)
    answer_id = late_answer_id(session, closed, "beta")

    assert REPAIRS["accept"](session, trainer, closed) == closed.attempt_id
    session.commit()

    assert_only_added(before, rows(session), Grade, Repair, Result)
    assert closed.answers()["beta"] == choose("beta", "yes")
    grade = newest_grade(session, closed.attempt_id)
    assert (grade.score, grade.passed, grade.cause) == (Decimal("0.666667"), False, "repair")
    assert score_in_learning(closed, trainer) == Decimal("0.666667")
    kept = session.scalars(select(Repair)).one()
    assert (kept.kind, kept.answer_id, kept.attempt_id, kept.slot) == (
        RepairKind.ACCEPT, answer_id, closed.attempt_id, closed.slot("beta"),
    )  # fmt: skip


def test_an_accepted_answer_that_passes_completes_the_module_with_a_certificate(
    sit, session, trainer
):
    sitting = sit(**ALONE)
    sitting.sit("alpha", "beta")
    sitting.save("gamma", sitting.right("gamma"))
    assert session.scalars(select(Credential)).all() == []

    accept_answer(session, trainer, late_answer_id(session, sitting, "gamma"), reason=WHY, now=NOW)

    assert session.get(Enrolment, sitting.enrolment_id).completed_at == NOW
    assert session.scalars(select(Credential.score)).one() == 1


def test_of_several_late_answers_the_one_accepted_last_counts(closed, session, trainer):
    first = late_answer_id(session, closed, "beta")
    closed.save("beta", choose("beta", "no"), base=1)
    second = late_answer_id(session, closed, "beta")

    for answer_id, option in ((second, "no"), (first, "yes"), (second, "no")):
        accept_answer(session, trainer, answer_id, reason=WHY, now=NOW)
        assert closed.answers()["beta"] == choose("beta", option)
    assert len(session.scalars(select(Repair)).all()) == 3


def test_an_answer_that_counts_already_is_not_accepted(sit, clock, session, trainer):
    sitting = sit({"time_limit": 30, "grace": 60})
    sitting.start()
    sitting.save("alpha", sitting.right("alpha"))
    clock.set(minutes=30, seconds=30)
    assert sitting.save("beta", sitting.right("beta"))["late"]
    sitting.submit()
    in_time, in_grace = session.scalars(select(Answer.id).order_by(Answer.id)).all()
    sitting.save("gamma", sitting.right("gamma"))
    late = late_answer_id(session, sitting, "gamma")
    accept_answer(session, trainer, late, reason=WHY, now=clock.now)
    before = rows(session)

    for answer_id in (in_time, in_grace, late):
        with pytest.raises(NotLate):
            accept_answer(session, trainer, answer_id, reason=WHY, now=clock.now)
    with pytest.raises(NoSuchAttempt):
        accept_answer(session, trainer, 99_999, reason=WHY, now=clock.now)
    assert rows(session) == before


def test_in_an_open_attempt_there_is_nothing_to_accept(sit, session, trainer):
    sitting = sit()
    sitting.start()
    sitting.save("alpha", sitting.right("alpha"))
    answer_id = session.scalars(select(Answer.id)).one()

    with pytest.raises(AttemptIsOpen):
        accept_answer(session, trainer, answer_id, reason=WHY, now=NOW)


def test_a_mark_by_hand_is_for_the_answer_that_it_was_given_to(closed, session, trainer):
    slot = closed.slot("beta")
    mark_answer(session, trainer, closed.attempt_id, slot, mark=Fraction(1, 4), reason=WHY, now=NOW)
    assert queries.list_given_marks(session, closed.attempt_id) == {slot: Fraction(1, 4)}

    REPAIRS["accept"](session, trainer, closed)

    assert queries.list_given_marks(session, closed.attempt_id) == {}
    assert newest_grade(session, closed.attempt_id).score == Decimal("0.666667")
    mark_answer(session, trainer, closed.attempt_id, slot, mark=Fraction(0), reason=WHY, now=NOW)
    assert newest_grade(session, closed.attempt_id).score == Decimal("0.333333")


# --- More time --------------------------------------------------------------------------------------


def test_a_later_deadline_is_kept_and_what_comes_before_it_is_in_time(sit, clock, session, trainer):
    sitting = sit({"time_limit": 30, "closes": (NOW + timedelta(minutes=40)).isoformat()})
    sitting.start()
    before = rows(session)

    extend_deadline(session, trainer, sitting.attempt_id, minutes=20, reason=WHY, now=NOW)
    session.commit()

    # Past the closing of the quiz, too.
    assert sitting.attempt().deadline_at == NOW + timedelta(minutes=50)
    after = rows(session)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"quizzes_attempt", "quizzes_repair"}
    kept = session.scalars(select(Repair)).one()
    assert (kept.kind, kept.minutes) == (RepairKind.EXTEND, 20)
    clock.set(minutes=49)
    assert sitting.show()["submitted_at"] is None
    receipt = sitting.save("alpha", sitting.right("alpha"))
    assert (receipt["current"], receipt["late"]) == (True, False)
    clock.set(minutes=50, seconds=1)
    assert not sitting.save("beta", sitting.right("beta"))["current"]
    assert sitting.attempt().is_timed_out


def test_within_its_grace_a_deadline_can_still_be_moved(sit, clock, session, trainer):
    sitting = sit({"time_limit": 30, "grace": 60})
    sitting.start()
    clock.set(minutes=30, seconds=59)

    extend_deadline(session, trainer, sitting.attempt_id, minutes=5, reason=WHY, now=clock.now)

    assert sitting.attempt().deadline_at == NOW + timedelta(minutes=35)


def test_an_attempt_whose_time_is_over_must_be_reopened(sit, clock, session, trainer):
    sitting = sit({"time_limit": 30, "grace": 60})
    sitting.start()
    clock.set(minutes=31, microseconds=1)
    session.commit()
    before = rows(session)

    with pytest.raises(AttemptIsClosed):
        extend_deadline(session, trainer, sitting.attempt_id, minutes=5, reason=WHY, now=clock.now)
    session.rollback()
    assert rows(session) == before


def test_only_a_deadline_that_there_is_can_be_moved(sit, closed, session, trainer):
    before = rows(session)
    with pytest.raises(AttemptIsClosed):
        extend_deadline(session, trainer, closed.attempt_id, minutes=5, reason=WHY, now=NOW)
    assert rows(session) == before
    reopen(session, trainer, closed)
    before = rows(session)

    with pytest.raises(NoDeadline):
        extend_deadline(session, trainer, closed.attempt_id, minutes=5, reason=WHY, now=NOW)
    with pytest.raises(UnfitRepair) as refusal:
        extend_deadline(session, trainer, closed.attempt_id, minutes=0, reason=" ", now=NOW)
    assert set(refusal.value.fields) == {"minutes", "reason"}
    with pytest.raises(NoSuchAttempt):
        extend_deadline(session, trainer, 99_999, minutes=5, reason=WHY, now=NOW)
    assert rows(session) == before


# --- A mark by hand ---------------------------------------------------------------------------------


@pytest.fixture
def unclear(sit):
    """An attempt with a number that nobody can read for certain, alone in its quiz."""
    sitting = sit(questions=(number("delta"), several("gamma")), draw=2, **ALONE)
    sitting.start()
    sitting.submit(
        sitting.as_save("delta", {"value": "1.234"}, language="fr"),
        sitting.as_save("gamma", sitting.right("gamma")),
    )
    return sitting


def test_a_mark_ends_the_waiting_and_completes_the_module_with_a_certificate(
    unclear, session, trainer
):
    assert newest_grade(session, unclear.attempt_id).score is None
    assert score_in_learning(unclear, trainer) is None
    before = rows(session)

    slot = unclear.slot("delta")
    mark_answer(
        session, trainer, unclear.attempt_id, slot, mark=Fraction(2, 3), reason=WHY, now=NOW
    )
    session.commit()

    assert_only_added(before, rows(session), Grade, Repair, Result)
    grade = newest_grade(session, unclear.attempt_id)
    assert (grade.score, grade.passed, grade.cause) == (Decimal("0.833333"), True, "repair")
    assert grade.marks[str(slot)] == "2/3"
    assert score_in_learning(unclear, trainer) == Decimal("0.833333")
    assert session.get(Enrolment, unclear.enrolment_id).completed_at == NOW
    assert session.scalars(select(Credential.score)).one() == Decimal("0.833333")


def test_the_learner_sees_the_mark_in_the_review(unclear, session, trainer):
    assert "Waits for a trainer" in unclear.go().text
    slot = unclear.slot("delta")
    mark_answer(
        session, trainer, unclear.attempt_id, slot, mark=Fraction(1, 2), reason=WHY, now=NOW
    )
    session.commit()

    page = unclear.go()
    assert "You passed" in page.text
    assert "Partly right: 50%" in page.text


def test_a_mark_can_be_given_anew_and_outranks_the_key(closed, session, trainer):
    slot = closed.slot("alpha")
    for mark, score in ((Fraction(0), 0), (Fraction(1, 2), Decimal("0.166667"))):
        mark_answer(session, trainer, closed.attempt_id, slot, mark=mark, reason=WHY, now=NOW)
        assert newest_grade(session, closed.attempt_id).score == score
        assert score_in_learning(closed, trainer) == score
    assert len(session.scalars(select(Grade)).all()) == 3


def test_an_attempt_with_two_unclear_answers_waits_for_both(sit, session, trainer):
    sitting = sit(questions=(number("delta"), number("eps")), draw=2)
    sitting.start()
    sitting.submit(
        *(sitting.as_save(key, {"value": "1.234"}, language="fr") for key in ("delta", "eps"))
    )

    mark_answer(session, trainer, sitting.attempt_id, 1, mark=Fraction(1), reason=WHY, now=NOW)
    assert newest_grade(session, sitting.attempt_id).score is None
    assert session.scalars(select(Result)).all() == []

    mark_answer(session, trainer, sitting.attempt_id, 2, mark=Fraction(0), reason=WHY, now=NOW)
    assert newest_grade(session, sitting.attempt_id).score == Decimal("0.5")
    assert len(session.scalars(select(Result)).all()) == 1


def test_what_waits_in_a_reopened_attempt_leaves_the_old_one_counting(sit, session, trainer):
    sitting = sit(questions=(number("delta"),), draw=1)
    sitting.start()
    sitting.submit(sitting.as_save("delta", {"value": "1500"}))
    assert score_in_learning(sitting, trainer) == 1
    reopen(session, trainer, sitting)
    sitting.submit(sitting.as_save("delta", {"value": "1.234"}, base=1, language="fr"))
    waiting = sitting.attempt_id

    # Another attempt makes the quiz be judged again.
    sitting.start()
    sitting.submit()
    assert score_in_learning(sitting, trainer) == 1

    mark_answer(session, trainer, waiting, 1, mark=Fraction(1, 2), reason=WHY, now=NOW)
    assert score_in_learning(sitting, trainer) == Decimal("0.5")


def test_only_an_answer_of_a_closed_attempt_is_marked(closed, session, trainer):
    before = rows(session)
    with pytest.raises(NoSuchAttempt):
        mark_answer(session, trainer, closed.attempt_id, 9, mark=Fraction(1), reason=WHY, now=NOW)
    with pytest.raises(NoSuchAttempt):
        mark_answer(session, trainer, 99_999, 1, mark=Fraction(1), reason=WHY, now=NOW)
    with pytest.raises(UnfitRepair) as refusal:
        mark_answer(session, trainer, closed.attempt_id, 1, mark=Fraction(2), reason="", now=NOW)
    assert set(refusal.value.fields) == {"mark", "reason"}
    assert rows(session) == before
    closed.start()

    with pytest.raises(AttemptIsOpen):
        mark_answer(session, trainer, closed.attempt_id, 1, mark=Fraction(1), reason=WHY, now=NOW)


# --- Extra time -------------------------------------------------------------------------------------


def give(session, actor, sitting, percent, *, key="test", reason=WHY, **target) -> None:
    module_id = get_facts(session, sitting.enrolment_id).module_id
    give_extra_time(
        session, actor, module_id, key, percent=percent, reason=reason, now=NOW, **target
    )


def minutes_of_the_next(session, sitting) -> float:
    started = start_attempt(
        session, sitting.actor, sitting.enrolment_id, "test", language="fr", now=NOW
    )
    attempt = session.get(Attempt, started.id)
    return (attempt.deadline_at - attempt.started_at) / timedelta(minutes=1)


@pytest.fixture
def timed(closed):
    """A learner of an institution below another, before the next attempt of half an hour."""
    return closed


def institutions_of(session, sitting) -> tuple[int, int]:
    above, own = get_facts(session, sitting.enrolment_id).institution_scopes
    return above.id, own.id


def test_extra_time_is_for_attempts_to_come(timed, session, trainer):
    timed.start()
    open_until = timed.attempt().deadline_at
    before = rows(session)

    give(session, trainer, timed, 50, person_id=timed.actor.person_id)
    session.commit()

    assert_only_added(before, rows(session), ExtraTime)
    assert timed.attempt().deadline_at == open_until == NOW + timedelta(minutes=30)
    timed.submit()
    REPAIRS["grant"](session, trainer, timed)
    assert minutes_of_the_next(session, timed) == 45
    kept = session.scalars(select(ExtraTime)).one()
    assert (kept.reason, kept.made_by, kept.made_at) == (WHY, trainer.person_id, NOW)
    assert (kept.person_id, kept.institution_id) == (timed.actor.person_id, None)


@pytest.mark.parametrize(
    ("given_out", "minutes"),
    [
        ([("own", 20)], 36),
        ([("above", 20)], 36),
        ([("own", 20), ("above", 100)], 60),
        ([("own", 20), ("own", 10)], 33),
        ([("own", 20), ("own", 0)], 30),
        ([("above", 100), ("person", 10)], 33),
        ([("person", 10), ("above", 100)], 33),
        ([("own", 20), ("person", 100), ("person", 0)], 36),
        ([("elsewhere", 100)], 30),
        ([("somebody else", 100)], 30),
    ],
)
def test_a_persons_own_outranks_institutions_and_the_newest_for_each_counts(
    timed, session, make, trainer, given_out, minutes
):
    above, own = institutions_of(session, timed)
    friend = make.person("Bintou")
    make.enrolment(friend, "lists")
    targets = {
        "own": {"institution_id": own},
        "above": {"institution_id": above},
        "elsewhere": {"institution_id": make.institution("south")},
        "person": {"person_id": timed.actor.person_id},
        "somebody else": {"person_id": friend.person_id},
    }

    for target, percent in given_out:
        give(session, trainer, timed, percent, **targets[target])

    assert minutes_of_the_next(session, timed) == minutes
    assert len(session.scalars(select(ExtraTime)).all()) == len(given_out)


def test_extra_time_is_for_one_quiz_of_one_module(sit, session, trainer):
    sitting = sit({"time_limit": 30}, activities=(Listed("test", "quiz"), Listed("other", "quiz")))
    give(session, trainer, sitting, 100, key="other", person_id=sitting.actor.person_id)

    assert minutes_of_the_next(session, sitting) == 30


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (None, "site"),
        (Role.OFFICER, "site"),
        (Role.FACILITATOR, "site"),
        (Role.TRAINER, "institution"),
        (Role.TRAINER, "institution above"),
    ],
)
def test_extra_time_is_given_by_trainers_of_the_whole_module_alone(
    timed, session, make, role, place
):
    actor = make.person(roles=(role,) if role else (), scope=scopes_of(session, timed)[place])
    before = rows(session)

    with pytest.raises(NoSuchModule):
        give(session, actor, timed, 10, person_id=timed.actor.person_id)
    with pytest.raises(NoSuchModule):
        give_extra_time(session, actor, 99_999, "test", percent=1, reason=WHY, now=NOW)
    with pytest.raises(SignInRequired):
        give(session, NOBODY, timed, 10, person_id=timed.actor.person_id)
    assert rows(session) == before


def test_nobody_gives_extra_time_to_oneself(timed, session, make):
    own = make.person("Théo", roles=(Role.TRAINER,))
    make.enrolment(own, "lists")
    before = rows(session)

    with pytest.raises(NotYourRepair):
        give(session, own, timed, 10, person_id=own.person_id)
    assert rows(session) == before


def test_extra_time_needs_one_whom_there_is_a_percentage_and_a_reason(
    timed, session, make, trainer
):
    stranger, learner = make.person("Zoé").person_id, timed.actor.person_id
    place, _ = institutions_of(session, timed)
    before = rows(session)

    for says, target in {
        "Say whom it is for.": {},
        "Say whom it is for. ": {"person_id": learner, "institution_id": place},
        "This person is not enrolled in the module.": {"person_id": stranger},
        "There is no such institution.": {"institution_id": 99_999},
    }.items():
        with pytest.raises(UnfitRepair) as refusal:
            give(session, trainer, timed, 10, **target)
        assert {field: str(one) for field, one in refusal.value.fields.items()} == {
            "target": says.strip()
        }
    with pytest.raises(UnfitRepair) as refusal:
        give(session, trainer, timed, MOST_EXTRA_PERCENT + 1, reason="", person_id=learner)
    assert set(refusal.value.fields) == {"percent", "reason"}
    for key in ("nothing", "reading"):
        with pytest.raises(NotAQuiz):
            give(session, trainer, timed, 10, key=key, person_id=learner)
    assert rows(session) == before
