"""Check that every message of the interface is translated; with --extract, update the catalogues.

The template (`messages.pot`) must hold what the source says today. Each language's catalogue must
hold the same messages, none fuzzy, none empty, each with the placeholders of its English original.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"
SOURCES = [("lms/**.py", "python"), ("lms/**/templates/**.html", "jinja2")]
LINE_LENGTH = 100
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def extract(created_at: datetime) -> Catalog:
    """Return every message that the source marks, in the order of the files."""
    catalogue = Catalog(project="Scrutin", charset="utf-8", creation_date=created_at)
    found = extract_from_dir(
        ROOT / "lms",
        method_map=[(pattern.removeprefix("lms/"), method) for pattern, method in SOURCES],
        keywords=DEFAULT_KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for name, line, text, comments, context in sorted(found, key=lambda found: found[:2]):
        catalogue.add(
            text, locations=[(f"lms/{name}", line)], auto_comments=comments, context=context
        )
    return catalogue


def render(catalogue: Catalog) -> str:
    """Return the file's text, without line numbers: they would change with every edit."""
    out = io.BytesIO()
    write_po(out, catalogue, width=LINE_LENGTH, include_lineno=False, ignore_obsolete=True)
    return out.getvalue().decode()


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def language_files() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def language_of(path: Path) -> str:
    return path.parent.parent.name


def update() -> None:
    """Write the template and bring each language's catalogue to the same messages."""
    if template_is_stale():
        TRANSLATIONS.mkdir(exist_ok=True)
        TEMPLATE.write_text(render(extract(datetime.now(UTC))), encoding="utf-8")
    template = read(TEMPLATE)
    for path in language_files():
        catalogue = read(path, language_of(path))
        # A guessed translation is worse than a missing one, which the check names.
        catalogue.update(template, no_fuzzy_matching=True)
        path.write_text(render(catalogue), encoding="utf-8")


def template_is_stale() -> bool:
    """Say whether the source has other messages, or has them elsewhere, than the template."""
    if not TEMPLATE.exists():
        return True
    created_at = read(TEMPLATE).creation_date
    assert isinstance(created_at, datetime)
    return render(extract(created_at)) != TEMPLATE.read_text(encoding="utf-8")


def faults() -> Iterator[str]:
    """Yield every fault of the template and of the catalogues, as a sentence."""
    if template_is_stale():
        yield f"{TEMPLATE.relative_to(ROOT)}: not what the source says; run: make translations"
    wanted = {(message.id, message.context) for message in extract(datetime.now(UTC)) if message.id}
    paths = language_files()
    if not paths:
        yield "translations: no language is here"
    for path in paths:
        name = path.relative_to(ROOT)
        catalogue = read(path, language_of(path))
        if catalogue.fuzzy:
            yield f"{name}: the header is marked fuzzy, so the catalogue would not be compiled"
        messages = [message for message in catalogue if message.id]
        for message_id, _ in wanted - {(message.id, message.context) for message in messages}:
            yield f"{name}: missing: {message_id!r}"
        for message in messages:
            line = f"{name}:{message.lineno}: " if message.lineno else f"{name}: "
            if (message.id, message.context) not in wanted:
                yield f"{line}no longer in the source: {message.id!r}"
            for fault in faults_of(message, catalogue):
                yield f"{line}{fault}: {message.id!r}"


def faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with one translated message."""
    if message.fuzzy:
        yield "fuzzy"
    texts = forms(message.string)
    if len(texts) < (catalogue.num_plurals if message.pluralizable else 1) or not all(texts):
        yield "not translated"
        return
    originals = forms(message.id)
    allowed = {name for text in originals for name in PLACEHOLDER.findall(text)}
    needed = set(PLACEHOLDER.findall(originals[-1]))
    for text in texts:
        names = set(PLACEHOLDER.findall(text))
        if names - allowed:
            yield f"the translation invents %({', '.join(sorted(names - allowed))})s"
        # "One answer" may leave its number out; the general form may not.
        if needed - names and (text is texts[-1] or not message.pluralizable):
            yield f"the translation drops %({', '.join(sorted(needed - names))})s"
    for error in message.check(catalogue):
        yield str(error)


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the singular and the plurals of a message, or its only form."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--extract", action="store_true", help="write the template and update each language"
    )
    if parser.parse_args().extract:
        update()
    found = list(faults())
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
