# SPDX-License-Identifier: Apache-2.0
"""The plugin `webhook` against a real HTTP server that verifies the signature by itself."""

import base64
import email.utils
import hashlib
import hmac
import json
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import CHECKER, eventually, sequence_of
from support.http_target import (Authority, HttpTarget, answer, closes_mid_body, endless_headers, garbage, in_turn,
                                 never)
from support.outlet import Outlet


def new_secret():
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def signatures(post, secret):
    """True when one of the signatures is by this secret: written from the standard, not from our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, one) for one in post.headers["webhook-signature"].split(" "))


class Webhook(Outlet):
    def setUp(self):
        super().setUp()
        self.key = new_secret()
        self.keys = self.secret("webhook-secret", self.key + "\n")

    def target(self, *scripts, **more):
        target = HttpTarget(in_turn(*scripts) if scripts else None, **more)
        self.addCleanup(target.close)
        return target

    def webhook(self, name, target, *more):
        return self.plugin("webhook", name, f"--url={target.url()}", f"--secret={self.keys}", *more)

    def alert_of(self, post):
        self.assertTrue(signatures(post, self.key))
        alert = json.loads(post.body)
        CHECKER.validate(alert)
        self.assertEqual(alert["id"], post.headers["webhook-id"])
        return alert


class Delivery(Webhook):
    def test_alerts_arrive_signed_and_in_order(self):
        target = self.target()
        self.begin()
        plugin = self.webhook("desk", target)
        self.report(3)
        self.assertTrue(target.wait_for_count(3), plugin.err.text())
        posts = target.posts()
        self.assertEqual([1, 2, 3], [sequence_of(self.alert_of(post)) for post in posts])
        self.assertEqual("application/cloudevents+json; charset=utf-8", posts[0].headers["Content-Type"])
        self.assertLess(abs(int(posts[0].headers["webhook-timestamp"]) - time.time()), 300)
        self.assertNotIn("Expect", posts[0].headers)
        self.wait_acknowledged("desk", 3)
        self.assertEqual(0, plugin.terminate())

    def test_a_secret_is_replaced_without_a_restart(self):
        target = self.target()
        self.begin()
        plugin = self.webhook("desk", target)
        self.report()
        self.assertTrue(target.wait_for_count(1), plugin.err.text())
        second = new_secret()
        self.secret("webhook-secret", f"# until all have the new one\n{self.key}\n{second}\n")
        self.report()
        self.assertTrue(target.wait_for_count(2), plugin.err.text())
        post = target.posts()[1]
        self.assertTrue(signatures(post, self.key))
        self.assertTrue(signatures(post, second))
        self.assertEqual(2, len(post.headers["webhook-signature"].split(" ")))
        self.assertFalse(signatures(target.posts()[0], second))

    def test_a_hostile_alert_goes_out_as_it_is_and_harms_no_header(self):
        target = self.target()
        self.begin()
        plugin = self.webhook("desk", target)
        self.report_hostile()
        self.report()
        self.assertTrue(target.wait_for_count(2), plugin.err.text())
        first = self.alert_of(target.posts()[0])
        self.assertIn("<!channel>", first["data"]["item"]["title"])
        self.assertLessEqual(len(target.posts()[0].body), 65536)
        self.assertEqual({"Host", "Accept", "Content-Type", "User-Agent", "Content-Length", "webhook-id",
                          "webhook-timestamp", "webhook-signature"}, set(target.posts()[0].headers))

    def test_the_authorization_goes_along_and_nowhere_else(self):
        token = self.secret("token", "Bearer s3cret-t0ken\n")
        other = self.target()
        target = self.target(answer(307, {"Location": other.url()}), answer(204))
        self.begin()
        plugin = self.webhook("desk", target, f"--authorization={token}")
        self.report()
        self.assertTrue(target.wait_for_count(2), plugin.err.text())
        self.assertEqual("Bearer s3cret-t0ken", target.posts()[0].headers["Authorization"])
        self.assertEqual([], other.posts())
        self.assertIn("answered 307: moved, and no redirect is followed", plugin.err.text())
        self.assertNotIn("s3cret", plugin.err.text())


class Faults(Webhook):
    def test_it_comes_again_when_the_target_asks_for_it(self):
        date = email.utils.formatdate(time.time() + 2, usegmt=True)
        target = self.target(answer(503, {"Retry-After": "1"}), answer(429, {"Retry-After": date, "Date": ""}),
                             answer(425, {"Retry-After": "1"}), answer(200, body=b"ok"))
        self.begin()
        plugin = self.webhook("desk", target)
        self.report(2)
        self.assertTrue(target.wait_for_count(5), plugin.err.text())
        self.assertEqual([1, 1, 1, 1, 2], [sequence_of(self.alert_of(post)) for post in target.posts()])
        self.wait_acknowledged("desk", 2)

    def test_another_refusal_is_final_for_the_alert_alone(self):
        target = self.target(answer(404, body=b"no such hook\n"), answer(422, body=b"<html>" + b"x" * 500), answer(200))
        self.begin()
        plugin = self.webhook("desk", target)
        self.report(3)
        self.assertTrue(target.wait_for_count(3), plugin.err.text())
        letters = self.dead_letters(2)[::-1]
        self.assertRegex(letters[0]["reason"], r"^127\.0\.0\.1:\d+: answered 404 \(no such hook\)$")
        self.assertRegex(letters[1]["reason"], r"^127\.0\.0\.1:\d+: answered 422$")
        self.wait_acknowledged("desk", 3)

    def test_410_ends_it_for_good_and_says_so(self):
        target = self.target(answer(410), answer(200))
        self.begin()
        plugin = self.webhook("desk", target)
        self.report()
        self.assertEqual(78, plugin.wait(), plugin.err.text())
        self.assertRegex(plugin.err.text(), r"halted: 127\.0\.0\.1:\d+: answered 410: it wants no more alerts")
        self.assertEqual(0, self.acknowledged("desk"))
        told = self.subscriber("desk")
        self.assertEqual("halted", told["state"])
        self.assertRegex(told["last_error"], r"^127\.0\.0\.1:\d+: answered 410: it wants no more alerts$")
        self.assertEqual(["subscriber.halted"], self.told_of("desk"))
        self.webhook("desk", target)  # somebody has looked into it
        self.assertTrue(target.wait_for_count(2))
        self.wait_acknowledged("desk", 1)
        self.assertEqual("ok", self.subscriber("desk")["state"])
        self.assertEqual(["subscriber.halted", "subscriber.back"], self.told_of("desk", 2))

    def test_each_fault_costs_one_line_and_no_alert(self):
        authority = Authority(self.home.path)
        silent = self.target()
        silent.script = in_turn(never(lambda: silent), answer(204))
        targets = {
            "garbage": (self.target(garbage, answer(204)), r"reply is not HTTP"),
            "cut": (self.target(closes_mid_body, answer(204)), r"closed before the reply's end"),
            "headers": (self.target(endless_headers, answer(204)), r"reply's headers over 65536 bytes"),
            "broken": (self.target(answer(500, body=b"oops"), answer(204)), r"answered 500 \(oops\)"),
            "silent": (silent, r"no answer within 700ms"),
            "untrusted": (self.target(tls=authority.context("server")), r"TLS certificate not accepted \(.*\)"),
            "other-name": (self.target(tls=authority.context("other", "DNS:other.example")),
                           r"TLS certificate not accepted \(.*\)"),
        }
        self.begin()
        plugins = {}
        for name, (target, _) in targets.items():
            trusted = [f"--ca-file={authority.file}"] if name == "other-name" else []
            plugins[name] = self.webhook(name, target, "--timeout=700ms" if name == "silent" else "--timeout=30s", *trusted)
        healthy = self.target()
        self.webhook("healthy", healthy)
        self.report(2)
        self.assertTrue(healthy.wait_for_count(2), "one plugin's trouble is another's")
        for name, (target, said) in targets.items():
            line = plugins[name].err.wait_for_match(r"alert 1 not handled, will try again: 127\.0\.0\.1:\d+: " + said)
            self.assertIsNotNone(line, f"{name}: {plugins[name].err.text()}")
        for name, (target, said) in targets.items():
            if name in ("untrusted", "other-name"):
                self.assertEqual([], target.posts(), "sent to a server that is not who it says")
                self.assertTrue(eventually(lambda n=name: "not accepted" in self.last_error(n)), name)
                self.assertEqual(0, self.acknowledged(name))
                continue
            self.wait_acknowledged(name, 2)
            ids = [post.headers["webhook-id"] for post in target.posts()]
            self.assertEqual(ids[0], ids[1], f"{name}: not the same alert again")
            self.assertEqual(3, len(ids), name)

    def test_a_target_that_is_down_is_waited_for(self):
        target = HttpTarget()
        port = target.port
        target.close()
        self.begin()
        plugin = self.webhook("desk", target)
        self.report(2)
        self.assertIsNotNone(plugin.err.wait_for_match(r"will try again: .*connection refused"), plugin.err.text())
        self.assertTrue(eventually(lambda: "connection refused" in self.last_error("desk")))
        back = self.target(port=port)
        self.assertTrue(back.wait_for_count(2), plugin.err.text())
        self.assertEqual([1, 2], [sequence_of(self.alert_of(post)) for post in back.posts()])
        self.assertTrue(eventually(lambda: self.acknowledged("desk") == 2))

    def test_a_server_of_an_own_authority_is_trusted_when_it_is_named(self):
        authority = Authority(self.home.path)
        target = self.target(tls=authority.context("server"))
        self.begin()
        plugin = self.webhook("desk", target, f"--ca-file={authority.file}")
        self.report()
        self.assertTrue(target.wait_for_count(1), plugin.err.text())
        self.assertEqual(1, sequence_of(self.alert_of(target.posts()[0])))


class Options(Webhook):
    def test_what_is_wrong_is_said_in_one_line_without_the_secret(self):
        url = "--url=https://desk.example/hook"
        self.assertIn("--url is missing", self.refused("webhook", f"--secret={self.keys}"))
        self.assertIn("--secret is missing", self.refused("webhook", url))
        self.assertIn("neither http nor https", self.refused("webhook", "--url=ftp://x/", f"--secret={self.keys}"))
        self.assertIn("none: No such file", self.refused("webhook", url, f"--secret={self.home.path}/none", code=1))
        open_to_all = self.secret("open", self.key)
        open_to_all.chmod(0o644)
        self.assertIn("may be read or changed by others", self.refused("webhook", url, f"--secret={open_to_all}"))
        line = self.refused("webhook", url, "--secret=https://desk.example/s3cret")
        self.assertIn("names the file that holds the secret", line)
        self.assertNotIn("s3cret", line)
        for text, said in (("s3cret", "line 1: a secret begins with whsec_"), ("whsec_???", "no base64"),
                           ("\nwhsec_c2hvcnQ=", "line 2: a secret has 24 to 64 bytes, and this 5"), ("", "no secret")):
            line = self.refused("webhook", url, f"--secret={self.secret('bad', text)}")
            self.assertIn(said, line)
            self.assertNotIn("s3cret", line)

    def test_an_instance_tells_every_mistake_at_its_place(self):
        self.instance("desk", 'plugin = "webhook"\n[options]\nurl = 7\ntimeout = "2h"\nsecrett = "x"\n')
        process = self.run_instance("desk")
        self.assertEqual(78, process.wait())
        for place in (r"desk\.toml:4:7: error: 'url' must be a text", r"desk\.toml:5:11: error: 'timeout'",
                      r"desk\.toml:6:1: error: unknown option of 'webhook' 'secrett'; did you mean 'secret'\?",
                      r"option 'secret' of 'webhook' must be set"):
            self.assertRegex(process.err.text(), place)

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        keys = f'secret = "{self.keys}"\n'
        said = self.mistakes("desk", f'plugin = "webhook"\n[options]\nurl = "ftp://x/"\n{keys}proxy = "nonsense"\n')
        self.assertRegex(said, r"desk\.toml:4:7: error: url: URL is neither http nor https")
        self.assertRegex(said, r"desk\.toml:6:9: error: proxy: ")
        bad = self.secret("bad", "s3cret")
        head = 'plugin = "webhook"\n[options]\nurl = "http://x/"\n'
        self.instance("desk", head + keys + 'ca-file = "/nonexistent"\n')
        self.assertRegex(self.refused_instance("desk", code=1), r"^\S+desk\.toml:6:11: error: ca-file: /nonexistent: No such file")
        for more, place in ((f'secret = "{bad}"\n', r":5:10: error: secret: line 1: a secret begins with whsec_$"),
                            (keys + f'ca-file = "{self.keys}"\n', r":6:11: error: ca-file: .*holds no certificate in PEM$"),
                            (keys + f'authorization = "{self.secret("two", "a" + chr(10) + "b")}"\n',
                             r":6:17: error: authorization: holds a line break$")):
            self.instance("desk", head + more)
            line = self.refused_instance("desk")
            self.assertRegex(line, r"^\S+desk\.toml" + place)
            self.assertNotIn("s3cret", line)

    def test_a_dry_run_shows_the_request_and_sends_nothing(self):
        said = self.check("webhook", "--url=https://desk.example/hook", "--secret=webhook-secret")
        self.assertIn("POST https://desk.example/hook", said)
        self.assertIn("webhook-signature: v1,<signature>", said)
        self.assertIn('"specversion":"1.0"', said)


if __name__ == "__main__":
    unittest.main()
