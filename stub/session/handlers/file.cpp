#include "protocol/framing.hpp"
#include "protocol/hex.hpp"
#include "stub/session/handlers/handlers.hpp"
#include "stub/session/places.hpp"

namespace stub::handlers {
namespace {

constexpr int bad_descriptor = 9;  // EBADF
constexpr std::uint32_t permission_bits = 07777;
constexpr std::size_t size_of_count = 16;  // `F`, the digits and `;`

Reply failed(const Error& error) { return Reply::text(file_error(error.number)); }

// A client reaches only what it opened itself.
bool is_open(const Context& context, int descriptor) { return context.files.contains(descriptor); }

Reply not_open() { return Reply::text(file_error(bad_descriptor)); }

Reply zero_or_error(const Result<>& result) { return result ? Reply::text(file_result(0)) : failed(result.error()); }

Reply status_reply(const Result<FileStatus>& status) {
  return status ? Reply::text(file_data(file_status(*status))) : failed(status.error());
}

Result<FileStatus> status_of(Context& context, const std::string& path) {
  return context.host.status(context.file_root, placed(context, path), StatPath::Links::follow);
}

}  // namespace

Reply handle(Context& context, const SetFileSystem& packet) {
  context.file_root = packet.pid;
  return Reply::text(file_result(0));
}

Reply handle(Context& context, const OpenFile& packet) {
  const auto file = context.host.open(context.file_root, placed(context, packet.path), packet.flags, packet.mode);
  if (!file) return failed(file.error());
  context.files.insert(*file);
  return Reply::text(file_result(static_cast<std::uint64_t>(*file)));
}

Reply handle(Context& context, const CloseFile& packet) {
  if (!is_open(context, packet.descriptor)) return not_open();
  context.files.erase(packet.descriptor);
  return zero_or_error(context.host.close(packet.descriptor));
}

Reply handle(Context& context, const ReadFile& packet) {
  if (!is_open(context, packet.descriptor)) return not_open();
  const auto bytes = context.host.read(packet.descriptor, packet.length, packet.offset);
  if (!bytes) return failed(bytes.error());
  const auto data = as_text(*bytes);
  return Reply::text(file_data(data.substr(0, fitting(data, max_packet_size - size_of_count))));
}

Reply handle(Context& context, const WriteFile& packet) {
  if (!is_open(context, packet.descriptor)) return not_open();
  const auto written = context.host.write(packet.descriptor, packet.bytes, packet.offset);
  return written ? Reply::text(file_result(*written)) : failed(written.error());
}

Reply handle(Context& context, const StatDescriptor& packet) {
  if (!is_open(context, packet.descriptor)) return not_open();
  return status_reply(context.host.status(packet.descriptor));
}

Reply handle(Context& context, const StatPath& packet) {
  const auto links = context.dialect.stat_follows_links ? packet.links : StatPath::Links::stay;
  return status_reply(context.host.status(context.file_root, placed(context, packet.path), links));
}

Reply handle(Context& context, const UnlinkFile& packet) {
  return zero_or_error(context.host.unlink(context.file_root, placed(context, packet.path)));
}

Reply handle(Context& context, const ReadLink& packet) {
  const auto target = context.host.read_link(context.file_root, placed(context, packet.path));
  return target ? Reply::text(file_data(*target)) : failed(target.error());
}

// lldb's own forms (lldbgdbremote.md): 16 digits; F,1 or F,0; a mode.
Reply handle(Context& context, const QueryFileSize& packet) {
  const auto status = status_of(context, packet.path);
  return status ? Reply::text("F" + hex(status->size, 16)) : failed(status.error());
}

Reply handle(Context& context, const QueryFileExists& packet) {
  return Reply::text(status_of(context, packet.path) ? "F,1" : "F,0");
}

Reply handle(Context& context, const QueryFileMode& packet) {
  const auto status = status_of(context, packet.path);
  return status ? Reply::text(file_result(status->mode & permission_bits)) : failed(status.error());
}

Reply handle(Context& context, const HashFile& packet) {
  const auto digits = context.host.md5(context.file_root, placed(context, packet.path));
  return Reply::text(digits ? "F," + *digits : "F,x");
}

Reply handle(Context& context, const MakeSymlink& packet) {
  const auto made = context.host.make_symlink(context.file_root, packet.target, placed(context, packet.path));
  return made ? Reply::text("F0,0") : failed(made.error());
}

}  // namespace stub::handlers
