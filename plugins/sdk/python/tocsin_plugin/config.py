# SPDX-License-Identifier: Apache-2.0
"""What a reader is told before it starts."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .cap import CapOptions
from .client import Endpoints, Keys
from .secret import read_private

FILTER_BYTES = 200  # longer subscriptions get lost in libzmq 4.3.4
FILTER_LIMIT = 64
KEY_LENGTH = 40  # of a CURVE key in Z85


@dataclass(frozen=True)
class Gap:
    """Alerts that the daemon no longer keeps and this plugin never saw.

    `after` is the last one seen, `floor` the oldest one kept, `reason` "retention", or "epoch" when the
    log was recreated.
    """

    after: int
    floor: int
    reason: str


def _log_to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@dataclass
class Config:
    program: str = "plugin"  # for the log and `tocsin subscribers`
    version: str = "0"
    name: str = ""  # the durable name; empty reads along without a cursor
    connect: str = ""  # "ipc:<runtime directory>" or "<pub endpoint>,<ctl endpoint>"; empty: default
    server_key: str = ""  # the daemon's public key, where it speaks CURVE
    key_file: str = ""  # our own pair; closed to others
    filters: list[str] = field(default_factory=list)  # prefixes of topic frames; empty: "alert/"
    # "ack", "earliest", "latest", {"seq": n} or {"time": "…"}: where the plugin begins
    start: str | dict[str, Any] = "ack"
    takeover: bool = False
    keep_order: bool = False  # an alert that is to be tried again holds up those behind it
    max_inflight: int = 256
    cap: CapOptions = CapOptions()
    ack_interval: float = 0.1  # seconds between acknowledgements while alerts come
    exit_after: int | None = None  # stop when so many were handled
    run_for: float | None = None  # stop after so many seconds
    before_ack: Callable[[], bool] | None = None  # makes durable what was handled; False: later
    on_gap: Callable[[Gap], None] | None = None  # besides the line in the log
    log: Callable[[str], None] = _log_to_stderr
    should_stop: Callable[[], bool] | None = None  # asked several times a second, besides SIGTERM


def default_runtime_directory() -> str:
    """TOCSIN_RUNTIME, else where the user's own daemon serves, else /run/tocsin."""
    if given := os.environ.get("TOCSIN_RUNTIME", ""):
        return given
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    state = os.environ.get("XDG_STATE_HOME", "") or os.path.expanduser("~/.local/state")
    for folder in (f"{run}/tocsin" if run else "", f"{state}/tocsin/run"):
        if folder and os.path.exists(f"{folder}/ctl.sock"):
            return folder
    return "/run/tocsin"


def _is_endpoint(text: str) -> bool:
    return text.startswith(("ipc://", "tcp://"))


def endpoints_of(connect: str) -> Endpoints:
    """The pair of endpoints that `connect` means. Raises ValueError."""
    directory = ""
    if not connect:
        directory = default_runtime_directory()
    elif "," in connect:
        pub, ctl = connect.split(",", 1)
        if _is_endpoint(pub) and _is_endpoint(ctl):
            return Endpoints(pub, ctl)
    elif connect.startswith("ipc:/") and not _is_endpoint(connect):
        directory = connect.removeprefix("ipc:")
    if not directory:
        raise ValueError(
            f'connect = "{connect}": expected "ipc:/run/tocsin" or "<pub>,<ctl>" '
            "with two ipc:// or tcp:// endpoints"
        )
    return Endpoints(f"ipc://{directory}/pub.sock", f"ipc://{directory}/ctl.sock")


def keys_of(config: Config) -> Keys | None:
    """The keys for a daemon that speaks CURVE: `public = "…"` and `secret = "…"` in the key file. Raises ValueError."""
    if not config.server_key and not config.key_file:
        return None
    if not config.server_key or not config.key_file:
        raise ValueError("the daemon's key and a key file of our own go together")
    try:
        pair = tomllib.loads(read_private(Path(config.key_file)))
    except tomllib.TOMLDecodeError:
        raise ValueError(f"{config.key_file}: no key file") from None
    public, secret = pair.get("public"), pair.get("secret")
    keys = [config.server_key, public, secret]
    if not all(isinstance(one, str) and len(one) == KEY_LENGTH and one.isascii() for one in keys):
        raise ValueError(f"{config.key_file}: a key has {KEY_LENGTH} characters")
    return Keys(config.server_key.encode(), str(public).encode(), str(secret).encode())


def check(config: Config) -> None:
    """Raises ValueError for what the daemon would not take."""
    if len(config.filters) > FILTER_LIMIT:
        raise ValueError("more than 64 filters")
    for one in config.filters:
        if len(one.encode()) > FILTER_BYTES:
            raise ValueError(f"filter '{one}': over 200 bytes")
