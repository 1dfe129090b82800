"""The checkout passes every check, and every check bites."""

from collections.abc import Callable
from functools import cache
import json
from pathlib import Path
import re
import shutil
import struct

import pytest

from tests import coverage_floor

from . import CHECKS, Repository
from .citations import SWITCHES
from .tree import COMPONENT

ROOT = Path(__file__).resolve().parents[2]
CHECKOUT = Repository(ROOT)

QUALITY_FORM = ("options", "step", "recordings", "data")
BLOB = "https://github.com/netrex-home-assistant/netrex/" + "blob/main/"

type Spoil = Callable[[Path], None]


@cache
def problems_here(name: str) -> frozenset[str]:
    return frozenset(CHECKS[name](CHECKOUT))


@pytest.mark.parametrize("name", CHECKS)
def test_the_checkout_passes(name: str) -> None:
    assert problems_here(name) == frozenset()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for path in CHECKOUT.files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    return tmp_path


def sub(path: Path | str, pattern: str, replacement: str) -> Spoil:
    """Spoil a file by replacing the first match; it must be there."""

    def spoil(root: Path) -> None:
        text, count = re.subn(pattern, replacement, (root / path).read_text(), count=1, flags=re.MULTILINE)
        assert count == 1, f"{path} has nothing like {pattern}"
        (root / path).write_text(text)

    return spoil


def write(path: Path | str, text: str) -> Spoil:
    def spoil(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    return spoil


def drop(path: Path | str) -> Spoil:
    return lambda root: (root / path).unlink()


def english(*path: str, value: str | dict[str, object] | None) -> Spoil:
    """Spoil a text in English; None takes it away."""

    def spoil(root: Path) -> None:
        file = root / COMPONENT / "translations/en.json"
        texts = json.loads(file.read_text())
        node = texts
        for key in path[:-1]:
            node = node.setdefault(key, {})
        if value is None:
            del node[path[-1]]
        else:
            node[path[-1]] = value
        file.write_text(json.dumps(texts))

    return spoil


def code(text: str, name: str = "spoiled.py") -> Spoil:
    return write(COMPONENT / name, text)


def small_icon(root: Path) -> None:
    path = root / COMPONENT / "brand/icon.png"
    content = path.read_bytes()
    path.write_bytes(content[:16] + struct.pack(">II", 200, 256) + content[24:])


MANIFEST = COMPONENT / "manifest.json"
QUALITY = COMPONENT / "quality_scale.yaml"
NETREX = "docs/api/netrex.md"
CZECH = COMPONENT / "translations/cs.json"
MODULES = COMPONENT / "frontend/www"
WORKFLOW = ".github/workflows/test.yml"
USER = ("config", "step", "user")


@pytest.mark.parametrize(
    ("check", "spoil", "said"),
    [
        ("manifest", sub(MANIFEST, r'(  "domain".*\n)(  "name".*\n)', r"\2\1"), "order"),
        ("manifest", sub(MANIFEST, r'"iot_class": "\w+"', '"iot_class": "cloudy"'), "iot_class"),
        ("manifest", sub(MANIFEST, r'"requirements": \[\]', '"requirements": ["gql"]'), "pinned"),
        ("manifest", sub(MANIFEST, r'  "issue_tracker".*\n', ""), "issue_tracker is missing"),
        ("version", sub(MANIFEST, r'"version": ".*"', '"version": "9.9.9"'), "9.9.9"),
        ("hacs", sub("hacs.json", r"\{", '{"domains": [],'), "domains is not known"),
        ("hacs", drop("LICENSE"), "LICENSE is missing"),
        ("hacs", write(COMPONENT / "strings.json", "{}"), "strings.json"),
        ("hacs", write("custom_components/other/manifest.json", "{}"), "one integration"),
        ("changelog", sub("CHANGELOG.md", r"(^\[[^]]+\]: .*)", r"\1\n- New"), "'- New' is behind the links"),
        ("changelog", sub("CHANGELOG.md", r"(^- .*\n)", r"\1\1"), "is there 2 times"),
        ("same_tree", sub(CZECH, r'"title": ', '"nadpis": '), "nadpis is not in English"),
        ("same_tree", sub(CZECH, r"\{host\}", "{hostitel}"), "placeholders"),
        ("same_tree", write(COMPONENT / "translations/de.json", "{}"), "de.json"),
        ("wording", english(*USER, "title", value="See https://example.com"), "address"),
        ("wording", english(*USER, "title", value="See <b>this</b>"), "HTML"),
        ("wording", english(*USER, "title", value="See '{host}'"), "single quotes"),
        ("wording", english(*USER, "title", value="See {Host}"), "brace"),
        ("wording", english(*USER, "title", value="See "), "space"),
        ("shape", english(*USER, "dates", value={}), "not read by Home Assistant"),
        ("shape", english(*USER, "data", "new", value="New"), "no data_description"),
        ("shape", english("issues", "new", value={"title": "New"}), "description"),
        ("flow_texts", english(*USER, value=None), "the step user has no text"),
        ("flow_texts", english("config", "step", "new", value={"title": "New"}), "new is no step"),
        ("flow_texts", english("config", "error", "cannot_connect", value=None), "cannot_connect has no text"),
        ("flow_texts", english("config", "error", "never_said", value="New"), "never_said is nowhere"),
        ("flow_texts", english("config", "abort", "wrong_account", value=None), "wrong_account has no text"),
        ("flow_texts", english(*USER, "data", "provider", value=None), "field provider has no text"),
        ("flow_texts", english("config", "step", "auth_method", "menu_options", value={}), "menu option"),
        ("flow_texts", code("class F:\n async def async_step_x(self): self.async_show_form()"), "step x"),
        ("flow_texts", code('def f(errors, bad): errors["base"] = "one" if bad else "two"'), "error two"),
        ("flow_texts", code('KEY = "why"\ndef f(self): return self.async_abort(reason=KEY)'), "reason why"),
        ("keys", code('raise E(translation_domain="d", translation_key="new")'), "exceptions.new has no text"),
        (
            "keys",
            code('raise E(translation_domain="d", translation_key="cloud_busy", translation_placeholders={"x": "y"})'),
            "wants the placeholder host",
        ),
        ("keys", code('raise action_error("new")'), "exceptions.new has no text"),
        ("keys", code('_KEYS: Final = {OSError: "new"}'), "exceptions.new has no text"),
        ("keys", code('raise validation_error("camera_unknown", x="y")'), "doesn't use the placeholder x"),
        ("keys", code('ir.async_create_issue(translation_key="new")'), "issues.new has no text"),
        ("keys", code('class C:\n _attr_translation_key = "new"', "sensor.py"), "entity.sensor.new has no text"),
        ("keys", english("exceptions", "never_said", value={"message": "New"}), "never_said is nowhere"),
        ("keys", english("selector", "scopes", "options", "never_said", value="New"), "never_said is nowhere"),
        (
            "keys",
            sub(COMPONENT / "binary_sensor/descriptions.py", r'key="pir"', 'key="new"'),
            "entity.binary_sensor.new has no text",
        ),
        ("icons", write(COMPONENT / "icons.json", '{"entity": {"camera": {"new": {"default": "x"}}}}'), "no text"),
        ("icons", write(COMPONENT / "icons.json", '{"entity": {"camera": {"new": {"default": "x"}}}}'), "Material"),
        ("untranslated", code('raise HomeAssistantError("oh")'), "without a translation_key"),
        ("untranslated", code('raise HomeAssistantError("oh")', "entity/x.py"), "without a translation_key"),
        ("pictures", drop(COMPONENT / "brand/dark_logo@2x.png"), "dark_logo@2x.png: missing"),
        ("pictures", small_icon, "200 x 256"),
        ("quality_scale", sub(QUALITY, r"^  brands: done\n", ""), "brands is not answered"),
        ("quality_scale", sub(QUALITY, r"^  brands: done", "  brands: exempt"), "without a reason"),
        ("quality_scale", sub(QUALITY, r"^  brands: done", "  brand: done"), "brand is not a rule"),
        ("quality_scale", drop(COMPONENT / "diagnostics.py"), "diagnostics is not done"),
        ("quality_scale", code("x = 1", "light.py"), "parallel-updates is not done"),
        ("quality_scale", code('_attr_name = "Door"'), "entity-translations is not done"),
        ("quality_scale", drop(COMPONENT / "services.yaml"), "action-setup is not done"),
        ("actions", english("services", "new", value={"name": "New"}), "new is not described"),
        (
            "actions",
            english("services", "list_recordings", "fields", "end", value=None),
            "list_recordings.end must have",
        ),
        ("actions", write(COMPONENT / "icons.json", "{}"), "services.export_recording has no icon"),
        ("quality_scale", code("aiohttp.ClientSession()"), "inject-websession is not done"),
        ("boundaries", code("from homeassistant.core import HomeAssistant", "cloud/x.py"), "homeassistant.core"),
        ("boundaries", code("def f():\n from ..vapix import errors", "cloud/x.py"), "netrex.vapix"),
        ("boundaries", code("from .. import const", "vapix/x.py"), "netrex.const"),
        ("boundaries", code("import simulator"), "simulator"),
        ("boundaries", write("simulator/x.py", "from custom_components.netrex import const"), "custom_components"),
        ("layers", code("from ..services import x", "cameras/x.py"), "services is not below cameras"),
        ("layers", code("from ..cameras import x", "ptz/../x/y.py"), "x has no row"),
        ("layers", code("from .channels import x", "cameras/axis_camera.py"), "imports itself by way of"),
        ("root", code("", "one_more.py"), "modules at the root"),
        ("citations", write("docs/x.md", "As in NX-REC-999."), "docs/x.md:1: NX-REC-999 is no fact"),
        ("citations", write("docs/x.md", "All of\nVX-NOTHING."), "docs/x.md:2: VX-NOTHING is no fact"),
        ("citations", write("simulator/x.py", 'x = 1\n"""All of NX-NOTHING."""'), "x.py:2: NX-NOTHING is no fact"),
        ("citations", write("simulator/x.py", "x = 1  # NX-REC-999"), "x.py:1: NX-REC-999 is no fact"),
        ("citations", code("# Seconds, as is\n# INFERRED.\nX = 1"), "spoiled.py:2: INFERRED is said of nothing"),
        ("citations", sub(NETREX, r"\*\*NX-REC-2\*\*", "**NX-REC-1**"), "NX-REC-1 is there 2 times"),
        ("citations", sub(NETREX, r"(NX-REC-2\*\*) INFERRED", r"\1"), "NX-REC-2 has no status"),
        ("citations", sub(NETREX, r"(NX-REC-2\*\* INFERRED) \(W-REC\)", r"\1"), "NX-REC-2 has no source"),
        ("citations", sub(NETREX, r"(NX-REC-2\*\* INFERRED) \(W-REC\)", r"\1 (W-X)"), "NX-REC-2 has the source W-X"),
        ("citations", sub(NETREX, r"(NX-REC-2\*\* INFERRED) \(W-REC\)", r"\1 (NONE)"), "NX-REC-2 has no source, but"),
        ("citations", sub(SWITCHES, r" \(NX-AUTH-7\)", ""), "the switch code_lifetime cites no fact"),
        ("citations", sub(SWITCHES, r"NX-AUTH-7", "NX-AUTH-700"), "NX-AUTH-700 is no fact"),
        ("references", write("docs/x.md", "See netrex-api.md for it."), "netrex-api.md is not in the repository"),
        ("references", write("docs/x.md", "See\n`cloud/nothing.py`."), "docs/x.md:2: cloud/nothing.py is not in"),
        ("references", code("x = 1  # see api.md"), "spoiled.py:1: api.md is not in the repository"),
        ("references", write("docs/x.md", "See tests/nothing."), "tests/nothing is not in the repository"),
        ("references", write("docs/x.md", "See vapix.md 4.2."), "vapix.md 4.2. is a section"),
        ("compatibility", sub(NETREX, r"^  Assumed: In the query.*\n", ""), "NX-GRANT-2 doesn't say what is assumed"),
        (
            "compatibility",
            sub(NETREX, r"(NX-REC-9\*\*.*)", r"\1\n  Assumed: A. Otherwise: B."),
            "nothing observes NX-REC-9",
        ),
        ("compatibility", sub("docs/compatibility.md", "In the query", "In the body"), "its table is not that of"),
        ("documents", write("docs/x.md", "[here](../READNE.md)"), "leads nowhere"),
        ("documents", write("docs/x.md", "[here](../README.md#no-such)"), "no heading"),
        ("documents", write("docs/x.md", '<img src="images/none.webp">'), "leads nowhere"),
        ("documents", code(f'X = "{BLOB}docs/none.md"'), "nowhere"),
        ("pages", write("docs/x.md", "one line\n" * 151), "docs/x.md: 151 lines, at most 150"),
        ("pages", write("docs/x.md", ""), "docs/README.md does not lead to it"),
        ("pages", sub("docs/architecture.md", "`live/`", "live"), "does not say what live/ is"),
        ("quotes", write("docs/x.md", "Select **Not a button**."), "nothing is called 'Not a button'"),
        ("quotes", english(*QUALITY_FORM, "recording_days", value="Past"), "nothing is called 'Days to show'"),
        ("examples", write("docs/x.md", "```yaml\na: [\n```\n"), "docs/x.md:1: while parsing"),
        ("examples", write("docs/x.md", "\n```yaml\na: b\n```\n"), "docs/x.md:2: neither a card, nor"),
        ("images", write("docs/images/x.webp", " " * 250_001), "larger than 250000 bytes"),
        ("images", write("docs/images/x.webp", ""), "x.webp: is in no document"),
        ("hygiene", write("docs/x.md", "cd /" + "root/thing"), "path of somebody's machine"),
        ("hygiene", write("requirements/x.txt", "--index" + "-url https://example.com"), "package host"),
        ("hygiene", write("uv.lock", ""), "uv.lock"),
        *(
            ("patches", write("tests/test_x.py", line), "tests/test_x.py:1: patches")
            for line in (
                'monkeypatch.setattr("custom_components.netrex.metrics.history._AT_MOST", 1)',
                'monkeypatch.setattr(f"{HISTORY}._AT_MOST", 1)',
                'for name in ("_AT_MOST",): monkeypatch.setattr(history, name, 1)',
                "history._AT_MOST = 1",
            )
        ),
        ("workflows", sub(WORKFLOW, r"(actions/checkout)@\w+", r"\1@v7"), "not pinned"),
        ("workflows", sub(WORKFLOW, r"(actions/checkout@\w+) #.*", r"\1"), "which version"),
        ("workflows", sub(WORKFLOW, r"^permissions: \{\}", "permissions: write-all"), "at the top"),
        ("workflows", sub(WORKFLOW, r"    permissions:\n      contents: read\n", ""), "which permissions"),
        ("workflows", sub(WORKFLOW, r"    timeout-minutes: \d+\n", ""), "for ever"),
        ("workflows", sub(WORKFLOW, r"persist-credentials: false", "fetch-depth: 0"), "keeps its token"),
        ("workflows", sub(WORKFLOW, r"run: scripts/test$", "run: pytest"), "no workflow runs scripts/test"),
        ("browser_modules", write(MODULES / "long.js", "0;\n" * 1200), "must be fewer than 1200"),
        ("browser_modules", write(MODULES / "page.html", ""), "served to nobody"),
        ("browser_modules", write(MODULES / "new.js", 'import { html } from "lit";'), "imports lit"),
        ("browser_modules", write(MODULES / "new.js", 'await import("./gone.js");'), "imports ./gone.js"),
        ("browser_modules", write(MODULES / "new.js", '"https://example.com/font"'), "names https://example.com/font"),
        ("browser_modules", write(MODULES / "new.js", 'word("card.unknown")'), "config_panel.card.unknown has no text"),
        ("browser_modules", write(MODULES / "new.js", "word(`card.new.${kind}`)"), "has no text"),
        ("browser_modules", english("config_panel", "card", "unused", value="New"), "card.unused is in none"),
    ],
)
def test_a_check_bites(copy: Path, check: str, spoil: Spoil, said: str) -> None:
    spoil(copy)
    new = set(CHECKS[check](Repository(copy))) - problems_here(check)
    assert any(said in problem for problem in new), new


@pytest.mark.parametrize(
    ("module", "percent", "expected"),
    [
        ("camera.py", 96.1, 0),
        ("camera.py", 96.0, 1),
        ("config_flow.py", 100.0, 0),
        ("config_flow.py", 99.9, 1),
        ("flows/setup_forms.py", 99.9, 1),
        ("another.py", 100.0, 1),
    ],
)
def test_coverage_floor(tmp_path: Path, module: str, percent: float, expected: int) -> None:
    folder = tmp_path / coverage_floor.COMPONENT
    (folder / "flows").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    for name in {module, "camera.py"} - {"another.py"}:
        (folder / name).write_text("x = 1")
    measured = {f"{coverage_floor.COMPONENT}/camera.py": {"summary": {"percent_covered": 100.0}}}
    measured[f"{coverage_floor.COMPONENT}/{module}"] = {"summary": {"percent_covered": percent}}
    if module == "another.py":
        del measured[f"{coverage_floor.COMPONENT}/camera.py"]
    report = tmp_path / "coverage.json"
    totals = {"percent_covered": 97.1}
    report.write_text(json.dumps({"files": measured, "totals": totals}))
    assert len(list(coverage_floor.below(report, tmp_path))) == expected
    report.write_text(json.dumps({"files": measured, "totals": totals | {"percent_covered": 97.0}}))
    assert len(list(coverage_floor.below(report, tmp_path))) == expected + 1


def test_coverage_floor_wants_one_report() -> None:
    assert coverage_floor.main([]) == 2
