"""The project's own files, read once: where they lie, what they say, and their syntax trees."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("admin", "bot", "desk", "learning", "migrations", "simulator", "tomarigi")
HIDDEN_BUT_OURS = (".ci", ".env.example", ".gitignore")
MADE_BY_TOOLS = ("__pycache__", "build", "dist")


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Where it lies, from the root of the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, self.name)

    def calls(self) -> Iterator[ast.Call]:
        """Every call in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function in it, methods and inner ones included."""
        return (
            node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )

    def at(self, node: ast.AST) -> str:
        """`file:line` of a node."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


@lru_cache
def all_files() -> tuple[Path, ...]:
    """Every file of the project that is not made by a tool or kept from the repository."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") and path.name not in HIDDEN_BUT_OURS:
            continue
        if path.name in MADE_BY_TOOLS or path.name.endswith(
            (".egg-info", ".db", ".db-wal", ".db-shm", ".key")
        ):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


@lru_cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files of these folders."""
    wanted = tuple(ROOT / folder for folder in folders)
    return tuple(
        Source(path)
        for path in all_files()
        if path.suffix == ".py" and any(path.is_relative_to(f) for f in wanted)
    )


def program() -> tuple[Source, ...]:
    """The Python files of the program: all rooms, without the tests."""
    return sources(*ROOMS)


def everything() -> tuple[Source, ...]:
    """The Python files of the program, its tests and its bench."""
    return sources(*ROOMS, "bench", "tests")


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute chain, and '' of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f"?.{node.attr}"
    return ""


def told(mend: str, places: Iterable[str]) -> str:
    """What a failure says: the mend, and each place that needs it on a line of its own."""
    return "\n".join([mend, *sorted(places)])
