# SPDX-License-Identifier: Apache-2.0
"""Stories with the real binary: show, list, split and merge, against a daemon and without one."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import Home, alerts_of, eventually
from support.feed_server import FeedServer

FIRE = [
    ("Harbour fire in Velden", "A harbour fire destroyed the Marner warehouse in Velden on Monday, "
     "chief Ilse Brandt said. Two hundred tons of coffee burned on the quay."),
    ("Coffee burns at the quay", "Two hundred tons of coffee burned in Velden when a harbour fire "
     "took the Marner warehouse. Chief Ilse Brandt called in boats from the coast."),
    ("Boats fight harbour fire", "Boats from the coast fought a harbour fire at the Marner warehouse "
     "in Velden. The smell of coffee lay over the quay, Ilse Brandt said."),
]

TOPIC_WITH_CORRELATION = """

[correlation]
independent_sources = 3
within = "6h"
raise_severity = true
"""


class Story(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.feeds = [self.server.add_feed(name, name.title(), "rss")
                      for name in ("courier", "herald", "gazette")]
        self.home.feeds.write_text(self.server.opml())
        topic = self.home.topics / "harbour-fires.toml"
        topic.write_text(topic.read_text() + TOPIC_WITH_CORRELATION)

    def start(self):
        daemon = self.home.daemon()
        for feed in self.feeds:
            self.assertTrue(self.server.wait_for_polls("/feeds/" + feed.name, 2))
        return daemon

    def tell(self, number):
        """The outlet's report, once the daemon has placed it."""
        title, text = FIRE[number]
        feed = self.feeds[number]
        feed.add(title, text, link=f"https://{feed.name}.example/fire")
        placed = "SELECT count(*) FROM story_item"
        self.assertTrue(eventually(lambda: self.home.rows(placed)[0][0] == number + 1, 60))

    def story(self, *arguments):
        return self.home.tocsin("story", *arguments, "--config", self.home.config,
                                "--state", self.home.state, "--runtime", self.home.runtime)

    def shown(self, story):
        code, out, err = self.story("show", story, "--json")
        self.assertEqual((0, ""), (code, err))
        return json.loads(out)

    def test_three_sources_raise_the_severity_and_a_split_outlives_kill_9(self):
        daemon = self.start()
        console = self.home.console("desk")
        names = "SELECT count(*) FROM subscriber"
        self.assertTrue(eventually(lambda: self.home.rows(names)[0][0] == 1))
        for number in range(3):
            self.tell(number)
        self.assertTrue(console.out.wait_for_count(2))
        first, corroborated = alerts_of(console.out.all())
        self.assertEqual(3, first["data"]["alert"]["severity"])
        self.assertEqual(2, corroborated["data"]["alert"]["severity"])
        self.assertEqual("corroborated", corroborated["data"]["story"]["status"])
        self.assertEqual(3, corroborated["data"]["story"]["correlation"])

        story = first["data"]["story"]["id"]
        view = self.shown(first["id"])
        self.assertEqual(story, view["id"])
        self.assertEqual(["first", "corroborated", "corroborated"],
                         [m["status"] for m in view["members"]])
        self.assertIn("velden", view["members"][1]["shared"])
        self.assertIn("of the same event (cosine", view["members"][1]["why"])

        last = str(view["members"][2]["item"])
        code, out, err = self.story("split", story, last, "--reason", "another fire", "--json")
        self.assertEqual((0, ""), (code, err))
        apart = json.loads(out)["into"]
        daemon.kill()
        daemon = self.start()
        self.assertEqual([last], [str(m["item"]) for m in self.shown(apart)["members"]])
        self.assertEqual(2, self.shown(story)["items"])
        self.assertEqual("another fire", self.shown(story)["changes"][0]["reason"])

        code, out, err = self.story("merge", apart, "--into", story)
        self.assertEqual((0, f"1 items went from story {apart} to story {story}\n", ""),
                         (code, out, err))
        self.assertEqual(3, self.shown(apart)["items"], "a merged story leads to where it went")
        code, out, _ = self.story("list")
        self.assertEqual(0, code)
        self.assertIn("3 items, 3 outlets, 3 independent sources", out)
        self.assertIn(f"merged into {story}", out)
        self.assertEqual(0, daemon.terminate())

    def test_without_a_daemon_a_change_needs_offline(self):
        daemon = self.start()
        self.tell(0)
        self.tell(1)
        story = self.home.rows("SELECT story_id FROM story")[0][0]
        item = str(self.shown(story)["members"][1]["item"])
        self.assertEqual(1, self.story("split", story, item, "--offline")[0], "it is held")
        daemon.terminate()
        code, _, err = self.story("split", story, item)
        self.assertEqual(69, code)
        self.assertIn("ctl.sock", err)
        code, _, err = self.story("split", story, item, "--offline")
        self.assertEqual((0, ""), (code, err))
        self.assertEqual(1, self.shown(story)["items"])

    def test_mistakes_are_one_line(self):
        daemon = self.start()
        self.tell(0)
        story = self.home.rows("SELECT story_id FROM story")[0][0]
        for arguments, words in ((("show", "nothing"), "no story or alert 'nothing'"),
                                 (("split", story, "99"), "item 99 is not in the story"),
                                 (("merge", story, "--into", "gone"), "no story 'gone'")):
            code, out, err = self.story(*arguments)
            self.assertEqual((1, ""), (code, out))
            self.assertEqual(f"tocsin: {words}\n", err)
        self.assertEqual(0, daemon.terminate())


if __name__ == "__main__":
    unittest.main(verbosity=2)
