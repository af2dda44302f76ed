"""What is never committed: addresses of registries, paths of a machine, keys; and locks without surprises."""

import re

from tests.house.tree import ROOT, all_files, told

# Put together here, so that this file keeps the rule too.
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npm" + "mirror",
    "files.py" + "thon",
)
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users)/" + r"\w")
PRIVATE_KEY = re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----")
PIN = re.compile(r"^([a-z0-9][\w.-]*)==([^ ;\\]+)", re.MULTILINE)


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in all_files():
        raw = path.read_bytes()
        if b"\0" not in raw:
            found.append((path.relative_to(ROOT).as_posix(), raw.decode("utf-8")))
    return found


def test_no_address_of_a_registry_is_committed() -> None:
    named = [name for name, text in _texts() for host in REGISTRIES if host in text]
    assert not named, told("leave the address out: every client knows where its packages come from", named)


def test_no_path_of_a_machine_is_committed() -> None:
    named = [f"{name}: {found.group()}" for name, text in _texts() if (found := MACHINE_PATH.search(text))]
    assert not named, told("write a path from the root of the project", named)


def test_no_private_key_is_committed() -> None:
    assert [name for name, text in _texts() if PRIVATE_KEY.search(text)] == []


def test_every_package_of_the_locks_is_pinned_by_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
        bare = [
            block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block or "==" not in block
        ]
        assert not bare, told(f"write {name} with `make lock`", bare)


def test_the_tests_run_with_the_packages_that_go_live() -> None:
    live = set(PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    tested = set(PIN.findall((ROOT / "requirements-dev.lock").read_text(encoding="utf-8")))
    assert live <= tested, "the two locks disagree: `make lock`"
