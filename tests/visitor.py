"""A person at a browser without a script: reads pages, follows links, fills in forms and presses buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib  # type: ignore[import-untyped]  # ships no types
from flask.testing import FlaskClient
from sqlalchemy import Connection, MetaData, Table, event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|CREATE|DROP|ALTER)\b", re.IGNORECASE)
MOST_REDIRECTS = 5


def field_name(word: str) -> str:
    """Return the name of a control for a keyword: `base_1` is `base-1`, `slot_1` the choices of slot 1."""
    name = word.replace("_", "-")
    return f"{name}.choices" if name.startswith("slot-") else name


class Page:
    """An answer that a visitor reads; the HTML must have no fault in its form."""

    def __init__(self, response: TestResponse, path: str) -> None:
        self.response = response
        self.path = path
        self.status = response.status_code
        self.html = response.text
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root: Element = parser.parse(self.html)

    @property
    def text(self) -> str:
        """All words of the page, with one space between any two."""
        body = self.root.find("body")
        assert body is not None
        return text_of(body)

    @property
    def title(self) -> str:
        """The first heading."""
        heading = self.root.find(".//h1")
        assert heading is not None
        return text_of(heading)

    def find_link(self, words: str) -> str:
        """Return the address of the first link that has those words in it."""
        for link in self.root.iter("a"):
            if words in text_of(link):
                return link.attrib["href"]
        raise AssertionError(f"no link {words!r} on {self.path}: {self.text}")

    def has_button(self, words: str) -> bool:
        """Say whether there is a button with those words."""
        return any(text_of(button) == words for button in self.root.iter("button"))

    def find_form(self, words: str) -> tuple[Element, Element]:
        """Return the form that has a button with those words, and the button."""
        for form in self.root.iter("form"):
            for button in form.iter("button"):
                if text_of(button) == words:
                    return form, button
        raise AssertionError(f"no button {words!r} on {self.path}: {self.text}")


def text_of(element: Element) -> str:
    """Return the words in an element as they are read."""
    return " ".join("".join(element.itertext()).split())


def list_values(form: Element) -> list[tuple[str, str]]:
    """Return what a browser would send of the form as it was served."""
    found = []
    for field in form.iter("input"):
        is_choice = field.get("type") in {"radio", "checkbox"}
        if "name" in field.attrib and (not is_choice or "checked" in field.attrib):
            found.append((field.attrib["name"], field.get("value", "on" if is_choice else "")))
    return found


class Visitor:
    """Somebody who reads; that a GET changes nothing in the database is seen each time."""

    def __init__(self, client: FlaskClient, session: Session, language: str) -> None:
        self.client = client
        self.session = session
        self.headers = {"Accept-Language": language}
        self.page: Page
        # All that was read, in its order.
        self.pages: list[Page] = []

    def go(self, path: str) -> Page:
        """Open an address, and where that leads on to."""
        return self._land(self._get(path))

    def follow(self, words: str) -> Page:
        """Press the link with those words."""
        return self.go(urljoin(self.page.path, self.page.find_link(words)))

    def press(self, words: str, **filled: str | list[str]) -> Page:
        """Press the button with those words, with some of its form's fields filled in anew."""
        form, button = self.page.find_form(words)
        changed = {field_name(name): value for name, value in filled.items()}
        values = [(name, value) for name, value in list_values(form) if name not in changed]
        for name, value in changed.items():
            values += [(name, one) for one in (value if isinstance(value, list) else [value])]
        address = button.get("formaction") or form.get("action") or self.page.path
        path = urljoin(self.page.path, address)
        if form.get("method", "get") == "get":
            return self.go(f"{path}?{urlencode(values)}")
        response = self.client.post(
            path,
            data=urlencode(values),
            content_type="application/x-www-form-urlencoded",
            headers=self.headers,
        )
        return self._land((path, response))

    def download(self, words: str) -> TestResponse:
        """Press the link with those words, which leads to a file."""
        _path, response = self._get(urljoin(self.page.path, self.page.find_link(words)))
        return response

    def _get(self, path: str) -> tuple[str, TestResponse]:
        parts = urlsplit(path)
        with nothing_changes(self.session):
            response = self.client.get(
                parts.path, query_string=dict(parse_qsl(parts.query)), headers=self.headers
            )
        return path, response

    def _land(self, answer: tuple[str, TestResponse]) -> Page:
        path, response = answer
        for _ in range(MOST_REDIRECTS):
            if response.status_code not in {301, 302, 303}:
                break
            path, response = self._get(urljoin(path, response.headers["Location"]))
        self.page = Page(response, path)
        self.pages.append(self.page)
        return self.page


@contextmanager
def nothing_changes(session: Session) -> Iterator[None]:
    """See that no statement writes, not even one that is undone, and that every table stays as it is."""
    connection = session.connection()
    before = dump(connection)
    writes = []

    def listen(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: Any
    ) -> None:
        if WRITES.match(statement) or "FOR UPDATE" in statement:
            writes.append(statement)

    event.listen(connection, "before_cursor_execute", listen)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", listen)
    assert writes == []
    assert dump(connection) == before


def dump(connection: Connection) -> dict[str, list[str]]:
    """Return every row of every table, those of the jobs included."""
    return {
        name: sorted(map(repr, connection.execute(select(table))))
        for name, table in reflect_tables(connection).items()
    }


REFLECTED: dict[str, MetaData] = {}


def reflect_tables(connection: Connection) -> Mapping[str, Table]:
    """Return every table that the database has; it is asked once."""
    url = str(connection.engine.url)
    if url not in REFLECTED:
        metadata = MetaData()
        for schema in {None, "dbos" if connection.dialect.name == "postgresql" else None}:
            metadata.reflect(connection, schema=schema)
        REFLECTED[url] = metadata
    return REFLECTED[url].tables
