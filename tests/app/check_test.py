#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tocsin check`: every mistake in configuration, feeds, topics and places."""

import json
import unittest

from program import FEEDS, ProgramTest, SETTINGS, TOPIC, TOPIC_TESTS


class Check(ProgramTest):
    def check(self, *more):
        return self.run_verb("check", "--offline", "--config", "tocsin.toml", *more)

    def assert_told(self, code, *lines):
        outcome = self.check()
        self.assertEqual(outcome[0], code, outcome)
        for line in lines:
            self.assertIn(line, outcome[2])

    def test_a_faultless_house_passes(self):
        code, out, err = self.check("--strict")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out, "1 feeds, 1 topics (1 experimental, published under lab/), 1 tests, 0 findings\n")

    def test_an_unknown_key_is_told_at_its_place_with_a_suggestion(self):
        self.write("tocsin.toml", SETTINGS + '\n[poll]\nmin_intervall = "2m"\n')
        self.assert_told(78, "tocsin.toml:10:1: error: unknown key 'min_intervall'; "
                             "did you mean 'min_interval'?\n")

    def test_mistakes_of_all_files_are_told_at_once(self):
        self.write("tocsin.toml", SETTINGS + "\n[poll]\nconcurrency = 0\n")
        self.write("topics/harbour-fires.toml", TOPIC.replace("severity = 3", "severity = 30"))
        self.assert_told(78, "tocsin.toml:10:15: error: ")
        # Places named by a faulty file are not trusted; the command line's are.
        outcome = self.check("--topics", "topics", "--feeds", "feeds.opml")
        self.assertEqual(outcome[0], 78)
        self.assertIn("tocsin.toml:10:15: error: ", outcome[2])
        self.assertIn("topics/harbour-fires.toml:7:12: error: ", outcome[2])

    def test_a_failing_topic_test_is_a_mistake(self):
        self.write("topics/harbour-fires.test.toml",
                   TOPIC_TESTS.replace("alert = true", "alert = false"))
        self.assert_told(78, "topics/harbour-fires.test.toml:3:1: error: test "
                             '"a fire at the quay" fails: ')

    def test_a_missing_feed_list_is_a_mistake(self):
        (self.folder / "feeds.opml").unlink()
        self.assert_told(78, "feeds.opml: error: No such file")

    def test_a_feed_list_that_is_none_is_a_mistake(self):
        self.write("feeds.opml", "<html></html>")
        self.assert_told(78, "feeds.opml:1:1: error: no OPML: its root is not <opml>\n")

    def test_a_feed_list_that_breaks_off_is_told_once_at_its_place(self):
        self.write("feeds.opml", "<opml>\n<body>\n  <outline")
        code, _, err = self.check()
        self.assertEqual(code, 78)
        self.assertRegex(err, r"feeds\.opml:3:\d+: error: no XML: ")
        self.assertEqual(err.count("feeds.opml"), 1, err)

    def test_without_any_configuration_the_place_where_it_was_looked_for_is_told(self):
        folder = self.folder / "none"
        code, _, err = self.run_verb("check", "--offline", CONFIGURATION_DIRECTORY=str(folder))
        self.assertEqual(code, 78)
        self.assertIn(f"{folder}/feeds.opml: error: No such file or directory; no configuration "
                      f"file was found at the default place, {folder}/tocsin.toml\n", err)

    def test_an_endpoint_that_run_would_refuse_is_a_mistake_at_its_place(self):
        self.write("tocsin.toml", SETTINGS + '\n[bus]\npub = ["tcp://0.0.0.0:9700"]\n')
        self.assert_told(78, "tocsin.toml:10:1: error: tcp://0.0.0.0:9700: other machines")
        self.write("tocsin.toml", SETTINGS + '\n[bus]\nctl = ["ipc://run/ctl.sock"]\n')
        self.assert_told(78, "tocsin.toml:10:1: error: ipc://run/ctl.sock: an absolute path")

    def test_users_that_do_not_hold_for_an_open_endpoint_are_warned_of(self):
        self.write("tocsin.toml", SETTINGS + '\n[bus]\nusers = ["root"]\nctl = ["tcp://127.0.0.1:9701"]\n')
        code, _, err = self.check()
        self.assertEqual(code, 0, err)
        self.assertIn("tocsin.toml:11:1: warning: 'users' holds for local sockets", err)

    def test_a_runtime_folder_too_deep_for_a_socket_is_a_mistake(self):
        deep = "/".join(["a" * 30] * 4)
        code, _, err = self.check("--runtime", deep)
        self.assertEqual(code, 78)
        self.assertIn(f"{self.folder}/{deep}: error: ipc://", err)

    def test_alerts_kept_longer_than_what_was_seen_are_a_warning(self):
        self.write("tocsin.toml", SETTINGS + '\n[store]\nkeep_tombstones = "30d"\n')
        self.assert_told(0, "tocsin.toml:10:19: warning: 'keep_tombstones' is shorter than "
                            "'keep_alerts'")
        self.assertEqual(self.check("--strict")[0], 3)

    def test_a_file_name_that_is_no_text_can_be_told_as_json(self):
        code, out, err = self.check("--json", "--feeds", b"no\xff.opml")
        self.assertEqual((code, err), (78, ""))
        self.assertIn("no\ufffd.opml", json.loads(out)["findings"][0]["file"])

    def test_a_feed_without_a_web_address_is_told_at_its_line(self):
        self.write("feeds.opml", FEEDS.replace("http://", "gopher://"))
        outcome = self.check()
        self.assertIn("feeds.opml:2", outcome[2])

    def test_a_missing_configuration_that_was_named_is_a_mistake(self):
        code, _, err = self.run_verb("check", "--offline", "--config", "nowhere.toml")
        self.assertEqual(code, 78)
        self.assertIn("nowhere.toml: error: No such file", err)

    def test_a_table_for_a_feed_that_is_not_listed_is_a_warning(self):
        self.write("tocsin.toml", SETTINGS + '\n[[feed]]\ntag = "Prots"\nkind = "paper"\n')
        code, _, err = self.check()
        self.assertEqual(code, 0)
        self.assertIn("tocsin.toml:9:1: warning: no feed stands in a folder 'Prots'; "
                      "did you mean 'Ports'?\n", err)
        self.assertEqual(self.check("--strict")[0], 3)

    def test_a_table_that_names_an_unknown_topic_is_a_mistake(self):
        self.write("tocsin.toml", SETTINGS + '\n[[feed]]\ntag = "Ports"\ntopics = ["harbor-fires"]\n')
        self.assert_told(78, "tocsin.toml:9:1: error: no topic 'harbor-fires'; "
                             "did you mean 'harbour-fires'?\n")

    def test_a_credential_that_others_may_read_is_a_mistake(self):
        secret = self.write("secret", "user:password")
        (self.folder / "secret").chmod(0o644)
        self.write("tocsin.toml",
                   SETTINGS + f'\n[[feed]]\ntag = "Ports"\ncredential = "{secret}"\n')
        self.assert_told(78, "may be read or changed by others")
        (self.folder / "secret").chmod(0o600)
        self.assertEqual(self.check()[0], 0)

    def test_a_state_folder_that_is_a_file_is_a_mistake(self):
        self.write("state", "no folder")
        self.assert_told(78, "state: error: is not a folder")

    def test_findings_are_json_on_request(self):
        self.write("tocsin.toml", SETTINGS + "\n[pol]\n")
        code, out, err = self.check("--json")
        found = json.loads(out)
        self.assertEqual((code, err, found["ok"]), (78, "", False))
        self.assertIn({"file": str(self.folder / "tocsin.toml"), "line": 9, "column": 2, "level": "error",
                       "message": "unknown section 'pol'; did you mean 'poll'?"},
                      found["findings"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
