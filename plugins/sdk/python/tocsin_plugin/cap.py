# SPDX-License-Identifier: Apache-2.0
"""A subscriber's own limit of alerts in a window. What is beyond is held, and told by one summary."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from .alert import PAYLOAD_LIMIT, Alert
from .gap_rule import Frame
from .text import cut_bytes

MOST_LISTED = 50
MOST_IN_SUMMARY = 10
MOST_TOPICS = 3  # by name, in the headline
LONGEST_TITLE = 160  # bytes
LONGEST_URL = 2048
SEVERAL = ("several-topics", "Several topics")
_SEVERITY_WORDS = ("critical", "critical", "high", "high", "medium", "medium", "low", "low", "info")


@dataclass(frozen=True)
class CapOptions:
    """How many alerts the handler gets. The rest of the window is held, and handed over at its end as one alert of kind "digest".

    Until that was handled, what is held stays unacknowledged.
    """

    max_per_hour: int = 0  # in one window; 0: no cap
    window: float = 3600.0  # seconds, from its first alert on
    let_through: int = 0  # severities up to this are counted and never held; 1 is the highest


@dataclass
class _Held:
    """As much of the alerts as their summary tells. Its size has a limit, however many they are."""

    count: int = 0
    first_seq: int = 0
    last_seq: int = 0
    first_id: str = ""  # the alert's at first_seq
    frame: str = ""  # the topic frame of them all; empty where they differ
    is_experimental: bool = True
    severity: int = 9  # the most urgent
    due: float = 0.0
    since: datetime = datetime.min
    until: datetime = datetime.min
    topics: dict[str, str] = field(default_factory=dict)  # titles of the first few
    items: list[dict[str, Any]] = field(default_factory=list)  # the oldest


def _rfc3339(time: datetime) -> str:
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _clean(text: str) -> str:
    """Without halves of surrogates, which JSON may carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def _title(text: str) -> str:
    return cut_bytes(_clean(text), LONGEST_TITLE)


def _item(alert: Alert, now: datetime) -> dict[str, Any]:
    url = _clean(alert.item.url)
    return {
        "id": _clean(alert.item.id),
        "title": _title(alert.summary if alert.kind == "operations" else alert.item.title),
        "url": url if len(url) <= LONGEST_URL else "",
        "feed": _clean(alert.source.feed_id),
        "source": _host(url),
        "story": _clean(alert.story.id),
        "reason": "cap",
        "held": _rfc3339(now),
        "copies": 0,
    }


def _id_of(*parts: str) -> str:
    """SHA-256 over the parts, each after its length, so that ("ab", "c") and ("a", "bc") differ; as the C++ library's."""
    whole = hashlib.sha256()
    for part in parts:
        text = part.encode()
        whole.update(b"%d:%s" % (len(text), text))
    return whole.hexdigest()[:32]


def _words(held: _Held) -> tuple[str, str]:
    """Headline and summary."""
    titles = list(held.topics.values())
    others = " and others" if len(titles) > MOST_TOPICS else ""
    more = "more alert was held" if held.count == 1 else "more alerts were held"
    lines = [f"{held.count} by the cap of this subscriber."]
    shown = held.items[:MOST_IN_SUMMARY]
    lines += [f"- {one['title']}" for one in shown]
    if held.count > len(shown):
        lines.append(f"and {held.count - len(shown)} more")
    return f"{held.count} {more}: {', '.join(titles[:MOST_TOPICS])}{others}", "\n".join(lines)


def _summary(held: _Held, subscriber: str, now: datetime) -> dict[str, Any]:
    topic, title = next(iter(held.topics.items())) if len(held.topics) == 1 else SEVERAL
    headline, text = _words(held)
    name, time = _id_of("cap", subscriber, held.first_id), _rfc3339(now)
    listed: list[str] = []
    return {
        "specversion": "1.0",
        "id": name,
        "source": "/tocsin",
        "type": "tocsin.alert.digest.v1",
        "subject": topic,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": "urn:tocsin:schema:alert:1",
        "sequence": f"{held.last_seq:020}",
        "partitionkey": topic,
        "severitytext": _SEVERITY_WORDS[held.severity - 1],
        "data": {
            "alert": {"id": name, "revision": 1, "kind": "digest", "experimental": held.is_experimental,
                      "severity": held.severity, "first_id": name, "group_key": f"{topic}/digest"},
            "item": {"id": "", "url": "", "canonical_url": "", "title": headline, "summary": text, "content": "",
                     "language": "", "authors": listed, "categories": listed, "guid": "", "cut": listed},
            "source": {"feed_id": "", "name": "", "url": "", "kind": ""},
            "match": {"topic": topic, "title": title, "rule_version": 0, "rule_digest": "", "score": 0.0,
                      "threshold": 0.0, "evidence": listed, "missing": listed},
            "story": {"id": "", "position": 1, "outlets": 1, "independent_sources": 1, "status": "first",
                      "similar": listed, "joined": "", "similarity": 0.0, "shared": listed, "why": ""},
            "classify": {"medtop": listed},
            "digest": {"count": held.count, "copies": 0, "more": held.count - len(held.items),
                       "since": _rfc3339(held.since), "until": _rfc3339(held.until),
                       "reasons": {"cap": held.count}, "items": held.items},
            "times": {"fetched": time, "matched": time, "committed": time, "published_quality": "missing"},
        },
    }


def _encode(summary: dict[str, Any]) -> bytes:
    """Within the limit of a payload: the last of the list go first."""
    digest = summary["data"]["digest"]
    while True:
        payload = json.dumps(summary, ensure_ascii=False, separators=(",", ":")).encode()
        if len(payload) <= PAYLOAD_LIMIT or not digest["items"]:
            return payload
        digest["items"] = digest["items"][:-5]
        digest["more"] = digest["count"] - len(digest["items"])


class Cap:
    """Pure: time is given in, seconds of a monotonic clock and the time of day.

    What is held leaves as a summary, one at a time; `told` or `put_back` ends it.
    """

    def __init__(self, options: CapOptions, subscriber: str) -> None:
        self._options = options
        self._subscriber = subscriber
        self._ends: float | None = None  # the window
        self._count = 0  # let go in it
        self._held = _Held()
        self._telling = _Held()  # of the summary; empty when there is none
        self._is_under_way = False
        self.tries = 0  # how often the summary was put back

    def admits(self, alert: Alert, frame: Frame, now: float) -> bool:
        """Whether the handler may have it now; then it counts.

        What was given back before always may: it had its turn, and the daemon counts how often it comes.
        """
        if self._options.max_per_hour == 0:
            return True
        if self._ends is None or now >= self._ends:
            self._ends = now + self._options.window
            self._count = 0
        is_free = alert.severity <= self._options.let_through or frame.is_redelivery
        if not is_free and self._count >= self._options.max_per_hour:
            return False
        self._count += 1
        return True

    def hold(self, alert: Alert, frame: Frame, now: datetime) -> None:
        """Keeps what `admits` refused for the summary."""
        held = self._held
        if held.count == 0:
            held.first_seq, held.first_id, held.frame = frame.seq, _clean(alert.id), frame.topic
            held.due = self._ends or 0.0
            held.since = now
        if frame.seq < held.first_seq:
            held.first_seq, held.first_id = frame.seq, _clean(alert.id)
        held.count += 1
        held.last_seq = max(held.last_seq, frame.seq)
        held.until = now
        held.severity = min(held.severity, alert.severity)
        held.is_experimental = held.is_experimental and alert.is_experimental
        if held.frame != frame.topic:
            held.frame = ""
        if _clean(alert.topic) not in held.topics and len(held.topics) <= MOST_TOPICS:
            held.topics[_clean(alert.topic)] = _title(alert.match.title or alert.topic)
        if len(held.items) < MOST_LISTED:
            held.items.append(_item(alert, now))

    @property
    def due(self) -> float | None:
        """When there is a summary to be handed over; None while one is under way."""
        if self._is_under_way:
            return None
        if self._telling.count > 0:
            return self._telling.due
        return self._held.due if self._held.count > 0 else None

    def summary(self, now: datetime) -> Frame:
        """The summary as it is handed over, with the seq of the last alert that it tells of."""
        if self._telling.count == 0:
            self._telling, self._held = self._held, _Held()
            self.tries = 0
        self._is_under_way = True
        held = self._telling
        event = _summary(held, self._subscriber, now)
        root = "lab" if held.is_experimental else "alert"
        topic = held.frame or f"{root}/{event['subject']}/{held.severity}/"
        return Frame(topic, held.last_seq, payload=_encode(event), attempt=self.tries + 1, is_summary=True)

    def told(self) -> None:
        """It was handled, or given up: what it told of is done with."""
        self._telling = _Held()
        self._is_under_way = False

    def put_back(self, when: float) -> None:
        """It is to be handed over again, the same one."""
        self._telling.due = when
        self._is_under_way = False
        self.tries += 1

    @property
    def held(self) -> int:
        """How many are held, those of a summary under way among them."""
        return self._held.count + self._telling.count

    @property
    def telling(self) -> int:
        """How many the summary under way tells of."""
        return self._telling.count

    @property
    def first(self) -> int | None:
        """The lowest seq among those held."""
        return min((one.first_seq for one in (self._held, self._telling) if one.count > 0), default=None)
