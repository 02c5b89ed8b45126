"""What the desk's pages ask for and show: values of addresses and forms, and words for states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.core.i18n import N_, pick_text
from lms.credentials.domain import CredentialState
from lms.officers.domain import LONGEST_SEARCH, PeopleWanted, Phase, Sort, Standing
from lms.officers.queries import ModuleChoice
from lms.web import current_language
from lms.web.addresses import LARGEST_ID

STANDINGS: Mapping[Standing, str] = {
    Standing.NOT_ENROLLED: N_("Not enrolled"),
    Standing.ENROLLED: N_("Enrolled"),
    Standing.ACTIVE: N_("Active in the last 30 days"),
    Standing.STUCK: N_("No activity for 14 days"),
    Standing.COMPLETED: N_("Completed"),
    Standing.CERTIFIED: N_("With a certificate"),
}
SORTS: Mapping[Sort, str] = {
    Sort.NAME: N_("By name"),
    Sort.QUIET: N_("Longest without activity first"),
    Sort.RECENT: N_("Last activity first"),
    Sort.PROGRESS: N_("Least progress first"),
}
PHASES: Mapping[Phase, str] = {
    Phase.NOT_ENROLLED: N_("Not enrolled"),
    Phase.NOT_BEGUN: N_("Not begun"),
    Phase.UNDER_WAY: N_("Under way"),
    Phase.STUCK: N_("No activity for 14 days"),
    Phase.COMPLETED: N_("Completed"),
}
CERTIFICATE_STATES: Mapping[CredentialState, str] = {
    CredentialState.VALID: N_("Valid"),
    CredentialState.SUPERSEDED: N_("Replaced"),
    CredentialState.REVOKED: N_("Withdrawn"),
    CredentialState.EXPIRED: N_("Expired"),
    CredentialState.ERASED: N_("Name erased"),
}


def read_wanted(args: MultiDict[str, str], *, with_name: bool = False) -> PeopleWanted:
    """Return what an address or a form asks for; what it cannot ask for, it does not.

    A name is read from forms alone: addresses are logged and kept, and hold no personal data.
    """
    standing, sort = args.get("state", ""), args.get("sort", "")
    return PeopleWanted(
        branch_id=read_id(args.get("branch", "")),
        module=args.get("module", ""),
        standing=Standing(standing) if standing in set(Standing) else None,
        name=args.get("q", "").strip()[:LONGEST_SEARCH] if with_name else "",
        has_left=args.get("left") == "yes",
        sort=Sort(sort) if sort in set(Sort) else Sort.NAME,
        page=read_page(args.get("page", "")),
    )


def write_wanted(wanted: PeopleWanted) -> dict[str, str]:
    """Return the values that ask for the same again, on the first page; of a form, if there is a name among them."""
    asked_for = {
        "q": wanted.name,
        "branch": str(wanted.branch_id or ""),
        "module": wanted.module,
        "state": wanted.standing.value if wanted.standing else "",
        "left": "yes" if wanted.has_left else "",
        "sort": "" if wanted.sort is Sort.NAME else wanted.sort.value,
    }
    return {name: value for name, value in asked_for.items() if value}


def read_id(text: str) -> int | None:
    """Return the number that an address or a form holds, if it can be somebody's."""
    if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID)):
        return int(text)
    return None


def read_page(text: str) -> int:
    """Return which page is asked for; what is no number asks for the first."""
    return max(1, read_id(text) or 1)


def read_chosen(form: MultiDict[str, str]) -> list[int]:
    """Return the people whom a form chose: those who are ticked, or everybody on the page."""
    named = form.getlist("shown" if form.get("everyone") else "person")
    return list(dict.fromkeys(id for id in map(read_id, named) if id is not None))


def name_modules(modules: Sequence[ModuleChoice]) -> list[tuple[str, str]]:
    """Return slugs and titles, to choose from."""
    return [(module.slug, _title(module)) for module in modules]


def name_editions(modules: Sequence[ModuleChoice]) -> list[tuple[str, str]]:
    """Return what to enrol in: each module, and by name its editions where it has more than the open one."""
    return [
        (f"{module.slug}/{key}", f"{_title(module)} ({key})" if key_is_told else _title(module))
        for module in modules
        for key_is_told in (len(module.editions) > 1,)
        for key in module.editions
    ]


def _title(module: ModuleChoice) -> str:
    title = pick_text(module.title, current_language(), module.source_language)
    return f"{module.code} {title}"


def list_words(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return the values and their words in the reader's language, to choose from."""
    return [(value.value, _(text)) for value, text in words.items()]
