"""Small questions about Python's syntax trees."""

import ast
from collections.abc import Iterator
from functools import cached_property

from .tree import Module, Repository


def called(node: ast.Call) -> str:
    """Return the last part of what is called: "async_abort" for self.async_abort(...)."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """Return a keyword argument of a call."""
    return next((argument.value for argument in node.keywords if argument.arg == name), None)


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield (last part of the target, value) of an assignment; "errors[]" for an item of errors."""
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets, value = [node.target], node.value
    else:
        return
    for target in targets:
        match target:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name, value
            case ast.Subscript(value=ast.Name(id=name)):
                yield f"{name}[]", value
            case _:
                pass


class Names:
    """The texts that names and members of enumerations of the integration stand for."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @cached_property
    def _constants(self) -> dict[str, str | None]:
        """Module-level names; None for a name that two modules give different texts."""
        found: dict[str, str | None] = {}
        for module in self._repository.modules:
            for name, text in _texts(module.tree.body):
                found[name] = text if found.get(name, text) == text else None
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef):
                    for name, text in _texts(node.body):
                        found[f"{node.name}.{name}"] = text
        return found

    def values(self, module: Module, node: ast.expr) -> frozenset[str]:
        """Return the texts an expression can stand for; none when only running the code would tell."""
        text: str | None = None
        match node:
            case ast.Constant(value=str(literal)):
                text = literal
            case ast.Name(id=name):
                text = dict(_texts(module.tree.body)).get(name) or self._constants.get(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                text = self._constants.get(f"{owner}.{name}")
            case ast.IfExp(body=body, orelse=orelse):
                return self.values(module, body) | self.values(module, orelse)
            case ast.Call(func=ast.Name(id=name)):
                return self._returned(module, name)
            case _:
                pass
        return frozenset({text}) if text else frozenset()

    def _returned(self, module: Module, name: str) -> frozenset[str]:
        """Return the texts that a function of the module can return."""
        functions = [node for node in module.tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        returned = [node.value for each in functions for node in ast.walk(each) if isinstance(node, ast.Return)]
        constants = [value.value for value in returned if isinstance(value, ast.Constant)]
        return frozenset(value for value in constants if isinstance(value, str))


def _texts(body: list[ast.stmt]) -> list[tuple[str, str]]:
    """Return the names that these statements bind to a text."""
    found: list[tuple[str, str]] = []
    for node in body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text)))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text)))
            ):
                found.append((name, text))
            case _:
                pass
    return found
