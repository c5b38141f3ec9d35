// Reply: what a handler has to say to a packet; the only place that spells "OK" and "E01".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub {

struct NoReply {};  // it comes later, by an event, or there is none by the protocol
struct ConsoleReply {
  std::string output;  // shown to the user, in O packets before the reply
  Result<> result;
};

class Reply {
 public:
  [[nodiscard]] static Reply ok() { return Reply(std::string("OK")); }
  [[nodiscard]] static Reply empty() { return Reply(std::string()); }
  [[nodiscard]] static Reply none() { return Reply(NoReply{}); }
  [[nodiscard]] static Reply text(std::string text) { return Reply(std::move(text)); }
  [[nodiscard]] static Reply error(Error error) { return Reply(std::move(error)); }
  [[nodiscard]] static Reply console(std::string output, Result<> result) {
    return Reply(ConsoleReply{std::move(output), std::move(result)});
  }
  // OK, or the error.
  [[nodiscard]] static Reply of(const Result<>& result) { return result ? ok() : error(result.error()); }

  // One behind the other.
  [[nodiscard]] static Reply texts(std::vector<std::string> texts) { return Reply(std::move(texts)); }

  using What = std::variant<NoReply, std::string, std::vector<std::string>, Error, ConsoleReply>;
  [[nodiscard]] const What& what() const { return what_; }

 private:
  explicit Reply(What what) : what_(std::move(what)) {}

  What what_;
};

// How a client wants to be told about errors.
enum class ErrorStyle : std::uint8_t {
  code,       // E01
  gdb_text,   // E.text, for a client that sent error-message+
  lldb_text,  // E01;hex text, after QEnableErrorStrings
};

[[nodiscard]] std::string error_text(const Error& error, ErrorStyle style);

// The pieces of a qXfer object: `m` and data where more follows, `l` and data at its end.
[[nodiscard]] std::string transfer_piece(std::string_view object, std::uint64_t offset, std::uint64_t length);

// Host I/O (GDB manual, "Host I/O Packets"): F result[;attachment] or F-1,errno.
[[nodiscard]] std::string file_result(std::uint64_t result);
[[nodiscard]] std::string file_data(std::string_view data);
[[nodiscard]] std::string file_error(int error_number);

struct FileStatus {
  std::uint64_t device = 0, inode = 0, mode = 0, links = 0, user = 0, group = 0, special_device = 0;
  std::uint64_t size = 0, block_size = 0, blocks = 0;               // bytes, bytes, 512-byte units
  std::uint64_t access_time = 0, modify_time = 0, change_time = 0;  // seconds
};
// The 64 bytes, big-endian, of gdb's struct fio_stat.
[[nodiscard]] std::string file_status(const FileStatus& status);

}  // namespace stub
