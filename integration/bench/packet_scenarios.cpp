// One thread, one packet after another.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "debuggee.hpp"
#include "scenarios.hpp"

namespace bench {
namespace {

constexpr double megabyte = 1e6;
constexpr std::size_t longest_packet = 1 << 20;  // what any server announces is cut to this

std::uint64_t memory_address() { return reinterpret_cast<std::uint64_t>(memory); }

Session at_hit(const Options& options) {
  Session session = Session::launch(options, {"hit"});
  session.run_to(address_of(bench_hit));
  return session;
}

std::string content(std::size_t place, std::size_t length) {
  std::string bytes;
  for (std::size_t i = 0; i < length; i++) bytes += static_cast<char>(byte_at(place + i));
  return bytes;
}

// As gdb asks: so much that the reply is no longer than the packets that the server takes.
std::size_t chunk(const Session& session) { return std::min(session.packet_size(), longest_packet) / 2 - 64; }

Figures small_read(const Options& options) {
  Session session = at_hit(options);
  const std::string payload = "m" + hex(memory_address()) + ",40";
  if (session.remote().ask(payload) != hex(content(0, 64))) throw std::runtime_error("other bytes are there");
  const std::string packet = framed(payload);
  return served(session, options.seconds, 1, [&] { session.remote().exchange(packet); });
}

// A reply's bytes: text is of two digits each, and x has a `b` before them with gdb.
using Decode = std::string (*)(std::string_view);

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}

Figures read(const Options& options, char letter, Decode decode) {
  Session session = at_hit(options);
  const std::size_t length = chunk(session);
  std::vector<std::string> packets;
  for (std::size_t place = 0; place + length <= memory_size; place += length)
    packets.push_back(framed(letter + hex(memory_address() + place) + "," + hex(length)));
  const std::string reply(session.remote().exchange(packets[0]));
  if (reply.empty() || reply.starts_with("E0")) throw Unsupported(std::string(1, letter) + ": " + reply);
  const std::string bytes = decode(unescaped(reply));
  if (bytes.size() < length / 4 || bytes != content(0, bytes.size())) throw std::runtime_error("other bytes are there");
  std::size_t i = 0;
  return served(session, options.seconds, static_cast<double>(bytes.size()) / megabyte,
                [&] { session.remote().exchange(packets[i++ % packets.size()]); });
}

Figures read_text(const Options& options) {
  return read(options, 'm', [](std::string_view reply) { return from_hex(reply); });
}

Figures read_binary(const Options& options) {
  return read(options, 'x', [](std::string_view reply) {
    const bool marked = reply.starts_with('b') && static_cast<unsigned char>(reply[0]) != byte_at(0);
    return std::string(reply.substr(marked ? 1 : 0));
  });
}

Figures write(const Options& options, char letter, std::size_t length, std::string (*encode)(std::string_view)) {
  Session session = at_hit(options);
  if (letter == 'X' && session.remote().ask("X" + hex(memory_address()) + ",0:") != "OK") throw Unsupported("X");
  std::vector<std::string> packets;
  for (std::size_t place = 0; place + length <= memory_size / 2; place += length)
    packets.push_back(
        framed(letter + hex(memory_address() + place) + "," + hex(length) + ":" + encode(content(place + 1, length))));
  std::size_t i = 0;
  const auto next = [&] {
    if (session.remote().exchange(packets[i++ % packets.size()]) != "OK") throw std::runtime_error("not written");
  };
  next();
  const std::string there = session.remote().ask("m" + hex(memory_address() + length - 16) + ",10");
  if (there != hex(content(length - 15, 16))) throw std::runtime_error("other bytes were written");
  return served(session, options.seconds, static_cast<double>(length) / megabyte, next);
}

std::size_t packet_for_writes(const Options& options) {
  return std::min(Session::idle(options).packet_size(), longest_packet) - 64;
}

Figures write_text(const Options& options) { return write(options, 'M', packet_for_writes(options) / 2, hex); }

// With room for what must be escaped.
Figures write_binary(const Options& options) {
  return write(options, 'X', packet_for_writes(options) / 10 * 9, escaped);
}

Figures file_read(const Options& options) {
  constexpr std::size_t size = 16 << 20;
  const std::string path = options.folder + "/file";
  if (!std::ifstream(path)) std::ofstream(path, std::ios::binary) << content(0, size);
  Session session = at_hit(options);
  session.remote().ask("vFile:setfs:0");
  const std::string opened = session.remote().ask("vFile:open:" + hex(path) + ",0,0");
  if (!opened.starts_with('F') || opened.starts_with("F-1")) throw Unsupported("vFile:open: " + opened);
  const std::size_t length = std::min(chunk(session), size);
  const auto packet = [&](std::size_t place) {
    return framed("vFile:pread:" + opened.substr(1) + "," + hex(length) + "," + hex(place));
  };
  const std::string reply = unescaped(session.remote().exchange(packet(0)));
  const std::string bytes = reply.substr(std::min(reply.size(), reply.find(';') + 1));
  if (bytes.empty() || bytes != content(0, bytes.size())) throw std::runtime_error("vFile:pread: other bytes");
  std::size_t place = 0;
  return served(session, options.seconds, static_cast<double>(bytes.size()) / megabyte, [&] {
    session.remote().exchange(packet(place));
    place = place + 2 * bytes.size() > size ? 0 : place + bytes.size();
  });
}

// A packet that is asked again and again.
Figures same(const Options& options, const std::string& payload) {
  Session session = at_hit(options);
  const std::string reply(session.remote().exchange(framed(payload)));
  if (reply.empty() || reply.starts_with('E')) throw Unsupported(payload + ": " + reply);
  const std::string packet = framed(payload);
  return served(session, options.seconds, 1, [&] { session.remote().exchange(packet); });
}

Figures registers(const Options& options) { return same(options, "g"); }
Figures program_counter(const Options& options) { return same(options, "p10"); }

Figures write_registers(const Options& options) {
  Session session = at_hit(options);
  const std::string packet = framed("G" + session.remote().ask("g"));
  if (session.remote().exchange(packet) != "OK") throw Unsupported("G");
  return served(session, options.seconds, 1, [&] { session.remote().exchange(packet); });
}

Figures step(const Options& options) {
  Session session = at_hit(options);
  const std::string packet = session.step_one();
  return served(session, options.seconds, 1, [&] { session.expect_stop(packet); });
}

Figures step_and_look(const Options& options) {
  Session session = at_hit(options);
  const std::string packet = session.step_one(), all = framed("g"), some = framed("m" + hex(memory_address()) + ",40");
  return served(session, options.seconds, 1, [&] {
    session.expect_stop(packet);
    session.remote().exchange(all);
    session.remote().exchange(some);
  });
}

Figures range_step(const Options& options) {
  Session session = Session::launch(options, {"range"});
  if (session.remote().ask("vCont?").find(";r") == std::string::npos) throw Unsupported("vCont;r");
  const std::uint64_t begin = address_of(bench_range), end = address_of(bench_range_end);
  const std::string packet = framed("vCont;r" + hex(begin) + "," + hex(end) + ":" + session.one());
  double inside = 0;
  double done = 0;
  const double before = session.processor_seconds();
  while (inside < options.seconds) {
    session.run_to(begin);
    const auto began = Clock::now();
    session.expect_stop(packet);
    inside += seconds_since(began);
    done += range_instructions;
  }
  return {done / inside, (session.processor_seconds() - before) * 1e6 / done};
}

Figures watchpoint(const Options& options) {
  Session session = at_hit(options);
  session.expect_ok("Z2," + hex(reinterpret_cast<std::uint64_t>(&bench_counter)) + ",8");
  const std::string packet = session.resume_all();
  return served(session, options.seconds, 1, [&] { session.expect_stop(packet); });
}

// From the start of the server to its first word of the process.
Figures start(const Options& options) {
  const auto began = Clock::now();
  const Session session = Session::launch(options, {"hit"});
  return {seconds_since(began) * 1000, 0};
}

Figures resident_idle(const Options& options) { return {Session::launch(options, {"hit"}).resident_mebibytes(), 0}; }

Figures image(const Options& options) { return {Session::launch(options, {"hit"}).image_megabytes(), 0}; }

}  // namespace

std::map<std::string, Row> packet_scenarios() {
  return {{"m64", {small_read}},
          {"m", {read_text}},
          {"x", {read_binary}},
          {"M", {write_text}},
          {"X", {write_binary}},
          {"g", {registers}},
          {"p", {program_counter}},
          {"G", {write_registers}},
          {"step", {step}},
          {"step+g+m", {step_and_look}},
          {"range", {range_step}},
          {"watch", {watchpoint}},
          {"file", {file_read}},
          {"start", {start}},
          {"rss-idle", {resident_idle}},
          {"image", {image}}};
}

}  // namespace bench
