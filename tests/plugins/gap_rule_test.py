#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The gap rule of the Python library: the cases and the model of gap_rule_test.cpp."""

import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "plugins" / "sdk" / "python"))
from tocsin_plugin.gap_rule import Check, Fetch, Frame, GapRule

RUNS = 3000


def frame(topic, seq, prev):
    return Frame(topic, seq, prev)


def numbers(frames):
    return [one.seq for one in frames]


class Rule(unittest.TestCase):
    def setUp(self):
        self.rule = GapRule(10)

    def test_takes_live_frames_that_follow_each_other(self):
        self.assertTrue(self.rule.live(frame("a", 11, 9)))
        self.assertTrue(self.rule.live(frame("b", 12, 0)))
        self.assertTrue(self.rule.live(frame("a", 13, 11)))
        self.assertIsNone(self.rule.next_ask())

    def test_never_takes_a_frame_twice(self):
        self.assertTrue(self.rule.live(frame("a", 11, 9)))
        self.assertIsNone(self.rule.live(frame("a", 11, 9)))
        self.assertIsNone(self.rule.live(frame("a", 9, 0)))

    def test_moves_no_cursor_by_live_frames(self):
        self.rule.live(frame("a", 11, 9))
        self.assertEqual(10, self.rule.cursor)

    def test_fetches_behind_a_hole_before_it_takes_the_frame_after_it(self):
        self.assertIsNone(self.rule.live(frame("a", 14, 12)))
        self.assertEqual(Fetch(10), self.rule.next_ask())
        taken = self.rule.fetched([frame("a", 12, 9), frame("a", 14, 12)], 14, False)
        self.assertEqual([12, 14], numbers(taken))
        self.assertEqual(14, self.rule.cursor)

    def test_takes_what_came_during_a_fetch_after_it(self):
        self.rule.live(frame("a", 14, 12))
        self.rule.next_ask()
        self.assertIsNone(self.rule.live(frame("b", 15, 3)))
        taken = self.rule.fetched([frame("a", 12, 9), frame("a", 14, 12)], 14, False)
        self.assertEqual([12, 14, 15], numbers(taken))

    def test_asks_once_per_head(self):
        self.rule.head(12)
        self.assertEqual(12, self.rule.next_ask().upto)
        self.assertIsNone(self.rule.next_ask())
        self.rule.checked(12, True)
        self.assertEqual(12, self.rule.cursor)
        self.assertIsNone(self.rule.next_ask())

    def test_counts_in_a_check_only_what_lies_up_to_the_head(self):
        self.rule.live(frame("a", 11, 9))
        self.rule.live(frame("a", 15, 11))
        self.rule.head(12)
        self.assertEqual(1, self.rule.next_ask().count)

    def test_fetches_where_a_count_differs(self):
        self.rule.head(12)
        self.rule.next_ask()
        self.rule.checked(12, False)
        self.assertIsInstance(self.rule.next_ask(), Fetch)

    def test_ignores_a_head_that_it_has_reached(self):
        self.rule.head(10)
        self.assertIsNone(self.rule.next_ask())

    def test_asks_again_where_no_answer_came(self):
        self.rule.head(12)
        self.rule.next_ask()
        self.rule.ask_failed()
        self.assertIsInstance(self.rule.next_ask(), Fetch)

    def test_goes_on_at_the_floor_after_a_gap(self):
        self.rule.gap(20)
        self.assertEqual(19, self.rule.cursor)
        self.assertEqual(Fetch(19), self.rule.next_ask())

    def test_lets_go_of_live_frames_beyond_its_buffer(self):
        rule = GapRule(0, 1)
        for seq in (2, 3, 4):
            rule.live(frame("a", seq, seq - 1))
        self.assertEqual([1, 2], numbers(rule.fetched([frame("a", 1, 0)], 1, False)))

    def test_learns_when_it_stops_how_far_it_may_acknowledge(self):
        self.rule.live(frame("a", 11, 9))
        self.rule.live(frame("a", 15, 11))
        self.assertEqual(Check(10, 11, 1), self.rule.last_check(14))
        self.assertIsNone(self.rule.last_check(10))

    def test_asks_for_nothing_but_checks_while_nothing_is_lost(self):
        rule = GapRule(0)
        for seq in range(1, 1001):
            self.assertIsNotNone(rule.live(frame("a", seq, seq - 1)))
            rule.head(seq)
            self.assertEqual(Check(seq - 1, seq, 1), rule.next_ask())
            rule.checked(seq, True)


class Model:
    """A daemon with a log, a lossy PUB, a ROUTER that answers late, and a reader that crashes and comes
    back with what it acknowledged. Everything random comes from one seed."""

    TOPICS = ("a/1/", "a/2/", "b/1/", "b/12/")

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.loss = 0.0 if self.random.random() < 0.3 else 0.4 * self.random.random()
        self.filter = self.random.choice(("", "a/", "b/", "b/1/"))
        self.buffer = self.random.randint(1, 8)
        self.page = self.random.randint(1, 5)
        self.log, self.last = [], {}
        self.rule = GapRule(0, self.buffer)
        self.pending, self.asked_at = None, 0
        self.ever, self.this_run, self.last_taken = set(), set(), {}
        self.complaint = ""

    def run(self):
        for _ in range(self.random.randint(50, 250)):
            self.step()
        self.loss = 0.0  # the weather clears: heads arrive, and answers
        for _ in range(400):
            if self.rule.cursor == len(self.log):
                break
            self.head()
            self.answer()

    def verdict(self):
        if self.complaint:
            return self.complaint
        missed = [one.seq for one in self.log if self.matches(one) and one.seq not in self.ever]
        if missed:
            return f"missed {missed}"
        return "" if self.rule.cursor == len(self.log) else "the cursor stayed behind"

    def step(self):
        dice = self.random.random()
        if dice < 0.55:
            self.append()
        elif dice < 0.75:
            self.head()
        elif dice < 0.97:
            self.answer()
        elif dice < 0.99:
            self.ask_lost()
        else:
            self.crash()

    def append(self):
        topic = self.random.choice(self.TOPICS)
        one = Frame(topic, len(self.log) + 1, self.last.get(topic, 0))
        self.last[topic] = one.seq
        self.log.append(one)
        if self.random.random() < self.loss or not self.matches(one):
            return
        if (taken := self.rule.live(one)) is not None:
            self.take(taken)

    def head(self):
        if self.random.random() >= self.loss:
            self.rule.head(len(self.log))
        self.ask()

    def ask(self):
        if (ask := self.rule.next_ask()) is not None:
            self.pending = ask
            self.asked_at = len(self.log)  # the daemon answers out of the log of some later moment

    def answer(self):
        if self.pending is None:
            return self.ask()
        ask, self.pending = self.pending, None
        if isinstance(ask, Check):
            count = sum(ask.after < one.seq <= ask.upto and self.matches(one) for one in self.log)
            self.rule.checked(ask.upto, count == ask.count)
        else:
            self.fetch(ask.after)
        return self.ask()

    def fetch(self, after):
        upto = self.random.randint(self.asked_at, len(self.log))
        records, scanned = [], after
        while scanned < upto and len(records) < self.page:
            scanned += 1
            if self.matches(self.log[scanned - 1]):
                records.append(self.log[scanned - 1])
        for one in self.rule.fetched(records, scanned, scanned < upto):
            self.take(one)

    def ask_lost(self):
        if self.pending is not None:
            self.pending = None
            self.rule.ask_failed()
            self.ask()

    def crash(self):
        """A new process begins at the acknowledged cursor. All before it must have been handled."""
        acknowledged = self.rule.cursor
        for one in self.log[:acknowledged]:
            if self.matches(one) and one.seq not in self.ever:
                self.complaint = f"acknowledged {one.seq} without having it"
        self.rule = GapRule(acknowledged, self.buffer)
        self.pending = None
        self.this_run.clear()
        self.last_taken.clear()

    def take(self, one):
        if one.seq in self.this_run:
            self.complaint = f"twice {one.seq}"
        if one.seq < self.last_taken.get(one.topic, 0):
            self.complaint = f"out of order on {one.topic}"
        self.this_run.add(one.seq)
        self.ever.add(one.seq)
        self.last_taken[one.topic] = one.seq

    def matches(self, one):
        return one.topic.startswith(self.filter)


class RandomRuns(unittest.TestCase):
    def test_misses_nothing_and_takes_nothing_twice(self):
        for seed in range(RUNS):
            model = Model(seed)
            model.run()
            self.assertEqual("", model.verdict(), f"seed {seed}")


if __name__ == "__main__":
    unittest.main()
