"""Events: what a lower room tells the higher ones, heard in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

Subscriber = Callable[[Session, Any, datetime], None]


class Events:
    """Which commands hear which event; `app.py` lists them all."""

    def __init__(self, subscribers: Iterable[tuple[type, Subscriber]]) -> None:
        self._subscribers: dict[type, list[Subscriber]] = {}
        for event_type, subscriber in subscribers:
            self._subscribers.setdefault(event_type, []).append(subscriber)

    def publish(self, session: Session, event: object, *, now: datetime) -> None:
        """Call every subscriber of the event's type, in the order of the list."""
        for subscriber in self._subscribers.get(type(event), ()):
            subscriber(session, event, now)


def publish(session: Session, event: object, *, now: datetime) -> None:
    """Tell the current application's subscribers; what they write commits with the caller's work."""
    events: Events = current_app.extensions["events"]
    events.publish(session, event, now=now)
