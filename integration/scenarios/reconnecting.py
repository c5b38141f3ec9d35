"""Debuggers that leave and come back, of both kinds."""

from scenario import check_equal, check_found, go_to_breakpoint, go_to_exit, number_in, scenario


def look_and_vanish(case, debugger_name, number):
    """Sees the program at a hit of tick, and leaves it there."""
    debugger = case.connect("counter", debugger_name)
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), number, "number")
    debugger.vanish()


def come_back_and_finish(case, debugger_name, number):
    """Finds the program where it was left, and no breakpoint of another debugger."""
    debugger = case.connect("counter", debugger_name)
    check_equal(number_in(debugger, "number"), number, "number where the program was left")
    check_found(r"\btick\b(.*\n)+.*\bmain\b", debugger.backtrace())
    go_to_exit(debugger, case.server, 5)


@scenario("a program is found as it was left when the same debugger comes back")
def _(case):
    case.serve("counter")
    look_and_vanish(case, case.debugger_name, 1)
    look_and_vanish(case, case.debugger_name, 2)
    come_back_and_finish(case, case.debugger_name, 2)


@scenario("a program is found as it was left when the other debugger comes next")
def _(case):
    case.serve("counter")
    look_and_vanish(case, case.debugger_name, 1)
    come_back_and_finish(case, case.other_name, 1)


@scenario("a signal that the last debugger was shown is delivered when the next one goes on")
def _(case):
    case.serve("signals")
    debugger = case.connect("signals", case.debugger_name)
    check_found("SIGUSR1", debugger.go())
    debugger.vanish()
    debugger = case.connect("signals", case.other_name)
    debugger.break_at("handler")
    go_to_breakpoint(debugger, "handler")
    go_to_exit(debugger, case.server, 0)


@scenario("the two debuggers take turns and each is understood every time")
def _(case):
    case.serve("counter")
    for number, name in ((1, case.debugger_name), (2, case.other_name), (3, case.debugger_name), (4, case.other_name)):
        look_and_vanish(case, name, number)
    come_back_and_finish(case, case.debugger_name, 4)
