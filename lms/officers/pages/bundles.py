"""The certificates of an institution: counted, listed in a registry, and downloaded together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms import jobs
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Invalid, TooMany
from lms.core.i18n import INTERFACE_LANGUAGES, pick_text
from lms.core.spreadsheets import write_csv, write_xlsx
from lms.credentials.domain import CredentialKind
from lms.officers import registry
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import DAYS_KEPT, BundleChoice
from lms.officers.queries import bundles as queries
from lms.officers.queries.credentials import (
    ChoiceLists,
    Place,
    count_credentials,
    get_place,
    list_choices,
    list_registry,
)
from lms.web import current_actor, current_language, send_download, send_stored
from lms.web.addresses import LARGEST_ID
from lms.web.formats import as_number, as_sentence

pages = Blueprint("bundles", __name__)

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# How long a page waits before it looks again how far a download has come.
SECONDS_BETWEEN_LOOKS = 3
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address or a form chooses: the choice, the values as they were typed, and what is wrong with them."""

    choice: BundleChoice
    values: dict[str, Any]
    errors: dict[str, str]


@pages.get("/institution/<int:institution_id>/certificates")
def show_certificates(institution_id: int) -> str:
    """Show what certificates there are, by module and kind, the ways to have them, and the reader's downloads."""
    asked = _read_asked(request.args)
    with reading() as session:
        place = get_place(session, current_actor(), institution_id)
        choices = list_choices(session, place)
        counts = [] if asked.errors else count_credentials(session, place, asked.choice)
        bundles = queries.list_bundles(session, current_actor(), place)
    language = current_language()
    lists = _show_lists(choices, place)
    return render_template(
        "officers/certificates.html",
        place=_show_place(place),
        values=asked.values,
        errors=asked.errors,
        lists=lists,
        kinds=_name_kinds(),
        counts=[
            {
                "code": count.module_slug,
                "title": pick_text(count.module_title, language),
                "kind": _(registry.KINDS[count.kind]),
                "count": count.count,
                "people": count.people,
            }
            for count in counts
        ],
        total=sum(count.count for count in counts),
        has_any=bool(choices.modules),
        bundles=[
            {
                "id": bundle.id,
                "asked_at": bundle.asked_at,
                "state": _judge(bundle, state),
                "chosen": _describe_choice(bundle.choice, lists),
            }
            for bundle, state in bundles
        ],
        days_kept=DAYS_KEPT,
    )


@pages.get("/institution/<int:institution_id>/certificates.csv")
def export_csv(institution_id: int) -> Response:
    """Give the registry of what is chosen as CSV: with its mark, as spreadsheets open it."""
    headings, rows, name = _list_registry(institution_id)
    return _send_table(write_csv(headings, rows), f"{name}.csv", CSV)


@pages.get("/institution/<int:institution_id>/certificates.xlsx")
def export_xlsx(institution_id: int) -> Response:
    """Give the registry of what is chosen as a workbook."""
    headings, rows, name = _list_registry(institution_id)
    return _send_table(write_xlsx(_("Registry"), headings, rows), f"{name}.xlsx", XLSX)


@pages.post("/institution/<int:institution_id>/bundles")
def create_bundle(institution_id: int) -> ResponseReturnValue:
    """Ask for a download, and go where it is followed; what cannot be asked for is said where it was chosen."""
    asked = _read_asked(request.form)
    back = url_for(".show_certificates", institution_id=institution_id, **asked.values)
    if asked.errors:
        return redirect(back)
    try:
        with unit_of_work() as session:
            bundle = commands.create_bundle(
                session,
                current_actor(),
                institution_id,
                asked.choice,
                language=current_language(),
                now=clock.now(),
            )
    except (Invalid, TooMany) as refusal:
        flash(as_sentence(refusal.message), "error")
        return redirect(back)
    return redirect(url_for(".show_bundle", institution_id=institution_id, bundle_id=bundle.id))


@pages.get("/institution/<int:institution_id>/bundles/<int:bundle_id>")
def show_bundle(institution_id: int, bundle_id: int) -> ResponseReturnValue:
    """Show how far a download has come, and its file once it is there; the page looks again by itself."""
    with reading() as session:
        place, bundle, job = queries.get_bundle(session, current_actor(), institution_id, bundle_id)
        choices = list_choices(session, place)
    state = _judge(bundle, job.state)
    result: Any = job.result or {}
    page = Response(
        render_template(
            "officers/bundle.html",
            place=_show_place(place),
            bundle=bundle,
            state=state,
            progress=job.progress,
            error=job.error,
            result=result,
            size=_write_size(result["file"]["size"]) if result else "",
            chosen=_describe_choice(bundle.choice, _show_lists(choices, place)),
            again=_write_choice(bundle.choice),
            kept_until=bundle.asked_at + timedelta(days=DAYS_KEPT),
        )
    )
    if job.state in queries.UNFINISHED:
        page.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return page


@pages.post("/institution/<int:institution_id>/bundles/<int:bundle_id>/cancellation")
def cancel_bundle(institution_id: int, bundle_id: int) -> ResponseReturnValue:
    """Let a download not be made."""
    with unit_of_work() as session:
        commands.cancel_bundle(session, current_actor(), institution_id, bundle_id)
    return redirect(url_for(".show_bundle", institution_id=institution_id, bundle_id=bundle_id))


@pages.get("/institution/<int:institution_id>/bundles/<int:bundle_id>/file")
def send_bundle(institution_id: int, bundle_id: int) -> ResponseReturnValue:
    """Send a download's file, or the part of it that is asked for; whoever lost the grant meanwhile has none."""
    actor = current_actor()
    with reading() as session:
        _place, bundle, _job = queries.get_bundle(session, actor, institution_id, bundle_id)
        file = jobs.get_file(session, actor, bundle.job_id)
    return send_stored(file.key, file.name, file.media_type, file.sha256)


# --- What is asked for ----------------------------------------------------------------------------------


def _read_asked(given: MultiDict[str, str]) -> Asked:
    """Return what is chosen; a value that no list offers chooses nothing of its own, and a day must be one."""
    names = ("module", "edition", "branch", "kind", "from", "to", "language", "prints")
    values = {name: text for name in names if (text := given.get(name, "").strip())}
    errors: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        try:
            days[name] = date.fromisoformat(values[name]) if name in values else None
        except ValueError:
            days[name] = None
            errors[name] = _("This is not a day. Write it as 2026-03-31.")
    if days["from"] and days["to"] and days["to"] < days["from"]:
        errors["to"] = _("The last day lies before the first. Change one of them.")
    branch, kind, language = (values.get(name, "") for name in ("branch", "kind", "language"))
    choice = BundleChoice(
        module_slug=values.get("module", "")[:LONGEST_KEY],
        edition_key=values.get("edition", "")[:LONGEST_KEY],
        since=days["from"],
        until=days["to"],
        branch_id=int(branch) if _is_id(branch) else None,
        kinds=tuple(one for one in kind.split(",") if one in set(CredentialKind)),
        languages=tuple(one for one in language.split(",") if one in INTERFACE_LANGUAGES),
        with_prints="prints" in values,
    )
    return Asked(choice, values, errors)


def _write_choice(choice: BundleChoice) -> dict[str, str]:
    """Return the values of a form that asks for the same again."""
    values = {
        "module": choice.module_slug,
        "edition": choice.edition_key,
        "branch": str(choice.branch_id or ""),
        "kind": ",".join(choice.kinds),
        "from": choice.since.isoformat() if choice.since else "",
        "to": choice.until.isoformat() if choice.until else "",
        "language": ",".join(choice.languages),
        "prints": "yes" if choice.with_prints else "",
    }
    return {name: value for name, value in values.items() if value}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID))


def _list_registry(institution_id: int) -> tuple[list[str], list[list[Any]], str]:
    """Return the registry's headings and rows, and a name for its file."""
    asked, today = _read_asked(request.args), clock.now().date()
    with reading() as session:
        place = get_place(session, current_actor(), institution_id)
        lines = list_registry(session, place, asked.choice, day=today)
    rows = [registry.list_row(line, current_language()) for line in lines]
    return registry.list_headings(), rows, f"registry-{institution_id}-{today}"


def _send_table(content: bytes, name: str, media_type: str) -> Response:
    response = send_download(content, name, media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- What is shown ----------------------------------------------------------------------------------------


def _judge(bundle: queries.BundleView, state: jobs.JobState) -> str:
    """Return the word for a template: the job's state, or that the file of a done one is gone."""
    is_gone = state is jobs.JobState.DONE and bundle.removed_at is not None
    return "removed" if is_gone else state.value


def _show_place(place: Place) -> dict[str, Any]:
    return {"id": place.id, "name": pick_text(place.name, current_language())}


def _show_lists(choices: ChoiceLists, place: Place) -> dict[str, list[tuple[str, str]]]:
    """Return values and words of what can be chosen; branches only where there are some besides the place itself."""
    language = current_language()
    branches = [(str(id), pick_text(name, language)) for id, name in choices.branches]
    return {
        "modules": [(slug, pick_text(title, language)) for slug, title in choices.modules],
        "editions": [(key, _name_edition(key)) for key in choices.edition_keys],
        "branches": branches if any(id != str(place.id) for id, _name in branches) else [],
    }


def _name_edition(key: str) -> str:
    return _("Self-paced") if key == "open" else key


def _name_kinds() -> list[tuple[str, str]]:
    return [(kind.value, _(words)) for kind, words in registry.KINDS.items()]


def _describe_choice(
    choice: BundleChoice, lists: dict[str, list[tuple[str, str]]]
) -> list[tuple[str, str]]:
    """Return the choice as terms and words, only what was chosen."""
    words: list[tuple[str, str]] = []

    def add(term: str, value: str) -> None:
        if value:
            words.append((term, value))

    add(_("Module"), dict(lists["modules"]).get(choice.module_slug, choice.module_slug))
    add(_("Edition"), dict(lists["editions"]).get(choice.edition_key, choice.edition_key))
    branch = str(choice.branch_id or "")
    add(_("Branch"), dict(lists["branches"]).get(branch, branch))
    add(_("Kind"), ", ".join(_(registry.KINDS[CredentialKind(kind)]) for kind in choice.kinds))
    add(_("Issued from"), choice.since.isoformat() if choice.since else "")
    add(_("Issued until"), choice.until.isoformat() if choice.until else "")
    add(_("Language"), ", ".join(INTERFACE_LANGUAGES.get(code, code) for code in choice.languages))
    add(_("Copies to print"), _("added") if choice.with_prints else "")
    return words


def _write_size(size: int) -> str:
    """Return a size as people say it: kilobytes, megabytes, gigabytes of a thousand."""
    if size < 1_000_000:
        return _("%(size)s kB", size=as_number(max(1, round(size / 1_000))))
    if size < 1_000_000_000:
        return _("%(size)s MB", size=as_number(round(size / 1_000_000, 1)))
    return _("%(size)s GB", size=as_number(round(size / 1_000_000_000, 2)))
