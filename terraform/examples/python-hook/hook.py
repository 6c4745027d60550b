"""Told of every final verdict by the gate's topic: one JSON line for each file that did not pass.

The message of an SNS record is a CloudEvent, schemas/notice.schema.json. A notice may come twice; its id is the same.
"""

import json


def told(event, _context):
    for record in event["Records"]:
        notice = json.loads(record["Sns"]["Message"])
        became = notice["type"].rpartition(".")[2]  # silentscalper.file.invalid
        if became != "valid":
            print(json.dumps({"id": notice["id"], "became": became, "subject": notice["subject"]}))
