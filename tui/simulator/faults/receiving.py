"""Faults of the call log's tokens, and of the receiver of webhooks.

The receiver fails and hangs by the faults of answers and connections, with `match` = `/webhook`.
"""

RECORDS = {
    "reset_call_log": "refuses every token of the call log's synchronisation: CLG-101",
    "webhook_twice": "lets the receiver of webhooks answer twice to one request",
}
