"""LLDB's tests of test/Shell, each by LLVM's own lit: RUN lines for the shell, judged by FileCheck."""

import os
import re

LIT = "/build/utils/lit/lit.py"  # below LLVM's directory, in the package llvm-*-tools
OBJECTS = "/mnt/run/objects"
TESTS = OBJECTS + "/test/Shell"
SOURCES = "/mnt/lldb/test/Shell"

WIDE = tuple(
    f"Shell/{folder}/*.{end}"
    for folder in ("Breakpoint", "ExecControl", "Expr", "Process", "Register", "Subprocess", "Unwind", "Watchpoint", "lldb-server")
    for end in ("test", "s", "c", "cpp")
)

LINE = re.compile(r"^(PASS|FAIL|XPASS|XFAIL|UNSUPPORTED|TIMEOUT|UNRESOLVED): lldb-shell :: (\S+)", re.MULTILINE)

# What LLDB's build writes into lit.site.cfg.py, for an installed LLDB: its lit.site.cfg.py.in has the names.
SITE = """
import lit.llvm

config.llvm_src_root = config.llvm_obj_root = "{llvm}"
config.llvm_tools_dir = config.lldb_tools_dir = "{llvm}/bin"
config.llvm_libs_dir = config.llvm_shlib_dir = config.lldb_libs_dir = "{llvm}/lib"
config.lit_tools_dir = config.lldb_lit_tools_dir = config.cmake_sysroot = ""
config.lldb_src_root = "/mnt/lldb"
config.lldb_obj_root = "{objects}"
config.lldb_build_directory = "{objects}/lldb-test-build"
config.lldb_module_cache = config.clang_module_cache = "{objects}/modules"
config.target_triple = config.host_triple = "{machine}-pc-linux-gnu"
config.python_executable = "/usr/bin/python3"
config.lldb_bitness = 64
config.have_zlib = config.lldb_enable_lzma = config.lldb_enable_python = config.have_lldb_server = True
config.lldb_enable_lua = config.lldb_system_debugserver = False
config.objc_gnustep_dir = config.llvm_use_sanitizer = ""

lit.llvm.initialize(lit_config, config)
config.available_features.update({features})
for name in ("LLDB_DEBUGSERVER_PATH", "SHELL"):
    config.environment[name] = os.environ[name]
lit_config.load_config(config, "{sources}/lit.cfg.py")
"""


def processor_features():
    """What lit-cpuid, which no package has, would print."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        flags = re.search(r"^flags\s*:(.*)$", file.read(), re.MULTILINE)[1].split()
    return sorted(f"native-cpu-{flag}" for flag in ("sse", "avx", "avx512f") if flag in flags)


def prepare(folder, sources, llvm):
    """Writes into the folder that the cell sees as /mnt/run what LLDB's build would have written."""
    tests = folder + TESTS.removeprefix("/mnt/run")
    os.makedirs(tests)
    words = {"llvm": llvm, "objects": OBJECTS, "sources": SOURCES, "machine": os.uname().machine}
    write(tests + "/lit.site.cfg.py", SITE.format(features=processor_features(), **words))
    with open(sources + "/lldb/test/Shell/lit-lldb-init.in", encoding="utf-8") as file:
        settings = file.read().replace("@LLDB_TEST_MODULE_CACHE_LLDB@", OBJECTS + "/modules")
    write(tests + "/lit-lldb-init", settings)
    write(tests + "/lit-lldb-init-quiet", "command source -C --silent-run true lit-lldb-init\n")


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def command(file, llvm):
    return ["python3", llvm + LIT, "-a", "-j", "1", f"{TESTS}/{file}"]


def read_verdicts(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return {name: "FAIL" if verdict == "TIMEOUT" else verdict for verdict, name in LINE.findall(file.read())}
