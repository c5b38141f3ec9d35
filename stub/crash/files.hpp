// Files that a watch leaves behind.
#pragma once

#include <string>
#include <string_view>

#include "stub/target/host.hpp"

namespace stub::crash {

// With the folders above it.
Result<> make_folders(Host& host, const std::string& folder);
// Whole from the moment that it has its name: somebody may wait for it.
Result<> write_file(Host& host, const std::string& path, std::string_view text);
// Whether the word is in the file, in what one reads of it in no time that matters.
[[nodiscard]] bool file_has(Host& host, const std::string& path, std::string_view word);

}  // namespace stub::crash
