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
        self.configure(self.secret_file(f"Bearer {SECRET}\r\nsecond line\n"))
        self.assertEqual(self.sent()["Authorization"], "Bearer " + SECRET)

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

    def test_a_file_over_4_kib_is_refused(self):
        self.configure(self.secret_file("ann:" + SECRET + "x" * 4096))
        self.refused("credential ")

    def test_a_request_names_the_program_unless_told_otherwise(self):
        self.assertEqual(self.sent_without_credential()["User-Agent"].split("/")[0], "Tocsin")

    def sent_without_credential(self):
        self.write("tocsin.toml", SETTINGS + '[http]\nallow = ["127.0.0.0/8"]\n')
        headers = self.sent()
        self.assertNotIn("Authorization", headers)
        return headers


if __name__ == "__main__":
    unittest.main(verbosity=2)
