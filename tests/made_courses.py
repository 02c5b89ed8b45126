"""Modules made for a test: as many activities as it asks for, written as course files and loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


def both(text: str) -> dict[str, str]:
    """Return a text in both languages, the French one recognisable."""
    return {"fr": f"{text} (fr)", "en": text}


def option(key: str, fraction: int | str) -> dict[str, Any]:
    """Return an option whose every text names it."""
    return {
        "key": key,
        "fraction": fraction,
        "text": both(f"Option {key}"),
        "feedback": both(f"Because of {key}"),
    }


def single(key: str) -> dict[str, Any]:
    """Return a question with one right option out of three."""
    return {
        "key": key,
        "type": "single_choice",
        "prompt": both(f"Question {key}"),
        "options": [option(f"{key}-yes", 1), option(f"{key}-no", 0), option(f"{key}-never", 0)],
        "feedback": both(f"In short: {key}"),
    }


def several(key: str) -> dict[str, Any]:
    """Return a question with two right options, each worth half, and a wrong one that costs half."""
    return {
        "key": key,
        "type": "multiple_choice",
        "prompt": both(f"Question {key}"),
        "options": [
            option(f"{key}-one", "1/2"),
            option(f"{key}-two", "1/2"),
            option(f"{key}-no", "-1/2"),
        ],
    }


def number(key: str, value: str = "1500") -> dict[str, Any]:
    """Return a question that asks for a number, right within 10 % for half the mark."""
    return {
        "key": key,
        "type": "numerical",
        "prompt": both(f"Question {key}"),
        "answers": [
            {"fraction": 1, "value": value, "feedback": both(f"Because of {key}")},
            {"fraction": "1/2", "value": value, "tolerance_percent": 10, "feedback": both("Near")},
        ],
        "otherwise": both("Far from it"),
    }


def filed(question: Mapping[str, Any], category: str = "", *tags: str) -> dict[str, Any]:
    """Return the question in a category, with tags."""
    return {**question, **({"category": category} if category else {}), "tags": list(tags)}


@dataclass(frozen=True)
class Listed:
    """An activity of a made module."""

    key: str
    kind: str = "lesson"
    after: tuple[str, ...] = ()
    is_required: bool = True


@dataclass(frozen=True)
class MadeModule:
    """A module to write; every quiz draws from the same bank."""

    slug: str = "lists"
    activities: Sequence[Listed] = (
        Listed("reading"),
        Listed("test", "quiz", after=("reading",)),
    )
    title: Mapping[str, str] = field(default_factory=lambda: both("Voter lists"))
    prerequisites: tuple[str, ...] = ()
    questions: Sequence[Mapping[str, Any]] = (single("alpha"), single("beta"), several("gamma"))
    draw: int | Sequence[Mapping[str, Any]] = 3
    pass_mark: int = 70
    attempts: int | None = 2
    # What else the file of every quiz says.
    settings: Mapping[str, Any] = field(default_factory=dict)

    def write(self, root: Path) -> Path:
        """Write the module below `root`, a folder of programmes, and return `root`."""
        programme = root / "made"
        folder = programme / self.slug
        _write(programme / "programme.yaml", {"title": both("Made"), "summary": both("For tests")})
        _write(
            folder / "module.yaml",
            {
                "code": "M1",
                "title": dict(self.title),
                "summary": both("For tests"),
                "source_language": "fr",
                "prerequisites": list(self.prerequisites),
                "sections": [
                    {
                        "key": "all",
                        "title": both("All of it"),
                        "activities": [
                            {
                                "kind": activity.kind,
                                "key": activity.key,
                                "minutes": 10,
                                "required": activity.is_required,
                                "after": list(activity.after),
                            }
                            for activity in self.activities
                        ],
                    }
                ],
            },
        )
        _write(folder / "bank.yaml", {"questions": list(self.questions)})
        for activity in self.activities:
            self._write_activity(folder, activity)
        return root

    def _write_activity(self, folder: Path, activity: Listed) -> None:
        if activity.kind == "quiz":
            settings = {
                "title": both(f"Test {activity.key}"),
                "draw": self.draw,
                "pass_mark": self.pass_mark,
                **self.settings,
            }
            if self.attempts is not None:
                settings["attempts"] = self.attempts
            _write(folder / "quizzes" / f"{activity.key}.yaml", settings)
            return
        heads = {"fr": "revision: 1", "en": "translates: 1"}
        for language, title in both(f"Lesson {activity.key}").items():
            path = folder / "lessons" / f"{activity.key}.{language}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f"---\ntitle: {title}\n{heads[language]}\n---\n\nText {activity.key}.\n"
            )

    def with_(self, **changes: Any) -> MadeModule:
        """Return the module's next version."""
        return replace(self, **changes)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Write `content` as JSON, which is YAML, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1))
