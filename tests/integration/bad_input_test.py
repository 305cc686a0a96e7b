# SPDX-License-Identifier: Apache-2.0
"""What goes wrong outside is told in one line that names it, and costs nothing already stored."""

import os
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import feed_server
from support.daemon import SETTINGS, TOPIC, Home, alerts_of
from support.feed_server import FeedServer
from support.words import fire_report

FAILED, BAD_INPUT, UNREACHABLE, NOT_PERMITTED, CONFIGURATION = 1, 65, 69, 77, 78

MEMORY_LIMIT = 1_500_000  # KiB; far above ten bodies at the limit under ASan


class Rig(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.close)
        self.server = FeedServer()
        self.addCleanup(self.server.close)

    def complaint(self, daemon, *words):
        """The first line of the log that holds all `words`; there must be one."""
        pattern = "".join(f"(?=.*{word})" for word in words)
        line = daemon.err.wait_for_match(pattern)
        self.assertIsNotNone(line, f"no line with {words}:\n{daemon.err.text()}")
        return line

    def refuse(self, code, *words):
        """`tocsin run` ends with `code`; one line of what it says has all `words`."""
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready, "it serves nevertheless")
        self.assertEqual(code, daemon.wait(), daemon.err.text())
        self.complaint(daemon, *words)


class BadFeeds(Rig):
    """A bad feed beside a good one: told by name, and the good one goes on."""

    def serve(self, url):
        self.good = self.server.add_feed("good", "Good", "rss")
        self.home.feeds.write_text(self.server.opml(
            [("bad", "Bad", url), ("good", "Good", self.good.url)]))
        daemon = self.home.daemon()
        self.console = self.home.console("test")
        self.assertTrue(self.server.wait_for_polls("/feeds/good", 2))
        return daemon

    def assert_good_feed_alerts(self):
        self.good.add(*fire_report(1))
        self.assertTrue(self.console.out.wait_for(
            lambda lines: any('"good"' in line for line in lines)))
        sources = {a["data"]["source"]["feed_id"] for a in alerts_of(self.console.out.all())}
        self.assertEqual({"good"}, sources)

    def check(self, url, *words):
        daemon = self.serve(url)
        self.complaint(daemon, "bad", *words)
        self.assert_good_feed_alerts()
        self.assertEqual(0, daemon.terminate(), daemon.err.text())

    def test_an_unreachable_host(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.check(f"http://127.0.0.1:{unused.getsockname()[1]}/feed", "127.0.0.1", "connect")

    def test_garbage(self):
        url = self.server.add_endpoint("/bad", feed_server.fixed(bytes(range(256)) * 64))
        self.check(url, "feed")

    def test_a_page_instead_of_a_feed(self):
        page = b"<!doctype html><title>Sign in</title><p>Please sign in."
        self.check(self.server.add_endpoint("/bad", feed_server.fixed(page)), "feed")

    def test_a_server_error(self):
        url = self.server.add_endpoint("/bad", feed_server.fixed(b"oops", status=500))
        self.check(url, "500")

    def test_a_connection_closed_in_the_middle(self):
        url = self.server.add_endpoint("/bad", feed_server.truncated(b"<rss>" + b" " * 5000, 100))
        self.check(url, "127.0.0.1")

    def test_a_redirect_to_a_private_address(self):
        url = self.server.add_endpoint("/bad", feed_server.redirect("http://10.0.0.1/feed"))
        self.check(url, r"10\.0\.0\.1", "private")

    def test_a_redirect_to_another_scheme(self):
        url = self.server.add_endpoint("/bad", feed_server.redirect("file:///etc/passwd"))
        self.check(url)

    def test_a_body_of_100_mb(self):
        url = self.server.add_endpoint("/bad", feed_server.endless(100_000_000))
        daemon = self.serve(url)
        self.complaint(daemon, "bad", r"over \d+ bytes")
        self.assert_good_feed_alerts()
        self.assertLess(self.peak_memory(daemon), MEMORY_LIMIT)

    def test_a_gzip_bomb(self):
        url = self.server.add_endpoint("/bad", feed_server.gzip_bomb(300_000_000))
        daemon = self.serve(url)
        self.complaint(daemon, "bad", r"over \d+ bytes")
        self.assert_good_feed_alerts()
        self.assertLess(self.peak_memory(daemon), MEMORY_LIMIT)

    def peak_memory(self, daemon):
        status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    def test_a_body_that_drips(self):
        self.home.config.write_text(
            SETTINGS.replace("[http]", '[http]\nconnect_timeout = "2s"\ntimeout = "2s"'))
        url = self.server.add_endpoint(
            "/bad", feed_server.slow_drip(self.server, b"<rss>" + b" " * 5000, 0.1))
        # One request a host at a time: the good feed must stand on another address.
        self.good = self.server.add_feed("good", "Good", "rss")
        elsewhere = self.good.url.replace("127.0.0.1", "localhost")
        self.home.feeds.write_text(self.server.opml(
            [("bad", "Bad", url), ("good", "Good", elsewhere)]))
        daemon = self.home.daemon()
        self.console = self.home.console("test")
        self.assertTrue(self.server.wait_for_polls("/feeds/good", 2))
        self.complaint(daemon, "bad", "time")
        self.assert_good_feed_alerts()

    def test_truncated_xml_still_gives_the_items_that_are_whole(self):
        feed = self.server.add_feed("wire", "Wire", "rss")
        cut = {"at": None}

        def answer(handler):
            body = feed.document()[0]
            feed_server.respond(handler, 200, body[:cut["at"]], "application/rss+xml")

        url = self.server.add_endpoint("/cut", answer)
        self.home.feeds.write_text(self.server.opml([("cut", "Cut", url)]))
        self.home.daemon()
        console = self.home.console("test")
        self.assertTrue(self.server.wait_for_polls("/cut", 2))
        feed.add(*fire_report(1))
        feed.add(*fire_report(2))
        cut["at"] = -60
        self.assertTrue(console.out.wait_for(
            lambda lines: any(fire_report(2)[0] in line for line in lines)))

    def test_a_charset_declared_wrongly_does_not_garble_the_text(self):
        feed = self.server.add_feed("wire", "Wire", "rss")

        def answer(handler):
            body = feed.document()[0].replace(b'encoding="utf-8"', b'encoding="us-ascii"')
            feed_server.respond(handler, 200, body, "text/xml; charset=iso-8859-1")

        url = self.server.add_endpoint("/charset", answer)
        self.home.feeds.write_text(self.server.opml([("charset", "Charset", url)]))
        self.home.daemon()
        console = self.home.console("test")
        self.assertTrue(self.server.wait_for_polls("/charset", 2))
        feed.add("Harbour fire in Łódź", "A harbour fire near the quay of Łódź, said Mr Müller.")
        console.out.wait_for_count(1)
        (alert,) = alerts_of(console.out.all())
        self.assertEqual("Harbour fire in Łódź", alert["data"]["item"]["title"])


class BadConfiguration(Rig):
    def setUp(self):
        super().setUp()
        self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())

    def test_an_unknown_key_is_named_with_its_place_and_a_suggestion(self):
        self.home.config.write_text(SETTINGS.replace("min_interval", "min_intervall"))
        self.refuse(CONFIGURATION, r"tocsin\.toml:\d+:\d+", "min_intervall", "min_interval[^l]")

    def test_a_wrong_value_is_named_with_its_place(self):
        self.home.config.write_text(SETTINGS.replace('"1s"', '"soon"', 1))
        self.refuse(CONFIGURATION, r"tocsin\.toml:\d+:\d+", "min_interval")

    def test_what_is_no_toml_is_named_with_its_place(self):
        self.home.config.write_text("[poll\nmin_interval = 3")
        self.refuse(CONFIGURATION, r"tocsin\.toml:\d+:\d+")

    def test_a_missing_configuration_is_named(self):
        self.home.config.unlink()
        self.refuse(CONFIGURATION, r"tocsin\.toml")

    def test_a_missing_list_of_feeds_is_named(self):
        self.home.feeds.unlink()
        self.refuse(CONFIGURATION, r"feeds\.opml")

    def test_a_list_of_feeds_that_is_none_is_named(self):
        self.home.feeds.write_text("<html><body>not found</body></html>")
        self.refuse(CONFIGURATION, r"feeds\.opml")

    def test_a_broken_topic_is_named_with_its_place_and_a_suggestion(self):
        (self.home.topics / "harbour-fires.toml").write_text(TOPIC.replace("severity", "sevrity"))
        self.refuse(CONFIGURATION, r"harbour-fires\.toml:\d+:\d+", "sevrity", "severity")

    def test_an_endpoint_in_use_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.home.config.write_text(SETTINGS + f'\n[bus]\npub = ["tcp://127.0.0.1:{port}"]\n')
            self.refuse(FAILED, f"tcp://127.0.0.1:{port}", "in use")

    def test_an_endpoint_that_others_could_reach_unguarded_is_refused(self):
        self.home.config.write_text(SETTINGS + '\n[bus]\npub = ["tcp://0.0.0.0:0"]\n')
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready)
        self.assertEqual(NOT_PERMITTED, daemon.wait(), daemon.err.text())
        self.complaint(daemon, r"tcp://0\.0\.0\.0")

    def test_check_finds_what_run_would_refuse(self):
        self.home.config.write_text(SETTINGS.replace("min_interval", "min_intervall"))
        code, out, err = self.home.tocsin("check", "--config", self.home.config)
        self.assertEqual(CONFIGURATION, code)
        self.assertRegex(out + err, r"tocsin\.toml:\d+:\d+.*min_intervall")


class BadPlaces(Rig):
    """The state folder: in use, not a folder, not writable, full."""

    def setUp(self):
        super().setUp()
        self.feed = self.server.add_feed("wire", "Wire", "rss")
        self.home.feeds.write_text(self.server.opml())

    def test_a_second_daemon_is_told_who_holds_the_state(self):
        first = self.home.daemon()
        self.refuse(FAILED, str(self.home.state), str(first.pid))
        self.assertEqual(first.pid, self.home.status()["pid"], "the first one was disturbed")

    def test_a_second_daemon_with_a_state_of_its_own_does_not_take_the_sockets(self):
        first = self.home.daemon()
        self.home.state = self.home.path / "other-state"
        self.refuse(FAILED, "pub\\.sock", str(first.pid))
        self.assertEqual(first.pid, self.home.status()["pid"], "the first one was disturbed")

    def test_a_ready_descriptor_that_is_not_open_is_refused_before_anything_is_written(self):
        code, _, err = self.home.tocsin(*self.home.run_command("--once", "--ready-fd", 9)[1:])
        self.assertEqual(2, code, err)
        self.assertIn("--ready-fd 9", err)
        self.assertFalse(self.home.database().exists())

    def test_a_file_in_place_of_the_state_folder_is_named(self):
        self.home.state.rmdir()
        self.home.state.write_text("")
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready)
        self.assertIn(daemon.wait(), (FAILED, NOT_PERMITTED, CONFIGURATION))
        self.complaint(daemon, str(self.home.state))

    def test_a_state_folder_that_is_read_only_is_named(self):
        wrapper = in_namespace(self.home.state, "ro")
        if wrapper is None:
            self.skipTest("needs the right to mount")
        daemon, ready = self.home.start_daemon(wrapper)
        self.assertIsNone(ready)
        self.assertIn(daemon.wait(), (FAILED, NOT_PERMITTED))
        self.complaint(daemon, str(self.home.state))

    def test_a_database_that_is_none_is_named_and_left_alone(self):
        self.home.database().write_bytes(b"precious, but no database" * 1000)
        daemon, ready = self.home.start_daemon()
        self.assertIsNone(ready)
        self.assertEqual(BAD_INPUT, daemon.wait(), daemon.err.text())
        self.complaint(daemon, r"tocsin\.db")
        self.assertEqual(b"precious, but no database" * 1000, self.home.database().read_bytes())

    def test_a_full_disk_is_told_and_loses_nothing_stored(self):
        wrapper = in_namespace(self.home.state, "small")
        if wrapper is None:
            self.skipTest("needs the right to mount")
        daemon = self.home.daemon(wrapper)
        console = self.home.console("test")
        self.assertTrue(self.server.wait_for_polls("/feeds/wire", 2))
        self.feed.add(*fire_report(1))
        self.assertTrue(console.out.wait_for_count(1))
        inside = pathlib.Path(f"/proc/{daemon.pid}/root") / str(self.home.state).lstrip("/")
        filler = inside / "filler"
        fill(filler)
        self.feed.add(*fire_report(2))
        self.complaint(daemon, "disk|space|full")
        self.assertEqual(1, len(console.out.all()), "sent what is not stored")
        self.assertTrue(daemon.is_running(), daemon.err.text())
        filler.unlink()
        self.assertTrue(console.out.wait_for_count(2, 60), daemon.err.text())
        self.assertEqual(0, daemon.terminate(), daemon.err.text())

    def test_a_client_without_a_daemon_says_so(self):
        code, _, err = self.home.tocsin("status", "--runtime", self.home.runtime)
        self.assertEqual(UNREACHABLE, code)
        self.assertIn(str(self.home.runtime), err)


def in_namespace(folder, how):
    """A command prefix that runs a program with `folder` mounted read-only ("ro"), or as a disk of
    its own of 4 MiB ("small"). None when this user may not mount."""
    mount = {"ro": 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"',
             "small": 'mount -t tmpfs -o size=4m tocsin "$0"'}[how]
    flags = ["--mount"] if os.geteuid() == 0 else ["--mount", "--map-root-user"]
    wrapper = ["unshare", *flags, "sh", "-c", f'{mount} && exec "$@"', str(folder)]
    works = subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode == 0
    return wrapper if works else None


def fill(path):
    """Writes until the disk is full, to the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


if __name__ == "__main__":
    unittest.main()
