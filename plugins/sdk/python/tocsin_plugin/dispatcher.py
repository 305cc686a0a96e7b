# SPDX-License-Identifier: Apache-2.0
"""Gives alerts to the handler one at a time and in order, and holds back what it could not handle.

What is beyond the subscriber's cap is told by a summary.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from .alert import Alert, BadAlert, Delivery, decode
from .cap import Cap, CapOptions
from .gap_rule import Frame
from .outcome import Drop, Halt, Handler, Outcome, Retry, brief, tidy

SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 3600.0
DEFAULT_PAUSE = 5.0
LONGEST_QUICK_PAUSE = 1.0
LONGEST_SUMMARY_PAUSE = 300.0
QUICK_TRIES = 3


@dataclass(frozen=True)
class Step:
    """What one call of the handler led to: idle, handled, held, retrying, given-back, dropped or halted."""

    kind: str
    seq: int = 0
    reason: str = ""
    attempt: int = 1  # which delivery it was
    is_redelivery: bool = False  # of what was given back before
    retry_after: float = 0.0  # of what is given back, in seconds
    summary_of: int = 0  # so many held alerts, where it is their summary


IDLE = Step("idle")


def pause_of(first: float, attempt: int) -> float:
    """`first` seconds, doubled with each attempt after the first."""
    pause = min(max(first, SHORTEST_PAUSE), LONGEST_PAUSE)
    return float(min(pause * 2 ** min(attempt - 1, 20), LONGEST_PAUSE))


class Dispatcher:
    """Thread: the one of the runner."""

    def __init__(
        self,
        handler: Handler,
        limit: int,
        cap: CapOptions = CapOptions(),
        subscriber: str = "",
        time_of_day: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._handler = handler
        self._cap = Cap(cap, subscriber)
        self._time_of_day = time_of_day
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
        summary = self._cap.due
        if not self._waiting:
            return summary
        return self._not_before if summary is None else min(summary, self._not_before)

    @property
    def held(self) -> int:
        """Beyond the cap."""
        return self._cap.held

    @property
    def is_failing(self) -> bool:
        return self._attempt > 1

    def step(self, now: float) -> Step:
        """Handles one alert, or holds it, if one is due."""
        self._take_summary(now)
        if not self._waiting or now < self._not_before:
            return IDLE
        frame = self._waiting[0]
        delivery = Delivery(frame.topic, frame.seq, frame.attempt + self._attempt - 1, frame.is_live)
        try:
            alert = decode(frame.payload, delivery)
        except BadAlert as problem:
            return self._drop(f"unreadable alert: {problem}")
        is_first_try = self._attempt == 1 and not frame.is_summary
        if is_first_try and not self._cap.admits(alert, frame, now):
            return self._hold(alert, frame)
        outcome: Outcome
        try:
            outcome = tidy(self._handler(alert))
        except Exception as problem:  # it has failed this time; the alert comes again
            outcome = Retry(reason=brief(f"{type(problem).__name__}: {problem}"))
        return self._settle(outcome, now)

    def safe(self, cursor: int) -> int:
        """How far the cursor may be acknowledged: not past an alert that waits, here or for the daemon's word."""
        waiting = [frame.seq for frame in self._waiting if not frame.is_redelivery]
        held = () if self._cap.first is None else (self._cap.first,)
        return min(cursor, *(seq - 1 for seq in (*waiting, *held, *self._unsettled)), cursor)

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
            return self._give_back(wish, now)
        patient = wish.after if wish.after > 0 or self.can_give_back else DEFAULT_PAUSE
        self._not_before = now + pause_of(patient, 1 if wish.is_exact else self._attempt)
        self._attempt += 1
        frame = self._waiting[0]
        return Step("retrying", frame.seq, wish.reason, summary_of=self._cap.telling if frame.is_summary else 0)

    def _give_back(self, wish: Retry, now: float) -> Step:
        is_summary = self._waiting[0].is_summary
        step = self._done("given-back", wish.reason, wish.after)
        if is_summary:  # nobody else keeps it
            is_exact = wish.is_exact and wish.after > 0
            first = wish.after if is_exact else max(wish.after, DEFAULT_PAUSE)
            pause = pause_of(first, 1 if is_exact else step.attempt)
            self._cap.put_back(now + min(pause, max(wish.after, LONGEST_SUMMARY_PAUSE)))
        return step

    def _take_summary(self, now: float) -> None:
        """Before alerts that came later, but not before one that is being tried again."""
        due = self._cap.due
        if due is None or now < due:
            return
        is_trying = self._attempt > 1 and bool(self._waiting)
        self._waiting.insert(1 if is_trying else 0, self._cap.summary(self._time_of_day()))

    def _hold(self, alert: Alert, frame: Frame) -> Step:
        self._cap.hold(alert, frame, self._time_of_day())
        self._next()
        return Step("held", frame.seq)

    def _drop(self, reason: str) -> Step:
        self.failed += 1
        self.last_error = reason
        return self._done("dropped", reason)

    def _done(self, kind: str, reason: str, retry_after: float = 0.0) -> Step:
        frame = self._waiting[0]
        summary_of = self._cap.telling if frame.is_summary else 0
        # What was given back before lies behind the cursor already; of a summary the daemon knows nothing.
        if kind != "handled" and self.is_kept and not frame.is_redelivery and not frame.is_summary:
            self._unsettled.add(frame.seq)
        if frame.is_summary and kind != "given-back":
            self._cap.told()
        self._next()
        return Step(kind, frame.seq, reason, frame.attempt, frame.is_redelivery, retry_after, summary_of)

    def _next(self) -> None:
        self._waiting.popleft()
        self._attempt = 1
        self._not_before = 0.0
