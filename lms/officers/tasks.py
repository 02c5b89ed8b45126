"""The job that makes a download of certificates, and the sweeps that remove old ones and old lists of people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from math import ceil
from threading import Lock
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from lms import jobs
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import NotFound
from lms.core.i18n import INTERFACE_LANGUAGES, pick_text
from lms.core.spreadsheets import write_csv, write_xlsx
from lms.core.storage import storage
from lms.officers import archives, print_copies, registry
from lms.officers.commands import bundles as commands
from lms.officers.commands import uploads
from lms.officers.commands.bundles import folder_of
from lms.officers.domain.bundles import (
    MOST_PAGES,
    BundleChoice,
    PageCount,
    PrintPart,
    cut_in_parts,
    plan_prints,
)
from lms.officers.domain.file_names import name_file, name_folders, order_name
from lms.officers.errors import DamagedDocument, MissingDocument
from lms.officers.queries import bundles as queries
from lms.officers.queries.credentials import (
    RegistryLine,
    StoredFile,
    get_place_by_id,
    list_files,
    list_lines,
    list_registry,
)

ZIP = "application/zip"
WHOLE = "bundle.zip"
SECONDS_BETWEEN_SWEEPS = 60

# Merging is the one thing here that takes memory, so a worker's jobs merge in turn.
_merging = Lock()


@jobs.task(commands.MAKE_BUNDLE, check_fetch=queries.check_fetch)
def make_bundle(payload: dict[str, Any], progress: jobs.Progress) -> jobs.Json:
    """Collect the files in parts of twenty certificates, merge what is printed, and join it all in one archive.

    What steps return holds ids and counts alone: names lie in files beside the parts, which go with them.
    """
    bundle_id: int = payload["bundle_id"]
    plan = progress.step("list certificates", list_certificates, bundle_id, payload["language"])
    parts = cut_in_parts(plan["ids"])
    total = len(parts) + plan["prints"] + 1
    counts: list[PageCount] = []
    for number, ids in enumerate(parts, start=1):
        found = progress.step(f"collect part {number}", collect_part, bundle_id, number, ids, plan)
        counts += [PageCount(*one) for one in found]
        progress.report(number, total)
    prints = plan_prints(counts) if plan["with_prints"] else []
    for number, part in enumerate(prints, start=1):
        progress.step(f"merge {part.name}", merge_prints, bundle_id, part, plan)
        progress.report(min(len(parts) + number, total - 1), total)
    names = [part.name for part in prints]
    file = progress.step("join parts", join_parts, bundle_id, len(parts), names, plan)
    progress.step("remove parts", remove_parts, bundle_id)
    progress.report(total, total)
    return {
        "file": file,
        "certificates": len(plan["ids"]),
        "files": len(counts),
        "prints": len(prints),
    }


def list_certificates(bundle_id: int, language: str) -> dict[str, Any]:
    """Freeze what is collected, and how it is divided: the download is of this day, however long it takes."""
    now = clock.now()
    with reading() as session:
        bundle = queries.get_by_id(session, bundle_id)
        place = get_place_by_id(session, bundle.institution_id)
        lines = list_registry(session, place, bundle.choice, day=now.date())
    handed_out = [line for line in lines if line.is_handed_out]
    folders = name_folders(
        {line.institution_id: pick_text(line.institution_name, language) for line in handed_out}
    )
    languages = {
        code for line in handed_out for code in bundle.choice.pick_languages(line.languages)
    }
    return {
        "listed": [line.credential_id for line in lines],
        "ids": [line.credential_id for line in handed_out],
        "day": now.date().isoformat(),
        "folders": {str(id): name for id, name in folders.items()},
        "language": language,
        "with_prints": bundle.choice.with_prints,
        # A guess, for the progress alone: a page a file.
        "prints": len(languages) * ceil(len(handed_out) / MOST_PAGES)
        if bundle.choice.with_prints
        else 0,
    }


def collect_part(
    bundle_id: int, number: int, ids: Sequence[int], plan: dict[str, Any]
) -> list[tuple[int, str, int]]:
    """Store an archive of these certificates' files and a list of them, and return how many pages each has.

    Pages are counted only where copies are printed. Raises `DamagedDocument` or `MissingDocument`. What was withdrawn
    or erased meanwhile is left out. Doing it twice stores the same.
    """
    with reading() as session:
        bundle = queries.get_by_id(session, bundle_id)
        lines = list_lines(session, ids, day=date.fromisoformat(plan["day"]))
        files = list_files(session, ids, bundle.choice.languages)
    manifest: list[dict[str, str]] = []
    counts: list[tuple[int, str, int]] = []

    def entries() -> Iterator[tuple[str, datetime, bytes]]:
        for line, file in _pair(lines, files):
            content = _read(line, file)
            name = _name(line, file.language, plan)
            manifest.append(
                registry.describe_file(
                    line,
                    name=name,
                    language=file.language,
                    sha256=file.sha256,
                    reader_language=plan["language"],
                )
            )
            pages = print_copies.count_pages(content) if plan["with_prints"] else 0
            counts.append((line.credential_id, file.language, pages))
            yield name, line.issued_at, content

    with storage().create(_part_key(bundle_id, number, "zip")) as out:
        archives.write_part(out, entries())
    text = json.dumps(manifest, ensure_ascii=False)
    storage().write(_part_key(bundle_id, number, "json"), text.encode())
    return counts


def merge_prints(bundle_id: int, part: PrintPart, plan: dict[str, Any]) -> int:
    """Store the certificates of the part as one PDF to print, and return how many pages it has."""
    with reading() as session:
        lines = list_lines(session, part.credential_ids, day=date.fromisoformat(plan["day"]))
        files = list_files(session, part.credential_ids, [part.language])
    spoken = part.language if part.language in INTERFACE_LANGUAGES else plan["language"]
    with _merging, force_locale(spoken), storage().create(_print_key(bundle_id, part.name)) as out:
        return print_copies.merge(
            out,
            _("Unsigned copies for printing"),
            (
                (
                    _read(line, file),
                    _(
                        "Unsigned copy for printing, check at %(address)s",
                        address=registry.address_of(line),
                    ),
                )
                for line, file in _pair(lines, files)
            ),
        )


def join_parts(
    bundle_id: int, parts: int, prints: Sequence[str], plan: dict[str, Any]
) -> dict[str, Any]:
    """Store the whole archive: read-me, manifest, registry, the parts, the copies to print; return its file.

    It reads the parts and copies what it reads, so its memory does not grow with them; doing it twice stores the same
    files.
    """
    language, day = plan["language"], date.fromisoformat(plan["day"])
    with reading() as session:
        bundle = queries.get_by_id(session, bundle_id)
        place = get_place_by_id(session, bundle.institution_id)
        listed = set(plan["listed"])
        lines = [
            line
            for line in list_registry(session, place, bundle.choice, day=day)
            if line.credential_id in listed
        ]
    manifest = [
        line
        for number in range(1, parts + 1)
        for line in json.loads(storage().read(_part_key(bundle_id, number, "json")))
    ]
    key = f"{folder_of(bundle_id)}/{WHOLE}"
    with (
        storage().create(key) as out,
        archives.JoinedArchive(out, datetime.combine(day, datetime.min.time(), UTC)) as archive,
    ):
        for code, name in (("en", "README.txt"), ("fr", "LISEZ-MOI.txt")):
            with force_locale(code):
                text = registry.write_read_me(
                    pick_text(place.name, code),
                    plan["day"],
                    files=len(manifest),
                    missing=_list_missing(lines, manifest, bundle.choice),
                    prints=len(prints),
                )
            archive.add_content(name, text.encode("utf-8-sig"))
        _add_lists(archive, lines, manifest, bundle.choice, language, plan["day"])
        for number in range(1, parts + 1):
            with storage().open(_part_key(bundle_id, number, "zip")) as part:
                archive.add_part(part)
        for name in prints:
            with storage().open(_print_key(bundle_id, name)) as file:
                size = storage().size(_print_key(bundle_id, name))
                archive.add_file(f"print/{name}", file, size)
    with storage().open(key) as made:
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    return {
        "key": key,
        "name": f"certificates-{plan['day']}-{bundle_id}.zip",
        "media_type": ZIP,
        "sha256": sha256,
        "size": storage().size(key),
    }


def remove_parts(bundle_id: int) -> None:
    """Remove what the archive was joined from, and what a killed worker left half-written."""
    folder = folder_of(bundle_id)
    for name in storage().list_names(folder):
        if name != WHOLE:
            storage().remove(f"{folder}/{name}")


@jobs.sweep("officers.remove_old_bundles", every=SECONDS_BETWEEN_SWEEPS)
def remove_old_bundles(now: datetime) -> int:
    """Remove the files of downloads that were cancelled or failed, or are a week old."""
    with unit_of_work() as session:
        return commands.remove_old_bundles(session, now=now)


def _pair(
    lines: Sequence[RegistryLine], files: dict[int, list[StoredFile]]
) -> Iterator[tuple[RegistryLine, StoredFile]]:
    """Return what is still handed out, each certificate with each of its files."""
    for line in lines:
        if line.is_handed_out:
            for file in files.get(line.credential_id, []):
                yield line, file


def _list_missing(
    lines: Sequence[RegistryLine], manifest: Sequence[dict[str, str]], choice: BundleChoice
) -> list[str]:
    """Return the numbers and languages of what was chosen and is not made yet."""
    there = {(line["number"], line["language"]) for line in manifest}
    return [
        f"{line.number} ({code})"
        for line in lines
        if line.is_handed_out
        for code in choice.pick_languages(line.languages)
        if (line.number, code) not in there
    ]


def _read(line: RegistryLine, file: StoredFile) -> bytes:
    about: dict[str, Any] = {"number": line.number, "language": file.language}
    try:
        content = storage().read(file.storage_key)
    except NotFound:
        raise MissingDocument(**about) from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DamagedDocument(**about)
    return content


def _name(line: RegistryLine, language: str, plan: dict[str, Any]) -> str:
    folder = plan["folders"].get(str(line.institution_id), "")
    holder = order_name(line.holder or "", line.given_names, line.family_names)
    name = name_file(holder, line.module_slug, line.number, language)
    return "/".join(part for part in ("certificates", folder, name) if part)


def _part_key(bundle_id: int, number: int, ending: str) -> str:
    return f"{folder_of(bundle_id)}/part-{number:04}.{ending}"


def _print_key(bundle_id: int, name: str) -> str:
    return f"{folder_of(bundle_id)}/{name}"


def _add_lists(
    archive: archives.JoinedArchive,
    lines: Sequence[RegistryLine],
    manifest: Sequence[dict[str, str]],
    choice: BundleChoice,
    language: str,
    day: str,
) -> None:
    """Add the manifest and the registry, as tables and as JSON."""
    rows = [[line[field] for field in registry.MANIFEST_FIELDS] for line in manifest]
    archive.add_content("manifest.csv", write_csv(registry.MANIFEST_FIELDS, rows))
    whole = {"made_on": day, "choice": choice.to_json(), "files": manifest}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    archive.add_content("manifest.json", text.encode())
    with force_locale(language):
        headings, title = registry.list_headings(), _("Registry")
        listed = [registry.list_row(line, language) for line in lines]
    archive.add_content("registry.csv", write_csv(headings, listed))
    archive.add_content("registry.xlsx", write_xlsx(title, headings, listed))


@jobs.sweep("officers.purge_uploads", every=3600)
def purge_uploads(now: datetime) -> int:
    """Delete the lists of people that nobody applied for a day."""
    with unit_of_work() as session:
        return uploads.purge_uploads(session, now=now)
