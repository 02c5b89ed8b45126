"""JavaScript modules in one classic script: a file that is opened from a folder can import nothing."""

from __future__ import annotations

import re
from typing import Final

_IMPORT: Final = re.compile(r"^import \{([^}]*)\} from '\./([\w-]+)\.js';$", re.MULTILINE)
_EXPORT_DECLARED: Final = re.compile(
    r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE
)
_EXPORT_LIST: Final = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
_EXPORT_DEFAULT: Final = re.compile(r"^export default \w+;$", re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def wrap_module(text: str, name: str) -> str:
    """Return a module as a constant `name` that holds what it exports; what it imports is such a constant, too.

    `import {…} from './index.js'` takes from the constant `module_index`. Understands the forms of
    import and export that the vendored modules have, and refuses others.
    """
    exports = {declared: declared for _whole, declared in _EXPORT_DECLARED.findall(text)}
    for names in _EXPORT_LIST.findall(text):
        exports |= {exported: local for local, exported in _pairs(names)}
    text = _IMPORT.sub(_take, text)
    text = _EXPORT_DECLARED.sub(r"\1", text)
    text = _EXPORT_DEFAULT.sub("", _EXPORT_LIST.sub("", text))
    if found := _LEFT.search(text):
        raise ValueError(f"a form of import or export that is not understood: {found[0]}")
    given = ", ".join(f"{exported}: {local}" for exported, local in exports.items())
    return (
        f'const module_{name} = (() => {{\n"use strict";\n{text}\nreturn {{ {given} }};\n}})();\n'
    )


def _take(match: re.Match[str]) -> str:
    given = ", ".join(f"{exported}: {local}" for exported, local in _pairs(match[1]))
    return f"const {{ {given} }} = module_{match[2]};"


def _pairs(names: str) -> list[tuple[str, str]]:
    """Return the first and the second name of each `one as two`; `one` alone is both."""
    parts = [part.split() for part in names.split(",")]
    return [(words[0], words[-1]) for words in parts if words]
