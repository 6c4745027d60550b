"""Writes C++ with the roots that AWS endpoints chain to, as embedded_roots() answers them: roots.py OUT [FOLDER].

A whole bundle costs a start some 30 ms, these five one or two. They come from Debian's ca-certificates, and AWS_CA_BUNDLE
names others.
"""

import sys
from pathlib import Path

FOLDER = "/usr/share/ca-certificates/mozilla"
ROOTS = ["Amazon_Root_CA_1", "Amazon_Root_CA_2", "Amazon_Root_CA_3", "Amazon_Root_CA_4",
         "Starfield_Services_Root_Certificate_Authority_-_G2"]


def pem(folder=FOLDER):
    """The five, each a block that begins and ends as PEM does."""
    blocks = []
    for name in ROOTS:
        text = (Path(folder) / f"{name}.crt").read_text(encoding="ascii").strip() + "\n"
        if text.count("-----BEGIN CERTIFICATE-----") != 1 or not text.endswith("-----END CERTIFICATE-----\n"):
            raise SystemExit(f"{folder}/{name}.crt is not one certificate in PEM")
        blocks.append(text)
    return "".join(blocks)


if __name__ == "__main__":
    target, *place = sys.argv[1:]
    body = pem(*place)
    with open(target, "w", encoding="ascii") as file:
        file.write("// Made by packaging/lambda/roots.py from Debian's ca-certificates.\n"
                   '#include "adapters/aws/client/embedded_roots.h"\n\nnamespace scalper::aws {\n\n'
                   f'std::string_view embedded_roots() {{\n  return R"pem({body})pem";\n}}\n\n}}  // namespace scalper::aws\n')
