#include "protocol/withheld.hpp"

#include <algorithm>
#include <array>

#include "protocol/cursor.hpp"

namespace stub {
namespace {

struct Row {
  std::string_view name, meaning;
  void (*withhold)(Withheld&);
};

constexpr std::array rows = {
    Row{"vCont", "All vCont packets", [](Withheld& w) { w.packets.insert({"vCont", "vCont?"}); }},
    Row{"vConts", "Offering the stepping actions of vCont", [](Withheld& w) { w.stepping = true; }},
    Row{"qC", "Querying the current thread", [](Withheld& w) { w.packets.insert("qC"); }},
    Row{"qfThreadInfo", "Thread listing", [](Withheld& w) { w.packets.insert({"qfThreadInfo", "qsThreadInfo"}); }},
    Row{"Tthread", "Passing the thread specifier in the T stop reply packet",
        [](Withheld& w) { w.threads_of_stops = true; }},
    Row{"threads", "vCont, qC, qfThreadInfo and Tthread",
        [](Withheld& w) { static_cast<void>(w.add("vCont,qC,qfThreadInfo,Tthread")); }},
    Row{"T", "All 'T' packets", [](Withheld& w) { w.details_of_stops = true; }},
};

}  // namespace

Result<> Withheld::add(std::string_view list) {
  Cursor in(list);
  while (!in.done()) {
    const auto name = in.until(',');
    const auto* row = std::ranges::find(rows, name, &Row::name);
    if (row == rows.end()) return fail(Errc::malformed, "Don't know how to disable \"" + std::string(name) + "\".");
    row->withhold(*this);
  }
  return {};
}

bool Withheld::hides(std::string_view packet) const {
  return packets.contains(packet.substr(0, packet.find_first_of(",:;")));
}

std::string Withheld::choices() {
  std::string out = "Disableable packets:\n";
  for (const auto& row : rows) {
    auto name = std::string(row.name);
    name.resize(12, ' ');
    out += "  " + name + "\t" + std::string(row.meaning) + "\n";
  }
  return out;
}

}  // namespace stub
