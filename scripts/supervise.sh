# shellcheck shell=bash disable=SC2154 # cache is lib.sh's
# What a signal does. Sourced by lib.sh.
#
# The script that the user called runs itself once more and waits for that. So it heeds a signal at once,
# where bash would wait for the command in the foreground; and the children of the copy have interrupts
# ignored, so that none of them takes the death of a guest for a boot that failed. All that runs below it
# carries its mark in the environment, inside the tree too: every process with the mark is ended.

supervise() {
	[ -z "${CROSSCALL_SUPERVISED:-}" ] || return 0
	local child status=0 id="$$-$RANDOM$RANDOM"
	trap 'stop_all "$id" 1' HUP
	trap 'stop_all "$id" 2' INT
	trap 'stop_all "$id" 3' QUIT
	trap 'stop_all "$id" 15' TERM
	[ -e /proc/self/fd/0 ] || exec </dev/null
	CROSSCALL_SUPERVISED=$id CROSSCALL_MARKS="${CROSSCALL_MARKS:-}<$id>" "$0" "$@" <&0 &
	child=$!
	wait "$child" || status=$?
	# Of die, which has said why.
	[ "$status" != 141 ] || status=1
	exit "$status"
}

# The processes that carry a mark. A zombie has no environment any more.
marked() {
	grep -lzsF -e "$1" /proc/[0-9]*/environ | cut -d/ -f3
}

# stop_all ID SIGNAL: compilers delete what they have half written. What has not gone after some seconds is
# killed. The folders of guests bear the name, and are deleted here: an rm below is stopped too.
stop_all() {
	trap '' HUP INT QUIT TERM
	local pid pids pass told=" " signal
	for pass in {1..80}; do
		mapfile -t pids < <(marked "<$1>")
		[ "${#pids[@]}" -gt 0 ] || break
		[ "$pass" -lt 50 ] && signal=TERM || signal=KILL
		for pid in "${pids[@]}"; do
			# Once: a second one might interrupt what the first one made it do.
			[[ $told != *" $pid:$signal "* ]] || continue
			told+="$pid:$signal "
			kill -s "$signal" "$pid" 2>/dev/null || :
		done
		sleep 0.1
	done
	rm -rf "$cache"/run/*."$1".*
	echo "crosscall: $(basename "$0") was interrupted" >&2
	exit $((128 + $2))
}
