# SPDX-License-Identifier: Apache-2.0
"""What operators are told of a feed: over ZeroMQ, once, through kill -9 and restarts."""

import json
import pathlib
import sqlite3
import sys
import unittest
from datetime import timedelta

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Home, alerts_of, eventually
from support.feed_server import FeedServer, fixed, now, redirect
from support.words import fire_report

FEED = "/feeds/wire"


class Operator(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.first_title, text = fire_report(1)
        self.feed.add(self.first_title, text)
        self.home.feeds.write_text(self.server.opml())
        with self.home.config.open("a", encoding="utf-8") as config:
            config.write('[alerts]\nfailing_after = "1s"\n')

    def polls(self):
        return len(self.server.requests(FEED))

    def wait_for_polls(self, more):
        self.assertTrue(self.server.wait_for_polls(FEED, self.polls() + more, 60))

    def kinds_in_log(self):
        return [row[0].split("/")[1] for row in self.home.rows(
            "SELECT frame FROM alert WHERE frame LIKE 'ops/%' ORDER BY seq")]

    def told(self, console, kind):
        """The alert of this kind, once the subscriber has it."""
        def found():
            return [a for a in alerts_of(console.out.all()) if a["subject"] == kind]
        alerts = eventually(found, 60)
        self.assertEqual(1, len(alerts), console.out.text())
        return alerts[0]["data"]

    def test_failure_recovery_and_gap_are_told_once_each_through_kill_9(self):
        daemon = self.home.daemon()
        self.assertTrue(self.server.wait_for_polls(FEED, 2))
        operator = self.home.console("operator", "--topic", "ops/")
        desk = self.home.console("desk")
        names = "SELECT count(*) FROM subscriber"
        self.assertTrue(eventually(lambda: self.home.rows(names)[0][0] == 2))

        self.server.add_endpoint(FEED, fixed(b"", status=500))
        failing = self.told(operator, "feed.failing")
        self.assertEqual("wire", failing["operations"]["subject"])
        self.assertEqual("Wire", failing["source"]["name"])
        self.assertIn("answered with status 500", failing["operations"]["summary"])

        daemon.kill()
        daemon = self.home.daemon()
        self.wait_for_polls(1)
        self.server.remove_endpoint(FEED)
        recovered = self.told(operator, "feed.recovered")
        self.assertIn("answers again", recovered["operations"]["summary"])

        daemon.kill()
        daemon = self.home.daemon()
        title, text = fire_report(2)
        self.feed.drop({self.first_title})
        self.feed.add(title, text)
        self.told(operator, "feed.gap")
        self.assertEqual(["feed.failing", "feed.recovered", "feed.gap"], self.kinds_in_log())

        self.assertTrue(desk.out.wait_for(lambda lines: any(title in line for line in lines)))
        self.assertNotIn("tocsin.ops", desk.out.text(), "who asks for alerts gets no others")
        self.assertEqual(0, daemon.terminate())

    def test_a_feed_that_is_gone_is_told(self):
        self.server.add_endpoint(FEED, fixed(b"", status=410))
        daemon = self.home.daemon()
        self.assertTrue(eventually(lambda: self.kinds_in_log() == ["feed.stopped"]))
        payload = json.loads(self.home.rows("SELECT payload FROM alert")[0][0])
        self.assertIn("410 Gone", payload["data"]["operations"]["summary"])
        self.assertEqual(0, daemon.terminate())

    def set_back(self, column):
        """Days pass: between two runs of the daemon, a time it remembers moves into the past."""
        three_days = 3 * 24 * 3600 * 1000
        with sqlite3.connect(self.home.database(), timeout=10) as database:
            changed = database.execute(f"UPDATE feed_state SET {column} = {column} - ?", (three_days,))
            self.assertEqual(1, changed.rowcount)
        database.close()

    def test_a_feed_that_has_moved_for_good_is_told_once(self):
        moved = self.server.add_feed("moved", "Wire", "rss")
        self.server.add_endpoint(FEED, redirect(moved.url, 301))
        daemon = self.home.daemon()
        seen = "SELECT count(*) FROM feed_state WHERE moved_since IS NOT NULL"
        self.assertTrue(eventually(lambda: self.home.rows(seen)[0][0] == 1))
        self.assertEqual(0, daemon.terminate())
        self.assertEqual([], self.kinds_in_log())

        self.set_back("moved_since")
        daemon = self.home.daemon()
        self.assertTrue(eventually(lambda: self.kinds_in_log() == ["feed.moved"]))
        polls = self.polls()
        self.assertTrue(self.server.wait_for_polls("/feeds/moved",
                                                   len(self.server.requests("/feeds/moved")) + 2))
        self.assertEqual(polls, self.polls(), "the old place is left in peace")
        self.assertEqual(0, daemon.terminate())
        self.assertEqual(["feed.moved"], self.kinds_in_log())

    def test_a_feed_without_news_for_long_is_told_and_so_is_its_end(self):
        for number in range(2, 8):
            self.feed.add(*fire_report(number), published=now() - timedelta(minutes=9 - number))
        daemon = self.home.daemon()
        self.wait_for_polls(3)
        self.assertEqual(0, daemon.terminate())

        self.set_back("last_new")
        daemon = self.home.daemon()
        self.assertTrue(eventually(lambda: self.kinds_in_log() == ["feed.silent"]))
        self.wait_for_polls(2)
        self.feed.add(*fire_report(8))
        self.assertTrue(
            eventually(lambda: self.kinds_in_log() == ["feed.silent", "feed.recovered"]))
        self.assertEqual(0, daemon.terminate())


if __name__ == "__main__":
    unittest.main()
