"""What gdb tells of the system that the program runs on: `info os`."""

import os
import re

from scenario import check, check_equal, check_found, check_printed, go_to_exit, number_in, scenario


@scenario("the system's tables can be listed", debuggers=("gdb",))
def _(case):
    text = case.launch("counter").command("info os")
    for subject in "cpus files modules msg processes procgroups semaphores shm sockets threads".split():
        check_found(rf"(?m)^{subject} +\w", text)


@scenario("the system's processes, threads and files have the program's", debuggers=("gdb",))
def _(case):
    gdb = case.launch_until("everything_is_there", "possessions")
    pid, thread, group = (number_in(gdb, name) for name in ("process", "thread", "group"))
    path = case.place.path("possessions")
    check_found(rf"(?m)^{pid} +\w+ +{path} +\d+(,\d+)* *$", rows(gdb, "processes"))
    check_found(rf"(?m)^{group} +\S+ +{pid} +{path} *$", rows(gdb, "procgroups"))
    check_found(rf"(?m)^{pid} +possessions +{pid} +\d+ *$", rows(gdb, "threads"))
    check_found(rf"(?m)^{pid} +possessions +{thread} +\d+ *$", rows(gdb, "threads"))
    file = number_in(gdb, "file")
    check_found(rf"(?m)^{pid} +possessions +{file} +\S*/possessions *$", rows(gdb, "files"))
    finish(case, gdb)


def rows(gdb, subject):
    """Those with the program's name: what else runs on a machine is nobody's business."""
    return gdb.command(f"pipe info os {subject} | grep possessions")


@scenario("the system's sockets and System V objects have the program's", debuggers=("gdb",))
def _(case):
    gdb = case.launch_until("everything_is_there", "possessions")
    port, segment, semaphores, queue = (number_in(gdb, name) for name in ("port", "segment", "semaphores", "queue"))
    check_found(
        rf"(?m)^127\.0\.0\.1 +{port} +0\.0\.0\.0 +0 +LISTEN +\S+ +INET +STREAM *$", gdb.command("info os sockets")
    )
    who = r"(\S+) +(\S+) +\1 +\2"  # the owner is the creator
    time = r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}"
    shared = gdb.command("info os shm")
    check_found(rf"(?m)^\d+ +{segment} +\d*640 +12345 +possessions +possessions +1 +{who} +{time} +{time} *$", shared)
    check_found(rf"(?m)^0 +{semaphores} +604 +7 +{who} +{time} *$", gdb.command("info os semaphores"))
    check_found(rf"(?m)^0 +{queue} +620 +0 +0 +0 +0 +{who} +{time} *$", gdb.command("info os msg"))
    finish(case, gdb)


@scenario("the system's processors and kernel modules are those of this machine", debuggers=("gdb",))
def _(case):
    gdb = case.launch("counter")
    check_equal(first_words(gdb.command("info os cpus")), processors(), "the processors")
    check_equal(first_words(gdb.command("info os modules")), modules(), "the modules")


@scenario("the debugger knows on which core a thread ran", debuggers=("gdb",))
def _(case):
    gdb = case.launch_until("everything_is_there", "possessions")
    text = gdb.command("interpreter-exec mi -thread-info")
    cores = re.findall(r'core="(\d+)"', text)
    check_equal(len(cores), 2, f"threads with a core in {text}")
    check(set(cores) <= set(processors()), f"{cores} are not among the machine's cores")
    finish(case, gdb)


def processors():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        return [line.split()[-1] for line in file if line.startswith("processor")]


def modules():
    if not os.path.exists("/proc/modules"):
        return []  # a kernel without
    with open("/proc/modules", encoding="ascii") as file:
        return [line.split()[0] for line in file]


def first_words(table):
    """Of each line below the headline."""
    return [line.split()[0] for line in table.splitlines()[1:] if line.strip()]


def finish(case, gdb):
    """So that it takes its objects away."""
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "everything was there")
