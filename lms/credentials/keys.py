"""The private halves of the signing keys: PEM files in a folder that nobody else may look into."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from flask import current_app

from lms.credentials.domain import KeyUse
from lms.credentials.errors import UnreadableSigningKey

PrivateKey: TypeAlias = EllipticCurvePrivateKey | Ed25519PrivateKey
PublicKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey

_ID_DIGITS = 16


def draw_documents_key() -> EllipticCurvePrivateKey:
    """Return a new key for documents: EC P-256."""
    return generate_private_key(SECP256R1())


def draw_codes_key() -> Ed25519PrivateKey:
    """Return a new key for QR codes: Ed25519."""
    return Ed25519PrivateKey.generate()


def identify_key(public: PublicKey) -> str:
    """Return the id of a key, which its public half alone decides."""
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(info).hexdigest()[:_ID_DIGITS]


def write_public_key(public: PublicKey) -> str:
    """Return the public half as PEM."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_raw_public_key(pem: str) -> bytes:
    """Return the 32 bytes of the public half of an Ed25519 key, written as PEM."""
    public = load_pem_public_key(pem.encode("ascii"))
    assert isinstance(public, Ed25519PublicKey)
    return public.public_bytes_raw()


class KeyFolder:
    """Keeps private halves, each in a file of its own that appears whole or not at all."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def keep(self, use: KeyUse, key_id: str, private: PrivateKey) -> None:
        """Write the private half, which the owner of the process alone can read."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._file(use, key_id)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def find(self, use: KeyUse, key_id: str) -> PrivateKey | None:
        """Return the private half, or None if its file is not there; raises `UnreadableSigningKey`."""
        try:
            private = load_pem_private_key(self._file(use, key_id).read_bytes(), password=None)
        except FileNotFoundError:
            return None
        except (OSError, TypeError, ValueError) as error:
            raise UnreadableSigningKey(id=key_id) from error
        if not isinstance(private, EllipticCurvePrivateKey | Ed25519PrivateKey):
            raise UnreadableSigningKey(id=key_id)
        if identify_key(private.public_key()) != key_id:
            raise UnreadableSigningKey(id=key_id)
        return private

    def _file(self, use: KeyUse, key_id: str) -> Path:
        return self.path / f"{use}-{key_id}.pem"


def key_folder() -> KeyFolder:
    """Return the folder that the current application's settings name."""
    return KeyFolder(current_app.extensions["config"].keys_folder)
