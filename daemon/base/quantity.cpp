// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace tocsin {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t amount = 1;
  std::int64_t from = 0;  // written only from this amount on
};

constexpr std::int64_t day = 24LL * 60 * 60 * 1000;

// The largest first, for writing.
constexpr std::array duration_units{Unit{"d", day, 7 * day}, Unit{"h", day / 24}, Unit{"m", 60000},
                                    Unit{"s", 1000}, Unit{"ms", 1}};
constexpr std::array size_units{Unit{"GiB", 1LL << 30}, Unit{"MiB", 1LL << 20},
                                Unit{"KiB", 1LL << 10}, Unit{"B", 1}};

template <std::size_t N>
std::optional<std::int64_t> read(std::string_view text, const std::array<Unit, N>& units) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const std::string_view name{rest, static_cast<std::size_t>(end - rest)};
  for (const Unit& unit : units) {
    if (name != unit.name) continue;
    if (number > std::numeric_limits<std::int64_t>::max() / 1000000 / unit.amount) {
      return std::nullopt;  // a factor of a million below the limit, so that it fits nanoseconds
    }
    return number * unit.amount;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string write(std::int64_t amount, const std::array<Unit, N>& units) {
  if (amount == 0) return "0" + std::string{units[N - 1].name == "ms" ? "s" : "B"};
  for (const Unit& unit : units) {
    if (amount % unit.amount == 0 && amount >= unit.from) {
      return std::to_string(amount / unit.amount).append(unit.name);
    }
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> read_duration(std::string_view text) {
  return read(text, duration_units);
}

std::optional<std::int64_t> read_size(std::string_view text) {
  return read(text, size_units);
}

std::string write_duration(std::int64_t milliseconds) {
  return write(milliseconds, duration_units);
}

std::string write_size(std::int64_t bytes) {
  return write(bytes, size_units);
}

}  // namespace tocsin
