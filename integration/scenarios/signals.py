"""Signals, and Ctrl-C."""

from scenario import (
    check,
    check_equal,
    check_found,
    check_printed,
    go_to_exit,
    go_to_signal,
    line_of,
    number_in,
    scenario,
)


@scenario("a signal stops the program and is then handled by it")
def _(case):
    debugger = case.launch("signals")
    go_to_signal(debugger, "SIGUSR1")
    check_equal(number_in(debugger, "handled"), 0, "handled before the program goes on")
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "handled 1")


@scenario("what the kernel says of a signal can be looked at", debuggers=("gdb",))
def _(case):
    gdb = case.launch("segfault")
    go_to_signal(gdb, "SIGSEGV")
    check_equal(gdb.value("$_siginfo.si_signo"), "11", "si_signo")
    check_equal(gdb.value("(long) $_siginfo._sifields._sigfault.si_addr"), "0", "si_addr")


@scenario("what the kernel says of a signal can be looked at", debuggers=("lldb",))
def _(case):
    lldb = case.launch("queued")
    go_to_signal(lldb, "SIGUSR1")
    check_found(r"si_signo = 10\b(.*\n)*.*sival_int = 5\b", lldb.command("thread siginfo"))


@scenario("a signal that shall pass is not told to the debugger, and the program gets it", debuggers=("lldb",), native=True)
def _(case):
    case.serve("signals", options=("--debug=remote",))
    lldb = case.connect("signals")
    lldb.command("process handle SIGUSR1 --pass true --stop false --notify false")
    go_to_exit(lldb, case.server, 0)
    check_printed(case.server, "handled 1")
    check_found(r"QPassSignals:(\w+;)*0?a\b", case.server.output(), "the packets")
    check("-> T0a" not in case.server.output(), "the server has told of the signal")


@scenario("what the kernel says of a signal can be changed, and the program sees it", debuggers=("gdb",))
def _(case):
    gdb = case.launch("queued")
    go_to_signal(gdb, "SIGUSR1")
    value = "$_siginfo._sifields._rt.si_sigval.sival_int"
    check_equal(number_in(gdb, value), 5, "the value that the program sent")
    gdb.change(value, 77)
    check_equal(number_in(gdb, value), 77, "the value that was written")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "value 77")


@scenario("a call of a function at a signal leaves what the kernel said of it", debuggers=("gdb",))
def _(case):
    gdb = case.launch("queued")
    go_to_signal(gdb, "SIGUSR1")
    check_equal(number_in(gdb, "twice(4)"), 8, "twice(4)")
    check_equal(number_in(gdb, "$_siginfo._sifields._rt.si_sigval.sival_int"), 5, "the value after the call")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "value 5")


@scenario("a signal at which the program is detached is delivered if the user lets it pass", debuggers=("gdb",))
def _(case):
    detach_at_signal(case, "pass")
    check_printed(case.server, "handled 1")


@scenario("a signal at which the program is detached is not delivered if the user does not", debuggers=("gdb",))
def _(case):
    detach_at_signal(case, "nopass")
    check_printed(case.server, "handled 0")


def detach_at_signal(case, how):
    gdb = case.launch("signals")
    gdb.command(f"handle SIGUSR1 stop {how}")
    go_to_signal(gdb, "SIGUSR1")
    gdb.detach()
    check_equal(case.server.wait_exit(), 0, "the server's exit code")


@scenario("a signal that the debugger discards never reaches the program")
def _(case):
    debugger = case.launch("signals")
    go_to_signal(debugger, "SIGUSR1")
    text = debugger.discard_signal_and_go("SIGUSR1")
    check_equal(debugger.exit_code(text), 0, "exit code")
    debugger.quit()
    check_equal(case.server.wait_exit(), 0, "the server's exit code")
    check_printed(case.server, "handled 0")


@scenario("a segmentation fault stops at its line and then ends the program")
def _(case):
    debugger = case.launch("segfault")
    text = go_to_signal(debugger, "SIGSEGV")
    check_found(r"\bcrash( ?\(| at ).*segfault\.c:%d\b" % line_of("segfault.c", "the bad write"), text)
    if case.debugger_name == "lldb":
        check_found(r"signal SIGSEGV: address not mapped to object \(fault address: 0x\w+\)", text)
    text = debugger.go()
    check(debugger.killed_by(text, "SIGSEGV"), f"the debugger does not say that SIGSEGV ended it:\n{text}")
    debugger.quit()
    check_equal(case.server.wait_exit(), 139, "the server's exit code")


@scenario("Ctrl-C stops a busy program, twice, and it goes on")
def _(case):
    debugger = case.launch("busy")
    seen = 0
    for _ in range(2):
        debugger.start()
        seen = case.server.wait_for_output("working", after=seen).end()
        interrupt(debugger)
        check_found(r"\bmain\b", debugger.backtrace())
        seen = len(case.server.output())
    debugger.change("enough", 1)
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "that was enough")


@scenario("Ctrl-C stops a program that waits for input, twice, and it still gets its input")
def _(case):
    case.need_libraries()
    debugger = case.launch("reader")
    debugger.start()
    for word in ("first", "second"):
        case.server.write(f"{word}\n")
        case.server.wait_for_output(f"read {word}")
        interrupt(debugger)
        check_found(r"\b(__libc_)?read\b(.*\n)+.*\bmain\b", debugger.backtrace())
        debugger.start()
    case.server.close_input()
    text = debugger.wait_stop()
    check_equal(debugger.exit_code(text), 0, f"exit code in {text!r}")
    check_printed(case.server, "read first", "read second", "end of input")


def interrupt(debugger):
    debugger.interrupt()
    text = debugger.wait_stop()
    check(debugger.is_interrupted(text), f"no stop by Ctrl-C:\n{text}")


@scenario("a function that gdb calls returns to it also where segmentation faults pass unseen", debuggers=("gdb",))
def _(case):
    gdb = case.launch_until("inner", "calls")
    gdb.command("handle SIGSEGV nostop noprint pass")
    check_found(r"= 49\b", gdb.command("print square(7)"))
