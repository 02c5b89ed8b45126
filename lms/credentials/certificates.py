"""X.509: the certificate of a key that signs documents, self-made or from an authority.

It loads all of X.509, so only what makes or reads a certificate imports it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from lms.credentials.errors import UnfitKeyFile

# X.509 allows no longer name; the library counts in bytes of UTF-8.
_LONGEST_NAME = 64
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CertifiedKey:
    """A private key with its certificate and those of the authorities above it, as PEM."""

    private: EllipticCurvePrivateKey
    certificates: str
    not_after: datetime


def make_certificate(
    private: EllipticCurvePrivateKey,
    issuer: str,
    *,
    specimen: bool,
    not_before: datetime,
    not_after: datetime,
) -> CertifiedKey:
    """Return the key with a certificate that it signed itself, good for signing documents and nothing else."""
    name = issuer.encode()[:_LONGEST_NAME].decode(errors="ignore")
    subject = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if specimen:
        subject.insert(1, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "SPECIMEN"))
    public = private.public_key()
    usage = dict.fromkeys(
        (
            "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
            "encipher_only", "decipher_only",
        ),
        False,
    ) | {"digital_signature": True, "content_commitment": True}  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(x509.Name(subject))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(private, SHA256())
    )
    return CertifiedKey(private, _write([certificate]), certificate.not_valid_after_utc)


def read_key_file(content: bytes, *, now: datetime) -> CertifiedKey:
    """Return the EC P-256 key of a PEM file with its certificates, the key's own first.

    Raises `UnfitKeyFile` with what is wrong: the file is refused whole.
    """
    private = _read_private_key(content)
    certificates = _read_certificates(content)
    public = private.public_key()
    own = [each for each in certificates if each.public_key() == public]
    if len(own) != 1:
        raise UnfitKeyFile(UnfitKeyFile.NO_CERTIFICATE)
    certificate = own[0]
    if now >= certificate.not_valid_after_utc or now < certificate.not_valid_before_utc:
        raise UnfitKeyFile(UnfitKeyFile.NOT_NOW)
    if not _may_sign(certificate):
        raise UnfitKeyFile(UnfitKeyFile.NOT_FOR_SIGNING)
    chain = [certificate, *(each for each in certificates if each is not certificate)]
    return CertifiedKey(private, _write(chain), certificate.not_valid_after_utc)


def _read_private_key(content: bytes) -> EllipticCurvePrivateKey:
    blocks = [block[0] for block in _BLOCK.finditer(content) if block[1].endswith(b"PRIVATE KEY")]
    if len(blocks) != 1:
        raise UnfitKeyFile(UnfitKeyFile.NO_KEY)
    try:
        private = load_pem_private_key(blocks[0], password=None)
    except TypeError:
        raise UnfitKeyFile(UnfitKeyFile.LOCKED) from None
    except ValueError:
        raise UnfitKeyFile(UnfitKeyFile.NO_KEY) from None
    if not isinstance(private, EllipticCurvePrivateKey) or not isinstance(private.curve, SECP256R1):
        raise UnfitKeyFile(UnfitKeyFile.OTHER_KIND)
    return private


def _read_certificates(content: bytes) -> list[x509.Certificate]:
    blocks = [block[0] for block in _BLOCK.finditer(content) if block[1] == b"CERTIFICATE"]
    try:
        return [x509.load_pem_x509_certificate(block) for block in blocks]
    except ValueError:
        raise UnfitKeyFile(UnfitKeyFile.NO_CERTIFICATE) from None


def _may_sign(certificate: x509.Certificate) -> bool:
    """Say whether its key usage allows signatures on documents; a certificate without one allows everything."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _write(certificates: list[x509.Certificate]) -> str:
    return "".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in certificates)
