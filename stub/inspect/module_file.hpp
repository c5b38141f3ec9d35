// What an ELF file is, without all of it being read: by this lldb knows whether it has the same one.
#pragma once

#include <cstdint>
#include <string>

#include "stub/target/host.hpp"

namespace stub::inspect {

struct ModuleFile {
  std::string triple;
  Bytes build_id;  // none: the file has no such note
  std::uint64_t size = 0;
};

Result<ModuleFile> module_file(Host& host, Host::Root root, const std::string& path);

}  // namespace stub::inspect
