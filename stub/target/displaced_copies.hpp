// DisplacedCopies: which instructions of one address space have copies for displaced steps, and where. The memory
// itself is the engine's business.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "stub/arch/displaced_step.hpp"

namespace stub {

class DisplacedCopies {
 public:
  using Copy = std::shared_ptr<const arch::DisplacedStep>;

  // The room that may be used is known, if only as none.
  [[nodiscard]] bool has_room() const { return room_.has_value(); }
  void set_room(Address begin, Bytes before);

  [[nodiscard]] Copy find(Address from) const;
  // Where another copy may be put; nothing while all are in use. A copy is in use for as long as somebody holds it.
  [[nodiscard]] std::optional<Address> vacancy();
  void add(const Copy& copy);
  // No instruction that reaches into these bytes is any more what its copy says.
  void forget(Address address, std::size_t length);
  // A copy that nobody uses, and that is dropped by this; nothing when there is no more.
  [[nodiscard]] Copy take_idle();
  // What stood there before us.
  [[nodiscard]] ByteView before(const arch::DisplacedStep& copy) const;

 private:
  struct Room {
    Address begin;
    Bytes before;
  };
  [[nodiscard]] std::size_t slot(Address to) const { return (to - room_->begin) / arch::displaced_size; }

  std::optional<Room> room_;
  std::map<Address, Copy> current_;  // by the instruction's own place
  std::vector<Copy> slots_;
};

}  // namespace stub
