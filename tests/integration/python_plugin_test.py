# SPDX-License-Identifier: Apache-2.0
"""Plugins on the Python library with the real daemon: catching up, stopping, and kill -9 of either side.

TOCSIN_KILL_ROUNDS and TOCSIN_KILL_SEED change the 12 rounds and the seed.
"""

import http.server
import os
import pathlib
import random
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import ROOT, alerts_of, eventually, sequence_of
from support.one_feed import OneFeed
from support.words import fire_report

SDK = ROOT / "plugins" / "sdk" / "python"
ARCHIVE = ROOT / "tests" / "plugins" / "python_archive" / "main.py"
EXAMPLE = SDK / "example" / "main.py"
ROUNDS = int(os.environ.get("TOCSIN_KILL_ROUNDS", "12"))
SEED = int(os.environ.get("TOCSIN_KILL_SEED", str(random.SystemRandom().randrange(10**6))))
LONGEST_LIFE = 2.0


class PythonPlugin(OneFeed):
    def setUp(self):
        super().setUp()
        self.output = self.home.path / "archive.jsonl"

    def begin(self):
        daemon = self.home.daemon()
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", len(self.server.requests("/feeds/wire")) + 2))
        return daemon

    def plugin(self, program, name, *more):
        environment = os.environ | {"PYTHONPATH": str(SDK), "PYTHONDONTWRITEBYTECODE": "1"}
        return self.home.start(["/usr/bin/python3", program, "--runtime", self.home.runtime, "--name", name, *more],
                               env=environment)

    def archive(self, *more):
        return self.plugin(ARCHIVE, "archive", f"--path={self.output}", *more)

    def report(self, count=1):
        for _ in range(count):
            self.feed.add(*fire_report(self.reports, SEED))
            self.reports += 1

    def known(self, name="archive"):
        sql = "SELECT count(*) FROM subscriber WHERE name = ?"
        self.assertTrue(eventually(lambda: self.home.rows(sql, name) == [(1,)]), f"{name} is not known")

    def written(self):
        if not self.output.exists():
            return []
        return [sequence_of(alert) for alert in alerts_of(self.output.read_text("utf-8", "replace").splitlines())]

    def acknowledged(self):
        rows = self.home.rows("SELECT acknowledged FROM subscriber WHERE name = 'archive'")
        return rows[0][0] if rows else 0

    def test_alerts_come_live_and_what_was_missed_comes_first(self):
        self.begin()
        first = self.archive()
        self.known()
        self.report()
        self.assertTrue(eventually(lambda: self.written() == [1]), first.err.text())
        self.assertEqual(0, first.terminate())
        self.assertEqual(1, self.acknowledged())
        self.report(2)
        self.assertTrue(eventually(lambda: self.home.rows("SELECT count(*) FROM alert") == [(3,)]))
        second = self.archive()
        self.assertTrue(eventually(lambda: len(self.written()) == 3), second.err.text())
        self.report()
        self.assertTrue(eventually(lambda: self.written() == [1, 2, 3, 4]), second.err.text())

    def test_a_second_one_of_a_name_leaves_unless_it_takes_over(self):
        self.begin()
        first = self.archive()
        self.known()
        self.assertEqual(75, self.archive().wait())
        self.assertTrue(first.is_running())
        second = self.archive("--takeover")
        self.assertEqual(75, first.wait())
        self.assertIn("taken-over", first.err.text())
        self.assertEqual(0, second.terminate())

    def test_it_waits_for_a_daemon_that_does_not_run(self):
        plugin = self.archive("--exit-after=1")
        self.begin()
        self.known()
        self.report()
        self.assertEqual(0, plugin.wait(), plugin.err.text())

    def test_the_example_tries_again_what_the_server_could_not_take(self):
        answers, posts = [503, 200, 404, 200], []

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posts.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(answers.pop(0))
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        receiver = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        self.begin()
        plugin = self.plugin(EXAMPLE, "push", f"--url=http://127.0.0.1:{receiver.server_port}/x", "--exit-after=2")
        self.known("push")
        self.report(3)
        self.assertEqual(0, plugin.wait(), plugin.err.text())
        self.assertEqual(posts[0], posts[1])
        self.assertEqual(3, len(set(posts)))
        self.assertIn("answered with 503", plugin.err.text())
        self.assertIn("given up: answered with 404", plugin.err.text())

    def test_kill_9_of_either_side_loses_nothing(self):
        print(f"python kill test: {ROUNDS} rounds, TOCSIN_KILL_SEED={SEED}", flush=True)
        daemon = self.begin()
        plugin = self.archive()
        self.known()
        rng = random.Random(SEED)
        stored = []  # (lines written before, acknowledged) at each start but the first
        for _ in range(ROUNDS):
            self.report(rng.randint(1, 4))
            time.sleep(rng.uniform(0, LONGEST_LIFE))  # the random moment is what is tested
            victims = rng.choice((["daemon"], ["plugin"], ["daemon", "plugin"], ["plugin", "daemon"]))
            for victim in victims:
                killed = daemon if victim == "daemon" else plugin
                self.assertEqual(-signal.SIGKILL, killed.kill(), killed.err.text())
            if "plugin" in victims:
                stored.append((len(self.written()), self.acknowledged()))
                plugin = self.archive()
            if "daemon" in victims:
                daemon = self.begin()
        count = "SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'"
        self.assertTrue(eventually(lambda: self.home.rows(count) == [(self.reports,)]))
        everything = set(range(1, self.reports + 1))
        self.assertTrue(eventually(lambda: set(self.written()) == everything), plugin.err.text())
        self.assertIsNotNone(plugin.err.wait_for_match("connected"), plugin.err.text())
        self.assertEqual(0, plugin.terminate())
        self.assertEqual(0, daemon.terminate())
        written = self.written()
        starts = [0, *(lines for lines, _ in stored), len(written)]
        for life, (begin, end) in enumerate(zip(starts, starts[1:])):
            self.assertEqual(sorted(set(written[begin:end])), written[begin:end], f"life {life}")
        for lines, acknowledged in stored:
            early = [seq for seq in written[lines:] if seq <= acknowledged]
            self.assertEqual([], early, "got what was acknowledged before")
        print(f"python kill test: {self.reports} alerts, {len(written)} delivered, none lost", flush=True)


if __name__ == "__main__":
    unittest.main()
