"""Children, and programs that become others."""

from scenario import check_equal, check_found, check_printed, go_to_breakpoint, go_to_exit, number_in, scenario


@scenario("a forked child runs on unharmed by the breakpoints of its parent")
def _(case):
    debugger = case.launch_until("work", "forks")
    check_found(r"\bparent\b", debugger.value("who"))
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "child worked", "child status 0x300", "parent worked")


@scenario("a vfork child runs on unharmed through a breakpoint in the memory that it shares")
def _(case):
    debugger = case.launch_until("work", "vforks")
    check_equal(number_in(debugger, "worked"), 1, "how often work was called before the parent's call")
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "child status 0x300", "worked 2 times")


@scenario("a program that is spawned runs on unharmed")
def _(case):
    debugger = case.launch_until("work", "spawns")
    check_found(r"\bparent\b", debugger.value("who"))
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "spawned worked", "child status 0x300", "parent worked")


@scenario("lldb follows a forked child, and its parent runs on without breakpoints", debuggers=("lldb",))
def _(case):
    lldb = case.launch("forks")
    lldb.command("settings set target.process.follow-fork-mode child")
    lldb.break_at("work")
    go_to_breakpoint(lldb, "work")
    check_found(r"\bchild\b", lldb.value("who"))
    check_equal(lldb.exit_code(lldb.go()), 3, "the child's exit code")
    check_printed(case.server, "child worked", "child status 0x300", "parent worked")


@scenario("lldb follows a vfork child to its end, and the parent runs on", debuggers=("lldb",))
def _(case):
    lldb = case.launch("vforks")
    lldb.command("settings set target.process.follow-fork-mode child")
    lldb.break_at("work")  # which lldb lifts while the memory has two users
    check_equal(lldb.exit_code(lldb.go()), 3, "the child's exit code")
    check_printed(case.server, "child status 0x300", "worked 2 times")


@scenario("a program that becomes another one is debugged on in that one", debuggers=("gdb",))
def _(case):
    gdb = case.launch("execs", case.place.path("counter"))
    gdb.command("catch exec")
    check_found(r"Catchpoint 1 \(exec'd .*counter\)", gdb.go())
    gdb.break_at("tick")
    go_to_breakpoint(gdb, "tick")
    check_equal(number_in(gdb, "number"), 1, "number")
    gdb.no_more_breakpoints()
    go_to_exit(gdb, case.server, 5)


@scenario("a program that becomes another one is debugged on in that one", debuggers=("lldb",))
def _(case):
    case.need_programs_of_processes()
    lldb = case.launch("execs", case.place.path("counter"))
    check_found("stop reason = exec", lldb.go())
    lldb.break_at("tick")
    go_to_breakpoint(lldb, "tick")
    check_equal(number_in(lldb, "number"), 1, "number")
    lldb.no_more_breakpoints()
    go_to_exit(lldb, case.server, 5)
