// SPDX-License-Identifier: Apache-2.0
#include "app/host_check.hpp"

#include <netdb.h>

#include <algorithm>
#include <ctime>

namespace tocsin::app {
namespace {

/// Lookups under way at once; the C library runs a thread for each, up to twenty.
constexpr std::size_t batch_size = 64;

using Clock = std::chrono::steady_clock;

std::vector<gaicb*> in_progress(std::vector<gaicb>& requests) {
  std::vector<gaicb*> open;
  for (gaicb& request : requests) {
    if (::gai_error(&request) == EAI_INPROGRESS) open.push_back(&request);
  }
  return open;
}

/// Waits until all are done; from `end` on, only for those that can no longer be called off. The
/// resolver's own time limit ends these.
void wait_for(std::vector<gaicb>& requests, Clock::time_point end) {
  for (auto open = in_progress(requests); !open.empty(); open = in_progress(requests)) {
    if (Clock::now() >= end) {
      for (gaicb* request : open) ::gai_cancel(request);
    }
    const std::vector<const gaicb*> list{open.begin(), open.end()};
    const timespec turn{0, 50'000'000};
    ::gai_suspend(list.data(), static_cast<int>(list.size()), &turn);
  }
}

void look_up(const std::vector<std::string>& hosts, Clock::time_point end,
             std::vector<UnknownHost>& unknown) {
  std::vector<gaicb> requests(hosts.size());
  std::vector<gaicb*> list;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    requests[i].ar_name = hosts[i].c_str();
    list.push_back(&requests[i]);
  }
  const int started =
      ::getaddrinfo_a(GAI_NOWAIT, list.data(), static_cast<int>(list.size()), nullptr);
  wait_for(requests, end);
  if (started != 0) return;
  for (gaicb& request : requests) {
    const int error = ::gai_error(&request);
    if (error == EAI_NONAME) unknown.push_back({request.ar_name, ::gai_strerror(error)});
    if (request.ar_result != nullptr) ::freeaddrinfo(request.ar_result);
  }
}

}  // namespace

std::vector<UnknownHost> find_unknown_hosts(const std::vector<std::string>& hosts,
                                            std::chrono::seconds patience) {
  const auto end = Clock::now() + patience;
  std::vector<UnknownHost> unknown;
  for (std::size_t at = 0; at < hosts.size() && Clock::now() < end; at += batch_size) {
    const auto from = hosts.begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = static_cast<std::ptrdiff_t>(std::min(batch_size, hosts.size() - at));
    look_up({from, from + size}, end, unknown);
  }
  return unknown;
}

}  // namespace tocsin::app
