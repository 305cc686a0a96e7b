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
    """Not now: the same alert comes again after `after` seconds or later; the pause grows with each attempt.

    Alerts behind it wait, so that order is kept.
    """

    after: float = 5.0
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
