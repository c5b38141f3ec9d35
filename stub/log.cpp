#include "stub/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <filesystem>

namespace stub::log {
namespace {

std::shared_ptr<spdlog::logger> make(const std::string& name, const std::string& pattern, const std::string& end = "\n",
                                     spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_sink_st>()) {
  auto logger = std::make_shared<spdlog::logger>(name, std::move(sink));
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::local, end));
  logger->flush_on(spdlog::level::trace);
  return logger;
}

spdlog::logger& announcer() {
  static const auto logger = make("announce", "%v");
  return *logger;
}

spdlog::logger& printer() {
  static const auto logger = make("print", "%v", "");
  return *logger;
}

std::shared_ptr<spdlog::logger>& tracer() {
  static auto logger = make("trace", "%v");
  return logger;
}

}  // namespace

void start() {
  spdlog::set_error_handler([](const std::string&) {});
  spdlog::set_default_logger(make("stub", "stub: %v"));
}

void announce(const std::string& line) { announcer().info("{}", line); }
void print(std::string_view text) { printer().info("{}", text); }
void say(const std::string& line) { spdlog::info("{}", line); }
void trace(const std::string& line) { tracer()->info("{}", line); }

// spdlog would make the folder.
Result<> trace_to(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  if (std::error_code ignored; !folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return fail(Errc::system, "Cannot open " + file + " for writing: there is no such folder");
  try {
    tracer() = file.empty()
                   ? make("trace", "%v")
                   : make("trace", "%v", "\n", std::make_shared<spdlog::sinks::basic_file_sink_st>(file, true));
  } catch (const spdlog::spdlog_ex& error) {
    return fail(Errc::system, "Cannot open " + file + " for writing: " + error.what());
  }
  return {};
}

}  // namespace stub::log
