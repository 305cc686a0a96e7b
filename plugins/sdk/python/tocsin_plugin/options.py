# SPDX-License-Identifier: Apache-2.0
"""What the manifest's options were set to."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TypeVar

from .manifest import BadManifest, Manifest, Value

SECRET_LIMIT = 64 * 1024
_T = TypeVar("_T")


def read_secret(reference: str) -> str:
    """The text of a file that is closed to others, or of a systemd credential; without the last newline.

    `reference` is a path, or a name without "/" in $CREDENTIALS_DIRECTORY. Raises BadManifest, whose text
    names the file and never what stands in it.
    """
    is_path = "/" in reference
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not is_path and not folder:
        raise BadManifest(f"credential '{reference}': $CREDENTIALS_DIRECTORY is not set")
    path = Path(reference) if is_path else Path(folder, reference)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise BadManifest(f"{path}: no file")
            if is_path and mode & 0o027:
                raise BadManifest(f"{path}: may be read or changed by others; chmod 0600 {path}")
            value = file.read(SECRET_LIMIT + 1)
    except OSError as problem:
        raise BadManifest(f"{path}: {problem.strerror}") from None
    if len(value) > SECRET_LIMIT:
        raise BadManifest(f"{path}: over 64 KiB")
    try:
        return value.decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise BadManifest(f"{path}: not UTF-8") from None


class Options:
    """A value for each option of the manifest: as set, else its default. A wrong name raises KeyError."""

    def __init__(self, manifest: Manifest, values: dict[str, Value], is_dry_run: bool = False) -> None:
        self._manifest = manifest
        self._values = values
        self._is_dry_run = is_dry_run

    def has(self, name: str) -> bool:
        return self._value(name) is not None

    def text(self, name: str) -> str:
        return self._typed(name, str, "")

    def integer(self, name: str) -> int:
        return self._typed(name, int, 0)

    def number(self, name: str) -> float:
        value = self._value(name)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def truth(self, name: str) -> bool:
        return self._typed(name, bool, False)

    def seconds(self, name: str) -> float:
        """Of a duration."""
        return self.number(name)

    def size(self, name: str) -> int:
        """Of a size: bytes."""
        return self.integer(name)

    def texts(self, name: str) -> list[str]:
        value = self._value(name)
        return list(value) if isinstance(value, list) else []

    def secret(self, name: str) -> str:
        """Read anew each time, so that a secret may change. In a dry run what it is called, never what it is."""
        if self._is_dry_run:
            return f"<{name}>"
        reference = self.text(name)
        return read_secret(reference) if reference else ""

    def _value(self, name: str) -> Value | None:
        spec = self._manifest.options[name]
        return self._values.get(name, spec.default)

    def _typed(self, name: str, wanted: type[_T], absent: _T) -> _T:
        value = self._value(name)
        return value if isinstance(value, wanted) else absent
