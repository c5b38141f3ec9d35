"""Stock gdb: the vocabulary of scenarios in its words."""

import re
import time

from debugger import LIMIT, Debugger, DebuggerError, only_value


class Gdb(Debugger):
    name = "gdb"
    prompt = r"=gdb=> ?"
    leave = "quit"
    kill_itself = "shell kill -9 $PPID"
    ask_version = "show version"
    read_register = "info registers"

    settings = [
        "set editing off",
        "set width 0",
        "set height 0",
        "set confirm off",
        "set style enabled off",
        "set debuginfod enabled off",
        "set breakpoint pending on",
        "set prompt =gdb=> ",
    ]

    def command_line(self):
        return ["gdb", "-q", "-nx", *(word for text in self.settings for word in ("-iex", text))]

    def load(self, program):
        return self.command(f"file {program}")

    def load_stripped(self, stripped, symbols):
        """A program without symbols, and the file that has them."""
        self.command(f"file {stripped}")
        return self.command(f"symbol-file {symbols}")

    def connect(self, server):
        text = self.command(f"target remote {server.address()}")
        if "Remote debugging using" not in text or re.search("timed out|refused|closed|not supported|Truncated", text):
            raise DebuggerError(f"gdb could not connect: {text}")
        return text

    # Resuming. `start` returns while the program runs; `wait_stop` waits until it stops or ends.

    def start(self, text="continue"):
        self._send(text)
        self._expect(r"Continuing\.\r?\n", text, LIMIT)

    def wait_stop(self):
        return self._wait_prompt("the program was resumed")

    def resume(self, text):
        return self.command(text)

    def go(self):
        return self.resume("continue")

    def step_in(self):
        return self.resume("step")

    def step_over(self):
        return self.resume("next")

    def step_out(self):
        return self.resume("finish")

    def step_alone(self, thread):
        """One instruction of one thread, while the others stay."""
        return self._step_thread(thread, locking="on")

    def step_among_all(self, thread):
        """One instruction of one thread, while the others run."""
        return self._step_thread(thread, locking="off")

    def _step_thread(self, thread, locking):
        self.select_thread(thread)
        self.command(f"set scheduler-locking {locking}")
        text = self.resume("stepi")
        self.command("set scheduler-locking off")
        return text

    def discard_signal_and_go(self, number):
        return self.resume("signal 0")

    # Stops

    def break_at(self, function):
        return self.command(f"break {function}")

    def break_at_if(self, function, condition):
        return self.command(f"break {function} if {condition}")

    def count_hits(self, function):
        """A breakpoint that only counts; see hits()."""
        self.break_at(function)
        return self.command("ignore 1 1000000")

    def hits(self):
        """How often the first breakpoint was hit."""
        return int(re.search(r"already hit (\d+) times?", self.command("info breakpoints"))[1])

    def no_more_breakpoints(self):
        return self.command("delete breakpoints")

    def stop_at_exec(self):
        return self.command("catch exec")

    def break_in_hardware_at(self, function):
        return self.command(f"hbreak {function}")

    def watch(self, variable):
        return self.command(f"watch {variable}")

    def watch_reads(self, variable):
        return self.command(f"rwatch {variable}")

    def watch_accesses(self, variable):
        return self.command(f"awatch {variable}")

    def watch_in_vain(self, variable):
        """One for which no debug register is free; returns the error. gdb inserts when the program is resumed."""
        self.watch(variable)
        text = self.go()
        self.command("delete $bpnum")
        return text

    def no_more_watchpoints(self):
        return self.no_more_breakpoints()

    @staticmethod
    def is_watchpoint(text):
        return re.search(r"\bHardware (read |access \(read/write\) )?watchpoint \d+:", text)

    @staticmethod
    def is_breakpoint_in(text, function):
        return re.search(rf"Breakpoint \d+(\.\d+)?, .*\b{function} \(", text)

    @staticmethod
    def is_signal(text, signal_name):
        return re.search(rf"received signal {signal_name}\b", text)

    @staticmethod
    def is_interrupted(text):
        return "received signal SIGINT" in text

    @staticmethod
    def exit_code(text):
        """The exit code that the debugger tells, or None."""
        if "exited normally]" in text:
            return 0
        match = re.search(r"exited with code (\d+)\]", text)
        return int(match[1], 8) if match else None

    @staticmethod
    def killed_by(text, signal_name):
        return f"Program terminated with signal {signal_name}" in text

    # Looking and changing

    def value(self, expression):
        return only_value(self.command(f"print {expression}"))

    def change(self, variable, value):
        return self.command(f"set variable {variable} = {value}")

    def call_at(self, address):
        """Calls the code at an address as int f(void)."""
        return self.value(f"((int (*)(void)) {address})()")

    def map_executable_page(self):
        """Calls mmap in the program; returns the page's address."""
        return int(self.value("(unsigned long) mmap(0, 4096, 7, 0x22, -1, 0)"), 0)

    def write_bytes(self, address, data):
        values = ", ".join(map(str, data))
        return self.command(f"set var *(unsigned char (*)[{len(data)}]) {address} = {{{values}}}")

    def program_counter(self):
        return int(self.value("(long) $pc"), 0)

    def backtrace(self):
        return self.command("backtrace")

    def threads(self):
        """Each thread's number, by its name."""
        lines = re.findall(r'^[* ]+(\d+) +.*?"([^"]+)"', self.command("info threads"), re.MULTILINE)
        return {name: number for number, name in lines}

    def select_thread(self, number):
        return self.command(f"thread {number}")

    def libraries(self):
        return self.command("info sharedlibrary")

    def dump_memory(self, file, address, length):
        return self.command(f"dump binary memory {file} {address} {address + length}")

    def monitor(self, text):
        return self.command(f"monitor {text}")

    def keep_breakpoints_inserted(self):
        """gdb takes its breakpoints out at each stop unless it is told not to."""
        return self.command("set breakpoint always-inserted on")

    # Leaving

    def detach(self):
        return self.command("detach")

    def kill(self):
        return self.command("kill")

    def vanish(self):
        """Leaves a stopped program without a word: gdb has a command for it."""
        self.command("disconnect")
        self.quit()


class NonStopGdb(Gdb):
    """gdb where threads stop one by one: it resumes all that are stopped, and looks at the one that stops."""

    settings = [*Gdb.settings, "set non-stop on"]

    def start(self, text="continue -a"):
        super().start(text)

    def wait_stop(self):
        return self._look_at_stopped(super().wait_stop())

    def resume(self, text):
        return self._look_at_stopped(super().resume(text))

    def go(self):
        return self.resume("continue -a")

    def threads(self):
        """All are stopped for it: of one that runs little can be seen."""
        self.command("interrupt -a")
        end = time.monotonic() + LIMIT
        while "(running)" in self.command("info threads"):
            if time.monotonic() > end:
                raise DebuggerError("not all threads stopped")
        return super().threads()

    def _look_at_stopped(self, text):
        if match := re.search(r'(?m)^Thread ([\d.]+) "[^"]*" (hit|received|stopped)', text):
            self.select_thread(match[1])
        return text
