"""The file that checks without a network, as the service makes it: what its list holds, and what stands in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import delete, insert, select

from lms import credentials as room
from lms.core import clock
from lms.core.i18n import INTERFACE_LANGUAGES
from lms.credentials import commands, queries, tasks
from lms.credentials.domain import (
    CredentialState,
    KeyUse,
    RevocationReason,
    Withdrawal,
    hash_code,
    read_code,
    read_fragment,
    write_list_message,
    write_message,
)
from lms.credentials.models import Credential, Holder, Key, Revocation
from lms.credentials.offline.modules import wrap_module
from lms.learning.commands import complete_activity
from tests.conftest import NOW, make_config
from tests.made_courses import Listed, MadeModule
from tests.test_queries_counted import counted
from tests.visitor import Page

VENDOR = Path(room.__file__).parent / "offline" / "vendor"


@pytest.fixture(autouse=True)
def keys(app, session, tmp_path):
    """A codes key of the test's own, in a folder of its own; returns its id."""
    kept = app.extensions["config"]
    app.extensions["config"] = make_config("", tmp_path, base_url="https://formation.example.org")
    yield commands.make_key(session, KeyUse.CODES, now=NOW)
    app.extensions["config"] = kept


@pytest.fixture
def credential(session, make):
    """A certificate of an institution's member in a module of two languages."""
    make.modules(MadeModule(activities=(Listed("reading"),)))
    actor = make.person("Aïssata", "Koné", institution_id=make.institution(), language="en")
    complete_activity(session, actor, make.enrolment(actor, "lists"), "reading", now=NOW)
    session.commit()
    return session.scalars(select(Credential)).one()


def like(credential: Credential, **changes: object) -> dict[str, object]:
    """Return the columns of another credential of the same enrolment."""
    columns = {
        column.key: getattr(credential, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }
    return columns | changes


def revoke(session, credential) -> None:
    session.add(
        Revocation(
            credential_id=credential.id,
            reason=RevocationReason.ISSUED_IN_ERROR,
            note="by mistake",
            revoked_at=NOW + timedelta(days=2),
        )
    )
    session.flush()


def supersede(session, credential) -> Credential:
    columns = like(
        credential,
        sequence=2,
        number="SC-2026-00000099",
        code="0" * 16,
        supersedes_id=credential.id,
        issued_at=NOW + timedelta(days=3),
    )
    newer = Credential(**columns)
    session.add(newer)
    session.flush()
    person_id = session.get_one(Holder, credential.id).person_id
    session.add(Holder(credential_id=newer.id, person_id=person_id, printed_name="A", salt="s"))
    session.flush()
    return newer


def erase(session, credential) -> None:
    session.execute(delete(Holder).where(Holder.credential_id == credential.id))


# --- The list -------------------------------------------------------------------------------------


def test_a_certificate_that_holds_is_not_listed(session, credential):
    assert queries.list_withdrawals(session) == []


def test_what_was_revoked_superseded_or_erased_is_listed_by_the_gravest(session, credential):
    def listed(state: CredentialState, **more: Any) -> list[Withdrawal]:
        on = more.pop("on", None)
        return [Withdrawal(credential.number, credential.code, state, on, **more)]

    supersede(session, credential)
    assert queries.list_withdrawals(session) == listed(
        CredentialState.SUPERSEDED,
        on=(NOW + timedelta(days=3)).date(),
        newer_number="SC-2026-00000099",
    )
    revoke(session, credential)
    assert queries.list_withdrawals(session) == listed(
        CredentialState.REVOKED, on=(NOW + timedelta(days=2)).date()
    )
    erase(session, credential)
    assert queries.list_withdrawals(session) == listed(CredentialState.ERASED)


def test_ten_thousand_entries_take_as_many_statements_as_none(app, session, credential):
    with counted(app) as few:
        queries.get_offline_facts(session, now=NOW)
    rows = [
        like(credential, sequence=n, number=f"SC-2025-{n:08}", code=f"{n:016}")
        for n in range(2, 10_002)
    ]
    session.execute(insert(Credential), rows)

    with counted(app) as many:
        facts = queries.get_offline_facts(session, now=NOW)

    assert len(many) == len(few) == 3
    assert facts.withdrawn.count("\n") == 10_001
    # 43 bytes each: what 40 MB a day for 100 francs carry.
    assert len(facts.withdrawn) < 450_000


def test_the_list_is_signed_with_the_key_that_signs_now(session, credential, keys):
    erase(session, credential)
    newer = commands.make_key(session, KeyUse.CODES, now=NOW + timedelta(hours=1))
    now = NOW + timedelta(hours=2)

    facts = queries.get_offline_facts(session, now=now)

    assert facts.key_id == newer
    assert [id for id, _public in facts.keys] == [newer, keys]
    public = Ed25519PublicKey.from_public_bytes(dict(facts.keys)[newer])
    public.verify(facts.signature, write_list_message(facts.withdrawn))
    assert facts.withdrawn.splitlines() == [
        f"scrutin-list 1 {now:%Y-%m-%dT%H:%MZ}",
        f"{credential.number} erased - {hash_code(credential.code)}",
    ]


# --- The QR code ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "institution"),
    [
        ("fr", "Voter lists (fr)", "Commission commission"),
        ("en", "Voter lists", "commission Commission"),
    ],
)
def test_the_qr_code_holds_the_address_and_the_facts_in_the_documents_language(
    session, credential, keys, language, title, institution
):
    view = queries.find_by_id(session, credential.id)

    text = tasks.write_qr_content(session, view, language, now=NOW)

    address, _, fragment = text.partition("#")
    assert address == f"https://formation.example.org/verify/{view.printed_code}"
    signed = read_fragment(fragment)
    assert signed.key_id == keys
    assert signed.payload.holder == "Aïssata Koné"
    assert signed.payload.number == credential.number
    assert signed.payload.module_title == title
    assert signed.payload.institution == institution
    assert signed.payload.minutes == credential.minutes
    assert signed.payload.completed_on == NOW.date()
    assert signed.payload.expires_on is None
    assert signed.payload.is_specimen
    public = Ed25519PublicKey.from_public_bytes(dict(queries.list_code_keys(session))[keys])
    public.verify(signed.signature, write_message(read_code(view.printed_code), signed.payload))


# --- The pages ------------------------------------------------------------------------------------


def download(app, language: str = "en"):
    return app.test_client().get(f"/verify/offline.html?lang={language}")


def test_the_page_offers_the_file_and_the_form_leads_to_it(app, session):
    page = Page(app.test_client().get("/verify?lang=en"), "")
    assert page.root.find(".//a[@href='/verify/offline']") is not None

    page = Page(app.test_client().get("/verify/offline?lang=en"), "")
    assert page.title == "Check certificates without a network"
    assert page.root.find(".//a[@href='/verify/offline.html']") is not None


def test_the_file_is_an_attachment_named_by_its_day(app, session):
    reply = download(app)

    assert (reply.status_code, reply.mimetype) == (200, "text/html")
    name = f"scrutin-{clock.now():%Y-%m-%d}.html"
    assert reply.headers["Content-Disposition"] == f"attachment; filename={name}"


def kept(html: str) -> dict:
    return json.loads(
        re.search(r'<script type="application/json" id="kept">(.*?)</script>', html)[1]
    )


def test_the_file_holds_keys_list_and_texts_of_both_languages_and_no_code(
    app, session, credential, keys
):
    erase(session, credential)
    session.commit()

    page = Page(download(app), "")

    holds = kept(page.html)
    assert set(holds["keys"]) == {keys}
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(holds["keys"][keys]))
    signature = bytes.fromhex(holds["list"]["signature"])
    key.verify(signature, write_list_message(holds["list"]["text"]))
    assert credential.number in holds["list"]["text"]
    made_at = datetime.fromisoformat(holds["list"]["text"].split()[2])
    assert abs(made_at - clock.now()) < timedelta(minutes=5)
    assert set(holds["texts"]) == set(INTERFACE_LANGUAGES)
    assert holds["texts"]["fr"].keys() == holds["texts"]["en"].keys()
    assert "https://formation.example.org/verify/offline" in page.text
    # A code opens a holder's name.
    assert credential.code not in page.html
    assert "Koné" not in page.html


def test_the_file_fetches_nothing_and_runs_its_own_script_alone(app, session):
    page = Page(download(app), "")

    policy = page.root.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    (script,) = [
        node.text for node in page.root.iter("script") if node.get("type") is None
    ]  # fmt: skip
    (style,) = [node.text for node in page.root.iter("style")]
    assert rules == {
        "default-src": "'none'",
        "script-src": source(script),
        "style-src": source(style),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    for node in page.root.iter():
        assert not {"src", "href", "style", "action"} & set(node.keys()), node.tag
        assert not [name for name, _value in node.items() if name.startswith("on")], node.tag
    assert "url(" not in style
    assert "@import" not in style


def source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("language", list(INTERFACE_LANGUAGES))
def test_the_file_opens_in_the_readers_language(app, session, language):
    page = Page(download(app, language), "")

    assert page.root.get("lang") == language
    assert page.title == kept(page.html)["texts"][language]["title"]


def test_without_a_key_that_signs_the_file_is_not_made_and_the_reader_told(app, session, keys):
    commands.retire_key(session, keys, now=NOW)
    session.commit()

    page = Page(download(app), "")

    assert page.status == 503
    assert "The file cannot be made at the moment" in page.text
    assert page.root.find(".//a[@href='/verify/offline.html']") is None
    assert session.scalars(select(Key.id).where(Key.use == KeyUse.CODES)).all() == [keys]


# --- What it brings along -------------------------------------------------------------------------


def test_what_is_vendored_is_what_the_registry_has_with_its_licence():
    table = (VENDOR / "README.md").read_text(encoding="utf-8")
    scripts = sorted(VENDOR.glob("*/*.js"))

    assert [str(script.relative_to(VENDOR)) for script in scripts] == [
        "qr/decode.js",
        "qr/index.js",
        "tweetnacl/nacl-fast.min.js",
    ]
    for script in scripts:
        content = script.read_bytes()
        assert f"`{hashlib.sha256(content).hexdigest()}`" in table
        assert script.with_name("LICENSE").read_text(encoding="utf-8")
        # What would end the script element early, or what a browser changes before it hashes.
        for stop in (b"</script", b"<!--", b"\r", b"\0"):
            assert stop not in content


def test_a_module_becomes_a_constant_of_what_it_exports():
    module = (
        "import { _one as one, two } from './index.js';\n"
        "export const three = one + two;\n"
        "export async function four() { return three; }\n"
        "export class Five {}\n"
        "const six = 6;\n"
        "export { six as _six };\n"
        "export default three;\n"
    )

    assert wrap_module(module, "made").splitlines() == [
        "const module_made = (() => {",
        '"use strict";',
        "const { _one: one, two: two } = module_index;",
        "const three = one + two;",
        "async function four() { return three; }",
        "class Five {}",
        "const six = 6;",
        "",
        "",
        "",
        "return { three: three, four: four, Five: Five, _six: six };",
        "})();",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "import './index.js';",
        "import one from './one.js';",
        "export default 1 + 1;",
        "export * from './a.js';",
    ],
)
def test_a_form_of_import_or_export_that_is_not_understood_is_refused(line):
    with pytest.raises(ValueError, match="not understood"):
        wrap_module(line, "made")
