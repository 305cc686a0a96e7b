# SPDX-License-Identifier: Apache-2.0
"""Which records a reader takes, and what it must ask the daemon for (docs/reference/wire.md, "The gap rule").

Pure: frames and answers go in, frames to handle and requests to send come out.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """One record as it arrives, live or fetched. `prev` is the seq before it on the same topic frame."""

    topic: str
    seq: int
    prev: int = 0
    payload: bytes = b""
    is_live: bool = False
    attempt: int = 1  # deliveries, this one included
    is_redelivery: bool = False  # was given back before, and lies behind the cursor
    is_summary: bool = False  # made here, of what was held; the log has no such record


@dataclass(frozen=True)
class Fetch:
    """FETCH {after}."""

    after: int


@dataclass(frozen=True)
class Check:
    """CHECK {after, upto, count}: did the reader take all of (after, upto]?"""

    after: int
    upto: int
    count: int


Ask = Fetch | Check


class GapRule:
    """Misses nothing and takes nothing twice, however many live frames are lost.

    The cursor is the seq up to which everything that matches the filters was taken. Only the daemon's
    answers move it, never a live frame: a live frame on one topic says nothing of a hole on another.
    """

    def __init__(self, cursor: int, buffer_limit: int = 1000) -> None:
        """Live frames over `buffer_limit` that come during a FETCH are let go: they are found again."""
        self._cursor = cursor
        self._buffer_limit = buffer_limit
        self._last: dict[str, int] = {}  # by topic: the last one taken beyond the cursor
        self._taken: list[int] = []  # beyond the cursor, sorted
        self._waiting: list[Frame] = []  # live frames that came while a FETCH is due
        self._head: int | None = None  # of a ~head/ not yet looked into
        self._must_fetch = False
        self._under_way: Ask | None = None

    @property
    def cursor(self) -> int:
        """Everything up to here that matches was taken: what ACK may carry."""
        return self._cursor

    @property
    def is_asking(self) -> bool:
        return self._under_way is not None

    def live(self, frame: Frame) -> Frame | None:
        """A live frame. What comes back is to be handled now."""
        if frame.seq <= self._cursor or self._has(frame.seq):
            return None
        if self._must_fetch or self._is_hole(frame):
            self._must_fetch = True
            if len(self._waiting) < self._buffer_limit:
                self._waiting.append(frame)
            return None
        self._take(frame)
        return frame

    def head(self, seq: int) -> None:
        """`~head/`: the log reaches to `seq`."""
        self._head = seq

    def next_ask(self) -> Ask | None:
        """The request to send now, if one is due and none is under way."""
        if self._under_way is not None:
            return None
        if self._must_fetch:
            self._under_way = Fetch(self._cursor)
        elif self._head is not None and self._head > self._cursor:
            known = bisect_right(self._taken, self._head)
            self._under_way = Check(self._cursor, self._head, known)
            self._head = None
        return self._under_way

    def fetched(self, records: list[Frame], scanned_to: int, has_more: bool) -> list[Frame]:
        """All of one FETCH: its records, and END. What comes back is to be handled now, in that order."""
        self._under_way = None
        out = []
        for frame in records:
            if frame.seq > self._cursor and not self._has(frame.seq):
                self._take(frame)
                out.append(frame)
        self._move_to(scanned_to)
        self._must_fetch = has_more
        if has_more:
            return out
        # What waited goes through the rule again; another hole makes another FETCH due.
        waiting, self._waiting = self._waiting, []
        out.extend(taken for frame in waiting if (taken := self.live(frame)) is not None)
        return out

    def checked(self, upto: int, is_equal: bool) -> None:
        """CHECKED."""
        self._under_way = None
        if is_equal:
            self._move_to(upto)
        else:
            self._must_fetch = True

    def gap(self, floor: int) -> None:
        """GAP: the log begins at `floor` now. Goes on from there."""
        self._under_way = None
        self._must_fetch = True
        if floor > 0:
            self._move_to(floor - 1)

    def ask_failed(self) -> None:
        """The request under way gets no answer. A FETCH, which needs nothing of it, makes it good."""
        if self._under_way is not None:
            self._under_way = None
            self._must_fetch = True

    def last_check(self, limit: int) -> Check | None:
        """The CHECK with which a reader that stops learns how far it may acknowledge, at most `limit`."""
        known = bisect_right(self._taken, limit)
        if known == 0:
            return None
        check = Check(self._cursor, self._taken[known - 1], known)
        self._under_way = check
        return check

    def _has(self, seq: int) -> bool:
        at = bisect_right(self._taken, seq)
        return at > 0 and self._taken[at - 1] == seq

    def _is_hole(self, frame: Frame) -> bool:
        return frame.prev > max(self._cursor, self._last.get(frame.topic, 0))

    def _move_to(self, cursor: int) -> None:
        if cursor <= self._cursor:
            return
        self._cursor = cursor
        del self._taken[: bisect_right(self._taken, cursor)]
        self._last = {topic: seq for topic, seq in self._last.items() if seq > cursor}

    def _take(self, frame: Frame) -> None:
        insort(self._taken, frame.seq)
        self._last[frame.topic] = max(self._last.get(frame.topic, 0), frame.seq)
