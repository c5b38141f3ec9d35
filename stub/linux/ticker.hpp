// Ticker: while armed, interrupts the blocking system calls of this thread again and again (EINTR), so that a wait
// for a child or a client never outlasts a tick. One per process, of the thread that made it.
#pragma once

#include <chrono>
#include <csignal>
#include <ctime>

namespace stub {

class Ticker {
 public:
  Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker();

  // Ticks every `interval` until the returned object dies. Armed within armed changes nothing.
  class Armed {
   public:
    explicit Armed(Ticker* owner) : owner_(owner) {}
    Armed(const Armed&) = delete;
    Armed& operator=(const Armed&) = delete;
    ~Armed() {
      if (owner_ != nullptr) owner_->disarm();
    }

   private:
    Ticker* owner_;
  };
  [[nodiscard]] Armed arm(std::chrono::milliseconds interval);
  [[nodiscard]] bool armed() const { return armed_; }

  // Whether it has ticked since the last call.
  [[nodiscard]] bool take_tick();

 private:
  void disarm();

  timer_t timer_{};
  bool armed_ = false;
};

}  // namespace stub
