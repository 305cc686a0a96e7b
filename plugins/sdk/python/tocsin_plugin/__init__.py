# SPDX-License-Identifier: Apache-2.0
"""For programs that receive Tocsin's alerts.

The library connects, catches up, finds gaps, acknowledges, retries and stops in an orderly way; the
program handles one alert at a time:

    from tocsin_plugin import Alert, Ok, Outcome, run

    def handle(alert: Alert) -> Outcome:
        print(alert.topic, alert.item.title)
        return Ok()

    raise SystemExit(run(handle))
"""

from .alert import (
    Alert,
    BadAlert,
    Delivery,
    Digest,
    DigestItem,
    Evidence,
    Item,
    Match,
    Source,
    Story,
    Times,
    decode,
)
from .cap import CapOptions
from .config import Config, Gap
from .manifest import BadManifest
from .options import Options
from .outcome import Describe, Drop, Halt, Handler, Ok, Outcome, Retry
from .plugin import Plugin, run, serve
from .retry import retry_after
from .secret import read_secret
from .text import Segment, cut, cut_bytes, escape_html, one_line, segments

__version__ = "0.1.0"

__all__ = [
    "Alert",
    "BadAlert",
    "BadManifest",
    "CapOptions",
    "Config",
    "Delivery",
    "Describe",
    "Digest",
    "DigestItem",
    "Drop",
    "Evidence",
    "Gap",
    "Halt",
    "Handler",
    "Item",
    "Match",
    "Ok",
    "Options",
    "Outcome",
    "Plugin",
    "Retry",
    "Segment",
    "Source",
    "Story",
    "Times",
    "cut",
    "cut_bytes",
    "decode",
    "escape_html",
    "one_line",
    "read_secret",
    "retry_after",
    "run",
    "segments",
    "serve",
]
