#include "stub/inspect/core_file.hpp"

#include <algorithm>

namespace stub::inspect {
namespace {

constexpr std::uint64_t page_size = 4096;
constexpr std::uint64_t piece_size = std::uint64_t{256} * 1024;
constexpr std::size_t threads_at_once = 64;
constexpr std::uint64_t window = 4096;  // pages that are asked about at once

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<Result<CoreSummary>> CoreFile::step() {
  if (const auto done = advance(); !done) return std::unexpected(done.error());
  if (part_ != Part::done) return std::nullopt;
  return summary_;
}

Result<> CoreFile::advance() {
  switch (part_) {
    case Part::beginning:
      return begin();
    case Part::survey:
      return survey();
    case Part::threads:
      return write_threads();
    case Part::memory:
      return write_memory();
    case Part::done:
      return {};
  }
  return {};
}

// A thread that waits in vfork cannot stop; others that run would change what is read.
Result<> CoreFile::begin() {
  if (target_->architecture(first_.pid) == nullptr) return fail(Errc::no_process, "there is no process");
  to_survey_ = target_->threads(first_.pid);
  if (std::ranges::none_of(to_survey_, [&](ThreadId thread) { return target_->stopped(thread); }))
    return fail(Errc::running, "the process runs: stop it first");
  segments_ = TRY(core_segments(*target_, *host_, first_.pid));
  process_notes_ = core_process_notes(*target_, *host_, first_.pid, segments_);
  threads_.reserve(to_survey_.size());
  part_ = Part::survey;
  return {};
}

Result<> CoreFile::survey() {
  const auto end = std::min(to_survey_.size(), next_ + threads_at_once);
  for (; next_ < end; ++next_) {
    if (auto notes = CoreThreadNotes::of(*target_, to_survey_[next_])) threads_.push_back(*notes);
  }
  if (next_ < to_survey_.size()) return {};
  if (threads_.empty()) return fail(Errc::running, "no thread of the process can be looked at");
  summary_.threads = threads_.size();
  summary_.unseen = to_survey_.size() - threads_.size();
  put_first();
  return write_headers();
}

// gdb and lldb show the first thread, and take the process's signal from it.
void CoreFile::put_first() {
  auto chosen = std::ranges::find(threads_, first_, &CoreThreadNotes::thread);
  if (chosen == threads_.end() || chosen->signal() == 0) {
    const auto signalled = std::ranges::find_if(threads_, [](const auto& notes) { return notes.signal() != 0; });
    if (signalled != threads_.end()) chosen = signalled;
  }
  if (chosen != threads_.end()) std::rotate(threads_.begin(), chosen, chosen + 1);
}

Result<> CoreFile::write_headers() {
  const auto& architecture = *target_->architecture(first_.pid);
  auto notes = process_notes_.size();
  for (const auto& thread : threads_) notes += thread.size(architecture);
  const auto headers = TRY(core_headers(architecture, notes, segments_));
  memory_at_ = headers.memory_at;
  summary_.size = headers.file_size;
  next_ = 0;
  part_ = Part::threads;
  return write(headers.bytes);
}

Result<> CoreFile::write_threads() {
  if (target_->architecture(first_.pid) == nullptr) return fail(Errc::no_process, "the process has ended");
  Bytes out;
  const auto end = std::min(threads_.size(), next_ + threads_at_once);
  for (; next_ < end; ++next_) {
    threads_[next_].add_status(out, *target_, *host_);
    if (next_ == 0) out.insert(out.end(), process_notes_.begin(), process_notes_.end());
    threads_[next_].add_registers(out, *target_);
  }
  TRY(write(out));
  if (next_ < threads_.size()) return {};
  next_ = 0;
  part_ = Part::memory;
  return skip(memory_at_ - position_);
}

// A piece of a segment, or what lies untouched there, however much that is.
Result<> CoreFile::write_memory() {
  if (target_->architecture(first_.pid) == nullptr) return fail(Errc::no_process, "the process has ended");
  while (next_ < segments_.size() && done_ == segments_[next_].in_file) {
    ++next_;
    done_ = 0;
    touched_.clear();
  }
  if (next_ == segments_.size()) {
    part_ = Part::done;
    return {};
  }
  const auto run = next_run();
  if (!run.touched) {
    done_ += run.size;
    return skip(run.size);
  }
  return write_piece(std::min(run.size, piece_size));
}

// What is alike from here on: touched by the process, or not.
CoreFile::Run CoreFile::next_run() {
  auto& segment = segments_[next_];
  const auto left = segment.in_file - done_;
  if (!segment.may_be_untouched) return {true, left};
  if (touched_.empty() || done_ >= touched_from_ + touched_.size() * page_size) {
    const auto count = std::min(window, left / page_size);
    auto pages = host_->touched_pages(first_.pid, segment.region.start + done_, count);
    segment.may_be_untouched = pages && !pages->empty();
    if (!segment.may_be_untouched) return {true, left};
    touched_ = std::move(*pages);
    touched_from_ = done_;
  }
  const auto here = touched_.begin() + static_cast<std::ptrdiff_t>((done_ - touched_from_) / page_size);
  const auto end = std::find(here, touched_.end(), !*here);
  return {*here, static_cast<std::uint64_t>(end - here) * page_size};
}

// Somebody may kill a process while it is stopped, and nobody have told us yet.
Result<> CoreFile::check_alive() {
  const auto task = host_->task_facts(threads_.front().thread());
  if (task && task->state != 'Z' && task->state != 'X') return {};
  return fail(Errc::no_process, "the process has ended");
}

// Pages that cannot be read (behind the end of a file, the kernel's own) are zero, as in the kernel's cores.
Result<> CoreFile::write_piece(std::uint64_t size) {
  const auto from = segments_[next_].region.start;
  bool lives = false;
  for (const auto end = done_ + size; done_ < end;) {
    const auto bytes = target_->read_memory(first_.pid, from + done_, end - done_);
    if (!bytes && !std::exchange(lives, true)) TRY(check_alive());
    const auto unread = std::min(page_size - done_ % page_size, end - done_);
    done_ += bytes ? bytes->size() : unread;
    TRY(bytes ? write_pages(*bytes) : skip(unread));
  }
  return {};
}

Result<> CoreFile::write_pages(ByteView bytes) {
  while (!bytes.empty()) {
    const auto page = [&](std::size_t at) { return bytes.subspan(at, std::min(page_size, bytes.size() - at)); };
    const bool zero = is_zero(page(0));
    std::size_t size = 0;
    while (size < bytes.size() && is_zero(page(size)) == zero) size += page(size).size();
    TRY(zero ? skip(size) : write(bytes.first(size)));
    bytes = bytes.subspan(size);
  }
  return {};
}

Result<> CoreFile::write(ByteView bytes) {
  position_ += bytes.size();
  summary_.written += bytes.size();
  return sink_->write(bytes);
}

Result<> CoreFile::skip(std::uint64_t count) {
  position_ += count;
  return sink_->skip(count);
}

}  // namespace stub::inspect
