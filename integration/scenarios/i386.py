"""32-bit programs: what the other themes promise, again, and what is their own.

Only where their libraries are, which is on this machine; what is linked statically runs in containers too.
"""

import os
import subprocess

from place import Skip
from scenario import (
    NATIVE,
    again,
    check_equal,
    check_found,
    check_printed,
    go_to_breakpoint,
    go_to_exit,
    go_to_signal,
    need_processor,
    number_in,
    scenario,
)

from .breakpoints import count_to_five
from .memory import vector

# The debuggers' part is another one for these: registers, calling convention, unwinding, widths.
AGAIN = (
    "a breakpoint in a position-independent program is hit",
    "a breakpoint in a program at a fixed address is hit",
    "a debugger that was given no program gets it from the server",
    "a conditional breakpoint is hit only where its condition is true",
    "a breakpoint in a library that dlopen brings later is hit",
    "a hardware watchpoint tells the old and the new value",
    "a step goes into a function, over a call and out again",
    "finish tells the value that the function returned",
    "a backtrace names every caller",
    "a step over a recursive call waits for the frame that made it",
    "threads are listed by name and each has its own backtrace",
    "no hit is lost or told twice where four threads meet one breakpoint at the same time",
    "other threads stay where they are while one is stepped alone",
    "memory that the debugger wrote is what the program sees",
    "a function of the program is called",
    "machine code written to memory that the program was made to map is run",
    "a signal stops the program and is then handled by it",
    "a segmentation fault stops at its line and then ends the program",
    "a process is attached to, looked at, and goes on unharmed after detach",
    "a process with threads is attached to, let go, and attached to again",
    "a forked child runs on unharmed by the breakpoints of its parent",
    "a vfork child runs on unharmed through a breakpoint in the memory that it shares",
    "a program that is spawned runs on unharmed",
    "the two debuggers take turns and each is understood every time",
    "a program's thread-local variables are read and written in each thread",
    "a static program's thread-local variables are read and written in each thread",
    "thread-local variables of libraries are read and written, once the thread has them",
    "system calls are printed while the program runs, by each of its threads",
)


def need_32_bits(case):
    program = case.place.local_path("i386/calls")
    if not os.path.exists(program):
        raise Skip("no 32-bit programs were built: the compiler makes none (package gcc-multilib)")
    try:
        subprocess.run([program], stdout=subprocess.DEVNULL, check=True)
    except OSError as error:
        raise Skip(f"this machine runs no 32-bit programs: {error.strerror}") from None


def use_32_bits(case):
    need_32_bits(case)
    case.place.folder = "i386"


again(AGAIN, "in an i386 program", use_32_bits, places=NATIVE)


@scenario("a breakpoint in a static i386 program is hit")
def _(case):
    need_32_bits(case)
    count_to_five(case, "i386/counter-static")


@scenario("an i386 program's registers are read and written", debuggers=("gdb",), native=True)
def _(case):
    need_32_bits(case)
    need_processor("avx")
    gdb = case.launch_until("loaded", "i386/registers")
    check_equal(gdb.value("/x $ebx"), "0x11223344", "ebx")
    check_equal(gdb.value("/x $xmm5.v2_int64"), "{0x102030405060708, 0x1112131415161718}", "xmm5")
    check_equal(gdb.value("/x $ymm6.v4_int64"), "{0xa1, 0xa2, 0xa3, 0xa4}", "ymm6")
    check_equal(gdb.value("$st0"), "2.5", "st0")
    gdb.change("$ebx", "0xfeedface")
    gdb.change("$xmm5.v2_int64[0]", "0x77")
    gdb.change("$ymm6.v4_int64[3]", "0x99")
    gdb.change("$st0", "-4.75")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "ebx feedface xmm5 77 1112131415161718 ymm6 a1 99 st0 -4.75")


@scenario("an i386 program's registers are read and written", debuggers=("lldb",), native=True)
def _(case):
    need_32_bits(case)
    need_processor("avx")
    lldb = case.launch_until("loaded", "i386/registers")
    check_found("ebx = 0x11223344", lldb.command("register read ebx"))
    check_found(r"xmm5 = \{0x08 0x07 .* 0x12 0x11\}", lldb.command("register read xmm5"))
    check_found(r"ymm6 = \{0xa1 0x00 .* 0xa4 0x00( 0x00){6}\}", lldb.command("register read ymm6"))
    lldb.command("register write ebx 0xfeedface")
    lldb.command(f"register write xmm5 '{vector(0x77, 0x1112131415161718)}'")
    lldb.command(f"register write ymm6 '{vector(0xA1, 0xA2, 0xA3, 0x99)}'")
    go_to_exit(lldb, case.server, 0)
    check_printed(case.server, "ebx feedface xmm5 77 1112131415161718 ymm6 a1 99 st0 2.5")


@scenario("what the kernel says of an i386 program's signal is in that program's form", debuggers=("gdb",), native=True)
def _(case):
    need_32_bits(case)
    gdb = case.launch("i386/signals")
    go_to_signal(gdb, "SIGUSR1")
    check_equal(gdb.value("$_siginfo.si_signo"), "10", "si_signo")
    check_equal(gdb.value("$_siginfo.si_code"), "-6", "si_code")
    check_equal(number_in(gdb, "$_siginfo._sifields._rt.si_pid"), case.server.debuggee, "si_pid")
    check_equal(number_in(gdb, "$_siginfo._sifields._rt.si_uid"), os.getuid(), "si_uid")


@scenario("monitor disassemble shows an i386 program's instructions as such", native=True)
def _(case):
    need_32_bits(case)
    debugger = case.launch_until("tick", "i386/counter")
    check_found(r"=> 0x[0-9a-f]{1,8} .*movl\s+8\(%ebp\), %(eax|edx)", debugger.monitor("disassemble"))


def check_becomes(case, first, second, register):
    """The first program becomes the second, which is for the other architecture."""
    need_32_bits(case)
    debugger = case.launch(first, case.place.path(second))
    debugger.stop_at_exec()
    check_found(r"\bexec", debugger.go())
    check_found(rf"\b{register}\b", debugger.command(f"{debugger.read_register} {register}"))
    debugger.break_at("tick")
    for number in (1, 2):
        go_to_breakpoint(debugger, "tick")
        check_equal(number_in(debugger, "number"), number, "number")
    check_found(r"\btick\b(.*\n)+.*\bmain\b", debugger.backtrace())
    debugger.no_more_breakpoints()
    go_to_exit(debugger, case.server, 5)


@scenario("an x86-64 program that becomes an i386 one is debugged on in that one", native=True)
def _(case):
    check_becomes(case, "execs", "i386/counter", "eip")


@scenario("an i386 program that becomes an x86-64 one is debugged on in that one", native=True)
def _(case):
    check_becomes(case, "i386/execs", "counter", "rip")


@scenario("a breakpoint set before an exec to another architecture is hit behind it", debuggers=("gdb",), native=True)
def _(case):
    need_32_bits(case)
    gdb = case.launch("execs", case.place.path("i386/counter"))
    gdb.break_at("main")
    go_to_breakpoint(gdb, "main")
    check_equal(gdb.value("sizeof(void *)"), "8", "the size of a pointer")
    go_to_breakpoint(gdb, "main")
    check_equal(gdb.value("sizeof(void *)"), "4", "the size of a pointer")
    go_to_exit(gdb, case.server, 5)
