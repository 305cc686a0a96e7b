# SPDX-License-Identifier: Apache-2.0
"""What a handler may answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

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

    With `is_exact` the target itself said when: `after`, up to an hour, is waited each time and does not
    grow, where it is the plugin that keeps the alert.
    """

    after: float = 0.0
    reason: str = ""
    is_exact: bool = False


@dataclass(frozen=True)
class Drop:
    """Never: the alert is counted as failed, reported to the daemon, and passed over."""

    reason: str = ""


@dataclass(frozen=True)
class Halt:
    """Stop the plugin. This alert is not acknowledged and comes again at the next start."""

    reason: str = ""


Outcome = Ok | Retry | Drop | Halt

LONGEST_REASON = 500  # bytes: the daemon keeps so much, and takes no frame that is much longer


def brief(reason: object) -> str:
    """A reason that can be told: valid UTF-8, and no longer than the daemon keeps."""
    return str(reason).encode("utf-8", "replace")[:LONGEST_REASON].decode("utf-8", "ignore")


def tidy(outcome: object) -> Outcome:
    """What the handler answered, with a reason and a pause that can be told. Anything else is a mistake in the handler,
    and no word that the alert was handled."""
    if isinstance(outcome, Ok):
        return outcome
    if isinstance(outcome, Retry):
        after = float(outcome.after)
        return replace(outcome, after=after if math.isfinite(after) and after > 0 else 0.0, reason=brief(outcome.reason))
    if isinstance(outcome, (Drop, Halt)):
        return replace(outcome, reason=brief(outcome.reason))
    kind = "nothing" if outcome is None else type(outcome).__name__
    return Halt(f"the handler answered {kind} where Ok, Retry, Drop or Halt is expected")


Handler = Callable[[Alert], Outcome]
Describe = Callable[[Alert], str]
