"""Breakpoints and watchpoints, in every kind of program."""

from scenario import check_equal, check_found, check_printed, go_to_breakpoint, go_to_exit, number_in, scenario


def count_to_five(case, program):
    debugger = case.launch_until("tick", program)
    check_equal(number_in(debugger, "number"), 1, "number at the first hit")
    debugger.no_more_breakpoints()
    go_to_exit(debugger, case.server, 5)


@scenario("a breakpoint in a position-independent program is hit")
def _(case):
    count_to_five(case, "counter")


@scenario("a breakpoint in a program at a fixed address is hit")
def _(case):
    count_to_five(case, "counter-fixed")


@scenario("a breakpoint in a static program is hit")
def _(case):
    count_to_five(case, "counter-static")


@scenario("a stripped program is debugged with the debugger's own copy of its symbols")
def _(case):
    case.serve("counter-stripped")
    debugger = case.start_debugger()
    debugger.load_stripped(case.place.path("counter-stripped"), case.place.path("counter"))
    debugger.connect(case.server)
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 1, "number at the first hit")


@scenario("a debugger that was given no program gets it from the server")
def _(case):
    case.need_programs_of_processes()
    case.serve("counter")
    debugger = case.start_debugger()
    debugger.connect(case.server)
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 1, "number at the first hit")


@scenario("a counter has its next value at each hit of one breakpoint")
def _(case):
    debugger = case.launch("counter")
    debugger.break_at("tick")
    for number in range(1, 6):
        go_to_breakpoint(debugger, "tick")
        check_equal(number_in(debugger, "number"), number, "number")
        check_equal(number_in(debugger, "count"), number - 1, "count")
    go_to_exit(debugger, case.server, 5)


@scenario("a conditional breakpoint is hit only where its condition is true")
def _(case):
    debugger = case.launch("counter")
    debugger.break_at_if("tick", "number == 4")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 4, "number")
    go_to_exit(debugger, case.server, 5)


@scenario("a breakpoint in a library that dlopen brings later is hit")
def _(case):
    case.need_libraries()
    debugger = case.launch("opener")
    debugger.break_at("plugin_answer")
    go_to_breakpoint(debugger, "plugin_answer")
    check_equal(number_in(debugger, "number"), 40, "the argument")
    check_found(r"libplugin\.so", debugger.libraries())
    check_found(r"\bplugin_answer\b(.*\n)+.*\bmain\b", debugger.backtrace())
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "the plugin says 42")


@scenario("a hardware watchpoint tells the old and the new value")
def _(case):
    debugger = case.launch_until("change", "watched")
    check_found("Hardware watchpoint|Watchpoint created", debugger.watch("watched"))
    for old, new in ((0, 11), (11, 22), (22, 33)):
        text = debugger.go()
        check_found(rf"(?i)old value ?[=:] {old}\b[^$]*new value ?[=:] {new}\b", text)
        check_equal(number_in(debugger, "watched"), new, "watched")
