# SPDX-License-Identifier: Apache-2.0
"""scripts/demo does what the README promises, and leaves nothing behind."""

import os
import pathlib
import re
import signal
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import BUILD, ROOT, Process

DEMO = ROOT / "scripts" / "demo"


def processes_naming(text):
    """Processes with `text` in their command line."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tocsin-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *options):
        demo = Process([DEMO, "--no-build", "--build-dir", BUILD, *options],
                       env={**os.environ, "TMPDIR": str(self.folder)})
        self.addCleanup(demo.kill)
        return demo

    def page_of(self, demo):
        """What a browser finds at the address that the demo tells."""
        line = demo.err.wait_for_match(r"the wall: http://127\.0\.0\.1:\d+/ in a browser")
        self.assertIsNotNone(line, demo.err.text())
        with urllib.request.urlopen(re.search(r"http:\S+", line).group(), timeout=30) as reply:
            return reply.read().decode()

    def assert_nothing_is_left(self):
        self.assertEqual([], processes_naming(str(self.folder)))
        self.assertEqual([], list(self.folder.iterdir()))

    def test_it_shows_alerts_for_all_five_documents_and_ends(self):
        demo = self.start("--interval", "0.5")
        self.assertEqual(0, demo.wait(60), demo.err.text())
        progress = demo.err.text()
        self.assertIn("baseline taken", progress)
        self.assertEqual(["1", "2", "3", "4", "5"], re.findall(r"releasing (\d)/5 as", progress))
        self.assertRegex(progress, r"5 of 5 documents raised \d+ alerts")
        self.assertIn("fighters", demo.out.text())
        self.assert_nothing_is_left()

    def test_an_interrupt_leaves_nothing_behind(self):
        demo = self.start("--keep-running")
        self.assertIsNotNone(demo.err.wait_for_match("releasing 1/5"))
        self.assertIn("<title>Tocsin wall</title>", self.page_of(demo))
        demo.signal(signal.SIGINT)
        self.assertEqual(130, demo.wait(), demo.err.text())
        self.assert_nothing_is_left()

    def test_it_says_so_when_there_is_nothing_to_run(self):
        demo = Process([DEMO, "--no-build", "--build-dir", self.folder],
                       env={**os.environ, "TMPDIR": str(self.folder)})
        self.assertEqual(1, demo.wait())
        self.assertIn("no programs in", demo.err.text())
        self.assert_nothing_is_left()


if __name__ == "__main__":
    unittest.main()
