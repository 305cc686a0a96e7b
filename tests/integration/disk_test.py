# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, and one that is read-only: the daemon says so, keeps what it has, and goes on
by itself. Needs a small file system of its own, and so root; told loudly where it cannot run."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Home, eventually
from support.feed_server import FeedServer
from support.words import fire_report

SIZE = 8 << 20
# A daemon whose store takes nothing asks one feed a minute.
RESUMES_WITHIN = 150


class Disk(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(self.home.state)],
            capture_output=True, check=False)
        if mounted.returncode != 0:
            why = mounted.stderr.decode().strip()
            print(f"disk test: NOT RUN, no file system may be mounted: {why}", flush=True)
            self.skipTest(why)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.home.state)], check=False)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "json")
        self.home.feeds.write_text(self.server.opml())
        self.reports = 0

    def report(self, count):
        for _ in range(count):
            self.feed.add(*fire_report(self.reports))
            self.reports += 1

    def alerts(self):
        return self.home.rows("SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'")[0][0]

    def fill(self):
        """Takes every block that is left."""
        filler = self.home.state / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                pass
        return filler

    def status(self):
        code, out, _ = self.home.tocsin("status", "--json", "--runtime", self.home.runtime)
        return code, out

    def test_a_full_disk_is_told_and_loses_nothing(self):
        daemon = self.home.daemon()
        self.assertTrue(eventually(lambda: self.home.rows(
            "SELECT count(*) FROM feed_state WHERE baselined = 1")[0][0] == 1))
        self.report(2)
        self.assertTrue(eventually(lambda: self.alerts() == 2))
        filler = self.fill()
        # Enough that it does not fit into what the write-ahead log has reserved already.
        self.report(150)
        self.assertTrue(daemon.err.wait_for_match("cannot store.*disk is full", 60),
                        daemon.err.text())
        code, status = self.status()
        self.assertEqual(1, code)
        self.assertIn('"degraded"', status)
        self.assertEqual(self.alerts(), 2)

        filler.unlink()
        self.assertTrue(daemon.err.wait_for_match("storing again", RESUMES_WITHIN),
                        daemon.err.text())
        self.assertTrue(eventually(lambda: self.alerts() == 152, RESUMES_WITHIN))
        code, status = self.status()
        self.assertEqual(0, code)
        self.assertIn('"state":"ok"', status)
        self.assertEqual(daemon.terminate(), 0)
        where = ["--config", self.home.config, "--state", self.home.state]
        self.assertEqual(self.home.tocsin("audit", *where)[0], 0)
        self.assertEqual(self.home.tocsin("db", "check", *where)[0], 0)

    def test_a_read_only_disk_is_told_at_the_start(self):
        self.home.daemon().terminate()
        subprocess.run(["mount", "-o", "remount,ro", str(self.home.state)], check=True)
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready)
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("Read-only file system", daemon.err.text())
        subprocess.run(["mount", "-o", "remount,rw", str(self.home.state)], check=True)
        self.assertEqual(self.home.daemon().terminate(), 0)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("disk test: NOT RUN, it needs root to mount a file system", flush=True)
    unittest.main()
