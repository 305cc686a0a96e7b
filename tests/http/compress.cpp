// SPDX-License-Identifier: Apache-2.0
#include "http/compress.hpp"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <stdexcept>

namespace tocsin::test {
namespace {

void must(bool is_well) {
  if (!is_well) throw std::runtime_error{"cannot compress"};
}

std::string zlib(const std::string& text, int window_bits) {
  z_stream stream{};
  must(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  must(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string gzip(const std::string& text) {
  return zlib(text, 15 + 16);
}

std::string deflate(const std::string& text) {
  return zlib(text, 15);
}

std::string brotli(const std::string& text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  must(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, text.size(),
                             reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                             reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE);
  out.resize(size);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 5);
  must(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

std::string compressed(const std::string& coding, const std::string& text) {
  if (coding == "gzip" || coding == "x-gzip") return gzip(text);
  if (coding == "deflate") return deflate(text);
  if (coding == "br") return brotli(text);
  must(coding == "zstd");
  return zstd(text);
}

}  // namespace tocsin::test
