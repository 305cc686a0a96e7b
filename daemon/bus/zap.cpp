// SPDX-License-Identifier: Apache-2.0
#include "bus/zap.hpp"

#include <zmq.h>

#include <array>
#include <cstdint>

namespace tocsin::bus {
namespace {

constexpr const char* version = "1.0";
constexpr std::size_t raw_key_bytes = 32;

/// A key in Z85, without the zero that ends it.
std::string key_text(const std::string& raw) {
  std::array<std::uint8_t, raw_key_bytes> bytes{};
  std::array<char, 41> text{};
  for (std::size_t i = 0; i < raw.size(); ++i) bytes.at(i) = static_cast<std::uint8_t>(raw.at(i));
  return ::zmq_z85_encode(text.data(), bytes.data(), bytes.size());
}

}  // namespace

std::optional<ZapQuestion> read_zap(const std::vector<std::string>& frames) {
  if (frames.size() < 6 || frames[0] != version) return std::nullopt;
  ZapQuestion question{.id = frames[1], .caller = {.domain = frames[2], .address = frames[3]}};
  const bool has_key =
      frames[5] == "CURVE" && frames.size() == 7 && frames[6].size() == raw_key_bytes;
  if (has_key) question.caller.key = key_text(frames[6]);
  return question;
}

std::vector<std::string> zap_answer(const ZapQuestion& question, const Admission& admission) {
  // 300: libzmq ends the connection without a word, and the other side tries again.
  if (admission.comes_too_early) return {version, question.id, "300", "too many", "", ""};
  if (!admission.is_welcome) return {version, question.id, "400", "not on the list", "", ""};
  return {version, question.id, "200", "OK", admission.key, ""};
}

}  // namespace tocsin::bus
