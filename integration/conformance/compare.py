"""What one server passes and the other does not, and which of that is known."""

import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
KNOWN = os.path.join(HERE, "known-losses.txt")

PASSED = ("PASS", "XPASS", "KPASS")  # the latter two: better than the suite expects


def losses(theirs, ours):
    """What the original passes and stub does not; and what fails with stub and does not even exist with the original."""
    lost = {name: ours.get(name, "absent") for name, verdict in theirs.items() if verdict == "PASS"}
    new = {name: verdict for name, verdict in ours.items() if name not in theirs and verdict in ("FAIL", "UNRESOLVED")}
    return {name: verdict for name, verdict in {**lost, **new}.items() if verdict not in PASSED}


def wins(theirs, ours):
    return {name: theirs[name] for name, verdict in ours.items() if verdict in PASSED and theirs.get(name, "PASS") not in PASSED}


class Known:
    """One line of known-losses.txt: which losses, and why they are right."""

    def __init__(self, line):
        fields = [field.strip() for field in line.split("|", 3)]
        if len(fields) != 4 or not all(fields):
            raise ValueError(f"{KNOWN}: a line must be SUITE | FILE | TEST | REASON, not: {line.strip()}")
        self.line = line.strip()
        self.reason = fields[3]
        self._suite, self._file, self._test = map(pattern, fields[:3])

    def is_about(self, suite, file):
        return self._suite.fullmatch(suite) and self._file.fullmatch(file)

    def has(self, suite, file, name):
        return self.is_about(suite, file) and self._test.fullmatch(name)


def pattern(text):
    """Only * is special: the names of tests are full of brackets."""
    return re.compile(".*".join(map(re.escape, text.split("*"))))


def read_known():
    with open(KNOWN, encoding="utf-8") as file:
        return [Known(line) for line in file if line.strip() and not line.startswith("#")]
