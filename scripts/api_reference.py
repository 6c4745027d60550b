#!/usr/bin/env python3
"""Writes docs/api: the reference and the page of problem codes of schemas/openapi.yaml, and the types of the TypeScript example.

scripts/api_reference.py            writes the pages again, after a change of the document
scripts/api_reference.py --record   first asks a running gate (build/bin/scalper) for the answers that the reference shows
scripts/api_reference.py --check    writes nothing; exit code 1 if a page is not what it would write
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "api"
TOOLS = ROOT / "tests" / "api"


def into_venv():
    """This program again, with the packages of tests/api/requirements.txt."""
    sys.path.insert(0, str(ROOT / "tests" / "aws"))
    import venvs
    python = venvs.make("schemathesis") / "bin" / "python"
    if Path(sys.prefix) != python.parent.parent:
        os.execv(python, [str(python), *sys.argv])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    into_venv()
    sys.path.insert(0, str(TOOLS))
    import reference
    if options.record:
        reference.record(PAGES / "answers.json")
    stale = []
    for path, text in reference.pages(PAGES / "answers.json").items():
        if options.check:
            stale += [path] if not path.exists() or path.read_text(encoding="utf-8") != text else []
        else:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(ROOT)} is stale: run scripts/api_reference.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
