# SPDX-License-Identifier: Apache-2.0
"""The alert as docs/reference/alert.md describes it, version 1. Members it does not name are ignored."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PAYLOAD_LIMIT = 64 * 1024
KINDS = ("new", "updated", "retracted", "digest", "test", "operations")


class BadAlert(ValueError):
    """The payload is no alert; the text names the first member that is wrong."""


@dataclass(frozen=True)
class Evidence:
    """One found term: `text` stands at bytes [start, end) of the UTF-8 of `field` as sent."""

    field: str
    start: int
    end: int
    text: str
    term: str
    weight: float


@dataclass(frozen=True)
class Item:
    id: str = ""
    url: str = ""
    canonical_url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    guid: str = ""
    cut: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    feed_id: str = ""
    name: str = ""
    url: str = ""
    kind: str = ""
    credibility: float | None = None


@dataclass(frozen=True)
class Match:
    topic: str = ""
    title: str = ""
    rule_version: int = 0
    rule_digest: str = ""
    score: float = 0.0
    threshold: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    id: str = ""
    position: int = 1
    outlets: int = 1
    independent_sources: int = 1
    status: str = "first"
    similar: tuple[str, ...] = ()
    joined: str = ""
    similarity: float = 0.0
    distance: int | None = None
    shared: tuple[str, ...] = ()
    why: str = ""
    correlation: int | None = None


@dataclass(frozen=True)
class Times:
    fetched: datetime
    matched: datetime
    committed: datetime
    published: datetime | None = None
    updated: datetime | None = None
    published_quality: str = "ok"


@dataclass(frozen=True)
class Delivery:
    """What stands around the alert and differs from delivery to delivery."""

    topic_frame: str = ""
    seq: int = 0
    attempt: int = 1
    is_live: bool = False


@dataclass(frozen=True)
class DigestItem:
    """One alert that was held."""

    title: str = ""
    url: str = ""
    feed: str = ""
    source: str = ""  # the host that published it
    story: str = ""
    reason: str = ""  # silence, quiet, digest or cap
    held: datetime | None = None
    copies: int = 0  # further items of the story that came meanwhile


@dataclass(frozen=True)
class Digest:
    """What a digest tells: alerts of its topic that were held, oldest first."""

    count: int = 0
    copies: int = 0
    more: int = 0  # of `count`, those that are not listed
    items: tuple[DigestItem, ...] = ()


@dataclass(frozen=True)
class Alert:
    """One alert. An operator alert (`kind` "operations") has no item, match or story; its text is `summary`."""

    id: str
    revision: int
    kind: str
    is_experimental: bool
    severity: int
    first_id: str
    group_key: str
    topic: str
    sequence: int
    times: Times
    item: Item = field(default_factory=Item)
    source: Source = field(default_factory=Source)
    match: Match = field(default_factory=Match)
    story: Story = field(default_factory=Story)
    digest: Digest | None = None
    medtop: tuple[str, ...] = ()
    summary: str = ""
    subject: str = ""
    delivery: Delivery = field(default_factory=Delivery)
    payload: bytes = b""

    def text_of(self, name: str) -> str:
        """The text that evidence with this `field` counts its bytes in."""
        texts = {
            "title": self.item.title,
            "summary": self.item.summary,
            "content": self.item.content,
            "author": "\n".join(self.item.authors),
            "category": "\n".join(self.item.categories),
            "source": self.source.name,
            "language": self.item.language,
            "link": self.item.url,
        }
        return texts.get(name, "")


class _Object:
    """Reads the members of one JSON object, each of the type it must have; null is as absent."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise BadAlert(f"{path or 'the payload'} is no object")
        self._value: dict[str, Any] = value
        self._path = path

    def _find(self, name: str) -> Any:
        return self._value.get(name)

    def _complain(self, name: str, what: str) -> BadAlert:
        return BadAlert(f"{self._path}.{name} {what}".lstrip("."))

    def has(self, name: str) -> bool:
        return self._find(name) is not None

    def object(self, name: str) -> _Object:
        return _Object(self._find(name), f"{self._path}.{name}".lstrip("."))

    def text(self, name: str, default: str | None = "") -> str:
        value = self._find(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self._complain(name, "is not a string")
        return value

    def truth(self, name: str) -> bool:
        value = self._find(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self._complain(name, "is not true or false")
        return value

    def maybe_integer(self, name: str) -> int | None:
        value = self._find(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._complain(name, "is not an integer")
        return value

    def integer(self, name: str, default: int) -> int:
        value = self.maybe_integer(name)
        return default if value is None else value

    def maybe_number(self, name: str) -> float | None:
        value = self._find(name)
        if value is None:
            return None
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self._complain(name, "is not a number")
        return float(value)

    def number(self, name: str) -> float:
        return self.maybe_number(name) or 0.0

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._find(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._complain(name, "is not a list of strings")
        return tuple(value)

    def objects(self, name: str) -> list[_Object]:
        value = self._find(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._complain(name, "is not a list")
        return [_Object(one, f"{self._path}.{name}[{at}]") for at, one in enumerate(value)]

    def maybe_time(self, name: str) -> datetime | None:
        text = self.text(name)
        if not text:
            return None
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            raise self._complain(name, "is not a time") from None
        if time.tzinfo is None:
            raise self._complain(name, "is not a time")
        return time

    def time(self, name: str) -> datetime:
        time = self.maybe_time(name)
        if time is None:
            raise self._complain(name, "is missing")
        return time


def _item(data: _Object) -> Item:
    one = data.object("item")
    return Item(
        id=one.text("id"),
        url=one.text("url"),
        canonical_url=one.text("canonical_url"),
        title=one.text("title"),
        summary=one.text("summary"),
        content=one.text("content"),
        language=one.text("language"),
        authors=one.texts("authors"),
        categories=one.texts("categories"),
        guid=one.text("guid"),
        cut=one.texts("cut"),
    )


def _source(data: _Object) -> Source:
    one = data.object("source")
    return Source(
        feed_id=one.text("feed_id"),
        name=one.text("name"),
        url=one.text("url"),
        kind=one.text("kind"),
        credibility=one.maybe_number("credibility"),
    )


def _evidence(one: _Object) -> Evidence:
    return Evidence(
        field=one.text("field", None),
        start=one.integer("start", 0),
        end=one.integer("end", 0),
        text=one.text("text", None),
        term=one.text("term"),
        weight=one.number("weight"),
    )


def _match(data: _Object) -> Match:
    one = data.object("match")
    return Match(
        topic=one.text("topic", None),
        title=one.text("title"),
        rule_version=one.integer("rule_version", 0),
        rule_digest=one.text("rule_digest"),
        score=one.number("score"),
        threshold=one.number("threshold"),
        evidence=tuple(_evidence(each) for each in one.objects("evidence")),
        missing=one.texts("missing"),
    )


def _story(data: _Object) -> Story:
    one = data.object("story")
    return Story(
        id=one.text("id"),
        position=one.integer("position", 1),
        outlets=one.integer("outlets", 1),
        independent_sources=one.integer("independent_sources", 1),
        status=one.text("status", "first"),
        similar=one.texts("similar"),
        joined=one.text("joined"),
        similarity=one.number("similarity"),
        distance=one.maybe_integer("distance"),
        shared=one.texts("shared"),
        why=one.text("why"),
        correlation=one.maybe_integer("correlation"),
    )


def _digest_item(one: _Object) -> DigestItem:
    return DigestItem(
        title=one.text("title"),
        url=one.text("url"),
        feed=one.text("feed"),
        source=one.text("source"),
        story=one.text("story"),
        reason=one.text("reason"),
        held=one.maybe_time("held"),
        copies=one.integer("copies", 0),
    )


def _digest(data: _Object) -> Digest:
    one = data.object("digest")
    return Digest(
        count=one.integer("count", 0),
        copies=one.integer("copies", 0),
        more=one.integer("more", 0),
        items=tuple(_digest_item(each) for each in one.objects("items")),
    )


def _times(data: _Object) -> Times:
    one = data.object("times")
    return Times(
        fetched=one.time("fetched"),
        matched=one.time("matched"),
        committed=one.time("committed"),
        published=one.maybe_time("published"),
        updated=one.maybe_time("updated"),
        published_quality=one.text("published_quality", "ok"),
    )


def decode(payload: bytes, delivery: Delivery = Delivery()) -> Alert:
    """Reads a payload frame. Raises BadAlert."""
    if len(payload) > PAYLOAD_LIMIT:
        raise BadAlert("over 64 KiB")
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        raise BadAlert("no JSON in UTF-8") from None
    event = _Object(value, "")
    data = event.object("data")
    head = data.object("alert")
    kind = head.text("kind", None)
    if kind not in KINDS:
        raise BadAlert(f"data.alert.kind is none of {', '.join(KINDS)}")
    is_operations = kind == "operations"
    operations = data.object("operations") if is_operations else None
    severity = head.integer("severity", 0)
    if not 1 <= severity <= 9:
        raise BadAlert("data.alert.severity is not 1 to 9")
    sequence = event.text("sequence", None)
    if not (sequence.isascii() and sequence.isdigit()):
        raise BadAlert("sequence is no number")
    return Alert(
        id=head.text("id", None),
        revision=head.integer("revision", 1),
        kind=kind,
        is_experimental=head.truth("experimental"),
        severity=severity,
        first_id=head.text("first_id"),
        group_key=head.text("group_key"),
        topic=event.text("subject", None),
        sequence=int(sequence),
        times=_times(data),
        item=Item() if is_operations else _item(data),
        source=_source(data) if data.has("source") else Source(),
        match=Match() if is_operations else _match(data),
        story=Story() if is_operations else _story(data),
        digest=_digest(data) if data.has("digest") else None,
        medtop=data.object("classify").texts("medtop") if data.has("classify") else (),
        summary=operations.text("summary") if operations else "",
        subject=operations.text("subject") if operations else "",
        delivery=delivery,
        payload=payload,
    )
