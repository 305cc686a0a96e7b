# SPDX-License-Identifier: Apache-2.0
"""The plugin for apprise with the real daemon and a web server that stands for the services."""

import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import ROOT, eventually
from support.outlet import Outlet

PROGRAM = ROOT / "plugins" / "apprise" / "main.py"


class Receiver:
    """Remembers what is posted to each path and answers as told; 200 when it was told nothing."""

    def __init__(self):
        self.posts = []
        self.answers = {}
        self.closing = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((self.path, json.loads(body)))
                answers = receiver.answers.get(self.path, [])
                answer = answers.pop(0) if answers else 200
                if answer == "hang":
                    receiver.closing.wait(60)
                elif answer == "garbage":
                    self.wfile.write(b"\x00\xff\r\n" * 100)
                else:
                    self.send_response(answer)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def of(self, path):
        return [body for where, body in list(self.posts) if where == path]


class Apprise(Outlet):
    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def url(self, path, user="me:hunter2@"):
        return f"json://{user}127.0.0.1:{self.receiver.port}{path}"

    def urls(self, *lines):
        return self.secret("urls", "\n".join(lines) + "\n")

    def start(self, *lines, options=("--timeout=1s",)):
        return self.plugin("apprise", "phones", f"--urls={self.urls(*lines)}", *options)

    def test_every_service_gets_the_alert(self):
        self.begin()
        plugin = self.start("# the desk", self.url("/a"), "", self.url("/b"))
        self.report()
        self.assertTrue(eventually(lambda: self.acknowledged("phones") == 1), plugin.err.text())
        body = self.receiver.of("/a")[0]
        self.assertEqual(body["message"], self.receiver.of("/b")[0]["message"])
        self.assertEqual("Fires in harbours (severity 3)", body["title"])
        self.assertRegex(body["message"], "^Harbour fire in .*\nWire\n")
        self.assertIn("Found: ", body["message"])
        self.assertEqual("warning", body["type"])

    def test_what_one_service_did_not_take_comes_again_for_it_alone(self):
        self.begin()
        self.receiver.answers["/b"] = [503, 503, 503]
        plugin = self.start(self.url("/a"), self.url("/b"))
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("JSON on line 2: error 503"))
        self.assertTrue(eventually(lambda: len(self.receiver.of("/b")) == 4), plugin.err.text())
        self.assertEqual(1, len(self.receiver.of("/a")))

    def test_services_that_hang_or_talk_nonsense_or_are_down_hold_up_no_other(self):
        self.begin()
        for path, answer in (("/hang", "hang"), ("/garbage", "garbage")):
            self.receiver.answers[path] = [answer] * 100
        plugin = self.start(self.url("/good"), self.url("/hang"), self.url("/garbage"), "json://127.0.0.1:1/")
        self.report(2)
        self.assertTrue(eventually(lambda: len(self.receiver.of("/good")) == 2), plugin.err.text())
        for line in (2, 3, 4):
            self.assertIsNotNone(plugin.err.wait_for_match(f"JSON on line {line}: "))
        self.assertTrue(eventually(lambda: "JSON on line 4" in self.last_error("phones")))
        self.assertEqual(0, plugin.terminate())
        self.assertEqual(2, len(self.receiver.of("/good")))

    def test_an_alert_that_nobody_takes_is_given_back_to_the_daemon(self):
        self.begin()
        self.receiver.answers["/a"] = [400] * 1000
        plugin = self.start(self.url("/a"))
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("given back after delivery 1: JSON on line 1: error 400"))
        self.assertTrue(eventually(lambda: self.subscriber("phones").get("parked") == 1))

    def test_no_secret_is_shown(self):
        self.begin()
        self.receiver.answers["/a"] = [401] * 3
        plugin = self.start(self.url("/a"), "json://me:hunter2@127.0.0.1:1/sesame")
        self.report()
        self.assertIsNotNone(plugin.err.wait_for_match("given back"))
        for text in (plugin.err.text(), plugin.out.text(), pathlib.Path(f"/proc/{plugin.pid}/cmdline").read_text()):
            self.assertNotIn("hunter2", text)
            self.assertNotIn("sesame", text)

    def test_hostile_text_steers_nothing_and_calls_nobody(self):
        self.begin()
        plugin = self.start(self.url("/a"))
        self.report_hostile()
        self.assertTrue(eventually(lambda: self.receiver.of("/a")), plugin.err.text())
        body = self.receiver.of("/a")[0]
        for text in (body["title"], body["message"]):
            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
            self.assertNotIn("<!channel>", text)
            self.assertNotIn("@everyone", text)
        self.assertLess(len(body["message"]), 5000)

    def test_what_is_configured_wrong_is_one_line_and_64(self):
        good = self.url("/a")
        for lines, mode, more, why in (
            ([good, "nonsense://hunter2"], 0o600, [], "--urls: line 2 is no URL that apprise knows"),
            (["# nothing"], 0o600, [], "--urls: the file names none"),
            ([good], 0o644, [], "chmod 0600"),
            ([good], 0o600, ["--timeout=1h"], "--timeout: 1h is out of bounds"),
        ):
            path = self.urls(*lines)
            path.chmod(mode)
            line = self.refused("apprise", f"--urls={path}", *more)
            self.assertIn(why, line)
            self.assertNotIn("hunter2", line)
        self.assertIn("/nonexistent: No such file", self.refused("apprise", "--urls=/nonexistent", code=1))
        self.assertIn("--urls is missing", self.refused("apprise"))

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        path = self.urls(self.url("/a"), "nonsense://hunter2")
        self.instance("phones", f'plugin = "apprise"\n[options]\ntimeout = "5s"\nurls = "{path}"\n')
        line = self.refused_instance("phones")
        self.assertRegex(line, r"^\S+phones\.toml:5:8: error: urls: line 2 is no URL that apprise knows$")
        self.assertNotIn("hunter2", line)

    def test_a_dry_run_tells_what_would_be_sent_and_reads_no_secret(self):
        self.begin()
        self.report_hostile()
        said = self.dry_run("apprise", 1, "--urls=/nonexistent")
        self.assertRegex(said, r"^would send to <urls>: Fires in harbours \(severity 3\): Harbour fire 1")
        self.assertEqual(1, len(said.splitlines()))
        self.assertEqual([], self.receiver.posts)

    def test_the_program_is_fully_typed(self):
        with tempfile.TemporaryDirectory(prefix="tocsin-mypy.") as cache:
            done = subprocess.run(["mypy", "--strict", "--cache-dir", cache, "tocsin_plugin", str(PROGRAM)],
                                  cwd=ROOT / "plugins" / "sdk" / "python", capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stdout)


if __name__ == "__main__":
    unittest.main()
