# SPDX-License-Identifier: Apache-2.0
"""A feed's credential reaches its server, and nothing else learns of it."""

import base64
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from program import SETTINGS, ProgramTest
from support.feed_server import FeedServer

SECRET = "s3cret-of-the-test"


class CredentialTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        self.server.add_feed("port", "Port news", "rss")
        self.write("feeds.opml", self.server.opml())

    def configure(self, credential):
        self.write("tocsin.toml", SETTINGS + '[http]\nallow = ["127.0.0.0/8"]\n'
                   f'[[feed]]\nid = "port"\ncredential = "{credential}"\n')

    def secret_file(self, text, name="secret", mode=0o600):
        path = self.write(name, text)
        (self.folder / name).chmod(mode)
        return path

    def poll(self, **environment):
        code, out, err = self.run_verb("run", "--once", "--config", self.folder / "tocsin.toml",
                                       **environment)
        self.assertNotIn(SECRET, out + err)
        return code, err

    def sent(self, **environment):
        """The headers of the one request."""
        code, err = self.poll(**environment)
        self.assertEqual(code, 0, err)
        requests = self.server.requests("/feeds/port")
        self.assertEqual(len(requests), 1, err)
        return requests[0].headers

    def refused(self, words):
        code, err = self.poll()
        self.assertEqual(code, 78, err)
        self.assertIn(words, err)
        self.assertEqual(self.server.requests(), [])

    def test_user_and_password_are_sent(self):
        self.configure(self.secret_file(f"ann:{SECRET}:x\n"))
        wanted = base64.b64encode(f"ann:{SECRET}:x".encode()).decode()
        self.assertEqual(self.sent()["Authorization"], "Basic " + wanted)

    def test_a_bearer_token_is_sent(self):
        self.configure(self.secret_file(f"Bearer {SECRET}\r\n\r\n"))
        self.assertEqual(self.sent()["Authorization"], "Bearer " + SECRET)

    def test_secret_headers_are_sent(self):
        self.configure(self.secret_file(f"header X-Api-Key: {SECRET}\nheader X-Desk:  foreign\n"))
        headers = self.sent()
        self.assertEqual((headers["X-Api-Key"], headers["X-Desk"]), (SECRET, "foreign"))
        self.assertNotIn("Authorization", headers)

    def test_a_login_and_secret_headers_go_together(self):
        self.configure(self.secret_file(f"bearer {SECRET}\nheader X-Api-Key: {SECRET}2\n"))
        headers = self.sent()
        self.assertEqual(headers["Authorization"], "Bearer " + SECRET)
        self.assertEqual(headers["X-Api-Key"], SECRET + "2")

    def test_headers_that_are_no_secret_stand_in_the_settings(self):
        self.configure(self.secret_file("bearer " + SECRET))
        with (self.folder / "tocsin.toml").open("a", encoding="utf-8") as settings:
            settings.write('headers = ["Accept-Language: de"]\n')
        self.assertEqual(self.sent()["Accept-Language"], "de")

    def test_a_path_may_be_relative_to_the_configuration(self):
        self.secret_file("bearer " + SECRET, "keys/port")
        self.configure("./keys/port")
        self.assertEqual(self.sent()["Authorization"], "Bearer " + SECRET)

    def test_a_name_is_that_of_a_systemd_credential(self):
        self.secret_file("bearer " + SECRET, "handed/port-login", 0o440)
        self.configure("port-login")
        headers = self.sent(CREDENTIALS_DIRECTORY=str(self.folder / "handed"))
        self.assertEqual(headers["Authorization"], "Bearer " + SECRET)

    def test_a_name_without_systemd_is_a_mistake(self):
        self.configure("port-login")
        self.refused("credential 'port-login': $CREDENTIALS_DIRECTORY is not set")

    def test_a_file_that_others_may_read_is_refused(self):
        self.configure(self.secret_file("ann:" + SECRET, mode=0o644))
        self.refused("may be read or changed by others")

    def test_a_file_of_another_form_is_refused_without_showing_it(self):
        for text in (SECRET, "", ":" + SECRET, f"ann:\t{SECRET}"):
            self.configure(self.secret_file(text))
            self.refused("its first line ")

    def test_lines_of_another_form_are_refused_without_showing_them(self):
        for text in (f"bearer x\n{SECRET}", f"header Host: {SECRET}", f"header {SECRET}",
                     f"bearer x\nheader Authorization: {SECRET}"):
            self.configure(self.secret_file(text))
            self.refused("/secret: ")

    def check_feed(self, lines):
        """What `check` says of a [[feed]] table with these lines."""
        self.write("tocsin.toml", SETTINGS + f'[[feed]]\nid = "port"\n{lines}\n')
        code, out, err = self.run_verb("check", "--offline", "--config",
                                       self.folder / "tocsin.toml")
        self.assertNotIn(SECRET, out + err)
        return code, err

    def certificate(self, name="cert.pem", kind="CERTIFICATE", mode=0o644):
        return self.secret_file(f"-----BEGIN {kind}-----\n{SECRET}\n-----END {kind}-----\n",
                                name, mode)

    def test_a_certificate_with_a_key_apart_is_right(self):
        key = self.certificate("key.pem", "PRIVATE KEY", 0o600)
        code, err = self.check_feed(f'client_certificate = "{self.certificate()}"\n'
                                    f'client_key = "{key}"\nca_file = "cert.pem"')
        self.assertEqual(code, 0, err)

    def test_a_key_that_others_may_read_is_refused(self):
        key = self.certificate("key.pem", "RSA PRIVATE KEY", 0o644)
        code, err = self.check_feed(f'client_certificate = "{self.certificate()}"\n'
                                    f'client_key = "{key}"')
        self.assertEqual(code, 78, err)
        self.assertIn("tocsin.toml:8:1: error: client_key ", err)
        self.assertIn("may be read or changed by others", err)

    def test_an_encrypted_key_is_refused(self):
        key = self.certificate("key.pem", "ENCRYPTED PRIVATE KEY", 0o600)
        code, err = self.check_feed(f'client_certificate = "{self.certificate()}"\n'
                                    f'client_key = "{key}"')
        self.assertEqual(code, 78, err)
        self.assertIn("the key is encrypted", err)

    def test_files_that_hold_something_else_are_refused(self):
        for lines, words in (
                ('client_certificate = "./none.pem"', "none.pem: "),
                (f'client_certificate = "{self.certificate(mode=0o600)}"', "no private key in PEM"),
                ('ca_file = "feeds.opml"', "feeds.opml: holds no certificate in PEM")):
            code, err = self.check_feed(lines)
            self.assertEqual(code, 78, err)
            self.assertIn(words, err)

    def test_a_proxy_takes_a_user_and_a_password_only(self):
        login = self.secret_file("bearer " + SECRET)
        code, err = self.check_feed(f'proxy = "http://p:1"\nproxy_credential = "{login}"')
        self.assertEqual(code, 78, err)
        self.assertIn('a proxy takes "user:password" and nothing else', err)

    def test_a_file_over_4_kib_is_refused(self):
        self.configure(self.secret_file("ann:" + SECRET + "x" * 4096))
        self.refused("credential ")

    def test_a_request_names_the_program_unless_told_otherwise(self):
        self.assertRegex(self.sent_without_credential()["User-Agent"],
                         r"^Tocsin/\d[\d.]* \(\+https://[^ ]+\)$")

    def sent_without_credential(self):
        self.write("tocsin.toml", SETTINGS + '[http]\nallow = ["127.0.0.0/8"]\n')
        headers = self.sent()
        self.assertNotIn("Authorization", headers)
        return headers


if __name__ == "__main__":
    unittest.main(verbosity=2)
