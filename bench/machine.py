"""The machine: its cores, and what a process takes of it."""

import os
import platform
import re
from pathlib import Path

_MB = 1_000_000


def cores() -> list[int]:
    """The cores we may use: the server under test gets the first, whoever sends to it the last."""
    return sorted(os.sched_getaffinity(0))


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / _MB


def description() -> str:
    """Cores, kind of processor, memory, system, Python."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    model = cpu[1] if cpu else platform.machine()
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(cores())} cores of {model}, {gib:.0f} GiB, "
        f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )
