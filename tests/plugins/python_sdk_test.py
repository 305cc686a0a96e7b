#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The Python library for plugins, without a daemon."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from unittest import mock

import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]
SDK = ROOT / "plugins" / "sdk" / "python"
EXAMPLE = SDK / "example"
VERSION_1 = ROOT / "tests" / "golden" / "alerts" / "version-1"
sys.path.insert(0, str(SDK))
from tocsin_plugin import (BadAlert, BadManifest, Drop, Halt, Ok, Options, Retry, cut, cut_bytes, decode,
                           escape_html, one_line, read_secret, retry_after, segments, serve)
from tocsin_plugin.config import Config, check, endpoints_of
from tocsin_plugin.dispatcher import Dispatcher, pause_of
from tocsin_plugin.gap_rule import Frame
from tocsin_plugin.manifest import NotThere, parse_value, read_manifest
from tocsin_plugin.runner import read_record
from tocsin_plugin.service import ServiceManager


def golden(name="new.json"):
    return (VERSION_1 / name).read_bytes()


def changed(**data):
    """The golden alert with members of `data` replaced."""
    event = json.loads(golden())
    event["data"].update(data)
    return json.dumps(event).encode()


class InFolder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-sdk."))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path


class Decoding(unittest.TestCase):
    def test_an_alert_has_its_parts_by_name(self):
        alert = decode(golden())
        self.assertEqual(("new", 3, "returning-fighters"), (alert.kind, alert.severity, alert.topic))
        self.assertEqual("Foreign fighters return from Raqqa", alert.item.title)
        self.assertEqual("foreign fighters", alert.match.evidence[0].term)
        self.assertEqual(2, alert.story.outlets)
        self.assertEqual(2017, alert.times.committed.year)
        self.assertEqual(golden(), alert.payload)

    def test_an_operator_alert_has_a_summary_and_no_item(self):
        alert = decode(golden("operations.json"))
        self.assertEqual(("operations", "feed.failing"), (alert.kind, alert.topic))
        self.assertTrue(alert.summary)
        self.assertEqual("", alert.item.title)

    def test_every_alert_of_version_1_is_read(self):
        for path in sorted(VERSION_1.glob("*.json")):
            alert = decode(path.read_bytes())
            for one in alert.match.evidence:
                text = alert.text_of(one.field).encode()
                self.assertEqual(one.text.lower(), text[one.start:one.end].decode().lower(), path.name)
        self.assertIsNone(decode(golden("before-reasons.json")).times.published)
        self.assertEqual(3, decode(golden("updated.json")).story.correlation)
        self.assertTrue(decode(golden("members-of-later-days.json")).is_experimental)

    def test_members_it_does_not_know_are_passed_over(self):
        event = json.loads(golden())
        event["later"] = {"a": 1}
        event["data"]["item"]["later"] = [1]
        self.assertEqual("a1", decode(json.dumps(event).encode()).id)

    def test_what_is_no_alert_is_refused_with_the_member_that_is_wrong(self):
        item = json.loads(golden())["data"]["item"]
        for payload, words in ((b"", "no JSON"), (b"[]", "no object"), (b"\xff", "no JSON"), (b"[" * 60000, "no JSON"),
                               (changed(item=item | {"title": 4}), "data.item.title is not a string"),
                               (changed(item=[]), "data.item is no object"),
                               (changed(alert={"kind": "odd", "id": "a"}), "data.alert.kind"),
                               (b'"' + b"a" * 70000 + b'"', "over 64 KiB")):
            with self.assertRaisesRegex(BadAlert, words):
                decode(payload)


def frame(seq):
    return Frame("alert/floods/3/", seq, payload=golden())


class Dispatching(unittest.TestCase):
    def setUp(self):
        self.outcomes, self.seen = [], []
        self.dispatcher = Dispatcher(self.handle, 2)

    def handle(self, alert):
        self.seen.append((alert.delivery.seq, alert.delivery.attempt))
        outcome = self.outcomes.pop(0) if self.outcomes else Ok()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def test_handles_one_alert_at_a_time_and_in_order(self):
        self.dispatcher.add([frame(1), frame(2)])
        kinds = [self.dispatcher.step(0).kind for _ in range(3)]
        self.assertEqual(["handled", "handled", "idle"], kinds)
        self.assertEqual([(1, 1), (2, 1)], self.seen)

    def test_keeps_alerts_behind_one_that_is_tried_again(self):
        self.outcomes = [Retry(reason="down")]
        self.dispatcher.add([frame(1), frame(2)])
        self.assertEqual("retrying", self.dispatcher.step(100).kind)
        self.assertEqual("idle", self.dispatcher.step(104).kind)
        self.assertEqual("down", self.dispatcher.last_error)
        self.assertEqual("handled", self.dispatcher.step(105).kind)
        self.assertEqual([(1, 1), (1, 2)], self.seen)

    def test_doubles_the_pause_up_to_an_hour(self):
        self.assertEqual([5, 10, 20], [pause_of(5, attempt) for attempt in (1, 2, 3)])
        self.assertEqual(3600, pause_of(5, 500))
        self.assertEqual(0.1, pause_of(0, 1))

    def test_pauses_each_time_as_long_as_the_target_asked_for(self):
        self.outcomes = [Retry(7, is_exact=True)] * 3 + [Retry(2 * 86400, is_exact=True)]
        self.dispatcher.add([frame(1)])
        now, pauses = 100.0, []
        for _ in range(4):
            self.dispatcher.step(now)
            pauses.append(self.dispatcher.due - now)
            now = self.dispatcher.due
        self.assertEqual([7, 7, 7, 3600], pauses)

    def test_passes_over_what_the_handler_drops(self):
        self.outcomes = [Drop("no such room")]
        self.dispatcher.add([frame(1)])
        self.assertEqual("no such room", self.dispatcher.step(0).reason)
        self.assertEqual((0, 1), (self.dispatcher.handled, self.dispatcher.failed))

    def test_passes_over_what_cannot_be_read(self):
        self.dispatcher.add([Frame("alert/floods/3/", 1, payload=b"nonsense")])
        self.assertEqual("dropped", self.dispatcher.step(0).kind)
        self.assertEqual([], self.seen)

    def test_tries_again_where_the_handler_raises(self):
        self.outcomes = [RuntimeError("broken pipe")]
        self.dispatcher.add([frame(1)])
        self.assertEqual("retrying", self.dispatcher.step(0).kind)
        self.assertIn("broken pipe", self.dispatcher.last_error)

    def test_tells_a_reason_as_long_as_the_daemon_keeps_it(self):
        self.outcomes = [Drop("x" * 100_000), Drop(os.fsdecode(b"caf\xe9")), RuntimeError("y" * 100_000)]
        self.dispatcher.add([frame(1), frame(2), frame(3)])
        self.assertEqual("x" * 500, self.dispatcher.step(0).reason)
        self.assertEqual("caf?", self.dispatcher.step(0).reason)
        self.assertEqual(500, len(self.dispatcher.step(0).reason))

    def test_a_pause_that_is_no_number_is_the_usual_one(self):
        for after in (float("nan"), float("inf"), -3.0):
            self.setUp()
            self.outcomes = [Retry(after, "down")]
            self.dispatcher.add([frame(1)])
            self.assertEqual("retrying", self.dispatcher.step(0).kind)
            self.assertEqual(5.0, self.dispatcher.due)

    def test_an_answer_that_is_none_halts_and_acknowledges_nothing(self):
        self.outcomes = [None]
        self.dispatcher.add([frame(4)])
        step = self.dispatcher.step(0)
        self.assertEqual(("halted", "the handler answered nothing where Ok, Retry, Drop or Halt is expected"),
                         (step.kind, step.reason))
        self.assertEqual(3, self.dispatcher.safe(9))

    def test_lets_nothing_be_acknowledged_that_still_waits(self):
        self.outcomes = [Halt("full")]
        self.dispatcher.add([frame(4)])
        self.assertEqual("halted", self.dispatcher.step(0).kind)
        self.assertEqual(3, self.dispatcher.safe(9))


class Records(unittest.TestCase):
    def test_a_record_without_a_place_in_the_log_is_none(self):
        for header in (b"", b"{}", b'{"seq":0}', b'{"seq":"1"}', b'{"seq":true}', b'{"seq":-1}', b"[" * 9000):
            self.assertIsNone(read_record([b"alert/a/1/", header, b"{}"], True))
        self.assertIsNone(read_record([b"alert/a/1/"], True))

    def test_a_record_has_its_place_and_the_one_before(self):
        one, epoch = read_record([b"alert/a/1/", b'{"seq":7,"prev":3,"epoch":"e"}', b"{}"], True)
        self.assertEqual((7, 3, "e"), (one.seq, one.prev, epoch))


class Configuring(unittest.TestCase):
    def test_connect_is_a_directory_or_a_pair(self):
        self.assertEqual("ipc:///run/tocsin/ctl.sock", endpoints_of("ipc:/run/tocsin").ctl)
        self.assertEqual("tcp://127.0.0.1:1", endpoints_of("tcp://127.0.0.1:1,tcp://127.0.0.1:2").pub)

    def test_connect_is_refused_where_it_is_neither(self):
        for wrong in ("ipc:relative", "/run/tocsin", "ipc:///run/pub.sock", "tcp://a:1", "tcp://a:1,", "http://a,http://b"):
            with self.assertRaises(ValueError, msg=wrong):
                endpoints_of(wrong)

    def test_a_filter_that_the_socket_would_lose_is_refused(self):
        with self.assertRaisesRegex(ValueError, "over 200 bytes"):
            check(Config(filters=["a" * 201]))


class Manifests(InFolder):
    def spec(self, **more):
        table = "\n".join(f"{key} = {value}" for key, value in more.items())
        text = f'format = 1\nname = "a"\nversion = "1"\n[options.x]\n{table}\n'
        return read_manifest(self.write("plugin.toml", text)).options["x"]

    def test_values_have_the_type_that_the_manifest_says(self):
        for kind, text, value in (("duration", "15m", 900.0), ("size", "2KiB", 2048), ("integer", "-3", -3),
                                  ("boolean", "false", False), ("number", "0.5", 0.5), ("string", "a b", "a b")):
            self.assertEqual(value, parse_value(self.spec(type=f'"{kind}"'), text))

    def test_values_of_another_type_are_refused(self):
        for kind, text in (("duration", "15"), ("size", "2k"), ("integer", "a"), ("boolean", "yes"), ("number", "x")):
            with self.assertRaisesRegex(BadManifest, "--x"):
                parse_value(self.spec(type=f'"{kind}"'), text)

    def test_bounds_and_choices_hold(self):
        with self.assertRaisesRegex(BadManifest, "bounds"):
            parse_value(self.spec(type='"duration"', min='"1m"'), "30s")
        with self.assertRaisesRegex(BadManifest, "none of a, b"):
            parse_value(self.spec(type='"string"', choices='["a", "b"]'), "c")

    def test_a_manifest_that_is_wrong_is_refused(self):
        for text in ("", "format = 2", "format = 1", "format = ", 'format = 1\nname = "a"\nversion = "1"\n[options.x]\ntype = "odd"'):
            with self.assertRaises(BadManifest, msg=text):
                read_manifest(self.write("plugin.toml", text))


class Secrets(InFolder):
    def test_a_secret_is_what_stands_in_its_file(self):
        self.assertEqual("s3cret", read_secret(str(self.write("token", "s3cret\n"))))

    def test_a_file_that_others_may_read_is_refused_without_showing_it(self):
        with self.assertRaises(BadManifest) as caught:
            read_secret(str(self.write("token", "s3cret", 0o644)))
        self.assertIn("token", str(caught.exception))
        self.assertNotIn("s3cret", str(caught.exception))

    def test_a_name_is_a_credential_of_the_service_manager(self):
        self.write("token", "s3cret", 0o440)
        with mock.patch.dict(os.environ, {"CREDENTIALS_DIRECTORY": str(self.folder)}):
            self.assertEqual("s3cret", read_secret("token"))
        with mock.patch.dict(os.environ), self.assertRaisesRegex(BadManifest, "CREDENTIALS_DIRECTORY"):
            os.environ.pop("CREDENTIALS_DIRECTORY", None)
            read_secret("token")

    def test_a_dry_run_does_not_look_at_secrets(self):
        text = 'format = 1\nname = "a"\nversion = "1"\n[options.token]\ntype = "string"\nsecret = true\n'
        manifest = read_manifest(self.write("plugin.toml", text))
        self.assertEqual("<token>", Options(manifest, {"token": "/nowhere"}, True).secret("token"))

    def test_a_mistake_is_named_where_the_file_of_an_instance_has_it(self):
        text = 'format = 1\nname = "a"\nversion = "1"\n[options.token]\ntype = "string"\nsecret = true\n'
        manifest = read_manifest(self.write("plugin.toml", text))
        with mock.patch.dict(os.environ, {"TOCSIN_OPTIONS_AT": "desk.toml\ntoken 7:9\nto 8:6 8:7 9:3\nodd x:1"}):
            options = Options(manifest, {"token": "/nowhere"})
        self.assertEqual("desk.toml:9:3: error: to: is none", str(options.wrong("to", "is none", 1)))
        self.assertEqual("desk.toml:8:6: error: to: is none", str(options.wrong("to", "is none", 7)))
        self.assertEqual("--odd: is none", str(options.wrong("odd", "is none")))
        with self.assertRaises(NotThere) as caught:
            options.secret("token")
        self.assertEqual("desk.toml:7:9: error: token: /nowhere: No such file or directory", str(caught.exception))
        self.assertTrue(options.has_place(str(caught.exception)))

    def test_a_secret_that_stands_where_its_file_belongs_is_not_shown(self):
        for pasted in ("https://hooks.example/s3cret", "whsec_s3cret"):
            with self.assertRaises(BadManifest) as caught:
                read_secret(pasted)
            self.assertNotIn("s3cret", str(caught.exception))


class Texts(unittest.TestCase):
    def test_a_text_is_cut_at_a_space_and_marked(self):
        self.assertEqual("short", cut("short", 5))
        self.assertEqual("several words…", cut("several words here", 16))
        self.assertEqual("abcdefghi…", cut("abcdefghijklmn", 10))

    def test_a_text_is_cut_to_bytes_without_splitting_a_character(self):
        self.assertEqual("aé…", cut_bytes("aééé", 6))
        self.assertLessEqual(len(cut_bytes("😀" * 50, 30).encode()), 30)

    def test_what_could_steer_a_terminal_is_spelled_out(self):
        self.assertEqual("a\\x1b[31mb\\u202ec", one_line("a\x1b[31mb\u202ec"))

    def test_markup_is_escaped(self):
        self.assertEqual("&lt;a href=&quot;x&quot;&gt;&amp;", escape_html('<a href="x">&'))

    def test_evidence_marks_the_stretches_of_a_field(self):
        alert = decode(golden())
        marked = [(one.text, one.is_hit) for one in segments(alert, "title")]
        self.assertEqual([("Foreign fighters", True), (" return from Raqqa", False)], marked)
        self.assertEqual(alert.item.content, "".join(one.text for one in segments(alert, "content")))

    def test_evidence_out_of_bounds_marks_nothing(self):
        match = json.loads(golden())["data"]["match"]
        match["evidence"] = [dict(match["evidence"][0], start=3, end=10**6), dict(match["evidence"][0], start=-1, end=2)]
        self.assertEqual([False], [one.is_hit for one in segments(decode(changed(match=match)), "title")])


class RetryAfter(unittest.TestCase):
    def test_is_seconds_or_a_date_within_an_hour(self):
        self.assertEqual(120, retry_after("120"))
        self.assertEqual(60, retry_after("Thu, 01 Jan 1970 00:02:00 GMT", now=60))
        self.assertEqual(0, retry_after("Thu, 01 Jan 1970 00:00:00 GMT", now=60))
        self.assertEqual(3600, retry_after("99999999999"))

    def test_is_passed_over_where_it_makes_no_sense(self):
        for odd in (None, "", "soon", "-5", "1e9", "²"):
            self.assertEqual(7, retry_after(odd, 7), odd)


class Service(InFolder):
    def test_the_service_manager_hears_of_it(self):
        path = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(10)
            told = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000"}
            with mock.patch.dict(os.environ, told):
                service = ServiceManager()
            service.tell("READY=1")
            self.assertEqual(b"READY=1", manager.recv(100))
            self.assertEqual(1.5, service.watchdog)


class FakeDaemon(threading.Thread):
    """A log of alerts behind a ROUTER, as the wire document says; `keeps` is whether it takes alerts back."""

    def __init__(self, folder, alerts, keeps=True, secret_key=None):
        super().__init__(daemon=True)
        self._context = zmq.Context()
        self._pub, self._ctl = self._context.socket(zmq.PUB), self._context.socket(zmq.ROUTER)
        for one in (self._pub, self._ctl) if secret_key else ():
            one.curve_server, one.curve_secretkey = True, secret_key
        self._pub.bind(f"ipc://{folder}/pub.sock")
        self._ctl.bind(f"ipc://{folder}/ctl.sock")
        self._alerts, self._keeps = alerts, keeps
        self._parked, self._told_to_stop = {}, threading.Event()
        self.asked = []  # (verb, body) in the order of arrival, but for HELLO, CHECK, DUE and STATUS
        self.start()

    def run(self):
        while not self._told_to_stop.is_set():
            head = {"v": 1, "epoch": "e", "seq": self._alerts, "floor": 1}
            self._pub.send_multipart([b"~head/", json.dumps(head).encode()])
            while self._ctl.poll(20):
                peer, _, _, verb, body = self._ctl.recv_multipart()
                self._answer(peer, verb.decode(), json.loads(body))
        self._context.destroy(0)

    def stop(self):
        self._told_to_stop.set()
        self.join()

    def _say(self, peer, verb, body, *frames):
        self._ctl.send_multipart([peer, b"", b"TCS1", verb.encode(), json.dumps(body).encode(), *frames])

    def _records(self, peer, req, deliveries):
        for seq, attempt in deliveries:
            header = {"v": 1, "epoch": "e", "seq": seq, "prev": seq - 1, "attempt": attempt}
            self._say(peer, "DATA", {"req": req}, b"alert/floods/3/", json.dumps(header).encode(), golden())

    def _answer(self, peer, verb, body):
        req = body.get("req", 0)
        if verb not in ("HELLO", "CHECK", "DUE", "STATUS"):
            self.asked.append((verb, body))
        if verb == "HELLO":
            limits = {"max": 500, "due": 64} if self._keeps else {"max": 500}
            self._say(peer, "WELCOME", {"req": req, "epoch": "e", "head": self._alerts, "floor": 1, "acked": 0, "cursor": 0,
                                        "reset": False, "heartbeat_ms": 1000, "limits": limits})
        elif verb == "CHECK":
            self._say(peer, "CHECKED", {"req": req, "upto": body["upto"], "equal": body["count"] == body["upto"] - body["after"]})
        elif verb == "FETCH":
            seqs = range(body["after"] + 1, self._alerts + 1)
            self._records(peer, req, [(seq, 1) for seq in seqs])
            self._say(peer, "END", {"req": req, "scanned_to": self._alerts, "more": False, "count": len(seqs)})
        elif verb in ("NAK", "TERM", "DONE") and self._keeps:
            self._parked.pop(body["seq"], None)
            if verb == "NAK":
                self._parked[body["seq"]] = body["attempt"] + 1
            state = {"NAK": "parked", "TERM": "dead", "DONE": "done"}[verb]
            self._say(peer, "SETTLED", {"seq": body["seq"], "state": state, **({"retry_ms": 1} if verb == "NAK" else {})})
        elif verb == "DUE":
            self._records(peer, req, sorted(self._parked.items()))
            self._say(peer, "END", {"req": req, "count": len(self._parked)})
        elif verb == "BYE":
            self._say(peer, "BYE", {"req": req})


class GivingBack(InFolder):
    def serve(self, outcomes, keeps=True, alerts=3, **more):
        """Runs a plugin until it handled what does not fail: (order of (seq, attempt), requests)."""
        daemon = FakeDaemon(self.folder, alerts, keeps)
        self.addCleanup(daemon.stop)
        seen = []

        def handle(alert):
            seen.append((alert.delivery.seq, alert.delivery.attempt))
            return outcomes.get(seen[-1], Ok())

        dropped = sum(isinstance(one, Drop) for one in outcomes.values())
        config = Config(name="archive", connect=f"ipc:{self.folder}", exit_after=alerts - dropped, run_for=60,
                        log=lambda line: None, ack_interval=0.0, **more)
        self.assertEqual(0, serve(config, handle))
        return seen, daemon.asked

    def test_an_alert_that_fails_comes_again_behind_the_others(self):
        seen, asked = self.serve({(1, 1): Retry(30, "down")})
        self.assertEqual([(1, 1), (2, 1), (3, 1)], [one for one in seen if one != (1, 2)])
        self.assertIn((1, 2), seen)
        self.assertIn(("NAK", {"seq": 1, "attempt": 1, "reason": "down", "retry_after": 30000}), asked)
        self.assertIn(("DONE", {"seq": 1}), asked)

    def test_nothing_is_acknowledged_before_the_daemon_has_what_was_given_back(self):
        _, asked = self.serve({(1, 1): Retry(30, "down"), (2, 1): Drop("never")})
        verbs = [verb for verb, _ in asked]
        self.assertLess(verbs.index("NAK"), verbs.index("ACK"))
        self.assertLess(verbs.index("TERM"), verbs.index("ACK"))
        self.assertEqual(3, max(body["seq"] for verb, body in asked if verb == "ACK"))

    def test_an_alert_is_tried_at_once_before_it_is_given_back(self):
        seen, asked = self.serve({(1, 1): Retry(0, "a"), (1, 2): Retry(0, "b")})
        self.assertEqual([(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)], seen)
        self.assertNotIn("NAK", [verb for verb, _ in asked])

    def test_order_is_kept_where_it_is_asked_for(self):
        seen, asked = self.serve({(1, 1): Retry(0.1, "down"), (1, 2): Retry(0.1, "down")}, keep_order=True)
        self.assertEqual([(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)], seen)
        self.assertNotIn("NAK", [verb for verb, _ in asked])

    def test_a_daemon_that_takes_nothing_back_is_given_nothing(self):
        seen, asked = self.serve({(1, 1): Retry(0.1, "down"), (2, 1): Drop("never")}, keeps=False)
        self.assertEqual([(1, 1), (1, 2), (2, 1), (3, 1)], seen)
        self.assertEqual({"ACK", "BYE", "FETCH", "TERM"}, {verb for verb, _ in asked})


class Keys(InFolder):
    def test_a_daemon_that_speaks_curve_is_read_with_the_keys(self):
        server, own = zmq.curve_keypair(), zmq.curve_keypair()
        daemon = FakeDaemon(self.folder, 2, secret_key=server[1])
        self.addCleanup(daemon.stop)
        pair = self.write("reader.key", f'# reader\npublic = "{own[0].decode()}"\nsecret = "{own[1].decode()}"\n')
        config = Config(name="archive", connect=f"ipc:{self.folder}", server_key=server[0].decode(), key_file=str(pair),
                        exit_after=2, run_for=60, log=lambda line: None)
        seen = []
        self.assertEqual(0, serve(config, lambda alert: seen.append(alert.delivery.seq) or Ok()))
        self.assertEqual([1, 2], seen)

    def test_keys_that_cannot_be_used_end_it_with_64_and_are_not_shown(self):
        own = zmq.curve_keypair()[1].decode()
        for name, text, mode, server in (("open", f'public = "{own}"\nsecret = "{own}"\n', 0o644, "k" * 40),
                                         ("short", f'public = "{own}"\nsecret = "{own[:9]}"\n', 0o600, "k" * 40),
                                         ("odd", f"secret {own}\n", 0o600, "k" * 40),
                                         ("alone", f'public = "{own}"\nsecret = "{own}"\n', 0o600, "")):
            said = []
            config = Config(connect="ipc:/nowhere", server_key=server, key_file=str(self.write(name, text, mode)), run_for=1,
                            log=said.append)
            self.assertEqual(64, serve(config, lambda alert: Ok()), name)
            self.assertNotIn(own[:9], "".join(said))


class Programs(InFolder):
    """The example, as a program."""

    def run_example(self, *words, stdin=b""):
        environment = os.environ | {"PYTHONPATH": str(SDK)}
        done = subprocess.run([sys.executable, "-B", str(EXAMPLE / "main.py"), *words], input=stdin, env=environment,
                              capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_a_dry_run_tells_what_it_would_do(self):
        code, out, err = self.run_example("--dry-run", "-", stdin=golden())
        self.assertEqual((0, ""), (code, err))
        self.assertEqual("would post: Foreign fighters return from Raqqa https://news.example/a?x=1\n", out)

    def test_an_option_that_is_missing_or_unknown_ends_it_with_64(self):
        for words, said in (((), "--url is missing"), (("--ur=x",), "--ur"), (("--url=x", "--exit-after=a"), "exit-after")):
            code, out, err = self.run_example(*words)
            self.assertEqual((64, ""), (code, out))
            self.assertIn(said, err)
            self.assertEqual(1, err.count("\n"))

    def test_help_shows_the_options_of_the_manifest(self):
        code, out, _ = self.run_example("--help")
        self.assertEqual(0, code)
        self.assertIn("where to post", out)

    def test_the_example_is_short(self):
        lines = (EXAMPLE / "main.py").read_text().splitlines()
        self.assertLessEqual(sum(bool(line.strip()) and not line.startswith("#") for line in lines), 25)


class Types(unittest.TestCase):
    @unittest.skipUnless(shutil.which("mypy"), "mypy is not installed")
    def test_the_library_and_the_example_are_fully_typed(self):
        with tempfile.TemporaryDirectory(prefix="tocsin-mypy.") as cache:
            done = subprocess.run(
                ["mypy", "--strict", "--cache-dir", cache, "tocsin_plugin", "example/main.py"],
                cwd=SDK, env=os.environ | {"MYPYPATH": "."}, capture_output=True, timeout=300, check=False)
        self.assertEqual(0, done.returncode, done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
