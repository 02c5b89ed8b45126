"""The pages of certificates and downloads: without a script, in words, and in parts where a download was cut."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.core.permissions import Role, Scope, ScopeKind
from lms.core.storage import storage
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import BundleChoice
from lms.officers.models import Bundle
from tests.conftest import NOW
from tests.factories import form_token, sign_in
from tests.jobs.waiting import run_waiting
from tests.officers.certified import certify_many


@pytest.fixture
def place(app, session, make, monkeypatch):
    monkeypatch.setattr("lms.core.clock.now", lambda: NOW)
    shutil.rmtree(storage().root, ignore_errors=True)
    place = make.institution("north")
    certify_many(session, storage(), now=NOW, places=[place], count=3)
    return place


@pytest.fixture
def officer(make, place):
    return make.person(
        "Aïcha", "Diallo", roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place)
    )


@pytest.fixture
def browser(client, officer):
    return sign_in(client, officer)


@pytest.fixture
def read(browser, place):
    def read(address="certificates", **query):
        return browser.get(f"/institution/{place}/{address}", query_string={"lang": "en", **query})

    return read


@pytest.fixture
def send(browser, place):
    def send(address, **form):
        form = {"csrf_token": form_token(browser), **form}
        return browser.post(f"/institution/{place}/{address}?lang=en", data=form)

    return send


def ask(send, **form):
    """Ask for a download, and return its address below the institution's."""
    answer = send("bundles", **form)
    assert answer.status_code == 302
    return answer.headers["Location"].partition("/bundles/")[2]


def test_the_page_counts_what_is_chosen_and_leads_to_the_registry_of_the_same(read):
    page = read()
    assert "3 certificates" in page.text
    assert "Voter lists" in page.text

    chosen = read(kind="completion", **{"from": "2026-03-02"})
    assert "3 certificates" in chosen.text
    assert "certificates.csv?kind=completion&amp;from=2026-03-02" in chosen.text
    none = read(to="2026-03-01")
    assert "No certificate fits" in none.text
    assert "certificates.csv" not in none.text


def test_a_place_without_certificates_says_what_to_wait_for(make, read, browser, officer):
    empty = make.institution("empty", parent_id=make.institution("north"))
    page = browser.get(f"/institution/{empty}/certificates?lang=en")
    assert "The first appears here once somebody" in page.text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"from": "yesterday"}, "This is not a day. Write it as 2026-03-31."),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "The last day lies before the first."),
    ],
)
def test_a_day_that_is_none_is_said_beside_it_and_nothing_typed_is_lost(
    session, read, send, query, message
):
    page = read(module="lists", **query)
    assert message in page.text
    assert 'aria-invalid="true"' in page.text
    assert '<option value="lists" selected>' in page.text
    for value in query.values():
        assert f'value="{value}"' in page.text

    back = send("bundles", module="lists", **query)
    assert "/certificates?module=lists&from=" in back.headers["Location"]
    assert session.scalars(select(Bundle)).all() == []


def test_the_registry_is_given_directly_in_the_readers_language(read):
    table = read("certificates.csv")
    assert table.mimetype == "text/csv"
    assert table.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Number", "Holder", "Kind"]
    assert [row[0] for row in rows[1:]] == [f"SC-2026-0000000{at}" for at in (1, 2, 3)]
    assert rows[1][2] == "Completion"
    assert rows[1][-1].startswith("http://localhost/verify/")

    sheet = load_workbook(io.BytesIO(read("certificates.xlsx").data)).worksheets[0]
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in cells] == [row[0] for row in rows]


def test_a_download_is_asked_for_followed_and_fetched_without_a_script(app, read, send):
    address = ask(send, language="fr")
    waiting = read(f"bundles/{address}")
    assert "Waiting for its turn" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    assert "Cancel this download" in waiting.text
    assert "<script" not in waiting.text

    run_waiting(app)

    done = read(f"bundles/{address}")
    assert "Refresh" not in done.headers
    assert "Download the ZIP file (" in done.text
    assert "kept until 9 March 2026" in done.text
    file = read(f"bundles/{address}/file")
    assert file.data.startswith(b"PK")
    assert file.headers["ETag"].strip('"') in done.text
    assert file.headers["Content-Disposition"] == (
        f"attachment; filename=certificates-2026-03-02-{address}.zip"
    )
    assert "Ready" in read().text


def test_a_download_that_was_cut_goes_on_and_one_that_changed_begins_anew(
    app, browser, place, read, send
):
    address = ask(send)
    run_waiting(app)
    whole = read(f"bundles/{address}/file")
    url = f"/institution/{place}/bundles/{address}/file"

    first = browser.get(url, headers={"Range": "bytes=0-99"})
    rest = browser.get(url, headers={"Range": "bytes=100-", "If-Range": first.headers["ETag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.data + rest.data == whole.data
    assert rest.headers["Content-Range"] == f"bytes 100-{len(whole.data) - 1}/{len(whole.data)}"

    anew = browser.get(url, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (anew.status_code, anew.data) == (200, whole.data)
    head = browser.head(url)
    assert (head.status_code, head.data) == (200, b"")
    assert (head.content_length, head.headers["Accept-Ranges"]) == (len(whole.data), "bytes")
    beyond = browser.get(url, headers={"Range": f"bytes={len(whole.data)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"


def test_a_second_click_leads_to_the_same_download(session, send):
    assert ask(send, language="fr") == ask(send, language="fr")
    assert len(session.scalars(select(Bundle)).all()) == 1


def test_what_cannot_be_asked_for_is_said_where_it_was_chosen(session, read, send, browser):
    refused = send("bundles", module="none", language="fr")
    assert refused.status_code == 302
    page = browser.get(refused.headers["Location"] + "&lang=en")
    assert "No certificate fits this choice, so there is nothing to download." in page.text
    assert session.scalars(select(Bundle)).all() == []

    for language in ("fr", "en", "fr,en"):
        ask(send, language=language)
    refused = send("bundles")
    page = browser.get(refused.headers["Location"] + "?lang=en")
    assert "3 of your downloads are being made already." in page.text
    assert len(session.scalars(select(Bundle)).all()) == 3


def test_a_cancelled_download_says_so_and_can_be_made_again(read, send):
    address = ask(send, language="fr", kind="completion", prints="yes")
    cancelled = send(f"bundles/{address}/cancellation")
    assert cancelled.status_code == 302
    page = read(f"bundles/{address}")
    assert "You cancelled this download" in page.text
    assert "Refresh" not in page.headers
    for name, value in (("language", "fr"), ("kind", "completion"), ("prints", "yes")):
        assert f'name="{name}" value="{value}"' in page.text
    assert read(f"bundles/{address}/file").status_code == 404

    again = ask(send, language="fr", kind="completion", prints="yes")
    assert again != address


def test_a_done_download_is_not_cancelled_and_a_removed_one_says_so(app, session, read, send):
    address = ask(send)
    run_waiting(app)
    refused = send(f"bundles/{address}/cancellation")
    assert refused.status_code == 409
    assert read(f"bundles/{address}/file").status_code == 200

    commands.remove_old_bundles(session, now=NOW + timedelta(days=8))
    session.commit()
    assert "The file is no longer kept" in read(f"bundles/{address}").text
    assert read(f"bundles/{address}/file").status_code == 404


def test_who_lost_the_grant_finds_neither_page_nor_file(app, session, officer, read, send):
    from sqlalchemy import update

    from lms.accounts.models import RoleGrant

    address = ask(send)
    run_waiting(app)
    session.execute(
        update(RoleGrant).where(RoleGrant.person_id == officer.person_id).values(revoked_at=NOW)
    )
    session.commit()
    for below in ("certificates", f"bundles/{address}", f"bundles/{address}/file"):
        assert read(below).status_code == 404


def test_a_failed_download_names_the_certificate_to_the_administrator_alone(
    app, session, make, place, officer, browser, read
):
    import json

    from sqlalchemy import insert, update

    from lms.jobs.workflows import workflow_tables

    bundle = commands.create_bundle(session, officer, place, BundleChoice(), language="en", now=NOW)
    tables = workflow_tables(session)
    session.execute(
        update(tables.status)
        .where(tables.status.c.workflow_uuid == bundle.job_id)
        .values(status="ERROR")
    )
    error = json.dumps({"name": "DamagedDocument", "message": "certificate SC-2026-00000002"})
    session.execute(insert(tables.output).values(workflow_uuid=bundle.job_id, error=error))
    session.commit()

    page = read(f"bundles/{bundle.id}").text
    assert "This download could not be made" in page
    assert "Your administrator can see why." in page
    assert "SC-2026-00000002" not in page

    administrator = sign_in(app.test_client(), make.person(roles=(Role.ADMINISTRATOR,)))
    told = administrator.get(f"/institution/{place}/bundles/{bundle.id}?lang=en").text
    assert "SC-2026-00000002" in told
