# SPDX-License-Identifier: Apache-2.0
"""For the plugins that send alerts elsewhere: a daemon with a feed, and the plugin as an instance of it."""

import json
import unittest

from support.daemon import BUILD, ROOT, TOCSIN, Home, eventually
from support.feed_server import FeedServer
from support.words import fire_report

# What somebody might put into a feed to do harm further on.
HOSTILE = ("Harbour fire <script>alert(1)</script><img src=x onerror=alert(1)> <!channel> <!here|x> <@U012AB3CD> "
           "@everyone @here @channel @all <at>Everybody</at> [click](javascript:alert(1)) ![x](http://evil.example/x) "
           "**bold** `code` ~~gone~~ ||hidden|| > quote <#C123> <https://evil.example|bank> :skull: =cmd|'/c calc'!A1 "
           "\x1b[2J\x1b]0;owned\x07 \u202eesrever\u202c \u2066x\u2069 \u200b\u200f $(reboot) `reboot` ; rm -rf / "
           "\r\nBcc: victim@evil.example\r\n\r\n. \r\n.\r\nQUIT\r\n")


class Outlet(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "json")
        self.home.feeds.write_text(self.server.opml())
        self.reports = 0

    def begin(self):
        daemon = self.home.daemon()
        polls = len(self.server.requests("/feeds/wire")) + 2
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", polls), daemon.err.text())
        return daemon

    def report(self, count=1):
        for _ in range(count):
            self.feed.add(*fire_report(self.reports))
            self.reports += 1

    def report_hostile(self):
        """An item of 64 KiB that would do harm wherever it can."""
        self.feed.add(HOSTILE, (HOSTILE + " A harbour fire at the quay. ") * (65536 // len(HOSTILE)),
                      author=HOSTILE)
        self.reports += 1

    def program(self, plugin, name, *options):
        """The plugin with a durable name; it is known to the daemon when this returns."""
        process = self.start(plugin, name, *options)
        self.assertIsNotNone(process.err.wait_for_match("connected: name="), process.err.text())
        return process

    def start(self, plugin, name, *options):
        return self.home.start([BUILD / "plugins" / plugin / f"tocsin-{plugin}", "--runtime", self.home.runtime,
                                "--name", name, *options])

    def secret(self, name, text):
        """The path of a file with a secret, closed to others."""
        path = self.home.path / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def instance(self, name, text):
        path = self.home.path / "plugins.d" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("format = 1\n" + text)

    def run_instance(self, name):
        return self.home.start([TOCSIN, "plugin", "run", name, "--config", self.home.config,
                                "--runtime", self.home.runtime])

    def check(self, plugin, *options):
        """What the plugin says that it would do with two recorded alerts."""
        code, out, err = self.home.tocsin("plugin", "check", ROOT / "plugins" / plugin, "--json",
                                          "--config", self.home.config, "--", *options)
        self.assertEqual(0, code, out + err)
        return json.loads(out)["output"]

    def refused(self, plugin, *options):
        """The one line with which the plugin refuses its options."""
        process = self.start(plugin, "refused", *options)
        self.assertEqual(64, process.wait(), process.err.text())
        self.assertEqual(1, len(process.err.all()), process.err.text())
        return process.err.text()

    def verb(self, *words):
        code, out, err = self.home.tocsin(*words, "--json", "--config", self.home.config,
                                          "--state", self.home.state, "--runtime", self.home.runtime)
        self.assertEqual(0, code, err)
        return [json.loads(line) for line in out.splitlines()]

    def last_error(self, name):
        """What the plugin told the daemon of its trouble."""
        return next((one.get("last_error", "") for one in self.verb("subscribers") if one["name"] == name), "")

    def dead_letters(self, count=1):
        self.assertTrue(eventually(lambda: len(self.verb("dead-letter", "list")) >= count))
        return self.verb("dead-letter", "list")

    def acknowledged(self, name):
        rows = self.home.rows("SELECT acknowledged FROM subscriber WHERE name = ?", name)
        return rows[0][0] if rows else None

    def wait_acknowledged(self, name, seq):
        self.assertTrue(eventually(lambda: (self.acknowledged(name) or 0) >= seq), f"{name}: {seq} is not acknowledged")


