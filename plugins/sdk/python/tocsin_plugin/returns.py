# SPDX-License-Identifier: Apache-2.0
"""What the handler could not deal with: on its way to the daemon, and back (NAK, TERM, DONE, DUE)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .dispatcher import Step

DUE_RECORDS = 16  # as many as can be dealt with in a minute
DUE_INTERVAL = 30.0  # somebody may have sent a dead letter out anew
REPORT_AGAIN = 5.0
MOST_REPORTS = 32  # the daemon lets a reader wait for 64


@dataclass
class _Report:
    verb: str
    body: dict[str, Any]
    sent_at: float | None = None


class Returns:
    """Pure: steps and answers go in, requests come out. Until the daemon has confirmed one it is sent again."""

    def __init__(self) -> None:
        self._reports: dict[int, _Report] = {}
        self.is_taking = False  # a DUE is under way
        self._due_at = 0.0

    @property
    def is_full(self) -> bool:
        """The daemon answers only so many; until then the alerts behind wait."""
        return len(self._reports) >= MOST_REPORTS

    @property
    def is_empty(self) -> bool:
        return not self._reports

    def note(self, step: Step) -> None:
        """Remembers what the daemon has to be told of a step."""
        if step.summary_of > 0:
            return  # the log has no such record
        if step.kind == "handled" and step.is_redelivery:
            self._reports[step.seq] = _Report("DONE", {"seq": step.seq})
        elif step.kind in ("given-back", "dropped"):
            body = {"seq": step.seq, "attempt": step.attempt, "reason": step.reason}
            if step.kind == "given-back":
                body["retry_after"] = int(min(step.retry_after, 3600.0) * 1000)
            self._reports[step.seq] = _Report("NAK" if step.kind == "given-back" else "TERM", body)

    def to_send(self, now: float) -> Iterator[tuple[str, dict[str, Any]]]:
        for report in self._reports.values():
            if report.sent_at is None or now - report.sent_at >= REPORT_AGAIN:
                report.sent_at = now
                yield report.verb, report.body

    def settled(self, seq: int, state: str) -> None:
        report = self._reports.get(seq)
        # The answer to a NAK may come when the record has been delivered again and dealt with.
        is_late = report is not None and state != "done" and report.verb == "DONE"
        if not is_late:
            self._reports.pop(seq, None)

    def is_due(self, now: float) -> bool:
        return not self.is_taking and now >= self._due_at

    def more_in(self, now: float, milliseconds: int | None) -> None:
        """An answer says when more is due, or does not know."""
        pause = DUE_INTERVAL if milliseconds is None else min(milliseconds / 1000, DUE_INTERVAL)
        self._due_at = now + pause if not self._due_at > now else min(self._due_at, now + pause)

    def taken(self, now: float, milliseconds: int | None) -> None:
        """The DUE under way is answered."""
        self.is_taking = False
        self._due_at = 0.0
        self.more_in(now, milliseconds)

    def connected(self) -> None:
        """A new session: what was not confirmed is told again, and what is due asked for."""
        self.is_taking = False
        self._due_at = 0.0
        for report in self._reports.values():
            report.sent_at = None

    def forget(self) -> None:
        """The log is another one."""
        self._reports.clear()
