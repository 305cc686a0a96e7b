# SPDX-License-Identifier: Apache-2.0
"""The two sockets of a reader: SUB for live frames, DEALER for requests. The one file that knows ZeroMQ."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import zmq

GREETING = b"TCS1"
FRAME_LIMIT = 64 * 1024
FRAMES_KEPT = 8


@dataclass(frozen=True)
class Endpoints:
    pub: str
    ctl: str


@dataclass(frozen=True)
class Keys:
    """For a daemon that speaks CURVE: 40 characters of Z85 each."""

    server: bytes
    public: bytes
    secret: bytes


@dataclass(frozen=True)
class Reply:
    """A reply of the daemon: verb, JSON object, and for DATA the three frames of a record."""

    verb: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    payload: list[bytes] = field(default_factory=list)

    def number(self, name: str, default: int = 0) -> int:
        value = self.body.get(name)
        is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return int(value) if is_number and value is not None else default

    def text(self, name: str) -> str:
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    def truth(self, name: str) -> bool:
        return self.body.get(name) is True


def object_of(text: bytes) -> dict[str, Any]:
    """A JSON object; what is none is as an empty one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


class Client:
    """A new connection is a new client.

    Subscribes, then connects: subscriptions made before go out first and in byte order, so that the
    first `~head/` proves all of them. A daemon that does not run yet is waited for. Raises ValueError
    for endpoints that are none.
    """

    def __init__(self, endpoints: Endpoints, filters: list[str], keys: Keys | None = None) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._sub = self._context.socket(zmq.SUB)
        self._dealer = self._context.socket(zmq.DEALER)
        try:
            for one in (self._sub, self._dealer):
                self._harden(one)
                if keys is not None:
                    one.setsockopt(zmq.CURVE_SERVERKEY, keys.server)
                    one.setsockopt(zmq.CURVE_PUBLICKEY, keys.public)
                    one.setsockopt(zmq.CURVE_SECRETKEY, keys.secret)
            for name in [*filters, "~head/"]:
                self._sub.setsockopt(zmq.SUBSCRIBE, name.encode())
            self._sub.connect(endpoints.pub)
            self._dealer.connect(endpoints.ctl)
        except zmq.ZMQError as problem:
            self.close()
            raise ValueError(f"{endpoints.pub}, {endpoints.ctl}: {problem}") from None
        self._poller = zmq.Poller()
        self._poller.register(self._sub, zmq.POLLIN)
        self._poller.register(self._dealer, zmq.POLLIN)

    @staticmethod
    def _harden(one: zmq.Socket[bytes]) -> None:
        # No ZMQ_HEARTBEAT_*: on a SUB whose reader is slow it aborts the process (libzmq issue 3937).
        # `~head/` and TCP keepalive do its work.
        one.setsockopt(zmq.MAXMSGSIZE, FRAME_LIMIT)
        one.setsockopt(zmq.TCP_KEEPALIVE, 1)
        one.setsockopt(zmq.LINGER, 200)
        one.setsockopt(zmq.RECONNECT_IVL, 100)
        one.setsockopt(zmq.RECONNECT_IVL_MAX, 2000)

    def close(self) -> None:
        self._sub.close()
        self._dealer.close()
        self._context.term()

    def send(self, verb: str, body: dict[str, Any]) -> None:
        frames = [b"", GREETING, verb.encode(), json.dumps(body).encode()]
        try:
            self._dealer.send_multipart(frames, zmq.DONTWAIT)
        except zmq.ZMQError:
            pass  # full: the request will time out, and the reader connects anew

    def receive_reply(self) -> Reply | None:
        frames = self._receive(self._dealer)
        if frames is None:
            return None
        if len(frames) < 4 or frames[1] != GREETING:
            return Reply()
        return Reply(frames[2].decode("ascii", "replace"), object_of(frames[3]), frames[4:])

    def receive_live(self) -> list[bytes] | None:
        return self._receive(self._sub)

    def wait(self, seconds: float) -> None:
        self._poller.poll(int(seconds * 1000))

    @staticmethod
    def _receive(one: zmq.Socket[bytes]) -> list[bytes] | None:
        try:
            return one.recv_multipart(zmq.DONTWAIT)[:FRAMES_KEPT]
        except zmq.Again:
            return None
