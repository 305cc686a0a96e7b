# SPDX-License-Identifier: Apache-2.0
"""Keys, tokens and a credentials file for a nats-server with an operator, as its own tool would make them.

Ed25519 keys in the text form of NATS (github.com/nats-io/nkeys: prefix, key, CRC-16, in base32) and the tokens that are
signed with them (JSON Web Tokens of version 2).
"""

import base64
import binascii
import json
import pathlib
import subprocess

OPERATOR, ACCOUNT, USER = 14 << 3, 0, 20 << 3
SEED = 18 << 3


def _run(*words):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout


def _text(data):
    checked = data + binascii.crc_hqx(data, 0).to_bytes(2, "little")
    return base64.b32encode(checked).decode().rstrip("=")


def _unpadded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class NatsKey:
    def __init__(self, folder, name, kind):
        self._pem = pathlib.Path(folder) / f"{name}.pem"
        self._name = name
        self._kind = kind
        _run("genpkey", "-algorithm", "ed25519", "-out", self._pem)
        self.public = _text(bytes([kind]) + _run("pkey", "-in", self._pem, "-pubout", "-outform", "DER")[-32:])
        private = _run("pkey", "-in", self._pem, "-outform", "DER")[-32:]
        self.seed = _text(bytes([SEED | kind >> 5, (kind & 31) << 3]) + private)

    def token(self, of, **claims):
        """A token that this key signs for another."""
        kinds = {OPERATOR: "operator", ACCOUNT: "account", USER: "user"}
        body = {"jti": of._name, "iat": 1500000000, "iss": self.public, "name": of._name, "sub": of.public,
                "nats": claims | {"type": kinds[of._kind], "version": 2}}
        text = ".".join(_unpadded(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ed25519-nkey"}, body))
        message = self._pem.with_suffix(".message")
        message.write_text(text)
        return f"{text}.{_unpadded(_run('pkeyutl', '-sign', '-inkey', self._pem, '-rawin', '-in', message))}"


def operated_server(folder):
    """The server's configuration, and what stands in the credentials file of a user whom it lets in."""
    operator, system, account, user = (NatsKey(folder, name, kind) for name, kind in (
        ("operator", OPERATOR), ("system", ACCOUNT), ("account", ACCOUNT), ("user", USER)))
    limits = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1) | {"wildcards": True}
    with_streams = limits | dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
    accounts = "".join(f"  {one.public}: {operator.token(one, limits=its)}\n"
                       for one, its in ((system, limits), (account, with_streams)))
    configuration = (f"operator: {operator.token(operator)}\nsystem_account: {system.public}\n"
                     f"resolver: MEMORY\nresolver_preload: {{\n{accounts}}}\n")
    of_user = account.token(user, pub={}, sub={}, subs=-1, data=-1, payload=-1)
    credentials = (f"-----BEGIN NATS USER JWT-----\n{of_user}\n------END NATS USER JWT------\n\n"
                   f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n")
    return configuration, credentials
