"""Writes C++ that defines what Debian's libcurl.a calls of protocols and codings which `bootstrap` never uses.

    stubs.py NM LIBCURL OUT DEFINED...

Debian's static libcurl wants LDAP, SSH, RTMP, Kerberos and others, some of which have no static library at all. Only http
and https are ever allowed in a transfer, and HTTP/1.1 alone, nothing is decoded and there are no cookies, so that nothing here is
reached but what libcurl calls when it starts. What is missing and is of no family known here fails: a new libcurl wants a new look.
"""

import re
import subprocess
import sys

# Called from curl_global_init() and for each URL: they answer what means "done" or "there is none".
QUIET = {"libssh2_init": "0", "libssh2_exit": "0", "idn2_check_version": "0"}
# Everything else is a way that only another protocol leads to.
FAMILIES = re.compile(r"^(RTMP_|ber_|ldap_|gss_|libssh2_|idn2_|psl_|nghttp2_|BrotliDecoder)")
DATA = {"GSS_C_NT_HOSTBASED_SERVICE"}
# libcurl's own, the linker's, and what the compiler's library gives: atomics of arm64.
OURS = re.compile(r"^(Curl_|curl_|curlx_|_GLOBAL_OFFSET_TABLE_$|__aarch64_)")


def symbols(nm, option, files):
    out = subprocess.run([nm, "-A", option, *files], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return {line.split()[-1].split("@")[0] for line in out.splitlines() if line.strip()}


def missing(nm, libcurl, others):
    return sorted(name for name in symbols(nm, "--undefined-only", [libcurl]) - symbols(nm, "--defined-only", [libcurl, *others])
                  if not OURS.match(name))


def source(names):
    strange = [name for name in names if name not in DATA and not FAMILIES.match(name)]
    if strange:
        raise SystemExit(f"libcurl.a wants what nobody gives, and no stub may: {' '.join(strange)}")
    lines = ["// Made by packaging/lambda/stubs.py: protocols that bootstrap never speaks.", "#include <cstdio>",
             "#include <cstdlib>", "", "namespace {",
             "[[noreturn]] void unreachable(const char* name) {",
             '  std::fprintf(stderr, "%s: this program holds no such protocol\\n", name);',
             "  std::abort();", "}", "}  // namespace", "", 'extern "C" {']
    for name in names:
        if name in DATA:
            lines.append(f"extern void* const {name};\nvoid* const {name} = nullptr;")
        elif name in QUIET:
            lines.append(f"long {name}();\nlong {name}() {{ return {QUIET[name]}; }}")
        else:
            lines.append(f'void {name}();\nvoid {name}() {{ unreachable("{name}"); }}')
    return "\n".join([*lines, '}  // extern "C"', ""])


if __name__ == "__main__":
    tool, library, target, *given = sys.argv[1:]
    text = source(missing(tool, library, given))
    with open(target, "w", encoding="ascii") as file:
        file.write(text)
