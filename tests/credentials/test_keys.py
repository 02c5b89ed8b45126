"""Signing keys: made whole or not at all, the newest signs, none is ever lost for checking."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from lms.credentials import commands, queries
from lms.credentials.certificates import make_certificate
from lms.credentials.domain import KeyUse
from lms.credentials.errors import (
    KeyIsKnown,
    NoSigningKey,
    NoSuchKey,
    SigningKeyExpired,
    SigningKeyNotHere,
    UnfitKeyFile,
    UnreadableSigningKey,
)
from lms.credentials.keys import draw_codes_key, draw_documents_key
from lms.credentials.models import Key
from tests.conftest import NOW, make_config, running

LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW.replace(year=NOW.year + 10)


@pytest.fixture
def folder(app, tmp_path, config) -> Path:
    """A folder of keys of the test's own, which is not there yet."""
    path = tmp_path / "new" / "keys"
    app.extensions["config"] = make_config("", tmp_path, keys_folder=str(path))
    return path


@pytest.fixture(autouse=True)
def config(app) -> Iterator[None]:
    """Put the application's own settings back after the test."""
    kept = app.extensions["config"]
    yield
    app.extensions["config"] = kept


# --- Making ---------------------------------------------------------------------------------------


def test_a_documents_key_is_ec_p_256_with_a_certificate_for_signing_alone(session, folder):
    key_id = commands.make_key(session, KeyUse.DOCUMENTS, now=NOW)

    (key,) = queries.list_keys(session, KeyUse.DOCUMENTS)
    certificate = x509.load_pem_x509_certificate(key.public.encode())
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    (unit,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    assert (key.id, name.value, unit.value) == (key_id, "Scrutin", "SPECIMEN")
    public = certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert isinstance(public.curve, ec.SECP256R1)
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert key.not_after == certificate.not_valid_after_utc == MUCH_LATER
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_key_outside_demo_says_no_specimen_and_the_longest_issuer_fits(session, tmp_path, app):
    app.extensions["config"] = make_config(
        "", tmp_path, demo=False, issuer="Commission électorale " * 10
    )

    commands.make_key(session, KeyUse.DOCUMENTS, now=NOW.replace(month=2, day=28), years=3)

    (key,) = queries.list_keys(session, KeyUse.DOCUMENTS)
    certificate = x509.load_pem_x509_certificate(key.public.encode())
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert 60 < len(str(name.value).encode()) <= 64
    assert not certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    assert key.not_after.year == NOW.year + 3


def test_a_key_made_on_a_leap_day_ends_on_the_day_before(session, folder):
    leap_day = NOW.replace(year=2028, month=2, day=29)

    commands.make_key(session, KeyUse.DOCUMENTS, now=leap_day, years=1)

    (key,) = queries.list_keys(session, KeyUse.DOCUMENTS)
    assert (key.not_after.year, key.not_after.month, key.not_after.day) == (2029, 2, 28)


def test_private_halves_are_for_the_owner_alone_and_only_they_are_in_the_folder(session, folder):
    ids = {use: commands.make_key(session, use, now=NOW) for use in KeyUse}

    assert {path.name for path in folder.iterdir()} == {
        f"{use}-{id}.pem" for use, id in ids.items()
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert "PRIVATE" not in "".join(session.scalars(select(Key.public)))


def test_a_full_disk_leaves_no_half_of_a_key(session, folder, monkeypatch):
    def full(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lms.credentials.keys.os.fsync", full)

    with pytest.raises(OSError, match="No space left"):
        commands.make_key(session, KeyUse.CODES, now=NOW)
    session.rollback()

    assert list(folder.iterdir()) == []
    assert queries.list_keys(session, KeyUse.CODES) == []


# --- Which one signs ------------------------------------------------------------------------------


def test_the_newest_key_signs_and_once_it_is_retired_the_one_before(session, folder):
    old = commands.make_key(session, KeyUse.CODES, now=NOW)
    new = commands.make_key(session, KeyUse.CODES, now=LATER)
    assert queries.get_signer(session, KeyUse.CODES, now=LATER).key_id == new

    commands.retire_key(session, new, now=LATER)
    commands.retire_key(session, new, now=MUCH_LATER)

    assert queries.get_signer(session, KeyUse.CODES, now=LATER).key_id == old
    assert session.get_one(Key, new).retired_at == LATER


def test_what_any_code_key_ever_signed_can_be_checked(session, folder):
    message = b"a compact payload"
    signed = []
    for moment in (NOW, LATER):
        key_id = commands.make_key(session, KeyUse.CODES, now=moment)
        signed.append(queries.sign_code(session, message, now=moment))
        commands.retire_key(session, key_id, now=moment)

    known = dict(queries.list_code_keys(session))

    assert len(known) == len(signed) == 2
    for key_id, signature in signed:
        assert (len(known[key_id]), len(signature)) == (32, 64)
        Ed25519PublicKey.from_public_bytes(known[key_id]).verify(signature, message)


def test_without_a_key_nothing_is_signed(session, folder):
    with pytest.raises(NoSigningKey, match="flask credentials keys make codes"):
        queries.sign_code(session, b"", now=NOW)

    key_id = commands.make_key(session, KeyUse.CODES, now=NOW)
    commands.retire_key(session, key_id, now=NOW)
    with pytest.raises(NoSigningKey):
        queries.sign_code(session, b"", now=NOW)


def test_an_expired_key_signs_nothing(session, folder):
    key_id = commands.make_key(session, KeyUse.DOCUMENTS, now=NOW)

    assert queries.get_signer(session, KeyUse.DOCUMENTS, now=MUCH_LATER - timedelta(seconds=1))
    with pytest.raises(SigningKeyExpired) as refused:
        queries.get_signer(session, KeyUse.DOCUMENTS, now=MUCH_LATER)
    assert str(refused.value) == (
        f"The key {key_id} signs no more since 2036-03-02. Make a new one: "
        "flask credentials keys make documents"
    )


def test_a_key_whose_private_half_is_elsewhere_signs_nothing_here(session, folder):
    old = commands.make_key(session, KeyUse.CODES, now=NOW)
    new = commands.make_key(session, KeyUse.CODES, now=LATER)
    (folder / f"codes-{new}.pem").unlink()
    assert queries.get_signer(session, KeyUse.CODES, now=LATER).key_id == old

    (folder / f"codes-{old}.pem").unlink()
    with pytest.raises(SigningKeyNotHere, match=f"private half of the key {new} is not in"):
        queries.get_signer(session, KeyUse.CODES, now=LATER)


@pytest.mark.parametrize("fault", ["nonsense", "another key", "another kind", "locked", "a folder"])
def test_a_broken_file_of_a_key_is_said_and_no_older_key_signs_in_its_place(session, folder, fault):
    other = commands.make_key(session, KeyUse.CODES, now=NOW)
    key_id = commands.make_key(session, KeyUse.CODES, now=LATER)
    path = folder / f"codes-{key_id}.pem"
    if fault == "nonsense":
        path.write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    elif fault == "another key":
        path.write_bytes((folder / f"codes-{other}.pem").read_bytes())
    elif fault == "another kind":
        path.write_bytes(write_private(rsa.generate_private_key(65537, 2048)))
    elif fault == "locked":
        path.write_bytes(write_private(draw_codes_key(), b"secret"))
    else:
        path.unlink()
        path.mkdir()

    with pytest.raises(UnreadableSigningKey, match=f"file of the key {key_id} in KEYS_FOLDER"):
        queries.get_signer(session, KeyUse.CODES, now=LATER)


# --- Missing keys ---------------------------------------------------------------------------------


def test_missing_keys_are_made_once(session, folder):
    made = commands.make_missing_keys(session, now=NOW)

    assert len(made) == len(KeyUse)
    assert commands.make_missing_keys(session, now=LATER) == []
    commands.retire_key(session, made[0], now=LATER)
    assert len(commands.make_missing_keys(session, now=LATER)) == 1


def test_two_that_make_the_first_keys_at_once_end_with_one_of_each_use(own_database_url, tmp_path):
    with running(make_config(own_database_url, tmp_path)) as app:
        database = app.extensions["database"]

        def make() -> list[str]:
            with app.app_context(), database.unit_of_work() as session:
                return commands.make_missing_keys(session, now=NOW)

        with ThreadPoolExecutor(4) as pool:
            made = [id for done in [pool.submit(make) for _ in range(4)] for id in done.result()]

        with database.reading() as session:
            kept = session.scalars(select(Key.id)).all()
    assert len(made) == len(KeyUse)
    assert sorted(made) == sorted(kept)
    assert len([*(tmp_path / "keys").iterdir()]) == len(KeyUse)


# --- A key from an authority ----------------------------------------------------------------------


def write_private(private, password: bytes | None = None) -> bytes:
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def certify(private, *, start=NOW - timedelta(days=1), end=MUCH_LATER) -> bytes:
    certified = make_certificate(
        private, "An authority", specimen=False, not_before=start, not_after=end
    )
    return certified.certificates.encode()


def certify_for_others(private) -> bytes:
    """Return a certificate whose key may sign certificates, and no documents."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    names = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    builder = (
        x509.CertificateBuilder(name, name, private.public_key(), 1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(MUCH_LATER)
        .add_extension(x509.KeyUsage(*(name == "key_cert_sign" for name in names)), critical=True)
    )
    return builder.sign(private, SHA256()).public_bytes(Encoding.PEM)


def test_a_key_with_its_chain_is_taken_in_and_signs(session, folder):
    commands.make_key(session, KeyUse.DOCUMENTS, now=NOW)
    private, above = draw_documents_key(), draw_documents_key()
    chain, own = certify(above), certify(private)
    # Bags and other noise stand in such files; the order is the authority's.
    content = b"Bag Attributes\n" + chain + write_private(private) + own

    key_id = commands.import_key(session, content, now=LATER)

    signer = queries.get_signer(session, KeyUse.DOCUMENTS, now=LATER)
    assert (signer.key_id, signer.public) == (key_id, (own + chain).decode())
    assert queries.list_keys(session, KeyUse.DOCUMENTS)[0].not_after == MUCH_LATER
    assert (folder / f"documents-{key_id}.pem").read_bytes() == write_private(private)


def test_the_same_file_again_puts_a_lost_private_half_back(session, folder):
    private = draw_documents_key()
    content = write_private(private) + certify(private)
    key_id = commands.import_key(session, content, now=NOW)
    (folder / f"documents-{key_id}.pem").unlink()

    assert commands.import_key(session, content, now=LATER) == key_id

    assert queries.get_signer(session, KeyUse.DOCUMENTS, now=LATER).key_id == key_id
    with pytest.raises(KeyIsKnown, match=f"The key {key_id} is here with another certificate"):
        commands.import_key(session, write_private(private) + certify(private), now=LATER)


def unfit_files():
    private = draw_documents_key()
    own, key = certify(private), write_private(private)
    other_curve = ec.generate_private_key(ec.SECP384R1())
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    day = timedelta(days=1)
    return {
        "empty": (b"", "exactly one private key"),
        "not PEM": (b"\x00\xff" * 50, "exactly one private key"),
        "a certificate alone": (own, "exactly one private key"),
        "two keys": (key + own + key, "exactly one private key"),
        "a broken key": (
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + own,
            "exactly one private key",
        ),
        "a password": (write_private(private, b"secret") + own, "locked by a password"),
        "RSA": (write_private(rsa.generate_private_key(65537, 2048)) + own, "EC P-256"),
        "another curve": (write_private(other_curve) + own, "EC P-256"),
        "no certificate": (key, "does not hold the certificate"),
        "another's certificate": (
            key + certify(draw_documents_key()),
            "does not hold the certificate",
        ),
        "a broken certificate": (key + broken, "does not hold the certificate"),
        "expired": (key + certify(private, start=NOW - 2 * day, end=NOW), "no longer"),
        "not yet valid": (key + certify(private, start=NOW + day), "not yet valid"),
        "not for signing": (key + certify_for_others(private), "does not allow its key"),
    }


@pytest.mark.parametrize("name", unfit_files())
def test_a_file_that_does_not_fit_is_refused_whole(session, folder, name):
    content, sentence = unfit_files()[name]

    with pytest.raises(UnfitKeyFile, match=sentence):
        commands.import_key(session, content, now=NOW)

    assert queries.list_keys(session, KeyUse.DOCUMENTS) == []
    assert not folder.exists()


# --- The command line -----------------------------------------------------------------------------


@pytest.fixture
def run(app, session, folder):
    """Run `flask credentials keys …` and return its exit code and what it printed."""

    def invoke(*arguments: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["credentials", "keys", *arguments])
        return done.exit_code, done.output

    return invoke


def test_an_operator_makes_lists_and_retires_keys(run):
    assert run("list") == (0, "There is no key yet; make them: flask credentials keys make\n")

    code, told = run("make")
    documents, codes = (line.split(":")[0] for line in told.splitlines())
    assert code == 0
    assert run("make") == (0, "Each use has a key that signs; nothing was made.\n")
    code, told = run("make", "documents", "--years", "2")
    new = told.split(":")[0]
    assert run("retire", documents) == (0, f"{documents}: retired.\n")

    code, told = run("list")
    standings = {line.split()[0]: line.split()[4] for line in told.splitlines()}
    assert standings == {new: "signs", documents: "retired", codes: "signs"}


def test_the_list_says_why_a_key_does_not_sign(run, session, folder):
    absent = commands.make_key(session, KeyUse.CODES, now=NOW)
    (folder / f"codes-{absent}.pem").unlink()
    broken = commands.make_key(session, KeyUse.CODES, now=NOW)
    (folder / f"codes-{broken}.pem").write_text("nonsense")
    expired = commands.make_key(session, KeyUse.DOCUMENTS, now=NOW.replace(year=2000))
    spare = commands.make_key(session, KeyUse.DOCUMENTS, now=NOW)
    signs = commands.make_key(session, KeyUse.DOCUMENTS, now=LATER)
    session.commit()

    _, told = run("list")

    assert {line.split()[0]: line.split()[4] for line in told.splitlines()} == {
        absent: "absent",
        broken: "unreadable",
        expired: "expired",
        spare: "spare",
        signs: "signs",
    }


def test_a_key_that_nobody_made_is_not_retired(run, session):
    assert run("retire", "0" * 16) == (
        1,
        f"Error: No key has the id {'0' * 16}; see: flask credentials keys list\n",
    )
    with pytest.raises(NoSuchKey):
        commands.retire_key(session, "", now=NOW)


def test_an_operator_brings_a_key_in_and_an_unfit_one_is_told_why(run, session, tmp_path):
    private = draw_documents_key()
    file = tmp_path / "from-the-authority.pem"
    # The command reads the clock.
    file.write_bytes(write_private(private) + certify(private))

    code, told = run("import", str(file))
    assert (code, told.split(": ")[1]) == (0, "taken in.\n")

    file.write_bytes(b"")
    assert run("import", str(file)) == (
        1,
        "Error: The file does not hold exactly one private key in PEM.\n",
    )
    assert len(queries.list_keys(session, KeyUse.DOCUMENTS)) == 1
