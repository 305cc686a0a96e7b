// SPDX-License-Identifier: Apache-2.0
#include "text/stem.hpp"

#include <libstemmer.h>

#include <algorithm>
#include <map>
#include <memory>

namespace tocsin::text {

namespace {

struct DeleteStemmer {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

using Stemmer = std::unique_ptr<sb_stemmer, DeleteStemmer>;

/// A stemmer keeps its last word: one for each thread. Null for an unknown name.
sb_stemmer* stemmer_of(const std::string& name) {
  thread_local std::map<std::string, Stemmer> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second.get();
  return known.emplace(name, Stemmer{sb_stemmer_new(name.c_str(), "UTF_8")}).first->second.get();
}

}  // namespace

std::vector<std::string> stemmer_names() {
  std::vector<std::string> names;
  for (const char** name = sb_stemmer_list(); *name != nullptr; ++name) names.emplace_back(*name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string_view stem(const std::string& stemmer, std::string_view word) {
  // A longer one is no word, and the algorithms are not made for it.
  constexpr std::size_t longest = 200;
  sb_stemmer* const found = stemmer_of(stemmer);
  if (found == nullptr || word.size() > longest) return word;
  const auto* const letters = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* const stem = sb_stemmer_stem(found, letters, static_cast<int>(word.size()));
  if (stem == nullptr) return word;
  return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(found))};
}

}  // namespace tocsin::text
