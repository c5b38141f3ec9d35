// CoreFile: writes down a stopped process as the kernel does when one crashes (core(5)), a piece at a time and never
// more than that in memory. Breakpoints are not seen.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stub/inspect/core_headers.hpp"
#include "stub/inspect/core_notes.hpp"

namespace stub::inspect {

// Where it goes, from its first byte to its last.
class CoreSink {
 public:
  CoreSink() = default;
  CoreSink(const CoreSink&) = delete;
  CoreSink& operator=(const CoreSink&) = delete;
  virtual ~CoreSink() = default;

  virtual Result<> write(ByteView bytes) = 0;
  // So many zeros.
  virtual Result<> skip(std::uint64_t count) = 0;
};

struct CoreSummary {
  std::size_t threads = 0;
  std::size_t unseen = 0;               // threads that could not be looked at (in vfork), and are not there
  std::uint64_t size = 0, written = 0;  // bytes: of the file, and of them those that are no hole
};

class CoreFile {
 public:
  // The thread that a debugger shall show first, unless it has not stopped for a signal and another has.
  CoreFile(Target& target, Host& host, ThreadId first, CoreSink& sink)
      : target_(&target), host_(&host), first_(first), sink_(&sink) {}

  // The next piece; nothing as long as there are more.
  std::optional<Result<CoreSummary>> step();

 private:
  // How far it has come.
  enum class Part : std::uint8_t { beginning, survey, threads, memory, done };

  struct Run {
    bool touched = false;
    std::uint64_t size = 0;  // bytes
  };

  Result<> advance();
  Result<> begin();
  Result<> survey();
  Result<> write_headers();
  Result<> write_threads();
  Result<> write_memory();
  Result<> check_alive();
  Result<> write_piece(std::uint64_t size);
  Result<> write_pages(ByteView bytes);
  [[nodiscard]] Run next_run();
  void put_first();
  Result<> write(ByteView bytes);
  Result<> skip(std::uint64_t count);

  Target* target_;
  Host* host_;
  ThreadId first_;
  CoreSink* sink_;
  Part part_ = Part::beginning;
  std::vector<ThreadId> to_survey_;
  std::vector<CoreThreadNotes> threads_;
  std::vector<CoreSegment> segments_;
  Bytes process_notes_;
  std::uint64_t memory_at_ = 0, position_ = 0;  // bytes, in the file
  std::size_t next_ = 0;                        // thread or segment
  std::uint64_t done_ = 0;                      // bytes of that segment
  std::vector<bool> touched_;                   // of the pages of that segment from touched_from_ on
  std::uint64_t touched_from_ = 0;
  CoreSummary summary_;
};

}  // namespace stub::inspect
