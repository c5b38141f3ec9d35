// OutputFile: a file of the host that is written, and closed in any case.
#pragma once

#include <string>

#include "stub/target/host.hpp"

namespace stub::inspect {

class OutputFile {
 public:
  OutputFile(Host& host, int descriptor) : host_(host), descriptor_(descriptor) {}
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() { static_cast<void>(host_.close(descriptor_)); }

  // All of it.
  Result<> write(ByteView bytes, std::uint64_t offset);

 private:
  Host& host_;
  int descriptor_;
};

// The same error, with the file's name and the system's words.
[[nodiscard]] std::unexpected<Error> cannot_write(const std::string& path, const Error& error);

}  // namespace stub::inspect
