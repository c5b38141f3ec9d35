#!/usr/bin/python3
"""How fast stub, gdbserver and lldb-server are, and the kernel without any of them: `bench.py STUB`.

A client of our own (bench/), no debugger. It, the server and the program share one processor, ahead of everything else
where that is allowed and no thread spins; each round asks every server once for each row, so that a noisy machine
disturbs all alike. The table has medians and the half of the quartiles' distance; ratios are medians of the rounds'.
"""

import argparse
import collections
import dataclasses
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile

import bench_rows
from debugger import version_of
from round_trips import ROOTS, cell, words_in

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)
BUILD = os.path.join(PROJECT, "build", "bench")
README = os.path.join(PROJECT, "README.md")
BEGIN, END = "<!-- ./dev bench --write-readme: from here -->\n", "<!-- to here -->\n"
LIMIT = 120  # seconds for one run of the client

FLAGS = ("-std=c++20", "-O2", "-static", "-no-pie", "-fno-pie", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Werror")


@dataclasses.dataclass(frozen=True)
class Server:
    name: str
    kind: str
    command: str
    words: tuple = ()  # before each command
    folder: str = ""  # the client's, as seen there
    version: tuple = ()


def build_client():
    """Static, so that it runs in every root."""
    os.makedirs(BUILD, exist_ok=True)
    client, sources = os.path.join(BUILD, "client"), sorted(glob.glob(os.path.join(HERE, "bench", "*.?pp")))
    if not os.path.exists(client) or max(map(os.path.getmtime, sources)) > os.path.getmtime(client):
        files = [source for source in sources if source.endswith(".cpp")]
        subprocess.run(["c++", *FLAGS, "-o", client, *files], check=True)
    return client


def version_numbers(text):
    return tuple(int(number) for number in re.findall(r"\d+", text or "")[:2])


def servers_in(words, folder):
    """The peers that a machine or a root has."""
    for kind, question in (("gdbserver", "--version"), ("lldb-server", "version")):
        version = version_of([*words, kind, question])
        if version:
            yield Server(f"{kind} {version}", kind, kind, tuple(words), folder, version_numbers(version))


def find_servers(stub, folder, roots):
    """Stub, and of each peer every version once."""
    found = {"stub": Server("stub", "stub", os.path.abspath(stub), (), folder)}
    inside = cell.OWN + "/bench"
    machines = [([], folder), *((words_in(root, [(folder, inside)]), inside) for root in roots)]
    for words, seen in machines:
        for server in servers_in(words, seen):
            found.setdefault(server.name, server)
    return sorted(found.values(), key=lambda server: (("stub", "gdbserver", "lldb-server").index(server.kind), server.version))


def run_client(server, scenario, options):
    words = [server.folder + "/client", scenario, server.kind, server.command, server.folder]
    words += [str(max(os.sched_getaffinity(0))), str(options.seconds)]
    try:
        done = subprocess.run([*server.words, *words], capture_output=True, text=True, timeout=LIMIT)
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"failed": f"it took more than {LIMIT} s"}
    except ValueError:
        return {"failed": f"the client ended with {done.returncode}: {done.stderr[-200:]}"}


class Results:
    """What has been found, by scenario, server and round; kept as lines of JSON too."""

    def __init__(self, path):
        self._found = collections.defaultdict(dict)
        self._file = open(path, "w", encoding="utf-8")

    def add(self, scenario, server, number, figures):
        self._found[scenario, server][number] = figures
        line = {"scenario": scenario, "server": server, "round": number, **figures}
        print(json.dumps(line), file=self._file, flush=True)

    def rounds(self, scenario, server, key="value"):
        return {number: one[key] for number, one in self._found[scenario, server].items() if key in one}

    def failures(self):
        return sorted({(*at, one["failed"]) for at, rounds in self._found.items() for one in rounds.values() if "failed" in one})

    def median(self, scenario, server, key="value"):
        rounds = self.rounds(scenario, server, key)
        return statistics.median(rounds.values()) if rounds else None


def measure(servers, rows, options):
    results = Results(os.path.join(BUILD, "results.jsonl"))
    scenarios = list(dict.fromkeys(row.scenario for row in rows))
    kernel = Server("kernel", "bare", "-", folder=servers[0].folder)
    bare = [(name, [kernel]) for name in bench_rows.needed(rows)]
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", flush=True)
        turn = number % len(servers)
        for scenario, whose in [*bare, *((name, servers[turn:] + servers[:turn]) for name in scenarios)]:
            for server in whose:
                results.add(scenario, server.name, number, run_client(server, scenario, options))
    return results


def amount(value):
    """Three digits that count."""
    if value >= 1000:
        return f"{round(value, 3 - len(str(int(value)))):,.0f}".replace(",", " ")
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def times(ratio):
    if ratio is None:
        return ""
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.2g}x"


def cell_of(results, row, server):
    rounds = sorted(results.rounds(row.scenario, server, row.key).values())
    if not rounds:
        return "-"
    middle = statistics.median(rounds)
    if len(rounds) < 3 or not middle:
        return amount(middle)
    low, _, high = statistics.quantiles(rounds, n=4, method="inclusive")
    return f"{amount(middle)} ±{50 * (high - low) / middle:.0f} %"


def ratio(results, row, newest):
    """How many times better stub is; where a bound counts, none."""
    if row.most:
        return None
    ours, theirs = (results.rounds(row.scenario, name, row.key) for name in ("stub", newest))
    pairs = [(ours[number], theirs[number]) for number in ours if number in theirs]
    if not pairs:
        return None
    return statistics.median(their / our if row.less_is_better() else our / their for our, their in pairs)


def verdict(results, row, better):
    if row.most:
        return f"≤ {row.most:g}" + ("" if (results.median(row.scenario, "stub") or 0) <= row.most else ", missed")
    if not row.mark:
        return ""
    return f"{row.mark:g}" + ("" if better is None or better >= row.mark else ", missed")


def limit_of(results, row):
    if not row.limit:
        return None
    medians = {name: results.median(name, "kernel") for name in bench_rows.BARE}
    try:
        return row.limit(medians)
    except TypeError:  # one of them could not be measured here
        return None


def lines_of(results, rows, servers, newest):
    yield ["", "", *(server.name for server in servers), f"stub to {newest}", "mark", "kernel", "of the kernel's"]
    yield ["---", "---", *["---:"] * (len(servers) + 4)]
    for row in rows:
        better, limit = ratio(results, row, newest), limit_of(results, row)
        ours = results.median(row.scenario, "stub", row.key)
        reached = f"{100 * (limit / ours if row.less_is_better() else ours / limit):.0f} %" if limit and ours else ""
        yield [row.title, row.unit, *(cell_of(results, row, server.name) for server in servers),
               times(better), verdict(results, row, better), amount(limit) if limit else "", reached]


def chart(results, rows, newest):
    """A bar for each ratio: one character is a quarter, and what is longer than the line is cut."""
    for row in rows:
        better = ratio(results, row, newest) if row.key == "value" else None
        if better:
            yield f"{row.title:38} {'█' * min(60, max(1, round(4 * better)))} {times(better)}"


def machine(options):
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo", encoding="utf-8").read())
    name = model[1] if model else os.uname().machine
    return (f"{name}, {os.cpu_count()} processors, Linux {os.uname().release}; medians of {options.rounds} rounds, ± half of the "
            "quartiles' distance; all on one processor, but not with busy threads. `kernel`: the same calls without any server and "
            "protocol, or the limit that follows from them.")


def report(results, rows, servers, options):
    newest = max((server for server in servers if server.kind == "gdbserver"), key=lambda server: server.version).name
    text = [machine(options), ""]
    text += ["| " + " | ".join(line) + " |" for line in lines_of(results, rows, servers, newest)]
    text += ["", f"How many times better than {newest}:", "", "```", *chart(results, rows, newest), "```"]
    return "\n".join(text) + "\n"


def write_readme(text):
    with open(README, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    with open(README, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


def parse_options():
    parser = argparse.ArgumentParser(prog="./dev bench", description="stub beside gdbserver and lldb-server.")
    parser.add_argument("stub")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="REGEX", help="rows whose title matches, or whose scenario is called so")
    parser.add_argument("--root", action="append", default=[], help="a root directory with other servers")
    parser.add_argument("--seconds", type=float, default=0.3, help="for one row and server in a round")
    parser.add_argument("--write-readme", action="store_true", help="the table into README.md")
    return parser.parse_args()


def chosen_rows(pattern):
    """With all that is measured in the same breath."""
    rows = bench_rows.ROWS
    matches = {row.scenario for row in rows if re.search(pattern, row.title) or re.fullmatch(pattern, row.scenario)}
    return [row for row in rows if row.scenario in matches]


def main():
    options = parse_options()
    rows = chosen_rows(options.only)
    if not rows:
        raise SystemExit("bench: no row is called so")
    client = build_client()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(client, folder)
        servers = find_servers(options.stub, folder, [*sorted(glob.glob(ROOTS)), *options.root])
        if not any(server.kind == "gdbserver" for server in servers):
            raise SystemExit("bench: no gdbserver is here to compare with")
        results = measure(servers, rows, options)
    text = report(results, rows, servers, options)
    print(text)
    for scenario, server, reason in results.failures():
        print(f"failed: {scenario} with {server}: {reason}")
    if options.write_readme:
        write_readme(text)


if __name__ == "__main__":
    main()
