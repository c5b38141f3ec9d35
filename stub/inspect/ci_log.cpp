#include "stub/inspect/ci_log.hpp"

#include <algorithm>

#include "protocol/cursor.hpp"

namespace stub::inspect {
namespace {

bool is_on(const std::vector<std::string>& environment, std::string_view name) {
  return std::ranges::any_of(environment, [&](std::string_view entry) {
    if (!entry.starts_with(name) || !entry.substr(name.size()).starts_with('=')) return false;
    const auto value = entry.substr(name.size() + 1);
    return !value.empty() && value != "false";
  });
}

// GitHub, "Workflow commands for GitHub Actions"; the characters: actions/toolkit, packages/core/src/command.ts.
enum class In : std::uint8_t { message, property };
std::string escaped(std::string_view text, In where) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (where == In::property && (c == ':' || c == ','));
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (!special) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

// What a program prints of itself must not be taken for a command to the runner: those begin a line with "::", after
// blanks, or have "##[" anywhere in it.
std::string without_commands(std::string_view text) {
  std::string out;
  for (Cursor in(text); !in.done();) {
    std::string line(in.until('\n'));
    const auto first = line.find_first_not_of(" \t");
    if (first != std::string::npos && line.compare(first, 2, "::") == 0) line.insert(first, "|");
    for (auto at = line.find("##["); at != std::string::npos; at = line.find("##[", at)) line.insert(at + 2, " ");
    out += line + "\n";
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\x1b'; }, ' ');
  return out;
}

}  // namespace

CiSystem ci_system(const std::vector<std::string>& environment) {
  if (is_on(environment, "GITHUB_ACTIONS")) return CiSystem::github;
  return is_on(environment, "GITLAB_CI") ? CiSystem::gitlab : CiSystem::none;
}

std::string ci_group(CiSystem system, std::string_view name, std::string_view title, std::string_view text,
                     std::uint64_t now) {
  switch (system) {
    case CiSystem::none:
      break;
    case CiSystem::github:
      return "::group::" + escaped(title, In::message) + "\n" + without_commands(text) + "::endgroup::\n";
    case CiSystem::gitlab: {
      // GitLab, "Job logs": an erased line around each mark.
      constexpr std::string_view erase = "\x1b[0K";
      const auto mark = std::to_string(now) + ":" + std::string(name);
      return std::string(erase) + "section_start:" + mark + "[collapsed=true]\r" + std::string(erase) +
             one_line(title) + "\n" + std::string(text) + std::string(erase) + "section_end:" + mark + "\r" +
             std::string(erase) + "\n";
    }
  }
  return one_line(title) + "\n" + std::string(text);
}

std::string ci_error(CiSystem system, std::string_view message, const std::optional<SourceLine>& line) {
  if (system != CiSystem::github) return {};
  std::string place;
  if (line) place = " file=" + escaped(line->file, In::property) + ",line=" + std::to_string(line->line);
  return "::error" + place + "::" + escaped(message, In::message) + "\n";
}

}  // namespace stub::inspect
