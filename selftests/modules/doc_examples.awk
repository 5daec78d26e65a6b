# SPDX-License-Identifier: GPL-2.0
#
# Make a test module of the examples in rustdoc comments: awk -v support=FILE -f doc_examples.awk SOURCE...
#
# A result for each: it compiles as it stands, with its own imports only, and runs without an error; assert!() and
# assert_eq!() in it are such errors. One that is marked `no_run` is only compiled; `text` is no example.

function fault(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
	exit
}

# The macros say where the example is: lines of this module mean nothing to anyone.
function open_example() {
	name = FILENAME
	sub(/.*\/rust\//, "rust/", name)
	name = name ":" FNR
	count++
	run = fence == "" ? "Some(example_" count "::run)" : "None"
	list = list "    (\"" name "\", " run "),\n"
	printf "\n/// %s\n#[allow(unused, clippy::all, reason = \"as in rustdoc\")]\nmod example_%d {\n", name, count
	printf "    macro_rules! at { () => { \"%s\" } }\n", name
	print "    pub(super) fn run() -> ::kernel::error::Result {"
	last = ""
}

function close_example() {
	if (last !~ /^Ok::</)
		print "        ::core::result::Result::Ok(())"
	print "    }\n}"
}

BEGIN {
	print "// SPDX-License-Identifier: GPL-2.0"
	print "// Made by doc_examples.awk.\n"
	print "//! The examples of the documentation.\n"
	print "use kernel::prelude::*;\n"
	printf "#[path = \"%s\"]\nmod support;\nuse support::Report;\n\n", support
	print "macro_rules! assert {"
	print "    ($condition:expr $(, $($more:tt)*)?) => {"
	print "        if !$condition {"
	print "            ::kernel::pr_info!(\"ktap: # {}: {}\\n\", at!(), stringify!($condition));"
	print "            return Err(::kernel::error::code::EIO);"
	print "        }"
	print "    };"
	print "}"
	print "macro_rules! assert_eq {"
	print "    ($left:expr, $right:expr $(,)?) => {"
	print "        assert!($left == $right)"
	print "    };"
	print "}"
}

!/^[ \t]*\/\/[\/!]/ {
	if (inside)
		fault("an example without an end")
	next
}

{
	line = $0
	sub(/^[ \t]*\/\/[\/!] ?/, "", line)
}

line ~ /^```/ && !inside {
	fence = substr(line, 4)
	if (fence !~ /^(|text|no_run)$/)
		fault("an example is not marked, or no_run: " fence)
	inside = 1
	if (fence != "text")
		open_example()
	next
}

line ~ /^```/ {
	inside = 0
	if (fence != "text")
		close_example()
	next
}

inside && fence != "text" {
	# rustdoc hides these lines.
	if (line == "#" || line ~ /^# /)
		line = substr(line, 3)
	print (line == "" ? "" : "        " line)
	if (line != "")
		last = line
}

END {
	if (failed)
		exit 1
	if (!count) {
		print "doc_examples.awk: no example was found" > "/dev/stderr"
		exit 1
	}
	print "\ntype Example = (&'static str, Option<fn() -> Result>);\n"
	printf "static EXAMPLES: [Example; %d] = [\n%s];\n\n", count, list
	print "module! {"
	print "    type: DocExamples,"
	print "    name: \"doc_examples\","
	print "    authors: [\"crosscall developers\"],"
	print "    description: \"Test of the examples of the documentation\","
	print "    license: \"GPL v2\","
	print "}\n"
	print "struct DocExamples;\n"
	print "impl kernel::Module for DocExamples {"
	print "    fn init(_module: &'static ThisModule) -> Result<Self> {"
	print "        let mut report = Report::new(EXAMPLES.len());"
	print "        for (name, run) in EXAMPLES {"
	print "            match run {"
	print "                Some(run) => report.result(name, run()),"
	print "                None => report.skip(name, \"it is only compiled\"),"
	print "            }"
	print "        }"
	print "        Ok(Self)"
	print "    }"
	print "}"
}
