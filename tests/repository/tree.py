"""The checkout as the checks see it: its files, their text, and the integration's syntax trees."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
import json
from pathlib import Path
import re
import shutil
import subprocess
import tomllib
from typing import cast

import yaml  # type: ignore[import-untyped]  # Home Assistant brings it, without its stubs

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None
type JsonObject = Mapping[str, Json]

COMPONENT = Path("custom_components/netrex")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python module of the integration."""

    path: Path  # relative to the repository
    tree: ast.Module

    @property
    def name(self) -> str:
        """The module's own name, which for a platform is the platform's."""
        return self.path.parent.name if self.path.stem == "__init__" else self.path.stem

    @property
    def room(self) -> str:
        """The package of the integration that it is in, or its own name at the root: for a platform, the platform's."""
        return Path(self.path.relative_to(COMPONENT).parts[0]).stem


@dataclass(frozen=True)
class Repository:
    """A checkout, or a copy of one."""

    root: Path

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """What is, or with the next commit could be, in the repository; relative paths.

        A folder without .git (a downloaded archive) is taken as it lies there.
        """
        git = shutil.which("git")
        if git and (self.root / ".git").exists():
            listing = subprocess.run(  # noqa: S603 - fixed arguments, nothing comes from outside
                [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                cwd=self.root,
                capture_output=True,
                check=True,
                timeout=30,
            ).stdout
            names = {Path(name) for name in listing.decode().split("\0") if name}
            return tuple(sorted(name for name in names if (self.root / name).is_file()))
        return tuple(sorted(path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file()))

    def has(self, path: Path | str) -> bool:
        """Tell whether the file is there."""
        return (self.root / path).is_file()

    def text(self, path: Path | str) -> str:
        """Return a file's text; empty when there is no such file or it isn't text."""
        try:
            return (self.root / path).read_text(encoding="utf-8")
        except FileNotFoundError, UnicodeDecodeError:
            return ""

    def json(self, path: Path | str) -> JsonObject:
        """Return a JSON object; empty when there is no such file."""
        text = self.text(path)
        return cast(JsonObject, json.loads(text)) if text else {}

    def yaml(self, path: Path | str) -> JsonObject:
        """Return a YAML mapping; empty when there is no such file."""
        return cast(JsonObject, yaml.safe_load(self.text(path)) or {})

    def toml(self, path: Path | str) -> JsonObject:
        """Return a TOML document; empty when there is no such file."""
        return cast(JsonObject, tomllib.loads(self.text(path)))

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The integration's modules, those of cloud/ and vapix/ included."""
        paths = [path for path in self.files if path.suffix == ".py" and path.is_relative_to(COMPONENT)]
        return tuple(Module(path, ast.parse(self.text(path))) for path in paths)

    def module(self, name: str) -> Module | None:
        """Return the module of this name in the integration's own folder."""
        return next((module for module in self.modules if module.path == COMPONENT / f"{name}.py"), None)

    @cached_property
    def strings(self) -> frozenset[str]:
        """Every string that the integration's code holds, or the forms of its actions."""
        return frozenset(
            node.value
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ) | frozenset(scalars(dict(self.yaml(COMPONENT / "services.yaml"))))

    @cached_property
    def _composed(self) -> tuple[re.Pattern[str], ...]:
        """Patterns of the texts that f-strings of the integration make, such as "host_" and a reason."""
        patterns = []
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.JoinedStr):
                    pieces = [
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values
                    ]
                    if any(re.fullmatch(r"\w{3,}", piece) for piece in pieces):
                        patterns.append(re.compile("".join(pieces)))
        return tuple(patterns)

    def says(self, key: str) -> bool:
        """Tell whether the integration's code holds this key, or makes one like it."""
        return key in self.strings or any(pattern.fullmatch(key) for pattern in self._composed)


def leaves(node: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (path, text) of every text in a tree of translations."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, str(node)


def scalars(node: Json) -> Iterator[str]:
    """Yield every text in a YAML document that is a value, not a key."""
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from scalars(value)
    elif isinstance(node, str):
        yield node


def branch(tree: JsonObject, *path: str) -> JsonObject:
    """Return the object at a path; empty when there is none."""
    node: Json = cast(Json, tree)
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}
