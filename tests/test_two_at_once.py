"""Two clicks, two devices, two workers at the same moment: each on a connection of its own, and committed.

Where a command looks before it writes, the two are held until both have looked. SQLite lets one write at a time, so
there the second has to wait before it looks, and the first goes on alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from threading import Barrier, BrokenBarrierError, get_ident
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from lms import learning
from lms.accounts.domain import PersonName
from lms.core import clock
from lms.core.permissions import Actor, Role
from lms.core.storage import storage
from lms.credentials.commands import ask_for_correction
from lms.credentials.models import Correction, Credential, Document, Holder, Revocation
from lms.credentials.tasks import make_document
from lms.jobs.models import Job
from lms.learning.models import Enrolment, Result
from lms.questions.domain import get_type
from lms.quizzes.commands import start_attempt
from lms.quizzes.models import Answer, Attempt, Grade
from lms.quizzes.queries import list_questions
from lms.quizzes.tasks import close_overdue
from tests.conftest import NOW, make_config, migrate, running, temporary_database
from tests.factories import Factory, form_token, sign_in
from tests.made_courses import Listed, MadeModule

# Far longer than any two threads need to meet where nothing keeps them apart.
MEETING_SECONDS = 0.5

READINGS = MadeModule("readings", activities=(Listed("one"), Listed("two")))
QUIZ = MadeModule("quiz", activities=(Listed("test", "quiz"),))
TIMED = MadeModule("timed", activities=QUIZ.activities, settings={"time_limit": 30})


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database where commits stay, with two modules in it."""
    folder = tmp_path_factory.mktemp("at-once")
    with temporary_database(folder) as url:
        migrate(url)
        with running(make_config(url, folder / "files")) as app:
            yield app


@pytest.fixture(scope="module")
def make(own_app: Flask) -> Iterator[Factory]:
    """The factory; `at_once` ends its transaction before two others begin."""
    with own_app.app_context(), own_app.extensions["database"].sessionmaker() as session:
        factory = Factory(session, NOW)
        factory.modules(READINGS, QUIZ, TIMED)
        yield factory


@pytest.fixture
def person(make: Factory) -> Actor:
    """Somebody new, who is not enrolled."""
    return make.person()


class Meeting:
    """A place where two threads wait for each other, each time that both get there."""

    def __init__(self) -> None:
        self._barrier = Barrier(2)

    def wait(self) -> None:
        """Wait for the other; go on alone where it is kept from coming."""
        with suppress(BrokenBarrierError):
            self._barrier.wait(MEETING_SECONDS)


@pytest.fixture
def meet_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Hold two threads before a function, named by its path, until both have come."""

    def hold(path: str) -> None:
        meeting = Meeting()
        module, name = path.rsplit(".", 1)
        function = getattr(__import__(module, fromlist=[name]), name)

        def wait_first(*args: Any, **kwargs: Any) -> Any:
            meeting.wait()
            return function(*args, **kwargs)

        monkeypatch.setattr(path, wait_first)

    return hold


def at_once(make: Factory, *calls: Callable[[], Any]) -> list[Any]:
    """Make the calls at the same moment, each in a thread of its own, and return what they return."""
    make.session.commit()
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def click(app: Flask, actor: Actor, path: str, **form: str) -> Callable[[], Any]:
    """Return a click on a button of a page, by a browser of its own in which `actor` is signed in."""
    client: FlaskClient = sign_in(app.test_client(), actor)
    token = form_token(client)
    return lambda: client.post(path, data={"csrf_token": token, **form})


def count(make: Factory, model: Any, *conditions: Any) -> int:
    found = make.session.scalar(select(func.count()).select_from(model).where(*conditions))
    assert found is not None
    return found


def of(person: Actor) -> Any:
    return Enrolment.person_id == person.person_id


# --------------------------------------------------------------------------------------------------


def test_two_clicks_on_enrol_are_one_enrolment(own_app, make, person, meet_at):
    meet_at("lms.learning.commands._require_prerequisites")
    clicks = [click(own_app, person, "/catalogue/readings/enrol") for _ in range(2)]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert replies[0].location == replies[1].location
    assert count(make, Enrolment, of(person)) == 1


def test_two_clicks_on_start_are_one_attempt(own_app, make, person, meet_at):
    enrolment_id = make.enrolment(person, "quiz")
    meet_at("lms.quizzes.queries.list_attempts")
    clicks = [click(own_app, person, f"/learn/{enrolment_id}/test/attempts") for _ in range(2)]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert replies[0].location == replies[1].location
    assert count(make, Attempt, Attempt.enrolment_id == enrolment_id) == 1


def start(make: Factory, person: Actor, slug: str = "quiz") -> tuple[int, int]:
    """Return the ids of a new enrolment and of an attempt in it."""
    enrolment_id = make.enrolment(person, slug)
    started = start_attempt(make.session, person, enrolment_id, "test", language="fr", now=NOW)
    make.session.commit()
    return enrolment_id, started.id


def test_two_clicks_on_submit_grade_once(own_app, make, person, meet_at):
    enrolment_id, attempt_id = start(make, person)
    meet_at("lms.quizzes.commands.closing.mark_slots")
    clicks = [
        click(own_app, person, f"/attempts/{attempt_id}/submit", confirmed="1") for _ in range(2)
    ]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert replies[0].location == replies[1].location == f"/attempts/{attempt_id}/review"
    assert count(make, Grade, Grade.attempt_id == attempt_id) == 1
    assert count(make, Result, Result.enrolment_id == enrolment_id) == 1


def test_one_save_sent_twice_at_once_is_kept_once(own_app, make, person, meet_at):
    _, attempt_id = start(make, person)
    meet_at("lms.quizzes.queries.list_kept_saves")

    def send() -> Callable[[], Any]:
        client = sign_in(own_app.test_client(), person)
        token = form_token(client)
        saves = [{"slot": 1, "number": 1, "base": 0, "response": {"choices": []}}]
        return lambda: client.put(
            f"/api/v1/attempts/{attempt_id}/answers",
            json={"client": "phone", "saves": saves},
            headers={"X-CSRFToken": token},
        )

    replies = at_once(make, send(), send())

    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json["receipts"] == replies[1].json["receipts"]
    assert count(make, Answer, Answer.attempt_id == attempt_id) == 1


def test_two_workers_that_sweep_at_once_close_an_attempt_once(own_app, make, person, meet_at):
    enrolment_id, attempt_id = start(make, person, "timed")
    meet_at("lms.quizzes.commands.close_overdue_attempt")
    later = NOW + timedelta(hours=1)

    def sweep() -> int:
        with own_app.app_context():
            return close_overdue.run(later)

    assert at_once(make, sweep, sweep) == [1, 1]

    make.session.expire_all()
    attempt = make.session.get_one(Attempt, attempt_id)
    assert (attempt.submitted_at, attempt.is_timed_out) == (later, True)
    assert count(make, Grade, Grade.attempt_id == attempt_id) == 1
    assert count(make, Result, Result.enrolment_id == enrolment_id) == 1


def test_a_save_and_a_sweep_at_once_leave_one_grade_of_what_counts(
    own_app, make, person, monkeypatch, meet_at
):
    _, attempt_id = start(make, person, "timed")
    # The last moment at which a save counts, and the first at which a sweep closes.
    end = NOW + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: end)
    meet_at("lms.quizzes.queries.lock_attempt")
    client = sign_in(own_app.test_client(), person)
    token = form_token(client)
    question = list_questions(make.session, attempt_id)[0]
    right = get_type(question.type).right_response(question.body)
    saves = [{"slot": 1, "number": 1, "base": 0, "response": right}]

    def save() -> Any:
        return client.put(
            f"/api/v1/attempts/{attempt_id}/answers",
            json={"client": "phone", "saves": saves},
            headers={"X-CSRFToken": token},
        )

    def sweep() -> int:
        with own_app.app_context():
            return close_overdue.run(end + timedelta(microseconds=1))

    reply, _ = at_once(make, save, sweep)

    make.session.expire_all()
    grade = make.session.scalars(select(Grade).where(Grade.attempt_id == attempt_id)).one()
    (receipt,) = reply.json["receipts"]
    # Whichever came first: what the receipt says is what was graded.
    assert receipt["current"] is not receipt["late"]
    assert Fraction(grade.marks["1"]) == int(receipt["current"])


def test_two_clicks_on_i_have_read_this_are_one_result(own_app, make, person, meet_at):
    enrolment_id = make.enrolment(person, "readings")
    meet_at("lms.learning.queries.list_done")
    clicks = [click(own_app, person, f"/learn/{enrolment_id}/one/completion") for _ in range(2)]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert count(make, Result, Result.enrolment_id == enrolment_id) == 1


def test_the_two_last_activities_done_at_once_complete_the_module_once(
    own_app, make, person, meet_at
):
    enrolment_id = make.enrolment(person, "readings")
    meet_at("lms.learning.queries.list_done")
    clicks = [
        click(own_app, person, f"/learn/{enrolment_id}/{key}/completion") for key in ("one", "two")
    ]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert make.session.get_one(Enrolment, enrolment_id).progress == 1
    assert count(make, Result, Result.enrolment_id == enrolment_id) == 2
    assert count(make, Credential, Credential.enrolment_id == enrolment_id) == 1
    assert count(make, Job, Job.owner_id == person.person_id) == 1


def test_two_people_who_finish_at_once_have_numbers_that_follow_each_other(own_app, make, meet_at):
    people = [make.person(), make.person()]
    ids = [make.enrolment(actor, "readings") for actor in people]
    for actor, enrolment_id in zip(people, ids, strict=True):
        learning.commands.complete_activity(make.session, actor, enrolment_id, "one", now=NOW)
    meet_at("lms.credentials.commands.issuing._take_number")
    clicks = [
        click(own_app, actor, f"/learn/{enrolment_id}/two/completion")
        for actor, enrolment_id in zip(people, ids, strict=True)
    ]

    at_once(make, *clicks)

    numbers = sorted(
        int(number[-8:])
        for number in make.session.scalars(
            select(Credential.number).where(Credential.enrolment_id.in_(ids))
        )
    )
    assert numbers[1] == numbers[0] + 1


def wait_for_name(make: Factory, slug: str = "readings") -> tuple[Actor, int]:
    """Return somebody who has all but one reading of a module, and has not confirmed the name."""
    actor = make.person(confirms_name=False)
    enrolment_id = make.enrolment(actor, slug)
    learning.commands.complete_activity(make.session, actor, enrolment_id, "one", now=NOW)
    make.session.commit()
    return actor, enrolment_id


def name_click(app: Flask, actor: Actor) -> Callable[[], Any]:
    form = {"given-names": "Awa", "family-names": "Traoré", "name-order": "given-first"}
    return click(app, actor, "/my/certificate-name", shown="Awa Traoré", **form)


def test_two_clicks_that_confirm_the_name_issue_one_certificate(own_app, make, meet_at):
    actor, enrolment_id = wait_for_name(make)
    learning.commands.complete_activity(make.session, actor, enrolment_id, "two", now=NOW)
    meet_at("lms.accounts.queries.lock_person")

    replies = at_once(make, *(name_click(own_app, actor) for _ in range(2)))

    assert [reply.status_code for reply in replies] == [302, 302]
    assert count(make, Credential, Credential.enrolment_id == enrolment_id) == 1
    assert count(make, Job, Job.owner_id == actor.person_id) == 1


@pytest.mark.parametrize("round_", range(3))
def test_a_name_confirmed_at_the_moment_of_completion_loses_no_certificate(
    own_app, make, meet_at, round_
):
    actor, enrolment_id = wait_for_name(make)
    meet_at("lms.credentials.queries.list_numbers")
    reading = click(own_app, actor, f"/learn/{enrolment_id}/two/completion")

    at_once(make, name_click(own_app, actor), reading)

    make.session.expire_all()
    assert make.session.get_one(Enrolment, enrolment_id).completed_at is not None
    assert count(make, Credential, Credential.enrolment_id == enrolment_id) == 1


def corrected(make: Factory, actor: Actor) -> tuple[str, int]:
    """Return the number of a certificate of the actor's, and the id of an open request about it."""
    enrolment_id = make.enrolment(actor, "readings")
    for key in ("one", "two"):
        learning.commands.complete_activity(make.session, actor, enrolment_id, key, now=NOW)
    number = make.session.scalars(
        select(Credential.number).where(Credential.enrolment_id == enrolment_id)
    ).one()
    ask_for_correction(
        make.session,
        actor,
        number,
        PersonName("Zoé", "Bâ"),
        in_capitals=False,
        reason="So",
        now=NOW,
    )
    request = make.session.scalars(select(func.max(Correction.id))).one()
    make.session.commit()
    return number, request


def test_two_clicks_on_a_correction_are_one_request(own_app, make, person, meet_at):
    number, request = corrected(make, person)
    make.session.execute(delete(Correction).where(Correction.id == request))
    meet_at("lms.credentials.queries.has_open_correction")
    form = {"given-names": "Zoé", "family-names": "Bâ", "name-order": "given-first", "reason": "So"}
    path = f"/my/certificates/{number}/correction"

    replies = at_once(make, *(click(own_app, person, path, **form) for _ in range(2)))

    assert sorted(reply.status_code for reply in replies) == [302, 409]
    assert count(make, Correction, Correction.person_id == person.person_id) == 1


def test_two_officers_who_grant_at_once_issue_one_certificate(own_app, make, person, meet_at):
    number, request = corrected(make, person)
    meet_at("lms.credentials.queries.lock_correctable")
    path = f"/credentials/{number}/corrections/{request}"
    clicks = [
        click(
            own_app, make.person(roles=(Role.ADMINISTRATOR,)), path, decision="grant", answer="So"
        )
        for _ in range(2)
    ]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert count(make, Holder, Holder.person_id == person.person_id) == 2


def test_two_clicks_on_withdraw_are_one_withdrawal(own_app, make, person, meet_at):
    number, _request = corrected(make, person)
    grace = make.person(roles=(Role.ADMINISTRATOR,))
    meet_at("lms.credentials.queries.lock_revocable")
    form = {"reason": "misconduct", "note": "So"}
    clicks = [click(own_app, grace, f"/credentials/{number}/revocation", **form) for _ in range(2)]

    replies = at_once(make, *clicks)

    assert [reply.status_code for reply in replies] == [302, 302]
    assert count(make, Revocation, Revocation.revoked_by_id == grace.person_id) == 1


def test_two_workers_that_make_one_document_keep_one_and_its_own_bytes(
    own_app, make, person, monkeypatch
):
    enrolment_id = make.enrolment(person, "readings")
    for key in ("one", "two"):
        learning.commands.complete_activity(make.session, person, enrolment_id, key, now=NOW)
    credential_id = make.session.scalar(
        select(Credential.id).where(Credential.enrolment_id == enrolment_id)
    )
    make.session.commit()
    meeting = Meeting()

    def render(certificate: object) -> bytes:
        meeting.wait()
        # As if the two workers had not quite the same fonts.
        return str(get_ident()).encode()

    monkeypatch.setattr("lms.credentials.pdf.render_certificate", render)
    monkeypatch.setattr("lms.credentials.signing.sign_document", lambda page, *_keys: page)

    def work(language: str) -> Callable[[], str]:
        def run() -> str:
            with own_app.app_context():
                return make_document(credential_id, language)

        return run

    for language in ("fr", "en"):
        made = at_once(make, work(language), work(language))
        kept = make.session.scalars(
            select(Document).where(
                Document.credential_id == credential_id, Document.language == language
            )
        ).one()
        assert set(made) == {kept.sha256}
        assert kept.sha256 == hashlib.sha256(storage().read(kept.storage_key)).hexdigest()
        folder = storage()._path(kept.storage_key).parent
        assert [path.name for path in folder.glob(f"*.{language}.*")] == [
            kept.storage_key.rsplit("/", 1)[1]
        ]
