"""People counts and sales metrics, selected in the account's options as a user does."""

from collections.abc import Sequence

from demo.client import Client
from demo.json_value import Json, at, items, text
from demo.waiting import until

KINDS = ("visitors", "sales", "conversion")


class OptionsError(Exception):
    """The account's options did not take what was chosen."""


async def choose_figures(client: Client, entry_id: str, node_ids: Sequence[int]) -> None:
    """Choose visitors, sales and conversion of some places; their past is fetched from then on.

    Raises:
        OptionsError: the form was refused.
    """
    path = "/api/config/config_entries/options/flow"
    menu = await client.rest("POST", path, {"handler": entry_id})
    flow = f"{path}/{text(menu, 'flow_id')}"
    await client.rest("POST", flow, {"next_step_id": "metrics"})
    places: list[Json] = [str(node_id) for node_id in node_ids]
    done = await client.rest("POST", flow, {"metric_nodes": places, "metric_kinds": list(KINDS)})
    if at(done, "type") != "create_entry":
        raise OptionsError(f"{at(done, 'errors')}")


async def statistic_of(client: Client, kind: str) -> str:
    """Wait until the first hours of a figure's past are there; give the statistic's id."""

    async def found() -> str | None:
        listed = items(await client.command("recorder/list_statistic_ids"))
        ids = (text(each, "statistic_id") for each in listed)
        return next((each for each in ids if each.startswith("netrex:") and each.endswith(f"_{kind}")), None)

    return await until(found, f"the past of {kind}")
