// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.hpp"

namespace tocsin::app {

/// The verbs below `tocsin topic` that have a file of their own; topic_command.cpp has the others.
void add_topic_new_command(CLI::App& topic, Context& context);
void add_topic_diff_command(CLI::App& topic, Context& context);
void add_topic_background_command(CLI::App& topic, Context& context);
void add_topic_preview_command(CLI::App& topic, Context& context);
void add_topic_tune_command(CLI::App& topic, Context& context);

}  // namespace tocsin::app
