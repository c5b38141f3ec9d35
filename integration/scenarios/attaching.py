"""Attaching to a process that runs, which must never notice."""

import re

from scenario import check, check_equal, check_found, go_to_breakpoint, number_in, scenario


def start_ticker(case):
    ticker = case.place.start_program([case.place.path("ticker")])
    ticker.wait_for_output("tick 3\n")
    return ticker


def check_unharmed(ticker):
    """It ticks on, has left out no tick, and ends by itself."""
    ticker.wait_for_output("tick \\d+\n(tick \\d+\n){10}", after=len(ticker.output()))
    ticker.close_input()
    check_equal(ticker.wait_exit(), 0, "exit code of the process that was attached to")
    ticks = [int(tick) for tick in re.findall(r"tick (\d+)\n", ticker.output())]
    check_equal(ticks, list(range(1, len(ticks) + 1)), "the ticks")


@scenario("a process is attached to, looked at, and goes on unharmed after detach")
def _(case):
    ticker = start_ticker(case)
    case.serve_attached(ticker)
    debugger = case.connect("ticker")
    check(number_in(debugger, "ticks") >= 3, "the program's memory is not that of a process that ticks")
    debugger.break_at("tick")
    for _ in range(3):
        go_to_breakpoint(debugger, "tick")
    check_found(r"\btick\b(.*\n)+.*\bmain\b", debugger.backtrace())
    debugger.detach()
    check_unharmed(ticker)


def visit_racers(case, racers, turns):
    """Attaches; the left thread has made more than so many turns."""
    case.serve_attached(racers)
    debugger = case.connect("racers")
    check_equal(sorted(debugger.threads()), ["left", "racers", "right"], "the threads' names")
    now = number_in(debugger, "left_turns")
    check(now > turns, "the left thread did not run since the last visit")
    return debugger, now


@scenario("a process with threads is attached to, let go, and attached to again")
def _(case):
    racers = case.place.start_program([case.place.path("racers")])
    racers.wait_for_output("both run")
    debugger, turns = visit_racers(case, racers, 0)
    debugger.detach()
    debugger.quit()
    debugger, _ = visit_racers(case, racers, turns)
    debugger.change("enough", 1)
    debugger.detach()
    check_equal(racers.wait_exit(), 0, "exit code of the process that was attached to")


@scenario("an attached process goes on unharmed when the stopped debugger is killed")
def _(case):
    ticker = start_ticker(case)
    case.serve_attached(ticker)
    debugger = case.connect("ticker")
    debugger.keep_breakpoints_inserted()
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    debugger.kill_hard()
    check_unharmed(ticker)


@scenario("an attached process goes on unharmed when the debugger is killed while it runs")
def _(case):
    ticker = start_ticker(case)
    case.serve_attached(ticker)
    debugger = case.connect("ticker")
    debugger.break_at_if("tick", "ticks < 0")
    debugger.command("continue &" if case.debugger_name == "gdb" else "process continue")
    ticker.wait_for_output("tick", after=len(ticker.output()))
    debugger.kill_hard()
    check_unharmed(ticker)
