# SPDX-License-Identifier: Apache-2.0
"""A subscriber's own cap with the real daemon: what is held is told by one summary, and a kill -9 loses none of it."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import ROOT, alerts_of, eventually
from support.outlet import Outlet

ARCHIVE = ROOT / "tests" / "plugins" / "python_archive" / "main.py"
COUNT = 12


class Capped:
    """What holds for both libraries. The first window lasts longer than any test, so that nothing depends on how fast it is."""

    def kept(self):
        path = self.home.path / "archive" / "alerts.jsonl"
        return alerts_of(path.read_text("utf-8", "replace").splitlines()) if path.exists() else []

    def singles(self):
        return [one["data"]["item"]["title"] for one in self.kept() if one["data"]["alert"]["kind"] == "new"]

    def summaries(self):
        return [one["data"] for one in self.kept() if one["data"]["alert"]["kind"] == "digest"]

    def told(self):
        """The titles of all alerts, as such or in a summary."""
        return self.singles() + [item["title"] for one in self.summaries() for item in one["digest"]["items"]]

    def held(self):
        return self.subscriber("desk").get("held")

    def wait_until_known(self, plugin):
        """What comes from then on reaches it."""
        self.assertTrue(eventually(self.is_known), plugin.err.text())

    def is_known(self):
        return self.home.rows("SELECT count(*) FROM subscriber WHERE name = 'desk'") == [(1,)]

    def begin_capped(self, *options):
        """A daemon with its first alerts: one came through, the rest is held."""
        (self.home.path / "archive").mkdir()
        daemon = self.begin()
        plugin = self.archive("--max-per-hour=1", *options)
        self.wait_until_known(plugin)
        self.report(COUNT)
        self.assertTrue(eventually(lambda: self.held() == COUNT - 1), plugin.err.text())
        return daemon, plugin

    def test_what_is_held_is_told_once_whatever_is_killed(self):
        daemon, plugin = self.begin_capped()
        self.assertEqual(1, len(self.kept()))
        self.assertTrue(eventually(lambda: self.acknowledged("desk") == 1))
        plugin.kill()
        plugin = self.archive("--max-per-hour=1")
        # It comes again from the log, and one of it has its turn in the new window.
        self.assertTrue(eventually(lambda: self.held() == COUNT - 2), plugin.err.text())
        self.assertEqual(2, len(self.kept()))
        self.assertTrue(eventually(lambda: self.acknowledged("desk") == 2))
        daemon.kill()
        self.home.daemon()
        self.assertTrue(eventually(lambda: self.held() == COUNT - 2), plugin.err.text())
        plugin.kill()
        plugin = self.archive("--max-per-hour=1", "--cap-window=5s")
        self.assertTrue(eventually(lambda: len(self.told()) == COUNT), plugin.err.text())
        self.assertTrue(eventually(lambda: self.acknowledged("desk") == COUNT), plugin.err.text())
        self.assertEqual(COUNT, len(set(self.told())))
        self.assertGreater(len(self.summaries()), 0)
        self.assertEqual(COUNT, len(self.singles()) + sum(one["digest"]["count"] for one in self.summaries()))
        self.assertEqual({"cap"}, {reason for one in self.summaries() for reason in one["digest"]["reasons"]})
        self.assertTrue(eventually(lambda: self.held() == 0))

    def test_a_plugin_that_is_told_to_stop_leaves_what_is_held_for_the_next(self):
        _, plugin = self.begin_capped()
        self.assertEqual(0, plugin.terminate())
        self.assertEqual(1, self.acknowledged("desk"))
        self.assertEqual([], self.summaries())
        plugin = self.archive()
        self.assertTrue(eventually(lambda: len(self.singles()) == COUNT), plugin.err.text())
        self.assertEqual(COUNT, len(set(self.singles())))

    def test_urgent_alerts_are_not_held(self):
        (self.home.path / "archive").mkdir()
        self.begin()
        plugin = self.archive("--max-per-hour=1", "--let-through=3")  # the topic's severity
        self.wait_until_known(plugin)
        self.report(COUNT)
        self.assertTrue(eventually(lambda: len(self.singles()) == COUNT), plugin.err.text())
        self.assertEqual(0, self.held())


class CppPlugin(Capped, Outlet):
    def archive(self, *more):
        return self.start_plugin("jsonl", "desk", f"--folder={self.home.path / 'archive'}", "--interval=100ms", *more)

    def test_an_instance_sets_it(self):
        (self.home.path / "archive").mkdir()
        instances = self.home.path / "plugins.d"
        instances.mkdir()
        (instances / "desk.toml").write_text(
            'format = 1\nplugin = "jsonl"\nmax_per_hour = 1\n[options]\n'
            f'folder = "{self.home.path / "archive"}"\ninterval = "100ms"\n')
        self.home.start([*self.home.run_command("--with", "desk")])
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))
        self.assertTrue(eventually(self.is_known))
        self.report(COUNT)
        self.assertTrue(eventually(lambda: self.held() == COUNT - 1))
        shown = self.home.tocsin("subscribers", "--config", self.home.config, "--state", self.home.state,
                                 "--runtime", self.home.runtime)
        self.assertIn(f"held {COUNT - 1}", shown[1], shown[2])


class PythonPlugin(Capped, Outlet):
    def archive(self, *more):
        environment = os.environ | {"PYTHONPATH": str(ROOT / "plugins/sdk/python"), "PYTHONDONTWRITEBYTECODE": "1"}
        return self.home.start(["/usr/bin/python3", ARCHIVE, "--runtime", self.home.runtime, "--name", "desk",
                                f"--path={self.home.path / 'archive' / 'alerts.jsonl'}", *more], env=environment)


if __name__ == "__main__":
    unittest.main()
