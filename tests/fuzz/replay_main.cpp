// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files of its corpus, once each: how ctest keeps what fuzzing found
// mended.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& place : std::filesystem::recursive_directory_iterator{argv[i]}) {
      if (!place.is_regular_file()) continue;
      std::ifstream file{place.path(), std::ios::binary};
      const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
      // libFuzzer hands over unsigned bytes; a file gives plain ones.
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++files;
    }
  }
  std::printf("%d inputs replayed\n", files);
  return files > 0 ? 0 : 1;  // an empty corpus proves nothing
}
