"""The server's own commands."""

from scenario import check, check_found, go_to_breakpoint, scenario


@scenario("monitor help names the server's commands")
def _(case):
    text = case.launch("counter").monitor("help")
    for name in ("breakpoints", "disassemble", "maps"):
        check_found(rf"\b{name}\b", text)


@scenario("monitor breakpoints lists what is inserted")
def _(case):
    debugger = case.launch("counter")
    debugger.keep_breakpoints_inserted()
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check_found(f"{debugger.program_counter():x}", debugger.monitor("breakpoints"))


@scenario("monitor disassemble shows the program's instructions without breakpoints")
def _(case):
    debugger = case.launch("counter")
    debugger.keep_breakpoints_inserted()
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    text = debugger.monitor("disassemble")
    check_found(f"{debugger.program_counter():x}.*mov", text)
    check("int3" not in text, f"a breakpoint is shown as the program's code:\n{text}")


@scenario("monitor maps shows where the program is")
def _(case):
    debugger = case.launch_until("tick", "counter")
    check_found(r"[0-9a-f]{8,}.*r.x.*/counter\n", debugger.monitor("maps") + "\n")
