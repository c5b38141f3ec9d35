"""Threads that stop one by one: what the other themes promise, again, with gdb in non-stop mode."""

from gdb_driver import NonStopGdb
from scenario import again

AGAIN = (
    "a breakpoint in a position-independent program is hit",
    "a conditional breakpoint is hit only where its condition is true",
    "a breakpoint in a library that dlopen brings later is hit",
    "a hardware watchpoint tells the old and the new value",
    "a condition at the target reads memory and registers",
    "Ctrl-C stops a program in a storm of false conditions",
    "dprintf in agent style prints strings of both threads, and only where its condition is true",
    "dprintf goes on in an attached program without the debugger, which can come again",
    "a hardware breakpoint in a position-independent program is hit each time, and once",
    "a hardware breakpoint is hit in a thread that is born later",
    "an access watchpoint is hit by reads and by writes, with the values",
    "a watchpoint is hit by another thread than the one that was looked at",
    "a fifth watchpoint is refused, the four work, and all are free again afterwards",
    "a step goes into a function, over a call and out again",
    "a step over a recursive call waits for the frame that made it",
    "threads are listed by name and each has its own backtrace",
    "no hit is lost or told twice where four threads meet one breakpoint at the same time",
    "a breakpoint is hit in one after another of many threads that come and go",
    "other threads stay where they are while one is stepped alone",
    "memory that the debugger wrote is what the program sees",
    "a function of the program is called",
    "a program's thread-local variables are read and written in each thread",
    "thread-local variables of libraries are read and written, once the thread has them",
    "a signal stops the program and is then handled by it",
    "a signal that the debugger discards never reaches the program",
    "a segmentation fault stops at its line and then ends the program",
    "what the kernel says of a signal can be changed, and the program sees it",
    "a signal at which the program is detached is delivered if the user lets it pass",
    "Ctrl-C stops a busy program, twice, and it goes on",
    "Ctrl-C stops a program that waits for input, twice, and it still gets its input",
    "a process is attached to, looked at, and goes on unharmed after detach",
    "a process with threads is attached to, let go, and attached to again",
    "an attached process goes on unharmed when the stopped debugger is killed",
    "killing the program ends it and the server",
    "a launched program that is detached runs to its end and the server has its exit code",
    "a program is found as it was left when the same debugger comes back",
    "a program is found as it was left when the other debugger comes next",
    "a forked child runs on unharmed by the breakpoints of its parent",
    "a vfork child runs on unharmed through a breakpoint in the memory that it shares",
    "a program that becomes another one is debugged on in that one",
    "gdb runs a program of its choice, again and again, with arguments and environment",
    "gdb attaches to two processes, and lets both go",
    "two debuggers each run a program on one server, and neither sees the other's",
    "gdb follows a forked child, and the parent runs on",
    "gdb is told of a system call's entry and return, and never mistakes one for the other",
    "a breakpoint in a position-independent program is hit, in an i386 program",
    "a hardware watchpoint tells the old and the new value, in an i386 program",
    "other threads stay where they are while one is stepped alone, in an i386 program",
)


def stop_singly(case):
    case.gdb = NonStopGdb


# With gdb 13 and with gdb 16.
again(AGAIN, "thread by thread", stop_singly, debuggers=("gdb",), places=("native", "container:12-13"))
