#include "stub/inspect/output_file.hpp"

#include <system_error>

namespace stub::inspect {

Result<> OutputFile::write(ByteView bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto count = TRY(host_.write(descriptor_, bytes, offset));
    if (count == 0) return fail(Errc::system, "nothing more can be written");
    bytes = bytes.subspan(count);
    offset += count;
  }
  return {};
}

std::unexpected<Error> cannot_write(const std::string& path, const Error& error) {
  const auto why = error.number != 0 ? std::generic_category().message(error.number) : error.text;
  return fail_system(error.number, "cannot write " + path + ": " + why);
}

}  // namespace stub::inspect
