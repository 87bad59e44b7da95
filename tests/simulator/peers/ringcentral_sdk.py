"""Run by the official SDK's own Python: logs in to a box, lists, reads presence, and tells as JSON what it saw."""

import json
import sys
from typing import Any

from ringcentral import SDK  # type: ignore[import-not-found]  # is in an environment of its own


def saw(credentials: dict[str, str]) -> dict[str, Any]:
    sdk = SDK(credentials["client_id"], credentials["client_secret"], credentials["server"])
    platform = sdk.platform()
    platform.login(jwt=credentials["jwt"])
    first_token = platform.auth().access_token()
    extensions = platform.get("/restapi/v1.0/account/~/extension", {"perPage": 1000}).json_dict()
    presence = platform.get("/restapi/v1.0/account/~/extension/401/presence").json_dict()
    platform.refresh()
    me = platform.get("/restapi/v1.0/account/~/extension/~").json_dict()
    refreshed = platform.auth().access_token() != first_token
    platform.logout()
    return {
        "extensions": [extension["name"] for extension in extensions["records"]],
        "presence": presence["dndStatus"],
        "me": me["name"],
        "refreshed": refreshed,
        "logged_in_after_logout": platform.auth().access_token_valid(),
    }


if __name__ == "__main__":
    json.dump(saw(json.load(sys.stdin)), sys.stdout)
