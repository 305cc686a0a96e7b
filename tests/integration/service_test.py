# SPDX-License-Identifier: Apache-2.0
"""The daemon under a service manager: what it says on NOTIFY_SOCKET, and what signals do."""

import os
import pathlib
import signal
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import PATIENCE, TOPIC, Home
from support.feed_server import FeedServer
from support.words import fire_report


class NotifySocket:
    """What systemd would read: the datagrams of sd_notify, in their order."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._messages = []
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            try:
                message = self._socket.recv(4096).decode()
            except OSError:
                return
            with self._changed:
                self._messages.append((time.monotonic(), message.splitlines()))
                self._changed.notify_all()

    def close(self):
        self._socket.close()

    def all(self):
        with self._changed:
            return list(self._messages)

    def states(self):
        """The assignments that tell a state, flattened: READY=1, RELOADING=1, STOPPING=1."""
        return [line for _, lines in self.all() for line in lines
                if line in ("READY=1", "RELOADING=1", "STOPPING=1")]

    def wait_for(self, condition, timeout=PATIENCE):
        with self._changed:
            return self._changed.wait_for(
                lambda: condition([line for _, lines in self._messages for line in lines]), timeout)


class Service(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())
        self.notify = NotifySocket(self.home.path / "notify")
        self.addCleanup(self.notify.close)

    def begin(self, **more):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.home.path / "notify"), **more}
        daemon = self.home.daemon(env=environment)
        self.assertTrue(self.notify.wait_for(lambda lines: "READY=1" in lines))
        return daemon

    def alert_on(self, console, number):
        """Adds an item and waits until the subscriber has its alert."""
        title, text = fire_report(number)
        self.feed.add(title, text)
        return console.out.wait_for(lambda lines: any(title in line for line in lines))

    def console(self):
        console = self.home.console("test")
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))
        return console

    def reload(self, daemon):
        ready = self.notify.states().count("READY=1")
        daemon.signal(signal.SIGHUP)
        self.assertTrue(self.notify.wait_for(lambda lines: lines.count("READY=1") > ready))

    def test_it_says_when_it_is_ready_and_when_it_stops(self):
        daemon = self.begin()
        self.assertEqual(0, daemon.terminate())
        self.assertEqual(["READY=1", "STOPPING=1"], self.notify.states())

    def test_it_says_ready_only_when_subscribers_can_connect(self):
        self.begin()
        for name in ("pub.sock", "ctl.sock"):
            self.assertTrue((self.home.runtime / name).is_socket(), name)

    def test_a_reload_is_announced_and_ends_in_ready(self):
        daemon = self.begin()
        self.reload(daemon)
        self.assertEqual(["READY=1", "RELOADING=1", "READY=1"], self.notify.states())

    def test_a_reload_takes_up_a_changed_topic(self):
        daemon = self.begin()
        console = self.console()
        (self.home.topics / "harbour-fires.toml").write_text(
            TOPIC.replace("severity = 3", "severity = 2").replace("version = 1", "version = 2"))
        self.reload(daemon)
        self.assertTrue(self.alert_on(console, 1))
        self.assertIn('"rule_version":2', console.out.text().replace(" ", ""))

    def test_a_reload_takes_up_changed_headers_and_credentials(self):
        daemon = self.begin()
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 1))
        secret = self.home.path / "secret"
        secret.write_text("bearer of-the-test\nheader X-Api-Key: other\n")
        secret.chmod(0o600)
        with self.home.config.open("a", encoding="utf-8") as config:
            config.write('[[feed]]\nid = "wire"\nheaders = ["X-Desk: foreign"]\n'
                         f'credential = "{secret}"\n')
        self.reload(daemon)
        wanted = {"Authorization": "Bearer of-the-test", "X-Api-Key": "other", "X-Desk": "foreign"}
        self.assertTrue(self.server.wait_for(
            lambda requests: wanted.items() <= requests[-1].headers.items(), 20))
        self.assertNotIn("of-the-test", daemon.err.text())

    def test_a_reload_takes_up_what_may_be_fetched_from(self):
        settings = self.home.config.read_text()
        self.home.config.write_text(settings.replace('["127.0.0.0/8"]', "[]"))
        daemon = self.begin()
        self.assertIsNotNone(daemon.err.wait_for_match("not in http.allow"))
        self.assertEqual([], self.server.requests())
        self.home.config.write_text(settings)
        self.reload(daemon)
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 1))
        self.assertNotIn("only a restart", daemon.err.text())

    def test_a_reload_with_a_broken_topic_keeps_the_old_rules_and_says_why(self):
        daemon = self.begin()
        console = self.console()
        before = len(daemon.err.all())
        (self.home.topics / "harbour-fires.toml").write_text(TOPIC.replace("severity", "sevrity"))
        self.reload(daemon)
        reason = daemon.err.wait_for_match(r"harbour-fires\.toml:\d+:\d+.*sevrity", after=before)
        self.assertIsNotNone(reason, daemon.err.text())
        self.assertIn("severity", reason.replace("sevrity", ""), "no suggestion")
        self.assertTrue(self.alert_on(console, 1))
        self.assertIn('"rule_version":1', console.out.text().replace(" ", ""))

    def test_a_reload_with_a_broken_configuration_keeps_the_old_one_and_says_why(self):
        daemon = self.begin()
        console = self.console()
        before = len(daemon.err.all())
        self.home.config.write_text(self.home.config.read_text() + "\n[pol]\n")
        self.reload(daemon)
        self.assertIsNotNone(daemon.err.wait_for_match(r"tocsin\.toml:\d+:\d+.*pol", after=before))
        self.assertTrue(self.alert_on(console, 1))

    def test_a_reload_names_the_settings_that_need_a_restart(self):
        daemon = self.begin()
        changed = self.home.config.read_text() + '\n[story]\nwindow = "24h"\n'
        self.home.config.write_text(changed)
        self.reload(daemon)
        told = daemon.err.wait_for_match(r"only a restart.*sections=story")
        self.assertIsNotNone(told, daemon.err.text())

    def test_a_reload_takes_up_a_feed_added_to_the_list(self):
        daemon = self.begin()
        self.server.add_feed("second", "Second", "atom")
        self.home.feeds.write_text(self.server.opml())
        self.reload(daemon)
        self.assertTrue(self.server.wait_for_polls("/feeds/second", 1))

    def test_it_feeds_the_watchdog_at_least_twice_a_period(self):
        period = 1.0
        self.begin(WATCHDOG_USEC=str(int(period * 1e6)))
        self.assertTrue(self.notify.wait_for(lambda lines: lines.count("WATCHDOG=1") >= 5))
        times = [when for when, lines in self.notify.all() if "WATCHDOG=1" in lines]
        self.assertLess(max(b - a for a, b in zip(times, times[1:])), period)

    def test_stopping_waits_for_nothing_that_hangs(self):
        from support.feed_server import slow_drip
        url = self.server.add_endpoint("/drip", slow_drip(self.server, b"x" * 1000, 0.2))
        self.home.feeds.write_text(self.server.opml([("drip", "Drip", url)]))
        daemon = self.begin()
        began = time.monotonic()
        self.assertEqual(0, daemon.terminate())
        self.assertLess(time.monotonic() - began, 10)

    def test_what_is_committed_when_it_is_told_to_stop_is_in_the_log(self):
        daemon = self.begin()
        console = self.console()
        self.assertTrue(self.alert_on(console, 1))
        self.assertEqual(0, daemon.terminate())
        self.assertEqual([("ok",)], self.home.rows("PRAGMA integrity_check"))
        self.assertEqual([(1,)], self.home.rows("SELECT count(*) FROM alert"))


if __name__ == "__main__":
    unittest.main()
