"""How often lldb must ask and wait, of its own lldb-server and of stub: fixed scripts, for each lldb that is there.

A script counts only if it prints the same with both servers.
"""

import os
import re
import subprocess

from counting_proxy import Proxy, Requests
from debugger import version_of
from place import Running

PROGRAM = r"""
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
struct Link { struct Link *next; int number; };
pthread_barrier_t here;
volatile int sum, watched;
void pause_here(void) { sum++; }
void *stay(void *unused) { pthread_barrier_wait(&here); pthread_barrier_wait(&here); return unused; }
int leaf(int a, int b) {
  int both = a + b;
  sum += both;
  return both;
}
int middle(int number) {
  struct Link second = {0, number}, first = {&second, number + 1};
  int result = leaf(first.number, first.next->number);
  return result + sum;
}
int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 0;
  pthread_t *threads = calloc(count + 1, sizeof *threads);
  double half = 0.5;
  sum = 1;
  half *= sum;
  sum = middle(1);
  sum += middle(2);
  pthread_barrier_init(&here, 0, count + 1);
  for (int i = 0; i < count; i++) pthread_create(&threads[i], 0, stay, 0);
  pthread_barrier_wait(&here);
  usleep(500000); /* until all wait again */
  for (int i = 0; i < 10; i++) {
    pause_here();
  }
  watched = 1;
  sum = middle(3);
  pthread_barrier_wait(&here);
  for (int i = 0; i < count; i++) pthread_join(threads[i], 0);
  return 0;
}
"""

CONNECT = ("connect", ["gdb-remote 127.0.0.1:{port}"])

# A name, the program's number of threads beside the first, and the steps: a name, and lldb's commands.
SCRIPTS = (
    (
        "a session",
        3,
        (
            CONNECT,
            ("`break main`, `continue`", ["breakpoint set --name main", "process continue"]),
            ("`thread step-inst`, 5 times", ["thread step-inst"] * 5),
            ("`next`, 5 times", ["thread step-over"] * 5),
            ("`step`", ["thread step-in"]),
            ("`next`, `step`", ["thread step-over", "thread step-in"]),
            ("`bt all`", ["thread backtrace all"]),
            ("`register read`", ["register read"]),
            ("`frame variable`, in 2 frames", ["frame variable", "frame select 1", "frame variable", "frame select 0"]),
            ("`memory read`", ["memory read --count 16 $rbp"]),
            ("`expression`", ["expression a + sum", "expression (int)leaf(1, 2)"]),
            ("`finish`", ["thread step-out"]),
            ("`continue`, 3 threads start", ["breakpoint set --name pause_here", "process continue"]),
            ("`bt all`, 4 threads", ["thread backtrace all"]),
            ("`register read`", ["register read"]),
            ("`finish`, `next`", ["breakpoint disable 2", "thread step-out", "thread step-over"]),
            ("`continue` past a condition", ["breakpoint set --name pause_here --condition 'sum % 3 == 0'", "process continue"]),
            ("`register read --all`, at 2 stops", ["register read --all", "thread step-inst", "register read --all"]),
            ("a watchpoint", ["breakpoint disable", "watchpoint set variable watched", "process continue"]),
            ("`continue` to the end", ["watchpoint delete --force", "process continue"]),
        ),
    ),
    (
        "500 threads",
        500,
        (
            CONNECT,
            ("`break pause_here`, `continue`", ["breakpoint set --name pause_here", "process continue"]),
            ("`continue`, 9 times", ["process continue"] * 9),
            ("`detach`", ["process detach"]),
        ),
    ),
)

SETTINGS = (
    "settings set auto-confirm true",
    "settings set stop-disassembly-display never",
    "settings set symbols.enable-external-lookup false",
)

LIMIT = 300  # seconds: far more than any script needs
TRIES = 3  # what a system call leaves in the registers that it may change is not the same each time


class Machine:
    """Where lldb, the server and the program are: here, or in another root."""

    original = "lldb-server"

    def __init__(self, name, words, folder, stub):
        self.name = name
        self._words = list(words)
        self._program = folder + "/lldb_program"
        self._servers = {"lldb-server": "lldb-server", "stub": stub}

    def version(self):
        return version_of([*self._words, "lldb", "--version"])

    def server_version(self):
        return version_of([*self._words, "lldb-server", "version"])

    def lldb(self, commands):
        settings = (word for text in SETTINGS for word in ("-O", text))
        words = (word for text in commands for word in ("-o", text))
        return [*self._words, "lldb", "--no-lldbinit", "--no-use-colors", "--batch", *settings, *words, self._program]

    def start(self, server, threads):
        """What runs, and its port, which is told by lldb-server's --pipe."""
        read, write = os.pipe()
        words = [self._servers[server], "gdbserver", "--pipe", str(write), "127.0.0.1:0", "--", self._program, str(threads)]
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        running = Running(subprocess.Popen([*self._words, *words], start_new_session=True, pass_fds=[write], **options))
        os.close(write)
        with open(read, "rb", buffering=0) as file:
            text = file.read(16)  # one write, with a NUL at its end
        if not text:
            raise RuntimeError(f"{server} does not listen: {running.output()}")
        return running, int(text.rstrip(b"\0"))


# Registers, of which each server has some of its own and says in its own order how they are grouped, and how wide the
# segments' are.
REGISTER = re.compile(r"^ +(\w+) = (.+)$")
HEADING = re.compile(r"^.* [Rr]egisters:$|^\d+ registers were unavailable\.$|^$")


def without_numbers(text):
    """What is printed, but for numbers that no two runs share."""
    return re.sub(r"(?<=Process )\d+|(?<=127\.0\.0\.1:)\d+|(?<=tid = )\w+", "…", text)


def meaning(value):
    return re.sub(r"0x0+(?=\w)", "0x", value)


def registers_in(lines):
    """How often each register is shown with which value."""
    found = (match for match in map(REGISTER.match, lines) if match)
    shown = {}
    for match in found:
        shown.setdefault(match[1], []).append(meaning(match[2]))
    return shown


def difference(theirs, ours):
    """The lines that tell another thing with the other server; nothing if there is none."""
    both = [without_numbers(text).splitlines() for text in (theirs, ours)]
    texts = [[line for line in lines if not REGISTER.match(line) and not HEADING.match(line)] for lines in both]
    for their, our in zip(*texts):
        if their != our:
            return f"- {their}\n+ {our}"
    if len(texts[0]) != len(texts[1]):
        return f"{len(texts[0])} and {len(texts[1])} lines"
    their, our = map(registers_in, both)
    unlike = [name for name in their.keys() & our.keys() if their[name] != our[name]]
    return "\n".join(f"{name}: {their[name]} and {our[name]}" for name in unlike)


class ScriptError(Exception):
    """A script did not run to its end, or not alike with both servers."""


def session(machine, server, threads, steps):
    """For each step, the requests in it by name; and what was printed."""
    running, port = machine.start(server, threads)
    proxy = Proxy(port)
    commands = []
    for number, (_, texts) in enumerate(steps):
        if number:
            commands.append(f"process plugin packet send {Requests.MARK}:{number}")
        commands += [text.replace("{port}", str(proxy.port)) for text in texts]
    try:
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": LIMIT}
        done = subprocess.run(machine.lldb(commands), check=False, **options)
    finally:
        proxy.close()
        running.close()
    counted = proxy.requests.steps
    if len(counted) != len(steps):
        raise ScriptError(f"with {server} it ended in step {len(counted)}:\n{done.stdout}{done.stderr}")
    return counted, done.stdout


def compare(machine, threads, steps):
    """The requests of each step, of lldb-server and of stub."""
    for _ in range(TRIES):
        theirs, their_text = session(machine, "lldb-server", threads, steps)
        ours, our_text = session(machine, "stub", threads, steps)
        found = difference(their_text, our_text)
        if not found:
            return theirs, ours
    raise ScriptError(f"lldb shows another thing with stub than with lldb-server:\n{found}")
