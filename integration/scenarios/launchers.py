"""Who runs tests, with `stub run` before it, or before each of its tests."""

import glob
import os

from place import Skip
from scenario import NATIVE, TOOLS, check_equal, check_found, scenario

from .cores import open_core
from .runs import run

PLACES = (*NATIVE, *TOOLS)


def need(case, *programs):
    for program in programs:
        if finished(case, "/bin/sh", "-c", f"command -v {program}")[0] != 0:
            raise Skip(f"there is no {program} here")


def finished(case, *argv):
    started = case.place.start_command(argv)
    return started.wait_exit(), started.output()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def policy(folder):
    return f"--on-crash=report,core={folder}/cores"


def check_crash(case, folder, output):
    """A report with the line, and a core with the stack."""
    check_found(r"stub: fates \(process \d+\): SIGSEGV", output)
    check_found(r"#0 .* in crash \(\) at .*fates\.c:\d+", output)
    cores = glob.glob(f"{folder}/cores/core.fates.*")
    check_equal(len(cores), 1, "cores")
    check_found(r"crash.*\n.*main", open_core(case, "fates", cores[0]).backtrace())


@scenario("before ctest, the third process of its tree crashes: report, core, and ctest's own exit code", places=PLACES)
def _(case):
    need(case, "ctest")
    folder = case.place.exchange()
    # ctest starts a test, which starts the program that crashes.
    tests = f'add_test(crashes "{case.place.path("fates")}" "middle")\nadd_test(works "/bin/true")\n'
    write(f"{folder}/CTestTestfile.cmake", tests)
    ctest = ["ctest", "--test-dir", folder]
    bare_code, bare_output = finished(case, *ctest)
    started = run(case, [policy(folder)], *ctest)
    check_equal(started.wait_exit(), bare_code, "exit code")
    verdict = r"(?m)^.*tests passed, .*$"
    check_equal(check_found(verdict, started.output())[0], check_found(verdict, bare_output)[0], "ctest's verdict")
    check_crash(case, folder, started.output())


# CMAKE_TEST_LAUNCHER is there since CMake 3.29; before, the emulator of other machines' programs did the same.
PROJECT = """
cmake_minimum_required(VERSION 3.20)
project(tests NONE)
if(CMAKE_VERSION VERSION_LESS 3.29)
  set(CMAKE_CROSSCOMPILING_EMULATOR {command})
else()
  set(CMAKE_TEST_LAUNCHER {command})
endif()
enable_testing()
add_executable(fates IMPORTED)
set_target_properties(fates PROPERTIES IMPORTED_LOCATION {program})
add_test(NAME crashes COMMAND fates)
"""


@scenario("as CMake's launcher of tests it tells ctest of a crash, with report and core", debuggers=("gdb",), places=PLACES)
def _(case):
    need(case, "cmake", "ctest")
    folder = case.place.exchange()
    command = f'"{case.place.server_program()}" run "{policy(folder)}" --'
    write(f"{folder}/CMakeLists.txt", PROJECT.format(command=command, program=case.place.path("fates")))
    code, output = finished(case, "cmake", "-S", folder, "-B", f"{folder}/build")
    check_equal(code, 0, f"cmake's exit code:\n{output}")
    code, output = finished(case, "ctest", "--test-dir", f"{folder}/build", "--output-on-failure")
    check_equal(code, 8, "ctest's exit code")
    check_crash(case, folder, output)


@scenario("as meson's wrapper of tests it tells meson of a crash, with report and core", debuggers=("gdb",), places=PLACES)
def _(case):
    need(case, "meson", "ninja")
    folder = case.place.exchange()
    write(f"{folder}/meson.build", f"project('tests')\ntest('crashes', find_program('{case.place.path('fates')}'))\n")
    code, output = finished(case, "meson", "setup", f"{folder}/build", folder)
    check_equal(code, 0, f"meson's exit code:\n{output}")
    wrapper = f"{case.place.server_program()} run {policy(folder)}"
    code, output = finished(case, "meson", "test", "-C", f"{folder}/build", "--print-errorlogs", "--wrapper", wrapper)
    check_equal(code, 1, f"meson's exit code:\n{output}")
    check_found(r"Fail: +1\b", output)
    check_crash(case, folder, output)


@scenario("before a test that is named from its own folder, as bazel's --run_under has it", debuggers=("gdb",), places=PLACES)
def _(case):
    folder = case.place.exchange()
    os.mkdir(f"{folder}/tests")
    words = "cd {0} && cp {1} tests && exec {2} run --on-crash=report,core=cores tests/fates crash --ci"
    script = words.format(folder, case.place.path("fates"), case.place.server_program())
    code, output = finished(case, "/bin/sh", "-c", script)
    check_equal(code, 139, "exit code")
    check_crash(case, folder, output)
