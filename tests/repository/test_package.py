"""The package of a release holds the integration and nothing else, and the same bytes each time."""

import hashlib
from pathlib import Path
import subprocess
import sys
import zipfile

ROOT = Path(__file__).parent.parent.parent
INTEGRATION = ROOT / "custom_components" / "netrex"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "package.py", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own


def test_the_package_holds_the_integration(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 0
    with zipfile.ZipFile(tmp_path / "netrex.zip") as package:
        names = set(package.namelist())
        assert package.testzip() is None
    assert {"manifest.json", "__init__.py", "translations/cs.json", "brand/icon.png"} <= names
    assert {"frontend/www/netrex.js", "frontend/www/card.css"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("/") or ".." in name]
    tracked = {path.relative_to(INTEGRATION).as_posix() for path in INTEGRATION.rglob("*.py")}
    assert tracked <= names


def test_the_checksum_is_the_package_s_own_and_the_same_again(tmp_path: Path) -> None:
    run(tmp_path / "one")
    run(tmp_path / "two")
    packages = [(tmp_path / name / "netrex.zip").read_bytes() for name in ("one", "two")]
    assert packages[0] == packages[1]
    line = f"{hashlib.sha256(packages[0]).hexdigest()}  netrex.zip\n"
    assert (tmp_path / "one" / "netrex.zip.sha256").read_text() == line


def test_a_version_that_is_not_the_same_everywhere_is_not_released(tmp_path: Path) -> None:
    done = run(tmp_path, "99.0.0")
    assert done.returncode == 1
    assert "99.0.0" in done.stderr
    assert not (tmp_path / "netrex.zip").exists()
