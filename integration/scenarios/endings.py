"""How programs start and end."""

from scenario import check, check_equal, check_printed, go_to_breakpoint, go_to_exit, scenario


@scenario("the program gets its arguments and environment unchanged")
def _(case):
    arguments = ["two words", 'a "quote"', "it's", "$HOME * \\", ""]
    debugger = case.launch("arguments", *arguments, environment={"GREETING": "good  morning"})
    go_to_exit(debugger, case.server, len(arguments))
    lines = (f"argument {number} <{argument}>" for number, argument in enumerate(arguments, 1))
    check_printed(case.server, *lines, "GREETING <good  morning>")


@scenario("killing the program ends it and the server")
def _(case):
    debugger = case.launch_until("tick", "counter")
    debugger.kill()
    debugger.quit()
    check_equal(case.server.wait_exit(), 137, "the server's exit code")
    check("counted" not in case.server.output(), "the program ran to its end")


@scenario("a launched program that is detached runs to its end and the server has its exit code")
def _(case):
    debugger = case.launch_until("tick", "counter")
    debugger.detach()
    check_equal(case.server.wait_exit(), 5, "the server's exit code")
    check_printed(case.server, "counted to 5")


@scenario("with --once the program and the server end with a debugger that vanishes")
def _(case):
    debugger = case.launch("counter", options=["--once"])
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    debugger.kill_hard()
    case.server.wait_exit()
    check("counted" not in case.server.output(), "the program ran to its end")
