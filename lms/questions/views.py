"""What the pages of a bank show: its questions in the reader's language, and one question in each of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby, pairwise

from flask_babel import force_locale, gettext

from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message, pick_language, pick_text
from lms.questions.course_files import write_question
from lms.questions.domain import (
    Change,
    Control,
    Field,
    Piece,
    QuestionType,
    ReviewLine,
    Shown,
    Use,
    by_category,
    get_type,
    list_categories,
    list_changes,
    mark_words,
    prepare_for_nobody,
    select_questions,
)
from lms.questions.domain.written import fold
from lms.questions.queries import BankPage, DatedVersion, QuestionCard, QuestionPage

TYPE_NAMES: Mapping[str, str] = {
    "single_choice": N_("Single choice"),
    "multiple_choice": N_("Multiple choice"),
    "true_false": N_("True or false"),
    "short_answer": N_("Short answer"),
    "matching": N_("Matching"),
    "numerical": N_("Numerical answer"),
}


def name_type(type_: str) -> str:
    """Return what people call a type of question."""
    return str(gettext(TYPE_NAMES[type_])) if type_ in TYPE_NAMES else type_


# --- The list ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks the list for; an empty text asks for nothing."""

    category: str = ""
    tag: str = ""
    type: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CardView:
    """A question in the list."""

    key: str
    prompt_html: str
    language: str
    type: str
    tags: Sequence[str]
    versions: int
    uses: Sequence[Use]


@dataclass(frozen=True, slots=True)
class BankView:
    """A bank's list; the choices are values and names, and a group is a category with its questions."""

    categories: Sequence[tuple[str, str]]
    tags: Sequence[tuple[str, str]]
    types: Sequence[tuple[str, str]]
    wanted: Wanted
    total: int
    found: int
    groups: Sequence[tuple[str, Sequence[CardView]]]


def show_bank(page: BankPage, wanted: Wanted, *, language: str) -> BankView:
    """Return the questions that are wanted, by category; what no question of the bank has is not asked for."""
    categories = list_categories(page.cards)
    tags = sorted({tag for card in page.cards for tag in card.tags})
    types = sorted({card.type for card in page.cards}, key=name_type)
    wanted = Wanted(
        wanted.category if wanted.category in categories else "",
        wanted.tag if wanted.tag in tags else "",
        wanted.type if wanted.type in types else "",
        wanted.text,
    )
    found = [
        card
        for card in select_questions(
            page.cards, category=wanted.category, tags=(wanted.tag,) if wanted.tag else ()
        )
        if wanted.type in {"", card.type} and _mentions(card, wanted.text)
    ]
    # What has no category comes last.
    found.sort(key=lambda card: (not card.category, by_category(card.category)))
    return BankView(
        [(category, name_category(category)) for category in categories],
        [(tag, tag) for tag in tags],
        [(type_, name_type(type_)) for type_ in types],
        wanted,
        len(page.cards),
        len(found),
        [
            (name_category(category), [_show_card(card, page, language) for card in cards])
            for category, cards in groupby(found, key=lambda card: card.category)
        ],
    )


def name_category(category: str) -> str:
    """Return a category as a way, from the widest."""
    return category.replace("/", " / ")


def _mentions(card: QuestionCard, text: str) -> bool:
    """Return whether each word of the text stands somewhere in the question, in any language."""
    words = fold(text).split()
    if not words:
        return True
    changes = list_changes(None, write_question(card.type, card.body))
    texts = fold(" ".join(change.after or "" for change in changes))
    return all(word in texts for word in words)


def _show_card(card: QuestionCard, page: BankPage, language: str) -> CardView:
    shown = pick_language(card.prompt, language, page.module.source_language)
    return CardView(
        card.key,
        pick_text(card.prompt, shown),
        shown,
        name_type(card.type),
        sorted(card.tags),
        card.number,
        page.uses.get(card.id, ()),
    )


# --- A question -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldView:
    """A part of the form; the choices are values and HTML."""

    control: Control
    label_html: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LineView:
    """An option, pair or answer: what it is worth, and what is said to whoever gives it."""

    html: str
    is_right: bool
    fraction: Fraction
    feedback_html: str


@dataclass(frozen=True, slots=True)
class SideView:
    """The question in one language, with the words of the interface in it, too, where it has them."""

    language: str
    name: str
    prompt_html: str
    hint: str
    choose: str
    fields: Sequence[FieldView]
    lines: Sequence[LineView]
    feedback_html: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change, its words in pieces; `language` where the text is in one."""

    place: str
    language: str | None
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version in the history, with what it changed; the first one changed nothing."""

    number: int
    created_at: datetime
    changes: Sequence[ChangeView]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as a trainer reads it; `all_of_it` is the newest version, text by text."""

    prompt_html: str
    language: str
    type: str
    category: str
    tags: Sequence[str]
    sides: Sequence[SideView]
    versions: Sequence[VersionView]
    all_of_it: Sequence[ChangeView]


def show_question(page: QuestionPage, *, language: str) -> QuestionView:
    """Return the newest version in each of its languages, and the history."""
    newest, oldest = page.versions[0], page.versions[-1]
    prompt = newest.rendered["prompt"]
    languages = [code for code in page.module.languages if code in prompt]
    languages += sorted(code for code in prompt if code not in languages)
    versions = [
        VersionView(after.number, after.created_at, _show_changes(before, after))
        for after, before in pairwise(page.versions)
    ]
    versions.append(VersionView(oldest.number, oldest.created_at, ()))
    shown = pick_language(prompt, language, page.module.source_language)
    return QuestionView(
        pick_text(prompt, shown),
        shown,
        name_type(newest.type),
        name_category(page.category),
        sorted(page.tags),
        [_show_side(newest, code) for code in languages],
        versions,
        _show_changes(None, newest),
    )


def _speaking(language: str) -> AbstractContextManager[None]:
    """Let the interface speak a language of the course, if it can."""
    is_spoken = language in INTERFACE_LANGUAGES
    return force_locale(language) if is_spoken else nullcontext()


def _show_side(version: DatedVersion, language: str) -> SideView:
    kind = get_type(version.type)
    prepared = prepare_for_nobody(version.type, version.body)
    with _speaking(language):
        fields = kind.list_fields(version.body, version.rendered, prepared)
        has_several = any(field.control is Control.CHECKBOXES for field in fields)
        return SideView(
            language,
            INTERFACE_LANGUAGES.get(language, language),
            pick_text(version.rendered["prompt"], language),
            gettext("Several answers may be right: tick all that are.") if has_several else "",
            gettext("Choose…"),
            [_show_field(field, language) for field in fields],
            [
                LineView(
                    _in_language(line.text, language),
                    line.is_right,
                    line.fraction,
                    _in_language(line.feedback, language),
                )
                for line in _list_lines(kind, version, prepared, language)
            ],
            version.rendered["feedback"].get(language, ""),
        )


def _list_lines(
    kind: QuestionType, version: DatedVersion, prepared: Mapping[str, object], language: str
) -> list[ReviewLine]:
    """Return the lines of a review in which nothing was answered, and those of the answers it would not name."""

    def explain(response: Mapping[str, object] | None) -> Sequence[ReviewLine]:
        return kind.explain(version.body, version.rendered, prepared, response, language)

    lines = list(explain(None))
    examples = kind.examples(version.body)
    for response in (*examples.partly_right, *examples.wrong):
        known = [line.text for line in lines]
        lines += [line for line in explain(response) if line.is_given and line.text not in known]
    return lines


def _show_field(field: Field, language: str) -> FieldView:
    return FieldView(
        field.control,
        _in_language(field.label, language),
        [(choice.value, _in_language(choice.text, language)) for choice in field.choices],
    )


def _in_language(shown: Shown | None, language: str) -> str:
    if shown is None:
        return ""
    if isinstance(shown, Message):
        return str(gettext(shown.text, **shown.params))
    return pick_text(shown, language)


def _show_changes(before: DatedVersion | None, after: DatedVersion) -> list[ChangeView]:
    old = None if before is None else write_question(before.type, before.body)
    languages = set(after.rendered["prompt"])
    return [
        _show_change(change, languages)
        for change in list_changes(old, write_question(after.type, after.body))
    ]


def _show_change(change: Change, languages: set[str]) -> ChangeView:
    return ChangeView(
        " / ".join(change.place),
        next((part for part in change.place if part in languages), None),
        mark_words(change),
    )
