# Count KTAP results: awk -v stage=NAME -v status=N -f count-tap.awk FILE
#
# The leaves count. A parent's line sums up the results above it that are indented (or commented out, as
# the kselftest runner does), so it counts only where it fails without any of them having failed.
# A plan that was not kept, and a failing exit status without a failed test, are failures too.

function fail(what) { failed++; print "failure: " stage ": " what }
function check_plan() {
	if (plan != "" && plan != results) fail("planned " plan " tests, saw " results)
	plan = ""
	results = 0
}
{ sub(/\r$/, "") }
/^# boot / { check_plan(); boot = $3 ": " }
/^1\.\.[0-9]+/ {
	if (plan != "") check_plan()
	plan = $0
	sub(/^1\.\./, "", plan)
	sub(/[^0-9].*/, "", plan)
}
/^[ #]+(not )?ok [0-9]/ {
	if (/# SKIP/) skipped++
	else if (/not ok/) { name = $0; sub(/^[ #]+/, "", name); fail(boot name); nested_failed++ }
	else passed++
	nested++
}
/^(not )?ok / {
	results++
	if (/^not ok/) { if (!nested_failed) fail(boot $0) }
	else if (!nested) { if (/# SKIP/) skipped++; else passed++ }
	nested = nested_failed = 0
}
END {
	check_plan()
	if (passed + failed + skipped == 0) fail("no test ran")
	else if (status != 0 && failed == 0) fail("exit status " status)
	print "counts: " passed + 0, failed + 0, skipped + 0
}
