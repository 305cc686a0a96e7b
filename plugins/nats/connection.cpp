// SPDX-License-Identifier: Apache-2.0
#include "nats/connection.hpp"

#include <fmt/format.h>
#include <nats/nats.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "nats/subject.hpp"

namespace tocsin::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto connection_name = "tocsin";
constexpr auto content_type = "application/cloudevents+json";

template <auto Destroy>
struct Destroyer {
  template <typename T>
  void operator()(T* one) const {
    Destroy(one);
  }
};

using Options = std::unique_ptr<natsOptions, Destroyer<natsOptions_Destroy>>;
using StreamInfo = std::unique_ptr<jsStreamInfo, Destroyer<jsStreamInfo_Destroy>>;
using Message = std::unique_ptr<natsMsg, Destroyer<natsMsg_Destroy>>;
using PubAck = std::unique_ptr<jsPubAck, Destroyer<jsPubAck_Destroy>>;

/// The library's own text for the last failure of this thread, else for the status.
std::string text_of(natsStatus status) {
  natsStatus last = NATS_OK;
  const char* const told = nats_GetLastError(&last);
  if (told != nullptr && *told != '\0' && last == status) return told;
  return natsStatus_GetText(status);
}

Errc code_of(natsStatus status) {
  switch (status) {
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_SSL_ERROR:
    case NATS_NOT_PERMITTED:
      return Errc::refused;
    case NATS_TIMEOUT:
      return Errc::timed_out;
    case NATS_MAX_PAYLOAD:
      return Errc::too_large;
    default:
      return Errc::unreachable;
  }
}

tl::unexpected<Error> failed(const std::string& what, natsStatus status) {
  return fail(code_of(status), what + ": " + text_of(status));
}

/// Sets one option after the other until one is refused.
class Setter {
 public:
  template <typename Function, typename... Arguments>
  Setter& set(bool is_wanted, Function function, Arguments... arguments) {
    if (is_wanted && status_ == NATS_OK) status_ = function(options_, arguments...);
    return *this;
  }

  explicit Setter(natsOptions* options) : options_{options} {}

  [[nodiscard]] natsStatus status() const { return status_; }

 private:
  natsOptions* options_;
  natsStatus status_ = NATS_OK;
};

bool is_tls(const std::string& url) {
  return url.starts_with("tls://");
}

Result<Options> options_for(const Target& target, const Access& access) {
  natsOptions* made = nullptr;
  if (const auto status = natsOptions_Create(&made); status != NATS_OK)
    return failed("nats", status);
  Options options{made};
  std::vector<const char*> servers;
  for (const std::string& one : target.servers) servers.push_back(one.c_str());
  const bool is_secure = std::any_of(target.servers.begin(), target.servers.end(), is_tls);
  const bool has_certificate = !access.certificate.empty();
  Setter setter{made};
  setter.set(true, natsOptions_SetServers, servers.data(), static_cast<int>(servers.size()))
      .set(true, natsOptions_SetNoRandomize, true)
      .set(true, natsOptions_SetIgnoreDiscoveredServers, true)
      .set(true, natsOptions_SetName, connection_name)
      .set(true, natsOptions_SetTimeout, static_cast<std::int64_t>(target.timeout.count()))
      .set(true, natsOptions_SetWriteDeadline, static_cast<std::int64_t>(target.timeout.count()))
      .set(true, natsOptions_SetAllowReconnect, false)
      .set(is_secure || has_certificate || !access.authorities.empty(), natsOptions_SetSecure, true)
      .set(!access.authorities.empty(), natsOptions_SetCATrustedCertificates,
           access.authorities.c_str())
      .set(has_certificate, natsOptions_SetCertificatesChain, access.certificate.c_str(),
           access.key.c_str())
      .set(!access.credentials_file.empty(), natsOptions_SetUserCredentialsFromFiles,
           access.credentials_file.c_str(), static_cast<const char*>(nullptr))
      .set(!access.token.empty(), natsOptions_SetToken, access.token.c_str())
      .set(!access.user.empty(), natsOptions_SetUserInfo, access.user.c_str(),
           access.password.c_str());
  if (setter.status() != NATS_OK) return failed("options for nats", setter.status());
  return options;
}

std::int64_t nanoseconds_of(milliseconds time) {
  return std::chrono::duration_cast<nanoseconds>(time).count();
}

Result<void> create_stream(jsCtx* js, const StreamSpec& spec) {
  const std::string subjects = spec.prefix + ".>";
  std::array<const char*, 1> list{subjects.c_str()};
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = spec.name.c_str();
  config.Description = "Alerts of Tocsin";
  config.Subjects = list.data();
  config.SubjectsLen = 1;
  config.Storage = js_FileStorage;
  config.MaxAge = nanoseconds_of(spec.keep);
  config.Duplicates = nanoseconds_of(spec.window);
  config.Replicas = spec.replicas;
  jsErrCode code{};
  const auto status = js_AddStream(nullptr, js, &config, nullptr, &code);
  if (status == NATS_OK) return {};
  return failed("stream " + spec.name + " cannot be made", status);
}

Result<void> check_stream(const jsStreamConfig& config, const StreamSpec& spec) {
  const auto wrong = [&](const std::string& why) {
    return fail(Errc::invalid_input, "stream " + spec.name + " " + why);
  };
  bool is_covered = false;
  for (int i = 0; i < config.SubjectsLen; ++i) {
    is_covered = is_covered || covers(config.Subjects[i], spec.prefix);  // NOLINT: a C array
  }
  if (!is_covered) return wrong("does not take " + spec.prefix + ".>");
  if (config.NoAck) return wrong("does not acknowledge");
  if (config.Duplicates >= nanoseconds_of(spec.window)) return {};
  return wrong(fmt::format("has a duplicate window of {} s, and {} s are wanted",
                           config.Duplicates / nanoseconds_of(std::chrono::seconds{1}),
                           std::chrono::ceil<std::chrono::seconds>(spec.window).count()));
}

Result<void> ensure_stream(jsCtx* js, const StreamSpec& spec) {
  jsStreamInfo* told = nullptr;
  jsErrCode code{};
  const auto status = js_GetStreamInfo(&told, js, spec.name.c_str(), nullptr, &code);
  const StreamInfo info{told};
  if (status == NATS_OK) return check_stream(*info->Config, spec);
  if (status != NATS_NOT_FOUND) return failed("stream " + spec.name, status);
  if (!spec.may_create) return fail(Errc::not_found, "stream " + spec.name + " is missing");
  return create_stream(js, spec);
}

}  // namespace

struct Connection::Handles {
  natsConnection* connection = nullptr;
  jsCtx* js = nullptr;
  std::string stream = {};
  milliseconds timeout{0};

  Handles() = default;
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  ~Handles() {
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
  }
};

Connection::Connection(std::unique_ptr<Handles> handles) : handles_{std::move(handles)} {}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const Target& target, const Access& access) {
  const auto options = options_for(target, access);
  if (!options) return fail(options.error());
  auto handles = std::make_unique<Handles>();
  handles->stream = target.stream.name;
  handles->timeout = target.timeout;
  auto status = natsConnection_Connect(&handles->connection, options->get());
  if (status != NATS_OK) return failed("no connection to " + target.servers.front(), status);
  jsOptions js_options;
  jsOptions_Init(&js_options);
  js_options.Wait = target.timeout.count();
  status = natsConnection_JetStream(&handles->js, handles->connection, &js_options);
  if (status != NATS_OK) return failed("JetStream", status);
  if (auto good = ensure_stream(handles->js, target.stream); !good) return fail(good.error());
  return Connection{std::move(handles)};
}

Result<void> Connection::publish(const std::string& subject, const std::string& id,
                                 std::string_view payload) {
  natsMsg* made = nullptr;
  auto status = natsMsg_Create(&made, subject.c_str(), nullptr, payload.data(),
                               static_cast<int>(payload.size()));
  const Message message{made};
  if (status == NATS_OK) status = natsMsgHeader_Set(made, "Content-Type", content_type);
  if (status != NATS_OK) return failed(subject, status);
  jsPubOptions options;
  jsPubOptions_Init(&options);
  options.MaxWait = handles_->timeout.count();
  options.MsgId = id.c_str();
  options.ExpectStream = handles_->stream.c_str();
  jsPubAck* told = nullptr;
  jsErrCode code{};
  status = js_PublishMsg(&told, handles_->js, made, &options, &code);
  const PubAck ack{told};
  if (status == NATS_OK) return {};
  const std::string what = "no acknowledgement for " + subject;
  if (code == JSStreamMessageExceedsMaximumErr) {
    return fail(Errc::too_large, what + ": " + text_of(status));
  }
  return failed(what, status);
}

bool Connection::is_connected() const {
  return natsConnection_Status(handles_->connection) == NATS_CONN_STATUS_CONNECTED;
}

}  // namespace tocsin::nats
