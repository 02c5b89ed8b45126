"""Every kind of fault in course files: which file, which line, what it says, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from lms.catalogue import LessonKind
from lms.catalogue.course_files import read_course
from lms.catalogue.domain import Course
from lms.questions import BankPart
from lms.quizzes import QuizKind
from tests.catalogue.small_course import FILES, changed, write_course

PROGRAMME = "shelf/programme.yaml"
MODULE = "shelf/lists/module.yaml"
SOURCE = "shelf/lists/lessons/words.fr.md"
TRANSLATION = "shelf/lists/lessons/words.en.md"
FIGURE = "shelf/lists/lessons/figures/square.svg"
QUIZ = "shelf/lists/quizzes/words-test.yaml"
BANK = "shelf/lists/bank.yaml"

Changes = Mapping[str, str | bytes | None]


def read(root: Path) -> Course:
    return read_course(root, {"lesson": LessonKind(), "quiz": QuizKind()}, [BankPart()])


def line_of(root: Path, name: str, text: str) -> int:
    """Return the line where `text` stands first in the file as written."""
    content = (root / name).read_bytes()
    return content[: content.index(text.encode())].count(b"\n") + 1


def after(name: str, anchor: str, added: str) -> Changes:
    """Return the file with `added` on lines of its own below the line that ends with `anchor`."""
    return changed(name, f"{anchor}\n", f"{anchor}\n{added}\n")


# What changes; the file that is named; a text on the line that is named; what is said.
CASES: dict[str, tuple[Changes, str, str, str]] = {
    # YAML
    "YAML that cannot be read": (
        changed(MODULE, "code: M8", "code: [M8"), MODULE, "title:", "This is not valid YAML: "),
    "a character that YAML forbids": (
        changed(MODULE, "code: M8", "code: M\x07"), MODULE, "code", "This is not valid YAML: "),
    "a second document": (
        {QUIZ: FILES[QUIZ] + "---\ntitle: x\n"}, QUIZ, "---", "This is not valid YAML: "),
    "a key that stands twice": (
        after(MODULE, "source_language: fr", "code: M9"), MODULE, "code: M9",
        "The key “code” stands here twice."),
    "an alias": (
        changed(QUIZ, "draw: 2\npass_mark: 70", "draw: &two 2\npass_mark: 70"), QUIZ, "draw",
        "Anchors and aliases (& and *) are not allowed here."),
    "a tag": (
        changed(QUIZ, "draw: 2", "draw: !!python/name:os.system 2"), QUIZ, "draw",
        "Tags (!) are not allowed here."),
    "nesting without end": (
        changed(QUIZ, "draw: 2", "draw: " + "[" * 30 + "]" * 30), QUIZ, "draw",
        "This is nested too deeply."),
    "a list where keys are expected": (
        {PROGRAMME: "- title\n"}, PROGRAMME, "- title", "Keys with values are expected here."),
    "bytes that are not UTF-8": (
        {SOURCE: FILES[SOURCE].encode("latin-1", "replace")}, SOURCE, "![Un carr",
        "This is not UTF-8: save the file as UTF-8."),
    "a text that is far too long": (
        {BANK: "#" * 1_000_001}, BANK, "#", "This file has 1000001 bytes; the most is 1000000."),
    # Keys and values
    "a missing key": (
        changed(MODULE, "code: M8\n", ""), MODULE, "title:", "code: This key is missing."),
    "an unknown key": (
        after(MODULE, "source_language: fr", "author: somebody"), MODULE, "author",
        "author: This key is not known here."),
    "an unknown key deep inside": (
        after(MODULE, "        minutes: 20", "        hours: 3"), MODULE, "hours",
        "hours: This key is not known here."),
    "a text where a list is expected": (
        changed(MODULE, "after: [words]", "after: words"), MODULE, "after",
        "after: A list is expected here."),
    "a list where a text is expected": (
        changed(MODULE, "code: M8", "code: [M8]"), MODULE, "code",
        "code: A text is expected here."),
    "an empty text": (
        changed(MODULE, "code: M8", 'code: " "'), MODULE, "code", "code: This text is empty."),
    "a title that is too long": (
        changed(MODULE, "en: Voter lists", "en: " + "x" * 251), MODULE, "en: xxx",
        "title.en: This text has 251 characters; the most is 250."),
    "a word where a number is expected": (
        changed(MODULE, "minutes: 20", "minutes: twenty"), MODULE, "minutes",
        "minutes: A whole number is expected here, not “twenty”."),
    "an activity that takes no time": (
        changed(MODULE, "minutes: 20", "minutes: 0"), MODULE, "minutes",
        "minutes: 0 is outside 1 to 1440."),
    "a key with capitals": (
        changed(MODULE, "key: first", "key: First"), MODULE, "key: First",
        "key: A key has lower-case letters, digits and single hyphens, at most 64."),
    "a word that is neither yes nor no": (
        after(MODULE, "        minutes: 20", "        required: maybe"), MODULE, "required",
        "required: yes or no is expected here."),
    "no section": (
        {MODULE: FILES[MODULE].partition("sections:")[0] + "sections: []\n"}, MODULE, "sections",
        "sections: At least 1 must be listed here."),
    "HTML in a title": (
        changed(MODULE, "en: Voter lists", "en: <script>alert(1)</script>"), MODULE, "<script>",
        "title.en: HTML is not allowed here."),
    # Languages
    "a missing language": (
        changed(MODULE, "  en: Voter lists\n", ""), MODULE, "title",
        "title.en: The text in “en” is missing."),
    "a language that the module does not have": (
        after(MODULE, "  en: Voter lists", "  pt: Listas"), MODULE, "pt",
        "title.pt: “pt” is not one of the languages here: fr, en."),
    "one text for all languages": (
        changed(QUIZ, "title:\n  fr: Essai\n  en: Test", "title: Essai"), QUIZ, "title",
        "title: A text in each language is expected here."),
    "a source language that is none": (
        changed(MODULE, "source_language: fr", "source_language: français"), MODULE,
        "source_language",
        "source_language: “français” is not a language code such as fr or en."),
    "a source language that the module does not have": (
        changed(MODULE, "source_language: fr", "source_language: pt"), MODULE, "source_language",
        "The source language is not one of the module’s languages."),
    # The outline
    "an unknown kind": (
        changed(MODULE, "kind: lesson", "kind: video"), MODULE, "- kind: video",
        "“video” is not a kind of activity; there are: lesson, quiz."),
    "two sections with one key": (
        {MODULE: FILES[MODULE] + """\
  - key: first
    title: {fr: Encore, en: Again}
    activities: [{kind: lesson, key: words-2, minutes: 1}]
""", "shelf/lists/lessons/words-2.fr.md": FILES[SOURCE],
         "shelf/lists/lessons/words-2.en.md": FILES[TRANSLATION]},
        MODULE, "  - key: first\n    title: {", "Two sections have the key “first”."),
    "two activities with one key": (
        changed(MODULE, "key: words-test", "key: words"), MODULE, "- kind: quiz",
        "Two activities have the key “words”."),
    "waiting for what is not there": (
        changed(MODULE, "after: [words]", "after: [wards]"), MODULE, "- kind: quiz",
        "`after` names “wards”, and no activity has that key."),
    "waiting for oneself": (
        changed(MODULE, "after: [words]", "after: [words-test]"), MODULE, "- kind: quiz",
        "`after` names “words-test”, which does not come before this activity."),
    "waiting for what comes later": (
        after(MODULE, "        minutes: 20", "        after: [words-test]"), MODULE,
        "- kind: lesson", "`after` names “words-test”, which does not come before this activity."),
    "a module that asks for nothing": (
        {MODULE: FILES[MODULE].replace("minutes: 20", "minutes: 20\n        required: no").replace(
            "minutes: 10", "minutes: 10\n        required: no")},
        MODULE, "- kind: lesson",
        "At least one activity must be required, or nobody could complete the module."),
    # Files
    "a missing lesson": (
        {TRANSLATION: None}, MODULE, "- kind: lesson",
        "The file “lessons/words.en.md” is missing."),
    "a missing quiz": (
        {QUIZ: None}, MODULE, "- kind: quiz", "The file “quizzes/words-test.yaml” is missing."),
    "a missing programme": (
        {PROGRAMME: None}, PROGRAMME, "", "The file “programme.yaml” is missing."),
    "a missing module": (
        {"shelf/empty/README.md": "x"}, "shelf/empty/module.yaml", "",
        "The file “module.yaml” is missing."),
    "a file that nothing uses": (
        {"shelf/lists/lessons/old.fr.md": "x"}, "shelf/lists/lessons/old.fr.md", "x",
        "Nothing in the course uses this file."),
    "a file that nothing uses beside the modules": (
        {"shelf/notes.txt": "x"}, "shelf/notes.txt", "x", "Nothing in the course uses this file."),
    "a folder whose name is no slug": (
        {"shelf/My_Module/module.yaml": None,
         **{name.replace("lists", "My_Module"): text for name, text in FILES.items()}},
        "shelf/My_Module", "",
        "A folder’s name has lower-case letters, digits and single hyphens, at most 64."),
    "two modules of one name": (
        {name.replace("shelf", "tray"): text for name, text in FILES.items()},
        "tray/lists/module.yaml", "", "There is already a module of this name in {root}/shelf/lists."),
    # Lessons
    "no front matter": (
        {TRANSLATION: "A paragraph.\n"}, TRANSLATION, "A",
        "The file begins with a line of three hyphens, the title, and three hyphens."),
    "front matter that is not closed": (
        {TRANSLATION: "---\ntitle: x\ntranslates: 2\n"}, TRANSLATION, "---",
        "The front matter is not closed by three hyphens."),
    "front matter that is not YAML": (
        changed(TRANSLATION, "title: The words", "title: [The words"), TRANSLATION, "translates",
        "This is not valid YAML: "),
    "front matter with an unknown key": (
        changed(TRANSLATION, "translates: 2", "translates: 2\nauthor: x"), TRANSLATION, "author",
        "author: This key is not known here."),
    "a revision that is no number": (
        changed(SOURCE, "revision: 2", "revision: two"), SOURCE, "revision",
        "revision: A whole number is expected here, not “two”."),
    "a revision below 1": (
        changed(SOURCE, "revision: 2", "revision: 0"), SOURCE, "revision",
        "revision: 0 is outside 1 to 9999."),
    "a translation that has a revision of its own": (
        changed(TRANSLATION, "translates: 2", "translates: 2\nrevision: 2"), TRANSLATION,
        "revision", "revision: This key is not known here."),
    "a translation of a revision to come": (
        changed(TRANSLATION, "translates: 2", "translates: 3"), TRANSLATION, "translates",
        "This translates revision 3, but the source is at 2."),
    "a lesson without a text": (
        {TRANSLATION: "---\ntitle: x\ntranslates: 2\n---\n\n"}, TRANSLATION, "",
        "The lesson has no text."),
    "a first-level heading": (
        changed(SOURCE, "## Un titre", "# Un titre"), SOURCE, "# Un titre",
        "The title is the page’s first heading; begin with ## here."),
    "a heading that skips a level": (
        after(SOURCE, "## Un titre", "\n#### Plus bas"), SOURCE, "####",
        "This heading skips a level: ### may follow here at most."),
    "an empty heading": (
        after(SOURCE, "## Un titre", "\n##"), SOURCE, "##\n", "This heading is empty."),
    "HTML in a text": (
        changed(TRANSLATION, "A paragraph.", "A <b onclick=x>paragraph."), TRANSLATION, "<b",
        "HTML is not allowed here."),
    "a script in a text": (
        changed(TRANSLATION, "A paragraph.", "A.\n\n<script>\nalert(1)\n</script>"), TRANSLATION,
        "<script>", "HTML is not allowed here."),
    "a link that runs a script": (
        changed(SOURCE, "https://example.org/page", "javascript:alert(1)"), SOURCE, "Voir",
        "A link begins with https:, http:, mailto: or #; this is “javascript:alert(1)”."),
    "a link to a file": (
        changed(SOURCE, "https://example.org/page", "other.md"), SOURCE, "Voir",
        "A link begins with https:, http:, mailto: or #; this is “other.md”."),
    "a link to a heading that is not there": (
        changed(SOURCE, "#un-titre", "#une-autre"), SOURCE, "Voir",
        "No heading of this text has the address “#une-autre”."),
    "a footnote that is not written": (
        changed(SOURCE, "note[^1].", "note[^1], puis\nune autre[^2]."), SOURCE, "une autre",
        "The footnote “2” is not written anywhere."),
    "a footnote that nothing refers to": (
        after(SOURCE, "[^1]: La note.", "\n[^2]: Une autre."), SOURCE, "[^2]",
        "No text refers to the footnote “2”."),
    "a call-out of an unknown kind": (
        changed(SOURCE, "::: note", "::: tip"), SOURCE, ":::",
        "“tip” is not a kind of call-out; there are: note, case, exercise, warning, sources."),
    "a call-out without a title": (
        changed(SOURCE, "::: note À retenir", "::: note"), SOURCE, ":::",
        "The call-out has no title: write it after the kind, on the same line."),
    "a call-out that is not closed": (
        changed(SOURCE, "Un encadré.\n:::", "Un encadré."), SOURCE, ":::",
        "The call-out is not closed by a line of three colons."),
    "colons that close nothing": (
        changed(TRANSLATION, "A paragraph.", "A paragraph.\n\n:::\n"), TRANSLATION, ":::",
        "These colons close no call-out."),
    "a lesson that is too heavy": (
        changed(TRANSLATION, "A paragraph.", "word " * 8_001), TRANSLATION, "---",
        "The lesson makes 40011 bytes of HTML; the most is 40000. Split it in two."),
    # Figures
    "a figure without an alternative text": (
        changed(SOURCE, "Un carré bleu.", ""), SOURCE, "![",
        "The figure has no alternative text for those who cannot see it."),
    "a figure within a sentence": (
        changed(SOURCE, "![Un carré", "Voici ![Un carré"), SOURCE, "Voici",
        "A figure stands alone in its paragraph."),
    "a figure that is not there": (
        {FIGURE: None}, SOURCE, "![", "The file “lessons/figures/square.svg” is missing."),
    "a figure from elsewhere": (
        changed(SOURCE, "figures/square.svg", "https://example.org/x.svg"), SOURCE, "![",
        "A figure’s address begins with figures/; this is “https://example.org/x.svg”."),
    "a figure from outside of the folder": (
        changed(SOURCE, "figures/square.svg", "figures/../../../../x.svg"), SOURCE, "![",
        "A figure’s address begins with figures/; this is “figures/../../../../x.svg”."),
    "a figure that is no SVG": (
        {FIGURE: "<html/>"}, FIGURE, "<html", "This is not an SVG drawing."),
    "a figure that is not well-formed": (
        changed(FIGURE, "</svg>", ""), FIGURE, "", "This is not well-formed SVG: "),
    "a figure without a size": (
        changed(FIGURE, ' viewBox="0 0 40 30"', ""), FIGURE, "<svg",
        "The drawing has no size: give the svg element a viewBox."),
    "a script in a figure": (
        after(FIGURE, "  <title>Un carré</title>", "  <script>alert(1)</script>"), FIGURE,
        "<script>", "“script” is not allowed in a figure."),
    "a foreign object in a figure": (
        after(FIGURE, "  <title>Un carré</title>", "  <foreignObject/>"), FIGURE, "<foreign",
        "“foreignObject” is not allowed in a figure."),
    "an event in a figure": (
        changed(FIGURE, "<rect", "<rect onload='x()'"), FIGURE, "<rect",
        "“onload” is not allowed in a figure."),
    "a figure that refers outside": (
        changed(FIGURE, "<rect", "<a href='https://example.org'/><rect"), FIGURE, "<a",
        "A figure may not refer to anything outside of itself."),
    "a figure that loads a style": (
        after(FIGURE, "  <title>Un carré</title>", "  <style>@import 'x.css';</style>"), FIGURE,
        "<style", "A figure may not refer to anything outside of itself."),
    "a figure that fills with something from outside": (
        changed(FIGURE, "#123456", "url(//example.org/x)"), FIGURE, "<rect",
        "A figure may not refer to anything outside of itself."),
    "a figure with entities": (
        {FIGURE: '<!DOCTYPE svg [<!ENTITY a "b">]>\n' + FILES[FIGURE]}, FIGURE, "<!DOCTYPE",
        "A figure may not have a DOCTYPE."),
    "a figure with a style sheet": (
        {FIGURE: '<?xml-stylesheet href="x.css"?>\n' + FILES[FIGURE]}, FIGURE, "<?",
        "“<?xml-stylesheet?>” is not allowed in a figure."),
    "a figure that is too large": (
        {FIGURE: FILES[FIGURE] + " " * 200_000}, FIGURE, "<svg",
        f"This file has {len(FILES[FIGURE].encode()) + 200_000} bytes; the most is 200000."),
    # Quizzes
    "a quiz that draws more than there is": (
        changed(QUIZ, "draw: 2", "draw: 3"), QUIZ, "draw",
        "This draws 3 questions, and the bank has 2."),
    "a quiz without a bank": (
        {BANK: None}, QUIZ, "draw", "This draws 2 questions, and the bank has 0."),
    "a quiz that draws nothing": (
        changed(QUIZ, "draw: 2", "draw: 0"), QUIZ, "draw", "draw: 0 is outside 1 to 200."),
    "a pass mark above 100": (
        changed(QUIZ, "pass_mark: 70", "pass_mark: 101"), QUIZ, "pass_mark",
        "pass_mark: 101 is outside 0 to 100."),
    "a pass mark below 0": (
        changed(QUIZ, "pass_mark: 70", "pass_mark: -1"), QUIZ, "pass_mark",
        "pass_mark: -1 is outside 0 to 100."),
    "a negative limit of attempts": (
        changed(QUIZ, "attempts: 3", "attempts: -3"), QUIZ, "attempts",
        "attempts: -3 is outside 1 to 1000."),
    "a heading in an intro that is out of order": (
        changed(QUIZ, "draw: 2", "intro: {fr: '# Non', en: Yes}\ndraw: 2"), QUIZ, "intro",
        "intro.fr: The title is the page’s first heading; begin with ## here."),
    "a figure in an intro": (
        changed(QUIZ, "draw: 2", "intro: {fr: '![x](figures/x.svg)', en: Yes}\ndraw: 2"), QUIZ,
        "intro", "intro.fr: A figure cannot stand here."),
    # The bank
    "an unknown type": (
        changed(BANK, "single_choice", "essay"), BANK, "type",
        ("type: “essay” is not known; there are: matching, multiple_choice, numerical, short_answer, single_choice, "
         "true_false.")),
    "two questions with one key": (
        changed(BANK, "key: several", "key: which"), BANK, "key: which\n    type: multi",
        "Two questions have the key “which”."),
    "two options with one key": (
        changed(BANK, "key: that", "key: this"), BANK, "key: this\n        fraction: 0",
        "key: Two options have the key “this”."),
    "a single option": (
        {BANK: FILES[BANK].replace(
            "      - key: that\n        fraction: 0\n        text: {fr: Celui-là, en: That one}\n"
            "        feedback: {fr: Non., en: No.}\n", "")},
        BANK, "options", "options: A question has 2 to 20 options."),
    "a fraction that is no number": (
        changed(BANK, "fraction: 1/2", "fraction: half"), BANK, "fraction: half",
        "fraction: A number such as 1, -1/2 or 0.25 is expected here."),
    "a fraction of nothing": (
        changed(BANK, "fraction: 1/2", "fraction: 1/0"), BANK, "fraction: 1/0",
        "fraction: A number such as 1, -1/2 or 0.25 is expected here."),
    "fractions that do not sum to 1": (
        changed(BANK, "fraction: 1/2", "fraction: 1/3"), BANK,
        "options:\n      - key: red",
        "options: The fractions of the right options must sum to 1; here, they sum to 5/6."),
    "a multiple choice where nothing is wrong": (
        {BANK: FILES[BANK].replace("fraction: -1/2", "fraction: 1/4").replace(
            "fraction: 1/2", "fraction: 3/8")},
        BANK, "options:\n      - key: red",
        "options: In a multiple choice, at least one option is wrong."),
    "a wrong option that costs nothing": (
        changed(BANK, "fraction: -1/2", "fraction: 0"), BANK, "fraction: 0\n        text: {fr: Gris",
        "fraction: In a multiple choice, a right option’s fraction is above 0 and at most 1, "),
    "a single choice with no right option": (
        changed(BANK, "fraction: 1\n", "fraction: 0\n"), BANK, "options",
        "options: In a single choice, exactly one option has the fraction 1; here, 0 do."),
    "HTML in a prompt": (
        changed(BANK, "Which one is", "Which <i>one</i> is"), BANK, "en: Which <i>",
        "prompt.en: HTML is not allowed here."),
    "a link that runs a script in an option": (
        changed(BANK, "en: This one", "en: '[x](javascript:x)'"), BANK, "text",
        "text.en: A link begins with https:, http:, mailto: or #; this is “javascript:x”."),
    "a figure in a feedback": (
        changed(BANK, "en: Yes.", "en: '![x](y.svg)'"), BANK, "feedback",
        "feedback.en: A figure cannot stand here."),
    "an option without feedback": (
        changed(BANK, "        feedback: {fr: Oui., en: Yes.}\n", ""), BANK, "- key: this",
        "feedback: This key is missing."),
}  # fmt: skip

# These leave a file unused as well.
WITH_UNUSED_FILE = {"a figure from elsewhere", "a figure from outside of the folder"}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_with_its_file_and_line(name, tmp_path):
    changes, path, text, message = CASES[name]
    write_course(tmp_path, changes)

    course = read(tmp_path)

    first = course.faults[0]
    line = line_of(tmp_path, path, text) if text else first.line
    expected = message.replace("{root}", tmp_path.as_posix())
    told = {(fault.path, fault.line, str(fault.message)) for fault in course.faults}
    assert any(
        (where, at) == ((tmp_path / path).as_posix(), line) and said.startswith(expected)
        for where, at, said in told
    ), told
    assert len(told) == (2 if name in WITH_UNUSED_FILE else 1), told


def test_the_small_course_has_no_fault(tmp_path):
    course = read(write_course(tmp_path))

    assert course.faults == ()
    assert course.warnings == ()
    assert [module.manifest.slug for module in course.modules] == ["lists"]


def test_faults_of_every_file_are_told_at_once_in_the_order_of_the_files(tmp_path):
    write_course(
        tmp_path,
        {
            **changed(PROGRAMME, "  en: A shelf\n", ""),
            **changed(MODULE, "code: M8", "kode: M8"),
            **changed(SOURCE, "## Un titre", "# Un titre"),
            **changed(TRANSLATION, "A paragraph.", "<b>"),
            **changed(FIGURE, "<rect", "<script/><rect"),
            **changed(QUIZ, "attempts: 3", "attempts: -3"),
            BANK: FILES[BANK].replace("fraction: 1/2", "fraction: 1/3").replace("Oui.", "<u>"),
        },
    )

    told = [
        (fault.path.removeprefix(f"{tmp_path}/"), str(fault.message))
        for fault in read(tmp_path).faults
    ]

    assert told == [
        (BANK, "feedback.fr: HTML is not allowed here."),
        (BANK, "feedback.fr: HTML is not allowed here."),
        (BANK, "feedback.fr: HTML is not allowed here."),
        (FIGURE, "“script” is not allowed in a figure."),
        (TRANSLATION, "HTML is not allowed here."),
        (SOURCE, "The title is the page’s first heading; begin with ## here."),
        (MODULE, "code: This key is missing."),
        (MODULE, "kode: This key is not known here."),
        (QUIZ, "attempts: -3 is outside 1 to 1000."),
        (PROGRAMME, "title.en: The text in “en” is missing."),
    ]


def test_a_stale_translation_is_a_warning_and_no_fault(tmp_path):
    write_course(tmp_path, changed(TRANSLATION, "translates: 2", "translates: 1"))

    course = read(tmp_path)

    assert course.faults == ()
    assert [(fault.line, str(fault.message)) for fault in course.warnings] == [
        (
            3,
            "This translation is stale: it was made from revision 1, and the source is at 2.",
        )
    ]


@pytest.mark.parametrize("where", ["", "shelf", "shelf/lists"])
def test_courses_a_programme_and_a_module_can_each_be_read(where, tmp_path):
    write_course(tmp_path)

    course = read(tmp_path / where)

    assert course.faults == ()
    assert [programme.manifest.key for programme in course.programmes] == ["shelf"]
    assert [module.programme_key for module in course.modules] == ["shelf"]


def test_a_folder_without_courses_is_a_fault(tmp_path):
    assert [str(fault) for fault in read(tmp_path).faults] == [
        f"{tmp_path}:1: There is no course in this folder."
    ]


def test_a_path_that_is_no_folder_is_a_fault(tmp_path):
    assert [str(fault) for fault in read(tmp_path / "nowhere").faults] == [
        f"{tmp_path}/nowhere:1: There is no such folder."
    ]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text(FILES[FIGURE])
    courses = write_course(tmp_path / "courses", {FIGURE: None})
    (courses / FIGURE).parent.mkdir()
    (courses / FIGURE).symlink_to(secret)

    faults = read(courses).faults

    assert "The file “lessons/figures/square.svg” is missing." in {
        str(fault.message) for fault in faults
    }


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    plain = read(write_course(tmp_path / "plain"))
    windows = read(
        write_course(
            tmp_path / "windows",
            {
                name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
                for name, text in FILES.items()
                if not name.endswith(".svg")
            },
        )
    )

    assert windows.faults == ()
    assert windows.modules[0].activities == plain.modules[0].activities


def test_a_module_may_have_other_languages_than_the_interface(tmp_path):
    changes = {
        MODULE: FILES[MODULE].replace("  en:", "  pt:").replace("      en:", "      pt:").replace(
            "source_language: fr", "source_language: fr\nlanguages: [fr, pt]"
        ),
        TRANSLATION: None,
        "shelf/lists/lessons/words.pt.md": FILES[TRANSLATION],
        QUIZ: FILES[QUIZ].replace("  en:", "  pt:"),
        BANK: FILES[BANK].replace("en:", "pt:"),
    }  # fmt: skip

    course = read(write_course(tmp_path, changes))

    assert course.faults == ()
    assert course.modules[0].manifest.languages == ("fr", "pt")


def test_the_examples_in_the_documentation_are_a_course(tmp_path):
    text = (Path(__file__).resolve().parents[2] / "docs/course-format.md").read_text("utf-8")
    module, _quiz, bank, *more = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    [front_matter] = re.findall(r"```markdown\n(---\n.*?)```", text, re.DOTALL)
    write_course(
        tmp_path,
        {
            FIGURE: None,
            SOURCE: None,
            TRANSLATION: None,
            QUIZ: None,
            MODULE: module,
            BANK: bank + "".join(more),
            "shelf/lists/lessons/methods.fr.md": front_matter + "Un texte.",
            "shelf/lists/lessons/methods.en.md": FILES[TRANSLATION].replace("2", "1"),
            "shelf/lists/quizzes/methods-test.yaml": FILES[QUIZ].replace("draw: 2", "draw: 1"),
        },
    )

    assert read(tmp_path).faults == ()
