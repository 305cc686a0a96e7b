#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Batches, as measuring programs use them: `topic new --batch`, then `match --scores`."""

import hashlib
import json
import pathlib
import unittest

from program import ProgramTest

WORDS = ["market", "match", "vote", "rain", "court", "school", "army", "raid", "road"]

FIRE = """A fire in the harbour number {0} destroyed two warehouses last night. Firefighters fought the harbour fire from
boats, and a fire at the harbour quay spread to the warehouses beside it. Nobody was hurt, the firefighters said.
"""

ODD_NAMES = [
    "fires", "Fires", "FIRES", "fires!", "a/b/c", "../../etc/passwd", "/etc/passwd", "two words", " edges ",
    "-dash", "--help", "-", ".hidden", "...", "a.b", "C++", "C#", "N/A", "con", "null", "x" * 200, "x" * 201, "y" * 1500,
    "é" * 150, "ünï X", "uni-x", "中国 地震", "台灣選舉", "Выборы 2024", "زلزال تركيا", "می‌خواهم", "नमस्ते", "😀", "😁",
    "a\u202eb", 'Fires, "harbour" & more', "back\\slash", "'''", "{}", "%s", "$HOME", "topic",
]


def fire_seeds(count=3):
    return [{"title": "Harbour fire", "text": FIRE.format(n)} for n in range(count)]


def lines(*objects):
    return "".join(json.dumps(one) + "\n" for one in objects)


class BatchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        texts = [f"The {WORDS[n % 9]} and the {WORDS[n // 9 % 9]} in town {n}."
                 + (f" A fire at harbour {n}." if n % 5 == 0 else "") for n in range(300)]
        self.items = self.write("items.jsonl", lines(*({"text": text} for text in texts)))

    def batch(self, *words):
        return self.run_verb("topic", "new", "--batch", *words, "--background", self.items, "--out", "out")

    def batch_of(self, *topics):
        return self.batch(self.write("batch.jsonl", lines(*topics)))

    def topics(self):
        return sorted(path.stem for path in (self.folder / "out").glob("*.toml"))

    def scores(self, items):
        code, out, err = self.run_verb("match", "--topics", "out", "--scores", stdin=items)
        return code, [tuple(row.split("\t")) for row in out.split("\n")[:-1]], err


class Batch(BatchTest):
    def test_writes_a_file_per_topic(self):
        code, out, err = self.batch_of({"id": "fires", "seeds": fire_seeds()})
        self.assertEqual((code, out), (0, ""), err)
        self.assertIn('id = "fires"', (self.folder / "out/fires.toml").read_text())

    def test_without_topics_is_bad_input(self):
        path = self.write("batch.jsonl", "\n \n")
        self.assert_refused(self.batch(path), 65, "batch.jsonl: holds no topic")
        self.assertFalse((self.folder / "out").exists())

    def test_cannot_write_outside_its_folder(self):
        self.assertEqual(self.batch_of({"id": "../fires", "seeds": fire_seeds()})[0], 0)
        self.assertFalse((self.folder / "fires.toml").exists())
        self.assertEqual(self.topics(), ["fires"])

    def test_tells_a_line_that_is_none_and_derives_the_others(self):
        fires = json.dumps({"id": "fires", "seeds": fire_seeds()})
        path = self.write("batch.jsonl", f'{{\n{fires}\n{fires}\n{{"id": "x", "seeds": [{{"text": "cut')
        code, out, err = self.batch(path)
        self.assertEqual((code, out, self.topics()), (65, "", ["fires"]))
        self.assertEqual([line.split(": ")[0].rpartition(":")[2] for line in err.splitlines()], ["1", "3", "4"])
        self.assertIn("batch.jsonl:3: error: id 'fires' is that of line 2\n", err)

    def test_a_topic_that_cannot_be_derived_does_not_stop_it(self):
        code, out, err = self.batch_of({"id": "none", "seeds": []}, {"id": "fires", "seeds": fire_seeds()})
        self.assertEqual((code, out), (1, ""))
        self.assertIn("batch.jsonl:1: topic 'none': no seeds", err)
        self.assertEqual(self.topics(), ["fires"])

    def test_calls_a_seed_by_its_number(self):
        seeds = fire_seeds()
        err = self.batch_of({"id": "fires", "seeds": [*seeds, seeds[0]]})[2]
        self.assertIn("batch.jsonl:1: warning: topic 'fires': seed 4 is the same as 1 and counts once\n", err)

    def test_takes_one_seed_or_fifty_or_titles_alone(self):
        titles = [{"title": f"Harbour fire burns warehouses at quay {n}"} for n in range(4)]
        code, _, err = self.batch_of({"id": "one", "seeds": fire_seeds(1)}, {"id": "fifty", "seeds": fire_seeds(50)},
                                     {"id": "titles", "seeds": titles})
        self.assertEqual(code, 0, err)
        _, rows, _ = self.scores(lines({"id": 1, "text": FIRE.format(7)}))
        self.assertEqual([(row[0], row[3]) for row in rows], [("fifty", "1"), ("one", "1"), ("titles", "1")])

    def test_knows_items_of_the_background_whatever_their_file_is_called(self):
        self.items = self.write("news.txt", b"\xef\xbb\xbf\r\n" + (self.folder / "items.jsonl").read_bytes())
        self.assertEqual(self.batch_of({"id": "fires", "seeds": fire_seeds()})[::2], (0, ""))

    def test_background_lines_that_are_no_items_are_told_and_left_out(self):
        self.write("items.jsonl", (self.folder / "items.jsonl").read_text() + "{\n")
        code, _, err = self.batch_of({"id": "fires", "seeds": fire_seeds()})
        self.assertEqual(code, 0)
        self.assertIn("items.jsonl:301: warning: no item, and left out\n", err)


class Folder(BatchTest):
    def test_gets_the_same_bytes_each_time(self):
        files = []
        for _ in range(2):
            self.assertEqual(self.batch_of({"id": "fires", "seeds": fire_seeds()})[::2], (0, ""))
            files.append({path.name: path.read_bytes() for path in (self.folder / "out").iterdir()})
        self.assertEqual(files[0], files[1])
        self.assertEqual(sorted(files[0]), ["batch.sha256", "fires.toml"])

    def test_holds_the_topics_of_the_last_run_alone(self):
        self.batch_of(*({"id": name, "seeds": fire_seeds()} for name in ("a", "b", "c")))
        code, _, err = self.batch_of(*({"id": name, "seeds": fire_seeds()} for name in ("b", "d")))
        self.assertEqual((code, self.topics()), (0, ["b", "d"]))
        self.assertEqual(err, "out: warning: topics of an earlier batch are gone (2): a, c\n")

    def test_keeps_what_a_person_wrote_or_edited_and_tells_of_it(self):
        self.batch_of(*({"id": name, "seeds": fire_seeds()} for name in ("a", "b", "c")))
        with (self.folder / "out/a.toml").open("a") as file:
            file.write("# mine\n")
        self.write("out/b.test.toml", "format = 1\n")
        self.write("out/z.toml", (self.folder / "out/c.toml").read_text().replace('"c"', '"z"'))
        code, _, err = self.batch_of({"id": "d", "seeds": fire_seeds()})
        self.assertEqual((code, self.topics()), (0, ["a", "b", "b.test", "d", "z"]))
        self.assertEqual(err, "out: warning: topics of an earlier batch are gone (1): c\n"
                         "out: warning: holds topics that are not of this batch (3): a, b, z\n")

    def test_a_listing_removes_nothing_beyond_the_folder(self):
        outside = self.write("victim.toml", "x = 1\n")
        self.batch_of({"id": "a", "seeds": fire_seeds()})
        digest = hashlib.sha256(b"x = 1\n").hexdigest()
        self.write("out/batch.sha256", f"{digest}  ../victim.toml\n\nnonsense\n{digest}  .toml\n")
        self.assertEqual(self.batch_of({"id": "a", "seeds": fire_seeds()})[0], 0)
        self.assertTrue(pathlib.Path(outside).exists())

    def test_a_batch_that_holds_no_topic_leaves_it_as_it_is(self):
        self.batch_of({"id": "a", "seeds": fire_seeds()})
        self.assertEqual(self.batch(self.write("batch.jsonl", "{\n"))[0], 65)
        self.assertEqual(self.topics(), ["a"])


class Scores(BatchTest):
    def test_call_topics_and_items_exactly_as_they_are_called(self):
        code, _, err = self.batch_of(*({"id": name, "seeds": fire_seeds()} for name in ODD_NAMES))
        self.assertEqual((code, err), (0, ""))
        code, rows, err = self.scores(lines(*({"id": name, "text": FIRE.format(1)} for name in ODD_NAMES)))
        self.assertEqual((code, err), (0, ""))
        self.assertCountEqual([row[:2] for row in rows],
                              [(topic, item) for topic in ODD_NAMES for item in ODD_NAMES])

    def test_write_numbers_as_they_are_written_and_tabs_as_escapes(self):
        numbers = ["7", "-3", "0", "1234567890123456789", "12345678901234567890123"]
        seeds = json.dumps(fire_seeds())
        path = self.write("batch.jsonl", "".join(f'{{"id": {n}, "seeds": {seeds}}}\n' for n in [*numbers, '"a\\tb\\nc"']))
        self.assertEqual(self.batch(path)[::2], (0, ""))
        items = "".join(f'{{"id": {n}, "text": "A harbour fire."}}\n' for n in [*numbers, '"a\\tb\\nc"'])
        code, rows, _ = self.scores(items)
        self.assertEqual(code, 0)
        self.assertEqual({row[0] for row in rows}, {*numbers, "a\\tb\\nc"})
        self.assertEqual({row[1] for row in rows}, {*numbers, "a\\tb\\nc"})

    def test_are_of_every_item_however_oddly_it_is_written(self):
        self.batch_of({"id": "fires", "seeds": fire_seeds()})
        fire = "A harbour fire burnt warehouses at the quay."
        wanted = [{"id": "no title", "text": fire}, {"id": "empty title", "title": "", "text": fire},
                  {"id": "null", "title": None, "summary": None, "text": fire, "date": None},
                  {"id": "only title", "title": fire, "text": ""}, {"id": "content", "content": fire},
                  {"id": "date", "text": fire, "date": "Tue, 3 Jun 2008 11:05 GMT"},
                  {"id": "epoch", "text": fire, "date": 1212491100}, {"id": "twice", "text": fire},
                  {"id": "twice", "text": fire}, {"id": 17, "text": fire},
                  {"id": "list", "text": [fire, "More."]}, {"id": "html", "text": f"<p>A <b>harbour</b> fire.</p>"},
                  {"id": "keys", "text": fire, "tags": {"a": [1, {"b": None}]}, "language": "de"},
                  {"id": "long", "text": fire + " And so on." * 100000}]
        odd = b"".join(json.dumps(item).encode() + end
                       for item, end in zip(wanted, [b"\n", b"\r\n", b"\n\n", b"\n \t\r\n"] * 4))
        odd = b"\xef\xbb\xbf" + odd + b'{"id": "bytes", "text": "The harbour fire \xff\xfe\\ud83d"}\n'
        odd += b'{"id": "raw", "text": "The harbour\tfire",}\n{"id": "nothing", "text": ""}\n{"id": "last", "text": "Harbour fire"}'
        code, rows, err = self.scores(odd)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([row[1] for row in rows], [str(item["id"]) for item in wanted] + ["bytes", "raw", "last"])
        self.assertEqual({row[0] for row in rows}, {"fires"})

    def test_go_on_behind_a_line_that_is_too_long(self):
        self.batch_of({"id": "fires", "seeds": fire_seeds()})
        item = lines({"id": "a", "text": "Harbour fire."})
        code, rows, err = self.scores(item + lines({"id": "b", "text": "fire " * 1000000}) + item)
        self.assertEqual((code, [row[1] for row in rows]), (65, ["a", "a"]))
        self.assertEqual(err, "tocsin: stdin:2: line longer than 4 MiB\n")

    def test_are_found_in_any_script(self):
        texts = {
            "Землетрясение": ["Сильное землетрясение разрушило дома в Анкаре, спасатели ищут людей.",
                              "Спасатели ищут людей после землетрясения в Анкаре."],
            "زلزال": ["ضرب زلزال قوي مدينة أنقرة ودمر منازل.", "فرق الإنقاذ تبحث بعد زلزال أنقرة."],
            "地震": ["土耳其发生强烈地震，救援人员正在搜救。", "地震后救援人员在安卡拉搜救。"],
        }
        rain = ["Сегодня в городе идёт дождь номер {}.", "هطل المطر في المدينة {}.", "今天城市下雨 {}。"]
        self.write("items.jsonl", lines(*({"text": rain[n % 3].format(n)} for n in range(300)),
                                        *({"text": seeds[0]} for seeds in texts.values())))
        code, _, err = self.batch_of(*({"id": name, "seeds": [{"text": text} for text in seeds]}
                                       for name, seeds in texts.items()))
        self.assertEqual(code, 0, err)
        _, rows, _ = self.scores(lines(*({"id": name, "text": seeds[1]} for name, seeds in texts.items())))
        self.assertEqual({row[:2] for row in rows if row[3] == "1"}, {(name, name) for name in texts})


if __name__ == "__main__":
    unittest.main(verbosity=2)
