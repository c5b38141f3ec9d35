#include "stub/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace stub::log {
namespace {

std::shared_ptr<spdlog::logger> make(const std::string& name, const std::string& pattern,
                                     const std::string& end = "\n") {
  auto logger = std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_st>());
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

}  // namespace

void start() {
  spdlog::set_error_handler([](const std::string&) {});
  spdlog::set_default_logger(make("stub", "stub: %v"));
}

void announce(const std::string& line) { announcer().info("{}", line); }
void print(std::string_view text) { printer().info("{}", text); }
void say(const std::string& line) { spdlog::info("{}", line); }

}  // namespace stub::log
