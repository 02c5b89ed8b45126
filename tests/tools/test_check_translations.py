"""The check of the catalogues names each kind of fault, and passes what is right."""

from __future__ import annotations

import io
from pathlib import Path

import check_translations
import pytest
from babel.messages.pofile import read_po

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)


def faults_in(entry: str) -> list[str]:
    """Return the faults of the one message of a French catalogue."""
    catalogue = read_po(io.BytesIO((HEADER + entry).encode()), locale="fr")
    (message,) = (message for message in catalogue if message.id)
    return list(check_translations.faults_of(message, catalogue))


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Enrol"\nmsgstr "S’inscrire"',
        'msgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"',
        (
            'msgid "%(n)s answer"\nmsgid_plural "%(n)s answers"\n'
            'msgstr[0] "%(n)s réponse"\nmsgstr[1] "%(n)s réponses"'
        ),
        (
            'msgid "%(n)s answer"\nmsgid_plural "%(n)s answers"\n'
            'msgstr[0] "Une réponse"\nmsgstr[1] "%(n)s réponses"'
        ),
    ],
)
def test_a_right_translation_has_no_fault(entry: str) -> None:
    assert faults_in(entry) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Enrol"\nmsgstr ""', "not translated"),
        ('#, fuzzy\nmsgid "Enrol"\nmsgstr "S’inscrire"', "fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour"', "drops %(name)s"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(nom)s"', "invents %(nom)s"),
        (
            (
                'msgid "%(n)s answer"\nmsgid_plural "%(n)s answers"\n'
                'msgstr[0] "%(n)s réponse"\nmsgstr[1] ""'
            ),
            "not translated",
        ),
        (
            (
                'msgid "%(n)s answer"\nmsgid_plural "%(n)s answers"\n'
                'msgstr[0] "%(n)s réponse"\nmsgstr[1] "Des réponses"'
            ),
            "drops %(n)s",
        ),
    ],
)
def test_each_fault_is_named(entry: str, fault: str) -> None:
    assert any(fault in said for said in faults_in(entry))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small source with one French catalogue, up to date."""
    translations = tmp_path / "translations"
    (translations / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "lms").mkdir()
    (tmp_path / "lms" / "pages.py").write_text('_("Enrol")\nN_("Hello %(name)s")\n')
    monkeypatch.setattr(check_translations, "ROOT", tmp_path)
    monkeypatch.setattr(check_translations, "TRANSLATIONS", translations)
    monkeypatch.setattr(check_translations, "TEMPLATE", translations / "messages.pot")
    french(tmp_path).write_text(HEADER, encoding="utf-8")
    check_translations.update()
    text = french(tmp_path).read_text(encoding="utf-8")
    text = text.replace('msgid "Enrol"\nmsgstr ""', 'msgid "Enrol"\nmsgstr "S’inscrire"')
    text = text.replace('%(name)s"\nmsgstr ""', '%(name)s"\nmsgstr "Bonjour %(name)s"')
    french(tmp_path).write_text(text, encoding="utf-8")
    return tmp_path


def french(project: Path) -> Path:
    return project / "translations" / "fr" / "LC_MESSAGES" / "messages.po"


def test_an_up_to_date_project_has_no_fault(project: Path) -> None:
    assert list(check_translations.faults()) == []


def test_a_new_message_makes_the_template_stale_and_is_missing(project: Path) -> None:
    with (project / "lms" / "pages.py").open("a") as file:
        file.write('_("Goodbye")\n')
    faults = list(check_translations.faults())
    assert any("messages.pot: not what the source says" in fault for fault in faults)
    assert any("missing: 'Goodbye'" in fault for fault in faults)


def test_a_message_that_left_the_source_is_named(project: Path) -> None:
    (project / "lms" / "pages.py").write_text('_("Enrol")\n')
    assert any(
        "no longer in the source: 'Hello %(name)s'" in fault
        for fault in check_translations.faults()
    )


def test_updating_keeps_what_was_translated_and_guesses_nothing(project: Path) -> None:
    (project / "lms" / "pages.py").write_text('_("Enrol")\n_("Enrol now")\n')
    check_translations.update()
    text = french(project).read_text(encoding="utf-8")
    assert 'msgid "Enrol"\nmsgstr "S’inscrire"' in text
    assert 'msgid "Enrol now"\nmsgstr ""' in text


def test_an_update_without_change_leaves_the_files_as_they_are(project: Path) -> None:
    before = [path.read_bytes() for path in sorted(project.rglob("messages.po*"))]
    check_translations.update()
    assert [path.read_bytes() for path in sorted(project.rglob("messages.po*"))] == before
