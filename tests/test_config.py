"""Settings: each bad one stops the start with a sentence that names it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete

import config as config_module
from config import BadSetting, load_config
from lms import accounts
from lms.accounts.domain import DEMO_PEOPLE, PersonDetails
from lms.accounts.models import Person
from lms.core.db import Database
from lms.core.permissions import SYSTEM
from lms.demo import refuse_demo_people
from tests.conftest import NOW, make_config, running

ROOT = Path(__file__).resolve().parents[1]
KEY = "thirty-two characters, no fewer!"
PRODUCTION = {"SECRET_KEY": KEY, "BASE_URL": "https://learn.example.org"}


def test_production_needs_a_key_and_an_address_and_nothing_else():
    config = load_config(PRODUCTION)
    assert (config.demo, config.is_https) == (False, True)
    assert config.base_url == "https://learn.example.org"
    assert config.database_url == f"sqlite:///{ROOT / 'var' / 'scrutin.sqlite'}"
    assert config.files_url == (ROOT / "var" / "files").as_uri()
    assert (config.worker_name, config.trusted_proxies) == ("worker-1", 0)
    assert (config.contact_email, config.issuer) == ("", "Scrutin")


def test_every_setting_is_read():
    config = load_config(
        {
            "DATABASE_URL": "postgresql+psycopg://scrutin:p%40ss@db.example.org:5432/scrutin",
            "FILES_URL": "file:///srv/scrutin/files",
            "BASE_URL": "https://learn.example.org/",
            "SECRET_KEY": KEY,
            "DEMO": "0",
            "WORKER_NAME": "worker_2-a",
            "TRUSTED_PROXIES": "2",
            "CONTACT_EMAIL": "help@example.org",
            "ISSUER": "Commission électorale",
        }
    )
    assert config.database_url.endswith("@db.example.org:5432/scrutin")
    assert config.files_url == "file:///srv/scrutin/files"
    assert config.base_url == "https://learn.example.org"
    assert (config.worker_name, config.trusted_proxies) == ("worker_2-a", 2)
    assert (config.contact_email, config.issuer) == ("help@example.org", "Commission électorale")


def test_the_demo_needs_a_key_alone_and_knows_its_own_address():
    assert load_config({"SECRET_KEY": KEY, "DEMO": "1"}).base_url == "http://127.0.0.1:8000"
    config = load_config({"SECRET_KEY": KEY, "DEMO": "1", "HOST": "10.0.0.5", "PORT": "8200"})
    assert (config.base_url, config.is_https) == ("http://10.0.0.5:8200", False)
    assert config.contact_email == "contact@example.org"


@pytest.mark.parametrize(("value", "is_on"), [("1", True), ("true", True), ("YES", True), ("0", False),
                                              ("", False), ("no", False), ("False", False)])  # fmt: skip
def test_a_flag_is_on_or_off(value, is_on):
    assert load_config({**PRODUCTION, "DEMO": value}).demo is is_on


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "x" * 31),
        ("BASE_URL", ""),
        ("BASE_URL", "learn.example.org"),
        ("BASE_URL", "ftp://learn.example.org"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://learn.example.org/?x=1"),
        ("BASE_URL", "https://learn.example.org/#top"),
        ("BASE_URL", "https://["),
        ("BASE_URL", "https://learn.example.org:port"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "mysql://localhost/scrutin"),
        ("DATABASE_URL", "postgresql://localhost/scrutin"),
        ("DATABASE_URL", "postgresql+psycopg://localhost:port/scrutin"),
        ("DATABASE_URL", "/var/lib/scrutin.sqlite"),
        ("DATABASE_URL", "nonsense"),
        ("FILES_URL", "/srv/files"),
        ("FILES_URL", "file://srv/files"),
        ("FILES_URL", "file:files"),
        ("FILES_URL", "https://example.org/files"),
        ("FILES_URL", "file://["),
        ("DEMO", "perhaps"),
        ("WORKER_NAME", "worker 1"),
        ("WORKER_NAME", "../worker"),
        ("WORKER_NAME", "ouvrière"),
        ("WORKER_NAME", "x" * 65),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "6"),
        ("TRUSTED_PROXIES", "many"),
        ("CONTACT_EMAIL", "help"),
        ("CONTACT_EMAIL", "help @example.org"),
    ],
)
def test_a_bad_setting_is_refused_by_name_and_without_its_secret(name, value):
    with pytest.raises(BadSetting) as refused:
        load_config({**PRODUCTION, name: value})
    sentence = str(refused.value)
    assert name in sentence
    assert sentence.endswith((".", ")"))
    if name == "SECRET_KEY" and value:
        assert value not in sentence


# --- .env -------------------------------------------------------------------------------------------


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    monkeypatch.setattr(config_module, "ROOT", tmp_path)
    for name in ("SECRET_KEY", "DEMO", "BASE_URL", "ISSUER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".env"


def test_the_file_beside_is_read(env_file):
    env_file.write_text(
        f"# what make run wrote\n\nDEMO=1\n SECRET_KEY = '{KEY}' \nISSUER=\"Commission = A\"\n",
        encoding="utf-8",
    )
    config = load_config()
    assert (config.demo, config.secret_key, config.issuer) == (True, KEY, "Commission = A")


def test_the_environment_has_precedence_over_the_file(env_file, monkeypatch):
    env_file.write_text(f"DEMO=1\nSECRET_KEY={KEY}\n", encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY", "another key of thirty-two letters")
    assert load_config().secret_key == "another key of thirty-two letters"


def test_a_line_that_is_none_is_named_by_its_number(env_file):
    env_file.write_text(f"SECRET_KEY={KEY}\nDEMO\n", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"\.env, line 2"):
        load_config()


def test_without_the_file_the_demo_is_off(env_file):
    with pytest.raises(BadSetting, match="BASE_URL"):
        load_config()


# --- The start --------------------------------------------------------------------------------------


def start(**settings: str) -> subprocess.CompletedProcess[str]:
    """Load `wsgi.py` as the server does, in a process of its own."""
    names = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # An empty value hides that of a .env which may be there.
    empty = dict.fromkeys(("DEMO", "BASE_URL", "SECRET_KEY", "DATABASE_URL", "FILES_URL"), "")
    return subprocess.run(
        [sys.executable, "-c", "import wsgi; print('started')"],
        cwd=ROOT,
        env={**names, **empty, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def production(url: str, tmp_path: Path) -> dict[str, str]:
    return {**PRODUCTION, "DATABASE_URL": url, "FILES_URL": (tmp_path / "files").as_uri()}


def refuses(done: subprocess.CompletedProcess[str], sentence: str) -> bool:
    assert "Traceback" not in done.stderr
    return done.returncode == 1 and done.stdout == "" and sentence in done.stderr


def test_a_bad_setting_stops_the_start_with_its_sentence(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    done = start(**{**production(url, tmp_path), "SECRET_KEY": "short"})
    assert refuses(done, "Cannot start: SECRET_KEY must have at least 32 characters")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:////proc/none/x.sqlite", "/proc/none"),
        ("postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none", "refused"),
    ],
)
def test_a_database_that_cannot_be_used_stops_the_start_with_a_sentence(tmp_path, url, sentence):
    done = start(**production(url, tmp_path))
    assert refuses(done, "Cannot start, DATABASE_URL cannot be used")
    assert sentence in done.stderr
    assert "secret-word" not in done.stderr


def test_production_does_not_start_with_demo_people(own_database_url, tmp_path):
    database = Database(own_database_url)
    for person in DEMO_PEOPLE:
        for demo, is_refused in ((False, True), (True, False)):
            config = make_config(own_database_url, tmp_path, demo=demo)
            with running(config) as app:
                refuse_demo_people(app)
                with database.unit_of_work() as session:
                    details = PersonDetails(None, person.email, person.name, None)
                    person_id = accounts.create_person(session, SYSTEM, details, now=NOW)
                if is_refused:
                    with pytest.raises(BadSetting, match="demo people"):
                        refuse_demo_people(app)
                else:
                    refuse_demo_people(app)
            with database.unit_of_work() as session:
                session.execute(delete(Person).where(Person.id == person_id))
    database.engine.dispose()


def test_the_server_asks_for_demo_people_before_it_serves(own_database_url, tmp_path):
    database = Database(own_database_url)
    with database.unit_of_work() as session:
        details = PersonDetails(None, DEMO_PEOPLE[0].email, DEMO_PEOPLE[0].name, None)
        accounts.create_person(session, SYSTEM, details, now=NOW)
    database.engine.dispose()
    done = start(**production(own_database_url, tmp_path))
    assert refuses(done, "Cannot start: this database has the demo people")


def test_the_first_start_needs_no_tables(empty_database_url, tmp_path):
    assert start(**production(empty_database_url, tmp_path)).stdout == "started\n"
