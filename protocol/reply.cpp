#include "protocol/reply.hpp"

#include <array>
#include <cerrno>

#include "protocol/hex.hpp"

namespace stub {
namespace {

// The numbers are lldb-server's, some of which LLDB's own tests pin; gdb takes any.
std::uint8_t error_number(Errc code) {
  switch (code) {
    case Errc::malformed:
      return 0x03;
    case Errc::unsupported:
      return 0x01;
    case Errc::no_process:
      return 0x44;
    case Errc::wrong_process:
      return 0xff;
    case Errc::no_thread:
      return 0x15;
    case Errc::running:
      return 0x37;
    case Errc::unreadable:
      return 0x08;
    case Errc::unwritable:
      return 0x09;
    case Errc::no_slot:
      return 0x09;
    case Errc::no_register:
      return 0x15;
    case Errc::end_of_list:
      return 0x45;
    case Errc::cannot_run:
    case Errc::system:
      return 0x01;
  }
  return 0xff;
}

// gdb's own errno numbers: gdb/include/gdb/fileio.h, FILEIO_E…
struct FileErrno {
  int ours;
  std::uint32_t wire;
};
constexpr std::uint32_t unknown_errno = 9999;
constexpr std::array file_errnos = {
    FileErrno{EPERM, 1},         FileErrno{ENOENT, 2},  FileErrno{EINTR, 4},    FileErrno{EIO, 5},
    FileErrno{EBADF, 9},         FileErrno{EACCES, 13}, FileErrno{EFAULT, 14},  FileErrno{EBUSY, 16},
    FileErrno{EEXIST, 17},       FileErrno{ENODEV, 19}, FileErrno{ENOTDIR, 20}, FileErrno{EISDIR, 21},
    FileErrno{EINVAL, 22},       FileErrno{ENFILE, 23}, FileErrno{EMFILE, 24},  FileErrno{EFBIG, 27},
    FileErrno{ENOSPC, 28},       FileErrno{ESPIPE, 29}, FileErrno{EROFS, 30},   FileErrno{ENOSYS, 88},
    FileErrno{ENAMETOOLONG, 91},
};

void big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

std::string error_text(const Error& error, ErrorStyle style) {
  const auto code = "E" + hex(error_number(error.code), 2);
  if (error.text.empty()) return code;
  switch (style) {
    case ErrorStyle::code:
      return code;
    case ErrorStyle::gdb_text:
      return "E." + error.text;
    case ErrorStyle::lldb_text:
      return code + ";" + hex_bytes(error.text);
  }
  return code;
}

std::string transfer_piece(std::string_view object, std::uint64_t offset, std::uint64_t length) {
  if (offset >= object.size()) return "l";
  const auto piece = object.substr(offset, length);
  const bool last = offset + piece.size() == object.size();
  return (last ? "l" : "m") + std::string(piece);
}

std::string file_result(std::uint64_t result) { return "F" + hex(result); }

std::string file_data(std::string_view data) { return "F" + hex(data.size()) + ";" + std::string(data); }

std::string file_error(int error_number) {
  std::uint32_t wire = unknown_errno;
  for (const auto& row : file_errnos)
    if (row.ours == error_number) wire = row.wire;
  return "F-1," + hex(wire);
}

std::string file_status(const FileStatus& status) {
  std::string out;
  for (const auto field :
       {status.device, status.inode, status.mode, status.links, status.user, status.group, status.special_device})
    big_endian(out, field, 4);
  for (const auto field : {status.size, status.block_size, status.blocks}) big_endian(out, field, 8);
  for (const auto field : {status.access_time, status.modify_time, status.change_time}) big_endian(out, field, 4);
  return out;
}

}  // namespace stub
