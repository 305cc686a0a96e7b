#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the derivation of topics on a collection of stories.

usage: topics_bench.py TOCSIN COLLECTION [--topics] [--seeds N]

COLLECTION holds background.jsonl and stream.jsonl, items {"id", "date", "text"}, and topics.json, a
list of {"topic", "seeds", "start", "end", "pos", "unjudged"}: item ids and dates. Topics are derived
from their seeds and the background, and matched against the stream by the command line's own verbs.

Of a topic counts the stream from the day after its last seed; seeds and unjudged items do not.
Printed are the means over topics of average precision, of the least cost Cn = Pmiss + 4.9 Pfa that
any threshold reaches, and at the derived threshold of Cn, recall and precision: of all topics, and of
two halves, by a digest of the topic's name, so that what was chosen on one is confirmed on the other.
--topics prints a line per topic, worst first. --seeds derives each topic from the first N of all items
known to be of it, and counts what follows the tenth, of topics with at least eight such items.
"""
import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import tempfile

FALSE_ALARM_COST = 4.9  # TDT: C_miss 1, C_fa 0.1, P_target 0.02, normalised
NAMES = ("MAP", "least Cn", "Cn", "recall", "precision")


def read_lines(path):
    with open(path, encoding="utf8") as file:
        return [json.loads(line) for line in file]


def run(tocsin, collection, topics, stream):
    """{topic number: {item: (score, fires)}} by the binary, and the topics that were not derived."""
    texts = {item["id"]: item["text"] for item in stream}
    with tempfile.TemporaryDirectory() as folder:
        batch = pathlib.Path(folder, "seeds.jsonl")
        rules = pathlib.Path(folder, "topics")
        batch.write_text("".join(
            json.dumps({"id": f"t{number}", "seeds": [{"text": texts[seed]} for seed in topic["seeds"]]}) + "\n"
            for number, topic in enumerate(topics)), encoding="utf8")
        subprocess.run([tocsin, "topic", "new", "--batch", batch, "--background",
                        collection / "background.jsonl", "--out", rules], check=True,
                       stdout=subprocess.DEVNULL)
        matched = subprocess.run([tocsin, "match", "--topics", rules, "--scores",
                                  collection / "stream.jsonl"], check=True, stdout=subprocess.PIPE)
    scores = collections.defaultdict(dict)
    for line in matched.stdout.decode("utf8").splitlines():
        name, item, score, fires = line.split("\t")
        scores[int(name[1:])][item] = (float(score), fires == "1")
    return scores


def measure(topic, stream, scores):
    """AP, least Cn, and Cn, recall and precision at the derived threshold."""
    wanted = set(topic["pos"])
    left_out = (set(topic.get("unjudged", [])) | set(topic["seeds"])) - wanted
    judged = [item["id"] for item in stream
              if item["id"] in wanted
              or (topic["start"] < item["date"] <= topic["end"] and item["id"] not in left_out)]
    score = {item: scores.get(item, (0, False))[0] for item in judged}
    ranked = sorted(judged, key=lambda item: -score[item])
    others = len(ranked) - len(wanted)

    def cost(found, fired):
        return 1 - found / len(wanted) + FALSE_ALARM_COST * (fired - found) / others

    found, precisions, least = 0, 0.0, 1.0
    for rank, item in enumerate(ranked, 1):
        if item in wanted:
            found += 1
            precisions += found / rank
        if rank == len(ranked) or score[ranked[rank]] != score[item]:
            least = min(least, cost(found, rank))
    fired = {item for item in judged if scores.get(item, (0, False))[1]}
    hits = len(fired & wanted)
    return (precisions / len(wanted), least, cost(hits, len(fired)), hits / len(wanted),
            hits / max(1, len(fired)))


def with_first_seeds(topics, stream, count):
    """The topics as if their first `count` items, of at most ten, had been the seeds."""
    place = {item["id"]: (item["date"], number) for number, item in enumerate(stream)}
    changed = []
    for topic in topics:
        known = sorted({*topic["seeds"], *topic["pos"]}, key=place.get)
        first, start = known[:10], place[known[:10][-1]][0]
        later = [item for item in topic["pos"] if item not in first]
        if len(later) >= 8 and place[later[-1]][0] > start:
            changed.append(topic | {"seeds": first[:count], "start": start,
                                    "pos": [item for item in later if place[item][0] > start],
                                    "unjudged": [*topic.get("unjudged", []), *first]})
    return changed


def half_of(topic):
    return int(hashlib.sha256(topic["topic"].encode("utf8")).hexdigest(), 16) % 2


def print_means(name, rows):
    means = [sum(column) / len(rows) for column in zip(*rows)]
    print(f"{name:<12} {len(rows):>3} topics  "
          + "  ".join(f"{label} {mean:.3f}" for label, mean in zip(NAMES, means)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tocsin", type=pathlib.Path)
    parser.add_argument("collection", type=pathlib.Path)
    parser.add_argument("--topics", action="store_true", help="print a line per topic, worst first")
    parser.add_argument("--seeds", type=int, metavar="N", help="derive from the first N known items, 1 to 10")
    options = parser.parse_args()
    topics = json.loads((options.collection / "topics.json").read_text(encoding="utf8"))
    stream = read_lines(options.collection / "stream.jsonl")
    if options.seeds:
        topics = with_first_seeds(topics, stream, options.seeds)
    scores = run(options.tocsin, options.collection, topics, stream)
    rows = [measure(topic, stream, scores[number]) for number, topic in enumerate(topics)]
    if options.topics:
        for row, topic in sorted(zip(rows, topics), key=lambda pair: pair[0]):
            print("  ".join(f"{value:.3f}" for value in row), topic["topic"])
    print_means("all", rows)
    for half, name in enumerate(("first half", "second half")):
        print_means(name, [row for row, topic in zip(rows, topics) if half_of(topic) == half])


if __name__ == "__main__":
    main()
