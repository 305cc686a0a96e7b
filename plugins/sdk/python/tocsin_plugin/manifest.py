# SPDX-License-Identifier: Apache-2.0
"""plugin.toml: what a plugin is, what it wants, which options it takes (docs/reference/plugins.md).

`tocsin plugin check` tells every mistake at its line and column; here the first one is enough.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TYPES = ("string", "integer", "number", "boolean", "duration", "size", "strings")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}

Value = str | int | float | bool | list[str]


class BadManifest(ValueError):
    """The manifest, or a value for one of its options, is wrong."""


class NotThere(BadManifest):
    """What an option names is not there, and may be a moment later."""


@dataclass(frozen=True)
class OptionSpec:
    name: str
    type: str
    help: str = ""
    default: Value | None = None
    example: Value | None = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_required: bool = False
    is_secret: bool = False


@dataclass(frozen=True)
class Manifest:
    name: str
    version: str
    summary: str = ""
    delivery: str = "durable"
    filters: tuple[str, ...] = ("alert/",)
    options: dict[str, OptionSpec] = field(default_factory=dict)


def seconds_of(text: str) -> float:
    """"15m" → 900. Raises BadManifest."""
    match = re.fullmatch(r"(\d{1,12})(ms|s|m|h|d)", text)
    if match is None:
        raise BadManifest(f'"{text}" is no duration such as "15m"')
    return int(match[1]) * _UNITS[match[2]]


def bytes_of(text: str) -> int:
    """"10MiB" → 10485760. Raises BadManifest."""
    match = re.fullmatch(r"(\d{1,12})(B|KiB|MiB|GiB)", text)
    if match is None:
        raise BadManifest(f'"{text}" is no size such as "10MiB"')
    return int(match[1]) * _SIZES[match[2]]


def parse_value(spec: OptionSpec, text: str) -> Value:
    """A value as it stands on the command line; of "strings" one of them. Raises BadManifest."""
    value: Value
    try:
        if spec.type == "integer":
            value = int(text)
        elif spec.type == "number":
            value = float(text)
        elif spec.type == "boolean":
            value = {"true": True, "false": False}[text]
        elif spec.type == "duration":
            value = seconds_of(text)
        elif spec.type == "size":
            value = bytes_of(text)
        else:
            value = text
    except (ValueError, KeyError) as problem:
        said = str(problem) if isinstance(problem, BadManifest) else f'"{text}" is no {spec.type}'
        raise BadManifest(f"--{spec.name}: {said}") from None
    if spec.choices and value not in spec.choices:
        raise BadManifest(f'--{spec.name}: "{text}" is none of {", ".join(spec.choices)}')
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if (spec.low is not None and value < spec.low) or (spec.high is not None and value > spec.high):
            raise BadManifest(f"--{spec.name}: {text} is out of bounds")
    return value


def _written(spec: OptionSpec, value: Any) -> Value:
    """A default as it stands in the file: numbers as such, durations and sizes as text."""
    if spec.type == "strings":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise BadManifest(f"options.{spec.name}: a list of texts is wanted")
        return list(value)
    if isinstance(value, bool):
        return parse_value(spec, "true" if value else "false")
    return parse_value(spec, str(value))


def _limit(spec_type: str, value: Any) -> float | None:
    if value is None:
        return None
    if spec_type == "duration":
        return seconds_of(str(value))
    return float(bytes_of(str(value)) if spec_type == "size" else value)


def _option(name: str, table: Any) -> OptionSpec:
    if not isinstance(table, dict) or table.get("type", "string") not in TYPES:
        raise BadManifest(f"options.{name}: 'type' is one of {', '.join(TYPES)}")
    kind = str(table.get("type", "string"))
    bare = OptionSpec(
        name=name,
        type=kind,
        help=str(table.get("help", "")),
        choices=tuple(str(one) for one in table.get("choices", ())),
        low=_limit(kind, table.get("min")),
        high=_limit(kind, table.get("max")),
        is_required=table.get("required") is True,
        is_secret=table.get("secret") is True,
    )
    read = {key: _written(bare, table[key]) for key in ("default", "example") if key in table}
    return OptionSpec(**{**bare.__dict__, **read})


def read_manifest(path: Path) -> Manifest:
    """Raises BadManifest, OSError."""
    try:
        root = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadManifest(f"{path}: {problem}") from None
    if root.get("format") != 1:
        raise BadManifest(f"{path}: 'format = 1' must stand at the head")
    if not isinstance(root.get("name"), str) or not isinstance(root.get("version"), str):
        raise BadManifest(f"{path}: 'name' and 'version' are missing")
    options = root.get("options", {})
    try:
        specs = {name: _option(name, table) for name, table in options.items()}
    except BadManifest as problem:
        raise BadManifest(f"{path}: {problem}") from None
    return Manifest(
        name=root["name"],
        version=root["version"],
        summary=str(root.get("summary", "")),
        delivery=str(root.get("delivery", "durable")),
        filters=tuple(str(one) for one in root.get("filters", ("alert/",))),
        options=specs,
    )
