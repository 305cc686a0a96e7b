# SPDX-License-Identifier: Apache-2.0
"""When to try again, from what a server said."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

LONGEST = 3600.0


def retry_after(value: str | None, otherwise: float = 5.0, now: float | None = None) -> float:
    """Seconds that an HTTP `Retry-After` asks for, a number or a date; `otherwise` where it makes no sense.

    Between 0 and an hour, whatever it says. `now` is in seconds since 1970.
    """
    if value is None:
        return otherwise
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST)
    try:
        date = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return otherwise
    return min(max(date - (time.time() if now is None else now), 0.0), LONGEST)
