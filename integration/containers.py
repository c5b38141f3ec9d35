"""Places where the server and the debugger are in containers of their own, with a network between them.

The server's container has the engine's default rights, or fewer: launching a program needs no more. There the server
is PID 1, as in `docker run IMAGE stub …`. What a run of the suite makes (network, images, containers, files) has the
run's own name in front and is removed at its end. The base images come from docker/make-bases.
"""

import atexit
import functools
import itertools
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from place import LIMIT, NativePlace, Place, PlaceError, Skip

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "programs")
DOCKER = os.path.join(os.path.dirname(HERE), "docker")

SERVER = "/usr/local/bin/stub"  # where the Dockerfiles put it
PROGRAMS = "/programs"

# How the debugger is started, as "$@". Not as PID 1, which could not be killed from inside. Its terminal echoes no
# more than that of a debugger outside does. And with a PID, like those of its threads, that no debuggee in a container
# has: lldb takes the program of its own process of that number for the debuggee's.
IN_CONTAINER = 'stty -echo; for _ in $(seq 300); do (:); done; "$@"; exit $?'

# Programs that are nothing without a loader, and the libraries themselves.
NEED_LIBRARIES = ("plugin", "opener", "linked_locals", "opened_locals", "locals_of_libraries", "namespaces")

RESTRICTED = ["--cap-drop=all", "--user=1000", "--read-only", "--security-opt=no-new-privileges"]


class Engine:
    """docker or podman, whichever docker/engine chose."""

    def __init__(self):
        script = os.path.join(DOCKER, "engine")
        version = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)
        if version.returncode != 0:
            raise Skip(last_line(version.stderr))
        self.name = version.stdout.partition(" ")[0].lower()
        self.prefix = ["env", f"CONTAINER_ENGINE={self.name}", script]  # so that it need not choose again

    def command(self, *words):
        return [*self.prefix, *words]

    def run(self, *words):
        """Runs one command to its end; returns what it printed."""
        done = self._run(words)
        if done.returncode != 0:
            raise PlaceError(f"{words[0]}: {last_line(done.stderr)}")
        return done.stdout.strip()

    def try_to(self, *words):
        """Likewise, where it does not matter if there is nothing to be done."""
        return self._run(words).stdout.strip()

    def remove(self, containers):
        """Ends and removes them, whether they still are there or not."""
        for container in containers:
            self.try_to("rm", "--force", container)  # of several, podman leaves all that follow a missing one

    def _run(self, words):
        command = self.command(*words)
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def last_line(text):
    """An engine warns first and says last why it failed."""
    return (text.strip().splitlines() or ["it failed without a word"])[-1]


class Stage:
    """What the places of one run share: the network, the images, directories."""

    def __init__(self):
        self.engine = Engine()
        self.name = f"stub-{os.getpid()}-{secrets.token_hex(3)}"
        self._label = f"stub.stage={self.name}"
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._made = {}
        self._probe()
        self._directory = tempfile.mkdtemp(prefix=f"{self.name}-")
        os.chmod(self._directory, 0o755)
        atexit.register(self.close)
        # Addresses do. podman's name server forgets, for a while, all names whenever a container comes or goes.
        no_names = ["--disable-dns"] if self.engine.name == "podman" else []
        self.engine.run("network", "create", *no_names, "--label", self._label, self.name)

    def _probe(self):
        """Whether containers work at all, which they may not do inside another container."""
        base = self._existing(base_image("12"))
        try:
            self.engine.run("run", "--rm", base, "true")
        except PlaceError as error:
            raise Skip(f"containers do not work on this machine: {error}") from None

    def _existing(self, base):
        try:
            self.engine.run("image", "inspect", base)
        except PlaceError:
            raise Skip(f"there is no image {base}; docker/make-bases makes it") from None
        return base

    def target_image(self, server, programs, base):
        """An image with the server and the programs; base None is the image with nothing else."""
        return self._once(("target", server, programs, base), self._build_target, server, programs, base)

    def debugger_image(self, debian):
        base = f"localhost/stub-debugger:{debian}"
        return self._once(base, self._build, "Dockerfile.debugger", DOCKER, f"--build-arg=BASE={base}")

    def static_programs(self):
        return self._once("static", self._build_static_programs)

    def new_exchange(self):
        """A directory that the containers' users may write to, whoever they are."""
        directory = tempfile.mkdtemp(dir=self._directory)
        os.chmod(directory, 0o777)
        return directory

    def container_options(self):
        """A new container's name, and what every container is started with."""
        name = f"{self.name}-{next(self._numbers)}"
        # It has nothing to save: without this, removing it would wait for it.
        options = ["--name", name, "--label", self._label, "--network", self.name, "--stop-signal", "KILL"]
        return name, options

    def close(self):
        """Removes all that has this stage's name; again is no mistake."""
        for _ in ("servers", "what they were attached to", "the idler"):  # one cannot go while the one before is there
            self.engine.remove(self.engine.try_to("ps", "--all", "--quiet", "--filter", f"label={self._label}").split())
        self.engine.try_to("network", "rm", self.name)
        images = self.engine.try_to("images", "--quiet", "--filter", f"label={self._label}").split()
        if images:
            self.engine.try_to("rmi", "--force", *images)
        shutil.rmtree(self._directory, ignore_errors=True)

    def _once(self, key, make, *arguments):
        with self._lock:
            if key not in self._made:
                self._made[key] = make(*arguments)
            return self._made[key]

    def _build_target(self, server, programs, base):
        if not os.path.exists(server):
            raise Skip(f"there is no {server}")
        context = tempfile.mkdtemp(dir=self._directory)
        shutil.copy(server, os.path.join(context, "stub"))
        shutil.copytree(programs, os.path.join(context, "programs"))
        if base is None:
            return self._build("Dockerfile.scratch", context)
        return self._build("Dockerfile.target", context, f"--build-arg=BASE={self._existing(base)}")

    def _build(self, dockerfile, context, *options):
        image = f"localhost/{self.name}:{next(self._numbers)}"
        file = os.path.join(DOCKER, dockerfile)
        self.engine.run("build", "--quiet", "--file", file, "--tag", image, "--label", self._label, *options, context)
        return image

    def _build_static_programs(self):
        """The programs that need nothing of the machine that they run on, by their usual names."""
        directory = tempfile.mkdtemp(dir=self._directory)
        os.chmod(directory, 0o755)
        for source in sorted(os.listdir(SOURCES)):
            name, extension = os.path.splitext(source)
            if extension == ".c" and name not in NEED_LIBRARIES:
                build_static(os.path.join(SOURCES, source), os.path.join(directory, name))
        for name in ("counter", "locals"):
            shutil.copy(os.path.join(directory, name), os.path.join(directory, f"{name}-static"))
        return directory


def base_image(debian):
    return f"localhost/stub-base:{debian}"


def build_static(source, program):
    # The flags of programs/Makefile; -mno-red-zone, which one of them needs, harms none.
    flags = ["-g", "-O0", "-fno-omit-frame-pointer", "-mno-red-zone", "-static", "-pthread"]
    subprocess.run(["cc", *flags, "-o", program, source], check=True)


_stage = None
_problem = None
_stage_lock = threading.Lock()


def stage():
    """The one stage; if it cannot be made, each place that wants it is skipped for the same reason."""
    global _stage, _problem
    with _stage_lock:
        if _problem:
            raise Skip(_problem)
        try:
            _stage = _stage or Stage()
        except (Skip, PlaceError) as problem:
            _problem = str(problem)
            raise Skip(_problem) from None
        return _stage


def close():
    """Removes all that was made. It happens at exit too, but run.py may want it sooner."""
    if _stage:
        _stage.close()


class ContainerPlace(Place):
    """The server and the debugger in a new container each time.

    server_debian None is the image that has the server and static programs and nothing else; "tools" is Debian 13 with
    what starts tests.
    """

    def __init__(self, name, server_debian, debugger_debian, rights, server, programs):
        super().__init__()
        self.name = name
        self.shares_libraries = server_debian in (None, debugger_debian)
        self._rights = rights
        self._containers = []
        self._idler = None
        self._alone = False
        self._mounts = []
        self._stage = stage()
        self._exchange = self._stage.new_exchange()
        self._engine = self._stage.engine
        self._server = os.path.abspath(server)
        self._programs = os.path.abspath(programs) if server_debian else self._stage.static_programs()
        base = server_debian and base_image(server_debian)
        self._image = self._stage.target_image(self._server, self._programs, base)
        self._debugger_image = self._stage.debugger_image(debugger_debian)

    def bind_address(self):
        return ":0"

    def client_host(self):
        return self._inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")

    def server_command(self, argv, environment):
        pids = self._pids_seen_by(argv)
        self._newest, options = self._new_container()
        variables = (f"--env={key}={value}" for key, value in environment.items())
        options += [f"--volume={self._exchange}:{self._exchange}", *self._rights, *self._mounts, *pids, *variables]
        return self._engine.command("run", "--rm", "--interactive", *options, self._image, *argv)

    def _pids_seen_by(self, argv):
        """A server that launches has its own PIDs; one that attaches shares them with the programs.

        They share an idler's: a program that is PID 1 itself cannot be killed by its neighbours, not even with SIGKILL.
        """
        if self._alone or (argv[0] == SERVER and "--attach" not in argv):
            return []
        self._idler = self._idler or self._start_idler()
        return [f"--pid=container:{self._idler}"]

    def _start_idler(self):
        name, options = self._new_container()
        self._engine.run("run", "--detach", *options, base_image("12"), "sleep", "infinity")
        return name

    def _new_container(self):
        name, options = self._stage.container_options()
        self._containers.append(name)
        return name, options

    def client_prefix(self):
        self._newest_client, options = self._new_container()
        mounts = [f"{self._programs}:{PROGRAMS}:ro", f"{SOURCES}:{SOURCES}:ro", f"{self._exchange}:{self._exchange}"]
        options += [*(f"--volume={mount}" for mount in mounts), "--env=TERM=dumb", "--env=LC_ALL=C.UTF-8"]
        options += ["--interactive", "--tty", self._debugger_image]
        return self._engine.command("run", "--rm", *options, "sh", "-c", IN_CONTAINER, "debugger")

    def path(self, program):
        if not os.path.exists(self.local_path(program)):
            raise Skip(f"{self.name} has no {program}")
        return os.path.join(PROGRAMS, self.folder, program)

    def server_program(self):
        return SERVER

    def exchange(self):
        return self._exchange

    def start_server(self, options, operands, environment=None):
        if "--attach" in options:
            need_right_to_attach()
        return super().start_server(options, operands, environment)

    def start_program(self, argv, environment=None):
        running = super().start_program(argv, environment)
        running.pid = innermost_pid(self.outside(".State.Pid"))
        return running

    def start_command(self, argv, environment=None):
        running = super().start_command(argv, environment)
        running.container = self._newest
        return running

    def send_signal(self, command, number):
        self._engine.run("kill", f"--signal={number}", command.container)

    def start_alone(self, program):
        self._alone = True
        try:
            running = self.start_program([self.path(program)])
        finally:
            self._alone = False
        self._idler = running.container
        return running

    def outside(self, what):
        """A fact about the newest container of a server or program, as this machine sees it: its .Id, or .State.Pid."""
        return self._inspect(f"{{{{{what}}}}}")

    def host(self):
        """This machine, for a server that is in no container."""
        if os.geteuid() != 0:
            raise Skip("containers are nothing to see for others than root")
        return NativePlace(self._server, self._programs)

    def run_with(self, rights, argv):
        """Runs the server's program with these rights and no others, among the processes of what start_alone started;
        returns the exit code and what it printed."""
        _, options = self._new_container()
        pids = [f"--pid=container:{self._idler}"] if self._idler else []
        command = self._engine.command("run", "--rm", *options, *rights, *pids, self._image, SERVER, *argv)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def cut_off_client(self):
        """Takes the newest debugger's network away."""
        self._engine.run("network", "disconnect", self._stage.name, self._newest_client)

    def start_elsewhere(self, program):
        image, self._image = self._image, base_image("12")
        self._mounts = [f"--volume={self._programs}:/elsewhere:ro"]
        try:
            return self.start_program([f"/elsewhere/{program}"])
        finally:
            self._image, self._mounts = image, []

    def close(self):
        """The local process of each container is only its engine's client."""
        self._engine.remove(reversed(self._containers))  # a program cannot go while a server holds it
        self._containers = []
        self._idler = None
        super().close()

    def _spawn(self, argv, environment):
        self._client = super()._spawn(argv, environment)
        return self._client

    def _inspect(self, what):
        """A fact about the newest container of a server or program, once it runs; nothing if it has ended before."""
        end = time.monotonic() + LIMIT
        while self._client.poll() is None and time.monotonic() < end:
            fact = self._engine.try_to("inspect", "--format", what, self._newest)
            if fact not in ("", "0"):
                return fact
        return ""


def innermost_pid(pid):
    """The PID of a container's first process among those that it shares."""
    if not pid:
        raise PlaceError("the program ended at once")
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            pids = next(line for line in file if line.startswith("NSpid:"))
    except FileNotFoundError:
        raise Skip("the engine's processes cannot be seen from here") from None
    return int(pids.split()[-1])


def need_right_to_attach():
    """Yama's ptrace_scope is the only rule here that the default rights of a container do not pass."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
            scope = file.read().strip()
    except FileNotFoundError:
        return
    if scope != "0":
        raise Skip(f"kernel.yama.ptrace_scope is {scope}: without SYS_PTRACE nothing can be attached to")


def place(name, server_debian, debugger_debian, rights=()):
    return {name: functools.partial(ContainerPlace, name, server_debian, debugger_debian, rights)}


PLACES = {
    **place("container:12-12", "12", "12"),
    **place("container:12-13", "12", "13"),
    **place("container:13-12", "13", "12"),
    **place("container:13-13", "13", "13"),
    **place("container:scratch", None, "12"),
    **place("container:restricted", "12", "12", RESTRICTED),
    **place("container:tools", "tools", "13"),
}


def end(*_):
    close()
    sys.exit(128 + signal.SIGTERM)


signal.signal(signal.SIGTERM, end)  # a run that is asked to end still removes what it made
