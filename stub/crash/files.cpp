#include "stub/crash/files.hpp"

#include <cerrno>

#include "stub/inspect/output_file.hpp"

namespace stub::crash {
namespace {

constexpr std::uint32_t everybody = 0777, everybody_reads = 0666;

}  // namespace

Result<> make_folders(Host& host, const std::string& folder) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = folder.find('/', end + 1);
    const auto made = host.make_folder({}, folder.substr(0, end), everybody);
    if (!made && made.error().number != EEXIST && end == std::string::npos)
      return inspect::cannot_write(folder, made.error());
  }
  return {};
}

Result<> write_file(Host& host, const std::string& path, std::string_view text) {
  constexpr auto flags = file_flags::write_only | file_flags::create | file_flags::truncate;
  const auto unfinished = path + ".unfinished";
  const auto opened = host.open({}, unfinished, flags, everybody_reads);
  if (!opened) return inspect::cannot_write(path, opened.error());
  Result<> written;
  {
    inspect::OutputFile file(host, *opened);
    written = file.write(as_bytes(text), 0);
  }
  if (written) written = host.rename({}, unfinished, path);
  if (written) return {};
  static_cast<void>(host.unlink({}, unfinished));
  return inspect::cannot_write(path, written.error());
}

// Pieces overlap, so that no word is cut in two.
bool file_has(Host& host, const std::string& path, std::string_view word) {
  constexpr std::uint64_t piece = std::uint64_t{1} << 20, most = 128 * piece;
  const auto opened = host.open({}, path, 0, 0);
  if (!opened) return false;
  bool found = false;
  for (std::uint64_t offset = 0; offset < most && !found; offset += piece) {
    const auto bytes = host.read(*opened, piece + word.size(), offset);
    if (!bytes || bytes->empty()) break;
    found = as_text(*bytes).contains(word);
  }
  static_cast<void>(host.close(*opened));
  return found;
}

}  // namespace stub::crash
