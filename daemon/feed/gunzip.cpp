// SPDX-License-Identifier: Apache-2.0
#include "feed/gunzip.hpp"

#include <zlib.h>

#include <array>

namespace tocsin::feed {
namespace {

/// Owns zlib's state.
class Inflater {
 public:
  explicit Inflater(std::string_view bytes) {
    // zlib only reads its input, but its interface predates const.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    constexpr int gzip_only = 16 + MAX_WBITS;
    is_ready_ = ::inflateInit2(&stream_, gzip_only) == Z_OK;
  }

  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  ~Inflater() {
    if (is_ready_) ::inflateEnd(&stream_);
  }

  [[nodiscard]] bool is_ready() const { return is_ready_; }

  /// Appends up to one buffer; false at the end, good or bad.
  bool read_into(std::string& out) {
    stream_.next_out = buffer_.data();
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    const std::size_t count = buffer_.size() - stream_.avail_out;
    out.append(reinterpret_cast<const char*>(buffer_.data()), count);
    if (status == Z_STREAM_END) return is_at_member() && ::inflateReset(&stream_) == Z_OK;
    return status == Z_OK && count > 0;
  }

 private:
  /// RFC 1952 §2.2: a file is a series of members. What else stands behind one means nothing.
  [[nodiscard]] bool is_at_member() const {
    return is_gzip({reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in});
  }

  z_stream stream_{};
  std::array<Bytef, 32768> buffer_{};  // here, since clearing it for each small member would show
  bool is_ready_ = false;
};

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b\x08");
}

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  Inflater inflater{bytes.substr(0, limit)};
  if (!inflater.is_ready()) return fail(Errc::system, "zlib cannot start");
  std::string out;
  for (bool is_more = true; is_more;) {
    is_more = inflater.read_into(out);
    if (out.size() > limit) return fail(Errc::too_large, "gzip content over the document limit");
  }
  if (out.empty()) return fail(Errc::invalid_input, "gzip stream is broken from its start");
  return out;
}

}  // namespace tocsin::feed
