"""How often gdb must ask and wait, of gdbserver and of stub: one script, for each gdb that is there."""

import subprocess

from counting_proxy import Proxy
from debugger import version_of
from gdb_driver import Gdb
from place import Server

PROGRAM = r"""
#include <pthread.h>
pthread_barrier_t here;
volatile int sum;
void all_are_here(void) {}
void *stay(void *unused) { pthread_barrier_wait(&here); pthread_barrier_wait(&here); return unused; }
int add(int number) { sum += number; return sum; }
int main(void) {
  pthread_t threads[15];
  pthread_barrier_init(&here, 0, 16);
  add(1);
  add(2);
  add(3);
  add(4);
  add(5);
  add(6);
  add(7);
  add(8);
  add(9);
  add(10);
  for (int i = 0; i < 15; i++) pthread_create(&threads[i], 0, stay, 0);
  pthread_barrier_wait(&here);
  all_are_here();
  pthread_barrier_wait(&here);
  for (int i = 0; i < 15; i++) pthread_join(threads[i], 0);
  return 0;
}
"""

# A step's name, and gdb's commands. The first is counted from the start of the connection.
STEPS = (
    ("connect", ["target remote {address}"]),
    ("`break main`, `continue`", ["break main", "continue"]),
    ("`next`, ten times", ["next"] * 10),
    ("`bt` in a function", ["break add", "continue", "bt"]),
    ("`continue`, 15 threads start", ["delete", "break all_are_here", "continue"]),
    ("`info threads`, 16 threads", ["info threads"]),
    ("`thread apply all bt`", ["thread apply all bt"]),
)


class Machine:
    """Where gdb, the server and the program are: here, or in another root."""

    original = "gdbserver"

    def __init__(self, name, words, folder, stub):
        self.name = name
        self._words = list(words)
        self._folder = folder
        self._servers = {"gdbserver": "gdbserver", "stub": stub}

    def client_prefix(self):
        return self._words

    def version(self):
        return version_of([*self._words, "gdb", "--version"])

    def server_version(self):
        return version_of([*self._words, "gdbserver", "--version"])

    def program(self):
        return self._folder + "/gdb_program"

    def start(self, server):
        command = [*self._words, self._servers[server], "--once", "127.0.0.1:0", self.program()]
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return Server(subprocess.Popen(command, start_new_session=True, **options), "127.0.0.1")


def session(machine, server):
    """For each of STEPS, the requests in it by name."""
    running = machine.start(server)
    proxy = Proxy(running.port)
    gdb = Gdb(machine)
    try:
        gdb.load(machine.program())
        counted = []
        for _, commands in STEPS:
            before = proxy.requests.names.copy()
            for command in commands:
                gdb.command(command.format(address=f"127.0.0.1:{proxy.port}"))
            counted.append(proxy.requests.names - before)
        return counted
    finally:
        gdb.close()
        proxy.close()
        running.close()


def compare(machine):
    """The requests of each step, of gdbserver and of stub."""
    return session(machine, "gdbserver"), session(machine, "stub")
