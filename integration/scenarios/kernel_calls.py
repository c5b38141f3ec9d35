"""What a program asks of its kernel, and how many instructions it executes."""

import re
import time

from scenario import check, check_equal, check_found, go_to_breakpoint, go_to_exit, scenario

ABSENT = r'open(at)?\((AT_FDCWD, )?"/no/such\\tfile", O_RDONLY\|O_CLOEXEC\) = -1 ENOENT \(No such file or directory\)'
READ = r'read\(\d+, "kernel_calls\\n", 64\) = 13'


@scenario("system calls are printed while the program runs, by each of its threads")
def _(case):
    debugger = case.launch_until("ask", "kernel_calls")
    check_found("printed as they return", debugger.monitor("syscalls on"))
    debugger.no_more_breakpoints()
    text = debugger.go()
    check_found(ABSENT, text)
    check_found(READ, text)
    check_found(r"\[pid \d+\] close\(-7\) = -1 EBADF", text)
    check_found(r"exit_group\(4\) = \?", text)


@scenario("the last system calls of each thread are kept without being printed")
def _(case):
    debugger = case.launch_until("ask", "kernel_calls")
    debugger.monitor("syscalls record")
    debugger.break_at("other")
    text = debugger.go()
    check("ENOENT" not in text, f"printed:\n{text}")
    last = debugger.monitor("syscalls last")
    check_found(ABSENT, last)
    check_found(r'Thread \d+ "kernel_calls":', last)
    debugger.monitor("syscalls off")
    debugger.no_more_breakpoints()
    go_to_exit(debugger, case.server, 4)


@scenario("gdb catches system calls beside their being printed, once each", debuggers=("gdb",))
def _(case):
    gdb = case.launch_until("ask", "kernel_calls")
    gdb.monitor("syscalls on")
    gdb.command("catch syscall read")
    check_found(r"\(call to syscall read\)", gdb.go())
    text = gdb.go()
    check_found(READ, text)
    check_found(r"\(returned from syscall read\)", text)
    gdb.command("delete")
    check_found(r"close\(\d+\) = 0", gdb.go())


@scenario("system calls are followed into a child and through its exec", debuggers=("gdb",), native=True)
def _(case):
    gdb = case.launch_until("ask", "kernel_calls")
    gdb.monitor("syscalls on")
    gdb.command("delete")
    gdb.command("set follow-fork-mode child")
    text = gdb.go()
    check_found(r'execve\("/bin/true", \["true", "a word"\], 0x\w+\) = 0', text)
    check_found(r"exit_group\(0\) = \?", text)


@scenario("instructions are counted to an address, and the thread is there")
def _(case):
    debugger = case.launch_until("count_here", "kernel_calls")
    there = int(debugger.value("(unsigned long)&ask"), 0)
    debugger.no_more_breakpoints()
    text = debugger.monitor(f"count {there:x}")
    count = int(check_found(r"(\d+) instructions? \(arrived\)", text)[1])
    check(4000 < count < 30000, f"counted {count}")
    check_found(rf"now at 0x{there:x} <ask\+0>", text)
    if debugger.name == "gdb":
        debugger.command("maintenance flush register-cache")
        check_equal(debugger.program_counter(), there, "the program counter")
    go_to_exit(debugger, case.server, 4)


@scenario("a count that gdb's user interrupts ends, and gdb goes on", debuggers=("gdb",))
def _(case):
    gdb = case.launch("busy")
    gdb.begin("monitor count")
    time.sleep(2)
    gdb.interrupt()
    gdb.wait_stop()
    gdb.command("maintenance flush register-cache")
    check_found(r"\d{4,} instructions \(interrupted\)", gdb.monitor("maps"))
    check(re.search(r"0x[0-9a-f]+", gdb.command("info registers rip")), "registers")


@scenario("lldb waits for a count that takes longer than other answers may", debuggers=("lldb",))
def _(case):
    case.serve("kernel_calls", "3")
    lldb = case.start_debugger()
    lldb.command("settings set plugin.process.gdb-remote.packet-timeout 2")
    lldb.load(case.place.path("kernel_calls"))
    lldb.connect(case.server)
    lldb.break_at("rest")
    go_to_breakpoint(lldb, "rest")
    there = int(lldb.value("(unsigned long)&rested"), 0)
    begun = time.monotonic()
    check_found(r"\d{2,} instructions \(arrived\)", lldb.monitor(f"count {there:x}"))
    check(time.monotonic() - begun > 2, "the count was too short to show anything")
    lldb.no_more_breakpoints()
    go_to_exit(lldb, case.server, 3)
