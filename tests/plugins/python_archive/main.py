#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A plugin for tests: appends each payload as one line to --path."""

from tocsin_plugin import Alert, Ok, Outcome, Plugin

plugin = Plugin.load()
plugin.config.ack_interval = plugin.options.seconds("ack-interval")
output = open(plugin.options.text("path"), "ab", buffering=0)


def handle(alert: Alert) -> Outcome:
    output.write(alert.payload + b"\n")
    return Ok()


raise SystemExit(plugin.run(handle))
