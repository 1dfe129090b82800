"""For whom the automation or script runs in which something is asked."""

from homeassistant.core import Context, callback
from homeassistant.helpers.script import script_stack_cv
from homeassistant.helpers.trace import variables_cv


@callback
def running_script_context() -> Context | None:
    """Return the context of the automation or script that is running here; None where none is.

    Home Assistant has no other way to it: actions such as `ai_task.generate_data` resolve media without their context.
    What a script has started keeps its variables, but the stack is empty once the script has ended.
    """
    if not script_stack_cv.get():
        return None
    variables = variables_cv.get()
    context = variables.get("context") if isinstance(variables, dict) else None
    return context if isinstance(context, Context) else None
