"""A stock debugger, driven through a terminal: send a line, wait for the prompt, press Ctrl-C.

Gdb (gdb_driver.py) and Lldb (lldb_driver.py) have the same methods and say each action in their own words, so that a
scenario can be written once. What a method returns is what the debugger printed.
"""

import io
import os
import re
import signal
import subprocess

import pexpect

LIMIT = 60  # seconds: far more than any command needs, so that a loaded machine is not a failure


class DebuggerError(Exception):
    """The debugger did not do what was waited for; the message says what, the transcript has the rest."""


class Debugger:
    name = "a debugger"
    prompt = "a regular expression that matches the prompt and nothing else"

    def __init__(self, place):
        self._log = io.StringIO()
        words = [*place.client_prefix(), *self.command_line()]
        self._terminal = pexpect.spawn(
            words[0],
            words[1:],
            env={**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8"},
            # A terminal without a size: lldb then edits no lines and neither wraps any.
            dimensions=(0, 0),
            echo=False,
            encoding="utf-8",
            codec_errors="replace",
            timeout=LIMIT,
        )
        self._terminal.delaybeforesend = None
        self._terminal.logfile_read = self._log
        try:
            self._wait_prompt("it was started")
        except DebuggerError as error:
            self.close()
            raise DebuggerError(f"{error}:\n{self.transcript()}") from None

    def command_line(self):
        raise NotImplementedError

    def command(self, text, limit=LIMIT):
        """Runs one command that does not resume the program."""
        self._send(text)
        return self._without_echo(text, self._wait_prompt(text, limit))

    def begin(self, text):
        """Enters a command whose end is not waited for."""
        self._send(text)

    def transcript(self):
        return self._log.getvalue().replace("\r\n", "\n")

    def interrupt(self):
        """Presses Ctrl-C."""
        self._log.write("^C")
        self._terminal.send("\x03")

    def kill_hard(self):
        """Ends the debugger as kill -9 does, wherever it runs: it does not get to say good-bye to the server."""
        self._send(self.kill_itself)
        self._wait_end()

    def quit(self):
        self._send(self.leave)
        self._wait_end()

    def close(self):
        if self._terminal.isalive():
            os.kill(self._terminal.pid, signal.SIGKILL)
            self._wait_end()
        self._terminal.close()

    def version(self):
        """The major version."""
        return int(re.search(r"(?:GNU gdb|lldb).*?(\d+)\.\d", self.command(self.ask_version))[1])

    def _send(self, text):
        self._log.write(f"{text}\n")
        self._terminal.sendline(text)

    def _wait_prompt(self, what, limit=LIMIT):
        before, _ = self._expect(self.prompt, what, limit)
        return before

    def _expect(self, pattern, what, limit):
        """Waits for the pattern; returns what came before it and what matched."""
        try:
            self._terminal.expect(pattern, timeout=limit)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            how = self._end() if isinstance(error, pexpect.EOF) else f"said nothing for {limit} s"
            raise DebuggerError(f"{self.name} {how} after: {what}") from None
        return tuple(text.replace("\r\n", "\n") for text in (self._terminal.before, self._terminal.after))

    def _end(self):
        self._terminal.wait()
        code, number = self._terminal.exitstatus, self._terminal.signalstatus
        return f"ended with exit code {code}" if number is None else f"was killed by {signal.Signals(number).name}"

    def _wait_end(self):
        try:
            self._terminal.expect(pexpect.EOF)
        except pexpect.TIMEOUT:
            raise DebuggerError(f"{self.name} did not end") from None
        self._terminal.wait()

    @staticmethod
    def _without_echo(text, output):
        """Some terminals (a container's) repeat what was typed."""
        return output[len(text) :].lstrip("\n") if output.startswith(text) else output


def version_of(words):
    """What a program says of its version: empty if it is not there."""
    try:
        text = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
    found = re.search(r"\d+\.\d+", text)
    return found[0] if found else ""


def only_value(text):
    """The value in `$1 = 42` or `(int) $0 = 42`."""
    match = re.search(r"^.*? = (.*?)$", text, re.MULTILINE)
    if not match:
        raise DebuggerError(f"no value in: {text}")
    return match[1].strip()
