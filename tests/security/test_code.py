"""What the integration's code must not do, wherever it is written; each rule is shown to bite."""

import ast
from collections.abc import Callable
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "custom_components/netrex"

#: In modules for browsers, what would make markup, code or a page of a text.
_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|\b(?:setHTML|parseHTML)|createContextualFragment|DOMParser|srcdoc"
    r"|document\.write|\beval\b|\bFunction\(|unsafe(?:HTML|CSS|Static)|javascript:|window\.open|postMessage"
)

type Rule = Callable[[ast.AST], str | None]


def _name(node: ast.AST) -> str:
    """Return a dotted name; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{_name(value)}.{attr}"
    return ""


def _imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=0):
            return [f"{module}.{alias.name}" for alias in names]
    return []


def programs(node: ast.AST) -> str | None:
    """No program is started: there are no arguments that a list of processes could show."""
    forbidden = ("subprocess", "pty", "multiprocessing", "homeassistant.components.ffmpeg", "haffmpeg", "ctypes")
    if any(name.startswith(forbidden) for name in _imported(node)):
        return "imports what starts programs"
    if isinstance(node, ast.Attribute | ast.Name):
        name = _name(node)
        starts = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.fork")
        if name.startswith(starts) or "create_subprocess" in name or "subprocess_exec" in name:
            return "starts a program"
    return None


def made_code(node: ast.AST) -> str | None:
    """Nothing that came from elsewhere is run, or made into objects by its own account."""
    if any(name.partition(".")[0] in {"pickle", "marshal", "shelve", "yaml", "jinja2"} for name in _imported(node)):
        return "imports what makes objects or code of data"
    if isinstance(node, ast.Call) and _name(node.func) in {"eval", "exec", "compile", "__import__"}:
        return "runs data"
    return None


def trust(node: ast.AST) -> str | None:
    """Certificates are verified."""
    if isinstance(node, ast.keyword) and node.arg in {"ssl", "verify_ssl", "check_hostname", "verify"}:
        return None if isinstance(node.value, ast.Call) else "says how certificates are looked at"
    if isinstance(node, ast.Attribute | ast.Name):
        name = _name(node).rpartition(".")[2]
        if name in {
            "CERT_NONE",
            "_create_unverified_context",
            "check_hostname",
            "verify_mode",
            "client_context_no_verify",
        }:
            return "says how certificates are looked at"
    return None


def redirects(node: ast.AST) -> str | None:
    """Every request says that it follows no redirect."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner, method = _name(node.func.value), node.func.attr
        asks = owner.rpartition(".")[2] in {"session", "_session"} or "async_get_session" in ast.dump(node.func.value)
        if asks and method in {"get", "post", "put", "patch", "delete", "head", "options", "request"}:
            keywords = {each.arg: each.value for each in node.keywords}
            value = keywords.get("allow_redirects")
            if not (isinstance(value, ast.Constant) and value.value is False):
                return "follows redirects"
    return None


def answers(node: ast.AST) -> str | None:
    """No answer is read without a bound: `read_answer`, `post` and streams read piece by piece."""
    if isinstance(node, ast.Await) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        owner, method = _name(node.value.func.value), node.value.func.attr
        if owner.rpartition(".")[2] in {"response", "answer", "_response"} and method in {"read", "text", "json"}:
            return "reads a whole answer"
        if owner.endswith("content") and method == "read" and not node.value.args:
            return "reads a whole answer"
    return None


def parsers(node: ast.AST) -> str | None:
    """XML is read in one place only."""
    if any(name.startswith(("xml.", "lxml", "defusedxml", "bs4")) and name != _ELEMENT for name in _imported(node)):
        return "parses XML"
    return None


def files(node: ast.AST) -> str | None:
    """FFmpeg is told which format it reads: left to guess, it takes lists of addresses and files for media."""
    if isinstance(node, ast.Call) and _name(node.func) in {"av.open", "open_container"}:
        keywords = {each.arg for each in node.keywords}
        if not keywords & {"format", "options"}:
            return "lets FFmpeg guess"
    return None


def registering(node: ast.AST) -> str | None:
    """Actions are registered in one place, whose tests go through all of them; nothing opens a port but the relay."""
    if isinstance(node, ast.Call) and _name(node.func).endswith(
        ("services.async_register", "async_register_admin_service")
    ):
        return "registers an action"
    if isinstance(node, ast.Call) and _name(node.func).rpartition(".")[2] in {
        "TCPSite",
        "start_server",
        "create_server",
    }:
        return "listens"
    return None


def open_views(node: ast.AST) -> str | None:
    """No view goes without log-in, and none lets other pages read it."""
    match node:
        case ast.Assign(targets=[ast.Name(id="requires_auth" | "cors_allowed")]):
            return "says who may use a view"
    return None


_ELEMENT = "xml.etree.ElementTree.Element"
#: Each rule: a piece of code that breaks it, and the only files that may, with how often.
RULES: dict[str, tuple[Rule, str, dict[str, int]]] = {
    "programs": (programs, "import subprocess", {}),
    "made code": (made_code, "eval(text)", {}),
    # To Home Assistant's own web server, on loopback.
    "trust": (trust, "session.get(url, ssl=False)", {"speaker/sources.py": 1}),
    "redirects": (redirects, "self._session.get(url)", {}),
    "answers": (answers, "async def f():\n await response.json()", {}),
    "parsers": (parsers, "from xml.etree.ElementTree import fromstring", {"vapix/xml.py": 1}),
    "files": (files, "av.open(path)", {}),
    "registering": (
        registering,
        "hass.services.async_register(DOMAIN, 'x', f)",
        {"services.py": 1, "live/relay.py": 1},
    ),
    # The modules for browsers: a fixed list of files in which nothing is private.
    "open views": (open_views, "requires_auth = False", {"frontend/serving.py": 1}),
}


def broken(rule: Rule, source: str) -> list[str]:
    return [
        f"line {getattr(node, 'lineno', '?')}: {what}" for node in ast.walk(ast.parse(source)) if (what := rule(node))
    ]


@pytest.mark.parametrize("name", RULES)
def test_the_code_keeps_to_it(name: str) -> None:
    rule, _, allowed = RULES[name]
    found = {
        path.relative_to(COMPONENT).as_posix(): places
        for path in sorted(COMPONENT.rglob("*.py"))
        if (places := broken(rule, path.read_text()))
    }
    assert {path: places for path, places in found.items() if len(places) > allowed.get(path, 0)} == {}
    # What is no longer needed is no longer allowed.
    assert {path: len(found.get(path, [])) for path in allowed} == allowed


@pytest.mark.parametrize("name", RULES)
def test_a_rule_bites(name: str) -> None:
    rule, sample, _ = RULES[name]
    assert broken(rule, sample)


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("programs", "asyncio.create_subprocess_exec('x')"),
        ("programs", "os.system('x')"),
        ("trust", "context.verify_mode = ssl.CERT_NONE"),
        ("trust", "async_get_clientsession(hass, verify_ssl=careless)"),
        ("redirects", "async_get_session(hass).get(url)"),
        ("redirects", "session.request('GET', url, allow_redirects=yes)"),
        ("answers", "async def f():\n await self.response.content.read()"),
        ("parsers", "import lxml.etree"),
        ("registering", "web.TCPSite(runner, '0.0.0.0')"),
        ("made code", "import pickle"),
        ("open views", "cors_allowed = True"),
    ],
)
def test_rules_bite_otherwise_too(name: str, sample: str) -> None:
    assert broken(RULES[name][0], sample)


def test_modules_for_browsers_make_nothing_but_text_of_a_text() -> None:
    """Names that other people gave are in the texts that they show."""
    modules = sorted((COMPONENT / "frontend/www").glob("*.js"))
    assert modules
    assert {path.name: found for path in modules if (found := _MARKUP.findall(path.read_text()))} == {}


@pytest.mark.parametrize(
    "sample", ["a.innerHTML = b", "eval(a)", "new Function(a)", 'h("a", { href: "javascript:x" })']
)
def test_the_rule_for_browsers_bites(sample: str) -> None:
    assert _MARKUP.search(sample)
