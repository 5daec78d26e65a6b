# SPDX-License-Identifier: GPL-2.0
"""The rustc commands that Kbuild has saved, in a file .NAME.o.cmd beside each object."""
import shlex
import sys

OUTPUTS = ("--emit", "--out-dir")
# What rustdoc does not know.
RUSTC_ONLY = ("-Zbinary_dep_depinfo", "-Cembed-bitcode")


def split(command):
    """The words of a command. `$` and `#` are as make takes them."""
    return shlex.split(command.replace("$(pound)", "#").replace("$$", "$"))


def read(path, dropped=()):
    """The environment, the words from rustc on, and the source.

    Without what the command writes, and without words that begin like one of `dropped`.
    """
    line = path.read_text().split("\n", 1)[0]
    # The rest is objtool.
    command = line.split(" := ", 1)[1].split(" ; ")[0]
    words = split(command)
    start = next(i for i, word in enumerate(words) if word.split("/")[-1].startswith("rustc"))
    source = next(word for word in words if word.endswith(".rs"))
    kept, skip = [], False
    for word in words[start:]:
        if not (skip or word == source or word.startswith((*OUTPUTS, *dropped))):
            kept.append(word)
        skip = word in OUTPUTS
    return words[:start], kept, source


def of_sample(build):
    """The command that compiles a sample, which names the crate, without its source."""
    for path in sorted(build.glob("samples/.*.o.cmd")):
        if "--extern crosscall=" in path.read_text().split("\n", 1)[0]:
            environment, words, _ = read(path)
            return ["env", "RUSTC_BOOTSTRAP=1", *environment, *words]
    return sys.exit(f"Bail out! no sample was built in {build}")
