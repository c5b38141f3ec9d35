#include "stub/inspect/saved_core.hpp"

#include <cerrno>

namespace stub::inspect {
namespace {

constexpr int most_leftovers = 10;                                    // of stubs that were killed
constexpr std::uint32_t type_bits = 0170000, regular_file = 0100000;  // stat(2), as gdb has them too

std::string absolute(Host& host, const std::string& path) {
  if (path.starts_with('/')) return path;
  const auto folder = host.working_directory();
  return folder + (folder.ends_with('/') ? "" : "/") + path;
}

// A device must not be replaced by a file, nor a link be followed to who knows where.
Result<> check_replaceable(Host& host, const std::string& path) {
  const auto there = host.status({}, path, StatPath::Links::stay);
  if (!there || (there->mode & type_bits) == regular_file) return {};
  return fail(Errc::unsupported, "cannot write " + path + ": it is there, and no file; name another");
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kib = 1024, tenths = 10;
  if (bytes < kib * kib) return std::to_string((bytes + kib - 1) / kib) + " KiB";
  const auto value = bytes * tenths / (kib * kib);
  return std::to_string(value / tenths) + "." + std::to_string(value % tenths) + " MiB";
}

std::string threads_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " thread" : " threads"); }

}  // namespace

Result<> SavedCore::File::write(ByteView bytes) {
  if (bytes.empty()) return {};
  TRY(file_.write(bytes, end_));
  end_ += bytes.size();
  ends_with_hole_ = false;
  return {};
}

Result<> SavedCore::File::skip(std::uint64_t count) {
  end_ += count;
  ends_with_hole_ |= count != 0;
  return {};
}

Result<> SavedCore::File::finish() {
  constexpr std::array<std::uint8_t, 1> zero = {0};
  if (ends_with_hole_) TRY(file_.write(zero, end_ - 1));
  return {};
}

Result<std::unique_ptr<SavedCore>> SavedCore::begin(Target& target, Host& host, ThreadId first,
                                                    const std::string& path) {
  constexpr std::uint32_t flags = file_flags::write_only | file_flags::create | file_flags::exclusive;
  constexpr std::uint32_t owner_only = 0600;
  const auto whole = absolute(host, path.empty() ? "core." + std::to_string(number(first.pid)) : path);
  if (whole.contains('\0')) return fail(Errc::malformed, "a path has no NUL in it");
  TRY(check_replaceable(host, whole));
  for (int n = 0;; ++n) {
    const auto unfinished = whole + ".unfinished" + (n == 0 ? "" : std::to_string(n));
    const auto file = host.open({}, unfinished, flags, owner_only);
    if (file) return std::unique_ptr<SavedCore>(new SavedCore(target, host, first, whole, unfinished, *file));
    if (n == most_leftovers || file.error().number != EEXIST) return cannot_write(whole, file.error());
  }
}

SavedCore::SavedCore(Target& target, Host& host, ThreadId first, std::string path, std::string unfinished,
                     int descriptor)
    : host_(host),
      path_(std::move(path)),
      unfinished_(std::move(unfinished)),
      file_(host, descriptor),
      core_(target, host, first, file_) {}

SavedCore::~SavedCore() {
  if (!unfinished_.empty()) static_cast<void>(host_.unlink({}, unfinished_));
}

std::optional<Result<CoreSummary>> SavedCore::step() {
  auto summary = core_.step();
  if (!summary) return std::nullopt;
  if (*summary) {
    if (const auto done = finish(); !done) return cannot_write(path_, done.error());
  } else if (summary->error().code == Errc::system) {
    return cannot_write(path_, summary->error());
  }
  return summary;
}

Result<> SavedCore::finish() {
  TRY(file_.finish());
  TRY(host_.rename({}, unfinished_, path_));
  unfinished_.clear();
  return {};
}

std::string describe(const CoreSummary& summary, const std::string& path) {
  auto out = "Core of " + threads_text(summary.threads) + " written to " + path + " (" + size_text(summary.size) +
             ", of which " + size_text(summary.written) + " hold data)";
  if (summary.unseen != 0) out += "; " + threads_text(summary.unseen) + " could not be looked at";
  return out;
}

}  // namespace stub::inspect
