#!/usr/bin/python3
"""What `stub run` costs a build: `bench_run.py STUB`. A tree of 2000 short processes, some deep and all with an exec, by
itself and under stub. Rounds alternate, so that a noisy machine disturbs both alike; the least of each counts.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time

PROCESSES = 2000
ROUNDS = 5
MOST_PERCENT, MOST_MILLISECONDS = 15, 0.5

# As make and a compiler's driver do: each job is a fork that execs, which starts another and waits; work is a few
# milliseconds of a processor.
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
    """The least of each: elapsed and used, bare and watched."""
    rounds = [(measured([program]), measured([stub, "run", program])) for _ in range(ROUNDS)]
    return [[min(one[how][what] for one in rounds) for how in (0, 1)] for what in (0, 1)]


def main():
    stub = os.path.abspath(sys.argv[1])
    print(f"{PROCESSES} processes, two at a time: seconds, the least of {ROUNDS}")
    print(f"{'work of each':>14} {'':>10} {'bare':>8} {'stub run':>9} {'more':>7} {'ms a process':>13}")
    with tempfile.TemporaryDirectory() as folder:
        source, program = folder + "/tree.c", folder + "/tree"
        with open(source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        for name, work in (("none", 0), ("some ms", 5_000_000)):
            defines = [f"-DPROCESSES={PROCESSES}", f"-DWORK={work}L"]
            subprocess.run(["cc", "-O1", *defines, "-o", program, source], check=True)
            for what, (bare, watched) in zip(("elapsed", "processor"), compare(stub, program)):
                each = (watched - bare) * 1000 / PROCESSES
                print(f"{name:>14} {what:>10} {bare:8.2f} {watched:9.2f} {100 * (watched / bare - 1):6.1f}% {each:13.3f}")
    print(f"marks: under {MOST_PERCENT} % where processes work, under {MOST_MILLISECONDS} ms a process")


if __name__ == "__main__":
    main()
