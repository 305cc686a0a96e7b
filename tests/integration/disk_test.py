# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, and one that is read-only: the daemon says so, keeps what it has, and goes on
by itself."""

import http.client
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import BUILD, TOCSIN, Home, alerts_of, eventually
from support.feed_server import FeedServer
from support.words import fire_report

SIZE = 8 << 20
# A daemon whose store takes nothing asks one feed a minute.
RESUMES_WITHIN = 150


class DiskTest(unittest.TestCase):
    def set_up_home(self):
        self.home = Home()
        self.addCleanup(self.home.close)

    def set_up_feed(self):
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "json")
        self.home.feeds.write_text(self.server.opml())
        self.reports = 0

    def wait_for_baseline(self):
        self.assertTrue(eventually(lambda: self.home.rows(
            "SELECT count(*) FROM feed_state WHERE baselined = 1")[0][0] == 1))

    def report(self, count):
        for _ in range(count):
            self.feed.add(*fire_report(self.reports))
            self.reports += 1

    def alerts(self):
        return self.home.rows("SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'")[0][0]

    def status(self):
        code, out, _ = self.home.tocsin("status", "--json", "--runtime", self.home.runtime)
        return code, out

    def assert_books_balance(self):
        where = ["--config", self.home.config, "--state", self.home.state]
        self.assertEqual(self.home.tocsin("audit", *where)[0], 0)
        self.assertEqual(self.home.tocsin("db", "check", *where)[0], 0)


class SmallDisk(DiskTest):
    """Needs root to mount one; told loudly where it cannot run."""

    def setUp(self):
        self.set_up_home()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(self.home.state)],
            capture_output=True, check=False)
        if mounted.returncode != 0:
            why = mounted.stderr.decode().strip()
            print(f"disk test: NOT RUN, no file system may be mounted: {why}", flush=True)
            self.skipTest(why)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.home.state)], check=False)
        self.set_up_feed()

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

    def test_a_full_disk_is_told_and_loses_nothing(self):
        daemon = self.home.daemon()
        self.wait_for_baseline()
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
        self.assert_books_balance()

    def test_a_read_only_disk_is_told_at_the_start(self):
        self.home.daemon().terminate()
        subprocess.run(["mount", "-o", "remount,ro", str(self.home.state)], check=True)
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready)
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("Read-only file system", daemon.err.text())
        subprocess.run(["mount", "-o", "remount,rw", str(self.home.state)], check=True)
        self.assertEqual(self.home.daemon().terminate(), 0)


class DiskThatTurnsReadOnly(DiskTest):
    """Under the running daemon. Kernels remount nothing that has files open for writing, and give
    nothing back after an error, so the calls fail in a library that is preloaded into the daemon."""

    def setUp(self):
        self.set_up_home()
        self.set_up_feed()
        self.marker = self.home.path / "read-only"
        self.env = {**os.environ, "LD_PRELOAD": preloaded(),
                    "TOCSIN_TEST_READ_ONLY_FOLDER": str(self.home.state),
                    "TOCSIN_TEST_READ_ONLY_WHILE": str(self.marker)}

    def received(self):
        return [alert["data"]["item"]["title"] for alert in alerts_of(self.console.out.all())]

    def health(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/readyz")
        code = connection.getresponse().status
        connection.close()
        return code

    def test_it_is_told_and_everything_arrives_once_afterwards(self):
        with self.home.config.open("a") as config:
            config.write('[web]\nlisten = "127.0.0.1:0"\n')
        daemon, ready = self.home.start_daemon(env=self.env)
        self.assertIsNotNone(ready, daemon.err.text())
        port = ready["health_port"]
        self.wait_for_baseline()
        self.console = self.home.console("desk")
        known = "SELECT count(*) FROM subscriber WHERE name = 'desk'"
        self.assertTrue(eventually(lambda: self.home.rows(known)[0][0] == 1))
        self.report(2)
        self.assertTrue(eventually(lambda: len(self.received()) == 2), daemon.err.text())
        self.assertEqual(self.health(port), 200)

        self.marker.touch()
        begun = time.monotonic()
        polls = len(self.server.requests("/feeds/wire"))
        self.report(5)
        self.assertTrue(daemon.err.wait_for_match("cannot store.*it is read-only", 60),
                        daemon.err.text())
        self.assertIn('"degraded"', self.status()[1])
        self.assertEqual(self.health(port), 503)
        # It is asked once more, and its subscriber's last words cannot be stored either.
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", polls + 2, RESUMES_WITHIN))
        self.assertEqual(self.alerts(), 2)
        self.assertEqual(len(self.received()), 2)
        told = [line for line in daemon.err.all() if "cannot store;" in line]
        failed = len(self.server.requests("/feeds/wire")) - polls
        self.assertLessEqual(failed, 3 + (time.monotonic() - begun) / 60)
        self.assertLessEqual(len(told), failed)
        self.assertTrue(daemon.is_running())

        self.marker.unlink()
        self.assertTrue(daemon.err.wait_for_match("storing again", RESUMES_WITHIN),
                        daemon.err.text())
        self.assertTrue(eventually(lambda: len(self.received()) >= 7), daemon.err.text())
        self.assertIn('"state":"ok"', self.status()[1])
        self.assertEqual(self.health(port), 200)
        self.assertEqual(self.console.terminate(), 0)
        self.assertEqual(daemon.terminate(), 0)
        self.assertEqual(sorted(self.received()), sorted(item.title for item in self.feed.items()))
        self.assertEqual(self.alerts(), 7)
        self.assert_books_balance()


def preloaded():
    """What LD_PRELOAD is to be: a sanitizer's runtime, if the daemon has one, must come first."""
    libraries = subprocess.run(["ldd", TOCSIN], capture_output=True, check=True, text=True).stdout
    runtimes = re.findall(r"lib[at]san\S* => (\S+)", libraries)
    return " ".join([*runtimes, str(BUILD / "tests" / "integration" / "read_only_disk.so")])


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("disk test: NOT RUN, it needs root to mount a file system", flush=True)
    unittest.main()
