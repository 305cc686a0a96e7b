// SPDX-License-Identifier: Apache-2.0
// Writes alerts of every kind and shape, one a line, to the files named by its arguments: encoded,
// the input of validate_alerts.py, and as ninjs, that of validate_ninjs.py. The first is an
// ordinary alert, the second an operator's, the third a digest.
#include <fstream>
#include <string>
#include <vector>

#include "alert/codec.hpp"
#include "alert/ninjs.hpp"
#include "support/sample_alert.hpp"

namespace {

using tocsin::alert::Alert;
using tocsin::alert::Kind;

std::vector<Alert> alerts() {
  using tocsin::test::sample_alert;
  std::vector<Alert> all{sample_alert(), tocsin::test::sample_operator_alert(),
                         tocsin::test::sample_digest()};
  for (const auto kind : {Kind::updated, Kind::retracted, Kind::test}) {
    all.push_back(sample_alert());
    all.back().kind = kind;
  }
  for (int severity = 1; severity <= 9; ++severity) {
    all.push_back(sample_alert());
    all.back().severity = severity;
  }
  Alert bare;
  bare.id = "bare";
  bare.match.topic = "bare";
  all.push_back(bare);

  auto huge = sample_alert();
  huge.item.content = std::string(300'000, '"');
  huge.item.summary = std::string(300'000, '\\');
  huge.item.title = std::string(300'000, '\n');
  huge.item.authors = std::vector<std::string>(5000, std::string(5000, 'a'));
  huge.match.missing = huge.item.authors;
  huge.item.url = "https://news.example/" + std::string(300'000, 'u');
  all.push_back(huge);

  auto full = tocsin::test::sample_digest();
  full.digest->items.front().title = std::string(600, '"');
  full.digest->items.resize(5000, full.digest->items.front());
  full.digest->count = 5000;
  all.push_back(full);

  auto dirty = sample_alert();
  dirty.item.title = "\xff\xfe\x01 \xc3";
  dirty.source.name = std::string{"nul\0inside", 10};
  all.push_back(dirty);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ofstream file{argv[1]};
  std::ofstream ninjs{argv[2]};
  std::uint64_t sequence = 0;
  for (const auto& alert : alerts()) {
    file << tocsin::alert::encode(alert, ++sequence) << '\n';
    ninjs << tocsin::alert::encode_ninjs(alert) << '\n';
  }
  return file.flush() && ninjs.flush() ? 0 : 1;
}
