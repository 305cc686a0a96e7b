// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/address_guard.hpp"
#include "http/fetcher.hpp"

namespace tocsin::loop {
class EventLoop;
}

namespace tocsin::http {

struct CurlFetcherOptions {
  AddressGuard guard{};
  /// libcurl runs one thread for each name lookup in flight, so this also bounds its threads.
  std::size_t max_in_flight = 128;
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";  ///< Read once, at `create`.
};

/// Fetches over the network by libcurl, on the event loop; beyond `max_in_flight` requests wait in
/// the order they came.
class CurlFetcher final : public Fetcher {
 public:
  /// Borrows loop and clock. `system` when libcurl cannot start.
  [[nodiscard]] static Result<std::unique_ptr<CurlFetcher>> create(loop::EventLoop& loop,
                                                                   const Clock& clock,
                                                                   CurlFetcherOptions options);
  ~CurlFetcher() override;

  void start(Request request, OnDone on_done) override;

  /// Which addresses may be connected to from now on. A connection that is open already stays.
  void use(AddressGuard guard);

  /// Ends every transfer, running or waiting, without calling back.
  void cancel_all();

  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  class Impl;
  explicit CurlFetcher(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::http
