#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Posts the headline of each alert to a URL, such as that of an ntfy topic."""

from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tocsin_plugin import Alert, Drop, Ok, Outcome, Plugin, Retry, cut, retry_after

plugin = Plugin.load()


def text_of(alert: Alert) -> str:
    return cut(f"{alert.item.title or alert.summary} {alert.item.url}", 500)


def handle(alert: Alert) -> Outcome:
    try:
        with urlopen(Request(plugin.options.text("url"), text_of(alert).encode()), timeout=10):
            return Ok()
    except HTTPError as answer:
        reason = f"answered with {answer.code}"
        is_passing = answer.code == 429 or answer.code >= 500
        return Retry(retry_after(answer.headers["Retry-After"]), reason) if is_passing else Drop(reason)
    except URLError as problem:
        return Retry(reason=str(problem.reason))


raise SystemExit(plugin.run(handle, lambda alert: f"would post: {text_of(alert)}"))
