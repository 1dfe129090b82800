"""Start the command without Home Assistant: `python -m account_check`."""

from pathlib import Path
import sys
from types import ModuleType

# The integration's own module imports Home Assistant; its clients don't.
_PACKAGE = ModuleType("custom_components.netrex")
_PACKAGE.__path__ = [str(Path(__file__).resolve().parents[1] / "custom_components" / "netrex")]
sys.modules[_PACKAGE.__name__] = _PACKAGE

from .command import main  # noqa: E402 - only now it can be imported

if __name__ == "__main__":
    sys.exit(main())
