// SPDX-License-Identifier: Apache-2.0
#include "app/order.hpp"

#include <chrono>

#include "bus/client.hpp"
#include "store/state_lock.hpp"

namespace tocsin::app {
namespace {

constexpr std::chrono::seconds patience{10};

}  // namespace

Result<std::string> have_changed(const settings::Paths& paths, std::string_view verb,
                                 const std::string& order,
                                 const std::function<Result<std::string>()>& alone) {
  const auto lock = store::StateLock::take(paths.state);
  if (lock) return alone();
  auto answer = bus::ask_daemon(paths.ctl.front(), std::string{verb}, order, patience);
  const bool is_absent = !answer && answer.error().code == Errc::unreachable;
  if (is_absent) return fail(lock.error());
  return answer;
}

Result<nlohmann::json> read_object(const std::string& answer) {
  auto object = nlohmann::json::parse(answer, nullptr, false);
  if (!object.is_object()) return fail(Errc::system, "the daemon's answer is no JSON object");
  return object;
}

Result<nlohmann::json> read_answer(const std::string& answer) {
  auto object = read_object(answer);
  if (!object) return object;
  const auto error = object->find("error");
  if (error == object->end()) return object;
  return fail(Errc::refused, error->is_string() ? error->get<std::string>() : "refused");
}

}  // namespace tocsin::app
