"""Steps: by line, into and out of functions, and around recursion."""

from scenario import (
    at_line,
    check,
    check_equal,
    check_found,
    go_to_breakpoint,
    go_to_exit,
    line_of,
    number_in,
    scenario,
    until,
)


def check_line(text, source, line):
    check(at_line(text, source, line), f"not at {source}:{line}:\n{text}")


@scenario("a step goes into a function, over a call and out again")
def _(case):
    debugger = case.launch_until("middle", "calls")
    check_line(debugger.step_over(), "calls.c", line_of("calls.c", "the call of inner"))
    check_found(r"\binner ?\(number=21\)", debugger.step_in())
    check_found(r"\bmiddle ?\(number=20\)", debugger.step_out())
    debugger.step_over()
    check_equal(number_in(debugger, "result"), 42, "what inner returned")
    debugger.no_more_breakpoints()
    go_to_exit(debugger, case.server, 0)


@scenario("a step over a call does not stop in the function")
def _(case):
    debugger = case.launch_until("middle", "calls")
    debugger.step_over()
    check_line(debugger.step_over(), "calls.c", line_of("calls.c", "the call of inner") + 1)
    check_equal(number_in(debugger, "result"), 42, "what inner returned")


@scenario("finish tells the value that the function returned")
def _(case):
    debugger = case.launch_until("inner", "calls")
    check_found(r"(?i)value(?: returned is|:) .*\$\d+ = 42\b", debugger.step_out())


@scenario("a backtrace names every caller")
def _(case):
    debugger = case.launch_until("inner", "calls")
    frames = r"inner ?\(number=21\)(.*\n)+.*middle ?\(number=20\)(.*\n)+.*outer ?\(number=20\)(.*\n)+.*main"
    check_found(frames, debugger.backtrace())


@scenario("a step over a recursive call waits for the frame that made it")
def _(case):
    debugger = case.launch_until("factorial", "recursion")
    debugger.no_more_breakpoints()
    call = line_of("recursion.c", "the recursive call")
    until(lambda: at_line(debugger.step_over(), "recursion.c", call), "the recursive call is reached")
    check_line(debugger.step_over(), "recursion.c", line_of("recursion.c", "after the recursive call"))
    check_equal(number_in(debugger, "number"), 5, "number in this frame")
    check_equal(number_in(debugger, "below"), 24, "what the inner calls returned")


@scenario("finish in a recursive function goes out by one frame")
def _(case):
    debugger = case.launch("recursion")
    debugger.break_at("factorial")
    for number in (5, 4, 3):
        go_to_breakpoint(debugger, "factorial")
        check_equal(number_in(debugger, "number"), number, "number")
    debugger.no_more_breakpoints()
    for number in (4, 5):
        debugger.step_out()
        check_equal(number_in(debugger, "number"), number, "number in the caller")
