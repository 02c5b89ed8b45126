"""The page that checks codes without a network: one file, put together from its parts.

`page.js`, `judge.js` and `page.css` are its own; `vendor/` holds what it computes and reads codes
with, as the registry has it. Script and style stand in the file under their hashes, and its policy allows nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from flask import current_app, render_template

from lms.credentials.offline.modules import wrap_module
from lms.credentials.offline.texts import translate_texts

_FOLDER: Final = Path(__file__).parent
# In this order: each uses those before it.
_SCRIPTS: Final = (
    "vendor/tweetnacl/nacl-fast.min.js",
    "vendor/qr/index.js",
    "vendor/qr/decode.js",
    "static/code_payload.js",
    "judge.js",
    "page.js",
)
# The packages that are made of modules.
_MODULES: Final = ("qr",)
_STYLES: Final = ("static/scrutin.css", "page.css")


def assemble_page(
    language: str,
    *,
    keys: Mapping[str, bytes],
    withdrawn: str,
    key_id: str,
    signature: bytes,
    address: str,
    look_up: str,
) -> str:
    """Return the file, which opens in `language` and holds the others, too.

    `keys` are the public halves by id; `withdrawn` is the list as it was signed with the key
    `key_id`. `address` is where a fresh copy is, `look_up` where a short code is checked.
    """
    texts = translate_texts()
    script, style = _join(_SCRIPTS), _join(_STYLES)
    return render_template(
        "credentials/offline_file.html",
        page_language=language,
        policy="; ".join(
            (
                "default-src 'none'",
                f"script-src {_hash_source(script)}",
                f"style-src {_hash_source(style)}",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
        style=style,
        script=script,
        say=texts[language],
        keys=list(keys),
        address=address,
        kept={
            "keys": {id: key.hex() for id, key in keys.items()},
            "list": {"text": withdrawn, "key": key_id, "signature": signature.hex()},
            "look_up": look_up,
            "texts": texts,
        },
    )


@cache
def _join(names: tuple[str, ...]) -> str:
    """Return the files one after the other, with the line ends that a browser hashes."""
    return "\n".join(_read(name) for name in names)


def _read(name: str) -> str:
    folder = _FOLDER
    if name.startswith("static/"):
        assert current_app.static_folder
        folder = Path(current_app.static_folder).parent
    path = folder / name
    text = path.read_text(encoding="utf-8")
    return wrap_module(text, path.stem) if path.parent.name in _MODULES else text


@cache
def _hash_source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
