"""The include rule: src/ is layered, an include that points upwards or leaks a vendor's header fails.

The table is that of ARCHITECTURE.md. A folder may include itself and what its row names; a row for adapters or hosts
holds for each folder below. The check is itself checked with planted violations, so that it can fail.
"""

import re

from .tally import ROOT, tracked

# folder -> (folders it may include, vendor header families it may include in .cpp files)
CORE = ["base", "digest", "model"]
RULES = {
    "base": ([], []),
    "digest": (["base"], ["openssl/", "libdeflate", "intrinsics"]),
    "model": (["base", "digest"], ["boost/json"]),
    "validate": (CORE, ["boost/json", "yaml-cpp/", "yaml.h", "zlib.h", "libdeflate", "openssl/", "intrinsics", "re2/", "expat.h",
                        "lzma.h", "bzlib.h", "zstd.h", "zstd_errors.h", "lz4frame.h", "utf8proc.h"]),
    "ports": (["base", "model"], []),
    "pipeline": (CORE + ["validate", "ports"], ["boost/json", "posix"]),
    "api": (CORE + ["validate", "ports", "pipeline"], ["boost/json"]),
    "adapters": (CORE + ["ports"], ["boost/json", "sqlite3.h", "posix", "openssl/", "libdeflate", "curl/", "expat.h", "zlib.h"]),
    "hosts": (CORE + ["validate", "ports", "pipeline", "api", "adapters"],
              ["boost/", "CLI/", "posix", "openssl/", "sqlite3.h", "curl/"]),
}
# The acts of the pipeline do not include each other; process_object, sweep and review join them.
ACTS = ["ingest", "route", "record", "report"]
# Standard C++ headers have no '/' and no '.h'; these are the C and kernel headers that count as the system's.
POSIX = re.compile(r"^(sys/|linux/|arpa/|netinet/|net/|asm/)|^(unistd|fcntl|errno|poll|signal|pthread|dirent|termios|netdb|"
                   r"pwd|grp|dlfcn|malloc|time|stdio|stdlib|string|limits|sched|spawn|syslog|fnmatch|glob|ftw)\.h$")
INTRINSICS = re.compile(r"(^|/)[a-z]*mmintrin\.h$|^immintrin\.h$|^x86intrin\.h$|^cpuid\.h$|^arm_neon\.h$|^arm_acle\.h$")
STANDARD = re.compile(r"^[a-z_0-9]+$")
# Headers behind one class, with a vendor's types in them; only .cpp files of their own folder, and each other, may
# include these.
PRIVATE = {"hosts/server/server_state.h", "hosts/server/stream.h", "hosts/server/request_form.h"}
NO_FILES = {"base", "digest", "model", "validate"}  # pure: these know no file system and no clock
IMPURE = re.compile(r"^(filesystem|fstream)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """'adapters/local/x.cpp' -> ('adapters', 'adapters/local'); 'pipeline/x.cpp' -> ('pipeline', 'pipeline')."""
    parts = path.split("/")
    if parts[0] in ("adapters", "hosts"):
        return parts[0], "/".join(parts[:2]) if len(parts) > 2 else parts[0]
    return parts[0], parts[0]


def own_include(source, target):
    """Why src/<source> may not include our header <target>, or None."""
    layer, room = room_of(source)
    other_layer, other_room = room_of(target)
    if layer not in RULES or other_layer not in RULES:
        return f"{target}: no such folder in the include rule"
    if target in PRIVATE and (room != other_room or not (source.endswith(".cpp") or source in PRIVATE)):
        return f"{target}: private to the .cpp files of {other_room}"
    if room == "hosts":  # hosts/scalper.cpp, bootstrap.cpp and the compositions join everything
        return None
    if other_layer == layer:
        if layer == "pipeline":
            act, other = source.split("/")[1], target.split("/")[1]
            if act in ACTS and other in ACTS and act != other:
                return f"{target}: one act of the pipeline includes another"
        if room == other_room or other_room == "hosts":
            return None
        return f"{target}: {room} includes {other_room}"
    if other_layer not in RULES[layer][0]:
        return f"{target}: {room} may not include {other_layer}"
    return None


def vendor_include(source, header):
    """Why src/<source> may not include the vendor's or the system's <header>, or None."""
    layer, _ = room_of(source)
    if STANDARD.match(header):
        return f"<{header}>: {layer} is pure" if layer in NO_FILES and IMPURE.match(header) else None
    family = "posix" if POSIX.search(header) else "intrinsics" if INTRINSICS.search(header) else header
    if not source.endswith(".cpp") and source not in PRIVATE:
        return f"<{header}>: vendor and system headers stay in .cpp files"
    if any(family == allowed or family.startswith(allowed) for allowed in RULES.get(layer, ([], []))[1]):
        return None
    return f"<{header}>: not among the libraries of {layer}"


def violations(files):
    """files: (path below src/, text) pairs. One line a violation."""
    found = []
    for source, text in files:
        for number, line in enumerate(text.splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            kind, header = match.groups()
            reason = own_include(source, header) if kind == '"' else vendor_include(source, header)
            if reason:
                found.append(f"src/{source}:{number}: {reason}")
    return found


PLANTED = [  # each must be found
    ("base/a.h", '#include "model/verdict.h"'),
    ("model/a.cpp", '#include "ports/clock.h"'),
    ("validate/a.cpp", '#include "pipeline/process_object.h"'),
    ("validate/a.cpp", "#include <filesystem>"),
    ("validate/a.cpp", "#include <sqlite3.h>"),
    ("ports/a.h", '#include "adapters/memory/clock.h"'),
    ("ports/a.h", "#include <boost/json.hpp>"),
    ("pipeline/a.cpp", '#include "adapters/memory/clock.h"'),
    ("pipeline/ingest/a.cpp", '#include "pipeline/route/b.h"'),
    ("api/a.cpp", "#include <boost/beast.hpp>"),
    ("adapters/local/a.cpp", '#include "pipeline/sweep.h"'),
    ("adapters/local/a.cpp", '#include "adapters/memory/clock.h"'),
    ("adapters/local/a.h", "#include <sqlite3.h>"),
    ("adapters/local/a.h", "#include <sys/stat.h>"),
    ("hosts/cli/a.cpp", '#include "hosts/server/b.h"'),
    ("elsewhere/a.cpp", '#include "base/error.h"'),
    ("hosts/scalper.cpp", '#include "hosts/server/server_state.h"'),
    ("hosts/server/a.h", '#include "hosts/server/server_state.h"'),
    ("hosts/server/a.h", "#include <boost/asio.hpp>"),
]
ALLOWED = [  # none may be found
    ("base/a.cpp", '#include "base/error.h"\n#include <string>\n#include <cstdint>'),
    ("digest/a.cpp", "#include <openssl/evp.h>\n#include <immintrin.h>"),
    ("pipeline/process_object.cpp", '#include "pipeline/route/b.h"\n#include "pipeline/ingest/b.h"'),
    ("adapters/local/a.cpp", '#include "ports/clock.h"\n#include <sqlite3.h>\n#include <sys/stat.h>'),
    ("hosts/scalper.cpp", '#include "hosts/cli/a.h"\n#include "hosts/server/b.h"'),
    ("hosts/server/server_state.h", "#include <boost/asio.hpp>"),
    ("hosts/server/a.cpp", '#include "hosts/server/server_state.h"'),
    ("hosts/server/server_state.h", '#include "hosts/server/stream.h"'),
    ("hosts/cli/a.cpp", '#include "hosts/local_gate.h"\n#include <CLI/CLI.hpp>'),
]


def run(tally):
    missed = [f"planted and not found: {path}: {line}" for path, line in PLANTED if not violations([(path, line)])]
    false_alarms = [f"allowed, yet found: {line}" for line in violations(ALLOWED)]
    tally.check("include rule, checked with planted violations", missed + false_alarms)
    files = [(str(path.relative_to(ROOT / "src")), path.read_text(errors="replace"))
             for path in tracked("src/*.h", "src/*.cpp")]
    tally.check(f"include rule on {len(files)} files", violations(files))
