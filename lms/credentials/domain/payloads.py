"""What a printed QR code says by itself: the facts of a certificate, signed, in the fragment of its address.

    https://…/verify/ABCD-EFGH-JKMN-PQRS#<fragment>

The fragment is Crockford's base 32 of the payload, the id of the key (8 bytes) and the Ed25519
signature (64 bytes). The signature is over `_DOMAIN`, the code in the path (16 letters and digits)
and the payload, so that none of the three can be changed or put beside another. The payload is

    version (1 byte, 1)   kind (1)   what follows (1: 1 specimen, 2 last day, 4 institution)
    minutes (2)   day of completion (2, days after 2000-01-01)   [last day on which it holds (2)]
    number   holder   module's title   [institution]     each: length in bytes (2), UTF-8

with numbers written from the high byte down. `lms/web/static/code_payload.js` reads the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lms.credentials.domain.codes import ALPHABET
from lms.credentials.domain.states import CredentialKind

# A signature over anything else that the same key signs never passes for one over a code.
_DOMAIN: Final = b"scrutin code 1\n"
_VERSION: Final = 1
_KINDS: Final[Mapping[CredentialKind, int]] = {
    CredentialKind.COMPLETION: 1,
    CredentialKind.PARTICIPATION: 2,
    CredentialKind.ACCREDITATION: 3,
}
_SPECIMEN, _EXPIRES, _INSTITUTION = 1, 2, 4
_FIRST_DAY: Final = date(2000, 1, 1)
_MOST: Final = 0xFFFF  # in two bytes
_KEY_BYTES: Final = 8
_SIGNATURE_BYTES: Final = 64


class MalformedFragment(ValueError):
    """The text is no fragment of ours: cut, changed, or of another version."""


@dataclass(frozen=True, slots=True)
class CodePayload:
    """What the QR code on one document says, in the document's language."""

    number: str
    kind: CredentialKind
    holder: str
    module_title: str
    minutes: int
    completed_on: date
    expires_on: date | None
    institution: str | None
    is_specimen: bool

    def __post_init__(self) -> None:
        texts = (self.number, self.holder, self.module_title, self.institution)
        if any(text is not None and not 0 < len(text.encode()) <= _MOST for text in texts):
            raise ValueError("a text of a code's payload is empty or too long")
        if not 0 <= self.minutes <= _MOST:
            raise ValueError("the minutes of a code's payload do not fit in two bytes")
        for day in (self.completed_on, self.expires_on):
            if day is not None and not 0 <= (day - _FIRST_DAY).days <= _MOST:
                raise ValueError("a day of a code's payload does not fit in two bytes")


@dataclass(frozen=True, slots=True)
class SignedPayload:
    """A payload with the signature that stands beside it, which nobody has checked yet."""

    payload: CodePayload
    key_id: str  # 16 hexadecimal digits
    signature: bytes

    def __post_init__(self) -> None:
        if len(bytes.fromhex(self.key_id)) != _KEY_BYTES or self.key_id != self.key_id.lower():
            raise ValueError("the id of a key is 16 hexadecimal digits")
        if len(self.signature) != _SIGNATURE_BYTES:
            raise ValueError("an Ed25519 signature has 64 bytes")


def write_message(code: str, payload: CodePayload) -> bytes:
    """Return what is signed: for the code (16 characters, no hyphens) in the path and the payload."""
    return _DOMAIN + code.encode("ascii") + _write_payload(payload)


def write_fragment(signed: SignedPayload) -> str:
    """Return the fragment: capitals and digits alone, which a QR code holds in 5.5 bits each."""
    return _write_base32(
        _write_payload(signed.payload) + bytes.fromhex(signed.key_id) + signed.signature
    )


def read_fragment(text: str) -> SignedPayload:
    """Return what a fragment says; raises `MalformedFragment` for any text that `write_fragment` does not write."""
    content = _read_base32(text)
    signature = len(content) - _SIGNATURE_BYTES
    key = signature - _KEY_BYTES
    if key < 0:
        raise MalformedFragment("it is too short for a key and a signature")
    try:
        payload = _read_payload(_Bytes(content[:key]))
        return SignedPayload(payload, content[key:signature].hex(), content[signature:])
    except ValueError as error:
        raise MalformedFragment("the bytes are no payload") from error


def _write_payload(payload: CodePayload) -> bytes:
    flags = (
        _SPECIMEN * payload.is_specimen
        | _EXPIRES * (payload.expires_on is not None)
        | _INSTITUTION * (payload.institution is not None)
    )
    days = (payload.completed_on, payload.expires_on)
    texts = (payload.number, payload.holder, payload.module_title, payload.institution)
    return b"".join(
        (
            bytes((_VERSION, _KINDS[payload.kind], flags)),
            _write_number(payload.minutes),
            *(_write_number((day - _FIRST_DAY).days) for day in days if day is not None),
            *(
                _write_number(len(content)) + content
                for content in (text.encode() for text in texts if text is not None)
            ),
        )
    )


def _write_number(number: int) -> bytes:
    return number.to_bytes(2, "big")


@dataclass(slots=True)
class _Bytes:
    """What has not been read yet."""

    left: bytes

    def take(self, count: int) -> bytes:
        if count > len(self.left):
            raise ValueError("it ends too early")
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def day(self) -> date:
        return _FIRST_DAY + timedelta(days=self.number())

    def text(self) -> str:
        return self.take(self.number()).decode()


def _read_payload(content: _Bytes) -> CodePayload:
    version, kind, flags = content.take(3)
    if version != _VERSION or flags > (_SPECIMEN | _EXPIRES | _INSTITUTION):
        raise ValueError("it is of another version")
    kinds = {number: known for known, number in _KINDS.items()}
    if kind not in kinds:
        raise ValueError("it is of no known kind")
    minutes, completed_on = content.number(), content.day()
    expires_on = content.day() if flags & _EXPIRES else None
    number, holder, module_title = content.text(), content.text(), content.text()
    institution = content.text() if flags & _INSTITUTION else None
    if content.left:
        raise ValueError("it goes on after its end")
    return CodePayload(
        number=number,
        kind=kinds[kind],
        holder=holder,
        module_title=module_title,
        minutes=minutes,
        completed_on=completed_on,
        expires_on=expires_on,
        institution=institution,
        is_specimen=bool(flags & _SPECIMEN),
    )


def _write_base32(content: bytes) -> str:
    """Return the bytes in groups of five bits, the last filled up with zeros."""
    count = -(-len(content) * 8 // 5)
    bits = int.from_bytes(content, "big") << (count * 5 - len(content) * 8)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(count)))


def _read_base32(text: str) -> bytes:
    """Return the bytes; refuses other characters, and a text that none of ours would be written as."""
    size, spare = divmod(len(text) * 5, 8)
    bits = 0
    for character in text:
        digit = ALPHABET.find(character)
        if digit < 0:
            raise MalformedFragment("it holds other characters than ours")
        bits = bits << 5 | digit
    if spare >= 5 or bits & (1 << spare) - 1:
        raise MalformedFragment("it ends within a byte")
    return (bits >> spare).to_bytes(size, "big")
