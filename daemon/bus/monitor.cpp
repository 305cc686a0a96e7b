// SPDX-License-Identifier: Apache-2.0
#include "bus/monitor.hpp"

#include <cstring>

namespace tocsin::bus {
namespace {

constexpr int wanted = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED |
                       ZMQ_EVENT_CLOSED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                       ZMQ_EVENT_HANDSHAKE_SUCCEEDED;

/// The first frame of an event: a number of 16 bits and one of 32, in the machine's order.
struct Event {
  std::uint16_t number = 0;
  std::int32_t value = 0;
};

Event event_in(const zmq::message_t& frame) {
  Event event;
  if (frame.size() < sizeof(event.number) + sizeof(event.value)) return event;
  const auto* bytes = static_cast<const char*>(frame.data());
  std::memcpy(&event.number, bytes, sizeof(event.number));
  std::memcpy(&event.value, bytes + sizeof(event.number), sizeof(event.value));
  return event;
}

}  // namespace

Monitor::Monitor(zmq::context_t& context, zmq::socket_t& socket, Door door)
    : socket_{socket},
      door_{door},
      events_{context, zmq::socket_type::pair} {
  const std::string place =
      door == Door::pub ? "inproc://tocsin-monitor-pub" : "inproc://tocsin-monitor-ctl";
  // No limit: libzmq's thread would wait for the wire thread, which waits for it when it unbinds.
  events_.set(zmq::sockopt::rcvhwm, 0);
  events_.set(zmq::sockopt::linger, 0);
  if (::zmq_socket_monitor(socket.handle(), place.c_str(), wanted) != 0) throw zmq::error_t{};
  events_.connect(place);
}

Monitor::~Monitor() {
  ::zmq_socket_monitor(socket_.handle(), nullptr, 0);
}

BrokenHandshakes Monitor::read(Connections& connections, Connections::Instant now,
                               std::size_t most) {
  BrokenHandshakes broken;
  for (std::size_t i = 0; i < most && read_one(connections, now, broken); ++i) {
  }
  return broken;
}

bool Monitor::read_one(Connections& connections, Connections::Instant now,
                       BrokenHandshakes& broken) {
  zmq::message_t frame;
  zmq::message_t address;
  if (!events_.recv(frame, zmq::recv_flags::dontwait)) return false;
  if (frame.more() && !events_.recv(address, zmq::recv_flags::dontwait)) return false;
  const Event event = event_in(frame);
  switch (event.number) {
    case ZMQ_EVENT_ACCEPTED:
      connections.accepted(door_, event.value, address.to_string_view().starts_with("ipc://"), now);
      begun_[event.value] = ended_;
      break;
    case ZMQ_EVENT_DISCONNECTED:
      connections.closed(door_, event.value);
      if (has_ended_in_silence(event.value)) ++broken.garbled;
      break;
    case ZMQ_EVENT_CLOSED:
      connections.cut_remote(door_);
      begun_.clear();
      break;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      ++ended_;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      ++ended_;
      ++broken.garbled;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      ++ended_;
      ++broken.unfinished;
      break;
    case ZMQ_EVENT_ACCEPT_FAILED:
      ++broken.no_room;
      break;
    default:
      break;
  }
  return true;
}

bool Monitor::has_ended_in_silence(int descriptor) {
  const auto begun = begun_.find(descriptor);
  if (begun == begun_.end()) return false;
  const bool has = begun->second == ended_;
  begun_.erase(begun);
  return has;
}

}  // namespace tocsin::bus
