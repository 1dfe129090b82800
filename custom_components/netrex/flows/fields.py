"""Fields of forms."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

TEXT: Final = TextSelector()
PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
SWITCH: Final = BooleanSelector()


def select_text(
    options: Iterable[str],
    translation_key: str,
    *,
    multiple: bool = False,
    mode: SelectSelectorMode = SelectSelectorMode.LIST,
) -> SelectSelector:
    """Return a field of options that have translated texts."""
    return SelectSelector(
        SelectSelectorConfig(options=list(options), multiple=multiple, mode=mode, translation_key=translation_key)
    )


def select_name(
    names: Mapping[str, str], *, multiple: bool = False, mode: SelectSelectorMode = SelectSelectorMode.DROPDOWN
) -> SelectSelector:
    """Return a field of options that have names."""
    options = [SelectOptionDict(value=value, label=name) for value, name in names.items()]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=multiple, mode=mode))
