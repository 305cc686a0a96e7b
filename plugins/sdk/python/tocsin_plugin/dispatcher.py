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
DEFAULT_PAUSE = 5.0
LONGEST_QUICK_PAUSE = 1.0
QUICK_TRIES = 3


@dataclass(frozen=True)
class Step:
    """What one call of the handler led to: idle, handled, retrying, given-back, dropped or halted."""

    kind: str
    seq: int = 0
    reason: str = ""
    attempt: int = 1  # which delivery it was
    is_redelivery: bool = False  # of what was given back before
    retry_after: float = 0.0  # of what is given back, in seconds


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
        self._unsettled: set[int] = set()  # given back or dropped, and not yet confirmed
        self._attempt = 1  # of the first that waits
        self._not_before = 0.0
        self.is_kept = False  # the daemon keeps what is given back or dropped, and says so
        self.can_give_back = False
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
        delivery = Delivery(frame.topic, frame.seq, frame.attempt + self._attempt - 1, frame.is_live)
        try:
            alert = decode(frame.payload, delivery)
        except BadAlert as problem:
            return self._drop(f"unreadable alert: {problem}")
        outcome: Outcome
        try:
            outcome = self._handler(alert)
        except Exception as problem:  # it has failed this time; the alert comes again
            outcome = Retry(reason=f"{type(problem).__name__}: {problem}")
        return self._settle(outcome, now)

    def safe(self, cursor: int) -> int:
        """How far the cursor may be acknowledged: not past an alert that waits, here or for the daemon's word."""
        waiting = [frame.seq for frame in self._waiting if not frame.is_redelivery]
        return min(cursor, *(seq - 1 for seq in (*waiting, *self._unsettled)), cursor)

    def settled(self, seq: int) -> None:
        """The daemon has what was given back."""
        self._unsettled.discard(seq)

    def forget_unsettled(self) -> None:
        """The log is another one."""
        self._unsettled.clear()

    def _settle(self, outcome: Outcome, now: float) -> Step:
        if isinstance(outcome, Retry):
            return self._retry(outcome, now)
        if isinstance(outcome, Drop):
            return self._drop(outcome.reason)
        if isinstance(outcome, Halt):
            return Step("halted", self._waiting[0].seq, outcome.reason)
        self.handled += 1
        self.last_error = ""
        return self._done("handled", "")

    def _retry(self, wish: Retry, now: float) -> Step:
        self.last_error = wish.reason
        if self.can_give_back and (self._attempt >= QUICK_TRIES or wish.after > LONGEST_QUICK_PAUSE):
            return self._done("given-back", wish.reason, wish.after)
        patient = wish.after if wish.after > 0 or self.can_give_back else DEFAULT_PAUSE
        self._not_before = now + pause_of(patient, self._attempt)
        self._attempt += 1
        return Step("retrying", self._waiting[0].seq, wish.reason)

    def _drop(self, reason: str) -> Step:
        self.failed += 1
        self.last_error = reason
        return self._done("dropped", reason)

    def _done(self, kind: str, reason: str, retry_after: float = 0.0) -> Step:
        frame = self._waiting.popleft()
        # What was given back before lies behind the cursor already.
        if kind != "handled" and self.is_kept and not frame.is_redelivery:
            self._unsettled.add(frame.seq)
        self._attempt = 1
        self._not_before = 0.0
        return Step(kind, frame.seq, reason, frame.attempt, frame.is_redelivery, retry_after)
