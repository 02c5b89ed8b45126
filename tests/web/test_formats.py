"""Dates, numbers and durations as each reader writes them, and the addresses of files and pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask_babel import force_locale

from lms.core.i18n import N_, Message
from lms.web.addresses import absolute_url
from lms.web.formats import (
    as_date,
    as_datetime,
    as_minutes,
    as_number,
    as_percent,
    as_sentence,
    asset,
)
from tests.conftest import make_config, running

MOMENT = datetime(2026, 8, 1, 23, 5, 59, tzinfo=UTC)


@pytest.fixture(params=["fr", "en"])
def read_in(app, request):
    """Format in one language; choose what is expected in it."""
    with app.test_request_context(), force_locale(request.param):
        yield lambda **expected: expected[request.param]


def test_a_date_is_written_out(read_in):
    expected = read_in(fr="1 août 2026", en="1 August 2026")
    assert as_date(date(2026, 8, 1)) == as_date(MOMENT) == expected


def test_a_moment_says_its_zone(read_in):
    assert as_datetime(MOMENT) == read_in(
        fr="1 août 2026, 23:05 UTC", en="1 August 2026, 23:05 UTC"
    )


@pytest.mark.parametrize(
    ("share", "whole"),
    [(Fraction(0), 0), (Decimal("0.7"), 70), (Fraction(2, 3), 67), (0.5, 50), (Decimal("0.005"), 1),
     (Decimal("0.694999"), 69), (Decimal("0.695"), 70), (Fraction(1), 100)],
)  # fmt: skip
def test_a_share_is_whole_percent_halves_up(read_in, share, whole):
    assert as_percent(share) == read_in(fr=f"{whole}\u00a0%", en=f"{whole}%")


def test_a_number_has_its_languages_signs(read_in):
    assert as_number(Decimal("1234.5")) == read_in(fr="1\u202f234,5", en="1,234.5")
    assert as_number(Fraction(1, 3)) == read_in(fr="0,33", en="0.33")
    assert as_number(3) == "3"


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (20, "20 min"), (60, "1 h"), (90, "1 h 30 min"), (600, "10 h")]
)  # fmt: skip
def test_a_duration_never_breaks_at_its_units(minutes, text):
    assert as_minutes(minutes) == text.replace(" ", "\u00a0")


def test_a_message_is_in_the_readers_language_with_its_values(read_in):
    message = Message(N_("This attempt has no question %(number)s."), {"number": 7})
    assert "7" in as_sentence(message)
    assert (as_sentence(message) == str(message)) is read_in(fr=False, en=True)


def test_the_address_of_a_file_follows_its_content(app):
    with app.test_request_context():
        assert asset("scrutin.css").startswith("/static/scrutin.css?v=")
        assert asset("scrutin.css") != asset("mark.svg").replace("mark.svg", "scrutin.css")


@pytest.mark.parametrize("base_url", ["https://learn.example.org", "http://127.0.0.1:8000"])
def test_a_public_address_is_the_settings_whatever_host_was_asked(database_url, tmp_path, base_url):
    with running(make_config(database_url, tmp_path, base_url=base_url)) as app:
        with app.app_context():
            assert absolute_url("credentials.verify", code="A-B") == f"{base_url}/verify/A-B"
        with app.test_request_context(base_url="https://evil.example.com"):
            assert absolute_url("credentials.verify", code="A-B") == f"{base_url}/verify/A-B"


@pytest.mark.parametrize("address", ["help@example.org", ""])
def test_the_contact_page_names_an_address_where_there_is_one(database_url, tmp_path, address):
    with running(make_config(database_url, tmp_path, contact_email=address)) as app:
        page = app.test_client().get("/contact")
    assert page.status_code == 200
    assert ("mailto:" in page.text) is bool(address)
    assert address in page.text
