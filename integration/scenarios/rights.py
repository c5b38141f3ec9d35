"""Containers' rights: what stub can do with the few that there are, what it says where there are fewer, and whether the
change that it names helps. What is attached to is process 1 of a container of its own."""

import json
import os
import re
import shlex

from scenario import DEFAULT_RIGHTS, Case, check_equal, check_found, scenario

from .attaching import check_unharmed
from .sessions import look_apart

ATTACHED = r"(?m)^attach to process 1 +"


def start_ticker(case):
    ticker = case.place.start_alone("ticker")
    ticker.wait_for_output("tick 3\n")
    return ticker


def doctor(case, rights, *words):
    return case.place.run_with(rights, ["doctor", *words])


def fix_in(told, what, engine):
    """What doctor would have added to an engine's command line, for one thing that does not work."""
    return shlex.split(check_found(rf"\nTo [^\n]*{what}[^\n]*:\n(?:  .*\n)*?  {engine} +(.*)\n", told)[1])


def check_cured(case, rights, told, what, *words):
    """A fix's profile or user takes the place of another. docker's words are podman's too."""
    for engine in ("docker", "podman"):
        fix = fix_in(told, what, engine)
        kept = [right for right in rights if right.partition("=")[0] != fix[0].partition("=")[0]]
        code, cured = doctor(case, [*kept, *fix], *words)
        check_equal(code, 0, f"exit code with {fix}, where doctor said:\n{cured}")


@scenario("stub doctor finds nothing wrong in a container", debuggers=("gdb",), places=(*DEFAULT_RIGHTS, "container:scratch"))
def _(case):
    for rights in ([], ["--cap-drop=all"], ["--user=1000"], ["--cap-drop=all", "--user=1000", "--read-only", "--security-opt=no-new-privileges"]):
        code, told = doctor(case, rights)
        check_equal(code, 0, f"exit code with {rights}, where doctor said:\n{told}")
        check_found(r"(?m)^launch and trace a program +ok$", told)
        check_found(r"(?m)^attach to a process of this user +ok$", told)


def seccomp_profile(case, action):
    """Allows everything but ptrace."""
    path = os.path.join(case.place.exchange(), f"{action}.json")
    rule = {"names": ["ptrace"], "action": action}
    if action == "SCMP_ACT_ERRNO":
        rule["errnoRet"] = 1  # EPERM
    with open(path, "w", encoding="ascii") as file:
        json.dump({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}, file)
    return f"--security-opt=seccomp={path}"


@scenario("where a seccomp profile has no ptrace stub doctor says so, and its fix helps", debuggers=("gdb",), places=DEFAULT_RIGHTS)
def _(case):
    for action, cause in (
        ("SCMP_ACT_ERRNO", "ptrace is refused by a seccomp filter"),
        ("SCMP_ACT_KILL_PROCESS", "a seccomp filter kills whoever tries"),
    ):
        rights = [seccomp_profile(case, action)]
        code, told = doctor(case, rights)
        check_equal(code, 1, f"exit code, where doctor said:\n{told}")
        check_found(rf"(?m)^launch and trace a program +no +{cause}", told)
        check_cured(case, rights, told, "launch and trace a program")


@scenario("why a process of another container is not to be attached to stub doctor says, and its fix helps", debuggers=("gdb",), places=DEFAULT_RIGHTS)
def _(case):
    ticker = start_ticker(case)
    code, told = doctor(case, [], "1")
    check_equal(code, 0, f"exit code with the same rights, where doctor said:\n{told}")
    check_found(ATTACHED + "ok$", told)
    for rights, cause in (
        (["--cap-drop=all"], "which has capabilities that we lack"),
        (["--user=1000"], "which is another user's: run as user 0, or with CAP_SYS_PTRACE"),
        (["--user=1000", "--cap-drop=all"], "which is another user's"),
    ):
        code, told = doctor(case, rights, "1")
        check_equal(code, 1, f"exit code with {rights}, where doctor said:\n{told}")
        check_found(ATTACHED + rf"no +no permission to trace process 1, {cause}", told)
        check_cured(case, rights, told, "attach to process 1", "1")
        code, said = case.place.run_with(rights, ["--attach", ":0", "1"])
        check_equal(code, 125, "exit code of attach")
        check_equal(len(re.findall(rf"no permission to trace process 1, {cause}", said)), 1, f"what attach says: {said}")
    check_unharmed(ticker)


@scenario("process 1 of another container is attached to by that number, or its program's name", debuggers=("gdb",))
def _(case):
    for who in ("1", "ticker"):
        ticker = start_ticker(case)
        case.server = case.place.start_server(["--attach"], [who])
        look_apart(case)
        check_unharmed(ticker)


def numbers_from_outside(case):
    """What names process 1 of the newest container on this machine: words for stub."""
    container, pid = case.place.outside(".Id"), case.place.outside(".State.Pid")
    return int(pid), ((["--in", container[:12]], "1"), (["--in", pid], "1"), ([], pid), (["--in", pid], "ticker"))


@scenario("a container's process is attached to from its machine, by either of its numbers", debuggers=("gdb",), places=(*DEFAULT_RIGHTS, "container:scratch"))
def _(case):
    host = Case(case.place.host(), case.debugger_name)
    try:
        ticker = start_ticker(case)
        pid, names = numbers_from_outside(case)
        for options, who in names:
            host.server = host.place.start_server([*options, "--attach"], [who])
            check_equal(host.server.debuggee, pid, "the process that was attached to")
            look_apart(host)
        check_unharmed(ticker)
    finally:
        host.close()

