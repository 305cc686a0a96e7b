# SPDX-License-Identifier: Apache-2.0
"""What the manifest's options were set to."""

from __future__ import annotations

from typing import TypeVar

from .manifest import Manifest, Value
from .secret import read_secret

_T = TypeVar("_T")


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
