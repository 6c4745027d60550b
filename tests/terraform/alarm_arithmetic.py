"""Series of metric data in, state of the alarm out: the alarms of an applied state, evaluated as CloudWatch does.

Source: "Configuring how CloudWatch alarms treat missing data" and "Using metric math" of the Amazon CloudWatch User Guide. A period in
which no metric has a value is missing; M of the last N periods have to breach.
"""

import operator

from crosschecks import of_kind

COMPARISONS = {"GreaterThanThreshold": operator.gt, "LessThanThreshold": operator.lt}
# alarm, periods (oldest first) of {metric: value}, state
CASES = [
    ("ErrorRate", [{"FilesValid": 95, "FilesFailed": 5}] * 2, "OK"),  # 5% is not more than 5%
    ("ErrorRate", [{"FilesValid": 94, "FilesFailed": 6}] * 2, "ALARM"),
    ("ErrorRate", [{"FilesValid": 100}, {"FilesValid": 94, "FilesFailed": 6}], "OK"),  # one of two
    ("ErrorRate", [{"FilesFailed": 1}] * 2, "ALARM"),  # all of the one
    ("ErrorRate", [{"FilesFailed": 1}, {}], "OK"),  # no files: nothing failed
    ("ErrorRate", [{"FilesInvalid": 50, "FilesUnverifiable": 50}] * 2, "OK"),  # those are ends as well
    ("ErrorRate", [{}, {}], "OK"),
    ("SlowProcessing", [{"ProcessDuration": 60001}] * 3, "ALARM"), ("SlowProcessing", [{"ProcessDuration": 60000}] * 3, "OK"),
    ("SlowProcessing", [{"ProcessDuration": 99999}, {}, {"ProcessDuration": 99999}], "OK"),
    ("QueueAge", [{"ApproximateAgeOfOldestMessage": 901}] * 5, "ALARM"),
    ("QueueAge", [{"ApproximateAgeOfOldestMessage": 901}] * 4 + [{"ApproximateAgeOfOldestMessage": 3}], "OK"),
    ("QueueAge", [{}] * 5, "OK"),  # a queue that sleeps tells nothing
    ("DeadLetters", [{"ApproximateNumberOfMessagesVisible": 1}], "ALARM"),
    ("DeadLetters", [{"ApproximateNumberOfMessagesVisible": 0}], "OK"), ("DeadLetters", [{}], "OK"),
    ("InvalidRatio", [{"FilesValid": 9, "FilesInvalid": 11}], "ALARM"), ("InvalidRatio", [{"FilesValid": 10, "FilesInvalid": 10}], "OK"),
    ("InvalidRatio", [{"FilesInvalid": 19}], "OK"),  # too few to say
    ("InvalidRatio", [{"FilesInvalid": 20}], "ALARM"), ("InvalidRatio", [{}], "OK"),
    ("InvalidRatio", [{"FilesValid": 0, "FilesInvalid": 0, "FilesUnverifiable": 0}], "OK"),  # a ratio of no files
    ("Silence", [{}], "ALARM"), ("Silence", [{"FilesValid": 0}], "ALARM"), ("Silence", [{"FilesFailed": 1}], "OK"),
    ("Throttles", [{"Throttles": 51}] * 3, "ALARM"), ("Throttles", [{"Throttles": 51}, {"Throttles": 51}, {}], "OK"),
    ("Paused", [{"PausedSweeps": 1}], "ALARM"), ("Paused", [{}], "OK"), ("Paused", [{"PausedSweeps": 0}], "OK"),
    ("SweepFindings", [{"SweepFindings": 11}], "ALARM"), ("SweepFindings", [{"SweepFindings": 10}], "OK"), ("SweepFindings", [{}], "OK"),
]


def arguments(text):
    """'a,F(b,c),d' -> its parts at the top."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def worth(expression, values):
    """Metric math as the rules write it; what IF does not choose is not reckoned."""
    if expression.startswith("IF(") and expression.endswith(")"):
        condition, then, otherwise = arguments(expression[3:-1])
        return worth(then if worth(condition, values) else otherwise, values)
    names = {"FILL": lambda value, instead: instead if value is None else value}
    return eval(expression, {"__builtins__": {}}, names | values)  # pylint: disable=eval-used  # of our own alarms.json


def datapoint(alarm, period):
    """The alarm's value of one period, None where it is missing."""
    queries = [query for query in alarm["metric_query"] if query["metric"]]
    if not queries:
        return period.get(alarm["metric_name"])
    values = {query["id"]: period.get(query["metric"][0]["metric_name"]) for query in queries}
    if all(value is None for value in values.values()):
        return None
    return worth(next(query["expression"] for query in alarm["metric_query"] if query["expression"]), values)


def state(alarm, periods):
    breaches = COMPARISONS[alarm["comparison_operator"]]
    missing = {"breaching": True, "notBreaching": False}[alarm["treat_missing_data"]]
    points = [datapoint(alarm, period) for period in periods[-alarm["evaluation_periods"]:]]
    breaching = sum(missing if point is None else breaches(point, alarm["threshold"]) for point in points)
    return "ALARM" if breaching >= alarm["datapoints_to_alarm"] else "OK"


def problems(resources, pipeline):
    alarms = {alarm["alarm_name"].removeprefix(f"{pipeline}-"): alarm for alarm in of_kind(resources, "aws_cloudwatch_metric_alarm")}
    untried = set(alarms) - {name for name, _, _ in CASES}
    return ([f"{name} with {periods} is {found}, not {wanted}" for name, periods, wanted in CASES
             if (found := state(alarms[name], periods)) != wanted] + [f"no series for {name}" for name in sorted(untried)])
