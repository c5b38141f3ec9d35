#!/usr/bin/python3
"""System calls per operation, of stub and of gdbserver side by side: `bench_syscalls.py STUB`. With `--check` only stub's,
and whether they are within the bounds; exit code 77 where they cannot be counted.

They hold still on a noisy machine. Counted by `perf stat -e raw_syscalls:sys_enter`: strace slows a server so much that
its waits never block, and hides calls. The client here sends what gdb sends, and nothing else.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from raw_client import RawClient, frame

OPERATIONS = 3000
LIMIT = 60
SKIPPED = 77  # as with automake's tests

# A bit above what there is: a call more for each operation fails.
BOUNDS = {
    "step (vCont;s)": 7,
    "breakpoint hit (z0, s, Z0, c)": 23,
    "false condition": 7,
    "false condition, at x(%rip)": 12,  # stepped out of line: two stops
    "memory read (m, 64 bytes)": 4,
    "memory read (m, 4 KiB)": 4,
}

# Their first instructions: one with an operand that is named by the pc, and one without.
PROGRAM = r"""
volatile long n;
__attribute__((noinline)) void hit(void) { n++; }
__attribute__((noinline)) long framed(long a) { volatile char room[200]; room[a] = 1; return room[0]; }
int main(void) { for (;;) { hit(); framed(n & 63); } }
"""


class CannotCount(Exception):
    """The reason."""


def start(command, error_file):
    """The server and its port."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=error_file)
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        with open(error_file.name, encoding="utf-8", errors="replace") as file:
            found = re.search(r"Listening on port (\d+)", file.read())
        if found:
            return server, int(found.group(1))
        time.sleep(0.05)
    server.kill()
    raise SystemExit("the server does not listen: " + " ".join(command))


def watched(pid, work):
    """How many system calls the process makes while work() runs."""
    with tempfile.NamedTemporaryFile() as output:
        perf = subprocess.Popen(
            ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-p", str(pid), "-o", output.name])
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and not counts(perf.pid):
            time.sleep(0.05)
        work()
        perf.send_signal(signal.SIGINT)
        perf.wait(LIMIT)
        for line in open(output.name, encoding="utf-8"):
            if "raw_syscalls" in line:
                return int(line.split(",")[0])
    raise CannotCount("perf counts no system calls here")


def counts(perf):
    """Whether perf has opened its counter."""
    folder = f"/proc/{perf}/fd"
    try:
        return any("perf_event" in os.readlink(f"{folder}/{name}") for name in os.listdir(folder))
    except OSError:
        return False


def repeat(client, packets):
    def work():
        for _ in range(OPERATIONS):
            for packet in packets:
                reply = client.ask(packet)
                if reply[:1] in (b"E", b""):
                    raise SystemExit(f"{packet} was answered {reply}")
    return work


def false_conditions(client, address, counter, every):
    """The condition becomes true at the end: (const64 address, ref64) == const64 value."""
    def work():
        value = int.from_bytes(bytes.fromhex(client.ask(b"m%x,8" % counter).decode()), "little") + OPERATIONS
        code = b"25%016x1a25%016x1327" % (counter, value)
        if client.ask(b"Z0,%x,1;X%x,%s" % (address, len(code) // 2, code)) != b"OK":
            raise SystemExit("a breakpoint with a condition was refused")
        if not client.ask(b"vCont;c:" + every).startswith(b"T05"):
            raise SystemExit("no stop where the condition is true")
        client.ask(b"z0,%x,1" % address)
    return work


def measure(command, symbols):
    address, counter = symbols["hit"], symbols["n"]
    with tempfile.NamedTemporaryFile() as errors:
        server, port = start(command, errors)
        client = RawClient("127.0.0.1", port)
        client.greet()
        found = re.search(rb"thread:p([0-9a-f]+)\.([0-9a-f]+);", client.ask(b"?"))
        pid, tid = found.group(1), found.group(2)
        one, every = b"p" + pid + b"." + tid, b"p" + pid + b".-1"
        insert, remove = b"Z0,%x,1" % address, b"z0,%x,1" % address
        client.ask(insert)
        client.ask(b"vCont;c:" + every)
        hit = [remove, b"vCont;s:" + one, insert, b"vCont;c:" + every]
        result = {}
        result["breakpoint hit (z0, s, Z0, c)"] = watched(server.pid, repeat(client, hit))
        client.ask(remove)
        result["step (vCont;s)"] = watched(server.pid, repeat(client, [b"vCont;s:" + one]))
        result["false condition"] = watched(server.pid, false_conditions(client, symbols["framed"], counter, every))
        result["false condition, at x(%rip)"] = watched(server.pid, false_conditions(client, address, counter, every))
        result["memory read (m, 64 bytes)"] = watched(server.pid, repeat(client, [b"m%x,40" % address]))
        result["memory read (m, 4 KiB)"] = watched(server.pid, repeat(client, [b"m%x,1000" % (address & ~0xFFF)]))
        client.send(frame(b"k"))
        server.kill()
        server.wait(LIMIT)
        return {name: count / OPERATIONS for name, count in result.items()}


def can_count():
    """Before anything is measured: a kernel or container may refuse."""
    if not shutil.which("perf"):
        raise CannotCount("perf is not here (package linux-perf); it counts the system calls")
    command = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "true"]
    line = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    if not re.match(r"\d+,", line):
        raise CannotCount("perf counts no system calls here: " + line.strip())


def program_in(folder):
    """The program that is debugged, and its symbols."""
    source, program = folder + "/bench.c", folder + "/bench"
    with open(source, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    subprocess.run(["cc", "-O1", "-no-pie", "-o", program, source], check=True)
    listing = subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout
    return program, {name: int(value, 16) for value, name in re.findall(r"([0-9a-f]+) \w (\w+)", listing)}


def check(ours):
    """The exit code."""
    for name, count in ours.items():
        print(f"{name:32} {count:8.2f}, at most {BOUNDS[name]}" + ("" if count <= BOUNDS[name] else ": TOO MANY"))
    return int(any(count > BOUNDS[name] for name, count in ours.items()))


def compare(ours, theirs):
    print(f"{'system calls per':32} {'stub':>8} {'gdbserver':>10}")
    for name, count in ours.items():
        print(f"{name:32} {count:8.2f} {theirs[name]:10.2f}")
    return 0


def main():
    stub, checks = sys.argv[1], sys.argv[2:] == ["--check"]
    try:
        can_count()
        with tempfile.TemporaryDirectory() as folder:
            program, symbols = program_in(folder)
            ours = measure([stub, "127.0.0.1:0", program], symbols)
            if checks:
                return check(ours)
            gdbserver = ["gdbserver", "--no-startup-with-shell", "--once", "127.0.0.1:0", program]
            return compare(ours, measure(gdbserver, symbols))
    except CannotCount as reason:
        print(f"bench: {reason}")
        return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
