#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The verbs that look at single documents: parse, match, explain."""

import json
import unittest

from program import ProgramTest

FIRE = {"id": "a", "title": "Harbour fire", "text": "The harbour fire reached the quay."}
CALM = {"id": "b", "title": "Nothing", "text": "The sea was calm."}
QUAY = {"id": "c", "title": "A new quay", "text": "Ships moor there."}

RSS = b"""<rss version="2.0"><channel><title>T</title>
<item><title>One</title><link>/one</link></item></channel></rss>"""


def lines(*items):
    return "".join(json.dumps(item) + "\n" for item in items)


class Parse(ProgramTest):
    def test_prints_a_feed_as_one_object(self):
        code, out, err = self.run_verb("parse", "-", "--url", "https://example.org/feed", stdin=RSS)
        self.assertEqual((code, err), (0, ""))
        feed = json.loads(out)
        self.assertEqual(feed["format"], "rss20")
        self.assertEqual(feed["items"][0]["link"], "https://example.org/one")

    def test_reads_a_file(self):
        code, out, _ = self.run_verb("parse", self.write("feed.xml", RSS), "--json")
        self.assertEqual((code, out.count("\n")), (0, 1))
        self.assertEqual(json.loads(out)["feed"]["title"], "T")

    def test_refuses_what_is_no_feed_in_one_line(self):
        self.assert_refused(self.run_verb("parse", stdin="Hello"), 65, "")

    def test_tells_a_missing_file(self):
        self.assert_refused(self.run_verb("parse", "nowhere.xml"), 1, "nowhere.xml: No such file")


class Match(ProgramTest):
    def match(self, *words, stdin):
        return self.run_verb("match", "--topics", "topics", *words, stdin=stdin)

    def test_prints_what_fires_with_its_evidence(self):
        code, out, err = self.match(stdin=lines(CALM, FIRE))
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.startswith("harbour-fires  a  "), out)
        self.assertIn('"Harbour fire"', out)
        self.assertNotIn("  b  ", out)

    def test_prints_a_line_of_json_per_match(self):
        _, out, _ = self.match("--json", stdin=lines(CALM, FIRE))
        match = json.loads(out)
        self.assertEqual((match["item"], match["topic"], match["fired"]),
                         ("a", "harbour-fires", True))
        for piece in match["evidence"]:
            field = FIRE["title"] if piece["field"] == "title" else FIRE["text"]
            self.assertEqual(field[piece["start"]:piece["end"]], piece["text"])

    def test_prints_every_score_above_zero(self):
        _, out, _ = self.match("--scores", stdin=lines(FIRE, CALM, QUAY))
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual([(row[0], row[1], row[3]) for row in rows],
                         [("harbour-fires", "a", "1"), ("harbour-fires", "c", "0")])
        self.assertGreater(float(rows[0][2]), float(rows[1][2]))
        self.assertGreater(float(rows[1][2]), 0)

    def test_reads_a_file_and_passes_over_empty_lines(self):
        path = self.write("items.jsonl", "\n" + lines(FIRE).rstrip("\n"))
        self.assertTrue(self.match(path, stdin="")[1].startswith("harbour-fires  a"))

    def test_takes_numbers_for_ids(self):
        _, out, _ = self.match("--scores", stdin=lines(FIRE | {"id": 7}))
        self.assertEqual(out.split("\t")[1], "7")

    def test_an_id_cannot_break_its_line(self):
        _, out, _ = self.match("--scores", stdin=lines(FIRE | {"id": "x\ty\nz\x1b"}))
        self.assertEqual(out.split("\t")[1], "x\\ty\\nz")
        self.assertEqual(out.count("\n"), 1)

    def test_names_the_line_that_is_no_item(self):
        code, out, err = self.match("--scores", stdin=lines(FIRE) + "{no json\n")
        self.assertEqual((code, out.count("\n")), (65, 1))
        self.assertEqual(err, "tocsin: line 2: no JSON\n")

    def test_refuses_an_item_without_an_id(self):
        self.assert_refused(self.match(stdin='{"title":"x"}'), 65, 'line 1: an item has no "id"')

    def test_survives_deep_and_broken_input(self):
        self.assertEqual(self.match(stdin="[" * 100000)[0], 65)
        self.assertEqual(self.match(stdin=b'{"id":"\xff\xfe"}')[0], 65)

    def test_refuses_a_line_without_end(self):
        self.assert_refused(self.match(stdin=b"x" * (5 << 20)), 65, "longer than 4 MiB")

    def test_a_folder_that_is_not_there_is_a_mistake_of_configuration(self):
        self.assert_refused(self.run_verb("match", "--topics", "nowhere"), 78, "nowhere")

    def test_a_topic_with_a_mistake_is_told_at_its_place(self):
        self.write("topics/bad.toml", "format = 1\n[topic]\nid = 5\n")
        code, _, err = self.match(stdin="")
        self.assertEqual(code, 78)
        self.assertIn("topics/bad.toml:3:6: error: ", err)


class Explain(ProgramTest):
    def explain(self, item, *words):
        return self.run_verb("explain", "-", "--topics", "topics", *words, stdin=json.dumps(item))

    def test_exits_0_for_an_item_that_matches(self):
        code, out, _ = self.explain(FIRE)
        self.assertEqual(code, 0)
        self.assertIn("harbour-fires: fires, score ", out)
        self.assertIn('quay  content 29-33  "quay"', out)

    def test_exits_1_and_says_by_how_much_an_item_falls_short(self):
        code, out, _ = self.explain(QUAY)
        self.assertEqual(code, 1)
        self.assertIn("harbour-fires: silent, score ", out)
        self.assertIn("    short by 0.", out)

    def test_has_a_verdict_also_where_nothing_occurs(self):
        code, out, _ = self.explain(CALM)
        self.assertEqual((code, out), (1, "harbour-fires: nothing of it occurs\n"))

    def test_tells_what_was_missing_and_what_excludes(self):
        rule = '\n[rule]\nrequire = [{ any = ["pier"], otherwise = "drop" }]\nexclude = ["calm sea"]\n'
        path = self.folder / "topics/harbour-fires.toml"
        path.write_text(path.read_text() + rule)
        (self.folder / "topics/harbour-fires.test.toml").unlink()
        code, out, _ = self.explain(FIRE | {"text": "Harbour fire on a calm sea"})
        self.assertEqual(code, 1)
        self.assertIn("missing ", out)
        self.assertIn("pier", out)
        self.assertIn("excluded by calm sea", out)

    def test_prints_verdicts_as_json(self):
        _, out, _ = self.explain(QUAY, "--json")
        verdicts = json.loads(out)["verdicts"]
        self.assertEqual([(v["topic"], v["fired"]) for v in verdicts], [("harbour-fires", False)])

    def test_refuses_a_topic_that_is_not_there(self):
        self.assert_refused(self.explain(FIRE, "--topic", "nothing"), 2, "no topic")

    def test_refuses_what_is_no_item(self):
        self.assert_refused(self.run_verb("explain", stdin="plain text"), 65, "no JSON")

    def test_marks_topics_only_on_a_terminal(self):
        self.assertNotIn("\x1b", self.explain(FIRE)[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
