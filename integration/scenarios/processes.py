"""Clients that name what to debug, several processes, children that are followed, threads that stop one by one."""

import os
import re

from scenario import check, check_equal, check_found, check_printed, go_to_breakpoint, go_to_exit, number_in, scenario, until

from .attaching import check_unharmed, start_ticker


def connect_extended(case, *settings, options=("--multi",)):
    """gdb on a server that has no program yet."""
    case.server = case.place.start_server(list(options), [])
    return connect_another(case, *settings)


def connect_another(case, *settings):
    """gdb on a server that may have others' programs."""
    gdb = case.start_debugger()
    for setting in settings:
        gdb.command(setting)
    check_found("Remote debugging using", gdb.command(f"target extended-remote {case.server.address()}"))
    return gdb


def name_program(case, gdb, program):
    gdb.load(case.place.path(program))
    gdb.command(f"set remote exec-file {case.place.path(program)}")


@scenario("gdb runs a program of its choice, again and again, with arguments and environment", debuggers=("gdb",))
def _(case):
    gdb = connect_extended(case)
    name_program(case, gdb, "arguments")
    gdb.command("set environment GREETING hello there")
    gdb.command("set args one 'two three'")
    check_equal(gdb.exit_code(gdb.command("run")), 2, "exit code")
    check_printed(case.server, "argument 1 <one>", "argument 2 <two three>", "GREETING <hello there>")
    gdb.command("unset environment GREETING")
    gdb.command("set args")
    check_equal(gdb.exit_code(gdb.command("run")), 0, "exit code of the second run")
    check_printed(case.server, "GREETING <>")
    check_found("Couldn't|failed|Cannot|During startup", gdb.command("set remote exec-file /no/such/program") + gdb.command("run"))
    name_program(case, gdb, "counter")
    gdb.break_at("tick")
    check_found("Breakpoint 1, tick", gdb.command("run"))
    gdb.kill()
    gdb.command("monitor exit")
    check_equal(case.server.wait_exit(), 137, "the server's exit code, which is that of the last program")


@scenario("gdb attaches to two processes, and lets both go", debuggers=("gdb",), native=True)
def _(case):
    tickers = [case.place.start_program([case.place.path("ticker")]) for _ in range(2)]
    for ticker in tickers:
        ticker.wait_for_output("tick 3\n")
    gdb = connect_extended(case)
    gdb.load(case.place.path("ticker"))
    gdb.command(f"attach {tickers[0].pid}")
    gdb.command("add-inferior")
    gdb.command("inferior 2")
    gdb.load(case.place.path("ticker"))
    gdb.command(f"attach {tickers[1].pid}")
    listed = gdb.command("info inferiors")
    for ticker in tickers:
        check_found(rf"process {ticker.pid}\b", listed)
    check(number_in(gdb, "ticks") >= 3, "the second process's memory is not that of a ticker")
    gdb.command("detach inferiors 1 2")
    for ticker in tickers:
        ticker.wait_for_output("tick \\d+\n(tick \\d+\n){5}", after=len(ticker.output()))
        ticker.close_input()
        check_equal(ticker.wait_exit(), 0, "exit code of a process that was attached to")


def run_until(case, gdb, function, program):
    name_program(case, gdb, program)
    gdb.break_at(function)
    check_found(rf"Breakpoint 1, {function}", gdb.command("run"))


def process_of(gdb):
    """The only one that it has."""
    pids = re.findall(r"process (\d+)", gdb.command("info inferiors"))
    check_equal(len(pids), 1, "processes of one debugger")
    return pids[0]


@scenario("two debuggers each run a program on one server, and neither sees the other's", debuggers=("gdb",))
def _(case):
    one = connect_extended(case)
    run_until(case, one, "work", "busy")
    two = connect_another(case)
    run_until(case, two, "tick", "counter")
    check(process_of(one) != process_of(two), "both have the same process")
    one.no_more_breakpoints()
    one.start()
    for number in range(2, 6):
        go_to_breakpoint(two, "tick")
        check_equal(number_in(two, "number"), number, "number, while the other program runs")
    one.interrupt()
    check(one.is_interrupted(one.wait_stop()), "the program was not interrupted")
    turns = number_in(one, "turns")
    check_equal(two.exit_code(two.go()), 5, "exit code of the second program")
    check_equal(number_in(one, "turns"), turns, "turns of the first program, which is stopped")
    one.change("enough", 1)
    check_equal(one.exit_code(one.go()), 0, "exit code of the first program")
    run_until(case, two, "tick", "counter")


@scenario("of two debuggers on one server one goes, and the other goes on with its program", debuggers=("gdb",))
def _(case):
    one = connect_extended(case)
    run_until(case, one, "tick", "counter")
    for leave in ("kill", "detach", "disconnect", "kill_hard"):
        two = connect_another(case)
        run_until(case, two, "work", "busy")
        two.change("enough", 1)  # what is let go comes to its end
        number = number_in(one, "number")
        if leave == "kill_hard":
            two.kill_hard()
        else:
            two.command(leave)
            two.quit()
        go_to_breakpoint(one, "tick")
        check_equal(number_in(one, "number"), number + 1, f"number, after the other's {leave}")
    check_equal(one.exit_code(one.go()), 5, "exit code")


@scenario("gdb follows a forked child, and the parent runs on", debuggers=("gdb",))
def _(case):
    gdb = case.launch("forks")
    gdb.command("set follow-fork-mode child")
    gdb.break_at("work")
    go_to_breakpoint(gdb, "work")
    check_found(r"\bchild\b", gdb.value("who"))
    check_equal(gdb.exit_code(gdb.go()), 3, "the child's exit code")
    case.server.wait_for_output("parent worked")


@scenario("gdb stops a parent in vfork when its child has ended", debuggers=("gdb",))
def _(case):
    gdb = case.launch("vforks")
    gdb.command("set detach-on-fork off")
    gdb.command("set schedule-multiple on")
    check_found(r"exited with code 03", gdb.go())
    gdb.command("inferior 1")
    check_found(r"vforks\.c|\bmain\b", gdb.command("backtrace"))
    go_to_exit(gdb, case.server, 0)


@scenario("gdb keeps parent and child, each with its breakpoints", debuggers=("gdb",))
def _(case):
    gdb = case.launch("forks")
    gdb.command("set detach-on-fork off")
    gdb.command("set schedule-multiple on")
    gdb.break_at("work")
    go_to_breakpoint(gdb, "work")
    check_found(r"\bchild\b", gdb.value("who"))
    check_found(r"(?s)process \d+.*process \d+", gdb.command("info inferiors"))
    check_found(r"exited with code 03", gdb.go())
    gdb.command("inferior 1")
    go_to_breakpoint(gdb, "work")
    check_found(r"\bparent\b", gdb.value("who"))


@scenario("gdb is told of a vfork and of its end", debuggers=("gdb",))
def _(case):
    gdb = case.launch("vforks")
    gdb.command("catch vfork")
    check_found(r"Catchpoint 1 \(vforked process \d+\)", gdb.go())
    gdb.command("delete")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "child status 0x300", "worked 2 times")


@scenario("gdb is told of a system call's entry and return, and never mistakes one for the other", debuggers=("gdb",))
def _(case):
    for program in ("counter", "counter-static"):
        gdb = case.launch(program)
        gdb.command("catch syscall write")
        check_found(r"\(call to syscall write\)", gdb.go())
        check_found(r"\(returned from syscall write\)", gdb.go())
        gdb.command("delete")
        go_to_exit(gdb, case.server, 5)


@scenario("gdb is told of the return from the execve that began the program it is in", debuggers=("gdb",))
def _(case):
    gdb = case.launch("execs", case.place.path("counter"))
    gdb.command("catch syscall execve")
    check_found(r"\(call to syscall execve\)", gdb.go())
    check_found(r"\(returned from syscall execve\)", gdb.go())
    gdb.command("delete")
    go_to_exit(gdb, case.server, 5)


@scenario("a thread stops, is looked at and goes on while the others run", debuggers=("gdb",))
def _(case):
    case.serve("racers")
    gdb = case.start_debugger()
    gdb.command("set non-stop on")
    gdb.load(case.place.path("racers"))
    gdb.connect(case.server)
    gdb.break_at("both_run")
    gdb.command("continue")
    case.server.wait_for_output("both run")
    until(lambda: len(re.findall(r"\(running\)", gdb.command("info threads"))) == 2, "the other threads run")
    before = number_in(gdb, "left_turns")
    until(lambda: number_in(gdb, "left_turns") > before, "the left thread runs on, and its memory can be read")
    gdb.command("interrupt -a")
    until(lambda: "(running)" not in gdb.command("info threads"), "all threads stop")
    stopped = number_in(gdb, "left_turns")
    check_equal(number_in(gdb, "left_turns"), stopped, "turns of a thread that is stopped")
    gdb.change("enough", 1)
    gdb.command("continue -a &")
    case.server.wait_for_output("the race is over")


@scenario("a program is run by a wrapper", debuggers=("gdb",))
def _(case):
    case.serve("counter", options=("--wrapper", case.place.path("execs"), "--"))
    gdb = case.connect("counter")
    gdb.break_at("tick")
    go_to_breakpoint(gdb, "tick")
    check_equal(number_in(gdb, "number"), 1, "number")
    gdb.no_more_breakpoints()
    go_to_exit(gdb, case.server, 5)


@scenario("lldb launches a program through a server of its own", debuggers=("lldb",), native=True)
def _(case):
    case.place.be_lldb_server()
    lldb = case.start_debugger()
    lldb.load(case.place.path("counter"))
    lldb.break_at("tick")
    check_found("stop reason = breakpoint", lldb.command("process launch"))
    check_equal(number_in(lldb, "number"), 1, "number")
    check_found("disassemble", lldb.command("process plugin packet monitor help"))
    lldb.no_more_breakpoints()
    check_found(r"exited with status = 5", lldb.go())


def launch_remotely(case, program):
    """lldb launches the program on a server that has none yet, as on another machine."""
    case.server = case.place.start_server(["--multi"], [])
    lldb = case.start_debugger()
    lldb.command("platform select remote-linux")
    lldb.load(case.place.path(program))
    lldb.command(f"process connect --plugin gdb-remote connect://{case.server.address()}")
    # lldb takes note of its connection some time after the command, with its own server too: until then it would launch
    # nothing, and say no more than that this has failed.
    until(lambda: "state=connected" in lldb.command("target list"), "lldb knows that it is connected")
    return lldb


@scenario("what a program prints on a terminal of its own is shown by the lldb that launched it", debuggers=("lldb",))
def _(case):
    lldb = launch_remotely(case, "counter")
    lldb.break_at("tick")
    check_found("stop reason = breakpoint", lldb.resume("process launch"))
    lldb.no_more_breakpoints()
    text = lldb.go()
    check_equal(lldb.exit_code(text), 5, "exit code")
    check_found("counted to 5", text)


@scenario("a program's output goes to a file, and its input comes from one", debuggers=("lldb",), native=True)
def _(case):
    folder = case.place.exchange()
    with open(f"{folder}/typed", "w", encoding="ascii") as file:
        file.write("from a file\n")
    lldb = launch_remotely(case, "reader")
    text = lldb.resume(f"process launch --stdin {folder}/typed --stdout {folder}/printed")
    check_equal(lldb.exit_code(text), 0, "exit code")
    check("end of input" not in text, f"lldb shows what went to a file:\n{text}")
    with open(f"{folder}/printed", encoding="ascii") as file:
        check_equal(file.read(), "reading\nread from a file\nend of input\n", "the file")


@scenario("lldb gives a program its arguments, its environment and its directory", debuggers=("lldb",), native=True)
def _(case):
    folder = case.place.exchange()
    lldb = launch_remotely(case, "arguments")
    lldb.break_at("main")
    where = f"--working-dir {folder} --environment GREETING='hello there'"
    text = lldb.resume(f"process launch {where} -- one 'two three'")
    pid = check_found(r"Process (\d+) stopped", text)[1]
    check_equal(os.readlink(f"/proc/{pid}/cwd"), os.path.realpath(folder), "the program's working directory")
    text = lldb.go()
    check_equal(lldb.exit_code(text), 2, "exit code")
    check_found(r"argument 1 <one>\s+argument 2 <two three>\s+GREETING <hello there>", text)


@scenario("what lldb sends to be typed is the program's input", debuggers=("lldb",))
def _(case):
    lldb = launch_remotely(case, "reader")
    lldb.break_at("main")
    check_found("stop reason = breakpoint", lldb.resume("process launch"))
    # lldb's command line has no other way to a program of another machine: what is typed there is a command.
    check_found("response: OK", lldb.command(f"process plugin packet send I{b'first'.hex()}0a"))
    check_found("response: OK", lldb.command("process plugin packet send I04"))  # Ctrl-D
    text = lldb.go()
    check_equal(lldb.exit_code(text), 0, "exit code")
    check_found(r"reading\s(.*\s)*read first\s(.*\s)*end of input", text)


@scenario("what is typed in lldb is read by the program that it runs here", debuggers=("lldb",), native=True)
def _(case):
    case.place.be_lldb_server()
    lldb = case.start_debugger()
    lldb.load(case.place.path("reader"))
    lldb.begin("process launch")
    lldb.wait_shown(r"reading\s")
    lldb.begin("first line")
    lldb.wait_shown(r"read first line\s")
    lldb.interrupt()
    lldb.wait_shown("stop reason = signal SIGSTOP")


@scenario("lldb attaches through a server of its own, and lets go", debuggers=("lldb",), native=True)
def _(case):
    ticker = start_ticker(case)
    case.place.be_lldb_server()
    lldb = case.start_debugger()
    lldb.load(case.place.path("ticker"))
    lldb.command(f"process attach --pid {ticker.pid}")
    check(number_in(lldb, "ticks") >= 3, "the program's memory is not that of a process that ticks")
    lldb.break_at("tick")
    go_to_breakpoint(lldb, "tick")
    lldb.detach()
    check_unharmed(ticker)
