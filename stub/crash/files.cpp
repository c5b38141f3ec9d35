#include "stub/crash/files.hpp"

#include <cerrno>
#include <system_error>

namespace stub::crash {
namespace {

constexpr std::uint32_t everybody = 0777, everybody_reads = 0666;

// A descriptor that is closed in any case.
class OpenedFile {
 public:
  OpenedFile(Host& host, int descriptor) : host_(host), descriptor_(descriptor) {}
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;
  ~OpenedFile() { static_cast<void>(host_.close(descriptor_)); }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  Host& host_;
  int descriptor_;
};

Result<> write_all(Host& host, int descriptor, ByteView bytes) {
  for (std::uint64_t offset = 0; offset < bytes.size();) {
    const auto count = TRY(host.write(descriptor, bytes.subspan(offset), offset));
    if (count == 0) return fail(Errc::system, "nothing more can be written");
    offset += count;
  }
  return {};
}

std::unexpected<Error> cannot_write(const std::string& path, const Error& error) {
  const auto why = error.number != 0 ? std::generic_category().message(error.number) : error.text;
  return fail_system(error.number, "cannot write " + path + ": " + why);
}

}  // namespace

Result<> make_folders(Host& host, const std::string& folder) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = folder.find('/', end + 1);
    const auto made = host.make_folder({}, folder.substr(0, end), everybody);
    if (!made && made.error().number != EEXIST && end == std::string::npos) return cannot_write(folder, made.error());
  }
  return {};
}

Result<> write_file(Host& host, const std::string& path, std::string_view text) {
  constexpr auto flags = file_flags::write_only | file_flags::create | file_flags::truncate;
  const auto unfinished = path + ".unfinished";
  const auto opened = host.open({}, unfinished, flags, everybody_reads);
  if (!opened) return cannot_write(path, opened.error());
  Result<> written;
  {
    const OpenedFile file(host, *opened);
    written = write_all(host, file.descriptor(), as_bytes(text));
  }
  if (written) written = host.rename({}, unfinished, path);
  if (written) return {};
  static_cast<void>(host.unlink({}, unfinished));
  return cannot_write(path, written.error());
}

// Pieces overlap, so that no word is cut in two.
bool file_has(Host& host, const std::string& path, std::string_view word) {
  constexpr std::uint64_t piece = std::uint64_t{1} << 20, most = 128 * piece;
  const auto opened = host.open({}, path, 0, 0);
  if (!opened) return false;
  const OpenedFile file(host, *opened);
  for (std::uint64_t offset = 0; offset < most; offset += piece) {
    const auto bytes = host.read(file.descriptor(), piece + word.size(), offset);
    if (!bytes || bytes->empty()) return false;
    if (std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()).contains(word)) return true;
  }
  return false;
}

}  // namespace stub::crash
