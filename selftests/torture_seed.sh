#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With the same seed each thread of torture chooses the same operations again, however they meet, and with another seed
# others.
. "$(dirname "$0")/lib.sh"

need_cpus 2

# choices FILE SEED [PARAMETER=VALUE...]: of how many operations it has hashed the choices, and that hash. It fails
# unless each thread is there. Mostly calls over objects of a thread, whose state when their turn comes depends on time.
choices() {
	file=$1 seed=$2
	shift 2
	load crosscall_torture seconds=1 weight_csd=100 slow=600 seed="$seed" "$@" || return 1
	reported crosscall_torture | sed -n 's/.*End of test: SUCCESS.* choices=\([0-9a-f:]*\) .*/\1/p' >"$file"
	unload crosscall_torture
	echo "# seed=$seed $*: choices=$(cat "$file")"
	grep -qx "$((2 * 64 * $(online_cpus | wc -l))):[0-9a-f]*" "$file"
}

load crosscall
load contexts
chosen=$(mktemp -u)
ktap_set_plan 6
check ends_well choices "$chosen.first" 7
# Callbacks end sooner, and no NMI gets between them: other objects are idle when their turn comes.
check ends_well_without_dawdling choices "$chosen.again" 7 dawdle_us=0 nmi=0
check ends_well_with_another_seed choices "$chosen.other" 8
check same_seed_chooses_the_same cmp "$chosen.first" "$chosen.again"
check another_seed_chooses_others [ "$(cat "$chosen.first")" != "$(cat "$chosen.other")" ]
check unloads unload contexts
rm -f "$chosen".*
finish
