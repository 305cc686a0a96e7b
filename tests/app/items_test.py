#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The verbs that look at single documents: parse, match, explain, item."""

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

    def test_names_each_line_that_is_no_item_and_matches_the_others(self):
        path = self.write("items.jsonl", '{"é": ]}\n' + lines(FIRE) + "[]\n" + lines(QUAY))
        code, out, err = self.match("--scores", path, stdin="")
        self.assertEqual((code, [row.split("\t")[1] for row in out.splitlines()]), (65, ["a", "c"]))
        self.assertEqual(err, f"tocsin: {path}:1:7: no JSON\ntocsin: {path}:3:1: no JSON object\n")

    def test_refuses_an_item_without_an_id(self):
        self.assert_refused(self.match(stdin='{"title":"x"}'), 65, 'stdin:1:1: an item has no "id"')

    def test_takes_lists_numbers_and_nothing_for_texts(self):
        topic = self.folder / "topics/harbour-fires.toml"
        self.write("topics/harbour-fires.toml", topic.read_text() + '\n[rule]\nwhen = \'source:2026 AND '
                   'category:"ports fires" AND author:flood\'\n')
        tidy = FIRE | {"category": ["ports", None, "fires", 7], "source": 2026, "author": ["Ada Flood", {}]}
        odd = FIRE | {"id": "odd", "category": {"term": "ports"}, "source": None, "author": [[]], "link": True}
        code, out, err = self.match("--scores", stdin=lines(tidy, odd))
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([row.split("\t")[1::2] for row in out.splitlines()], [["a", "1"], ["odd", "0"]])

    def test_reads_what_is_no_unicode_as_the_replacement_character(self):
        for text in (b"\xff\xc3", b"\\ud83d", b"\\udd25 \\ud83d"):
            item = b'{"id":"' + text + b'","title":"Harbour fire","text":"The harbour fire \\ud83d\\udd25 \\\\ud83d"}'
            code, out, err = self.match("--scores", stdin=item)
            self.assertEqual((code, err), (0, ""))
            self.assertIn("\ufffd", out)
            self.assertTrue(out.endswith("\t1\n"), out)

    def test_survives_deep_and_broken_input(self):
        self.assertEqual(self.match(stdin="[" * 100000)[0], 65)
        self.assertEqual(self.match(stdin=b'{"id":"\xff\xfe')[0], 65)
        self.assertEqual(self.match(stdin='{"id":"a"} {"id":"b"}')[0], 65)
        self.assertEqual(self.match(stdin='{"id":1e999}')[0], 0)

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

    def add_rule(self, rule):
        path = self.folder / "topics/harbour-fires.toml"
        path.write_text(path.read_text() + "\n[rule]\n" + rule)
        (self.folder / "topics/harbour-fires.test.toml").unlink()

    def verdict(self, item, *words):
        _, out, err = self.explain(item, "--json", *words)
        self.assertEqual(err, "")
        return json.loads(out)["verdicts"][0]

    def test_exits_0_for_an_item_that_matches(self):
        code, out, _ = self.explain(FIRE)
        self.assertEqual(code, 0)
        self.assertIn("harbour-fires: fires, ", out)
        self.assertIn('quay: content 29-33 "quay"', out)

    def test_exits_1_and_says_by_how_much_an_item_falls_short(self):
        code, out, _ = self.explain(QUAY)
        self.assertEqual(code, 1)
        self.assertIn("harbour-fires: silent, 0.", out)
        self.assertIn("    short     by 0.", out)
        self.assertIn("enough, once each: harbour fire (+0.", out)

    def test_counts_the_topics_of_which_nothing_occurs_and_names_them_when_asked(self):
        code, out, _ = self.explain(CALM)
        self.assertEqual(code, 1)
        self.assertIn("nothing occurs of 1 topic; --all names them\n", out)
        self.assertIn("harbour-fires: nothing of it occurs\n", self.explain(CALM, "--all")[1])
        named = self.explain(CALM, "--topic", "harbour-fires")[1]
        self.assertIn("harbour-fires: nothing of it occurs\n", named)

    def test_tells_what_was_missing_and_what_excludes(self):
        self.add_rule('require = [{ any = ["pier"], otherwise = "drop" }]\nexclude = ["calm sea"]\n')
        code, out, _ = self.explain(FIRE | {"text": "Harbour fire on a calm sea"})
        self.assertEqual(code, 1)
        self.assertIn("    missing   pier; without, the score is dropped\n", out)
        self.assertIn("    excluded  by calm sea\n", out)

    def test_tells_the_factor_of_a_missing_group_and_the_score_with_it(self):
        self.add_rule('require = [{ any = ["pier", "jetty"], otherwise = 0.5 }]\n')
        self.assertIn("    missing   pier or jetty; score x 0.5\n", self.explain(QUAY)[1])
        verdict = self.verdict(QUAY)
        self.assertEqual(verdict["absent_groups"], [{"any": ["pier", "jetty"], "factor": 0.5}])
        self.assertAlmostEqual(verdict["score_with_groups"], 2 * verdict["score"])

    def test_tells_which_factor_a_term_would_lift(self):
        self.add_rule('require = [{ any = ["harbour fire"], otherwise = 0.5 }]\n')
        self.assertRegex(" ".join(self.explain(QUAY)[1].split()),
                         r"enough, once each: harbour fire \(\+0\.\d{4}, and lifts x 0\.5\)")

    def test_names_the_filter_that_holds_and_its_condition(self):
        self.write("topics/calm.filter.toml", 'format = 1\n[filter]\nid = "calm"\ntitle = "Another desk\'s"\n'
                   'topics = ["*"]\n[rule]\nunless = "title:fire"\n')
        self.assertIn("    filter    calm (Another desk's) holds: unless title:fire\n", self.explain(FIRE)[1])

    def test_a_threshold_of_nothing_is_met_once_in_match_and_explain(self):
        self.write("topics/open.toml", 'format = 1\n[topic]\nid = "open"\ntitle = "Open"\n'
                   'status = "experimental"\nseverity = 3\nthreshold = 0\n[terms]\n"quay" = 20\n')
        self.assertIn("open: fires, 1.00 x its threshold", self.explain(QUAY)[1])
        self.assertIn("open  c  1.00 x threshold", self.run_verb("match", "--topics", "topics", stdin=lines(QUAY))[1])

    def test_with_what_it_calls_enough_the_topic_fires(self):
        enough = self.verdict(QUAY)["sufficient"]
        self.assertEqual([one["term"] for one in enough], ["harbour fire"])
        more = QUAY | {"text": QUAY["text"] + " " + " ".join(one["term"] for one in enough)}
        self.assertEqual(self.explain(more)[0], 0)

    def test_tells_the_language_that_is_not_the_topics(self):
        path = self.folder / "topics/harbour-fires.toml"
        path.write_text(path.read_text().replace("severity", 'languages = ["de"]\nseverity'))
        out = self.explain(FIRE | {"language": "en"})[1]
        self.assertIn("    language  the item is in en, the topic in de\n", out)

    def test_takes_a_condition_apart(self):
        self.add_rule("when = 'fire AND NOT (quay OR pier)'\n")
        code, out, _ = self.explain(FIRE)
        self.assertEqual(code, 1)
        self.assertIn("    when      does not hold:\n"
                      "      no   fire AND NOT (quay OR pier)\n"
                      "        yes  fire\n"
                      "        no   NOT (quay OR pier)\n"
                      "          yes  quay OR pier\n"
                      "            yes  quay\n"
                      "            no   pier\n", out)
        self.assertEqual(self.verdict(FIRE)["when"]["parts"][0], {"text": "fire", "holds": True,
                                                                  "parts": []})

    def test_keeps_to_80_columns(self):
        item = FIRE | {"text": "The quay. " * 40, "title": "A harbour fire " * 12}
        for line in self.explain(item)[1].splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_prints_what_fires_first_then_by_how_near_it_came(self):
        for number, weight in ((1, 5), (2, 50)):
            topic = (self.folder / "topics/harbour-fires.toml").read_text()
            topic = topic.replace("harbour-fires", f"topic-{number}")
            topic = topic.replace('"quay" = 20', f'"quay" = {weight}')
            self.write(f"topics/topic-{number}.toml", topic)
        _, out, _ = self.explain(QUAY, "--json")
        self.assertEqual([one["topic"] for one in json.loads(out)["verdicts"]],
                         ["topic-2", "harbour-fires", "topic-1"])

    def test_prints_verdicts_as_json(self):
        verdict = self.verdict(QUAY)
        self.assertEqual((verdict["topic"], verdict["fired"]), ("harbour-fires", False))
        self.assertAlmostEqual(verdict["ratio"], verdict["score"] / verdict["threshold"])
        self.assertEqual([one["term"] for one in verdict["absent"]], ["harbour fire"])

    def test_refuses_a_topic_that_is_not_there(self):
        self.assert_refused(self.explain(FIRE, "--topic", "harbour-fire"), 2,
                            "did you mean 'harbour-fires'?")

    def test_refuses_what_is_no_item(self):
        self.assert_refused(self.run_verb("explain", stdin="plain text"), 65, "stdin: no JSON")

    def test_refuses_an_id_that_nobody_has(self):
        outcome = self.run_verb("explain", "0123abcd", "--config", "tocsin.toml")
        self.assert_refused(outcome, 1, "no file '0123abcd', and neither an alert nor an item")

    def test_a_private_address_is_not_fetched(self):
        outcome = self.run_verb("explain", "http://127.0.0.1:9/page", "--config", "tocsin.toml")
        self.assert_refused(outcome, 77, "127.0.0.1")

    def test_marks_topics_only_on_a_terminal(self):
        self.assertNotIn("\x1b", self.explain(FIRE)[1])


class Stored(ProgramTest):
    """`item` where nothing has come yet; with items: tests/integration/verbs_test.py."""

    def item(self, *words):
        return self.run_verb("item", *words, "--config", "tocsin.toml")

    def test_tells_that_there_is_no_database_yet(self):
        for words in (("list",), ("search", "fire"), ("show", "1")):
            self.assert_refused(self.item(*words), 1, "the daemon has not run yet")

    def test_refuses_times_and_words_that_are_none(self):
        self.assert_refused(self.item("list", "--since", "soon"), 2, "'soon' is no time: 2h, 7d")
        self.assert_refused(self.item("search", "fire", "***"), 2, "'***' holds no word")
        self.assert_refused(self.item("search"), 2, "words is missing")
        self.assert_refused(self.item("list", "--limit", "0"), 2, "--limit")

    def test_finds_nothing_where_nothing_came(self):
        self.run_verb("run", "--once", "--config", "tocsin.toml")
        self.assertEqual(self.item("list"), (0, "", ""))
        self.assertEqual(self.item("search", "fire"), (1, "", ""))
        self.assert_refused(self.item("show", "1"), 1, "no item '1' is stored")
        self.assertEqual(self.item("list", "--feed", "Port news"), (0, "", ""))
        self.assert_refused(self.item("list", "--feed", "Prot news"), 1, "did you mean 'Port news'?")
        self.assert_refused(self.item("search", *(["fire"] * 33)), 2, "at most 32 words")


class Corpora(ProgramTest):
    def test_items_that_must_and_must_not_alert_are_tests(self):
        self.write("topics/harbour-fires.must.jsonl", lines(FIRE, QUAY))
        self.write("topics/harbour-fires.must-not.jsonl", lines(CALM, FIRE | {"id": "d"}))
        code, out, _ = self.run_verb("test", "--topics", "topics")
        self.assertEqual(code, 1)
        self.assertIn('harbour-fires: "c" (harbour-fires.must.jsonl:2): expected an alert, but '
                      'there is none: score', out)
        self.assertIn('harbour-fires: "d" (harbour-fires.must-not.jsonl:2): expected no alert', out)
        self.assertTrue(out.endswith("3 passed, 2 failed\n"), out)

    def test_a_line_that_is_no_item_fails(self):
        self.write("topics/harbour-fires.must.jsonl", "{\n")
        code, out, _ = self.run_verb("test", "--topics", "topics", "--json")
        self.assertEqual(code, 1)
        report = json.loads(out.splitlines()[-1])
        self.assertEqual((report["passed"], report["why"], report["line"]), (False, "no JSON", 1))
        self.assertTrue(report["file"].endswith("harbour-fires.must.jsonl"))

    def stable(self):
        path = self.folder / "topics/harbour-fires.toml"
        path.write_text(path.read_text().replace("experimental", "stable"))

    def status(self):
        _, out, _ = self.run_verb("topic", "list", "--json", "--topics", "topics")
        return json.loads(out)["status"]

    def test_a_topic_without_a_negative_test_stays_experimental_and_check_says_so(self):
        self.stable()
        self.assertEqual(self.status(), "experimental")
        code, out, err = self.run_verb("check", "--offline", "--config", "tocsin.toml")
        self.assertEqual(code, 0)
        self.assertIn("harbour-fires.toml: warning: the topic stays experimental", err)
        self.assertIn("1 topics (1 experimental, published under lab/)", out)
        strict = self.run_verb("check", "--offline", "--strict", "--config", "tocsin.toml")
        self.assertEqual(strict[0], 3)

    def test_a_corpus_is_as_good_as_a_test(self):
        self.stable()
        self.write("topics/harbour-fires.must-not.jsonl", lines(CALM))
        self.assertEqual(self.status(), "stable")


if __name__ == "__main__":
    unittest.main(verbosity=2)
