"""Every text of the page that works without a network; it holds them all, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import force_locale, gettext

from lms.core.i18n import INTERFACE_LANGUAGES, N_

_TEXTS: Final[Mapping[str, str]] = {
    "title": N_("Check a certificate without a network"),
    "lede": N_("This page is one file and works by itself. What you check stays on this device."),
    "language": N_("Language"),
    "needs_script": N_("This page needs JavaScript, which is switched off in this browser."),
    # How fresh it is.
    "list_of": N_("List of"),
    "list_size": N_("Withdrawn certificates in it"),
    "made_today": N_("The list of withdrawn certificates was made today, %(date)s."),
    "made_yesterday": N_("The list of withdrawn certificates was made on %(date)s, 1 day ago."),
    "made_before": N_(
        "The list of withdrawn certificates was made on %(date)s, %(count)s days ago."
    ),
    "made_ahead": N_("The list of withdrawn certificates was made on %(date)s."),
    "is_old": N_(
        "That is long ago, and more may have been withdrawn since. Download this page again before "
        "you rely on it."
    ),
    "clock_is_wrong": N_(
        "This device says that today is %(today)s, before the list was made. Set its date right: "
        "until then, nobody can tell how old the list is."
    ),
    "list_is_bad": N_(
        "The list of withdrawn certificates in this file is damaged or was changed. Throw this file "
        "away and download it again."
    ),
    "fresh_copy": N_("A fresh copy, when there is a network:"),
    # The three ways.
    "camera": N_("With the camera"),
    "camera_hint": N_("Hold the square code of the certificate still, in good light."),
    "camera_start": N_("Start the camera"),
    "camera_stop": N_("Stop the camera"),
    "camera_runs": N_("The camera is looking for the square code."),
    "camera_refused": N_(
        "The browser does not let this page use the camera. Allow it, or choose a picture instead."
    ),
    "camera_none": N_("No camera was found. Choose a picture instead."),
    "camera_unable": N_(
        "This browser gives no camera to a page that was saved. Choose a picture instead: most phones "
        "offer to take one."
    ),
    "picture": N_("With a picture"),
    "picture_hint": N_(
        "A photograph or a screenshot in which the whole square code is sharp. You can also drop it here."
    ),
    "picture_field": N_("Picture of the square code"),
    "picture_reads": N_("Looking for the square code in the picture…"),
    "picture_no_code": N_(
        "No square code can be read in this picture. Take it from nearer, straight from above and in good light."
    ),
    "picture_unreadable": N_(
        "This file cannot be opened as a picture. Of a PDF, take a screenshot."
    ),
    "text": N_("With text"),
    "text_field": N_("Text of the square code, or the short code or number"),
    "text_hint": N_(
        "Paste the whole text that a scanning app shows, from https:// on. A short code or a number "
        "that you type can only be looked up in the list."
    ),
    "text_check": N_("Check"),
    "text_empty": N_("Paste or type something first."),
    # What came of it.
    "result": N_("Result"),
    "right": N_("The signature is right"),
    "right_today": N_("As of today, %(date)s, it had not been withdrawn."),
    "right_yesterday": N_("As of %(date)s, 1 day ago, it had not been withdrawn."),
    "right_before": N_("As of %(date)s, %(count)s days ago, it had not been withdrawn."),
    "right_ahead": N_("As of %(date)s, it had not been withdrawn."),
    "right_unknown": N_("Whether it was withdrawn since cannot be told."),
    "compare": N_(
        "Compare these with the paper. If something differs, the paper was altered, or the code was "
        "taken from another one."
    ),
    "specimen": N_("The signature is right, but only a specimen"),
    "specimen_word": N_("SPECIMEN"),
    "specimen_means": N_(
        "Made in a demonstration of this service. It certifies nothing about anyone."
    ),
    "expired": N_("Expired"),
    "expired_means": N_("The signature is right, but the certificate held until %(date)s."),
    "revoked": N_("Withdrawn"),
    "revoked_means": N_("It was issued here and withdrawn on %(date)s. It no longer holds."),
    "superseded": N_("Replaced by a newer certificate"),
    "superseded_means": N_(
        "It was replaced on %(date)s by number %(newer)s. Ask its holder for the newer one."
    ),
    "erased": N_("Name erased"),
    "erased_means": N_(
        "It was issued here. Its holder has since had the name erased, so it can no longer be tied to a person."
    ),
    "altered": N_("Altered or forged"),
    "altered_means": N_(
        "What this code says does not carry the signature of this service. Do not rely on the certificate."
    ),
    "unknown_key": N_("Made with a newer key, or not here"),
    "unknown_key_means": N_(
        "This page does not know the key %(key)s. Download this page again. If the fresh page does "
        "not know it either, this service did not make the code."
    ),
    "cut": N_("Not the whole text"),
    "cut_means": N_("Copy all of it, from https:// to the last letter."),
    "unsigned": N_("A code without a signature"),
    "foreign": N_("Not a code of this service"),
    "foreign_means": N_(
        "A square code of ours holds an address with a signature; a short code has sixteen letters "
        "and digits, a number is like SC-2026-00000042."
    ),
    "not_listed": N_("Not in the list"),
    "not_listed_means": N_(
        "It is not among the withdrawn ones of %(date)s. Nor would be one that somebody made up: "
        "what is typed can only be looked up here, and that proves nothing."
    ),
    "only_looked_up": N_("It was only looked up in the list of %(date)s."),
    "check_online": N_(
        "Check the square code instead, or the short code with a network, at this address:"
    ),
    "again": N_("Check another"),
    # The facts.
    "name": N_("Name"),
    "name_erased": N_("Erased at the request of its holder"),
    "kind": N_("Kind of certificate"),
    "completion": N_("Completion: the assessed work was passed"),
    "participation": N_("Participation: everything was read and attended"),
    "accreditation": N_("Accreditation of a trainer"),
    "module": N_("Module"),
    "work": N_("Work that it counts for"),
    "completed_on": N_("Completed on"),
    "holds_until": N_("Holds until"),
    "institution": N_("Institution"),
    "number": N_("Number"),
    # What it is worth.
    "worth": N_("What this page can tell, and what it cannot"),
    "worth_signature": N_(
        "The square code carries what the certificate says and the signature of this service. The page "
        "recalculates the signature: whoever changes a letter is found out."
    ),
    "worth_copy": N_(
        "A copy of a code is as right as the original. Compare name and module with the paper, and the "
        "name with an identity document."
    ),
    "worth_list": N_(
        "Withdrawn certificates are in a list that is as old as this file. What was withdrawn later is not in it."
    ),
    "worth_file": N_(
        "Take this file from the service itself, never from the person whose certificate you check."
    ),
    "keys": N_("Keys that this page knows"),
}


def translate_texts() -> dict[str, dict[str, str]]:
    """Return every text by language and name, its placeholders as they are."""
    found = {}
    for language in INTERFACE_LANGUAGES:
        with force_locale(language):
            found[language] = {name: gettext(text) for name, text in _TEXTS.items()}
    return found
