# SPDX-License-Identifier: Apache-2.0
"""From a feed to a subscriber: what comes out is what went in, once, and nothing else."""

import email.utils
import signal
import sys
import pathlib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import CHECKER, Home, alerts_of, eventually
from support.feed_server import FORMATS, FeedServer
from support.words import fire_report



class Spine(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)

    def begin(self, *kinds):
        """A daemon that has taken the baseline of one feed of each kind."""
        feeds = [self.server.add_feed(kind, f"Outlet in {kind}", kind) for kind in kinds]
        return feeds, *self.serve(feeds)

    def serve(self, feeds):
        self.home.feeds.write_text(self.server.opml())
        daemon = self.home.daemon()
        console = self.home.console("test")
        self.wait_polled(feeds)
        return daemon, console

    def wait_polled(self, feeds):
        """Two more polls of each feed: the outcome of the first of them has been committed."""
        for feed in feeds:
            path = "/feeds/" + feed.name
            seen = len(self.server.requests(path))
            self.assertTrue(self.server.wait_for_polls(path, seen + 2), f"{path} is not polled")

    def wait_for_alerts(self, console, count):
        console.out.wait_for_count(count)
        alerts = alerts_of(console.out.all())
        self.assertEqual(count, len(alerts), console.err.text())
        return alerts

    def check_format(self, kind):
        (feed,), _, console = self.begin(kind)
        title, text = fire_report(1)
        item = feed.add(title, text)
        (alert,) = self.wait_for_alerts(console, 1)
        data = alert["data"]
        self.assertEqual(title, data["item"]["title"])
        self.assertEqual(item.link, data["item"]["url"])
        self.assertEqual(kind, data["source"]["feed_id"])
        self.assertEqual("harbour-fires", data["match"]["topic"])
        self.assertEqual(1, data["story"]["position"])
        self.assert_evidence_stands_where_it_says(data)

    def assert_evidence_stands_where_it_says(self, data):
        self.assertTrue(data["match"]["evidence"])
        for piece in data["match"]["evidence"]:
            field = data["item"][piece["field"]].encode()
            self.assertEqual(piece["text"], field[piece["start"]:piece["end"]].decode())

    def test_an_item_of_an_rss_feed_reaches_the_subscriber(self):
        self.check_format("rss")

    def test_an_item_of_an_atom_feed_reaches_the_subscriber(self):
        self.check_format("atom")

    def test_an_item_of_a_json_feed_reaches_the_subscriber(self):
        self.check_format("json")

    def test_an_item_that_does_not_match_is_not_sent(self):
        (feed,), _, console = self.begin("rss")
        feed.add("Council approves budget", "The council approved the budget after a short debate.")
        self.wait_polled([feed])
        feed.add(*fire_report(1))
        (alert,) = self.wait_for_alerts(console, 1)
        self.assertEqual(fire_report(1)[0], alert["data"]["item"]["title"])

    def test_what_a_feed_held_at_first_sight_does_not_alert(self):
        feed = self.server.add_feed("wire", "Wire", "atom")
        feed.add(*fire_report(1))
        _, console = self.serve([feed])
        feed.add(*fire_report(2))
        (alert,) = self.wait_for_alerts(console, 1)
        self.assertEqual(fire_report(2)[0], alert["data"]["item"]["title"])

    def test_an_item_published_long_before_it_was_seen_does_not_alert(self):
        (feed,), _, console = self.begin("rss")
        feed.add(*fire_report(1), published=email.utils.parsedate_to_datetime(
            "Mon, 06 Jan 2020 10:00:00 +0000"))
        self.wait_polled([feed])
        feed.add(*fire_report(2))
        (alert,) = self.wait_for_alerts(console, 1)
        self.assertEqual(fire_report(2)[0], alert["data"]["item"]["title"])

    def test_an_unchanged_feed_is_asked_for_with_its_validators_and_answers_304(self):
        (feed,), _, _ = self.begin("rss")
        requests = self.server.requests("/feeds/rss")
        self.assertEqual([200, 304], [r.status for r in requests[:2]])
        self.assertEqual(feed.document()[1], requests[1].headers.get("If-None-Match"))
        self.assertEqual(feed.document()[2], requests[1].headers.get("If-Modified-Since"))

    def test_validators_outlive_a_restart(self):
        feeds, daemon, _ = self.begin("rss")
        self.assertEqual(0, daemon.terminate())
        before = len(self.server.requests())
        self.home.daemon()
        self.wait_polled(feeds)
        self.assertEqual(304, self.server.requests()[before].status)

    def test_a_restart_repeats_nothing_and_loses_nothing(self):
        (feed,), daemon, console = self.begin("rss")
        feed.add(*fire_report(1))
        self.wait_for_alerts(console, 1)
        self.assertEqual(0, daemon.terminate())
        feed.add(*fire_report(2))
        self.home.daemon()
        alerts = self.wait_for_alerts(console, 2)
        self.wait_polled([feed])
        self.assertEqual([fire_report(1)[0], fire_report(2)[0]],
                         [a["data"]["item"]["title"] for a in alerts])
        self.assertEqual(2, len(console.out.all()))

    def test_a_subscriber_that_was_away_gets_what_it_missed(self):
        (feed,), _, console = self.begin("rss")
        feed.add(*fire_report(1))
        self.wait_for_alerts(console, 1)
        self.assertEqual(0, console.terminate())
        for number in range(2, 6):
            feed.add(*fire_report(number))
        self.assertTrue(eventually(lambda: self.home.status()["wire"]["head"] >= 5))
        again = self.home.console("test")
        alerts = self.wait_for_alerts(again, 4)
        self.assertEqual([fire_report(n)[0] for n in range(2, 6)],
                         [a["data"]["item"]["title"] for a in alerts])

    def test_every_alert_of_all_formats_fits_the_schema(self):
        feeds, _, console = self.begin(*FORMATS)
        for number in range(30):
            feeds[number % len(feeds)].add(*fire_report(number))
        for alert in self.wait_for_alerts(console, 30):
            CHECKER.validate(alert)

    def test_the_same_report_in_three_outlets_is_one_story(self):
        feeds, _, console = self.begin(*FORMATS)
        for feed in feeds:
            feed.add(*fire_report(1))
            self.wait_polled([feed])
        feeds[0].add(*fire_report(2))
        console.out.wait_for(lambda lines: any(fire_report(2)[0] in line for line in lines))
        fresh = [a for a in alerts_of(console.out.all()) if a["type"] == "tocsin.alert.new.v1"]
        self.assertEqual([fire_report(1)[0], fire_report(2)[0]],
                         [a["data"]["item"]["title"] for a in fresh])

    def test_run_once_polls_everything_and_leaves(self):
        feed = self.server.add_feed("wire", "Wire", "rss")
        feed.add(*fire_report(1))
        self.home.feeds.write_text(self.server.opml())
        first = self.home.start(self.home.run_command("--once"))
        self.assertEqual(0, first.wait(), first.err.text())
        feed.add(*fire_report(2))
        second = self.home.start(self.home.run_command("--once"))
        self.assertEqual(0, second.wait(), second.err.text())
        self.assertEqual([200, 200], [r.status for r in self.server.requests("/feeds/wire")])
        self.assertEqual([(1,)], self.home.rows("SELECT count(*) FROM alert"))

    def test_an_interrupt_at_the_keyboard_stops_it_like_the_service_manager(self):
        _, daemon, _ = self.begin("rss")
        daemon.signal(signal.SIGINT)
        self.assertEqual(0, daemon.wait())


if __name__ == "__main__":
    unittest.main()
