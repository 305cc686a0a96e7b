# SPDX-License-Identifier: Apache-2.0
"""Reloading while items flow: nothing is lost, nothing is kept, and each alert names its rule."""

import json
import os
import pathlib
import signal
import sys
import threading
import unittest

import zmq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import TOPIC, Home, alerts_of, eventually
from support.feed_server import FeedServer
from support.words import fire_report

FEED = "/feeds/wire"
# TOCSIN_RELOADS=1000 for the long run.
RELOADS = int(os.environ.get("TOCSIN_RELOADS", "60"))


class Asker:
    """Asks the daemon over its control socket: a program started for each of a thousand requests
    would be most of the test."""

    def __init__(self, runtime):
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.rcvtimeo = 60000
        self._socket.connect(f"ipc://{runtime}/ctl.sock")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._context.destroy(linger=0)

    def ask(self, verb):
        self._socket.send_multipart([b"", b"TCS1", b"ADMIN", json.dumps({"verb": verb}).encode()])
        return json.loads(self._socket.recv_multipart()[3])["reply"]


class Reload(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())
        self.topic = self.home.topics / "harbour-fires.toml"

    def reload(self, code=0):
        done = self.home.tocsin("reload", "--config", self.home.config, "--runtime",
                                self.home.runtime, timeout=120)
        self.assertEqual(code, done[0], done)
        return done[1] if code == 0 else done[2]

    def write_version(self, version):
        self.topic.write_text(TOPIC.replace("version = 1", f"version = {version}"))

    def begin(self):
        daemon = self.home.daemon()
        self.assertTrue(self.server.wait_for_polls(FEED, 2))
        return daemon

    def test_the_verb_tells_what_changed(self):
        self.begin()
        self.assertIn("0 topics added, 0 removed, 0 changed, 1 as before", self.reload())
        self.write_version(2)
        (self.home.topics / "more.toml").write_text(
            TOPIC.replace("harbour-fires", "more").replace("stable", "experimental"))
        out = self.reload()
        self.assertRegex(out, r"\+ more  version 1  [0-9a-f]{16}\n")
        self.assertRegex(out, r"\* harbour-fires  version 2  \S+  \(was version 1  [0-9a-f]{16}\)\n")
        (self.home.topics / "more.toml").unlink()
        self.assertRegex(self.reload(), r"- more  version 1 ")

    def test_with_mistakes_the_old_set_stays_and_the_verb_tells_each_of_them(self):
        daemon = self.begin()
        digest = self.home.status()["rules"]["digest"]
        self.topic.write_text(TOPIC.replace("severity = 3", "severity = 30\ncolour = 1"))
        err = self.reload(code=78)
        self.assertIn("harbour-fires.toml:8:12: error: ", err)
        self.assertIn("unknown key 'colour'", err)
        self.assertTrue(err.endswith("tocsin: reload refused; the old configuration stays\n"), err)
        self.assertEqual(digest, self.home.status()["rules"]["digest"])
        self.assertTrue(daemon.err.wait_for_match("reload refused"))
        summary = eventually(lambda: self.home.rows(
            "SELECT payload FROM alert WHERE frame LIKE 'ops/daemon.reload/%'"))
        self.assertIn("A reload was refused", summary[0][0])

    def test_a_failing_test_refuses_the_reload(self):
        self.begin()
        self.topic.write_text(TOPIC.replace("threshold = 0.2", "threshold = 5.0"))
        err = self.reload(code=1)
        self.assertIn('test "a fire" of topic harbour-fires fails: expected an alert', err)

    def test_without_a_daemon_it_exits_69(self):
        self.assertIn("no daemon", self.reload(code=69))

    def test_alerts_name_the_version_and_digest_that_matched(self):
        self.begin()
        console = self.home.console("desk")
        for version in (1, 2):
            self.write_version(version)
            self.reload()
            self.feed.add(*fire_report(version))
            self.assertTrue(console.out.wait_for_count(version))
        told = [alert["data"]["match"] for alert in alerts_of(console.out.all())]
        self.assertEqual([1, 2], [match["rule_version"] for match in told])
        self.assertEqual(2, len({match["rule_digest"] for match in told}))

    def test_many_reloads_while_items_flow_lose_nothing_and_keep_nothing(self):
        daemon = self.begin()
        console = self.home.console("desk")
        added = []
        stop = threading.Event()

        def write_items():
            while not stop.wait(0.05):
                added.append(fire_report(len(added))[0])
                self.feed.add(*fire_report(len(added) - 1))

        writer = threading.Thread(target=write_items)
        writer.start()
        with Asker(self.home.runtime) as asker:
            for number in range(RELOADS):
                self.write_version(number + 2)
                self.assertTrue(asker.ask("reload").get("reloaded"))
                if number % 7 == 0:
                    daemon.signal(signal.SIGHUP)
                if number % (RELOADS // 4) == 0:  # a fast machine is through before the next poll
                    self.assertTrue(console.out.wait_for_count(len(console.out.all()) + 1, 60))
        stop.set()
        writer.join()
        self.assertTrue(console.out.wait_for_count(len(added), 120))
        alerts = alerts_of(console.out.all())
        self.assertEqual(sorted(added), sorted(alert["data"]["item"]["title"] for alert in alerts))
        digests = {}
        for alert in alerts:
            match = alert["data"]["match"]
            self.assertEqual(match["rule_digest"],
                             digests.setdefault(match["rule_version"], match["rule_digest"]))
        self.assertGreater(len(digests), 1)
        rules = self.home.status()["rules"]
        self.assertEqual(1, rules["sets"], "old rule sets are gone")
        self.assertGreaterEqual(rules["reloads"], RELOADS)
        self.assertEqual(0, daemon.terminate(), daemon.err.text())  # LeakSanitizer has its say


if __name__ == "__main__":
    unittest.main()
