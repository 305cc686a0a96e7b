# SPDX-License-Identifier: Apache-2.0
"""A plugin as a program: its manifest, its command line, its signals."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from .alert import Alert, BadAlert, Delivery, decode
from .cap import CapOptions
from .config import Config, check, default_runtime_directory, endpoints_of, keys_of
from .manifest import BadManifest, Manifest, NotThere, OptionSpec, Value, parse_value, read_manifest
from .options import Options
from .outcome import Describe, Handler
from .runner import HALTED, USAGE, Runner
from .text import one_line

DRY_RUN_LIMIT = 16 * 1024 * 1024
# What the library itself takes; a manifest's options have other names.
OWN_OPTIONS = frozenset(
    (
        "all cap-window connect dry-run exit-after filter for from help key let-through max-per-hour name runtime server-key "
        "tail takeover topic version"
    ).split()
)
_CAP = (
    OptionSpec("max-per-hour", "integer", "hold what is more, and tell it as one alert; 0: no cap", 0, low=0, high=1e6),
    OptionSpec("cap-window", "duration", "the time that --max-per-hour counts in, from its first alert on (1h)", 3600.0,
               low=1.0, high=604800.0),
    OptionSpec("let-through", "integer", "severities up to this are counted and never held", 0, low=0, high=9),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(USAGE)


def _declare(parser: argparse.ArgumentParser, manifest: Manifest) -> None:
    parser.add_argument("--version", action="version", version=manifest.version)
    parser.add_argument("--runtime", metavar="DIR", help="the daemon's runtime directory")
    parser.add_argument("--connect", metavar="WHERE", help='"ipc:<runtime directory>" or "<pub>,<ctl>"')
    parser.add_argument("--server-key", default="", metavar="KEY", help="the daemon's public key, where it speaks CURVE")
    parser.add_argument("--key", default="", metavar="FILE", help="file of our own pair of keys")
    parser.add_argument("--name", default="", help="durable name: what was sent meanwhile comes at the next start")
    parser.add_argument("--tail", action="store_true", help="keep no cursor (the default without --name)")
    parser.add_argument("--takeover", action="store_true", help="end another reader of the same name")
    parser.add_argument("--topic", action="append", default=[], help="this topic only; may be repeated")
    parser.add_argument("--filter", action="append", default=[], help="a prefix of topic frames")
    parser.add_argument("--all", action="store_true", help="experimental topics and operator alerts too")
    parser.add_argument("--from", dest="start", default="", metavar="PLACE",
                        help="earliest, ack, latest, a sequence number or a time")
    parser.add_argument("--exit-after", type=int, metavar="N", help="stop after so many alerts")
    parser.add_argument("--for", dest="run_for", type=float, metavar="SECONDS", help="stop after so long")
    parser.add_argument("--dry-run", metavar="FILE", help="tell what would be done for the alerts in FILE")
    for spec in _CAP:
        _declare_option(parser, spec)
    for spec in manifest.options.values():
        if spec.name in OWN_OPTIONS:
            raise BadManifest(f"options.{spec.name}: the library has an option of that name")
        _declare_option(parser, spec)


def _declare_option(parser: argparse.ArgumentParser, spec: OptionSpec) -> None:
    more: dict[str, Any] = {"default": None, "dest": f"option {spec.name}", "help": spec.help.replace("%", "%%")}
    if spec.type == "boolean":
        more |= {"nargs": "?", "const": "true", "metavar": "true|false"}
    elif spec.type == "strings":
        more |= {"action": "append", "metavar": "TEXT"}
    else:
        more["metavar"] = "FILE|CREDENTIAL" if spec.is_secret else spec.type.upper()
    parser.add_argument(f"--{spec.name}", **more)


def _start_of(text: str, name: str) -> str | dict[str, Any]:
    text = text or ("ack" if name else "latest")
    if text in ("ack", "earliest", "latest"):
        return text
    return {"seq": int(text)} if text.isdigit() else {"time": text}


def _filters(words: argparse.Namespace, manifest: Manifest) -> list[str]:
    if words.all:
        return ["alert/", "lab/", "ops/"]
    topics = [one if "/" in one else f"alert/{one}/" for one in words.topic]
    return topics + words.filter or list(manifest.filters)


def _values(words: argparse.Namespace, manifest: Manifest) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for spec in manifest.options.values():
        given = getattr(words, f"option {spec.name}")
        if isinstance(given, list):
            values[spec.name] = [str(parse_value(spec, one)) for one in given]
        elif given is not None:
            values[spec.name] = parse_value(spec, given)
        elif spec.is_required and spec.default is None:
            if words.dry_run is None:
                raise BadManifest(f"--{spec.name} is missing")
            values[spec.name] = spec.example if spec.example is not None else f"<{spec.name}>"
    return values


def _cap(words: argparse.Namespace) -> CapOptions:
    def number(spec: OptionSpec) -> float:
        given = getattr(words, f"option {spec.name}")
        value = spec.default if given is None else parse_value(spec, given)
        return float(value) if isinstance(value, (int, float)) else 0.0

    most, window, let_through = map(number, _CAP)
    return CapOptions(int(most), window, int(let_through))


class _Stop:
    """Catches SIGTERM and SIGINT while it lives. The second one ends the process as usual."""

    def __init__(self) -> None:
        self.is_asked = False
        self._before = {one: signal.signal(one, self._ask) for one in (signal.SIGTERM, signal.SIGINT)}

    def _ask(self, number: int, _: FrameType | None) -> None:
        self.is_asked = True
        signal.signal(number, signal.SIG_DFL)

    def release(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def serve(config: Config, handler: Handler) -> int:
    """Receives until told to stop by SIGTERM, SIGINT, Halt, or the limits in `config`.

    0 stopped in order, 1 Halt, 64 the configuration is wrong, 75 the name is in use. Waits, with growing
    pauses, for a daemon that does not run yet.
    """
    try:
        check(config)
        endpoints = endpoints_of(config.connect)
        keys = keys_of(config)
    except ValueError as problem:
        config.log(f"{config.program}: {problem}")
        return USAGE
    stop = _Stop()
    try:
        asked = config.should_stop
        return Runner(config, handler, endpoints, keys).run(
            lambda: stop.is_asked or (asked is not None and asked())
        )
    finally:
        stop.release()


class Plugin:
    """A plugin that knows its manifest and its command line.

    `options` is what the manifest's options were set to; `config` may be changed before `run`.
    """

    def __init__(self, manifest: Manifest, options: Options, config: Config, dry_run: str | None) -> None:
        self.manifest = manifest
        self.options = options
        self.config = config
        self._dry_run = dry_run

    @property
    def is_dry_run(self) -> bool:
        return self._dry_run is not None

    @classmethod
    def load(cls, folder: Path | None = None, arguments: Sequence[str] | None = None) -> Plugin:
        """Reads plugin.toml in `folder`, that of the program itself by default, and the command line.

        Ends the process with 64 and one line where one of them is wrong, and with 0 after --help.
        """
        path = (folder or Path(sys.argv[0]).resolve().parent) / "plugin.toml"
        try:
            manifest = read_manifest(path)
            parser = _Parser(prog=f"tocsin-{manifest.name}", description=manifest.summary, allow_abbrev=False)
            _declare(parser, manifest)
            words = parser.parse_args(arguments)
            options = Options(manifest, _values(words, manifest), words.dry_run is not None)
            cap = _cap(words)
        except (BadManifest, OSError) as problem:
            print(f"{path.parent.name}: {problem}", file=sys.stderr)
            raise SystemExit(USAGE) from None
        name = "" if words.tail else words.name
        config = Config(
            program=f"tocsin-{manifest.name}",
            version=manifest.version,
            name=name,
            connect=words.connect or f"ipc:{words.runtime or default_runtime_directory()}",
            server_key=words.server_key,
            key_file=words.key,
            filters=_filters(words, manifest),
            start=_start_of(words.start, name),
            takeover=words.takeover,
            exit_after=words.exit_after,
            run_for=words.run_for,
            cap=cap,
        )
        return cls(manifest, options, config, words.dry_run)

    def run(self, handler: Handler, describe: Describe | None = None) -> int:
        """Serves, or with --dry-run prints what `describe` says of each alert. The exit status."""
        if self._dry_run is not None:
            return self._tell(self._dry_run, describe)
        option = "connect"
        try:
            endpoints_of(self.config.connect)
            option = "key"
            keys_of(self.config)
        except ValueError as problem:
            return self.refuse(self.options.wrong(option, str(problem)))
        return serve(self.config, handler)

    def refuse(self, problem: Exception) -> int:
        """Tells in one line what is wrong with the options, at its place where it has one.

        The exit status: 64, or 1 where it may be otherwise a moment later.
        """
        line = one_line(str(problem), 4096)
        print(line if self.options.has_place(line) else f"{self.config.program}: {line}", file=sys.stderr)
        return HALTED if isinstance(problem, NotThere) else USAGE

    def _tell(self, path: str, describe: Describe | None) -> int:
        try:
            with open(0 if path == "-" else path, "rb") as file:
                lines = file.read(DRY_RUN_LIMIT).splitlines()
        except OSError as problem:
            print(f"{path}: {problem.strerror}", file=sys.stderr)
            return USAGE
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                alert = decode(line, Delivery(seq=number))
            except BadAlert as problem:
                print(f"{path}:{number}: {one_line(str(problem))}", file=sys.stderr)
                return USAGE
            print(describe(alert) if describe else f"would handle alert {alert.id} of {alert.topic}")
        return 0


def run(handler: Handler, describe: Describe | None = None) -> int:
    """`Plugin.load().run(handler, describe)`: for a plugin without options of its own."""
    return Plugin.load().run(handler, describe)


__all__ = ["Alert", "Plugin", "run", "serve"]
