# SPDX-License-Identifier: Apache-2.0
"""Files that are closed to others. What stands in them is in no message."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .manifest import BadManifest, NotThere

SECRET_LIMIT = 64 * 1024


def read_private(path: Path, must_be_closed: bool = True) -> str:
    """The text of a file that nobody but owner and group may read. Raises BadManifest, which names the file."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise BadManifest(f"{path}: no file")
            if must_be_closed and mode & 0o027:
                raise BadManifest(f"{path}: may be read or changed by others; chmod 0600 {path}")
            value = file.read(SECRET_LIMIT + 1)
    except FileNotFoundError as problem:
        raise NotThere(f"{path}: {problem.strerror}") from None
    except OSError as problem:
        raise BadManifest(f"{path}: {problem.strerror}") from None
    if len(value) > SECRET_LIMIT:
        raise BadManifest(f"{path}: over 64 KiB")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise BadManifest(f"{path}: not UTF-8") from None


def read_secret(reference: str) -> str:
    """What `reference` names, without the last newline: a path, or a credential of systemd.

    A name without "/" stands for a file in $CREDENTIALS_DIRECTORY. Raises BadManifest.
    """
    if "://" in reference or reference.startswith("whsec_"):  # it may be the secret: it is not repeated
        raise BadManifest("a secret's option names the file that holds it, and is not the secret itself")
    if "/" in reference:
        return read_private(Path(reference)).removesuffix("\n")
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not folder:
        raise BadManifest("a secret's path has a / in it, and for a credential $CREDENTIALS_DIRECTORY is not set")
    return read_private(Path(folder, reference), must_be_closed=False).removesuffix("\n")
