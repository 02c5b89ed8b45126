"""The settings, read from the environment and from `.env` beside this file. A bad value stops the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from dotenv.parser import parse_stream

ROOT = Path(__file__).resolve().parent

# A production configuration must not start with a key that can be guessed.
SHORTEST_SECRET_KEY = 32


class BadSetting(Exception):
    """A setting that cannot be used; its text is the sentence that the operator reads."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of the product. The field's comment is its documentation."""

    # Where everything but files is kept, jobs included: sqlite:///path or postgresql+psycopg://…
    database_url: str
    # Where the private keys lie that sign certificates and their QR codes: a folder, kept from everybody else.
    keys_folder: str
    # Where certificates and course images are kept: file:///absolute/folder
    files_url: str
    # The public address, without a final slash; empty in demo, where QR codes hold the local one.
    base_url: str
    # Signs cookies and form tokens; at least 32 characters.
    secret_key: str
    # Shows the demo accounts and marks every certificate SPECIMEN.
    demo: bool
    # The worker takes up its own interrupted jobs again under this name, so it must stay the same.
    worker_name: str
    # How many proxies of one's own stand before the server and say who asks (X-Forwarded-For).
    trusted_proxies: int
    # Printed in the footer's contact page; empty hides it.
    contact_email: str
    # Figures of fewer people than this are left out of what is exported.
    smallest_cell: int
    # Printed on certificates as the body that issues them.
    issuer: str

    @property
    def is_https(self) -> bool:
        """Cookies are Secure exactly when this holds."""
        return self.base_url.startswith("https://")


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings. Raises `BadSetting` with a sentence that names the setting."""
    env = {**_read_env_file(ROOT / ".env"), **os.environ} if environ is None else dict(environ)
    demo = _flag(env, "DEMO")
    var = ROOT / "var"
    return Config(
        database_url=_database_url(
            env.get("DATABASE_URL") or f"sqlite:///{var / 'scrutin.sqlite'}"
        ),
        files_url=_files_url(env.get("FILES_URL") or (var / "files").as_uri()),
        keys_folder=_keys_folder(env.get("KEYS_FOLDER") or str(var / "keys")),
        base_url=_base_url(env.get("BASE_URL", ""), demo=demo, env=env),
        secret_key=_secret_key(env.get("SECRET_KEY", "")),
        demo=demo,
        worker_name=_worker_name(env.get("WORKER_NAME") or "worker-1"),
        trusted_proxies=_trusted_proxies(env.get("TRUSTED_PROXIES", "0")),
        contact_email=_contact_email(env.get("CONTACT_EMAIL", ""), demo=demo),
        smallest_cell=_smallest_cell(env.get("SMALLEST_CELL", "5")),
        issuer=env.get("ISSUER") or "Scrutin",
    )


def _read_env_file(path: Path) -> dict[str, str]:
    """Return what `path` says, if it is there; the environment has precedence over it."""
    settings: dict[str, str] = {}
    if not path.is_file():
        return settings
    with path.open(encoding="utf-8") as file:
        for binding in parse_stream(file):
            if binding.error or (binding.key and binding.value is None):
                raise BadSetting(f"{path.name}, line {binding.original.line}: expected NAME=value.")
            if binding.key and binding.value is not None:
                settings[binding.key] = binding.value
    return settings


def _split(address: str) -> SplitResult:
    """Return the address in its parts, all of them empty where it cannot be read."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # a ValueError where it is no number
    except ValueError:
        return urlsplit("")
    return parts


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "0").lower()
    if value in {"1", "true", "yes"}:
        return True
    if value in {"", "0", "false", "no"}:
        return False
    raise BadSetting(f"{name} is {value!r}; it must be 1 or 0.")


def _database_url(value: str) -> str:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        url = None
    # In memory, each process would have a database of its own.
    is_file = url and url.drivername == "sqlite" and url.database and ":memory:" not in value
    if is_file or (url and url.drivername == "postgresql+psycopg"):
        return value
    raise BadSetting(
        "DATABASE_URL must begin with sqlite:/// and name a file, or with postgresql+psycopg://."
    )


def _files_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return value
    raise BadSetting("FILES_URL must be file:/// followed by the absolute path of a folder.")


def _keys_folder(value: str) -> str:
    if Path(value).is_absolute():
        return value
    raise BadSetting(f"KEYS_FOLDER is {value!r}; it must be the absolute path of a folder.")


def _smallest_cell(value: str) -> int:
    if value.isascii() and value.isdigit() and 2 <= int(value) <= 100:
        return int(value)
    raise BadSetting(f"SMALLEST_CELL is {value!r}; it must be a number from 2 to 100.")


def _base_url(value: str, *, demo: bool, env: Mapping[str, str]) -> str:
    if not value:
        if demo:
            return f"http://{env.get('HOST') or '127.0.0.1'}:{env.get('PORT') or '8000'}"
        raise BadSetting(
            "BASE_URL is missing; set it to the public address, such as https://learn.example.org, "
            "since every certificate holds it. (With DEMO=1 it may stay empty.)"
        )
    parts = _split(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting("BASE_URL must be an address such as https://learn.example.org.")
    return value.rstrip("/")


def _secret_key(value: str) -> str:
    if len(value) < SHORTEST_SECRET_KEY:
        raise BadSetting(
            f"SECRET_KEY must have at least {SHORTEST_SECRET_KEY} characters; `make run` writes one "
            "to .env, or use: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    return value


def _worker_name(value: str) -> str:
    if value.replace("-", "").replace("_", "").isalnum() and value.isascii() and len(value) <= 64:
        return value
    raise BadSetting("WORKER_NAME may have letters, digits, - and _, at most 64.")


def _trusted_proxies(value: str) -> int:
    if value in {"0", "1", "2", "3", "4", "5"}:
        return int(value)
    raise BadSetting(f"TRUSTED_PROXIES is {value!r}; it must be a number from 0 to 5.")


def _contact_email(value: str, *, demo: bool) -> str:
    if not value:
        return "contact@example.org" if demo else ""
    if "@" not in value or any(character.isspace() for character in value):
        raise BadSetting("CONTACT_EMAIL must be an e-mail address.")
    return value
