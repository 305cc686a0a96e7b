# SPDX-License-Identifier: Apache-2.0
"""What a handler may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .alert import Alert


@dataclass(frozen=True)
class Ok:
    """Handled; it will not come again."""


@dataclass(frozen=True)
class Retry:
    """Not now.

    The alert is tried again at once a few times; then it is given back to the daemon, which keeps it and
    delivers it again after growing pauses, `after` seconds where that is longer; alerts behind it go on
    meanwhile. With `after` over a second it is given back without trying again. Under `Config.keep_order`,
    without a durable name, and with a daemon that takes nothing back, it is kept and tried again with
    growing pauses, and alerts behind it wait.
    """

    after: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Drop:
    """Never: the alert is counted as failed, reported to the daemon, and passed over."""

    reason: str = ""


@dataclass(frozen=True)
class Halt:
    """Stop the plugin. This alert is not acknowledged and comes again at the next start."""

    reason: str = ""


Outcome = Ok | Retry | Drop | Halt
Handler = Callable[[Alert], Outcome]
Describe = Callable[[Alert], str]
