# SPDX-License-Identifier: Apache-2.0
"""Text of alerts on its way to people: cut, escaped, marked. It is what some web server said; trust none of it."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass

from .alert import Alert

ELLIPSIS = "…"


def one_line(text: str, limit: int = 200) -> str:
    """Safe inside a log line or on a terminal: what could steer it is spelled out."""

    def shown(one: str) -> str:
        if one == " " or unicodedata.category(one)[0] not in "CZ":
            return one
        number = ord(one)
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"

    return "".join(shown(one) for one in cut(text, limit))


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last one … where something is left out; at a space if one is near."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit * 3 // 4 else head).rstrip() + ELLIPSIS


def cut_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, the last character … where something is left out."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return text
    room = limit - len(ELLIPSIS.encode())
    if room < 0:
        return ""
    return encoded[:room].decode("utf-8", "ignore").rstrip() + ELLIPSIS


def escape_html(text: str) -> str:
    """For text and for values of attributes in quotes."""
    return html.escape(text, quote=True)


@dataclass(frozen=True)
class Segment:
    """A stretch of a field: found by a term, or what stands between."""

    text: str
    is_hit: bool


def segments(alert: Alert, field: str) -> list[Segment]:
    """The text of one field in order, its evidence marked; overlapping evidence is joined."""
    text = alert.text_of(field).encode("utf-8", "replace")
    spans = sorted((e.start, e.end) for e in alert.match.evidence if e.field == field)
    out: list[Segment] = []

    def add(start: int, end: int, is_hit: bool) -> None:
        if start < end:
            out.append(Segment(text[start:end].decode("utf-8", "replace"), is_hit))

    at = 0
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    for start, end in joined:
        add(at, start, False)
        add(start, end, True)
        at = end
    add(at, len(text), False)
    return out
