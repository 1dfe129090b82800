"""What a camera has beside its picture, as far as the account may use it: asked for when it is found, then hourly."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import logging
from typing import Final

from .rights import Right
from .vapix import AuthError, GoneError, RequestError, RightsError, VapixClient, VapixError

_LOGGER = logging.getLogger(__name__)

type Parameters = Mapping[str, str]
"""What a camera tells about itself in one answer, by name without `root.`."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What is there and may be used. Nothing before the camera was asked, and nothing ever for most cameras.

    Attributes:
        refused: rights that the account has, and that the camera did not let it use when asked.
    """

    refused: frozenset[Right] = frozenset()


NOTHING: Final = Equipment()


@dataclass(slots=True)
class _Search:
    """One look at everything that a camera may have."""

    client: VapixClient
    parameters: Parameters
    may: Callable[[Right], bool]
    refused: set[Right] = field(default_factory=set)

    async def part[Found](
        self, right: Right, find: Callable[[VapixClient, Parameters], Awaitable[Found]], before: Found, nothing: Found
    ) -> Found:
        """Return one part of the equipment: what is found, what was known `before` if that can't be told now.

        Args:
            right: without it nobody asks.
            find: asks; where `parameters` say that there is nothing, without a request.
            before: this part as known so far.
            nothing: this part of a camera that has none.
        """
        if not self.may(right):
            return nothing
        try:
            return await find(self.client, self.parameters)
        except AuthError, RightsError:
            self.refused.add(right)
        except GoneError, RequestError:
            pass
        except VapixError as err:
            _LOGGER.debug("Equipment for %s was not told: %s", right, type(err).__name__)
            return before
        return nothing


async def find_equipment(
    client: VapixClient, parameters: Parameters, may: Callable[[Right], bool], before: Equipment
) -> Equipment:
    """Ask for everything that the account may use. What does not answer now stays as it was; no VapixError comes out.

    Args:
        client: the camera.
        parameters: what it tells about itself.
        may: tells whether the account has a right.
        before: what is known so far.
    """
    search = _Search(client, parameters, may)
    return Equipment(refused=frozenset(search.refused))
