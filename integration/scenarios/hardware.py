"""Hardware breakpoints and watchpoints: what the processor's debug registers see."""

from scenario import (
    check,
    check_equal,
    check_found,
    check_printed,
    go_to_breakpoint,
    go_to_exit,
    number_in,
    scenario,
)


def go_to_watchpoint(debugger, **values):
    """What is watched has been touched, and the variables (a double underscore for a dot) have these values."""
    text = debugger.go()
    check(debugger.is_watchpoint(text), f"no stop at a watchpoint:\n{text}")
    for name, value in values.items():
        check_equal(number_in(debugger, name.replace("__", ".")), value, name)
    return text


def check_change(text, old, new):
    check_found(rf"(?i)old value ?[=:] {old}\b[^$]*new value ?[=:] {new}\b", text)


@scenario("a hardware breakpoint in a position-independent program is hit each time, and once")
def _(case):
    debugger = case.launch("counter")
    debugger.break_in_hardware_at("tick")
    for number in range(1, 6):
        go_to_breakpoint(debugger, "tick")
        check_equal(number_in(debugger, "number"), number, "number")
    go_to_exit(debugger, case.server, 5)


@scenario("a hardware breakpoint and another at the same place are hit together, and once")
def _(case):
    debugger = case.launch("counter")
    debugger.break_in_hardware_at("tick")
    debugger.break_at("tick")
    for number in range(1, 6):
        go_to_breakpoint(debugger, "tick")
        check_equal(number_in(debugger, "number"), number, "number")
    go_to_exit(debugger, case.server, 5)


@scenario("one steps from a hardware breakpoint, and out of its function")
def _(case):
    debugger = case.launch("counter")
    debugger.break_in_hardware_at("tick")
    go_to_breakpoint(debugger, "tick")
    debugger.step_over()
    check_equal(number_in(debugger, "count"), 1, "count behind the first line")
    debugger.step_out()
    check("tick" not in debugger.backtrace(), "still in tick()")
    go_to_breakpoint(debugger, "tick")
    check_equal(number_in(debugger, "number"), 2, "number")


@scenario("a hardware breakpoint is hit in a thread that is born later")
def _(case):
    debugger = case.launch("hardware")
    debugger.break_in_hardware_at("fill_elsewhere")
    go_to_breakpoint(debugger, "fill_elsewhere")
    go_to_exit(debugger, case.server, 0)


@scenario("an access watchpoint is hit by reads and by writes, with the values")
def _(case):
    debugger = case.launch_until("use_number", "hardware")
    debugger.watch_accesses("number")
    go_to_watchpoint(debugger, number=1, copy=0)
    check_change(go_to_watchpoint(debugger, number=2, copy=1), 1, 2)
    go_to_watchpoint(debugger, number=2, copy=1)


@scenario("a read watchpoint is hit by a read")
def _(case):
    debugger = case.launch_until("use_number", "hardware")
    debugger.watch_reads("number")
    go_to_watchpoint(debugger, number=1, copy=0)


@scenario("a read watchpoint is not hit by a write that changes the value", ["gdb"])
def _(case):
    debugger = case.launch_until("use_number", "hardware")
    debugger.watch_reads("number")
    go_to_watchpoint(debugger, number=1, copy=0)
    check_found(r"\nValue = 2\n.*use_number \(\).*\n.*copy = number \+ 1", go_to_watchpoint(debugger, number=2, copy=1))
    check_found(r"\nValue = 3\n.* main \(\)", go_to_watchpoint(debugger, number=3))


@scenario("a watchpoint is hit by another thread than the one that was looked at")
def _(case):
    debugger = case.launch_until("fill_cells", "hardware")
    debugger.watch("number")
    check_change(go_to_watchpoint(debugger, number=3), 2, 3)
    check_found(r"\bfill_elsewhere\b", debugger.backtrace())
    go_to_exit(debugger, case.server, 0)


@scenario("a watchpoint on a structure of 16 bytes is hit in both halves")
def _(case):
    debugger = case.launch_until("fill_pair", "hardware")
    debugger.watch("pair")
    go_to_watchpoint(debugger, pair__left=10, pair__right=0)
    go_to_watchpoint(debugger, pair__left=10, pair__right=20)
    go_to_exit(debugger, case.server, 0)


@scenario("a watchpoint on a field at an odd address is hit by it, and not by its neighbours")
def _(case):
    debugger = case.launch_until("fill_parcel", "hardware")
    debugger.watch("parcel.field")
    check_change(go_to_watchpoint(debugger, parcel__field=0x1234567), 0, 0x1234567)
    go_to_exit(debugger, case.server, 0)


@scenario("a fifth watchpoint is refused, the four work, and all are free again afterwards")
def _(case):
    debugger = case.launch_until("fill_cells", "hardware")
    debugger.no_more_breakpoints()
    for cell in range(4):
        debugger.watch(f"cells[{cell}]")
    check_found(r"(?i)too many hardware|watchpoint creation failed", debugger.watch_in_vain("cells[4]"))
    for cell in range(4):
        check_change(go_to_watchpoint(debugger), 0, cell + 1)
        check_equal(number_in(debugger, f"cells[{cell}]"), cell + 1, f"cells[{cell}]")
    debugger.no_more_watchpoints()
    debugger.watch("pair")  # takes two
    debugger.watch("number")
    debugger.watch("cells[4]")
    check_change(go_to_watchpoint(debugger), 0, 5)
    check_change(go_to_watchpoint(debugger, number=3), 2, 3)
    go_to_exit(debugger, case.server, 0)


@scenario("hardware breakpoints and watchpoints go with the debugger that set them")
def _(case):
    case.serve("hardware")
    debugger = case.connect("hardware")
    debugger.keep_breakpoints_inserted()
    debugger.break_in_hardware_at("use_number")
    debugger.break_in_hardware_at("fill_cells")
    go_to_breakpoint(debugger, "use_number")
    debugger.watch("number")
    go_to_watchpoint(debugger, number=2)
    debugger.vanish()
    go_to_exit(case.connect("hardware", case.other_name), case.server, 0)


@scenario("a detached program runs into no hardware breakpoint or watchpoint")
def _(case):
    debugger = case.launch("hardware")
    debugger.keep_breakpoints_inserted()
    debugger.break_in_hardware_at("use_number")
    debugger.break_in_hardware_at("fill_elsewhere")
    go_to_breakpoint(debugger, "use_number")
    debugger.watch("number")
    go_to_watchpoint(debugger, number=2)
    debugger.detach()
    check_printed(case.server, "the end: 3 3")
    check_equal(case.server.wait_exit(), 0, "the server's exit code")
