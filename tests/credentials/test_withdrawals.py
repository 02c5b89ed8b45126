"""The list of what was withdrawn: its lines, and what it keeps to itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lms.credentials.domain import (
    CredentialState,
    Withdrawal,
    hash_code,
    write_list,
    write_list_message,
)

CODE = "ABCDEFGHJKMNPQRS"
MADE_AT = datetime(2026, 11, 28, 5, 4, 59, tzinfo=timezone(timedelta(hours=1)))


def test_the_list_says_number_state_day_and_the_newer_one_in_the_order_of_numbers():
    text = write_list(
        [
            Withdrawal("SC-2026-3", CODE, CredentialState.ERASED, None),
            Withdrawal("SC-2026-1", CODE, CredentialState.REVOKED, date(2026, 11, 2)),
            Withdrawal(
                "SC-2026-2", CODE, CredentialState.SUPERSEDED, date(2026, 11, 3), "SC-2026-9"
            ),
        ],
        made_at=MADE_AT,
    )

    assert text.splitlines() == [
        "scrutin-list 1 2026-11-28T04:04Z",
        f"SC-2026-1 revoked 2026-11-02 {hash_code(CODE)}",
        f"SC-2026-2 superseded 2026-11-03 {hash_code(CODE)} SC-2026-9",
        f"SC-2026-3 erased - {hash_code(CODE)}",
    ]
    assert text.endswith("\n")


def test_a_list_without_entries_is_a_list():
    assert write_list([], made_at=datetime(2026, 1, 2, tzinfo=UTC)) == (
        "scrutin-list 1 2026-01-02T00:00Z\n"
    )


def test_the_list_holds_a_hash_and_not_the_code():
    assert hash_code(CODE) == hashlib.sha512(CODE.encode()).hexdigest()[:16]
    text = write_list([Withdrawal("SC-1", CODE, CredentialState.ERASED, None)], made_at=MADE_AT)
    assert CODE not in text


def test_what_is_signed_of_a_list_is_marked_as_a_list():
    assert write_list_message("text\n") == b"scrutin list 1\ntext\n"


@pytest.mark.parametrize("state", [CredentialState.VALID, CredentialState.EXPIRED])
def test_what_was_not_withdrawn_is_not_listed(state):
    with pytest.raises(ValueError, match="withdrawn"):
        Withdrawal("SC-1", CODE, state, None)
