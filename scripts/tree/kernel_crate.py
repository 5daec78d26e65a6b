# SPDX-License-Identifier: GPL-2.0
"""The kernel's Rust crates, compiled again by kbuild's own commands from other sources. Only metadata is made."""
import re
import subprocess
import tempfile
from pathlib import Path

import saved_command


def run(kdir, words, **more):
    """What a command says; and whether it has succeeded."""
    done = subprocess.run(words, cwd=kdir, capture_output=True, text=True, **more)
    return done.returncode == 0, done.stderr


def compile_crate(kdir, environment, words, lib, extra=(), out=None):
    with tempfile.TemporaryDirectory() as temporary:
        return run(kdir, ["env", "RUSTC_BOOTSTRAP=1", *environment, *words, *extra, "--emit=metadata",
                          f"--out-dir={out or temporary}", str(lib)])


def without_smp(kdir, words, to):
    """The same words, with a configuration that has one CPU."""
    config = (kdir / "include/generated/rustc_cfg").read_text().splitlines()
    to.write_text("\n".join(line for line in config if not re.search(r"CONFIG_SMP\b", line)) + "\n")
    return ["@" + str(to) if word == "@./include/generated/rustc_cfg" else word for word in words]


def with_kunit(words):
    """The same words, with all KUnit tests of Rust."""
    return [*words, "--cfg", "CONFIG_KUNIT", "--cfg", 'CONFIG_KUNIT="y"', "--cfg", "CONFIG_RUST_SMP_KUNIT_TEST"]


def command(kdir, name, dropped=()):
    """The environment and the words that compile a crate, and its source."""
    return saved_command.read(Path(kdir) / f"rust/.{name}.o.cmd", dropped)
