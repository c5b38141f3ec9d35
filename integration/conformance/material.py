"""What a suite is run from: the debugger's source package, for its tests, and a small Debian that has the debugger.

Both come from the Debian mirror that apt uses already, and stay in a directory of the suite's own. Debian's own binaries
are tested, so nothing of the debuggers is built.
"""

import dataclasses
import glob
import os
import shutil
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"  # of the package debian-archive-keyring


class MaterialError(Exception):
    """It could not be fetched; the message says why."""


@dataclasses.dataclass(frozen=True)
class Origin:
    debian: str  # the release's code name
    source: str  # the source package
    parts: tuple  # of its archive, as tar's patterns; none means all of it
    packages: tuple  # what the small Debian has besides a minimal system
    links: tuple = ()  # (path in it, where it leads): what no package brings


class Material:
    def __init__(self, origin, directory):
        self._origin = origin
        self._directory = os.path.abspath(directory)
        self.sources = os.path.join(self._directory, "sources")
        self.root = os.path.join(self._directory, "root")

    def fetch(self):
        """Again is quick: what is there is kept."""
        os.makedirs(self._directory, exist_ok=True)
        if not os.path.isdir(self.sources):
            self._unpack(self._download())
        if not os.path.isdir(self.root):
            self._make_root()

    def version(self, package):
        """Of an installed package."""
        return run(["chroot", self.root, "dpkg-query", "-W", "-f", "${Version}", package]).stdout

    def _download(self):
        """The archives of the source package, as paths."""
        print(f"fetching the sources of {self._origin.source} ({self._origin.debian})", flush=True)
        folder = os.path.join(self._directory, "download")
        apt = self._private_apt(os.path.join(self._directory, "apt"))
        os.makedirs(folder, exist_ok=True)
        run([*apt, "update"])
        run([*apt, "source", "--download-only", "--tar-only", self._origin.source], cwd=folder)
        return [path for path in glob.glob(folder + "/*.orig*.tar.*") if not path.endswith(".asc")]

    def _private_apt(self, folder):
        """apt-get with the machine's settings, but with lists of its own that name sources."""
        os.makedirs(folder + "/lists/partial", exist_ok=True)
        os.makedirs(folder + "/cache/archives/partial", exist_ok=True)
        with open(folder + "/sources.list", "w", encoding="utf-8") as file:
            file.write(f"deb-src [signed-by={KEYRING}] {mirror()} {self._origin.debian} main\n")
        settings = {
            "Dir::Etc::SourceList": folder + "/sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::State::Lists": folder + "/lists",
            "Dir::Cache": folder + "/cache",
            "APT::Sandbox::User": "root",  # apt's own user may not enter this directory
        }
        return ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]

    def _unpack(self, archives):
        if not archives:
            raise MaterialError(f"the source package {self._origin.source} has no archive")
        with unfinished(self.sources) as folder:
            os.mkdir(folder)
            parts = ["--wildcards", *self._origin.parts] if self._origin.parts else []
            for archive in archives:
                run(["tar", "--extract", "--file", archive, "--strip-components=1", "-C", folder, *parts])

    def _make_root(self):
        print(f"making a Debian {self._origin.debian} with the debugger", flush=True)
        with unfinished(self.root) as folder:
            packages = ",".join(self._origin.packages)
            run(["mmdebstrap", "--variant=minbase", f"--include={packages}", self._origin.debian, folder, mirror()])
            with open(folder + "/etc/hosts", "w", encoding="ascii") as hosts:  # which no package brings either
                hosts.write("127.0.0.1 localhost\n::1 localhost\n")
            for path, target in self._origin.links:
                os.symlink(target, folder + path)


class unfinished:
    """A directory gets its name when it is whole, so that one that was interrupted is not taken for it."""

    def __init__(self, path):
        self._path = path
        self._part = path + ".part"

    def __enter__(self):
        shutil.rmtree(self._part, ignore_errors=True)
        return self._part

    def __exit__(self, kind, *_):
        if kind is None:
            os.rename(self._part, self._path)


def mirror():
    """Of Debian itself, however the machine's lists write it."""
    ask = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian"]
    known = run(ask).stdout.split()
    if not known:
        raise MaterialError("apt knows no Debian mirror; run apt-get update first")
    return known[0]


def run(command, **options):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    except FileNotFoundError:
        raise MaterialError(f"{command[0]} is not installed") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        raise MaterialError(f"{command[0]} failed: {last}")
    return done
