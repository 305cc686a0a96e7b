# SPDX-License-Identifier: Apache-2.0
"""Tells systemd how the plugin does, over $NOTIFY_SOCKET; does nothing without one."""

from __future__ import annotations

import os
import socket


class ServiceManager:
    """Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the environment."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]  # the abstract name space
        self.watchdog: float | None = None  # seconds: half of what the watchdog allows
        pid = os.environ.get("WATCHDOG_PID", "")
        limit = os.environ.get("WATCHDOG_USEC", "")
        if pid in ("", str(os.getpid())) and limit.isdigit() and int(limit) > 0:
            self.watchdog = int(limit) / 2e6

    def tell(self, state: str) -> None:
        """"READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…"."""
        if len(self._address) < 2:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.sendto(state.encode(), self._address)
        except OSError:
            pass  # a manager that does not listen is no reason to stop
