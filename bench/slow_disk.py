"""A disk that takes its time: every fsync of a process waits five milliseconds more, by a library put before libc."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

DELAY_MS = 5
_COMPILER = "cc"


@contextmanager
def slowed() -> Iterator[Mapping[str, str] | None]:
    """The environment a slowed process is started with; None on a machine without a C compiler."""
    if shutil.which(_COMPILER) is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tomarigi-slow-") as folder:
        # The PostgreSQL server may run as somebody else.
        Path(folder).chmod(0o755)
        library = Path(folder) / "slow_disk.so"
        source = Path(__file__).with_suffix(".c")
        delay = f"-DDELAY_MS={DELAY_MS}"
        subprocess.run(
            [_COMPILER, "-shared", "-fPIC", "-O2", delay, "-o", library, source, "-ldl"], check=True
        )
        library.chmod(0o755)
        yield {"LD_PRELOAD": os.fspath(library)}
