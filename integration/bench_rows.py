"""The rows of `./dev bench`: what is measured, the mark that stub is to reach, and what the kernel allows at best."""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    unit: str
    scenario: str  # the client's name for it
    limit: typing.Callable = None  # of the bare scenarios' medians
    mark: float = None  # how many times better than the newest gdbserver
    most: float = None  # or how much it may be
    key: str = "value"  # or "processor": what it costs the server

    def less_is_better(self):
        return self.key == "processor" or not self.unit.endswith("/s")


def together(**counts):
    """The rate of something that takes so many of each."""
    names = {name.replace("_", "-"): count for name, count in counts.items()}
    return lambda bare: 1 / sum(count / bare["bare-" + name] for name, count in names.items())


def bare(name):
    return lambda found: found["bare-" + name]


TEXT, BINARY = together(stream=2, read=1), together(stream=1, read=1)

ROWS = (
    Row("single step", "/s", "step", together(round_trip=1, step=1), mark=2.5),
    Row("… processor time", "µs", "step", key="processor"),
    Row("step, registers, 64 bytes", "/s", "step+g+m", together(round_trip=3, step=1)),
    Row("range step, per instruction", "/s", "range", bare("range"), mark=2.3),
    Row("breakpoint hit, gdb's four packets", "/s", "hit", together(round_trip=4, hit=1), mark=2.1),
    Row("… processor time", "µs", "hit", key="processor"),
    Row("false condition", "/s", "condition", bare("condition"), mark=6),
    Row("… processor time", "µs", "condition", key="processor"),
    Row("hardware watchpoint", "/s", "watch", together(round_trip=1, watch=1), mark=2.4),
    Row("registers, `g`", "/s", "g", bare("round-trip"), mark=1.4),
    Row("one register, `p`", "/s", "p", bare("round-trip")),
    Row("write registers, `G`", "/s", "G", bare("round-trip")),
    Row("read 64 bytes, `m`", "/s", "m64", bare("round-trip")),
    Row("read memory, `m`", "MB/s", "m", TEXT, mark=8),
    Row("… processor time for a megabyte", "µs", "m", key="processor"),
    Row("read memory, `x`", "MB/s", "x", BINARY, mark=3.5),
    Row("… processor time for a megabyte", "µs", "x", key="processor"),
    Row("write memory, `M`", "MB/s", "M", TEXT, mark=4.5),
    Row("write memory, `X`", "MB/s", "X", BINARY, mark=1.4),
    Row("… processor time for a megabyte", "µs", "X", key="processor"),
    Row("read a file, `vFile:pread`", "MB/s", "file", bare("stream"), mark=3),
    Row("… processor time for a megabyte", "µs", "file", key="processor"),
    Row("attach, 1 thread", "ms", "attach-1", bare("attach-1")),
    Row("attach, 100 threads", "ms", "attach-100", bare("attach-100")),
    Row("attach, 1000 threads", "ms", "attach-1000", bare("attach-1000"), mark=8),
    Row("attach, 4000 threads", "ms", "attach-4000", bare("attach-4000"), mark=20),
    Row("1000 threads, `qfThreadInfo`", "ms", "list-one"),
    Row("1000 threads with names", "ms", "list", mark=5),
    Row("Ctrl-C to the stop, 1000 threads", "ms", "interrupt", bare("interrupt"), mark=5),
    Row("resume and Ctrl-C, 1000 threads", "ms", "resume+interrupt", bare("resume+interrupt")),
    Row("step one of 1000 threads", "/s", "step-1000", together(round_trip=1, step=1)),
    Row("breakpoint hit, 100 threads asleep", "/s", "hit-100", together(round_trip=4, hit_100=1)),
    Row("breakpoint hit, 1000 threads asleep", "/s", "hit-1000", together(round_trip=4, hit_1000=1), mark=5),
    Row("… processor time", "µs", "hit-1000", key="processor"),
    Row("breakpoint hit, 16 threads busy", "/s", "hit-spin"),
    Row("false condition, 16 threads busy", "/s", "condition-spin", bare("condition-spin"), mark=20),
    Row("start to the first `?` reply", "ms", "start", bare("start"), mark=3),
    Row("resident memory, idle", "MiB", "rss-idle", mark=1),
    Row("resident memory, 1000 threads", "MiB", "rss-1000", mark=1),
    Row("the file and its libraries", "MB", "image", most=12),
)

BARE = (
    *("bare-" + name for name in ("step", "range", "trap", "hit", "condition", "condition-spin", "watch", "read")),
    *("bare-" + name for name in ("round-trip", "stream", "start", "interrupt", "resume+interrupt")),
    *(f"bare-attach-{threads}" for threads in (1, 100, 1000, 4000)),
    *(f"bare-hit-{threads}" for threads in (100, 1000)),
)


class Needed(dict):
    """Notes what a limit asks for."""

    def __missing__(self, name):
        self[name] = 1.0
        return 1.0


def needed(rows):
    """The bare scenarios that the rows' limits are computed from."""
    asked = Needed()
    for row in rows:
        if row.limit:
            row.limit(asked)
    return [name for name in BARE if name in asked]
