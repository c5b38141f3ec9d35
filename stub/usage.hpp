// What `stub --help` and `stub run --help` print: each fits a screen.
#pragma once

#include <string_view>

namespace stub::usage {

constexpr std::string_view all =
    R"(Usage: stub [OPTIONS] ADDRESS PROGRAM [ARGS...]    debug a new process
       stub [OPTIONS] --attach ADDRESS PID|NAME    debug a running process
       stub [OPTIONS] --multi ADDRESS              debug what the client names
       stub platform --listen ADDRESS [--server]   the same, as lldb-server has it
       stub run [POLICY] [--] COMMAND [ARGS...]    run it, and see to it if it crashes or hangs:
                                                   stub run --help
       stub bt PID [--json] | stub core PID [-o FILE|-] | stub ps [--json]
                                                   every thread's backtrace; a core file; processes
       stub doctor [PID] [--json]                  what works here; if something does not, why not

Lets a stock gdb or lldb, anywhere, debug a process here:
    gdb  -ex 'target remote HOST:PORT'
    lldb -o  'gdb-remote HOST:PORT'

ADDRESS
    PORT (loopback only), HOST:PORT, [v6]:PORT, or :PORT (all interfaces); port 0 picks a free one.
    - (gdb -ex 'target remote | ssh HOST stub - ./prog'); /dev/… (a serial line)
  From other machines only peers with private, link-local or directly attached addresses may connect.

OPTIONS
    --attach        attach to the process PID, or to the only one whose program is NAME
    --in PROCESS    PID or NAME is that of a container: of the one that this process (its
                    pid here) is in, or whose cgroup's name has this in it
    --connect       ADDRESS is called, again and again for a minute, not listened on
    --multi         stay until `monitor exit`; the client names programs and processes
    --once          end when the first client leaves; the program is killed
    --on-disconnect=hold|resume|detach|kill[,after=TIME]
                    what becomes of a process when its client goes away (README)
    --max-idle=TIME without a client for so long, let go of all processes and end
    --stdio=inherit|client|pty|IN[,OUT[,ERR]]
                    where a program reads and prints
    --wrapper COMMAND... --             run PROGRAM by this command: env, valgrind, …
    --startup-with-shell, --no-escape-args, --no-disable-randomization
    --published-port PORT               clients reach us by PORT (a container's, outside)
    --allow CIDR    let these peers in too (repeatable); --allow any: everybody
    --allow-shell   lldb's `platform shell` may run commands
    --debug[=PART,…], --debug-format=timestamp, --debug-file=PATH
                    tell of: threads (the default), remote (each packet), event-loop, all; -PART: not
    --disable-packet[=NAME,…]           as if the packet were unknown; without a name: list them
    --version, --help

EXIT STATUS
    the program's own (128 + signal number if a signal ended it);
    125 stub failed, 126 PROGRAM cannot be run, 127 PROGRAM not found
)";

constexpr std::string_view run =
    R"(Usage: stub run [POLICY] [--] COMMAND [ARGS...]

Runs COMMAND as if alone, until one of its processes crashes or hangs.

POLICY; each option has a variable too: STUB_ON_CRASH=report,wait=10m
    --on-crash=ACTION,…         in this order:
        report[=FILE]           signal, stacks, registers (the default): on standard error, or in FILE,
                                as JSON (.json), a page (.html) or text; %p in FILE is the process
        syscalls                reports tell the last 64 system calls; each costs time
        core[=DIR]              a core file
        wait=TIME               for a debugger
    --on-timeout=TIME:ACTION,…  the same, or kill: of every process, after that time (90s, 20m, 2h)
    --listen ADDRESS            where a debugger may come while a process waits (default: any free port)
    --only=GLOB                 only programs with such names (repeatable)
    --follow=all|direct|none    which processes: all of COMMAND's, its own, none
    --ci                        --on-crash=report,core=stub-cores
    --allow CIDR, --published-port PORT: see stub --help

EXIT STATUS
    COMMAND's own (128 + signal number if a signal ended it);
    125 stub failed, 126 COMMAND cannot be run, 127 COMMAND not found
)";

}  // namespace stub::usage
