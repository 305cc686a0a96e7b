// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <concepts>

#include "story/features.hpp"

namespace tocsin::story {
namespace {

constexpr std::uint8_t format = 1;

template <std::unsigned_integral Number>
void put(std::string& bytes, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    bytes.push_back(static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU));
  }
}

/// Takes little-endian numbers from the front; `is_short` once there was too little.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_{bytes} {}

  template <std::unsigned_integral Number>
  Number take() {
    std::uint64_t value = 0;
    if (bytes_.size() < sizeof(Number)) {
      is_short_ = true;
      bytes_ = {};
      return 0;
    }
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
      value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes_[i])) << (8 * i);
    }
    bytes_.remove_prefix(sizeof(Number));
    return static_cast<Number>(value);
  }

  std::string text(std::size_t size) {
    if (bytes_.size() < size) is_short_ = true;
    std::string taken{bytes_.substr(0, size)};
    bytes_.remove_prefix(taken.size());
    return taken;
  }

  [[nodiscard]] bool is_read() const { return !is_short_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool is_short_ = false;
};

constexpr std::uint16_t name_bit = 0x8000;

Word take_word(Reader& reader) {
  Word word{.hash = reader.take<std::uint32_t>()};
  const auto packed = reader.take<std::uint16_t>();
  word.weight = static_cast<std::uint16_t>(packed & ~name_bit);
  word.is_name = (packed & name_bit) != 0;
  return word;
}

}  // namespace

std::string encode(const Features& features) {
  std::string bytes;
  put(bytes, format);
  put(bytes, features.signature);
  put(bytes, static_cast<std::uint8_t>(features.agency.size()));
  bytes += features.agency;
  put(bytes, static_cast<std::uint8_t>(features.passages.size()));
  for (const std::uint32_t passage : features.passages) put(bytes, passage);
  put(bytes, static_cast<std::uint8_t>(features.words.size()));
  for (const Word& word : features.words) {
    put(bytes, word.hash);
    put(bytes, static_cast<std::uint16_t>(word.weight | (word.is_name ? name_bit : 0)));
  }
  return bytes;
}

Result<Features> decode_features(std::string_view bytes) {
  Reader reader{bytes};
  const auto version = reader.take<std::uint8_t>();
  Features features{.signature = reader.take<std::uint64_t>()};
  features.agency = reader.text(reader.take<std::uint8_t>());
  features.passages.resize(reader.take<std::uint8_t>());
  for (std::uint32_t& passage : features.passages) passage = reader.take<std::uint32_t>();
  features.words.resize(reader.take<std::uint8_t>());
  for (Word& word : features.words) word = take_word(reader);
  const auto is_before = [](const Word& a, const Word& b) {
    return a.hash < b.hash;
  };
  const bool is_sound = version == format && reader.is_read() &&
                        features.words.size() <= Features::most_words &&
                        std::is_sorted(features.words.begin(), features.words.end(), is_before) &&
                        std::is_sorted(features.passages.begin(), features.passages.end());
  if (!is_sound) return fail(Errc::invalid_input, "what is stored of a story's item is damaged");
  return features;
}

}  // namespace tocsin::story
