#include "stub/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace stub::log {
namespace {

std::shared_ptr<spdlog::logger> make(const std::string& name, const std::string& pattern) {
  auto logger = std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern(pattern);
  logger->flush_on(spdlog::level::trace);
  return logger;
}

spdlog::logger& announcer() {
  static const auto logger = make("announce", "%v");
  return *logger;
}

}  // namespace

void start() {
  spdlog::set_error_handler([](const std::string&) {});
  spdlog::set_default_logger(make("stub", "stub: %v"));
}

void announce(const std::string& line) { announcer().info("{}", line); }
void say(const std::string& line) { spdlog::info("{}", line); }

}  // namespace stub::log
