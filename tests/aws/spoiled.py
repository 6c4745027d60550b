"""Manners in which a call is spoiled, and how a world comes to rest afterwards."""

import time

from fault_proxy import Fault

# What a call is answered; a call that reads changes nothing, and needs no fault after it.
REFUSALS = {"500": (500, "InternalError"), "SlowDown": (503, "SlowDown"), "429": (429, "TooManyRequestsException"),
            "412": (412, "PreconditionFailed"), "409": (409, "ConditionalRequestConflict"), "404": (404, "NoSuchKey"),
            "expired": (400, "ExpiredToken")}
MANNERS = ["reset_before", "reset_after", "truncate", "delay", "kill_before", "kill_after", *REFUSALS]
READS = {"GetObject", "HeadObject", "GetItem", "BatchGetItem", "Query", "ListObjectVersions", "GetBucketVersioning",
         "GetQueueAttributes"}
DELAY_SECONDS = 0.5
REST_SECONDS = 150


FEW = ("reset_before", "truncate", "kill_before", "500", "expired")


def manners_of(operation, few=False):
    """`few`: of calls that only read, those that differ for who makes them."""
    reads = operation in READS
    return [manner for manner in MANNERS if not reads or (manner in FEW if few else manner not in ("kill_after", "reset_after"))]


def fault_of(manner, match, skip=0):
    status, code = REFUSALS.get(manner, (0, ""))
    return Fault("answer" if status else manner, match, skip=skip, seconds=DELAY_SECONDS, status=status, code=code)


def way_of(calls):
    """(service, operation, how many of these came before) of calls in their order."""
    way, seen = [], {}
    for call in calls:
        name = (call.service, call.operation)
        way.append((*name, seen.get(name, 0)))
        seen[name] = seen.get(name, 0) + 1
    return way


def come_to_rest(gate, sweep=None):
    """Sweeps, and lets leases end where nobody works, as time would; until all is done."""
    end = time.monotonic() + REST_SECONDS
    while time.monotonic() < end:
        if gate.is_done():
            return
        calls_before = len(gate.proxies["ingest"].calls)
        time.sleep(1.0)  # nobody who works is silent for so long
        if len(gate.proxies["ingest"].calls) == calls_before:
            gate.end_leases()
            (sweep or gate.sweep)()
