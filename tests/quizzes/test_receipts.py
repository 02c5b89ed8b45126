"""What the API says of each save, for ever the same; and whatever else is sent to it."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from sqlalchemy import select

from lms.questions.domain import get_type
from lms.quizzes import queries
from lms.quizzes.models import Answer, Grade
from tests.factories import form_token, sign_in
from tests.made_courses import both, number, option, several, single
from tests.quizzes.sitting import Sitting, choose

RTL = "\u202etxt.exe\u202c"
SCRIPT = "<script>alert(1)</script>"
TEXT = {
    "key": "word",
    "type": "short_answer",
    "prompt": both("Question word"),
    "answers": [
        {"fraction": 1, "accept": {"fr": ["liste"], "en": ["list"]}, "feedback": both("Yes")}
    ],
    "otherwise": both("No"),
}
TRUTH = {
    "key": "truth",
    "type": "true_false",
    "prompt": both("Question truth"),
    "answer": True,
    "feedback_true": both("Yes"),
    "feedback_false": both("No"),
}
PAIRS = {
    "key": "pairs",
    "type": "matching",
    "prompt": both("Question pairs"),
    "options": [{"key": name, "text": both(f"To {name}")} for name in ("left", "right")],
    "pairs": [
        {"key": key, "prompt": both(key), "option": name, "feedback": both(f"Because of {name}")}
        for key, name in (("one", "left"), ("two", "right"))
    ],
}
UNITS = [
    {"key": "metres", "text": both("m"), "multiplier": 1},
    {"key": "kilometres", "text": both("km"), "multiplier": 1000},
]
EVERY_TYPE = (
    single("alpha"),
    several("gamma"),
    TRUTH,
    TEXT,
    PAIRS,
    {**number("many"), "units": UNITS},
    {**several("all"), "all_or_nothing": True,
     "options": [option("all-one", 1), option("all-two", 1), option("all-no", 0)]},
)  # fmt: skip


@pytest.fixture
def sitting(sit):
    """An open attempt with a question of each type."""
    sitting = sit({"time_limit": 30, "grace": 60}, questions=EVERY_TYPE, draw=len(EVERY_TYPE))
    assert sitting.start().status_code == 201
    return sitting


# --- Receipts -------------------------------------------------------------------------------------


def test_a_receipt_says_all_that_became_of_a_save(sitting, clock):
    clock.set(minutes=3)
    save = sitting.as_save("alpha", choose("alpha", "no"))

    reply = sitting.send(save)

    assert (reply.status_code, reply.json) == (
        200,
        {
            "receipts": [
                {"slot": save["slot"], "number": 1, "revision": 1, "current": True, "late": False,
                 "received_at": clock.now.isoformat(), "problem": None}
            ],
            "now": clock.now.isoformat(),
        },
    )  # fmt: skip


def test_receipts_come_in_the_order_of_the_saves(sitting):
    keys = ("many", "alpha", "gamma", "alpha")
    saves = [sitting.as_save(key, sitting.right(key)) for key in keys]

    receipts = sitting.send(*saves).json["receipts"]

    assert [(one["slot"], one["number"]) for one in receipts] == [
        (save["slot"], save["number"]) for save in saves
    ]
    assert [one["revision"] for one in receipts] == [1, 1, 1, 2]


@pytest.mark.parametrize("how", ["submitted", "timed out", "in grace"])
def test_a_repeat_gets_its_first_receipt_again_whatever_has_happened_since(sitting, clock, how):
    saves = [
        sitting.as_save("alpha", choose("alpha", "no")),
        sitting.as_save("many", {"value": "about 7"}),
        sitting.as_save("alpha", choose("alpha", "yes"), client="phone"),
    ]
    first = sitting.send(*saves).json["receipts"]
    assert first[1]["problem"]
    sitting.save("alpha", choose("alpha", "never"), base=2, client="desk")
    if how == "submitted":
        sitting.submit()
    clock.set(minutes={"submitted": 5, "timed out": 40, "in grace": 31}[how])

    again = sitting.send(*saves).json["receipts"]
    by_submission = sitting.submit(*saves).json["receipts"]

    assert again == by_submission == first
    assert sitting.kept() == 4


def test_a_receipt_is_told_in_whatever_language_the_reader_has_now(sitting):
    save = sitting.as_save("many", {"value": "about 7"}, language="en")
    text = "This cannot be read as a number. Write it in digits alone, for example 1250 or %(example)s."

    for language in ("en", "fr"):
        receipt = sitting.send(save, language=language).json["receipts"][0]
        assert receipt["problem"] == sitting.say(text, language, example="12.5")


def test_the_same_number_with_another_answer_is_a_conflict_and_nothing_of_the_batch_is_kept(
    sitting, clock
):
    used = sitting.as_save("alpha", choose("alpha", "no"))
    sitting.send(used)
    other = {**used, "response": choose("alpha", "yes")}
    good = sitting.as_save("gamma", choose("gamma", "one"))

    for minutes in (1, 31, 40):
        clock.set(minutes=minutes)
        reply = sitting.send(good, other)
        assert (reply.status_code, list(reply.json["fields"])) == (409, ["saves.1.number"])
        assert sitting.submit(good, other).status_code == 409
    assert sitting.kept() == 1
    # The good one can still be sent, and finds the attempt closed.
    assert sitting.send(good).json["receipts"][0]["late"]


def test_another_base_or_language_of_a_repeat_makes_no_conflict(sitting):
    save = sitting.as_save("alpha", choose("alpha", "no"))
    first = sitting.send(save).json["receipts"]

    assert sitting.send({**save, "base": 7, "language": "fr"}).json["receipts"] == first
    assert sitting.kept() == 1


def test_a_replayed_receipt_is_no_save(sitting):
    receipt = sitting.save("alpha", choose("alpha", "no"))

    reply = sitting.send(receipt)

    assert reply.status_code == 422
    assert sitting.kept() == 1


def test_each_save_keeps_the_language_it_was_typed_in(sitting, session):
    sitting.send(
        sitting.as_save("alpha", choose("alpha", "no"), language="fr"),
        sitting.as_save("gamma", choose("gamma", "one"), language=None),
        sitting.as_save("word", {"text": "قائمة"}, language="ar"),
    )

    assert session.scalars(select(Answer.language).order_by(Answer.id)).all() == ["fr", "en", "ar"]


def test_clients_do_not_share_their_numbers(sitting):
    for client in ("phone", "desk"):
        save = sitting.as_save("alpha", choose("alpha", "no"), base=1, client=client)
        assert save["number"] == 1
        assert sitting.send(save, client=client).status_code == 200
    assert sitting.kept() == 2


# --- Every type, right and malformed --------------------------------------------------------------


@pytest.mark.parametrize("key", [question["key"] for question in EVERY_TYPE])
def test_the_right_answer_to_each_type_is_kept_shown_and_graded(sitting, key):
    right = sitting.right(key)

    receipt = sitting.save(key, right)

    assert (receipt["current"], receipt["problem"]) == (True, None)
    assert sitting.show_slot(key)["answer"] == right
    assert sitting.submit().json["score"] == pytest.approx(1 / len(EVERY_TYPE), abs=1e-6)
    assert sitting.show_slot(key)["review"]["mark"] == 1


@pytest.mark.parametrize("key", [question["key"] for question in EVERY_TYPE])
def test_no_malformed_answer_to_any_type_is_kept(sitting, key):
    found = queries.list_questions(sitting.make.session, sitting.attempt_id)
    slot = next(one for one in found if one.body["key"] == key)
    shapes = [
        None, True, 0, -1, 1.5, "", "x", [], [[]], {}, {"choices": None}, {"choices": [None]},
        {"choices": [True]}, {"choices": [["x"]]}, {"choices": {"x": 1}}, {"value": []},
        {"value": {}}, {"text": 7}, {"text": None}, {"pairs": []}, {"pairs": {"one": []}},
        {"pairs": {"": ""}}, {"order": []}, {"": ""},
    ]  # fmt: skip
    bodies = [*get_type(slot.type).examples(slot.body).malformed, *shapes]

    for response in bodies:
        reply = sitting.send({"slot": slot.number, "number": 1, "base": 0, "response": response})
        assert reply.status_code == 422, response
        assert list(reply.json["fields"]) == ["saves.0.response"]
    assert sitting.kept() == 0


@pytest.mark.parametrize(
    ("key", "other"), [("alpha", "gamma"), ("gamma", "alpha"), ("pairs", "alpha"), ("all", "gamma")]
)
def test_another_questions_options_are_no_answer(sitting, key, other):
    foreign = sitting.right(other)["choices"][0]
    response: dict[str, Any] = {"choices": [foreign]}
    if key == "pairs":
        response = {"pairs": dict.fromkeys(sitting.right("pairs")["pairs"], foreign)}

    reply = sitting.send(sitting.as_save(key, response))

    assert (reply.status_code, list(reply.json["fields"])) == (422, ["saves.0.response"])
    assert sitting.kept() == 0


@pytest.mark.parametrize(
    ("key", "field"), [("word", "text"), ("many", "value"), ("alpha", "choices")]
)
def test_a_megabyte_of_text_is_refused_and_not_sent_back(sitting, key, field):
    huge = "x" * 1_000_000
    response = {field: [huge] if field == "choices" else huge}

    reply = sitting.send(sitting.as_save(key, response))

    assert reply.status_code in {413, 422}
    assert len(reply.data) < 2000
    assert sitting.kept() == 0


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
@pytest.mark.parametrize("where", ["text", "value", "client", "language"])
def test_signs_that_no_database_holds_are_refused_wherever_they_stand(sitting, where, text):
    saves = [sitting.as_save("word", {"text": "list"}), sitting.as_save("many", {"value": "7"})]
    body = {"client": "phone", "saves": saves}
    if where == "client":
        body["client"] = text
    elif where == "language":
        saves[0]["language"] = text + "en"
    else:
        saves[where == "value"]["response"] = {where: text}

    assert sitting.api_raw(json.dumps(body)).status_code == 400
    assert sitting.kept() == 0


@pytest.mark.parametrize("text", [RTL, "\u200b", "\u202e", "🗳", "e\u0301" * 50, SCRIPT, "'\"&<>"])
@pytest.mark.parametrize(("key", "field"), [("word", "text"), ("many", "value")])
def test_any_other_sign_is_kept_as_it_was_written_and_breaks_no_page(sitting, key, field, text):
    receipt = sitting.save(key, {field: text})

    assert receipt["current"]
    kept = unicodedata.normalize("NFC", text)
    assert sitting.show_slot(key)["answer"][field] == kept
    for _ in range(2):
        page = sitting.go()
        assert page.status == 200
        assert SCRIPT not in page.html
        sitting.submit()
    assert kept in page.root.find(".//main").itertext() or kept in page.text


@pytest.mark.parametrize(
    "value",
    [
        "1e999",
        "-1e999",
        "1e-999",
        "NaN",
        "Infinity",
        "-inf",
        "0x10",
        "1/3",
        "--1",
        "1_000",
        "1,5,5",
    ],
)
def test_what_is_no_number_of_a_sane_size_is_asked_about_and_waits_for_a_person(sitting, value):
    receipt = sitting.save("many", {"value": value, "unit": "m"})

    assert receipt["current"]
    assert receipt["problem"]
    assert sitting.submit().json["is_waiting"]
    assert sitting.go().status == 200


@pytest.mark.parametrize("value", ["1500", "1,500", "1.5e3", "١٥٠٠", " 1500 ", "1500 m", "1.5 km"])
def test_a_number_may_be_written_in_many_ways(sitting, value):
    unit = "" if value.endswith("m") else "m"

    assert sitting.save("many", {"value": value, "unit": unit})["problem"] is None
    assert sitting.submit().json["score"] == pytest.approx(1 / len(EVERY_TYPE), abs=1e-6)


def test_a_number_that_is_too_long_is_refused(sitting):
    reply = sitting.send(sitting.as_save("many", {"value": "9" * 101}))

    assert (reply.status_code, list(reply.json["fields"])) == (422, ["saves.0.response"])


# --- Numbers, bases, clients ----------------------------------------------------------------------


@pytest.mark.parametrize("field", ["number", "base", "slot"])
@pytest.mark.parametrize(
    "value", [-1, True, False, 1.0, 1.5, "1", None, [], {}, 2**31, 2**63, 10**40, 1e400]
)
def test_a_count_that_is_none_is_refused_by_its_name(sitting, field, value):
    save = {**sitting.as_save("alpha", choose("alpha", "no")), field: value}

    reply = sitting.api_raw(json.dumps({"client": "phone", "saves": [save]}))

    assert reply.status_code in {400, 422}
    if reply.status_code == 422:
        assert list(reply.json["fields"]) == [f"saves.0.{field}"]
    assert sitting.kept() == 0


def test_the_largest_number_and_base_are_taken(sitting):
    save = {**sitting.as_save("alpha", choose("alpha", "no")), "number": 2**31 - 1,
            "base": 2**31 - 1}  # fmt: skip

    assert sitting.send(save).json["receipts"][0]["current"]
    smaller = sitting.send(sitting.as_save("alpha", choose("alpha", "yes")))
    assert not smaller.json["receipts"][0]["current"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"7"])
def test_a_body_that_is_no_object_is_refused(sitting, body):
    assert sitting.api_raw(body).status_code in {400, 422}
    assert sitting.kept() == 0


def test_another_persons_attempt_is_not_there_for_any_of_it(sitting, app, make):
    bintou = make.person("Bintou", language="en")
    browser = sign_in(app.test_client(), bintou)
    other = Sitting(
        app, make, sitting.clock, bintou, sitting.enrolment_id, browser, sitting.attempt_id
    )
    replies = [
        other.send(other.as_save("alpha", choose("alpha", "no"))),
        other.submit(),
        other.turn(1),
        other.check("alpha"),
        other.api("GET", other.path),
        other.api("GET", f"{other.path}/time"),
        other.send_page({"alpha": choose("alpha", "no")}),
        other.start(),
    ]

    assert {reply.status_code for reply in replies} == {404}
    assert (sitting.kept(), sitting.count(Grade)) == (0, 0)


@pytest.mark.parametrize("language", ["", "x", "x" * 17, 7, ["fr"], True])
def test_a_language_that_is_none_is_refused(sitting, language):
    reply = sitting.send(sitting.as_save("alpha", choose("alpha", "no"), language=language))

    assert (reply.status_code, list(reply.json["fields"])) == (422, ["saves.0.language"])
    assert sitting.kept() == 0


def test_a_token_of_a_page_is_asked_for_where_a_cookie_says_who_it_is(sitting):
    reply = sitting.browser.put(
        f"/api/v1{sitting.path}/answers",
        json={"client": "phone", "saves": [sitting.as_save("alpha", choose("alpha", "no"))]},
    )

    assert reply.status_code == 400
    assert sitting.kept() == 0
    assert form_token(sitting.browser)
