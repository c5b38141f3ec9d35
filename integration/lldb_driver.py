"""Stock lldb: the vocabulary of scenarios in its words. Each method means what the same one in gdb_driver.py means."""

import re
import signal
import time

from debugger import LIMIT, Debugger, DebuggerError, only_value


class Lldb(Debugger):
    name = "lldb"
    prompt = r'(?<!")=lldb=> '  # not where the command that sets it is shown
    leave = "quit"
    kill_itself = "platform shell -h -- kill -9 $PPID"
    ask_version = "version"
    read_register = "register read"

    # A stop is told in pieces; the frame is the last that matters.
    stop_or_error = re.compile(
        r"^error: |^Process \d+ exited|^Process \d+ stopped\n(.*\n)*? +frame #0: .*\n", re.MULTILINE
    )

    settings = [
        "settings set auto-confirm true",
        "settings set stop-disassembly-display never",
        "settings set symbols.enable-external-lookup false",
        'settings set prompt "=lldb=> "',
    ]

    def command_line(self):
        settings = (word for text in self.settings for word in ("-O", text))
        return ["lldb", "--no-lldbinit", "--no-use-colors", "--script-language", "none", *settings]

    def load(self, program):
        return self.command(f"target create {program}")

    def load_stripped(self, stripped, symbols):
        self.command(f"target create {stripped}")
        return self.command(f"target symbols add {symbols}")

    def connect(self, server):
        text = self.resume(f"gdb-remote {server.address()}")
        if "stopped" not in text:
            raise DebuggerError(f"lldb could not connect: {text}")
        return text

    # Resuming. lldb gives the prompt back at once and tells the stop when it comes, without another prompt.

    def start(self, text="process continue"):
        self._told = self.command(text)

    def wait_stop(self):
        return self._wait_told(self.stop_or_error)

    def _wait_told(self, pattern):
        """Waits for what lldb tells some time after a command, then for all that goes with it."""
        end = time.monotonic() + LIMIT
        while not pattern.search(self._told):
            if time.monotonic() > end:
                raise DebuggerError(f"lldb did not tell what was waited for, but: {self._told}")
            _, more = self._expect("(?s).+", "the program was resumed", LIMIT)
            self._told += more
        return self._told + self.command("# a comment, for a prompt")

    def resume(self, text):
        self.start(text)
        return self.wait_stop()

    def go(self):
        return self.resume("process continue")

    def step_in(self):
        return self.resume("thread step-in")

    def step_over(self):
        return self.resume("thread step-over")

    def step_out(self):
        return self.resume("thread step-out")

    def step_alone(self, thread):
        return self.resume(f"thread step-inst --run-mode this-thread {thread}")

    def step_among_all(self, thread):
        return self.resume(f"thread step-inst --run-mode all-threads {thread}")

    def discard_signal_and_go(self, number):
        self.command(f"process handle {number} --pass false")
        return self.go()

    def wait_shown(self, pattern):
        """Waits for what is shown while no command is awaited: a program that lldb runs here has its terminal."""
        self._expect(pattern, "a program was run in the debugger's terminal", LIMIT)

    # Stops

    def break_at(self, function):
        return self.command(f"breakpoint set --name {function}")

    def break_at_if(self, function, condition):
        return self.command(f"breakpoint set --name {function} --condition '{condition}'")

    def count_hits(self, function):
        return self.command(f"breakpoint set --name {function} --ignore-count 1000000")

    def hits(self):
        return int(re.search(r"hit count = (\d+)", self.command("breakpoint list 1"))[1])

    def no_more_breakpoints(self):
        return self.command("breakpoint delete --force")

    def stop_at_exec(self):
        """lldb always does."""
        return ""

    def break_in_hardware_at(self, function):
        return self.command(f"breakpoint set --hardware --name {function}")

    def watch(self, variable):
        return self.command(f"watchpoint set variable {variable}")

    def watch_reads(self, variable):
        return self.command(f"watchpoint set variable --watch read {variable}")

    def watch_accesses(self, variable):
        return self.command(f"watchpoint set variable --watch read_write {variable}")

    def watch_in_vain(self, variable):
        return self.watch(variable)

    def no_more_watchpoints(self):
        return self.command("watchpoint delete --force")

    @staticmethod
    def is_watchpoint(text):
        return re.search(r"stop reason = watchpoint \d", text)

    @staticmethod
    def is_breakpoint_in(text, function):
        return re.search(rf"stop reason = breakpoint \d.*\n.*`{function}(\(| at )", text)

    @staticmethod
    def is_signal(text, signal_name):
        return re.search(rf"stop reason = signal {signal_name}\b", text)

    @staticmethod
    def is_interrupted(text):
        return re.search(r"stop reason = signal SIG(STOP|INT)", text)

    @staticmethod
    def exit_code(text):
        match = re.search(r"exited with status = (\d+)", text)
        return int(match[1]) if match else None

    @staticmethod
    def killed_by(text, signal_name):
        number = getattr(signal, signal_name).value
        return re.search(rf"exited with status = {number} ", text)

    # Looking and changing

    def value(self, expression):
        return only_value(self.command(f"expression -- {expression}"))

    def change(self, variable, value):
        return self.command(f"expression -- {variable} = {value}")

    def call_at(self, address):
        return self.value(f"((int (*)(void)) {address})()")

    def map_executable_page(self):
        return int(self.value("(unsigned long) mmap(0, 4096, 7, 0x22, -1, 0)"), 0)

    def write_bytes(self, address, data):
        return self.command(f"memory write {address:#x} {data.hex(' ')}")

    def program_counter(self):
        return int(self.value("(long) $pc"), 0)

    def backtrace(self):
        return self.command("thread backtrace")

    def threads(self):
        lines = re.findall(r"thread #(\d+): .*?name = '([^']+)'", self.command("thread list"))
        return {name: number for number, name in lines}

    def select_thread(self, number):
        """lldb tells of the new thread some time after the command, but not if it is the old one."""
        if f"thread #{number}:" in self.command("thread info"):
            return ""
        self.start(f"thread select {number}")
        return self._wait_told(re.compile(rf"thread #{number}\b.*\n +frame #\d+"))

    def libraries(self):
        return self.command("image list")

    def dump_memory(self, file, address, length):
        return self.command(f"memory read --force --binary --outfile {file} --count {length} {address:#x}")

    def monitor(self, text):
        return self.command(f"process plugin packet monitor {text}")

    def keep_breakpoints_inserted(self):
        return ""

    # Leaving

    def detach(self):
        return self.command("process detach")

    def kill(self):
        return self.command("process kill")

    def vanish(self):
        """lldb has no command for it: quit would kill or detach."""
        self.kill_hard()
