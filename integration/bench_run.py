#!/usr/bin/python3
"""What `stub run` costs a build: `bench_run.py STUB`. A tree of 2000 short processes, some deep and all with an exec, by
itself and under stub: elapsed and processor time, and what holds still on a noisy machine: stub's own system calls and
switches for each process.

Rounds alternate, so that a noisy machine disturbs both alike; medians are compared, and how far the rounds lie apart is
printed beside them. With other work on the machine elapsed time says little.
"""

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PROCESSES = 2000
ROUNDS = 5
LIMIT = 60
MOST_PERCENT, MOST_MILLISECONDS = 15, 0.5

# As make and a compiler's driver do, two at a time: each job is a fork that execs, which starts another (posix_spawn),
# waits for it, and works itself. The work is a count of turns, in milliseconds of a processor: less than what compiling
# an empty file takes (cc1: ten).
WORKS = (("none", 0), ("about 2 ms", 5_000_000), ("about 10 ms", 25_000_000))

PROGRAM = r"""
#define _GNU_SOURCE
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static void start(char *self, char *what) {
  char *words[] = {self, what, NULL};
  pid_t child;
  int status;
  if (posix_spawn(&child, self, NULL, NULL, words, environ) != 0) exit(9);
  waitpid(child, &status, 0);
  if (status != 0) exit(8);
}
static void work(void) {
  for (volatile long i = 0; i < WORK; i++) {}
}
int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "leaf") == 0) { work(); return 0; }
  if (count > 1 && strcmp(words[1], "job") == 0) { start(words[0], "leaf"); work(); return 0; }
  char go;
  if (count > 1 && read(0, &go, 1) != 1) return 7;
  for (int i = 0; i < PROCESSES / 2; i++) {
    pid_t child = fork();
    if (child == 0) { execl(words[0], words[0], "job", NULL); _exit(9); }
    if (i % 2) while (waitpid(-1, NULL, 0) > 0) {}
  }
  while (waitpid(-1, NULL, 0) > 0) {}
  return 0;
}
"""


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measured(command):
    """Elapsed time, and that of the processors: all processes', stub's too."""
    began, used = time.monotonic(), processor_time()
    subprocess.run(command, check=True)
    return time.monotonic() - began, processor_time() - used


def compare(stub, program):
    """For elapsed time and used: the rounds by themselves, and under stub."""
    rounds = [(measured([program]), measured([stub, "run", program])) for _ in range(ROUNDS)]
    return [[[one[how][what] for one in rounds] for how in (0, 1)] for what in (0, 1)]


def opened(perf):
    """Whether perf has its counters."""
    folder = f"/proc/{perf}/fd"
    try:
        return any("perf_event" in os.readlink(f"{folder}/{name}") for name in os.listdir(folder))
    except OSError:
        return False


def counted(stub, program):
    """Stub's own system calls and switches for each process, by perf; nothing where it cannot count."""
    server = subprocess.Popen([stub, "run", program, "held"], stdin=subprocess.PIPE)
    time.sleep(0.3)  # the program waits by now
    with tempfile.NamedTemporaryFile() as output:
        events = "raw_syscalls:sys_enter,context-switches"
        perf = subprocess.Popen(
            ["perf", "stat", "-x,", "-e", events, "-p", str(server.pid), "-o", output.name], stderr=subprocess.DEVNULL)
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and perf.poll() is None and not opened(perf.pid):
            time.sleep(0.05)
        server.communicate(b"\n")
        perf.send_signal(signal.SIGINT)
        perf.wait(LIMIT)
        lines = [line.split(",") for line in open(output.name, encoding="utf-8") if "," in line]
    return [int(line[0]) / PROCESSES for line in lines if line[0].isdigit()]


def busy():
    """How many others want a processor."""
    return os.getloadavg()[0]


def main():
    stub = os.path.abspath(sys.argv[1])
    print(f"{PROCESSES} processes, two at a time, on {os.cpu_count()} processors ({busy():.1f} were wanted by others "
          f"before): seconds, medians of {ROUNDS} rounds, and least to most")
    print(f"{'work of each':>14} {'':>10} {'bare':>22} {'stub run':>22} {'more':>7} {'ms a process':>13}")
    shown = lambda times: f"{statistics.median(times):.2f} ({min(times):.2f}-{max(times):.2f})"
    with tempfile.TemporaryDirectory() as folder:
        source, program = folder + "/tree.c", folder + "/tree"
        with open(source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        for name, work in WORKS:
            defines = [f"-DPROCESSES={PROCESSES}", f"-DWORK={work}L"]
            subprocess.run(["cc", "-O1", *defines, "-o", program, source], check=True)
            for what, (bare, watched) in zip(("elapsed", "processor"), compare(stub, program)):
                more = statistics.median(watched) / statistics.median(bare)
                each = (statistics.median(watched) - statistics.median(bare)) * 1000 / PROCESSES
                print(f"{name:>14} {what:>10} {shown(bare):>22} {shown(watched):>22} {100 * (more - 1):6.1f}% {each:13.3f}")
            counts = counted(stub, program)
            if len(counts) == 2:
                print(f"{name:>14} stub's own, a process: {counts[0]:.1f} system calls, {counts[1]:.1f} switches")
    print(f"marks: under {MOST_PERCENT} % where processes work, under {MOST_MILLISECONDS} ms a process")


if __name__ == "__main__":
    main()
