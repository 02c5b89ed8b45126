"""The registry of certificates and the manifest of a download, as tables and texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.i18n import N_, pick_text
from lms.credentials.domain import CredentialKind, CredentialState
from lms.officers.queries.credentials import RegistryLine
from lms.web import absolute_url

KINDS: Mapping[CredentialKind, str] = {
    CredentialKind.COMPLETION: N_("Completion"),
    CredentialKind.PARTICIPATION: N_("Participation"),
    CredentialKind.ACCREDITATION: N_("Trainer accreditation"),
}
STATES: Mapping[CredentialState, str] = {
    CredentialState.VALID: N_("Valid"),
    CredentialState.SUPERSEDED: N_("Replaced"),
    CredentialState.REVOKED: N_("Withdrawn"),
    CredentialState.EXPIRED: N_("Expired"),
    CredentialState.ERASED: N_("Name erased"),
}

# What programs read has the same names in every language.
MANIFEST_FIELDS = (
    "number",
    "holder",
    "module",
    "date",
    "sha256",
    "verification_address",
    "issued_at",
    "kind",
    "language",
    "institution",
    "file",
)


def list_headings() -> list[str]:
    """Return the headings of the registry in the reader's language."""
    return [
        _("Number"),
        _("Holder"),
        _("Kind"),
        _("Module"),
        _("Title of the module"),
        _("Edition"),
        _("Institution"),
        _("Completed on"),
        _("Issued (UTC)"),
        _("Valid until"),
        _("State"),
        _("Replaced by"),
        _("Hours"),
        _("Languages"),
        _("Where to check it"),
    ]


def list_row(line: RegistryLine, language: str) -> list[Any]:
    """Return a certificate's row below `list_headings`, days and moments as ISO 8601 has them."""
    return [
        line.number,
        line.holder or "",
        _(KINDS[line.kind]),
        line.module_slug,
        pick_text(line.module_title, language),
        line.edition_key,
        pick_text(line.institution_name, language),
        line.completed_on.isoformat(),
        f"{line.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        line.expires_on.isoformat() if line.expires_on else "",
        _(STATES[line.state]),
        line.newer_number or "",
        round(line.minutes / 60, 2),
        " ".join(line.languages),
        address_of(line),
    ]


def address_of(line: RegistryLine) -> str:
    """Return where anybody checks the certificate."""
    return absolute_url("credentials.verify", code=line.printed_code)


def describe_file(
    line: RegistryLine, *, name: str, language: str, sha256: str, reader_language: str
) -> dict[str, str]:
    """Return a file's line of the manifest; `date` is the day of completion, as a check shows it."""
    return {
        "number": line.number,
        "holder": line.holder or "",
        "module": line.module_slug,
        "date": line.completed_on.isoformat(),
        "sha256": sha256,
        "verification_address": address_of(line),
        "issued_at": f"{line.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        "kind": line.kind,
        "language": language,
        "institution": pick_text(line.institution_name, reader_language),
        "file": name,
    }


def write_read_me(
    institution: str, day: str, *, files: int, missing: Sequence[str], prints: int
) -> str:
    """Return the text that explains a download, in the reader's language, in paragraphs."""
    paragraphs = [
        _("Certificates of %(institution)s, %(day)s (UTC)", institution=institution, day=day),
        ngettext(
            "The folder “certificates” holds %(num)s file, which is signed: keep it as it is. A file "
            "that was opened and saved again is another file, and is not recognised any more.",
            "The folder “certificates” holds %(num)s files, each signed: keep them as they are. A file "
            "that was opened and saved again is another file, and is not recognised any more.",
            files,
        ),
        _(
            "manifest.csv and manifest.json name every file with its SHA-256 and the address where "
            "anybody can check the certificate."
        ),
        _(
            "registry.csv and registry.xlsx list every certificate that was chosen, those too that "
            "were replaced or withdrawn, or whose holder’s name was erased; these have no file here."
        ),
    ]
    if prints:
        paragraphs.append(
            _(
                "The folder “print” holds copies to print, at most 200 pages a file. Each page says "
                "that it is an unsigned copy. What counts is the signed file, or a check at its address."
            )
        )
    if missing:
        paragraphs.append(
            _("Not made yet, so ask again later for: %(numbers)s", numbers=", ".join(missing))
        )
    paragraphs.append(
        _(
            "These files hold names of people. Give them to those concerned and to nobody else, and "
            "delete what you no longer need."
        )
    )
    return "\r\n\r\n".join(paragraphs) + "\r\n"
