"""`flask credentials …`: what an operator does with certificates."""

from __future__ import annotations

from typing import BinaryIO

import click
from flask.cli import AppGroup
from flask_babel import gettext

from lms.core import clock
from lms.core.cli import SentenceErrors, in_terminal_language
from lms.core.db import reading, unit_of_work
from lms.core.i18n import INTERFACE_LANGUAGES, N_
from lms.core.permissions import SYSTEM
from lms.credentials import commands, queries
from lms.credentials.domain import FileState, KeyUse

# Files a certificate has at most.
MOST_LANGUAGES = len(INTERFACE_LANGUAGES)

credentials = AppGroup("credentials", help="Certificates and their documents.")


@credentials.command("make-missing")
@click.option("--dry-run", is_flag=True, help="Say how many, and ask for none.")
def make_missing(dry_run: bool) -> None:
    """Ask the workers again for every document that is missing, after a failure was mended."""
    with unit_of_work(dry_run=dry_run) as session:
        count = commands.ask_for_documents(session, now=clock.now())
    click.echo(
        f"Certificates whose missing documents {'would be' if dry_run else 'are'} asked for: {count}"
    )


@credentials.command("verify")
@click.argument("file", type=click.File("rb"))
def verify(file: BinaryIO) -> None:
    """Say whether FILE is a certificate that was issued here, and what it is worth.

    Prints one word, valid, altered, copy, revoked, superseded, expired, erased or unknown, and then
    a sentence. Exits with 0 for valid alone.
    """
    content = file.read()
    with reading() as session:
        found = queries.check_file(session, content, day=clock.now().date())
    state = found.state
    if found.certificates:
        # pyHanko is heavy.
        from lms.credentials.signing import holds_signature

        if not holds_signature(content, found.certificates):
            # The record can be forged by whoever gets at the database; the signature cannot.
            state = FileState.ALTERED
    with in_terminal_language():
        click.echo(f"{_WORDS.get(state, state)}: {_explain(state, found)}")
    if state is not FileState.VALID:
        raise SystemExit(1)


# Both are, for a program that reads the word, files of which nothing is known.
_WORDS = {FileState.EMPTY: FileState.UNKNOWN, FileState.NOT_PDF: FileState.UNKNOWN}

_SENTENCES = {
    FileState.VALID: N_("The file is, byte for byte, the one that was issued, and it holds."),
    FileState.SUPERSEDED: N_(
        "The file was issued here, then corrected. A newer one takes its place."
    ),
    FileState.REVOKED: N_("The file was issued here, then withdrawn. It no longer holds."),
    FileState.EXPIRED: N_("The file was issued here, but the time for which it holds is over."),
    FileState.ERASED: N_("The file was issued here. Its holder has since had the name erased."),
    FileState.ALTERED: N_(
        "The file passes for a certificate of this service, but it is not as it was issued. Do not rely on it."
    ),
    FileState.COPY: N_(
        "The file names several certificates: a copy for printing, not a signed original."
    ),
    FileState.UNKNOWN: N_("This service did not issue the file."),
    FileState.NOT_PDF: N_("The file is not a PDF, so this service did not issue it."),
    FileState.EMPTY: N_("The file is empty."),
}


def _explain(state: FileState, found: queries.FileView) -> str:
    sentences = [gettext(_SENTENCES[state])]
    if found.credential is not None:
        sentences.insert(0, f"{found.credential.number}.")
        if found.credential.is_specimen:
            sentences.append(gettext("It is a SPECIMEN and certifies nothing."))
        if found.certificates is None:
            sentences.append(gettext("It was issued before certificates were signed."))
    return " ".join(sentences)


@credentials.group("keys")
def keys() -> None:
    """Keys that sign certificates (documents) and their QR codes (codes)."""


@keys.command("list")
def list_keys() -> None:
    """List every key, the newest of each use first, and say which one signs."""
    now = clock.now()
    with reading() as session:
        found = [each for use in KeyUse for each in queries.list_standings(session, use, now=now)]
    for key, standing in found:
        until = f"until {key.not_after:%Y-%m-%d}" if key.not_after else ""
        click.echo(
            f"{key.id}  {key.use:<9}  {key.created_at:%Y-%m-%d %H:%M:%S}  {standing:<8}  {until}".rstrip()
        )
    if not found:
        click.echo("There is no key yet; make them: flask credentials keys make")


@keys.command("make", cls=SentenceErrors)
@click.argument("use", type=click.Choice([use.value for use in KeyUse]), required=False)
@click.option("--years", type=click.IntRange(1, 50), default=commands.YEARS, show_default=True,
              help="How long a documents key signs; what it signed stays valid after that.")  # fmt: skip
def make_key(use: str | None, years: int) -> None:
    """Make a new key for USE, which signs from now on; without USE, for each that has none.

    Earlier keys stay, and what they signed stays valid. Make a copy of the folder KEYS_FOLDER.
    """
    with unit_of_work() as session:
        if use is None:
            made = commands.make_missing_keys(session, now=clock.now())
        else:
            made = [commands.make_key(session, KeyUse(use), now=clock.now(), years=years)]
    for key_id in made:
        click.echo(f"{key_id}: made.")
    if not made:
        click.echo("Each use has a key that signs; nothing was made.")


@keys.command("retire", cls=SentenceErrors)
@click.argument("key_id")
def retire_key(key_id: str) -> None:
    """Let the key KEY_ID sign nothing more. What it signed stays valid."""
    with unit_of_work() as session:
        commands.retire_key(session, key_id, now=clock.now())
    click.echo(f"{key_id}: retired.")


@keys.command("import", cls=SentenceErrors)
@click.argument("file", type=click.File("rb"))
def import_key(file: BinaryIO) -> None:
    """Take a documents key from FILE, which signs from now on.

    FILE is PEM: a private key of the kind EC P-256, without a password, its certificate, and those
    of the authorities above it.
    """
    with unit_of_work() as session:
        key_id = commands.import_key(session, file.read(), now=clock.now())
    click.echo(f"{key_id}: taken in.")


@credentials.command("erase", cls=SentenceErrors)
@click.argument("number")
@click.option("--dry-run", is_flag=True, help="Show what would be erased, and erase nothing.")
def erase(number: str, dry_run: bool) -> None:
    """Erase the holder's name from the certificate NUMBER and its corrections, and remove their files.

    The fact, the number and the fingerprints stay. There is no way back, and a printed code cannot be recalled.
    """
    with unit_of_work(dry_run=dry_run) as session:
        numbers = commands.erase_holder(session, SYSTEM, number=number, now=clock.now())
    for erased in numbers:
        click.echo(f"{erased}: {'would be erased' if dry_run else 'erased'}.")
    if not numbers:
        click.echo(f"{number}: its name was erased before.")
    if dry_run:
        return
    try:
        with unit_of_work() as session:
            commands.remove_erased_files(session, limit=len(numbers) * MOST_LANGUAGES)
    except OSError as error:
        click.echo(f"Its files could not be removed yet; the workers try again: {error.strerror}")
