"""The steps that ./test runs: each module is one kind of check, tests/run.py is the table of them."""
