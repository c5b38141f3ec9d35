"""The scenarios: what people do with a debugger, once for gdb and lldb alike. A file per theme, in this order."""

from scenario import SCENARIOS

from . import breakpoints
from . import conditions
from . import hardware
from . import steps
from . import threads
from . import memory
from . import thread_locals
from . import signals
from . import attaching
from . import endings
from . import reconnecting
from . import sessions
from . import children
from . import processes
from . import platform
from . import monitor
from . import kernel_calls
from . import backtraces
from . import cores
from . import runs
from . import launchers
from . import rights
from . import command_line
from . import i386
from . import system
from . import non_stop
from . import hostile

# `run.py --group NAME`: the scenarios of these themes alone.
GROUPS = {
    "ci": (attaching, reconnecting, sessions, monitor, backtraces, cores, runs, launchers, rights),
}


def is_of_group(scenario, group):
    return any(scenario.script.__module__ == theme.__name__ for theme in GROUPS[group])


__all__ = ["GROUPS", "SCENARIOS", "is_of_group"]
