# SPDX-License-Identifier: Apache-2.0
"""The plugin that publishes alerts as feeds: what it writes is read back by `tocsin parse` and by a second daemon."""

import json
import pathlib
import resource
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Home, eventually
from support.feed_server import respond
from support.outlet import Outlet

FILES = ("alerts.json", "alerts.atom", "topics/harbour-fires.json", "topics/harbour-fires.atom")


class FeedPlugin(Outlet):
    def setUp(self):
        super().setUp()
        self.folder = self.home.path / "public"
        self.folder.mkdir()

    def start(self, *options, wrapper=()):
        return self.plugin("feed", "feeds", f"--folder={self.folder}", "--interval=100ms", *options, wrapper=wrapper)

    def parsed(self, name):
        code, out, err = self.home.tocsin("parse", "--json", self.folder / name)
        self.assertEqual(0, code, err)
        return json.loads(out)

    def holds(self, name, count):
        return (self.folder / name).exists() and len(self.parsed(name)["items"]) == count

    def wait_for_items(self, plugin, count, names=FILES):
        for name in names:
            self.assertTrue(eventually(lambda: self.holds(name, count)), f"{name}\n{plugin.err.text()}")

    def alerts(self):
        """Those of the log, newest first."""
        return self.verb("alert", "list")

    def test_what_is_published_is_read_back_the_same(self):
        self.begin()
        plugin = self.start("--url=https://news.example/alerts")
        self.report(3)
        self.wait_for_items(plugin, 3)
        alerts = self.alerts()
        expected = [("urn:tocsin:alert:" + one["id"], one["data"]["item"]["title"], one["data"]["item"]["url"],
                     one["data"]["times"]["published"]) for one in alerts]
        for name in FILES:
            parsed = self.parsed(name)
            read = [(one["id"], one["title"], one["link"], one["published"]) for one in parsed["items"]]
            self.assertEqual(sorted(expected), sorted(read), name)
            self.assertEqual([], parsed.get("warnings", []), name)
            self.assertIn(f"https://news.example/alerts/{name}", (self.folder / name).read_text())
        self.wait_acknowledged("feeds", 3)

    def test_a_second_daemon_subscribes(self):
        self.begin()
        plugin = self.start()
        self.report()
        self.wait_for_items(plugin, 1)
        path = "/public/alerts.json"
        url = self.server.add_endpoint(
            path, lambda handler: respond(handler, 200, (self.folder / "alerts.json").read_bytes(),
                                          "application/feed+json"))
        other = Home()
        self.addCleanup(other.close)
        other.feeds.write_text(self.server.opml([("alerts", "Alerts", url)]))
        other.daemon()
        self.assertTrue(self.server.wait_for_polls(path, 2))  # the first sight is the baseline
        self.report()
        sql = "SELECT count(*) FROM alert WHERE frame LIKE 'alert/%'"
        self.assertTrue(eventually(lambda: other.rows(sql) == [(1,)]), plugin.err.text())

    def test_hostile_text_is_text(self):
        self.begin()
        plugin = self.start()
        self.report_hostile()
        self.wait_for_items(plugin, 1)
        title = self.alerts()[0]["data"]["item"]["title"]
        for name in FILES:
            self.assertEqual(title, self.parsed(name)["items"][0]["title"])
        root = xml.etree.ElementTree.parse(self.folder / "alerts.atom").getroot()
        self.assertEqual(1, len(root.findall("{http://www.w3.org/2005/Atom}entry")))

    def test_the_files_are_made_anew_from_the_log(self):
        self.begin()
        plugin = self.start()
        self.report(3)
        self.wait_for_items(plugin, 3)
        self.wait_acknowledged("feeds", 3)
        before = {name: (self.folder / name).read_bytes() for name in FILES}
        plugin.kill()
        (self.folder / "alerts.json").unlink()
        (self.folder / "alerts.atom").write_text("half a fi")
        self.start()
        self.assertTrue(eventually(
            lambda: all((self.folder / name).exists() and (self.folder / name).read_bytes() == before[name]
                        for name in FILES)))

    def test_what_came_while_it_was_away_is_there_after_the_start(self):
        self.begin()
        plugin = self.start()
        self.report()
        self.wait_for_items(plugin, 1)
        self.assertEqual(0, plugin.terminate())
        self.report(2)
        self.assertTrue(eventually(lambda: len(self.alerts()) == 3))
        self.wait_for_items(self.start(), 3)

    def test_a_folder_that_was_put_in_the_place_of_the_old_one_gets_every_file(self):
        self.begin()
        plugin = self.start()
        self.report()
        self.wait_for_items(plugin, 1)
        self.folder.rename(self.folder.with_name("old"))
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match(r"public: No such file or directory"))
        self.folder.mkdir()
        self.wait_for_items(plugin, 2)
        self.wait_acknowledged("feeds", 2)

    def test_a_folder_that_cannot_be_written_to_holds_the_cursor_until_it_can(self):
        self.begin()
        plugin = self.start()
        self.report()
        self.wait_for_items(plugin, 1)
        self.wait_acknowledged("feeds", 1)
        # Nothing can take its name: also where the tests are root, who may write to everything.
        (self.folder / "alerts.atom").unlink()
        (self.folder / "alerts.atom" / "x").mkdir(parents=True)
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match(r"alerts\.atom: "))
        self.assertTrue(eventually(lambda: "alerts.atom" in self.last_error("feeds")))
        self.assertEqual(1, self.acknowledged("feeds"))
        (self.folder / "alerts.atom" / "x").rmdir()
        (self.folder / "alerts.atom").rmdir()
        self.wait_for_items(plugin, 2)
        self.wait_acknowledged("feeds", 2)
        self.assertEqual(1, sum("alerts.atom: " in line and "again" not in line for line in plugin.err.all()))
        self.assertIsNotNone(plugin.err.wait_for_match("works again"))

    def test_a_full_disk_leaves_the_old_files_and_holds_the_cursor(self):
        self.begin()
        limited = ["/bin/sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"]
        plugin = self.start(wrapper=limited)
        self.report()
        self.wait_for_items(plugin, 1)
        before = (self.folder / "alerts.json").read_bytes()
        unlimited = resource.prlimit(plugin.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(plugin.pid, resource.RLIMIT_FSIZE, (len(before), unlimited[1]))
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match(r"public/alerts\.\w+: File too large"))
        self.assertEqual(before, (self.folder / "alerts.json").read_bytes())
        self.assertEqual([], [name for name in self.folder.iterdir() if name.name.endswith(".new")])
        resource.prlimit(plugin.pid, resource.RLIMIT_FSIZE, unlimited)
        self.wait_for_items(plugin, 2)

    def test_what_is_configured_wrong_is_one_line_and_64(self):
        self.assertIn("/nonexistent: No such file or directory", self.refused("feed", "--folder=/nonexistent", code=1))
        for words, why in (([f"--folder={self.folder}", "--url=ftp://x"], "--url: URL is neither http nor https"),
                           ([f"--folder={self.folder}", "--items=0"], "--items must be at least 1"),
                           ([], "--folder is missing")):
            self.assertIn(why, self.refused("feed", *words))

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        said = self.mistakes("out", f'plugin = "feed"\n[options]\nfolder = "{self.folder}"\nurl = "news.example"\n')
        self.assertRegex(said, r"out\.toml:5:7: error: url: URL is neither http nor https")
        self.instance("out", 'plugin = "feed"\n[options]\nfolder = "/nonexistent"\n')
        self.assertRegex(self.refused_instance("out", code=1), r"^\S+out\.toml:4:10: error: folder: /nonexistent: No such file or directory$")

    def test_a_second_one_in_the_same_folder_is_refused(self):
        self.begin()
        self.start()
        self.assertIn("another plugin writes its feeds here", self.refused("feed", f"--folder={self.folder}", code=1))

    def test_a_dry_run_tells_what_would_be_added_and_writes_nothing(self):
        self.begin()
        self.report_hostile()
        said = self.dry_run("feed", 1, f"--folder={self.folder}")
        self.assertRegex(said, r'^would add "Harbour fire 1 .*" as urn:tocsin:alert:[0-9a-f]{32} to alerts\.json')
        self.assertEqual([], list(self.folder.iterdir()))


if __name__ == "__main__":
    unittest.main()
