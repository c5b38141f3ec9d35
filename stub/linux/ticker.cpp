#include "stub/linux/ticker.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <system_error>

namespace stub {
namespace {

std::atomic<bool> ticked{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // written by a signal handler

int tick_signal() { return SIGRTMIN; }

void on_tick(int) { ticked.store(true, std::memory_order_relaxed); }

void set_interval(timer_t timer, std::chrono::milliseconds interval) {
  const auto nanoseconds = std::chrono::nanoseconds(interval).count();
  itimerspec spec{};
  spec.it_interval.tv_sec = nanoseconds / 1'000'000'000;
  spec.it_interval.tv_nsec = nanoseconds % 1'000'000'000;
  spec.it_value = spec.it_interval;
  timer_settime(timer, 0, &spec, nullptr);
}

}  // namespace

// A timer is not inherited by children, and no SA_RESTART: the calls shall return.
Ticker::Ticker() {
  struct sigaction action{};
  action.sa_handler = on_tick;
  sigaction(tick_signal(), &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = tick_signal();
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0)
    throw std::system_error(errno, std::generic_category(), "timer_create");
}

Ticker::~Ticker() { timer_delete(timer_); }

Ticker::Armed Ticker::arm(std::chrono::milliseconds interval) {
  if (armed_) return Armed(nullptr);
  armed_ = true;
  ticked.store(false, std::memory_order_relaxed);
  set_interval(timer_, interval);
  return Armed(this);
}

void Ticker::disarm() {
  armed_ = false;
  set_interval(timer_, std::chrono::milliseconds(0));
}

bool Ticker::take_tick() { return ticked.exchange(false, std::memory_order_relaxed); }

}  // namespace stub
