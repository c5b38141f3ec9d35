// stub core PID [-o FILE|-]
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "stub/command_line.hpp"
#include "stub/commands/commands.hpp"
#include "stub/commands/visit.hpp"
#include "stub/inspect/saved_core.hpp"

namespace stub::commands {
namespace {

// Into a pipe goes every byte, holes too.
class StandardOutput final : public inspect::CoreSink {
 public:
  Result<> write(ByteView bytes) override {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
      return fail_system(errno, "cannot write to standard output: " + std::generic_category().message(errno));
    return {};
  }

  Result<> skip(std::uint64_t count) override {
    const Bytes zeros(std::min<std::uint64_t>(count, std::uint64_t{256} * 1024));
    while (count != 0) {
      if (Visit::interrupted()) return fail_system(EINTR, "interrupted");
      const auto size = std::min<std::uint64_t>(count, zeros.size());
      TRY(write(ByteView(zeros).first(size)));
      count -= size;
    }
    return {};
  }
};

// To its end, or until somebody wants us to end.
template <class Core>
Result<inspect::CoreSummary> finish(Core& core) {
  for (;;) {
    if (Visit::interrupted()) return fail_system(EINTR, "interrupted: no core was written");
    if (auto summary = core.step()) return *summary;
  }
}

Result<std::string> print_core(Visit& visit, ThreadId first) {
  StandardOutput output;
  inspect::CoreFile core(visit.target(), visit.host(), first, output);
  TRY(finish(core));
  return std::string();
}

Result<std::string> save_core(Visit& visit, ThreadId first, const std::string& path) {
  const auto core = TRY(inspect::SavedCore::begin(visit.target(), visit.host(), first, path));
  const auto summary = TRY(finish(*core));
  return inspect::describe(summary, core->path()) + "\n";
}

}  // namespace

Result<int> core(const Words& arguments, const Print& print) {
  CLI::App app;
  command_line::prepare(app);
  std::string path;
  app.add_option("--output,-o", path)->allow_extra_args(false);
  auto words = TRY(command_line::parse(app, arguments));
  if (words.size() == 3 && (words[1] == "-o" || words[1] == "--output")) {  // behind the first word nothing is parsed
    path = words[2];
    words.resize(1);
  }
  if (words.size() != 1) return command_line::usage_error("core wants PID [-o FILE|-]");
  const auto pid = TRY(command_line::parse_pid(words[0]));
  const ThreadId first{pid, leader(pid)};
  Visit visit;
  TRY(visit.begin(pid));
  print(TRY(path == "-" ? print_core(visit, first) : save_core(visit, first, path)));
  return 0;
}

}  // namespace stub::commands
