#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped corpus, topics and control items, through the real binary.

What `topic new` derives from seeds/ is what config/topics holds, every document and exemplar fires
its topics, and nothing on another subject fires any.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import tomllib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOCSIN = pathlib.Path(os.environ["TOCSIN_BUILD_DIR"]) / "daemon/app/tocsin"
GOLDEN = ROOT / "tests/golden/replay"


def tocsin(*words, code=0):
    """Runs the binary on the shipped topics and gives its output."""
    done = subprocess.run([TOCSIN, *map(str, words)], capture_output=True, text=True, timeout=300)
    if done.returncode != code:
        raise AssertionError(f"{words}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def fired(items):
    """(topic, item id) of every match of `items`, a JSON Lines file."""
    rows = tocsin("match", "--topics", ROOT / "config/topics", "--scores", items).splitlines()
    cells = [row.split("\t") for row in rows]
    return {(topic, item) for topic, item, _, decision in cells if decision == "1"}


def paragraphs(document):
    text = next((ROOT / "seeds").glob(f"{document}-*.txt")).read_text(encoding="utf8")
    body = re.sub(r"\A\+\+\+\n.*?\n\+\+\+\n", "", text, flags=re.S)
    return [part for part in body.split("\n\n") if part.strip()]


def passage(name):
    """The text that an entry of the manifest's `from` names."""
    document, _, place = name.partition("#")
    all_of_it = paragraphs(document)
    if not place:
        return "\n\n".join(all_of_it)
    first, _, last = place.partition("-")
    return "\n\n".join(all_of_it[int(first) - 1:int(last or first)])


class Derivation(unittest.TestCase):
    def test_what_topic_new_derives_is_what_is_shipped_byte_for_byte(self):
        with tempfile.TemporaryDirectory() as folder:
            tocsin("topic", "new", "--from", ROOT / "seeds", "--out", folder)
            derived = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
        shipped = {path.name: path.read_bytes() for path in (ROOT / "config/topics").glob("*.toml")
                   if not path.name.endswith(".test.toml")}
        self.assertEqual(sorted(derived), sorted(shipped))
        for name, text in shipped.items():
            self.assertEqual(derived[name], text, f"{name}: derive it again")

    def test_one_topic_is_printed_as_its_file_stands(self):
        printed = tocsin("topic", "new", "--from", ROOT / "seeds", "--id", "returning-fighters")
        shipped = (ROOT / "config/topics/returning-fighters.toml").read_text(encoding="utf8")
        self.assertEqual(printed, shipped)


class Corpus(unittest.TestCase):
    def test_every_document_fires_the_umbrella_topic(self):
        items = fired_documents()
        for path in sorted((ROOT / "seeds").glob("*.txt")):
            self.assertIn(("islamic-state", path.name), items)

    def test_every_exemplar_fires_its_topic(self):
        manifest = tomllib.loads((ROOT / "seeds/manifest.toml").read_text(encoding="utf8"))
        names = sorted({name for topic in manifest["topic"] for name in topic["from"]})
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf8") as file:
            for name in names:
                file.write(json.dumps({"id": name, "text": passage(name)}) + "\n")
            file.flush()
            found = fired(file.name)
        wanted = {(topic["id"], name) for topic in manifest["topic"] for name in topic["from"]}
        self.assertEqual(sorted(wanted - found), [])

    def test_items_on_other_subjects_fire_nothing(self):
        lines = (GOLDEN / "control.jsonl").read_text(encoding="utf8").splitlines()
        self.assertGreaterEqual(len(lines), 40)
        self.assertEqual(fired(GOLDEN / "control.jsonl"), set())

    def test_items_on_a_topic_fire_it(self):
        wanted = set()
        for line in (GOLDEN / "positives.jsonl").read_text(encoding="utf8").splitlines():
            item = json.loads(line)
            wanted |= {(topic, item["id"]) for topic in item["topics"]}
        known_misses = set()
        for line in (GOLDEN / "missed.jsonl").read_text(encoding="utf8").splitlines():
            item = json.loads(line)
            known_misses |= {(topic, item["id"]) for topic in item["misses"]}
        found = fired(GOLDEN / "positives.jsonl")
        self.assertEqual(sorted(wanted - found - known_misses), [])

    def test_the_tests_beside_the_topics_pass(self):
        tocsin("test", "--topics", ROOT / "config/topics")


def fired_documents():
    """(topic, document) of every alert that a replay of the seeds gives."""
    found = set()
    for line in tocsin("replay", ROOT / "seeds", "--topics", ROOT / "config/topics", "--json").splitlines():
        data = json.loads(line)["data"]
        found.add((data["match"]["topic"], data["item"]["guid"]))
    return found


class Replay(unittest.TestCase):
    def test_the_seeds_give_the_same_alerts_every_time(self):
        once = tocsin("replay", ROOT / "seeds", "--topics", ROOT / "config/topics", "--json")
        again = tocsin("replay", ROOT / "seeds", "--topics", ROOT / "config/topics", "--json")
        self.assertEqual(once, again)

    def test_the_seeds_give_the_alerts_on_record(self):
        tocsin("replay", ROOT / "seeds", "--topics", ROOT / "config/topics",
               "--expect", GOLDEN / "seeds.expected")

    def test_a_difference_is_exit_1_and_names_the_line(self):
        expected = (GOLDEN / "seeds.expected").read_text(encoding="utf8")
        with tempfile.NamedTemporaryFile("w", encoding="utf8") as file:
            file.write(expected.replace("first", "other", 1))
            file.flush()
            done = subprocess.run([TOCSIN, "replay", ROOT / "seeds", "--topics",
                                   ROOT / "config/topics", "--expect", file.name],
                                  capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 1)
        self.assertIn("at line 1", done.stderr)

    def test_the_control_items_give_no_alert(self):
        self.assertEqual(
            tocsin("replay", GOLDEN / "control.jsonl", "--topics", ROOT / "config/topics"), "")

    def test_nothing_to_replay_is_bad_input(self):
        with tempfile.TemporaryDirectory() as folder:
            tocsin("replay", folder, "--topics", ROOT / "config/topics", code=65)


if __name__ == "__main__":
    unittest.main()
