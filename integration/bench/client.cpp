// One scenario with one server: `client SCENARIO KIND SERVER FOLDER PROCESSOR SECONDS` prints a line of JSON.
// KIND: stub, gdbserver, lldb-server, or bare for what needs none. `client debuggee …` is what is debugged.

#include <cstdio>

#include "debuggee.hpp"
#include "scenarios.hpp"

namespace bench {
namespace {

Kind kind_named(const std::string& name) {
  if (name == "gdbserver") return Kind::gdbserver;
  return name == "lldb-server" ? Kind::lldb_server : Kind::stub;
}

void print(const char* key, std::string text) {
  for (char& letter : text)
    if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') letter = '?';
  std::printf("{\"%s\": \"%.300s\"}\n", key, text.c_str());
}

int measure(const std::vector<std::string>& words) {
  std::map<std::string, Row> rows = packet_scenarios();
  rows.merge(thread_scenarios());
  rows.merge(bare_scenarios());
  const Row row = rows.at(words.at(0));
  const Options options{words.at(0), kind_named(words.at(1)), words.at(2), words.at(3), std::stod(words.at(5))};
  if (row.shared_processor) pin(std::stoi(words.at(4)));
  raise();
  const Figures found = row.run(options);
  std::printf("{\"value\": %.9g, \"processor\": %.6g}\n", found.value, found.processor_us);
  return 0;
}

int run(const std::vector<std::string>& words) {
  if (words.at(0) == "debuggee") return debuggee({words.begin() + 1, words.end()});
  try {
    return measure(words);
  } catch (const Unsupported& reason) {
    print("unsupported", reason.what());
  } catch (const std::exception& reason) {
    print("failed", reason.what());
  }
  return 0;
}

}  // namespace
}  // namespace bench

int main(int count, char** words) { return bench::run({words + 1, words + count}); }
