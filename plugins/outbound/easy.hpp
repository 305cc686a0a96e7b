// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "base/result.hpp"

/// What both ways out share of libcurl. Only the sources of this folder include it.
namespace tocsin::outbound {

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

using List = std::unique_ptr<curl_slist, FreeList>;

/// False when there is no memory.
[[nodiscard]] bool append(List& list, const std::string& line);

/// A handle and the place where it writes its errors. Stays where it is: libcurl points into it.
class Easy {
 public:
  Easy();
  Easy(const Easy&) = delete;
  Easy& operator=(const Easy&) = delete;
  ~Easy() = default;

  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }

  [[nodiscard]] CURL* get() const { return handle_.get(); }

  /// Runs the transfer to its end.
  [[nodiscard]] CURLcode perform();

  /// "hooks.example: TLS certificate not accepted (…)"
  [[nodiscard]] Error error(const std::string& host, CURLcode outcome,
                            std::chrono::milliseconds time_limit) const;

 private:
  std::unique_ptr<CURL, FreeEasy> handle_;
  std::array<char, CURL_ERROR_SIZE> text_{};
};

struct Transport {
  std::string ca_file = {};  ///< Trusted besides the system's authorities.
  std::chrono::milliseconds time_limit{10'000};
};

/// Time limits, verification of certificates, nothing from the environment.
void set_transport(const Easy& easy, const Transport& transport);

}  // namespace tocsin::outbound
