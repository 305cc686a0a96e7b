#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tocsin topic …` and `tocsin test`."""

import json
import unittest

from program import ProgramTest, ROOT, TOPIC, TOPIC_TESTS


class Topics(ProgramTest):
    def topic(self, *words):
        return self.run_verb("topic", *words, "--topics", "topics")

    def test_list_names_each_topic_once(self):
        code, out, err = self.topic("list")
        self.assertEqual((code, err, out.count("\n")), (0, "", 1))
        self.assertTrue(out.startswith("harbour-fires  experimental  severity 3  "), out)

    def test_list_prints_a_line_of_json_per_topic(self):
        topic = json.loads(self.topic("list", "--json")[1])
        self.assertEqual((topic["id"], topic["terms"], topic["tests"]), ("harbour-fires", 2, 1))

    def test_show_prints_a_file_that_is_canonical(self):
        code, out, _ = self.topic("show", "harbour-fires")
        self.assertEqual(code, 0)
        path = self.write("shown/harbour-fires.toml", out)
        self.assertEqual(self.run_verb("topic", "fmt", "--check", path), (0, "", ""))

    def test_show_suggests_the_topic_that_was_meant(self):
        self.assert_refused(self.topic("show", "harbor-fires"), 1,
                            "did you mean 'harbour-fires'?")

    def test_no_topics_is_a_mistake_of_configuration(self):
        (self.folder / "empty").mkdir()
        self.assert_refused(self.run_verb("topic", "list", "--topics", "empty"), 78, "no topics in")

    def test_a_later_folder_masks_an_earlier_one(self):
        self.write("more/harbour-fires.toml", TOPIC.replace("severity = 3", "severity = 7"))
        _, out, _ = self.run_verb("topic", "list", "--json", "--topics", "topics", "--topics", "more")
        self.assertEqual(json.loads(out)["severity"], 7)

    def test_topics_come_from_the_configuration_without_the_option(self):
        _, out, _ = self.run_verb("topic", "list", "--config", "tocsin.toml")
        self.assertTrue(out.startswith("harbour-fires  "), out)


class Format(ProgramTest):
    CROOKED = TOPIC.replace("severity = 3", "severity   =   3")

    def test_check_names_the_file_and_leaves_it_alone(self):
        path = self.write("harbour-fires.toml", self.CROOKED)
        self.assertEqual(self.run_verb("topic", "fmt", "--check", path), (1, path + "\n", ""))
        self.assertEqual((self.folder / "harbour-fires.toml").read_text(), self.CROOKED)

    def test_formats_in_place_once_and_for_all(self):
        path = self.write("harbour-fires.toml", self.CROOKED)
        self.assertEqual(self.run_verb("topic", "fmt", path), (0, path + "\n", ""))
        self.assertIn("\nseverity = 3\n", (self.folder / "harbour-fires.toml").read_text())
        self.assertEqual(self.run_verb("topic", "fmt", path), (0, "", ""))

    def test_leaves_a_file_with_a_mistake_as_it_is(self):
        path = self.write("harbour-fires.toml", "no toml at all")
        code, _, err = self.run_verb("topic", "fmt", path)
        self.assertEqual(code, 65)
        self.assertIn("harbour-fires.toml:1:", err)
        self.assertEqual((self.folder / "harbour-fires.toml").read_text(), "no toml at all")


class Tests(ProgramTest):
    def test_all_passing_exit_0(self):
        self.assertEqual(self.run_verb("test", "--topics", "topics"),
                         (0, "1 passed, 0 failed\n", ""))

    def test_a_failing_one_is_told_with_its_line(self):
        self.write("topics/harbour-fires.test.toml", TOPIC_TESTS.replace("true", "false"))
        code, out, _ = self.run_verb("test", "--topics", "topics")
        self.assertEqual(code, 1)
        self.assertIn('harbour-fires: "a fire at the quay" (harbour-fires.test.toml:3): ', out)
        self.assertIn("0 passed, 1 failed\n", out)

    def test_only_the_topics_named_are_tested(self):
        self.write("topics/calm.toml", TOPIC.replace("harbour-fires", "calm"))
        code, out, _ = self.run_verb("test", "calm", "--topics", "topics")
        self.assertEqual((code, out), (0, "0 passed, 0 failed\n"))

    def test_an_unknown_topic_is_a_usage_error(self):
        self.assert_refused(self.run_verb("test", "harbor-fires", "--topics", "topics"), 2,
                            "did you mean 'harbour-fires'?")


class Derive(ProgramTest):
    def setUp(self):
        super().setUp()
        words = ["market", "match", "vote", "rain", "court", "school", "army", "raid", "road"]
        texts = [f"The {words[n % 9]} and the {words[n // 9 % 9]} in town {n}. A fire at harbour {n}."
                 if n % 5 == 0 else f"The {words[n % 9]} and the {words[n // 9 % 9]} in town {n}."
                 for n in range(600)]
        self.items = self.write("items.jsonl",
                                "".join(json.dumps({"text": text}) + "\n" for text in texts))
        self.table = self.folder / "background.bin"
        code, _, err = self.run_verb("topic", "background", self.items, "--out", self.table)
        self.assertEqual(code, 0, err)
        for n in range(3):
            self.write(f"seeds/00{n}.txt", SEED.format(n))

    def derive(self, *words):
        return self.run_verb("topic", "new", *words, "--background", self.table)

    def test_a_topic_is_printed_as_a_file_that_check_accepts(self):
        code, out, err = self.derive("--from", "seeds", "--id", "fires")
        self.assertEqual(code, 0, err)
        self.assertNotEqual(err, "")
        path = self.write("new/fires.toml", out)
        self.assertEqual(self.run_verb("topic", "fmt", "--check", path), (0, "", ""))
        self.assertIn('id = "fires"', out)

    def test_the_same_seeds_give_the_same_bytes(self):
        first = self.derive("--from", "seeds", "--id", "fires")
        self.assertEqual(first, self.derive("--from", "seeds", "--id", "fires"))

    def test_items_in_place_of_a_table_give_the_same_topic(self):
        _, from_table, _ = self.derive("--from", "seeds", "--id", "fires")
        _, from_items, _ = self.run_verb("topic", "new", "--from", "seeds", "--id", "fires",
                                         "--background", self.items)
        self.assertEqual(from_table, from_items)

    def test_suggest_prints_a_manifest_that_derives(self):
        for n in range(3):
            self.write(f"seeds/00{n}.txt", f"Harbour fire\n\nA fire burnt the warehouses of harbour "
                       f"number {n} last night, and firefighters fought the fire from boats.\n")
            self.write(f"seeds/01{n}.txt", f"Wolves\n\nGrey wolves came by road to valley number {n} and "
                       f"took as many as {n + 2} sheep from a shepherd.\n")
        code, out, err = self.derive("--from", "seeds", "--suggest")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out, self.derive("--from", "seeds", "--suggest")[1])
        self.assertIn('from = ["000#1", "001#1", "002#1"]', out)
        self.write("seeds/manifest.toml", out)
        code, _, err = self.derive("--from", "seeds", "--out", "out")
        self.assertEqual(code, 0, err)

    def test_suggest_needs_documents(self):
        self.assert_refused(self.derive("--batch", "x", "--out", "out", "--suggest"), 2, "--from DIR")

    def derived_file(self):
        code, out, err = self.derive("--from", "seeds", "--id", "fires")
        self.assertEqual(code, 0, err)
        return self.write("topics/fires.toml", out)

    def diff(self, *words):
        return self.run_verb("topic", "diff", *words, "--background", self.table)

    def test_diff_of_what_was_just_derived_is_empty_and_exit_0(self):
        code, out, err = self.diff(self.derived_file())
        self.assertEqual((code, err, out.count("\n")), (0, "", 1))
        self.assertIn("each difference is an edit", out)

    def test_an_edited_file_keeps_its_provenance_and_diff_names_the_edits(self):
        path = self.derived_file()
        text = (self.folder / "topics/fires.toml").read_text()
        edited = text.replace('title = "fires"', 'title = "Fires"').replace(
            "severity = 5", "severity = 2").replace('status = "experimental"', 'status = "retired"')
        edited = "".join("threshold = 0.123\n" if line.startswith("threshold") else line
                         for line in edited.splitlines(keepends=True)
                         if not line.startswith("boats ") and not line.startswith('"boats"'))
        self.write("topics/fires.toml", edited)
        self.assertEqual(self.run_verb("topic", "fmt", path)[0], 0)
        kept = (self.folder / "topics/fires.toml").read_text()
        for line in text.splitlines():
            if line.startswith("derived ") or "# 3 of 3 seeds" in line:
                self.assertIn(line.split(" #")[0], kept)
        self.assertEqual(kept.count("# 3 of 3 seeds"), edited.count("# 3 of 3 seeds"))
        code, out, err = self.diff("fires", "--from", "seeds", "--topics", "topics")
        self.assertEqual((code, err), (1, ""))
        self.assertIn("each difference is an edit", out)
        self.assertIn("\n  title: Fires -> fires\n", out)
        self.assertIn("\n  severity: 2 -> 5\n", out)
        self.assertIn("\n  status: retired -> experimental\n", out)
        self.assertIn("\n  threshold: 0.123 -> ", out)

    def test_diff_tells_when_the_seeds_have_changed(self):
        path = self.derived_file()
        self.write("seeds/003.txt", "Stars\n\nQuasars outshine the harbour fire at the quay.\n")
        code, out, _ = self.diff(path, "--json")
        self.assertEqual(code, 1)
        found = json.loads(out)
        self.assertEqual((found["id"], found["same_input"]), ("fires", False))
        self.assertTrue(found["changes"])

    def test_diff_of_a_topic_that_was_written_is_bad_input(self):
        self.assert_refused(self.diff("topics/harbour-fires.toml"), 65, "was written, not derived")

    def test_diff_suggests_the_topic_that_was_meant(self):
        self.assert_refused(self.diff("harbor-fires", "--topics", "topics"), 1,
                            "did you mean 'harbour-fires'?")

    def test_seeds_must_be_named(self):
        self.assert_refused(self.derive(), 2, "--from DIR or by --batch")
        self.assert_refused(self.derive("--batch", "x.jsonl"), 2, "--out")

    def test_a_folder_without_seeds_is_told(self):
        code, out, err = self.derive("--from", "nowhere")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("nowhere", err)

    def test_several_topics_need_a_choice(self):
        code, out, err = self.derive("--from", ROOT / "seeds")
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "")
        self.assertNotEqual(err, "")


SEED = """A fire in the harbour number {0} destroyed two warehouses last night.

Firefighters fought the harbour fire from boats, and a fire at the harbour quay spread to the
warehouses beside it. Nobody was hurt in the harbour, the firefighters said.
"""


if __name__ == "__main__":
    unittest.main(verbosity=2)
