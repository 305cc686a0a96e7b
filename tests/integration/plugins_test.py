# SPDX-License-Identifier: Apache-2.0
"""The plugins that ship, with the real daemon: the archive, and plugins as children of the daemon."""

import json
import os
import pathlib
import random
import signal
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jsonschema

from alert.validate_ninjs import SCHEMA as NINJS
from support.daemon import BUILD, ROOT, TOCSIN, alerts_of, eventually, sequence_of
from support.one_feed import OneFeed
from support.outlet import Outlet

JSONL = BUILD / "plugins" / "jsonl" / "tocsin-jsonl"
ROUNDS = int(os.environ.get("TOCSIN_KILL_ROUNDS", "8"))
SEED = int(os.environ.get("TOCSIN_KILL_SEED", str(random.SystemRandom().randrange(10**6))))


class PluginTest(OneFeed):
    seed = SEED

    def setUp(self):
        super().setUp()
        self.folder = self.home.path / "archive"
        self.folder.mkdir()

    def archived(self):
        """The alerts of all files in the order of their names, the growing one last."""
        names = sorted(self.folder.glob("alerts-*.jsonl")) + [self.folder / "alerts.jsonl"]
        text = "".join(name.read_text("utf-8", "replace") for name in names if name.exists())
        return [sequence_of(alert) for alert in alerts_of(text.splitlines())]

    def instance(self, name, text):
        path = self.home.path / "plugins.d" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("format = 1\n" + text)


class Archive(PluginTest):
    def jsonl(self, *more):
        return self.home.start([JSONL, "--runtime", self.home.runtime, "--name", "archive",
                                f"--folder={self.folder}", *more])

    def test_every_alert_is_kept_once_whatever_is_killed(self):
        print(f"jsonl kill test: {ROUNDS} rounds, TOCSIN_KILL_SEED={SEED}", flush=True)
        daemon = self.begin()
        options = ("--max-size=8KiB", "--interval=500ms")
        plugin = self.jsonl(*options)
        self.wait_until_known("archive")
        rng = random.Random(SEED)
        for _ in range(ROUNDS):
            self.report(rng.randint(1, 4))
            time.sleep(rng.uniform(0, 2))  # the random moment is what is tested
            victims = rng.choice((["daemon"], ["plugin"], ["plugin"], ["plugin", "daemon"]))
            for victim in victims:
                killed = daemon if victim == "daemon" else plugin
                self.assertEqual(-signal.SIGKILL, killed.kill(), killed.err.text())
            if "plugin" in victims:
                if rng.random() < 0.5 and (self.folder / "alerts.jsonl").exists():
                    with (self.folder / "alerts.jsonl").open("ab") as file:
                        file.write(b'{"id":"cut sho')
                plugin = self.jsonl(*options)
            if "daemon" in victims:
                daemon = self.begin()
        everything = list(range(1, self.reports + 1))
        self.assertTrue(eventually(lambda: sorted(self.archived()) == everything),
                        f"{self.archived()}\n{plugin.err.text()}")
        self.assertIsNotNone(plugin.err.wait_for_match("connected"), plugin.err.text())
        self.assertEqual(0, plugin.terminate())
        self.assertEqual(0, daemon.terminate())
        self.assertEqual(everything, sorted(self.archived()))
        self.assertGreater(len(list(self.folder.glob("alerts-*.jsonl"))), 0, "no file was closed")

    def test_a_dry_run_reads_no_line_longer_than_an_alert(self):
        recorded = self.home.path / "recorded.jsonl"
        golden = json.dumps(json.loads((ROOT / "tests/golden/alerts/version-1/new.json").read_text()))
        for text, said in ((golden, ""), (golden + "\n", ""), ("\n" + golden + "\n\n", ""),
                           (golden + "\n" + "x" * 70000, ":2: longer than an alert may be"),
                           ("x" * 65536, ":1: ")):
            recorded.write_text(text)
            plugin = self.jsonl(f"--dry-run={recorded}")
            self.assertEqual(64 if said else 0, plugin.wait(), plugin.err.text())
            self.assertIn(said, plugin.err.text())
            self.assertEqual(0 if text.startswith("x") else 1, len(plugin.out.all()))

    def test_a_second_one_in_the_same_folder_is_refused(self):
        first = self.jsonl()
        self.assertTrue(eventually((self.folder / "alerts.jsonl").exists), first.err.text())
        second = self.jsonl()
        self.assertEqual(1, second.wait())  # the first may end: a service is started again
        self.assertIn("another archive writes here", second.err.text())


class Export(PluginTest):
    def test_the_tail_prints_alerts_as_items_of_the_news_standard(self):
        self.begin()
        tail = self.home.start([TOCSIN, "tail", "--format", "ninjs", "--count", "1", "--runtime", self.home.runtime])

        def printed():  # nothing tells when its subscription is live
            self.report()
            return tail.out.wait_for_count(1, timeout=1)

        self.assertTrue(eventually(printed), tail.err.text())
        self.assertEqual(0, tail.wait())
        item = json.loads(tail.out.all()[0])
        jsonschema.Draft202012Validator(NINJS).validate(item)
        self.assertEqual("tocsin-alert", item["profile"])
        self.assertIn("harbour fire", item["edNote"])


class Children(PluginTest):
    def test_plugins_run_as_children_and_are_drained_before_the_daemon_ends(self):
        self.instance("archive", f'plugin = "jsonl"\n[options]\nfolder = "{self.folder}"\ninterval = "5m"\n')
        self.instance("desk", 'plugin = "console"\n[options]\none-line = true\n')
        daemon = self.begin("--with", "desk,archive")
        for name in ("desk", "archive"):
            self.wait_until_known(name)
        self.report(3)
        self.assertTrue(daemon.out.wait_for_count(3), daemon.err.text())
        self.assertTrue(eventually(lambda: len(self.archived()) == 3))
        self.assertEqual(0, daemon.terminate(), daemon.err.text())
        self.assertEqual([1, 2, 3], self.archived())
        self.assertIsNotNone(daemon.err.wait_for_match(r"^\[archive\] tocsin-jsonl: connected: name=archive"))
        acknowledged = dict(self.home.rows("SELECT name, acknowledged FROM subscriber"))
        self.assertGreaterEqual(acknowledged["archive"], 3, "the archive was not drained")
        lines = daemon.err.all()
        stopped = [at for at, line in enumerate(lines) if "plugin stopped" in line]
        self.assertEqual(2, len(stopped))
        self.assertLess(max(stopped), next(at for at, line in enumerate(lines) if line.endswith("stopping")))

    def test_a_child_that_dies_is_started_again(self):
        daemon = self.begin("--with", "console")
        line = daemon.err.wait_for_match(r"plugin started.*plugin=console")
        self.wait_until_known("console")
        os.kill(int(line.split("pid=")[1].split()[0]), signal.SIGKILL)
        self.assertIsNotNone(daemon.err.wait_for_match(r"plugin failed and is started again.*status=137"))
        self.report()
        self.assertTrue(daemon.out.wait_for_match("ALERT"), daemon.err.text())
        self.assertEqual(0, daemon.terminate())

    def test_children_do_not_outlive_a_daemon_that_is_killed(self):
        daemon = self.begin("--with", "console")
        line = daemon.err.wait_for_match(r"plugin started.*plugin=console")
        self.wait_until_known("console")
        child = pathlib.Path("/proc", line.split("pid=")[1].split()[0])
        self.assertTrue(child.exists())
        daemon.kill()
        self.assertTrue(eventually(lambda: not child.exists()))

    def test_a_plugin_that_is_configured_wrong_keeps_the_daemon_from_starting(self):
        self.instance("archive", 'plugin = "jsonl"\n[options]\nfolder = 3\n')
        daemon = self.home.start([*self.home.run_command(), "--with", "archive"])
        self.assertEqual(78, daemon.wait())
        self.assertRegex(daemon.err.text(), r"plugins\.d/archive\.toml:4:10: error: 'folder' must be a text")

    def test_the_verb_starts_an_instance_of_plugins_d(self):
        self.begin()
        self.instance("desk", 'plugin = "console"\n[options]\njson = true\n')
        desk = self.home.start([TOCSIN, "plugin", "run", "desk", "--config", self.home.config,
                                "--runtime", self.home.runtime])
        self.wait_until_known("desk")
        self.report()
        self.assertTrue(desk.out.wait_for_count(1), desk.err.text())
        self.assertEqual(1, sequence_of(alerts_of(desk.out.all())[0]))
        self.assertEqual(0, desk.terminate())


class Hostile(Outlet):
    """64 KiB that would do harm wherever they can; those of the other plugins are in their own tests."""

    steering = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"

    def test_nothing_steers_the_terminal(self):
        self.begin()
        pages = self.plugin("console", "desk", "--color=never")
        lines = self.plugin("console", "line", "--one-line")
        self.report_hostile()
        for console in (pages, lines):
            self.assertTrue(console.out.wait_for_match("Harbour fire"), console.err.text())
            self.assertEqual(0, console.terminate())
            self.assertNotRegex(console.out.text(), self.steering)
        self.assertEqual(1, len(lines.out.all()))

    def test_the_archive_keeps_it_as_one_line(self):
        self.begin()
        folder = self.home.path / "archive"
        folder.mkdir()
        archive = self.plugin("jsonl", "archive", f"--folder={folder}")
        self.report_hostile()
        self.report()
        file = folder / "alerts.jsonl"
        self.assertTrue(eventually(lambda: file.exists() and len(file.read_bytes().splitlines()) == 2), archive.err.text())
        self.assertEqual([1, 2], [sequence_of(alert) for alert in alerts_of(file.read_text().split("\n")[:-1])])

    def test_the_wall_shows_it_as_text(self):
        self.begin()
        wall = self.start_plugin("wall", "", "--listen=127.0.0.1:0")
        line = wall.err.wait_for_match(r"wall: http://127\.0\.0\.1:\d+/")
        self.assertTrue(wall.err.wait_for_match("connected"), wall.err.text())
        self.report_hostile()

        def shown(path):
            with urllib.request.urlopen(line.split()[-1] + path, timeout=30) as reply:
                return reply.read().decode()

        self.assertTrue(eventually(lambda: json.loads(shown("alerts.json"))["cards"]))
        page = shown("")
        for markup in ("<script>alert", "<img", "href=\"javascript:", "<at>"):
            self.assertNotIn(markup, page)
        self.assertIn("&lt;script&gt;alert(1)", page)


class Mistakes(Outlet):
    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        said = self.mistakes("desk", 'plugin = "console"\n[options]\none-line = true\njson = true\n')
        self.assertRegex(said, r"desk\.toml:5:8: error: json: excludes one-line")
        self.instance("archive", 'plugin = "jsonl"\n[options]\nfolder = "/nonexistent"\n')
        self.assertRegex(self.refused_instance("archive", code=1), r"^\S+archive\.toml:4:10: error: folder: /nonexistent/\.lock: No such file")
        said = self.mistakes("page", 'plugin = "wall"\n[options]\nlisten = "0.0.0.0:8787"\n')
        self.assertRegex(said, r'page\.toml:4:10: error: listen: "0\.0\.0\.0:8787": others can reach this address')
        self.instance("desk", 'plugin = "console"\nconnect = "the daemon"\n')
        self.assertRegex(self.refused_instance("desk"), r"^\S+desk\.toml:3:11: error: connect: no daemon is at")

    def test_a_check_of_everything_finds_it_too(self):
        self.instance("desk", 'plugin = "webhok"\nfoo = 1\n')
        self.instance("bell", 'plugin = "exec"\n[options]\ncommand = "x"\n')
        code, out, err = self.home.tocsin("check", "--offline", "--config", self.home.config, "--state", self.home.state)
        self.assertEqual(78, code, out + err)
        self.assertRegex(err, r"plugins\.d/desk\.toml:3:1: error: unknown key 'foo'")
        self.assertRegex(err, r"plugins\.d/bell\.toml:4:11: error: 'command' takes a list of texts")

    def test_options_behind_the_dashes_have_no_place_in_the_file(self):
        secret = self.secret("key", "whsec_")
        self.instance("desk", f'plugin = "webhook"\n[options]\nurl = "http://x/"\nsecret = "{secret}"\n')
        code, out, err = self.home.tocsin("plugin", "check", "desk", "--config", self.home.config, "--", "--url=ftp://x/")
        self.assertEqual(78, code, out + err)
        self.assertIn("tocsin-webhook: --url: URL is neither http nor https", out)
        self.assertNotIn("desk.toml", out)


if __name__ == "__main__":
    unittest.main()
