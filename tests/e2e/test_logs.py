"""No secret in any log (acceptance 5.5), and that the search for them would find one."""

import pytest

from tests.e2e.report import Report
from tests.secrets_in_logs import SecretLoggedError, check_no_secret, leaks

pytestmark = pytest.mark.timeout(900)

SECRET = "sim-access-5f2b/8+1c"


@pytest.mark.parametrize(
    "line",
    [
        f"header Authorization: Bearer {SECRET}",
        "POST /oauth2/revoke?access_token=sim-access-5f2b%2F8%2B1c",
        "Unexpected answer {'access_token': '%s'}" % SECRET,  # noqa: UP031 - braces
    ],
)
def test_the_search_finds_a_secret_however_it_is_written(line: str) -> None:
    log = f"all is well\n{line}\nall is well"

    assert [leak.number for leak in leaks(log, [SECRET])] == [2]
    with pytest.raises(SecretLoggedError) as error:
        check_no_secret(log, [SECRET])
    assert SECRET not in str(error.value)


def test_the_debug_log_of_the_whole_path_holds_no_secret(new_user: Report) -> None:
    step = new_user.step_named("the debug log holds no")
    assert step.ok, step.said
    assert step.number("secrets") >= 5
    assert step.number("lines_of_the_integration") > 0, "the integration logged nothing, so nothing was shown"
