#!/usr/bin/env python3
"""Writes order.ld: the functions that every artefact runs until it asks for its first event.

    python3 infra/start/order.py        (needs valgrind and nm; builds every artefact again, so it takes a quarter of an hour)

Run it when `cargo xtask bench cold-start` says that starts have become dearer. A name that is no longer there does no
harm, one that is missing costs a page.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORDER = ROOT / "infra/start/order.ld"
# What a function reads at its start; no value is used before the first event.
ENVIRONMENT = {
    "PARVIS_TABLE": "x",
    "PARVIS_INCOMING_BUCKET": "x",
    "PARVIS_PHOTOS_BUCKET": "x",
    "PARVIS_EXPORTS_BUCKET": "x",
    "PARVIS_NOTICE_QUEUE": "https://sqs.invalid/x",
    "PARVIS_PHOTO_QUEUE": "https://sqs.invalid/x",
    "PARVIS_TOKEN_KEY": "x",
    "PARVIS_FCM_APPLICATION": "x",
    "PARVIS_APNS_APPLICATION": "x",
    "PARVIS_MAIL_FROM": "x@parvis.invalid",
    "PARVIS_PUBLIC_URL": "https://parvis.invalid",
    "PARVIS_MEDIA_URL": "https://parvis.invalid",
    "PARVIS_TILE_HOSTS": "parvis.invalid",
    "PARVIS_SECRET": "only for looking at how functions start",
    "PARVIS_EDGE_SECRET": "only for looking at how functions start",
    "AWS_REGION": "eu-west-3",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_LOG_GROUP_NAME": "x",
    "AWS_LAMBDA_LOG_STREAM_NAME": "x",
}


def compile_with_names(arguments):
    """Called by cargo in place of rustc (RUSTC_WRAPPER): artefacts keep the names of their functions."""
    named = "--crate-name" in arguments and arguments[arguments.index("--crate-name") + 1].startswith("parvis_")
    if named and "bin" in arguments:
        arguments = [word.replace("strip=symbols", "strip=none") for word in arguments]
    os.execvp(arguments[0], arguments)


def started(program, handler):
    """Names of the functions of the program that run until it asks for an event."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    listener.settimeout(60)
    api = "127.0.0.1:%d" % listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "calls"
        command = ["valgrind", "--tool=callgrind", "--demangle=no", "--compress-strings=no", f"--callgrind-out-file={out}", program]
        names = {"_HANDLER": handler, "AWS_LAMBDA_FUNCTION_NAME": handler, "AWS_LAMBDA_RUNTIME_API": api}
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env={**ENVIRONMENT, **names, "PATH": os.environ["PATH"]}, stdout=quiet, stderr=quiet)
        try:
            connection, _ = listener.accept()
            asked = connection.recv(200)
            if b"/invocation/next" not in asked:
                sys.exit(f"{handler} does not start: {asked!r}")
        finally:
            process.terminate()
            process.wait()
        ran = set(re.findall(r"^fn=(\S+)$", out.read_text(), re.MULTILINE))
    # Without those of the C library and of the loader.
    names = subprocess.run(["nm", "--defined-only", "--format=just-symbols", program], check=True, capture_output=True, text=True)
    return ran & set(names.stdout.split())


def pattern(name):
    """The name without what changes from build to build: hashes of crates and types, versions, and LLVM's numbers."""
    name = re.sub(r"17h[0-9a-f]{16}E", "17h*E", name)
    name = re.sub(r"Cs[0-9A-Za-z]+_", "Cs*_", name)
    name = re.sub(r"aws_lc_\d+_\d+_\d+", "aws_lc_*", name)
    return re.sub(r"\.(llvm\.)?\d+$", "*", name)


def catalog():
    """Domain and id of every function."""
    domain, found = None, []
    for line in (ROOT / "infra/generated/functions.md").read_text().splitlines():
        if line.startswith("## "):
            domain = line[3:]
        elif match := re.match(r"\| `(\w+)` ", line):
            found.append((domain, match[1]))
    return found


def build(domains):
    """Every artefact as `cargo xtask package` builds it, but with names."""
    zig = ROOT / ".parvis/tools/zig"
    if not zig.exists():
        sys.exit("run `cargo xtask package` first: it brings the linker")
    environment = {**os.environ, "RUSTC_WRAPPER": __file__, "PATH": f"{zig / 'bin'}:{os.environ['PATH']}"}
    for cache in ["CARGO_ZIGBUILD_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"]:
        environment[cache] = str(zig / "cache")
    triple = f"{os.uname().machine}-unknown-linux-gnu"
    command = ["cargo-zigbuild", "zigbuild", "--release", "--target", f"{triple}.2.34"]
    for domain in domains:
        # Cargo knows nothing of the wrapper; what it thinks is fresh has no names.
        (ROOT / "functions" / domain / "src/main.rs").touch()
        command += ["--package", f"parvis-{domain}", "--bin", f"parvis-{domain}"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    built = {}
    for domain in domains:
        (ROOT / "functions" / domain / "src/main.rs").touch()
        built[domain] = str(ROOT / "target" / triple / "release" / f"parvis-{domain}")
    return built


def main():
    functions = catalog()
    programs = build(sorted({domain for domain, _ in functions}))
    names = set()
    for domain, function in functions:
        names |= started(programs[domain], function)
    # As they are first: a name without its hash stands for every instance of a generic function, and few of them run.
    found = sorted(names) + sorted({pattern(name) for name in names} - names)
    lines = [f"    *(.text.{name} .text.unlikely.{name})\n" for name in found]
    ORDER.write_text(
        "/* Made by order.py: what runs at the start of an artefact lies side by side. */\n"
        "SECTIONS\n{\n  .text.start : {\n" + "".join(lines) + "  }\n}\nINSERT BEFORE .text;\n"
    )
    print(f"{len(lines)} names")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        compile_with_names(sys.argv[1:])
    main()
