# SPDX-License-Identifier: Apache-2.0
"""A mail server for the tests, by aiosmtpd: it keeps what it takes, parsed, and refuses as it is told."""

import email
import email.policy
import logging
import socket
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

PATIENCE = 60
# It reports at length every client that distrusts its certificate, which is what tests are about.
logging.getLogger("mail").setLevel(logging.CRITICAL + 1)
warnings.filterwarnings("ignore", module="aiosmtpd")


class Received:
    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.recipients = envelope.rcpt_tos
        self.raw = envelope.content
        self.message = email.message_from_bytes(envelope.content, policy=email.policy.default)

    def part(self, kind):
        return self.message.get_body((kind,)).get_content()


class MailServer:
    """`refuse(step, argument)` gives a reply line or None; steps are "MAIL", "RCPT" and "DATA"."""

    def __init__(self, refuse=None, starttls=None, tls=None, login=None, port=0):
        self._refuse = refuse or (lambda step, argument: None)
        self._login = login
        self._mails = []
        self.logins = []
        self._came = threading.Condition()
        options = {"decode_data": False}
        if starttls:
            options |= {"tls_context": starttls, "require_starttls": True}
        if login:
            options |= {"authenticator": self._authenticate, "auth_required": True,
                        "auth_require_tls": not tls}
        self._controller = Controller(self, hostname="127.0.0.1", port=port or _free_port(), ssl_context=tls,
                                       **options)
        self._controller.start()
        self.port = self._controller.port

    def close(self):
        self._controller.stop()

    def mails(self):
        with self._came:
            return list(self._mails)

    def wait_for_count(self, count, timeout=PATIENCE):
        with self._came:
            return self._came.wait_for(lambda: len(self._mails) >= count, timeout)

    def _authenticate(self, server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self._login
        self.logins.append(good)
        return AuthResult(success=good, handled=good)

    async def handle_MAIL(self, server, session, envelope, address, options):
        refusal = self._refuse("MAIL", address)
        if not refusal:
            envelope.mail_from = address
        return refusal or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self._refuse("RCPT", address)
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        refusal = self._refuse("DATA", None)
        if not refusal:
            with self._came:
                self._mails.append(Received(envelope))
                self._came.notify_all()
        return refusal or "250 Message accepted"


def _free_port():  # the controller cannot tell which one it got for 0
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
