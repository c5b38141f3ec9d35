"""Runs a command in another root directory, in a mount namespace of its own; what it mounts goes away with it.

A cell that is apart has its own processes and its own network too, so that ports do not collide and nothing that a test
leaves behind outlives it.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading

OWN = "/mnt"  # the directory of each cell that nothing else uses

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# PID 1 of a cell, which collects what lost its parent. GDB's tests look for one that is called init.
INIT = '#!/bin/sh\n"$@"\nexit $?\n'

_running = set()
_closed = False  # no more are to be started
_lock = threading.Lock()


def prefix(root, binds, environment=None, directory="/", apart=True):
    """The words before a command that is to run in a cell. `binds`: what is outside, and where it is seen inside."""
    cell = {
        "root": root,
        "binds": [[os.path.realpath(outside), inside] for outside, inside in binds],
        "environment": {"PATH": PATH, "HOME": "/tmp", "LC_ALL": "C.UTF-8", "TERM": "dumb", **(environment or {})},
        "directory": directory,
        "apart": apart,
    }
    spaces = ["--pid", "--net", "--fork", "--kill-child"] if apart else []
    return ["unshare", "--mount", "--propagation=private", *spaces, sys.executable, os.path.abspath(__file__), json.dumps(cell)]


def run(words, output):
    """Runs a command to its end; returns the exit code."""
    with open(output, "wb") as file:
        with _lock:
            if _closed:
                raise InterruptedError("all cells have been ended")
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )
            _running.add(process)
        try:
            return process.wait()
        finally:
            _running.discard(process)


def end_all():
    """For good."""
    global _closed
    with _lock:
        _closed = True
        for process in list(_running):
            process.kill()


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def bind(outside, inside):
    if os.path.isdir(outside):
        os.makedirs(inside, exist_ok=True)
    elif not os.path.exists(inside):
        open(inside, "wb").close()
    mount("--rbind", outside, inside)


def furnish(root, binds):
    mount("-t", "tmpfs", "tmpfs", root + OWN)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", root + "/tmp")
    mount("-t", "proc", "proc", root + "/proc")
    for outside, inside in [["/dev", "/dev"], ["/sys", "/sys"], *binds]:
        bind(outside, root + inside)


def raise_loopback():
    """A new network namespace has it, but down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh22x", b"lo", 1)  # struct ifreq of netdevice(7): IFF_UP
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS


def enter(cell, argv):
    init = []
    furnish(cell["root"], cell["binds"])
    if cell["apart"]:
        raise_loopback()
        init = [OWN + "/init"]
        with open(cell["root"] + init[0], "w", opener=executable, encoding="ascii") as file:
            file.write(INIT)
    os.chroot(cell["root"])
    os.chdir(cell["directory"])
    words = [*init, *argv]
    os.environ["PATH"] = PATH
    os.execvpe(words[0], words, cell["environment"])


def executable(path, flags):
    return os.open(path, flags, 0o755)


if __name__ == "__main__":
    enter(json.loads(sys.argv[1]), sys.argv[2:])
