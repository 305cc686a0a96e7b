// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "chat/payload.hpp"
#include "outbound/http_post.hpp"
#include "outbound/message.hpp"
#include "outbound/target_options.hpp"
#include "outbound/verdict.hpp"
#include "plugin/manifest.hpp"
#include "tocsin/serve.hpp"

namespace {

namespace chat = tocsin::chat;
namespace outbound = tocsin::outbound;
namespace plugin = tocsin::plugin;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using tocsin::Result;

/// Discord's wishes are fractions of a second.
constexpr milliseconds shortest_wish{1000};

/// One channel, to which no more is posted than its service takes.
class Channel {
 public:
  Channel(chat::Service service, outbound::HttpPost post)
      : service_{service},
        post_{std::move(post)} {}

  plugin::Outcome tell(const plugin::Alert& alert, const plugin::Delivery& delivery) {
    const auto wait = std::chrono::ceil<milliseconds>(next_ - steady_clock::now());
    // Longer than that, and the daemon would take the plugin for dead.
    constexpr milliseconds longest_sleep{2000};
    if (wait > longest_sleep) return outbound::held(post_.host() + ": asks for a pause", wait);
    std::this_thread::sleep_for(wait);
    const auto reply = post_.send({{"Content-Type", "application/json"}},
                                  chat::payload(service_, outbound::message_of(alert)));
    const milliseconds wish = reply ? chat::wish_of(*reply) : milliseconds{0};
    next_ = steady_clock::now() + std::max(chat::pace(service_), wish);
    return outcome_of(reply, wish, delivery);
  }

 private:
  [[nodiscard]] plugin::Outcome outcome_of(const Result<outbound::Reply>& reply, milliseconds wish,
                                           const plugin::Delivery& delivery) const {
    if (!reply) return outbound::outcome_of(reply, post_.host(), delivery);
    const long status = reply->status;
    const std::string said = post_.host() + ": " + outbound::shown(*reply);
    const bool has_wish = wish.count() > 0;
    if (status == 429) return outbound::held(said, has_wish ? std::max(wish, shortest_wish) : wish);
    // The webhook is gone, or may not be used: it would be so for every alert.
    if (status == 401 || status == 403 || status == 404 || status == 410) {
      return plugin::Halt{.reason = said + ": the webhook does not work any more",
                          .is_final = true};
    }
    return outbound::outcome_of(reply, post_.host(), delivery);
  }

  chat::Service service_;
  outbound::HttpPost post_;
  steady_clock::time_point next_ = steady_clock::now();
};

Result<plugin::Handling> open(const plugin::Options& options) {
  auto url = options.secret("url");
  if (!url) return tocsin::fail(url.error());
  auto post = outbound::open_target(options, std::move(*url));
  if (!post) return tocsin::fail(post.error());
  const auto service = chat::service_of(options.text("service"));
  const auto channel = std::make_shared<Channel>(*service, std::move(*post));
  return plugin::Handling{
      .handle = [channel](const plugin::Alert& alert, const plugin::Delivery& delivery) {
        return channel->tell(alert, delivery);
      }};
}

std::string describe(const plugin::Options& options, const plugin::Alert& alert,
                     const plugin::Delivery&) {
  const auto service = chat::service_of(options.text("service"));
  return "POST <url>\nContent-Type: application/json\n\n" +
         chat::payload(*service, outbound::message_of(alert)) + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  return plugin::serve(argc, argv,
                       {.manifest = plugin_manifest,
                        .open = open,
                        .describe = describe,
                        .check = outbound::mistakes_in_proxy});
}
