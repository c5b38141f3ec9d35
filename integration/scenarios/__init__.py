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
from . import command_line
from . import i386
from . import system
from . import non_stop
from . import hostile

__all__ = ["SCENARIOS"]
