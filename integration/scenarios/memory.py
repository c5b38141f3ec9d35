"""Registers, memory, and calls of functions."""

import os
import re

from scenario import (
    check,
    check_equal,
    check_found,
    check_printed,
    go_to_breakpoint,
    go_to_exit,
    need_processor,
    number_in,
    scenario,
)


@scenario("registers are read and written", debuggers=("gdb",))
def _(case):
    need_processor("avx")
    gdb = case.launch_until("loaded", "registers")
    check_equal(gdb.value("/x $rbx"), "0x1122334455667788", "rbx")
    check_equal(gdb.value("/x $xmm5.v2_int64"), "{0x102030405060708, 0x1112131415161718}", "xmm5")
    check_equal(gdb.value("/x $ymm6.v4_int64"), "{0xa1, 0xa2, 0xa3, 0xa4}", "ymm6")
    gdb.change("$rbx", "0xfeedfacecafe")
    gdb.change("$xmm5.v2_int64[0]", "0x77")
    gdb.change("$ymm6.v4_int64[3]", "0x99")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "rbx feedfacecafe xmm5 77 1112131415161718 ymm6 a1 99")


@scenario("registers are read and written", debuggers=("lldb",))
def _(case):
    need_processor("avx")
    lldb = case.launch_until("loaded", "registers")
    check_found("rbx = 0x1122334455667788", lldb.command("register read rbx"))
    check_found(r"xmm5 = \{0x08 0x07 .* 0x12 0x11\}", lldb.command("register read xmm5"))
    check_found(r"ymm6 = \{0xa1 0x00 .* 0xa4 0x00( 0x00){6}\}", lldb.command("register read ymm6"))
    lldb.command("register write rbx 0xfeedfacecafe")
    lldb.command(f"register write xmm5 '{vector(0x77, 0x1112131415161718)}'")
    lldb.command(f"register write ymm6 '{vector(0xA1, 0xA2, 0xA3, 0x99)}'")
    go_to_exit(lldb, case.server, 0)
    check_printed(case.server, "rbx feedfacecafe xmm5 77 1112131415161718 ymm6 a1 99")


def vector(*words):
    """A vector register's bytes, as lldb writes them."""
    data = b"".join(word.to_bytes(8, "little") for word in words)
    return "{" + " ".join(f"{byte:#04x}" for byte in data) + "}"


@scenario("the registers of AVX-512 are read and written", debuggers=("gdb",))
def _(case):
    need_processor("avx512bw")
    gdb = case.launch_until("loaded", "registers", "avx512")
    wanted = "{0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8}"
    check_equal(gdb.value("/x $zmm16.v8_int64"), wanted, "zmm16")
    check_equal(gdb.value("/x $k1"), "0x5a5a", "k1")
    gdb.change("$zmm16.v8_int64[0]", "0x77")
    gdb.change("$zmm16.v8_int64[7]", "0x99")
    gdb.change("$k1", "0x33cc")
    go_to_exit(gdb, case.server, 0)
    check_printed(case.server, "zmm16 77 99 k1 33cc")


@scenario("lldb reads and writes the registers of AVX-512, whole ones too", debuggers=("lldb",))
def _(case):
    need_processor("avx512bw")
    lldb = case.launch_until("loaded", "registers", "avx512")
    wanted = vector(*range(0xB1, 0xB9))
    check_found(f"zmm16 = {wanted}", lldb.command("register read zmm16"))
    check_found("k1 = 0x0*5a5a\n", lldb.command("register read k1"))
    lldb.command(f"register write zmm16 '{vector(0x77, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0x99)}'")
    lldb.command("register write k1 0x33cc")
    go_to_exit(lldb, case.server, 0)
    check_printed(case.server, "zmm16 77 99 k1 33cc")


@scenario("lldb knows the parts of registers of a process that it was told nothing else of", debuggers=("lldb",))
def _(case):
    ticker = case.place.start_program([case.place.path("ticker")])
    ticker.wait_for_output("tick 3\n")
    case.serve_attached(ticker)
    lldb = case.start_debugger()
    lldb.connect(case.server)
    lldb.command("register write rbx 0x1122334455667788")
    read = lldb.command("register read ebx bx bh bl")
    check_found(r"ebx = 0x55667788\n +bx = 0x7788\n +bh = 0x77\n +bl = 0x88\n", read)
    check_found(r"fip = 0x[0-9a-f]{16}\n", lldb.command("register read fip"))
    lldb.command("register write bh 0x99")
    check_found("rbx = 0x1122334455669988", lldb.command("register read rbx"))


@scenario("memory that the debugger wrote is what the program sees")
def _(case):
    debugger = case.launch_until("look", "memory")
    check_equal(number_in(debugger, "number"), 12345, "number")
    check_equal(debugger.value("text[3]"), "119 'w'" if case.debugger_name == "gdb" else "'w'", "text[3]")
    debugger.change("number", -54321)
    debugger.write_bytes(int(debugger.value("(long) &text"), 0), b"by debugger\0")
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "number -54321 text by debugger")


@scenario("lldb sees which file a region of memory is of and who may do what there, and that it has no tags", debuggers=("lldb",))
def _(case):
    lldb = case.launch_until("tick", "counter")
    check_found(r"r-x \S*/counter\b", lldb.command("memory region `(long)&tick`"))
    check_found(r"rw- \[stack\]", lldb.command("memory region `$sp`"))
    check_found(r"0x0{16}-0x\w+\) ---", lldb.command("memory region 0"))
    check_found("does not support memory tagging", lldb.command("memory tag read `$sp`"))


@scenario("what was told with a stop is read as the debugger has changed it", debuggers=("lldb",))
def _(case):
    lldb = case.launch_until("tick", "counter")
    lldb.command("register read --all")
    lldb.step_out()
    go_to_breakpoint(lldb, "tick")
    check_equal(lldb.value("number"), "2", "the argument, which is on the stack")
    lldb.change("number", "77")
    check_equal(lldb.value("number"), "77", "the argument as it was written")
    lldb.command(f"register write xmm5 '{vector(0x77, 0x78)}'")
    check_found(r"xmm5 = \{0x77 (0x00 ){7}0x78 ", lldb.command("register read xmm5"))
    lldb.no_more_breakpoints()
    lldb.step_out()
    check_equal(lldb.value("count"), "77", "what the program saw")
    check_found(r"xmm5 = \{0x77 (0x00 ){7}0x78 ", lldb.command("register read xmm5"))


@scenario("a megabyte of memory arrives as the program wrote it")
def _(case):
    exchange = case.place.exchange()
    wanted, got = os.path.join(exchange, "wanted"), os.path.join(exchange, f"got-{case.debugger_name}")
    debugger = case.launch_until("filled", "bulk", wanted)
    debugger.dump_memory(got, int(debugger.value("(long) &bulk"), 0), 1 << 20)
    with open(wanted, "rb") as one, open(got, "rb") as other:
        check(one.read() == other.read(), "the memory differs from what the program wrote to its file")


@scenario("a function of the program is called")
def _(case):
    debugger = case.launch_until("inner", "calls")
    check_equal(number_in(debugger, "square(7)"), 49, "square(7)")
    debugger.no_more_breakpoints()
    check_equal(number_in(debugger, "outer(1)"), 1104, "outer(1)")
    check_equal(number_in(debugger, "number"), 21, "number after the calls")
    go_to_exit(debugger, case.server, 0)
    check_printed(case.server, "outer gave 1142", "square gave 25")


@scenario("machine code written to memory that the program was made to map is run")
def _(case):
    case.need_libraries()
    return_42 = bytes.fromhex("b8 2a 00 00 00 c3")  # mov eax, 42; ret
    debugger = case.launch_until("tick", "counter")
    page = debugger.map_executable_page()
    debugger.write_bytes(page, return_42)
    check_equal(debugger.call_at(page), "42", "what the code returned")
    debugger.no_more_breakpoints()
    go_to_exit(debugger, case.server, 5)


@scenario("find finds bytes where they begin, across pages, and not behind an unreadable one", debuggers=("gdb",))
def _(case):
    gdb = case.launch_until("hidden", "needles")
    begin = int(gdb.value("(long) haystack"), 0)
    wanted = [begin + 100, begin + 0x40000 - 3, begin + (1 << 20) - 8]
    needle = ", ".join(f"'{letter}'" for letter in "needle12")
    check_equal(found(gdb, begin, 1 << 20, needle), wanted, "where the needle is")
    check_equal(found(gdb, begin + 101, 0x40000 - 101, needle), [], "where only its beginning is")
    check_equal(found(gdb, begin, 1 << 40, needle), wanted, "where the range is longer than the memory")
    check_found("currently enabled", gdb.command("show remote search-memory-packet"))


def found(gdb, begin, length, values):
    text = gdb.command(f"find /b {begin}, +{length}, {values}")
    return [int(word, 16) for word in re.findall(r"(?m)^0x[0-9a-f]+", text)]


@scenario("find does not see the debugger's breakpoints", debuggers=("gdb",))
def _(case):
    gdb = case.launch("needles")
    gdb.keep_breakpoints_inserted()
    gdb.break_at("*hidden")
    gdb.break_at("main")
    go_to_breakpoint(gdb, "main")
    begin = int(gdb.value("(long) &hidden"), 0)
    push_rbp = "0x55"
    check_equal(found(gdb, begin, 1, "0xcc"), [], "breakpoint instructions")
    check_equal(found(gdb, begin, 1, push_rbp), [begin], "the program's own instruction")


@scenario("compare-sections tells memory from the file by one byte", debuggers=("gdb",))
def _(case):
    gdb = case.launch("counter-fixed")
    gdb.keep_breakpoints_inserted()
    gdb.break_at("tick")
    go_to_breakpoint(gdb, "tick")
    check_found(r"Section \.text, range .*: matched\.", gdb.command("compare-sections .text"))
    gdb.write_bytes(int(gdb.value("(long) &main"), 0), b"\x90")
    check_found(r"Section \.text, range .*: MIS-MATCHED!", gdb.command("compare-sections .text"))
