# SPDX-License-Identifier: Apache-2.0
"""A daemon with one feed that gains reports of harbour fires: what most integration tests begin with."""

import unittest

from support.daemon import Home, eventually
from support.feed_server import FeedServer
from support.words import fire_report


class OneFeed(unittest.TestCase):
    seed = 0

    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "json")
        self.home.feeds.write_text(self.server.opml())
        self.reports = 0

    def begin(self, *options):
        """The daemon, past the baseline: what comes from then on alerts. `ready` is what it said when it served."""
        daemon, self.ready = self.home.start_daemon(options=options)
        self.assertIsNotNone(self.ready, daemon.err.text())
        polls = len(self.server.requests("/feeds/wire")) + 2
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", polls), daemon.err.text())
        return daemon

    def report(self, count=1):
        """The titles of `count` more items, each of which alerts."""
        titles = []
        for _ in range(count):
            title, text = fire_report(self.reports, self.seed)
            self.reports += 1
            self.feed.add(title, text)
            titles.append(title)
        return titles

    def wait_until_known(self, name):
        sql = "SELECT count(*) FROM subscriber WHERE name = ?"
        self.assertTrue(eventually(lambda: self.home.rows(sql, name) == [(1,)]), f"{name} is not known")
