# SPDX-License-Identifier: Apache-2.0
"""What the manifest's options were set to."""

from __future__ import annotations

import os
import re
from typing import TypeVar

from .manifest import BadManifest, Manifest, Value
from .secret import read_secret

_T = TypeVar("_T")

# Where the file of an instance sets its options: its name, then "command 5:11 5:12 5:28" a line for each.
PLACES_VARIABLE = "TOCSIN_OPTIONS_AT"


def read_places(text: str) -> dict[str, list[str]]:
    """ "desk.toml:7:9" by the option's name; behind that of a list those of its texts."""
    file, *lines = text.split("\n")
    places: dict[str, list[str]] = {}
    for line in lines:
        name, *numbers = line.split(" ")
        if found := [f"{file}:{one}" for one in numbers if re.fullmatch(r"[0-9]+:[0-9]+", one)]:
            places[name] = found
    return places


class Options:
    """A value for each option of the manifest: as set, else its default. A wrong name raises KeyError."""

    def __init__(self, manifest: Manifest, values: dict[str, Value], is_dry_run: bool = False) -> None:
        self._manifest = manifest
        self._values = values
        self._is_dry_run = is_dry_run
        self._places = read_places(os.environ.get(PLACES_VARIABLE, ""))

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
        """Read anew each time, so that a secret may change. In a dry run what it is called, never what it is.

        Raises BadManifest, which names option and file and shows nothing of it.
        """
        if self._is_dry_run:
            return f"<{name}>"
        reference = self.text(name)
        try:
            return read_secret(reference) if reference else ""
        except BadManifest as problem:
            raise type(problem)(str(self.wrong(name, str(problem)))) from None

    def wrong(self, name: str, what: str, at: int | None = None) -> BadManifest:
        """The error that names the mistake where it was made; `at` is which text of a list.

        "desk.toml:7:9: error: url: must …" where the file of an instance set the option, else "--url: must …".
        """
        if not (places := self._places.get(name)):
            return BadManifest(f"--{name}: {what}")
        index = 0 if at is None or at + 1 >= len(places) else at + 1
        return BadManifest(f"{places[index]}: error: {name}: {what}")

    def has_place(self, message: str) -> bool:
        """Whether a message begins with a place, as those of `wrong` do where a file set the option."""
        return any(message.startswith(f"{one}: ") for places in self._places.values() for one in places)

    def _value(self, name: str) -> Value | None:
        spec = self._manifest.options[name]
        return self._values.get(name, spec.default)

    def _typed(self, name: str, wanted: type[_T], absent: _T) -> _T:
        value = self._value(name)
        return value if isinstance(value, wanted) else absent
