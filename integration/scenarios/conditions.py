"""Conditions and commands of breakpoints that the server evaluates by itself, without a word to the debugger."""

import time

from scenario import (
    at_line,
    check,
    check_equal,
    check_found,
    check_printed,
    go_to_breakpoint,
    go_to_exit,
    number_in,
    scenario,
)

GDB = ("gdb",)


def evaluate_at_target(debugger):
    debugger.command("set breakpoint condition-evaluation target")
    debugger.command("set dprintf-style agent")


def launch_storm(case, condition):
    debugger = case.launch_until("main", "storm")
    debugger.no_more_breakpoints()
    evaluate_at_target(debugger)
    debugger.break_at_if("visit", condition)
    return debugger


def end_storm(case, debugger):
    debugger.no_more_breakpoints()
    debugger.change("enough", 1)
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "the storm is over")


@scenario("a condition at the target stops where it is true", GDB)
def _(case):
    debugger = case.launch("counter")
    evaluate_at_target(debugger)
    debugger.break_at_if("tick", "number == 4")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 4, "number")
    check_found(r"stop only if number == 4 \(target evals\)\n\s+breakpoint already hit 1 time\n", debugger.command("info breakpoints"))
    go_to_exit(debugger, case.server, 5)


@scenario("a hardware breakpoint's condition at the target stops where it is true", GDB)
def _(case):
    debugger = case.launch("counter")
    evaluate_at_target(debugger)
    debugger.break_in_hardware_at("tick")
    debugger.command("condition 1 number == 4")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 4, "number")
    check_found(r"hit 1 time\n", debugger.command("info breakpoints"))
    go_to_exit(debugger, case.server, 5)


@scenario("a new condition at the target replaces the old one", GDB)
def _(case):
    debugger = case.launch("counter")
    evaluate_at_target(debugger)
    debugger.keep_breakpoints_inserted()
    debugger.break_at_if("tick", "number == 2")
    go_to_breakpoint(debugger, "tick")
    debugger.command("condition 1 number == 4")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 4, "number")
    go_to_exit(debugger, case.server, 5)


@scenario("a thousand false hits at the target are one stop, with two threads at the breakpoint", GDB)
def _(case):
    debugger = launch_storm(case, "number == 1000")
    first = second = None
    go_to_breakpoint(debugger, "visit")
    check_equal(number_in(debugger, "number"), 1000, "number")
    check_found("already hit 1 time", debugger.command("info breakpoints"))
    first = debugger.value("who->name")
    go_to_breakpoint(debugger, "visit")
    check_equal(number_in(debugger, "number"), 1000, "the other's number")
    second = debugger.value("who->name")
    check(first != second, f"{first} came to its thousandth visit twice")
    end_storm(case, debugger)


@scenario("a condition at the target reads memory and registers", GDB)
def _(case):
    debugger = launch_storm(case, "who->name[0] == 'r' && who->visits == 49 && $rsi == 50 && (int) $eflags != 0")
    go_to_breakpoint(debugger, "visit")
    check_equal(number_in(debugger, "number"), 50, "number")
    check_found("right", debugger.value("who->name"))
    end_storm(case, debugger)


@scenario("Ctrl-C stops a program in a storm of false conditions", GDB)
def _(case):
    debugger = launch_storm(case, "number == -1")
    for _ in range(5):
        debugger.start()
        time.sleep(0.3)
        debugger.interrupt()
        text = debugger.wait_stop()
        check(debugger.is_interrupted(text), f"not interrupted: {text}")
    check("already hit" not in debugger.command("info breakpoints"), "a false condition stopped")
    end_storm(case, debugger)


@scenario("steps come past a breakpoint whose condition is false, each as far as ever", GDB)
def _(case):
    debugger = case.launch_until("main", "counter")
    evaluate_at_target(debugger)
    debugger.break_at_if("*tick", "$rdi == 77")  # gdb 13 cannot step in where the function's own body has one
    steps = [(debugger.step_over, 12), (debugger.step_over, 11), (debugger.step_over, 12), (debugger.step_in, 7),
             (debugger.step_over, 8), (debugger.step_out, 11)]
    for step, line in steps:
        text = step()
        check(at_line(text, "counter.c", line), f"not at line {line}: {text}")
    check_equal(number_in(debugger, "count"), 2, "count")
    go_to_exit(debugger, case.server, 5)


@scenario("dprintf in agent style is printed by the server, and the program runs on", GDB)
def _(case):
    debugger = case.launch("counter")
    evaluate_at_target(debugger)
    debugger.command(r'dprintf tick,"at %d (%#04x) %c%%\n", number, number, 64 + number')
    go_to_exit(debugger, case.server, 5)
    check_printed(case.server, *[f"at {number} (0x{number:02x}) {chr(64 + number)}%" for number in range(1, 6)])


@scenario("dprintf in agent style prints strings of both threads, and only where its condition is true", GDB)
def _(case):
    debugger = case.launch("storm")
    evaluate_at_target(debugger)
    debugger.command(r'dprintf visit,"%s is at %ld\n", who->name, number')
    debugger.command("condition 1 number % 64 == 0")
    debugger.start()
    for name in ("left", "right"):
        for number in (64, 128, 192):
            case.server.wait_for_output(rf"(?m)^{name} is at {number}$")
    debugger.interrupt()
    debugger.wait_stop()
    check("is at 65\n" not in case.server.output(), "printed where the condition was false")
    end_storm(case, debugger)


def check_goes_on(case, text):
    """The server prints this again and again, whatever it has printed already."""
    for _ in range(3):
        case.server.wait_for_output(text, after=len(case.server.output()))


def print_in_background(case, debugger):
    debugger.command(r'dprintf tick,"we are at %d\n", ticks')
    debugger.command("continue &")
    case.server.wait_for_output("we are at")


def leave_printing(case, debugger, leave):
    evaluate_at_target(debugger)
    debugger.command("set disconnected-dprintf on")
    print_in_background(case, debugger)
    leave()
    check_goes_on(case, r"we are at \d+\n")


@scenario("dprintf goes on without the debugger if it shall, until another one comes", GDB)
def _(case):
    first = case.launch("ticker")
    leave_printing(case, first, first.vanish)
    debugger = case.connect("ticker")
    before = number_in(debugger, "ticks")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check(number_in(debugger, "ticks") >= before, "the program went back")
    debugger.no_more_breakpoints()
    case.server.close_input()
    go_to_exit(debugger, case.server, 0)


@scenario("dprintf goes on in an attached program without the debugger, which can come again", GDB)
def _(case):
    running = case.place.start_program([case.place.path("ticker")])
    running.wait_for_output("tick 2")
    case.serve_attached(running)
    first = case.connect("ticker")
    leave_printing(case, first, first.kill_hard)
    debugger = case.connect("ticker")
    debugger.detach()
    debugger.quit()
    check_equal(case.server.wait_exit(), 0, "the server's exit code")
    after = len(running.output())
    running.wait_for_output("tick", after)
    check(running.running(), "the program did not survive")


@scenario("dprintf ends with the debugger if it was not told to stay", GDB)
def _(case):
    debugger = case.launch("ticker")
    evaluate_at_target(debugger)
    debugger.command("set disconnected-dprintf off")
    print_in_background(case, debugger)
    debugger.kill_hard()
    case.server.wait_for_output(r"(tick \d+\n){5}", after=len(case.server.output()))
    case.server.close_input()
    check_equal(case.server.wait_exit(), 0, "the server's exit code")
