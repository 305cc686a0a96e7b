# SPDX-License-Identifier: Apache-2.0
"""One reader from its first HELLO to its BYE, over as many connections as it takes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .client import Client, Endpoints, Keys, Reply, object_of
from .config import Config, Gap
from .dispatcher import Dispatcher, Step
from .gap_rule import Check, Fetch, Frame, GapRule
from .outcome import Handler
from .returns import DUE_RECORDS, Returns
from .service import ServiceManager
from .text import one_line

ACK_ALERTS = 64
STATUS_INTERVAL = 30.0
SHORTEST_STATUS_INTERVAL = 1.0
SHORTEST_ANSWER = 5.0
LONGEST_PAUSE = 5.0
DRAIN_LIMIT = 1.0
LONGEST_WAIT = 0.1
MESSAGES_PER_TURN = 256
FETCH_RECORDS = 500
NOT_SOON = 10.0  # seconds until another try that are worth telling
BUSY_LIMIT = 3  # a predecessor that is just leaving gets so many chances

STOPPED, HALTED, USAGE, NAME_IN_USE = 0, 1, 64, 75


def read_record(frames: list[bytes], is_live: bool) -> tuple[Frame, str] | None:
    """Frames 0–2 of a record, and the epoch of the log they are from."""
    if len(frames) < 3:
        return None
    header = Reply(body=object_of(frames[1]))
    seq = header.number("seq")
    if seq == 0:
        return None
    topic = frames[0].decode("ascii", "replace")
    attempt = max(header.number("attempt", 1), 1)
    return Frame(topic, seq, header.number("prev"), frames[2], is_live, attempt), header.text("epoch")


class Runner:
    """Thread: one, which also runs the handler.

    While an alert waits to be tried again the sockets are still read; while the handler works they are
    not, and what is lost meanwhile is fetched.
    """

    def __init__(
        self, config: Config, handler: Handler, endpoints: Endpoints, keys: Keys | None = None
    ) -> None:
        self._config = config
        self._endpoints = endpoints
        self._keys = keys
        self._filters = config.filters or ["alert/"]
        self._instance = secrets.token_hex(8)
        self._start: str | dict[str, Any] = config.start
        self._dispatcher = Dispatcher(handler, max(config.max_inflight, 1), config.cap, config.name)
        self._returns = Returns()
        self._manager = ServiceManager()
        self._client: Client | None = None  # None between connections
        self._is_welcome = False
        self._now = time.monotonic()
        self._began = self._now
        self._connect_at = self._now
        self._last_head = self._now
        self._asked_at = self._now
        self._pause = 0.0  # before the next connection
        self._heartbeat = 1.0
        self._rule: GapRule | None = None  # from the first WELCOME on
        self._epoch = ""
        self._number = 0  # of the request under way
        self._batch: list[Frame] = []  # DATA until its END
        self._acknowledged = 0
        self._handled_at_ack = 0
        self._ack_at = 0.0
        self._status_at = 0.0
        self._watchdog_at = 0.0
        self._takes_back = False  # the daemon knows DUE and SETTLED
        self._was_failing = False
        self._held_told = 0
        self._status_turn_at = 0.0
        self._refusals = 0  # "busy" in a row
        self._halted = ""  # why the handler wants no more
        self._said_bye = False
        self._status: int | None = None

    def run(self, should_stop: Callable[[], bool]) -> int:
        """Until the configuration or `should_stop` says so. The exit status."""
        while self._status is None:
            self._turn()
            if self._status is None and (should_stop() or self._has_finished()):
                self._end(STOPPED, "")
            if self._status is not None:
                break
            if self._client is not None:
                self._client.wait(self._time_to_wait())
            else:
                time.sleep(self._time_to_wait())
        self._drain()
        return self._status

    def _turn(self) -> None:
        self._now = time.monotonic()
        if self._client is None and self._now >= self._connect_at:
            self._connect()
        self._read_sockets()
        self._handle()
        if self._is_welcome:
            self._give_back()
            self._ask()
            self._acknowledge(at_once=False)
        self._chores()

    # Connecting

    def _connect(self) -> None:
        try:
            self._client = Client(self._endpoints, self._filters, self._keys)
        except ValueError as problem:
            return self._end(USAGE, str(problem))
        self._last_head = self._now
        self._say_hello()
        return None

    def _say_hello(self) -> None:
        body: dict[str, Any] = {
            "name": self._config.name,
            "instance": self._instance,
            "filters": self._filters,
            "start": self._start,
            "max_inflight": self._config.max_inflight,
            "takeover": self._config.takeover,
            "plugin": {"name": self._config.program, "version": self._config.version},
        }
        if self._rule is not None:  # it comes back with a cursor of its own
            body["start"] = {"seq": self._rule.cursor}
            body["epoch"] = self._epoch
        self._request("HELLO", body)

    def _request(self, verb: str, body: dict[str, Any]) -> None:
        self._number += 1
        self._tell(verb, {"req": self._number, **body})
        self._asked_at = time.monotonic()  # a handler may have taken its time since `_now`

    def _tell(self, verb: str, body: dict[str, Any]) -> None:
        if self._client is not None:
            self._client.send(verb, body)

    def _lose_connection(self, why: str) -> None:
        if self._is_welcome:
            self._log(f"connection lost: {why}")
        if self._client is not None:
            self._client.close()
        self._client = None
        self._is_welcome = False
        self._batch.clear()
        self._returns.connected()
        if self._rule is not None:
            self._rule.ask_failed()
        self._connect_at = self._now + self._pause
        self._pause = min(max(self._pause * 2, 0.1), LONGEST_PAUSE)

    # What arrives

    def _read_sockets(self) -> None:
        for _ in range(MESSAGES_PER_TURN):
            if self._client is None or self._status is not None:
                return
            reply = self._client.receive_reply()
            if reply is not None:
                self._on_reply(reply)
            if self._client is None:
                return
            live = self._client.receive_live()
            if live is not None:
                self._on_live(live)
            if reply is None and live is None:
                return

    def _on_live(self, frames: list[bytes]) -> None:
        if not self._is_welcome or self._rule is None:
            if len(frames) == 2:
                self._last_head = self._now
            return
        if len(frames) == 2 and frames[0] == b"~head/":
            return self._on_head(Reply(body=object_of(frames[1])), self._rule)
        # Without room a live frame is let go: the gap rule finds it again when there is room.
        if not self._dispatcher.has_room:
            return None
        arrived = read_record(frames, is_live=True)
        if arrived is None:
            return None
        frame, epoch = arrived
        if epoch != self._epoch:
            return self._lose_connection("the log is another one")
        if (taken := self._rule.live(frame)) is not None:
            self._dispatcher.add([taken])
        return None

    def _on_head(self, head: Reply, rule: GapRule) -> None:
        self._last_head = self._now
        if head.text("epoch") != self._epoch:
            return self._lose_connection("the log is another one")
        return rule.head(head.number("seq"))

    def _on_reply(self, reply: Reply) -> None:
        number = reply.number("req")
        if number not in (0, self._number):
            return None  # to a request given up
        if reply.verb == "ERR":
            return self._on_error(reply, number)
        if reply.verb == "HEAD" and self._is_welcome and self._rule is not None:
            return self._on_head(reply, self._rule)  # to a key that may not use the other socket
        if reply.verb == "SETTLED":
            return self._on_settled(reply)
        if number == 0:
            return None  # PING, and what later versions may say
        if reply.verb == "WELCOME":
            return self._on_welcome(reply)
        if reply.verb == "BYE":
            self._said_bye = True
        if self._rule is None:
            return None
        if reply.verb == "DATA":
            if (record := read_record(reply.payload, is_live=False)) is not None:
                self._batch.append(record[0])
        elif reply.verb == "END" and self._returns.is_taking:
            self._on_due(reply)
        elif reply.verb == "END":
            self._on_end(reply, self._rule)
        elif reply.verb == "CHECKED":
            self._rule.checked(reply.number("upto"), reply.truth("equal"))
        elif reply.verb == "GAP":
            self._on_gap(reply, self._rule)
        return None

    def _on_welcome(self, reply: Reply) -> None:
        self._heartbeat = max(min(reply.number("heartbeat_ms", 1000), 3_600_000), 1) / 1000
        cursor, is_reset = reply.number("cursor"), reply.truth("reset")
        if self._rule is None or is_reset:
            before = self._rule.cursor if self._rule is not None else reply.number("acked")
            self._rule = GapRule(cursor)
            self._acknowledged = reply.number("acked")
            if is_reset:
                # What was given back belonged to the other log.
                self._returns.forget()
                self._dispatcher.forget_unsettled()
                self._tell_gap(Gap(before, reply.number("floor"), "epoch"))
        limits = reply.body.get("limits")
        self._takes_back = isinstance(limits, dict) and "due" in limits and bool(self._config.name)
        self._dispatcher.is_kept = self._takes_back
        self._dispatcher.can_give_back = self._takes_back and not self._config.keep_order
        self._epoch = reply.text("epoch")
        self._rule.head(reply.number("head"))
        self._is_welcome = True
        self._last_head = self._now
        self._pause = 0.0
        self._refusals = 0
        self._status_at = self._now
        name = self._config.name or "-"
        self._log(f"connected: name={name} cursor={self._rule.cursor} head={reply.number('head')}")
        self._manager.tell("READY=1\nSTATUS=receiving alerts")

    def _on_end(self, reply: Reply, rule: GapRule) -> None:
        records, self._batch = self._batch, []
        if len(records) != reply.number("count"):
            return rule.ask_failed()
        return self._dispatcher.add(
            rule.fetched(records, reply.number("scanned_to"), reply.truth("more"))
        )

    def _on_due(self, reply: Reply) -> None:
        records, self._batch = self._batch, []
        self._dispatcher.add(replace(frame, is_redelivery=True) for frame in records)
        self._returns.taken(self._now, self._next_ms(reply, "next_ms"))

    def _on_settled(self, reply: Reply) -> None:
        seq = reply.number("seq")
        self._returns.settled(seq, reply.text("state"))
        self._dispatcher.settled(seq)
        if (pause := self._next_ms(reply, "retry_ms")) is not None:
            self._returns.more_in(self._now, pause)

    @staticmethod
    def _next_ms(reply: Reply, name: str) -> int | None:
        return reply.number(name) if name in reply.body else None

    def _on_gap(self, reply: Reply, rule: GapRule) -> None:
        self._batch.clear()
        reason, floor = reply.text("reason"), reply.number("floor")
        self._tell_gap(Gap(rule.cursor, floor, reason))
        if reason == "epoch":
            return self._lose_connection("the log is another one")
        return rule.gap(floor)

    def _on_error(self, reply: Reply, number: int) -> None:
        code = reply.text("code")
        said = f"{code}: {one_line(reply.text('message'))}"
        if self._returns.is_taking and number != 0 and code != "no-session":
            self._batch.clear()
            self._returns.taken(self._now, None)
            return self._log(said)
        if code == "taken-over":
            return self._end(NAME_IN_USE, said)
        if number == 0:
            return self._log(said)
        if code == "busy":
            self._refusals += 1
            if self._refusals >= BUSY_LIMIT:
                return self._end(NAME_IN_USE, said)
        elif not self._is_welcome and code in ("bad-request", "bad-frame"):
            return self._end(USAGE, said)
        return self._lose_connection(said)

    # What is done

    def _ask(self) -> None:
        if self._rule is None or not self._dispatcher.has_room or self._returns.is_taking:
            return
        ask = self._rule.next_ask()
        if isinstance(ask, Fetch):
            self._batch.clear()
            self._request("FETCH", {"after": ask.after, "max": FETCH_RECORDS})
        elif isinstance(ask, Check):
            self._request("CHECK", {"after": ask.after, "upto": ask.upto, "count": ask.count})

    def _give_back(self) -> None:
        if not self._takes_back or self._rule is None:
            return
        for verb, body in self._returns.to_send(self._now):
            self._tell(verb, body)
        if self._returns.is_due(self._now) and not self._rule.is_asking and self._dispatcher.has_room:
            self._batch.clear()
            self._request("DUE", {"max": DUE_RECORDS})
            self._returns.is_taking = True

    def _handle(self) -> None:
        if self._returns.is_full:
            return
        step = self._dispatcher.step(self._now)
        while step.kind == "held":
            if self._dispatcher.held == 1:
                cap = self._config.cap
                self._log(f"more than {cap.max_per_hour} alerts within {cap.window:.0f} s: the rest is held and told as one")
            step = self._dispatcher.step(self._now)
        if self._takes_back:
            self._returns.note(step)
        if step.summary_of > 0 and step.kind != "halted":
            self._tell_of_summary(step)
        elif step.kind == "retrying":
            self._log(f"alert {step.seq} not handled, will try again: {one_line(step.reason)}{self._next_try()}")
        elif step.kind == "given-back":
            self._log(f"alert {step.seq} given back after delivery {step.attempt}: {one_line(step.reason)}")
        elif step.kind == "dropped":
            self._log(f"alert {step.seq} given up: {one_line(step.reason)}")
            if self._is_welcome and self._config.name and not self._takes_back:
                self._tell("TERM", {"seq": step.seq, "reason": step.reason})
        elif step.kind == "halted":
            self._halted = step.reason or "no reason given"
            self._end(HALTED, f"halted: {one_line(step.reason)}")

    def _next_try(self) -> str:
        """Of what is not tried again soon."""
        due = self._dispatcher.due
        left = 0 if due is None else round(due - self._now)
        return f", next in {left} s" if left >= NOT_SOON else ""

    def _tell_of_summary(self, step: Step) -> None:
        what, reason = f"summary of {step.summary_of} held alerts", one_line(step.reason)
        if step.kind == "handled":
            self._log(f"{what} handed over")
        elif step.kind == "dropped":
            self._log(f"{what} given up, and they with it: {reason}")
        else:
            self._log(f"{what} not handled, will try again: {reason}")

    def _acknowledge(self, at_once: bool) -> None:
        if self._rule is None or not self._config.name:
            return
        safe = self._dispatcher.safe(self._rule.cursor)
        many = self._dispatcher.handled - self._handled_at_ack >= ACK_ALERTS
        if safe <= self._acknowledged or not (at_once or many or self._now >= self._ack_at):
            return
        self._ack_at = self._now + self._config.ack_interval
        self._handled_at_ack = self._dispatcher.handled
        if self._config.before_ack is not None and not self._config.before_ack():
            return
        self._tell("ACK", {"seq": safe})
        self._acknowledged = safe

    def _chores(self) -> None:
        if self._manager.watchdog is not None and self._now >= self._watchdog_at:
            self._manager.tell("WATCHDOG=1")
            self._watchdog_at = self._now + self._manager.watchdog
        if self._client is None:
            return None
        is_asking = self._rule is None or self._rule.is_asking or self._returns.is_taking
        waits = not self._is_welcome or is_asking
        if waits and self._now - self._asked_at > max(SHORTEST_ANSWER, self._heartbeat * 3):
            return self._lose_connection("no answer; is the key on the daemon's list?" if self._keys else "no answer")
        if not self._is_welcome:
            return None
        # Three missed, and some time for a busy machine.
        if self._now - self._last_head > self._heartbeat * 3 + 0.2:
            return self._lose_connection("the daemon is silent")
        has_turned = self._dispatcher.held != self._held_told and self._now >= self._status_turn_at
        if self._now >= self._status_at or self._dispatcher.is_failing != self._was_failing or has_turned:
            self._was_failing = self._dispatcher.is_failing
            self._held_told = self._dispatcher.held
            self._status_turn_at = self._now + SHORTEST_STATUS_INTERVAL
            self._status_at = self._now + STATUS_INTERVAL
            self._tell_status()
        return None

    def _tell_status(self) -> None:
        error = self._halted or self._dispatcher.last_error
        if error and not self._halted:
            error += self._next_try()
        one = self._dispatcher
        counts: dict[str, Any] = {"sent": one.handled, "failed": one.failed, "held": one.held}
        if self._halted:
            counts["halted"] = True
        self._tell("STATUS", {"ok": not error, "last_error": error, **counts})

    def _drain(self) -> None:
        self._manager.tell("STOPPING=1")
        if self._client is None or self._rule is None or not self._is_welcome:
            if self._client is not None:
                self._client.close()
            return
        if self._config.name:
            if self._takes_back:
                self._give_back_last()
            # One last CHECK, so that what was handled live need not come again.
            check = self._rule.last_check(self._dispatcher.safe(2**63))
            if check is not None:
                self._request("CHECK", {"after": check.after, "upto": check.upto, "count": check.count})
                self._wait_for(lambda: self._rule is None or not self._rule.is_asking)
            self._acknowledge(at_once=True)
            self._tell_status()
        self._request("BYE", {})
        self._wait_for(lambda: self._said_bye)
        if self._client is not None:
            self._client.close()

    def _give_back_last(self) -> None:
        for verb, body in self._returns.to_send(self._now):
            self._tell(verb, body)
        self._wait_for(lambda: self._returns.is_empty)

    def _wait_for(self, is_done: Callable[[], bool]) -> None:
        until = time.monotonic() + DRAIN_LIMIT
        while self._client is not None and not is_done() and time.monotonic() < until:
            self._client.wait(0.01)
            while self._client is not None and self._client.receive_live() is not None:
                pass  # live frames that come now are left for the next start
            while self._client is not None and not is_done():
                reply = self._client.receive_reply()
                if reply is None:
                    break
                self._on_reply(reply)

    def _time_to_wait(self) -> float:
        due = self._dispatcher.due
        if due is None or self._returns.is_full:
            return LONGEST_WAIT
        return min(max(due - time.monotonic(), 0.0), LONGEST_WAIT)

    def _has_finished(self) -> bool:
        wanted, limit = self._config.exit_after, self._config.run_for
        if wanted is not None and self._dispatcher.handled >= wanted:
            return True
        return limit is not None and self._now - self._began >= limit

    def _end(self, status: int, why: str) -> None:
        if why:
            self._log(why)
        self._status = status

    def _tell_gap(self, gap: Gap) -> None:
        reason = one_line(gap.reason)
        self._log(f"alerts lost for good: after={gap.after} floor={gap.floor} reason={reason}")
        if self._config.on_gap is not None:
            self._config.on_gap(gap)

    def _log(self, line: str) -> None:
        self._config.log(f"{self._config.program}: {line}")
