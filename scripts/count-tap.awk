# Count KTAP results: awk -v stage=NAME -v status=N -f count-tap.awk FILE
#
# The leaves count. A parent's line sums up the results above it that are indented (or commented out, as
# the kselftest runner does), so it counts only where it fails without any of them having failed.
# A plan that was not kept, a failing exit status without a failed test, and a boot of which all results
# are skips, are failures too.

function fail(what) { failed++; print "failure: " stage ": " what }
function check_plan() {
	if (plan != "" && plan != results) fail("planned " plan " tests, saw " results)
	plan = ""
	results = 0
}
{ sub(/\r$/, "") }
function check_boot() {
	if (boot_skipped && !boot_tried) fail(boot "all of its tests were skipped")
	boot_skipped = boot_tried = 0
}
# "# boot NAME" begins one, "# boot NAME took N s" ends it.
/^# boot / { check_plan(); check_boot(); boot = $3 ": " }
/^1\.\.[0-9]+/ {
	if (plan != "") check_plan()
	plan = $0
	sub(/^1\.\./, "", plan)
	sub(/[^0-9].*/, "", plan)
}
/^[ #]+(not )?ok [0-9]/ {
	if (/# SKIP/) { skipped++; boot_skipped++ }
	else {
		boot_tried++
		if (/not ok/) { name = $0; sub(/^[ #]+/, "", name); fail(boot name); nested_failed++ }
		else passed++
	}
	nested++
}
/^(not )?ok / {
	results++
	if (/^not ok/) { if (!nested_failed) fail(boot $0) }
	else if (!nested) {
		if (/# SKIP/) { skipped++; boot_skipped++ }
		else { passed++; if (/^ok [0-9]/) boot_tried++ }
	}
	nested = nested_failed = 0
}
END {
	check_plan()
	check_boot()
	if (passed + failed + skipped == 0) fail("no test ran")
	else if (status != 0 && failed == 0) fail("exit status " status)
	print "counts: " passed + 0, failed + 0, skipped + 0
}
