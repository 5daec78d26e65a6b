# SPDX-License-Identifier: GPL-2.0
"""Which lines of the code rely on an order of accesses, and name no litmus test for it: for check-litmus.

Documentation/litmus/README.rst has the rule.
"""

import re

IN_RUST = re.compile(r"\b(?:ordering::)?(Acquire|Release|Full)\b|\bbindings::smp_mb\b")
IN_C = re.compile(r"\b(?:smp_[rw]?mb|smp_mb__\w+|smp_(?:store|load)_\w+|(?:try_)?(?:cmp)?xchg\w*|llist_(?:add|del)\w*"
                  r"|atomic\w*_(?:fetch|return|xchg|acquire|release|and_test)\w*)(?<!_relaxed)(?=\()")
GRACE_PERIOD = re.compile(r"\b(?:synchronize_rcu\w*|how\.wait\w*|GracePeriod::\w+\.wait|(?:(?<![\w:.])grace_period|grace_period::\w+))(?=\()")

# A function of Rust begins with its comments and attributes; one of C ends with a brace in the first column.
FUNCTION = re.compile(r"(?:^ *(?://|#\[).*\n)*"
                      r"^ *(?:pub(?:\([\w: ]+\))? )?(?:(?:const|unsafe|extern \"C\") )*fn \w", re.M)
END_OF_FUNCTION = re.compile(r"^}\n", re.M)
RUST_COMMENT = re.compile(r"(?:^ *//.*\n)+", re.M)
C_COMMENT = re.compile(r"/\*(?:.|\n)*?\*/")
ORDERING = re.compile(r"^ *// ORDERING: .*\n(?: *//.*\n)*", re.M)
IMPORT = re.compile(r"^ *(?:pub(?:\([\w: ]+\))? )?use [^;]*;", re.M)

# Files that need not say it. Tests, and what they share, assert what they see when they run. The wrappers of grace
# periods have no use of their own: their callers name the tests.
EXEMPT = ("tests.rs", "fixture.rs", "grace_period.rs")
# Said by loops of which each caller has a comment of its own.
IN_EACH_CALLER = "see above, and each caller"


def without(text, *patterns):
    """The text, with blanks in the place of what matches."""
    for pattern in patterns:
        text = pattern.sub(lambda match: re.sub(r"\S", " ", match[0]), text)
    return text


def pieces(text, starts):
    """The text from each of `starts` to the next, and where it begins."""
    starts = [0, *starts]
    return [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)])]


def tests_in(comment):
    """The litmus tests that a comment names."""
    words = " ".join(line.strip(" \t/*!") for line in comment.splitlines())
    found = re.findall(r"[Ll]itmus tests?: ([\w, -]+)", words)
    return [name.strip() for names in found for name in names.split(",")]


def of_rust(text):
    """Places in Rust, and what is wrong there."""
    for start, function in pieces(text, [match.start() for match in FUNCTION.finditer(text)]):
        code = without(function, IMPORT, re.compile("//.*"))
        comments = list(ORDERING.finditer(function))
        for match in IN_RUST.finditer(code):
            above = [comment[0] for comment in comments if comment.end() <= match.start()]
            if not above or (match[1] or "").lower() not in above[-1].lower():
                yield start + match.start(), f"{match[0]} is in no comment ORDERING above it"
        yield from of_grace_periods(start, function, code)
    for comment in ORDERING.finditer(text):
        if not tests_in(comment[0]) and IN_EACH_CALLER not in comment[0]:
            yield comment.start(), "ORDERING names no litmus test"


def of_c(text):
    """Places in C, and what is wrong there."""
    for start, function in pieces(text, [match.end() for match in END_OF_FUNCTION.finditer(text)]):
        code = without(function, C_COMMENT)
        for match in IN_C.finditer(code):
            if not tests_in(function):
                yield start + match.start(), f"{match[0]}() is in a function that names no litmus test"
        yield from of_grace_periods(start, function, code)
    for comment in C_COMMENT.finditer(text):
        if re.search(r"\b[Pp]airs with\b", comment[0]) and not tests_in(comment[0]):
            yield comment.start(), "Pairs with, and no litmus test"


def of_grace_periods(start, function, code):
    for match in GRACE_PERIOD.finditer(code):
        if not tests_in(function):
            yield start + match.start(), f"{match[0]}() is in a function that names no litmus test"


def unnamed(name, text, tests):
    """What is wrong with a file, a line each. `tests` are those that there are."""
    in_rust = name.endswith(".rs")
    found = [] if name.endswith(EXEMPT) else [*(of_rust if in_rust else of_c)(text)]
    for comment in (RUST_COMMENT if in_rust else C_COMMENT).finditer(text):
        for test in tests_in(comment[0]):
            if test not in tests:
                found.append((comment.start(), f"there is no litmus test {test}"))
    for place, what in sorted(found):
        line = text.count("\n", 0, place) + 1
        yield f"{name}:{line}: {what}"


RUST = """\
use kernel::sync::atomic::ordering::{
    Acquire,
    Full, //
};

/// Stores with Release.
fn one(&self) {
    // ORDERING: Release, pairs with `two()`. Litmus test:
    // mp.
    self.0.store(1, ordering::Release);
    self.0.load(ordering::Relaxed);
}
"""
C = """\
/* Pairs with g(). Litmus tests: mp, sb. */
static void f(void)
{
	smp_store_release(&a, 1);
	cmpxchg_relaxed(&b, 0, 1);
	atomic_inc(&c);
}
"""
# A change of one of the texts, and what must then be found.
SELF_TEST = (
    (RUST, "", "", []),
    (RUST, "// ORDERING: Release", "// Release", ["10: ordering::Release is in no comment ORDERING above it"]),
    (RUST, "Relaxed", "Acquire", ["11: ordering::Acquire is in no comment ORDERING above it"]),
    (RUST, "load(ordering::Relaxed)", "load(Acquire)", ["11: Acquire is in no comment ORDERING above it"]),
    (RUST, "}\n", "}\nfn two() {\n    self.0.load(ordering::Acquire);\n}\n",
     ["14: ordering::Acquire is in no comment ORDERING above it"]),
    (RUST, " Litmus test:\n    // mp.", "", ["8: ORDERING names no litmus test"]),
    (RUST, "// mp.", "// mpp.", ["8: there is no litmus test mpp"]),
    (RUST, "    // ORDERING", "    // Here.\n    //\n    // ORDERING", []),
    (RUST, "}\n", "}\nfn two() {\n    grace_period();\n    of.grace_period();\n}\n",
     ["14: grace_period() is in a function that names no litmus test"]),
    (C, "", "", []),
    (C, " Litmus tests: mp, sb.", "", ["1: Pairs with, and no litmus test",
                                     "4: smp_store_release() is in a function that names no litmus test"]),
    (C, "/* Pairs with g(). Litmus tests: mp, sb. */\n", "",
     ["3: smp_store_release() is in a function that names no litmus test"]),
    (C, "_relaxed", "", []),
    (C, "}\n", "}\n\nvoid g(void)\n{\n\tatomic_inc_return(&c);\n\tsmp_mb();\n\tsynchronize_rcu();\n}\n",
     [f"{line} is in a function that names no litmus test" for line in
      ("11: atomic_inc_return()", "12: smp_mb()", "13: synchronize_rcu()")]),
    (C, "sb.", "lb.", ["1: there is no litmus test lb"]),
)


def self_test():
    """What goes wrong, a line each."""
    for text, old, new, expected in SELF_TEST:
        name = "x.rs" if text == RUST else "x.c"
        said = list(unnamed(name, text[::-1].replace(old[::-1], new[::-1], 1)[::-1] if old else text, ("mp", "sb")))
        if said != [f"{name}:{line}" for line in expected]:
            yield f"of {name} with '{new}' in the place of '{old}': {said}"
