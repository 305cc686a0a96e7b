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
  /// Transfers that still need a name: libcurl runs one thread for each. A thread outlives a
  /// transfer that gave up waiting for it, until the system's resolver gives up too.
  std::size_t max_lookups = 128;
  /// Transfers in all, each with one descriptor.
  std::size_t max_in_flight = 4000;
  std::size_t max_idle = 256;  ///< Connections kept open for the next request to their host.
  /// The authorities that all feeds trust; read once a day.
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";
  /// The same, a file each under the hash of its subject, for feeds that trust one more: a folder
  /// as c_rehash(1) leaves it.
  std::string ca_folder = "/etc/ssl/certs";
};

/// Fetches over the network by libcurl, on the event loop; what is beyond a limit waits in the
/// order it came.
class CurlFetcher final : public Fetcher {
 public:
  /// Borrows loop and clock. `system` when libcurl cannot start.
  [[nodiscard]] static Result<std::unique_ptr<CurlFetcher>> create(loop::EventLoop& loop,
                                                                   const Clock& clock,
                                                                   CurlFetcherOptions options);
  ~CurlFetcher() override;

  void start(Request request, OnDone on_done) override;

  /// Holds for every request that is sent from now on, on connections already open too.
  void set_guard(AddressGuard guard);

  /// Ends every transfer, running or waiting, without calling back.
  void cancel_all();

  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] std::size_t waiting() const;

  /// Of those in flight: how many still need a name looked up.
  [[nodiscard]] std::size_t lookups() const;

 private:
  class Impl;
  explicit CurlFetcher(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::http
