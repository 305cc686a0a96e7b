# SPDX-License-Identifier: Apache-2.0
"""The plugin `email` against aiosmtpd; what it sent is parsed back by Python's email package."""

import email.utils
import pathlib
import socket
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.daemon import eventually
from support.http_target import Authority
from support.mail_server import MailServer
from support.outlet import Outlet

PASSWORD = "s3cret pass\u00e9"


class Mail(Outlet):
    def mail_server(self, **options):
        server = MailServer(**options)
        self.addCleanup(server.close)
        return server

    def mailer(self, name, port, *more, security="none", to=("newsroom@desk.example",)):
        return self.plugin("email", name, "--server=127.0.0.1", f"--port={port}", f"--security={security}",
                            "--sender=tocsin@desk.example", *[f"--to={one}" for one in to], *more)



class Form(Mail):
    def test_a_mail_has_both_forms_with_the_evidence_marked(self):
        server = self.mail_server()
        self.begin()
        plugin = self.mailer("desk", server.port, to=("a@desk.example", "b@desk.example"))
        self.report(2)
        self.assertTrue(server.wait_for_count(2), plugin.err.text())
        first, second = server.mails()
        message = first.message
        self.assertEqual("tocsin@desk.example", first.sender)
        self.assertEqual(["a@desk.example", "b@desk.example"], first.recipients)
        self.assertEqual("multipart/alternative", message.get_content_type())
        self.assertEqual(["text/plain", "text/html"], [part.get_content_type() for part in message.iter_parts()])
        self.assertIn("*Harbour fire*", first.part("plain"))
        self.assertIn("<mark>Harbour fire</mark>", first.part("html"))
        self.assertRegex(message["Subject"], r"^Fires in harbours \(high\): Harbour fire in ")
        self.assertEqual("auto-generated", message["Auto-Submitted"])
        self.assertIn("<harbour-fires.tocsin.desk.example>", message["List-Id"])
        self.assertIsNotNone(email.utils.parsedate_to_datetime(message["Date"]))
        self.assertRegex(message["Message-ID"], r"^<[0-9a-f]{32}@desk\.example>$")
        self.assertEqual([], [str(one) for one in message.defects])
        self.assertNotEqual(message["Message-ID"], second.message["Message-ID"])
        self.assertNotEqual(message["References"], second.message["References"], "two stories are one thread")
        self.assertEqual(message["References"], message["In-Reply-To"])

    def test_a_hostile_alert_adds_no_header_no_recipient_and_no_markup(self):
        server = self.mail_server()
        self.begin()
        plugin = self.mailer("desk", server.port)
        self.report_hostile()
        self.report()
        self.assertTrue(server.wait_for_count(2), plugin.err.text())
        mail = server.mails()[0]
        self.assertEqual(["newsroom@desk.example"], mail.recipients)
        self.assertEqual({"Content-Type", "Mime-Version", "From", "To", "Subject", "Date", "Message-ID",
                          "Auto-Submitted", "List-Id", "In-Reply-To", "References"}, set(mail.message.keys()))
        head = mail.raw.split(b"\r\n\r\n", 1)[0]
        ours = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Type:")]  # libcurl's own
        self.assertTrue(all(len(line) <= 78 for line in ours), head)
        self.assertTrue(all(len(line) <= 998 for line in mail.raw.split(b"\r\n")))
        self.assertIn("<script>alert(1)</script>", mail.message["Subject"])
        self.assertNotIn("<script", mail.part("html"))
        self.assertNotIn("<img", mail.part("html"))
        for text in (mail.message["Subject"], mail.part("plain"), mail.part("html")):
            self.assertFalse(set("\x1b\x07\u202e\u2066") & set(text))
        self.assertEqual([], [str(one) for one in mail.message.defects])

    def test_a_dry_run_shows_the_mail(self):
        said = self.check("email", "--server=mail.example", "--sender=tocsin@desk.example", "--to=a@desk.example")
        self.assertIn("Message-ID: <0123456789abcdef0123456789abcdef@desk.example>", said)
        self.assertIn("<mark>Harbour fire</mark>", said)
        self.assertNotIn("<script>", said.split("<!DOCTYPE", 1)[1])


class Encryption(Mail):
    def test_it_logs_in_over_starttls_and_tls(self):
        context = Authority(self.home.path).context("server")
        trusted = f"--ca-file={self.home.path / 'ca.pem'}"
        login = ["--user=desk", f"--password={self.secret('password', PASSWORD)}", trusted]
        servers = {"starttls": self.mail_server(starttls=context, login=("desk", PASSWORD)),
                   "tls": self.mail_server(tls=context, login=("desk", PASSWORD))}
        self.begin()
        plugins = {name: self.mailer(name, server.port, *login, security=name) for name, server in servers.items()}
        self.report()
        for name, server in servers.items():
            self.assertTrue(server.wait_for_count(1), plugins[name].err.text())
            self.wait_acknowledged(name, 1)

    def test_nothing_is_sent_to_a_server_that_is_not_who_it_says_or_does_not_encrypt(self):
        context = Authority(self.home.path).context("server")
        login = ["--user=desk", f"--password={self.secret('password', PASSWORD)}"]
        cases = {"untrusted": (self.mail_server(starttls=context, login=("desk", PASSWORD)), "starttls",
                               "TLS certificate not accepted"),
                 "untrusted-tls": (self.mail_server(tls=context, login=("desk", PASSWORD)), "tls",
                                   "TLS certificate not accepted"),
                 "plain": (self.mail_server(), "starttls", "STARTTLS")}
        self.begin()
        plugins = {name: self.mailer(name, server.port, *login, security=security)
                   for name, (server, security, _) in cases.items()}
        self.report()
        for name, (server, _, said) in cases.items():
            line = plugins[name].err.wait_for_match(r"alert 1 not handled, will try again: 127\.0\.0\.1:\d+: .*" + said)
            self.assertIsNotNone(line, f"{name}: {plugins[name].err.text()}")
            self.assertTrue(eventually(lambda n=name, s=said: s in (self.last_error(n) or "")), name)
            self.assertEqual(([], []), (server.logins, server.mails()))
            self.assertEqual(0, self.acknowledged(name))

    def test_a_refused_login_holds_the_alerts_until_the_password_is_mended(self):
        context = Authority(self.home.path).context("server")
        server = self.mail_server(starttls=context, login=("desk", PASSWORD))
        wrong = self.secret("password", "wr0ng")
        self.begin()
        plugin = self.mailer("desk", server.port, "--user=desk", f"--password={wrong}",
                             f"--ca-file={self.home.path / 'ca.pem'}", security="starttls")
        self.report()
        line = plugin.err.wait_for_match("will try again: .*the login is refused")
        self.assertIsNotNone(line, plugin.err.text())
        self.assertNotIn("wr0ng", plugin.err.text())
        self.secret("password", PASSWORD)
        self.assertTrue(server.wait_for_count(1), plugin.err.text())


class Faults(Mail):
    def test_what_the_server_calls_transient_comes_again(self):
        answers = ["451 4.7.1 greylisted", None, None]
        server = self.mail_server(refuse=lambda step, _: answers.pop(0) if step == "RCPT" and answers else None)
        self.begin()
        plugin = self.mailer("desk", server.port)
        self.report(2)
        self.assertTrue(server.wait_for_count(2), plugin.err.text())
        self.assertIn("said 451 4.7.1 greylisted", plugin.err.text())
        self.wait_acknowledged("desk", 2)

    def test_a_final_refusal_is_a_dead_letter_and_the_next_one_goes(self):
        answers = ["552 5.3.4 too big"]
        server = self.mail_server(refuse=lambda step, _: answers.pop(0) if step == "DATA" and answers else None)
        self.begin()
        plugin = self.mailer("desk", server.port)
        self.report(2)
        self.assertTrue(server.wait_for_count(1), plugin.err.text())
        self.assertRegex(self.dead_letters()[0]["reason"], r"^127\.0\.0\.1:\d+: said 552 5\.3\.4 too big$")
        self.wait_acknowledged("desk", 2)

    def test_what_every_mail_would_be_answered_with_holds_the_alerts(self):
        answers = {"sender": "550 5.1.8 sender unknown", "login": "530 5.7.0 Authentication required"}
        is_mended = threading.Event()
        servers = {name: self.mail_server(
            refuse=lambda step, who, line=line: line if step == "MAIL" and not is_mended.is_set() else None)
            for name, line in answers.items()}
        self.begin()
        plugins = {name: self.mailer(name, server.port) for name, server in servers.items()}
        self.report()
        for name, plugin in plugins.items():
            line = plugin.err.wait_for_match(f"alert 1 not handled, will try again: .*said {answers[name]}")
            self.assertIsNotNone(line, plugin.err.text())
        is_mended.set()
        for name, server in servers.items():
            self.assertTrue(server.wait_for_count(1), plugins[name].err.text())
        self.assertEqual([], self.verb("dead-letter", "list"))

    def test_one_recipient_who_left_does_not_keep_it_from_the_others(self):
        server = self.mail_server(refuse=lambda step, who: "550 5.1.1 no such user" if who == "left@desk.example" else None)
        self.begin()
        plugin = self.mailer("desk", server.port, to=("left@desk.example", "here@desk.example"))
        self.report()
        self.assertTrue(server.wait_for_count(1), plugin.err.text())
        self.assertEqual(["here@desk.example"], server.mails()[0].recipients)
        self.assertIsNotNone(plugin.err.wait_for_match("1 of 2 recipients refused: 550 5.1.1 no such user"))

    def test_each_fault_costs_one_line_and_no_alert(self):
        faults = {"garbage": (b"\x00\xffnonsense\r\n" * 50, True, ""),
                  "mute": (b"", False, "no answer within 700ms"),
                  "closes": (b"220 ready\r\n", True, ""),
                  "full": (b"554 no service today\r\n", True, "said 554 no service today"),
                  "endless": (b"220-" + b"x" * 70 + b"\r\n", None, "longer than a mail server's may be")}
        servers = {name: RawServer(said, closes) for name, (said, closes, _) in faults.items()}
        for server in servers.values():
            self.addCleanup(server.close)
        down = MailServer()
        down.close()
        healthy = self.mail_server()
        self.begin()
        plugins = {name: self.mailer(name, server.port, "--timeout=700ms") for name, server in servers.items()}
        plugins["down"] = self.mailer("down", down.port)
        self.mailer("healthy", healthy.port)
        self.report()
        self.assertTrue(healthy.wait_for_count(1), "one plugin's trouble is another's")
        for name, plugin in plugins.items():
            said = faults[name][2] if name in faults else "connection refused"
            line = plugin.err.wait_for_match(r"alert 1 not handled, will try again: 127\.0\.0\.1:\d+: .*" + said)
            self.assertIsNotNone(line, f"{name}: {plugin.err.text()}")
            self.assertEqual(0, self.acknowledged(name))


class RawServer:
    """Says the same to everybody: once and closes, once and waits, or (closes=None) without end."""

    def __init__(self, said, closes):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._said, self._closes = said, closes
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._ended.set()
        self._socket.close()

    def _serve(self):
        while not self._ended.is_set():
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer):
        with peer:
            try:
                peer.sendall(self._said)
                while self._closes is None and not self._ended.is_set():
                    peer.sendall(self._said)
                if not self._closes:
                    self._ended.wait()
            except OSError:
                pass


class Options(Mail):
    def test_what_is_wrong_is_said_in_one_line(self):
        good = {"server": "mail.example", "sender": "tocsin@desk.example", "to": "a@desk.example"}

        def said(**change):
            return self.refused("email", *[f"--{name}={value}" for name, value in (good | change).items() if value])

        self.assertIn("--server is missing", said(server=None))
        self.assertIn("--to is missing", said(to=None))
        self.assertIn("'a@desk.example\\r\\nBcc: x@evil.example' is no mail address",
                      said(to="a@desk.example\r\nBcc: x@evil.example"))
        self.assertIn("'nobody' is no mail address", said(sender="nobody"))
        self.assertIn("--server: is no name of a mail server", said(server="mail.example/x"))
        self.assertIn("--user: needs password", said(user="desk"))
        password = str(self.secret("password", PASSWORD))
        line = said(user="desk", password=password, security="none")
        self.assertIn("encrypted connection only", line)

    def test_an_instance_tells_every_mistake_at_its_place(self):
        self.instance("desk", 'plugin = "email"\n[options]\nserver = "x"\nto = "a@b"\nport = 99999\nsecurty = "tls"\n')
        process = self.run_instance("desk")
        self.assertEqual(78, process.wait())
        for place in (r"desk\.toml:5:6: error: 'to'", r"desk\.toml:6:8: error: 'port'",
                      r"desk\.toml:7:1: error: .*did you mean 'security'\?", r"option 'sender' of 'email' must be set"):
            self.assertRegex(process.err.text(), place)

    def test_an_instance_that_means_what_cannot_be_is_told_at_its_place(self):
        said = self.mistakes("desk", 'plugin = "email"\n[options]\nserver = "a/b"\nsender = "nobody"\nto = ["a@b.example", "c"]\n'
                             'user = "desk"\nsecurity = "none"\n')
        for place in (r"desk\.toml:4:10: error: server: is no name", r"desk\.toml:5:10: error: sender: 'nobody' is no mail address",
                      r"desk\.toml:6:22: error: to: 'c' is no mail address", r"desk\.toml:7:8: error: user: needs password",
                      r"desk\.toml:8:12: error: security: a password is sent"):
            self.assertRegex(said, place)


if __name__ == "__main__":
    unittest.main()
