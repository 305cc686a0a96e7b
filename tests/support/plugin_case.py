# SPDX-License-Identifier: Apache-2.0
"""A daemon with a feed, and plugins that carry its alerts elsewhere."""

import json
import os
import unittest

from support.daemon import BUILD, ROOT, Home, eventually
from support.feed_server import FeedServer
from support.words import fire_report

# What a web server may say: markup, escape sequences, line ends, formulas, what turns text around.
HOSTILE = ('<script>alert(1)</script> "\'`$(reboot)` ; \x1b[31m <!channel> @everyone =1+1 '
           "\u202edesrever\u2069 ]]>&amp;&lt; -- ")


def hostile_report(number, size=64 * 1024):
    """(title, text) of an item that alerts and holds every nasty thing, many times over. Each sentence has evidence, so that
    the alert is as large as alerts become."""
    title = f"Harbour fire {number} {HOSTILE}"
    sentence = f"The harbour fire number {number} at the quay was {HOSTILE} put out. "
    return title, sentence * (size // len(sentence))


class OutletTest(unittest.TestCase):
    seed = 0

    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feed = self.server.add_feed("wire", "Wire", "json")
        self.home.feeds.write_text(self.server.opml())
        self.reports = 0

    def begin(self):
        polls = len(self.server.requests("/feeds/wire")) + 2
        daemon = self.home.daemon()
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", polls), daemon.err.text())
        return daemon

    def plugin(self, kind, name, *options, env=None, wrapper=()):
        """Starts the plugin `kind` under the durable name `name`."""
        common = ["--runtime", self.home.runtime, "--name", name, *options]
        environment = dict(os.environ, **(env or {}))
        script = ROOT / "plugins" / kind / "main.py"
        if script.exists():
            environment |= {"PYTHONPATH": str(ROOT / "plugins" / "sdk" / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
            return self.home.start([*wrapper, "/usr/bin/python3", script, *common], env=environment)
        return self.home.start([*wrapper, BUILD / "plugins" / kind / f"tocsin-{kind}", *common], env=environment)

    def known(self, plugin, name):
        """Waits until the daemon knows the name: what comes from then on reaches it."""
        sql = "SELECT count(*) FROM subscriber WHERE name = ?"
        is_known = lambda: self.home.rows(sql, name) == [(1,)]
        self.assertTrue(eventually(lambda: is_known() or not plugin.is_running()) and is_known(), plugin.err.text())

    def report(self, count=1):
        for _ in range(count):
            self.feed.add(*fire_report(self.reports, self.seed))
            self.reports += 1

    def acknowledged(self, name):
        rows = self.home.rows("SELECT acknowledged FROM subscriber WHERE name = ?", name)
        return rows[0][0] if rows else 0

    def subscriber(self, name):
        """What `tocsin subscribers` tells of it."""
        out = self.verb("subscribers", "--json")
        return next((one for one in map(json.loads, out.splitlines()) if one.get("name") == name), {})

    def dead_letters(self):
        return [json.loads(line) for line in self.verb("dead-letter", "list", "--json").splitlines()]

    def verb(self, *words):
        code, out, err = self.home.tocsin(*words, "--config", self.home.config, "--state", self.home.state,
                                          "--runtime", self.home.runtime)
        self.assertEqual(0, code, err)
        return out

    def recorded(self, count):
        """The alerts of the log once there are so many, the newest first, one line each."""
        self.assertTrue(eventually(lambda: len(self.verb("alert", "list", "--json").splitlines()) >= count))
        return self.verb("alert", "list", "--json")
