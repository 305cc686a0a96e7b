#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sends each alert to the services whose URLs stand in a secret file, through Debian's apprise."""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from typing import Any

import apprise
from tocsin_plugin import Alert, BadManifest, Digest, Ok, Outcome, Plugin, Retry, cut, one_line

REMEMBERED = 1000  # alerts that some service has and another has not
TITLE_LENGTH = 200
DIGEST_LINES = 20
DIGEST_LINE_LENGTH = 500


class LastWarning(logging.Handler):
    """What apprise says when it fails, by thread. Its lines may hold secrets: only the error's number leaves here."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._numbers: dict[int | None, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        found = re.search(r"error=(\d{1,4})\b", record.getMessage())
        if found:
            self._numbers[record.thread] = found[1]

    def take(self) -> str:
        """Of the calling thread."""
        number = self._numbers.pop(threading.get_ident(), "")
        return f"error {number}" if number else "failed"


warnings = LastWarning()


def silence_apprise() -> None:
    logger = logging.getLogger("apprise")
    logger.handlers = [warnings]
    logger.propagate = False


def plain(text: str, length: int) -> str:
    """Nothing in it steers a terminal or calls somebody: a zero-width space parts what services read as mentions."""
    return re.sub(r"(?<=@)(?=\w)|(?<=<)(?=[!@#])", "\u200b", one_line(" ".join(text.split()), length))


class Letter:
    """An alert as people read it."""

    def __init__(self, alert: Alert, length: int) -> None:
        self.title = plain(f"{alert.match.title or alert.topic} (severity {alert.severity})", TITLE_LENGTH)
        headline = plain(alert.item.title or alert.summary, 1000)
        source = plain(alert.source.name, TITLE_LENGTH)
        held = self._held(alert.digest) if alert.digest else []
        words = ", ".join(dict.fromkeys(one.text for one in alert.match.evidence))
        lines = [
            headline,
            *held,
            source,
            plain(cut(alert.item.summary, length), length + 100) if length else "",
            f"Found: {plain(words, TITLE_LENGTH)}" if words else "",
            plain(alert.item.url, 2000),
        ]
        self.body = "\n".join(line for line in lines if line)
        self.kind = "failure" if alert.severity <= 2 else "warning" if alert.severity <= 4 else "info"

    @staticmethod
    def _held(digest: Digest) -> list[str]:
        """What a digest tells, a line for each item."""
        lines = []
        for one in digest.items[:DIGEST_LINES]:
            parts = (one.title or "(no title)", one.source, one.url)
            lines.append("- " + plain(" · ".join(part for part in parts if part), DIGEST_LINE_LENGTH))
        more = digest.count - len(lines)
        return lines + ([f"and {more} more"] if more > 0 else [])


class BadService(Exception):
    """A line that names no service."""


class Service:
    """One URL. It is told in a thread of its own, so that one that hangs holds up nobody."""

    def __init__(self, url: str, line: int, timeout: float) -> None:
        self._target: Any = apprise.Apprise.instantiate(url)
        if self._target is None:
            raise BadService(f"line {line} is no URL that apprise knows")
        self._target.socket_connect_timeout = timeout
        self._target.socket_read_timeout = timeout
        self.name = f"{self._target.service_name} on line {line}"
        self._timeout = timeout
        self._thread: threading.Thread | None = None
        self._problem = ""
        self._is_free = True

    def start(self, letter: Letter) -> None:
        self._is_free = self._thread is None or not self._thread.is_alive()
        if self._is_free:
            self._thread = threading.Thread(target=self._tell, args=(letter,), daemon=True)
            self._thread.start()

    def _tell(self, letter: Letter) -> None:
        try:
            is_told = self._target.notify(
                body=letter.body, title=letter.title, notify_type=letter.kind, body_format=apprise.NotifyFormat.TEXT
            )
            self._problem = "" if is_told else warnings.take()
        except Exception as problem:  # a service's own code; its text may hold the URL
            self._problem = type(problem).__name__

    def finish(self) -> str:
        """What went wrong, or nothing."""
        if not self._is_free or self._thread is None:
            return "has not done with an alert before"
        self._thread.join(self._timeout + 1)
        return "took too long" if self._thread.is_alive() else self._problem


class Services:
    """All URLs. An alert that one of them did not take comes again, and only for that one."""

    def __init__(self, text: str, timeout: float) -> None:
        lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
        self._services = [Service(url, number, timeout) for number, url in lines if url and not url.startswith("#")]
        if not self._services:
            raise BadService("the file names none")
        self._told: OrderedDict[str, set[int]] = OrderedDict()

    def tell(self, alert: Alert, length: int) -> Outcome:
        told = self._told.pop(alert.id, set())
        letter = Letter(alert, length)
        waiting = [one for at, one in enumerate(self._services) if at not in told]
        for service in waiting:
            service.start(letter)
        problems = []
        for service in waiting:
            if problem := service.finish():
                problems.append(f"{service.name}: {problem}")
            else:
                told.add(self._services.index(service))
        if not problems:
            return Ok()
        self._told[alert.id] = told
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return Retry(reason="; ".join(problems))


def main() -> int:
    silence_apprise()
    plugin = Plugin.load()
    length = plugin.options.integer("length")

    def describe(alert: Alert) -> str:
        letter = Letter(alert, length)
        return f"would send to {plugin.options.secret('urls')}: {letter.title}: {one_line(letter.body, 4000)}"

    if plugin.is_dry_run:
        return plugin.run(lambda _: Ok(), describe)
    try:
        services = Services(plugin.options.secret("urls"), plugin.options.seconds("timeout"))
    except BadManifest as problem:
        return plugin.refuse(problem)
    except BadService as problem:
        return plugin.refuse(plugin.options.wrong("urls", str(problem)))
    return plugin.run(lambda alert: services.tell(alert, length), describe)


if __name__ == "__main__":
    raise SystemExit(main())
