# SPDX-License-Identifier: Apache-2.0
"""The plugin `chat` against servers that hold to the limits of Slack, Mattermost, Discord and Teams."""

import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.chat_services import SERVICES
from support.http_target import Authority, HttpTarget, answer, closes_mid_body, garbage, in_turn, never
from support.outlet import Outlet

HIDDEN = "/services/T000/B000/s3cret"
INVISIBLE = dict.fromkeys(map(ord, "\x1b\x07\u202e\u202c\u2066\u2069\u200f\r"))


class Chat(Outlet):
    def target(self, script, **more):
        target = HttpTarget(script, **more)
        self.addCleanup(target.close)
        return target

    def chat(self, name, service, target, *more):
        url = self.secret(f"{name}-url", target.url(HIDDEN) + "\n")
        return self.plugin("chat", name, f"--service={service}", f"--url={url}", *more)


class Limits(Chat):
    def test_every_service_takes_every_alert_and_nobody_is_called(self):
        services = {name: kind() for name, kind in SERVICES.items()}
        targets = {name: self.target(service) for name, service in services.items()}
        self.begin()
        plugins = {name: self.chat(name, name, target) for name, target in targets.items()}
        self.report(3)
        self.report_hostile()
        self.report(3)
        for name, service in services.items():
            self.wait_acknowledged(name, 7)
            self.assertEqual([], service.refusals, f"{name}\n{plugins[name].err.text()}")
            self.assertEqual([], service.called, name)
            self.assertEqual(7, len(service.taken), name)
            self.assertEqual(0, service.too_fast, f"{name} was asked too often")
            shown = [json.dumps(one, ensure_ascii=False) for one in service.taken]
            hostile = next(one for one in shown if "script" in one)
            self.assertEqual(hostile, hostile.translate(INVISIBLE), name)
            for control in ("\\u001b", "\\r", "\\u0007"):
                self.assertNotIn(control, hostile, name)
        bold = services["slack"].taken[0]["blocks"][0]["elements"][0]["elements"]
        self.assertIn("harbour fire", [one["text"].lower() for one in bold if one.get("style", {}).get("bold")])
        self.assertIn("**harbour fire**", services["mattermost"].taken[0]["text"])

    def test_a_service_that_asks_for_patience_gets_it(self):
        busy = json.dumps({"message": "You are being rate limited.", "retry_after": 1.4, "global": True}).encode()
        scripts = {"slack": answer(429, {"Retry-After": "2"}, b"rate_limited"),
                   "discord": answer(429, {"Retry-After": "2"}, busy),
                   "teams": answer(429, {"Retry-After": "2"})}
        targets = {}
        for name, refusal in scripts.items():
            targets[name] = self.target(timed(in_turn(refusal, answer(200))))
        last = answer(204, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.5"})
        targets["bucket"] = self.target(timed(in_turn(last, answer(204))))
        self.begin()
        for name, target in targets.items():
            self.chat(name, "discord" if name == "bucket" else name, target)
        self.report(2)
        for name, target in targets.items():
            self.wait_acknowledged(name, 2)
            times = target.script.times
            waited = times[1] - times[0]
            self.assertGreaterEqual(waited, {"discord": 1.4, "bucket": 1.5}.get(name, 2.0), name)
            self.assertEqual(2 if name == "bucket" else 3, len(times), name)


def timed(script):
    def note(post, handler):
        note.times.append(time.monotonic())
        script(post, handler)
    note.times = []
    return note


class Faults(Chat):
    def test_a_webhook_that_is_gone_ends_it_for_good_and_keeps_the_alert(self):
        gone = {"slack": (404, b"no_service"), "discord": (404, b'{"message": "Unknown Webhook", "code": 10015}'),
                "mattermost": (403, b"forbidden"), "teams": (401, b"")}
        targets = {name: self.target(answer(status, body=body)) for name, (status, body) in gone.items()}
        self.begin()
        plugins = {name: self.chat(name, name, target) for name, target in targets.items()}
        self.report()
        for name, plugin in plugins.items():
            self.assertEqual(78, plugin.wait(), plugin.err.text())
            self.assertRegex(plugin.err.text(), rf"halted: 127\.0\.0\.1:\d+: answered {gone[name][0]}.*does not work any more")
            self.assertNotIn("s3cret", plugin.err.text())
            self.assertEqual(0, self.acknowledged(name))
            told = self.subscriber(name)
            self.assertEqual("halted", told["state"])
            self.assertIn(f"answered {gone[name][0]}", told["last_error"])
        self.assertIn("(no_service)", plugins["slack"].err.text())

    def test_what_a_service_refuses_is_a_dead_letter_and_the_next_one_goes(self):
        target = self.target(in_turn(answer(400, body=b"invalid_blocks"), answer(200, body=b"ok")))
        self.begin()
        plugin = self.chat("desk", "slack", target)
        self.report(2)
        self.assertTrue(target.wait_for_count(2), plugin.err.text())
        self.assertRegex(self.dead_letters()[0]["reason"], r"answered 400 \(invalid_blocks\)")
        self.wait_acknowledged("desk", 2)

    def test_each_fault_costs_one_line_and_no_alert(self):
        authority = Authority(self.home.path)
        silent = self.target(answer(200))
        silent.script = in_turn(never(lambda: silent), answer(200))
        targets = {"garbage": (self.target(in_turn(garbage, answer(200))), "reply is not HTTP"),
                   "cut": (self.target(in_turn(closes_mid_body, answer(200))), "closed before the reply's end"),
                   "broken": (self.target(in_turn(answer(500, body=b"rollup_error"), answer(200))), "rollup_error"),
                   "silent": (silent, "no answer within 700ms"),
                   "untrusted": (self.target(answer(200), tls=authority.context("server")), "certificate not accepted")}
        self.begin()
        plugins = {name: self.chat(name, "mattermost", target, "--timeout=700ms" if name == "silent" else "--timeout=30s")
                   for name, (target, _) in targets.items()}
        self.report(2)
        for name, (target, said) in targets.items():
            line = plugins[name].err.wait_for_match(r"alert 1 not handled, will try again: 127\.0\.0\.1:\d+: .*" + said)
            self.assertIsNotNone(line, f"{name}: {plugins[name].err.text()}")
            self.assertNotIn("s3cret", plugins[name].err.text())
            if name == "untrusted":
                self.assertEqual([], target.posts())
            else:
                self.wait_acknowledged(name, 2)
                self.assertEqual(3, len(target.posts()), name)


class Options(Chat):
    def test_what_is_wrong_is_said_in_one_line_without_the_secret(self):
        url = self.secret("url", "https://hooks.example" + HIDDEN)
        self.assertIn("--service is missing", self.refused("chat", f"--url={url}"))
        self.assertIn("--url is missing", self.refused("chat", "--service=slack"))
        self.assertIn("--service", self.refused("chat", "--service=irc", f"--url={url}"))
        bad = self.secret("bad", "hooks.example" + HIDDEN)
        line = self.refused("chat", "--service=slack", f"--url={bad}")
        self.assertNotIn("s3cret", line)
        self.assertIn("neither http nor https", line)

    def test_an_instance_tells_every_mistake_at_its_place(self):
        self.instance("desk", 'plugin = "chat"\n[options]\nservice = "irc"\nurll = "x"\n')
        process = self.run_instance("desk")
        self.assertEqual(78, process.wait())
        for place in (r"desk\.toml:4:11: error: 'service'", r"desk\.toml:5:1: error: .*did you mean 'url'\?",
                      r"option 'url' of 'chat' must be set"):
            self.assertRegex(process.err.text(), place)

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        head = 'plugin = "chat"\n[options]\nservice = "slack"\n'
        good, bad = self.secret("url", "https://hooks.example" + HIDDEN), self.secret("bad", "hooks.example" + HIDDEN)
        said = self.mistakes("desk", head + f'url = "{good}"\nproxy = "nonsense"\n')
        self.assertRegex(said, r"desk\.toml:6:9: error: proxy: ")
        self.instance("desk", head + f'url = "{bad}"\n')
        line = self.refused_instance("desk")
        self.assertRegex(line, r"^\S+desk\.toml:5:7: error: url: URL is neither http nor https$")
        self.assertNotIn("s3cret", line)

    def test_a_secret_that_stands_where_its_file_belongs_is_not_shown(self):
        url = "https://hooks.example" + HIDDEN
        self.assertIn("--url: names the file that holds the secret", self.refused("chat", "--service=slack", f"--url={url}"))
        self.instance("desk", f'plugin = "chat"\n[options]\nservice = "slack"\nurl = "{url}"\n')
        process = self.run_instance("desk")
        self.assertEqual(78, process.wait())
        self.assertRegex(process.err.text(), r"desk\.toml:5:7: error: secret 'url': names the file that holds the secret")
        self.assertNotIn("s3cret", process.err.text())

    def test_a_dry_run_shows_a_payload_that_the_service_would_take(self):
        for name, kind in SERVICES.items():
            said = self.check("chat", f"--service={name}")
            payloads = [line for line in said.splitlines() if line.startswith("{")]
            self.assertEqual(2, len(payloads), said)
            for line in payloads:
                service = kind()
                service.check(json.loads(line), line.encode())
                self.assertEqual([], service.called, line)


if __name__ == "__main__":
    unittest.main()
