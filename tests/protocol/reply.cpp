#include "protocol/reply.hpp"

#include <cerrno>

#include "tests/support/catch.hpp"

using namespace stub;
using namespace std::string_literals;

TEST_CASE("an error is a code for clients that did not ask for more") {
  CHECK(error_text({Errc::no_thread, "no such thread", 0}, ErrorStyle::code) == "E15");
}

TEST_CASE("an error is a text for a gdb that named error-message+") {
  CHECK(error_text({Errc::no_thread, "no such thread", 0}, ErrorStyle::gdb_text) == "E.no such thread");
}

TEST_CASE("an error is a code and a text in hex for an lldb that enabled error strings") {
  CHECK(error_text({Errc::no_thread, "gone", 0}, ErrorStyle::lldb_text) == "E15;676f6e65");
}

TEST_CASE("an error without a text is its code in every style") {
  const auto style = GENERATE(ErrorStyle::code, ErrorStyle::gdb_text, ErrorStyle::lldb_text);
  CHECK(error_text({Errc::malformed, "", 0}, style) == "E03");
}

// LLDB's tests and clients look at these.
TEST_CASE("the codes are lldb-server's") {
  const auto code = [](Errc e) { return error_text({e, "", 0}, ErrorStyle::code); };
  CHECK(code(Errc::malformed) == "E03");
  CHECK(code(Errc::no_process) == "E44");
  CHECK(code(Errc::end_of_list) == "E45");
  CHECK(code(Errc::running) == "E37");
  CHECK(code(Errc::no_thread) == "E15");
  CHECK(code(Errc::no_register) == "E15");
  CHECK(code(Errc::wrong_process) == "Eff");
  CHECK(code(Errc::unreadable) == "E08");
  CHECK(code(Errc::unwritable) == "E09");
  CHECK(code(Errc::no_slot) == "E09");
}

TEST_CASE("OK or the error, by the result") {
  CHECK(std::get<std::string>(Reply::of({}).what()) == "OK");
  const auto bad = Reply::of(fail(Errc::running, "the process is running"));
  CHECK(std::get<Error>(bad.what()).code == Errc::running);
}

TEST_CASE("a document comes in pieces: m where more follows, l at its end") {
  CHECK(transfer_piece("0123456789", 0, 4) == "m0123");
  CHECK(transfer_piece("0123456789", 4, 4) == "m4567");
  CHECK(transfer_piece("0123456789", 8, 4) == "l89");
  CHECK(transfer_piece("0123456789", 0, 10) == "l0123456789");
}

TEST_CASE("behind a document's end there is nothing, and that is its end") {
  CHECK(transfer_piece("0123", 4, 4) == "l");
  CHECK(transfer_piece("0123", ~std::uint64_t{0}, ~std::uint64_t{0}) == "l");
  CHECK(transfer_piece("", 0, 100) == "l");
}

TEST_CASE("the length of a piece may be any number") { CHECK(transfer_piece("0123", 1, ~std::uint64_t{0}) == "l123"); }

TEST_CASE("a file's result is a number in hex, its data have a length before them") {
  CHECK(file_result(0) == "F0");
  CHECK(file_result(31) == "F1f");
  CHECK(file_data("") == "F0;");
  CHECK(file_data("0123456789abcdef\0"s) == "F11;0123456789abcdef\0"s);
}

TEST_CASE("a file's error has gdb's number") {
  CHECK(file_error(ENOENT) == "F-1,2");
  CHECK(file_error(EBADF) == "F-1,9");
  CHECK(file_error(EACCES) == "F-1,d");
  CHECK(file_error(EINVAL) == "F-1,16");
  CHECK(file_error(ENOSYS) == "F-1,58");
  CHECK(file_error(ENAMETOOLONG) == "F-1,5b");
  CHECK(file_error(ELOOP) == "F-1,270f");
}

TEST_CASE("a file's status is gdb's 64 bytes, big-endian") {
  const auto text = file_status({.device = 1,
                                 .inode = 0x0203,
                                 .mode = 0100644,
                                 .links = 4,
                                 .user = 5,
                                 .group = 6,
                                 .special_device = 7,
                                 .size = 0x0102030405060708,
                                 .block_size = 4096,
                                 .blocks = 9,
                                 .access_time = 10,
                                 .modify_time = 11,
                                 .change_time = 12});
  CHECK(text ==
        "\0\0\0\1"
        "\0\0\2\3"
        "\0\0\x81\xa4"
        "\0\0\0\4"
        "\0\0\0\5"
        "\0\0\0\6"
        "\0\0\0\7"
        "\1\2\3\4\5\6\7\x08"
        "\0\0\0\0\0\0\x10\0"
        "\0\0\0\0\0\0\0\x09"
        "\0\0\0\x0a"
        "\0\0\0\x0b"
        "\0\0\0\x0c"s);
  CHECK(text.size() == 64);
}
