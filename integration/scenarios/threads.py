"""Threads: their names and stacks, stops among many of them, and steps of one."""

import shutil
import subprocess

from scenario import (
    Skip,
    check,
    check_equal,
    check_found,
    check_printed,
    go_to_breakpoint,
    go_to_exit,
    number_in,
    scenario,
    until,
)


@scenario("threads are listed by name and each has its own backtrace")
def _(case):
    case.need_libraries()
    debugger = case.launch_until("everyone_is_here", "threads")
    threads = debugger.threads()
    for name, function in (("baker", "bake"), ("brewer", "brew"), ("carver", "carve"), ("digger", "dig")):
        check(name in threads, f"no thread {name} in {threads}")
        debugger.select_thread(threads[name])
        check_found(rf"\b{function}\b", debugger.backtrace())
    go_to_exit(debugger, case.server, 0)


@scenario("no hit is lost or told twice where four threads meet one breakpoint at the same time")
def _(case):
    debugger = case.launch("crowd")
    debugger.count_hits("meet")
    text = debugger.go()
    check_equal(debugger.exit_code(text), 0, f"exit code in {text!r}")
    check_equal(debugger.hits(), 100, "hits")
    check_printed(case.server, "met 100 times")


@scenario("a breakpoint is hit in one after another of many threads that come and go")
def _(case):
    debugger = case.launch("churn")
    debugger.break_at("meet")
    for meeting in range(1, 41):
        go_to_breakpoint(debugger, "meet")
        check_equal(number_in(debugger, "meeting"), meeting, "meeting")
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "met 40 times")


class Slowness:
    """Of one system call of a process, each time that it is made; strace does that."""

    def __init__(self, pid, call, microseconds):
        if not shutil.which("strace"):
            raise Skip("there is no strace, to make the server slow")
        words = ["strace", "-qq", "-o", "/dev/null", f"--trace={call}", f"--inject={call}:delay_exit={microseconds}"]
        self._strace = subprocess.Popen([*words, "-p", str(pid)], stderr=subprocess.DEVNULL)
        until(lambda: tracer_of(pid) == self._strace.pid, "the server is slow")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._strace.terminate()
        self._strace.wait()


def tracer_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return int(check_found(r"TracerPid:\s+(\d+)", file.read())[1])


@scenario("no stop is lost where the server is slow to hear of it", native=True)
def _(case):
    debugger = case.launch("churn")
    debugger.break_at("meet")
    with Slowness(case.server.pid, "epoll_wait", 8000):  # longer than a tick of the server's clock
        for meeting in range(1, 16):
            go_to_breakpoint(debugger, "meet")
            check_equal(number_in(debugger, "meeting"), meeting, "meeting")


def end_race(case, debugger):
    debugger.change("enough", 1)
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "the race is over")


@scenario("other threads run while one is stepped")
def _(case):
    debugger = case.launch_until("both_run", "racers")
    left = debugger.threads()["left"]
    before = number_in(debugger, "right_turns")

    def right_ran():
        debugger.step_among_all(left)
        return number_in(debugger, "right_turns") != before

    until(right_ran, "the right thread runs")
    end_race(case, debugger)


@scenario("other threads stay where they are while one is stepped alone")
def _(case):
    debugger = case.launch_until("both_run", "racers")
    left = debugger.threads()["left"]
    left_turns, right_turns = number_in(debugger, "left_turns"), number_in(debugger, "right_turns")
    for _ in range(20):
        debugger.step_alone(left)
    check(number_in(debugger, "left_turns") > left_turns, "the left thread did not move")
    check_equal(number_in(debugger, "right_turns"), right_turns, "turns of the thread that was to stay")
    end_race(case, debugger)


def hear_that_nothing_is_left(case, delay):
    gdb = case.launch_until("leave", "headless")
    gdb.change("delay", delay)
    gdb.no_more_breakpoints()
    gdb.command("set scheduler-locking on")
    check_found("No unwaited-for children left", gdb.go())
    check("Id" in gdb.command("info threads"), "no list of threads")
    gdb.command("thread 2")
    gdb.command("set scheduler-locking off")
    gdb.change("enough", 1)
    go_to_exit(gdb, case.server, 4)
    check_printed(case.server, "the second ends it")


@scenario("gdb hears that nothing is left of what it resumed when that was a first thread that ends", debuggers=("gdb",))
def _(case):
    hear_that_nothing_is_left(case, delay=0)


@scenario("gdb hears that nothing is left also when the first thread ends after a while", debuggers=("gdb",))
def _(case):
    hear_that_nothing_is_left(case, delay=300000)
