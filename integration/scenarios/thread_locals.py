"""Thread-local variables: each thread's own, wherever they were defined. lldb finds them by itself."""

import os

from place import Skip
from scenario import check_equal, check_found, check_printed, go_to_breakpoint, go_to_exit, number_in, scenario

GDB = ("gdb",)
ABSENT = "Cannot find thread-local"


def musl(case, program):
    """The program with another C library; a container has no such libraries, and perhaps nor has this machine."""
    path = case.place.path(f"musl/{program}")
    if case.place.name != "native" or not os.path.exists(path):
        raise Skip("there is no musl")
    return f"musl/{program}"


def in_thread(gdb, name, expression):
    """A thread's value, as gdb says it, or why there is none."""
    gdb.select_thread(gdb.threads()[name])
    return gdb.command(f"print {expression}").strip().rpartition(" = ")[2]


def check_own_numbers(case, program):
    """gdb reads each thread's own numbers, where each thread itself has them, and changes them."""
    gdb = case.launch_until("everyone_is_here", program)
    for who, name in enumerate((os.path.basename(program)[:15], "baker", "brewer")):
        check_equal(in_thread(gdb, name, "given"), "5", f"given in {name}")
        check_equal(in_thread(gdb, name, "number"), str(10 * who), f"number in {name}")
        check_equal(in_thread(gdb, name, f"&number == places[{who}]"), "1", f"place in {name}")
        gdb.change("number", 100 + who)
    go_to_exit(gdb, case.server, 0)
    for who in (1, 2):
        check_found(f"thread {who} has 5 and {100 + who}", case.server.output(), "the program's output")


@scenario("a program's thread-local variables are read and written in each thread", debuggers=GDB)
def _(case):
    check_own_numbers(case, "locals")


@scenario("a static program's thread-local variables are read and written in each thread", debuggers=GDB)
def _(case):
    check_own_numbers(case, "locals-static")


@scenario("a program's thread-local variables are read and written in each thread, with musl", debuggers=GDB)
def _(case):
    check_own_numbers(case, musl(case, "locals"))


@scenario("a static program's thread-local variables are read and written in each thread, with musl", debuggers=GDB)
def _(case):
    check_own_numbers(case, musl(case, "locals-static"))


@scenario("a thread's errno is read", debuggers=GDB)
def _(case):
    gdb = case.launch_until("everyone_is_here", "locals")
    check_equal(gdb.value("(int) errno"), "9", "errno")


@scenario("a thread-local variable has no place before the C library has begun", debuggers=GDB)
def _(case):
    gdb = case.launch("locals")
    check_found(ABSENT, gdb.command("print number"))
    gdb.break_at("everyone_is_here")
    go_to_breakpoint(gdb, "everyone_is_here")
    check_equal(number_in(gdb, "number"), 0, "number")


def stop_with_libraries(case, program):
    gdb = case.launch_until("everyone_is_here", program)
    main = os.path.basename(program)[:15]
    for name, value, place in ((main, "7", "linked_of_main"), ("baker", "71", "linked_of_baker")):
        check_equal(in_thread(gdb, name, "linked"), value, f"linked in {name}")
        check_equal(in_thread(gdb, name, f"&linked == {place}"), "1", f"its place in {name}")
    check_equal(in_thread(gdb, "baker", "opened"), "81", "opened in baker")
    check_equal(in_thread(gdb, "baker", "&opened == opened_of_baker"), "1", "its place in baker")
    gdb.change("linked", 72)
    gdb.change("opened", 82)
    return gdb, main


def go_to_second_opening(gdb):
    gdb.break_at("opened_again")
    go_to_breakpoint(gdb, "opened_again")


@scenario("thread-local variables of libraries are read and written, once the thread has them", debuggers=GDB)
def _(case):
    gdb, main = stop_with_libraries(case, "locals_of_libraries")
    check_found(ABSENT, in_thread(gdb, main, "opened"))
    go_to_second_opening(gdb)
    # Where the thread had the closed library's it has nothing of the same library, opened again.
    for name in (main, "baker"):
        check_found(ABSENT, in_thread(gdb, name, "opened"))
    check_equal(in_thread(gdb, "baker", "linked"), "72", "linked in baker")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "the thread has 72 and 82")


@scenario("thread-local variables of libraries are read and written, with musl", debuggers=GDB)
def _(case):
    gdb, main = stop_with_libraries(case, musl(case, "locals_of_libraries"))
    # musl allocates for all threads when the library is opened, and never closes it.
    check_equal(in_thread(gdb, main, "opened"), "8", "opened in main")
    go_to_second_opening(gdb)
    check_equal(in_thread(gdb, "baker", "opened"), "82", "opened in baker")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "the thread has 72 and 82")


@scenario("a library in a namespace of its own is listed, stopped in, and has its own variables", debuggers=GDB)
def _(case):
    gdb = case.launch_until("both_are_open", "namespaces")
    check_equal(gdb.libraries().count("libopened_locals.so"), 2, "libraries of this name")
    gdb.break_at("opened_here")
    go_to_breakpoint(gdb, "opened_here")
    check_found(r"\bopened_here\b(.*\n)+.*\bmain\b", gdb.backtrace())
    check_equal(number_in(gdb, "opened"), 2, "opened")
    gdb.change("opened", 3)
    place = gdb.value("&opened")
    gdb.command("up")  # from the library gdb does not see the program's variables
    check_equal(gdb.value("place_of_other"), place, "its place")
    gdb.break_at("one_is_closed")
    go_to_breakpoint(gdb, "one_is_closed")
    check_equal(gdb.libraries().count("libopened_locals.so"), 1, "libraries of this name")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "the two have 1 and 3")
