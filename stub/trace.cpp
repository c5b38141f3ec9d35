#include "stub/trace.hpp"

#include <algorithm>
#include <chrono>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"

namespace stub {
namespace {

constexpr std::array<std::string_view, 3> names{"threads", "remote", "event-loop"};  // as gdbserver has them

struct Format {
  std::string_view name;
  bool stamped;
  std::string_view said;
};
constexpr std::array formats = {
    Format{"all", true, "All extra debug format options enabled.\n"},
    Format{"none", false, "All extra debug format options disabled.\n"},
    Format{"timestamp", true, "Timestamps will be added to debug output.\n"},
};

// Seconds since the epoch.
std::string now() {
  using namespace std::chrono;
  const auto time = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  const auto fraction = std::to_string(time % 1'000'000);
  return std::to_string(time / 1'000'000) + "." + std::string(6 - fraction.size(), '0') + fraction + " ";
}

}  // namespace

Result<> Trace::choose(std::string_view list) {
  auto chosen = on_;
  Cursor in(list);
  do {
    const auto sign = in.peek();
    if (sign == '+' || sign == '-') in.skip(static_cast<char>(sign));
    const auto name = in.until(',');
    if (name.empty()) return fail(Errc::malformed, "invalid empty debug option");
    const auto at = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    if (at == names.size() && name != "all")
      return fail(Errc::malformed, "unknown debug option '" + std::string(name) + "'");
    for (std::size_t part = 0; part < chosen.size(); ++part)
      if (part == at || name == "all") chosen[part] = sign != '-';
  } while (!in.done());
  on_ = chosen;
  return {};
}

Result<std::string> Trace::set_format(std::string_view list) {
  bool stamped = false;
  std::string said;
  Cursor in(list);
  while (!in.done()) {
    const auto name = in.until(',');
    if (name.empty()) continue;
    const auto* format = std::ranges::find(formats, name, &Format::name);
    if (format == formats.end())
      return fail(Errc::malformed, "Unknown debug-format argument: \"" + std::string(name) + "\"");
    stamped = format->stamped;
    said += format->said;
  }
  stamped_ = stamped;
  return said;
}

Result<> Trace::write_to(std::string file) {
  if (open_) {
    if (auto opened = open_(file); !opened) return opened;
  }
  file_ = std::move(file);
  return {};
}

Result<> Trace::start(Write write, Open open) {
  write_ = std::move(write);
  open_ = std::move(open);
  return file_.empty() ? Result<>{} : open_(file_);
}

void Trace::tell(Part part, std::string_view text) const {
  if (!tells(part) || !write_) return;
  const auto name = names[static_cast<std::size_t>(part)];
  write_((stamped_ ? now() : "") + "[" + std::string(name) + "] " + std::string(text));
}

std::string printable(std::string_view bytes) {
  constexpr std::size_t most = 1000;
  std::string out;
  for (const char c : bytes.substr(0, most)) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      out += c;
    } else {
      out += "\\x" + hex(static_cast<std::uint8_t>(c), 2);
    }
  }
  return bytes.size() <= most ? out : out + "… (" + std::to_string(bytes.size()) + " bytes)";
}

}  // namespace stub
