# SPDX-License-Identifier: Apache-2.0
"""A daemon, a feed and a wall that shows it, and a reader of the wall's events."""

import http.client
import json
import random

from support.daemon import BUILD
from support.one_feed import OneFeed
from support.words import nonsense

FEED = "/feeds/wire"


class WallTest(OneFeed):
    program = BUILD / "plugins" / "wall" / "tocsin-wall"

    def setUp(self):
        super().setUp()
        self.begin()
        self.start_wall()

    def begin(self):
        polls = len(self.server.requests(FEED)) + 2
        self.daemon = self.home.daemon()
        self.assertTrue(self.server.wait_for_polls(FEED, polls))

    def start_wall(self, port=0, *more):
        self.wall = self.home.start([self.program, "--runtime", self.home.runtime,
                                     "--listen", f"127.0.0.1:{port}", *more])
        line = self.wall.err.wait_for_match(r"wall: http://127\.0\.0\.1:\d+/")
        self.assertTrue(line, self.wall.err.text())
        self.port = int(line.rsplit(":", 1)[1].strip("/"))
        self.assertTrue(self.wall.err.wait_for_match("connected"), self.wall.err.text())

    def report(self, title, **more):
        """An item that alerts; its text is its own, so that no two are one story."""
        about = random.Random(title)
        text = f"A harbour fire was reported. {nonsense(about, 20).capitalize()}. The quay is closed."
        self.feed.add(title, text, **more)


class Events:
    """A reader of /events."""

    def __init__(self, port, headers=None, query=""):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.request("GET", f"/events{query}", headers=headers or {})
        self._reply = self._connection.getresponse()

    def header(self, name):
        return self._reply.getheader(name)

    def close(self):
        self._reply.close()
        self._connection.close()

    def next(self):
        """(event, data) of the next event."""
        event, data = "message", ""
        while True:
            line = self._reply.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                event = line[len("event: "):]
            elif line.startswith("data: "):
                data = line[len("data: "):]
            elif line == "" and data:
                return event, json.loads(data)
            elif line == "" and self._reply.isclosed():
                raise EOFError("the stream ended")

    def next_card(self):
        while True:
            event, data = self.next()
            if event == "message" and data["kind"] != "ops":
                return data

    def next_beat_where(self, holds):
        while True:
            event, data = self.next()
            if event == "beat" and holds(data):
                return data
