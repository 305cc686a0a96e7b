# SPDX-License-Identifier: Apache-2.0
"""Gives alerts to the handler one at a time and in order, and holds back what it could not handle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from .alert import BadAlert, Delivery, decode
from .gap_rule import Frame
from .outcome import Drop, Halt, Handler, Outcome, Retry

SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True)
class Step:
    """What one call of the handler led to: idle, handled, retrying, dropped or halted."""

    kind: str
    seq: int = 0
    reason: str = ""


IDLE = Step("idle")


def pause_of(first: float, attempt: int) -> float:
    """`first` seconds, doubled with each attempt after the first."""
    pause = min(max(first, SHORTEST_PAUSE), LONGEST_PAUSE)
    return float(min(pause * 2 ** min(attempt - 1, 20), LONGEST_PAUSE))


class Dispatcher:
    """Thread: the one of the runner."""

    def __init__(self, handler: Handler, limit: int) -> None:
        self._handler = handler
        self._limit = limit
        self._waiting: deque[Frame] = deque()
        self._attempt = 1  # of the first that waits
        self._not_before = 0.0
        self.handled = 0
        self.failed = 0
        self.last_error = ""

    def add(self, frames: Iterable[Frame]) -> None:
        self._waiting.extend(frames)

    @property
    def has_room(self) -> bool:
        """Room for what a FETCH may bring."""
        return len(self._waiting) < self._limit

    @property
    def due(self) -> float | None:
        """When there is something to do; None when there is not."""
        return self._not_before if self._waiting else None

    @property
    def is_failing(self) -> bool:
        return self._attempt > 1

    def step(self, now: float) -> Step:
        """Handles one alert, if one is due."""
        if not self._waiting or now < self._not_before:
            return IDLE
        frame = self._waiting[0]
        delivery = Delivery(frame.topic, frame.seq, self._attempt, frame.is_live)
        try:
            alert = decode(frame.payload, delivery)
        except BadAlert as problem:
            return self._drop(f"unreadable alert: {problem}")
        outcome: Outcome
        try:
            outcome = self._handler(alert)
        except Exception as problem:  # it has failed this time; the alert comes again
            outcome = Retry(reason=f"{type(problem).__name__}: {problem}")
        return self._settle(outcome, frame.seq, now)

    def safe(self, cursor: int) -> int:
        """How far the cursor may be acknowledged: not past an alert that still waits."""
        first = min((frame.seq for frame in self._waiting), default=cursor + 1)
        return min(cursor, first - 1)

    def _settle(self, outcome: Outcome, seq: int, now: float) -> Step:
        if isinstance(outcome, Retry):
            self.last_error = outcome.reason
            self._not_before = now + pause_of(outcome.after, self._attempt)
            self._attempt += 1
            return Step("retrying", seq, outcome.reason)
        if isinstance(outcome, Drop):
            return self._drop(outcome.reason)
        if isinstance(outcome, Halt):
            return Step("halted", seq, outcome.reason)
        self.handled += 1
        self.last_error = ""
        self._done()
        return Step("handled", seq)

    def _drop(self, reason: str) -> Step:
        seq = self._waiting[0].seq
        self.failed += 1
        self.last_error = reason
        self._done()
        return Step("dropped", seq, reason)

    def _done(self) -> None:
        self._waiting.popleft()
        self._attempt = 1
        self._not_before = 0.0
