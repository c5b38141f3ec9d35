// SavedCore: a core file on this machine's disk. It has its name only when it is whole; until then it lies beside it
// under another, and goes when the SavedCore does. Only its owner may read it.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "stub/inspect/core_file.hpp"
#include "stub/inspect/output_file.hpp"

namespace stub::inspect {

class SavedCore {
 public:
  // A relative path is one in our own working directory; empty: core.PID there. What is there already is replaced if
  // it is a file.
  static Result<std::unique_ptr<SavedCore>> begin(Target& target, Host& host, ThreadId first, const std::string& path);

  // The next piece; nothing as long as there are more.
  std::optional<Result<CoreSummary>> step();
  // Absolute.
  [[nodiscard]] const std::string& path() const { return path_; }
  ~SavedCore();
  SavedCore(const SavedCore&) = delete;
  SavedCore& operator=(const SavedCore&) = delete;

 private:
  // Zeros are left out: the file is sparse.
  class File final : public CoreSink {
   public:
    File(Host& host, int descriptor) : file_(host, descriptor) {}

    Result<> write(ByteView bytes) override;
    Result<> skip(std::uint64_t count) override;
    // A file that ends with a hole has its length by its last byte.
    Result<> finish();

   private:
    OutputFile file_;
    std::uint64_t end_ = 0;
    bool ends_with_hole_ = false;
  };

  SavedCore(Target& target, Host& host, ThreadId first, std::string path, std::string unfinished, int descriptor);
  Result<> finish();

  Host& host_;
  std::string path_, unfinished_;  // empty: it has its name
  File file_;
  CoreFile core_;
};

// "Core of 3 threads written to /tmp/core.17 (12.3 MiB, of which 1.0 MiB hold data)"
[[nodiscard]] std::string describe(const CoreSummary& summary, const std::string& path);

}  // namespace stub::inspect
