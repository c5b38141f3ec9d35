// Host I/O (GDB manual, "Host I/O Packets"), and what lldb adds to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "protocol/types.hpp"

namespace stub {

// clang-format off: a line for each
// The flags of vFile:open (gdb/include/gdb/fileio.h); lldb adds a close-on-exec bit, which we always set.
namespace file_flags {
constexpr std::uint32_t write_only = 0x1, read_write = 0x2, append = 0x8, create = 0x200, truncate = 0x400,
                        exclusive = 0x800, close_on_exec = 0x40000000;
}

struct SetFileSystem { std::optional<Pid> pid; };                    // vFile:setfs: whose root; none: our own
struct OpenFile { std::string path; std::uint32_t flags = 0; std::uint32_t mode = 0; };
struct CloseFile { int descriptor = -1; };
struct ReadFile { int descriptor = -1; std::uint64_t length = 0; std::uint64_t offset = 0; };
struct WriteFile { int descriptor = -1; std::uint64_t offset = 0; Bytes bytes; };
struct StatDescriptor { int descriptor = -1; };                      // fstat
struct StatPath { std::string path; enum class Links : std::uint8_t { follow, stay } links{}; };  // stat, lstat
struct UnlinkFile { std::string path; };
struct ReadLink { std::string path; };
struct QueryFileSize { std::string path; };                          // lldb from here on
struct QueryFileExists { std::string path; };
struct QueryFileMode { std::string path; };
struct HashFile { std::string path; };                               // vFile:MD5
struct MakeSymlink { std::string target; std::string path; };
// clang-format on

using FileCommand =
    std::variant<SetFileSystem, OpenFile, CloseFile, ReadFile, WriteFile, StatDescriptor, StatPath, UnlinkFile,
                 ReadLink, QueryFileSize, QueryFileExists, QueryFileMode, HashFile, MakeSymlink>;

}  // namespace stub
