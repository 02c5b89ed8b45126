"""What a QR code says: written and read back, and every change of it refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.domain import (
    CodePayload,
    CredentialKind,
    MalformedFragment,
    SignedPayload,
    read_fragment,
    write_fragment,
    write_message,
)
from lms.credentials.domain.codes import ALPHABET

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = "0123456789abcdef"
CODE = "ABCDEFGHJKMNPQRS"

TEXTS = st.text(min_size=1, max_size=120)
DAYS = st.dates(date(2000, 1, 1), date(2179, 6, 6))
PAYLOADS = st.builds(
    CodePayload,
    number=st.from_regex(r"SC-\d{4}-\d{8}", fullmatch=True),
    kind=st.sampled_from(CredentialKind),
    holder=TEXTS,
    module_title=TEXTS,
    minutes=st.integers(0, 65535),
    completed_on=DAYS,
    expires_on=st.none() | DAYS,
    institution=st.none() | TEXTS,
    is_specimen=st.booleans(),
)
USUAL = CodePayload(
    number="SC-2026-00000042",
    kind=CredentialKind.COMPLETION,
    holder="Mariam Élise Ouattara-N’Dri",
    module_title="Inscription et identification des électeurs",
    minutes=1350,
    completed_on=date(2026, 11, 28),
    expires_on=date(2029, 11, 27),
    institution="Commission électorale de la Région du Fleuve",
    is_specimen=True,
)


def sign(payload: CodePayload, code: str = CODE) -> str:
    return write_fragment(
        SignedPayload(payload, KEY_ID, PRIVATE_KEY.sign(write_message(code, payload)))
    )


def holds(fragment: str, code: str = CODE) -> bool:
    """Say whether a reader with the public key believes the fragment beside that code."""
    try:
        signed = read_fragment(fragment)
        PRIVATE_KEY.public_key().verify(signed.signature, write_message(code, signed.payload))
    except (MalformedFragment, InvalidSignature):
        return False
    return signed.key_id == KEY_ID


@given(PAYLOADS)
def test_a_fragment_reads_back_as_it_was_written(payload):
    fragment = sign(payload)

    assert read_fragment(fragment).payload == payload
    assert holds(fragment)
    assert set(fragment) <= set(ALPHABET)


@given(PAYLOADS, st.data())
def test_a_fragment_that_is_cut_or_goes_on_is_refused(payload, data):
    fragment = sign(payload)
    cut = data.draw(st.integers(0, len(fragment) - 1))

    assert not holds(fragment[:cut])
    assert not holds(fragment[cut + 1 :])
    assert not holds(fragment + data.draw(st.text(ALPHABET, min_size=1, max_size=20)))


def test_no_change_of_one_character_is_believed():
    fragment = sign(USUAL)

    assert holds(fragment)
    for place, character in enumerate(fragment):
        # Each of its five bits turned, and what is none of ours.
        turned = [ALPHABET[ALPHABET.index(character) ^ 1 << bit] for bit in range(5)]
        for other in (*turned, "U", "-", "é", " "):
            assert not holds(fragment[:place] + other + fragment[place + 1 :])
        assert not holds(fragment[:place] + fragment[place + 1 :])
        if character.isalpha():
            assert not holds(fragment[:place] + character.lower() + fragment[place + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        {"number": "SC-2026-00000043"},
        {"kind": CredentialKind.PARTICIPATION},
        {"holder": "Mariam Élise Ouattara"},
        {"module_title": "Organes de gestion des élections"},
        {"minutes": 1351},
        {"completed_on": date(2026, 11, 29)},
        {"expires_on": None},
        {"expires_on": date(2039, 11, 27)},
        {"institution": None},
        {"institution": "Commission électorale"},
        {"is_specimen": False},
    ],
)
def test_a_payload_under_the_signature_of_another_is_not_believed(change):
    signature = read_fragment(sign(USUAL)).signature
    forged = write_fragment(SignedPayload(replace(USUAL, **change), KEY_ID, signature))

    assert read_fragment(forged).payload == replace(USUAL, **change)
    assert not holds(forged)


def test_the_signature_holds_beside_its_own_code_alone():
    assert holds(sign(USUAL), CODE)
    assert not holds(sign(USUAL), "0" + CODE[1:])


@given(st.text(ALPHABET, max_size=300) | st.text(max_size=60))
def test_any_other_text_is_malformed_or_not_believed(text):
    assert not holds(text)


def malformed(content: bytes) -> bool:
    """Say whether these bytes of a payload are refused, with a key and a signature behind them."""
    # 5 bytes are 8 characters: written here bit by bit, apart from the code under test.
    content += bytes(72)
    bits = "".join(f"{byte:08b}" for byte in content)
    bits += "0" * (-len(bits) % 5)
    text = "".join(ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    try:
        read_fragment(text)
    except MalformedFragment:
        return True
    return False


NUMBERS = bytes((0, 60, 0, 1))
LINES = b"\0\1n\0\1h\0\1m"


@pytest.mark.parametrize(
    ("content", "is_refused"),
    [
        (bytes((1, 1, 0)) + NUMBERS + LINES, False),
        (bytes((0, 1, 0)) + NUMBERS + LINES, True),  # another version
        (bytes((2, 1, 0)) + NUMBERS + LINES, True),
        (bytes((1, 0, 0)) + NUMBERS + LINES, True),  # no kind
        (bytes((1, 4, 0)) + NUMBERS + LINES, True),
        (bytes((1, 1, 8)) + NUMBERS + LINES, True),  # a flag that means nothing
        (bytes((1, 1, 4)) + NUMBERS + LINES, True),  # the institution is missing
        (bytes((1, 1, 2)) + NUMBERS + LINES, True),  # the last day is missing
        (bytes((1, 1, 0)) + NUMBERS + LINES + b"x", True),
        (bytes((1, 1, 0)) + NUMBERS + b"\0\0\0\1h\0\1m", True),  # an empty number
        (bytes((1, 1, 0)) + NUMBERS + b"\0\1n\0\1\xff\0\1m", True),  # not UTF-8
        (b"", True),
    ],
)
def test_what_the_format_does_not_allow_is_refused(content, is_refused):
    assert malformed(content) is is_refused


def test_a_fragment_has_one_spelling():
    """The last character fills up its byte with zeros; another one would say the same bytes."""
    fragment = sign(replace(USUAL, holder="Awa"))
    spare = len(fragment) * 5 % 8
    assert spare, "choose a name with which the last character is not used up"
    last = ALPHABET.index(fragment[-1])

    with pytest.raises(MalformedFragment):
        read_fragment(fragment[:-1] + ALPHABET[last + 1])


@pytest.mark.parametrize(
    "change",
    [
        {"holder": ""},
        {"institution": ""},
        {"module_title": "x" * 65536},
        {"minutes": -1},
        {"minutes": 65536},
        {"completed_on": date(1999, 12, 31)},
        {"expires_on": date(2179, 6, 7)},
    ],
)
def test_what_cannot_be_written_is_refused(change):
    with pytest.raises(ValueError, match="payload"):
        replace(USUAL, **change)


@pytest.mark.parametrize(
    ("key_id", "signature"),
    [("0123", bytes(64)), ("0123456789ABCDEF", bytes(64)), (KEY_ID, bytes(63))],
)
def test_an_id_or_signature_of_another_length_is_refused(key_id, signature):
    with pytest.raises(ValueError, match=r"hexadecimal|64 bytes"):
        SignedPayload(USUAL, key_id, signature)


def test_usual_names_make_a_short_fragment():
    assert len(sign(USUAL)) <= 380
