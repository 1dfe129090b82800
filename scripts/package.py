"""Packs the integration as `netrex.zip` with its checksum, as a release has it. Needs nothing but Python.

    python3 scripts/package.py build        into this folder
    python3 scripts/package.py build 0.9.0  only if this is the version everywhere; and its notes as well

The same checkout gives the same bytes.
"""

import hashlib
import json
from pathlib import Path
import re
import sys
import tomllib
import zipfile

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "custom_components" / "netrex"
_UNPACKED = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can hold, for all files."""


def packed(folder: Path) -> Path:
    """Write the package and its checksum into a folder; return the package."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "netrex.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for file in sorted(INTEGRATION.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                info = zipfile.ZipInfo(file.relative_to(INTEGRATION).as_posix(), _UNPACKED)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                package.writestr(info, file.read_bytes())
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "netrex.zip.sha256").write_text(f"{checksum}  {path.name}\n")
    return path


def notes_of(version: str) -> str:
    """Return what the changelog says about a version.

    Raises:
        ValueError: manifest, pyproject.toml, or changelog have another one.
    """
    manifest = json.loads((INTEGRATION / "manifest.json").read_text())["version"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    found = re.search(rf"^## \[{re.escape(version)}\].*?\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if (manifest, project) != (version, version) or found is None:
        listed = "" if found else "not "
        raise ValueError(f"{version}: manifest {manifest}, pyproject.toml {project}, {listed}in the changelog")
    return f"{found[1].strip()}\n"


def main(folder: str, version: str = "") -> int:
    """Run the command line."""
    if version:
        try:
            notes = notes_of(version)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
    package = packed(Path(folder))
    if version:
        (package.parent / "notes.txt").write_text(notes)
    print(f"{package}  {package.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
