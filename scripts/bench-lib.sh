# shellcheck shell=bash
# What the commands of the bench have in common. Sourced after lib.sh.

exact_only=0
kernel=stock ask_only=0

# bench_options ARGUMENT...: what a command of the bench is called with.
# shellcheck disable=SC2034 # the commands use them
bench_options() {
	local name=${0##*/}
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel) kernel=$2 && shift ;;
		--is-possible) ask_only=1 ;;
		*) die "$name: unknown argument '$1'" "scripts/$name [--kernel NAME] [--is-possible]" ;;
		esac
		shift
	done
}

# bench_rows: the rows of bench/table that OPS names by their beginnings, or all, as "NAME CPUS ROUNDS OPERATION...".
# With exact_only=1 those that make bench-check compares: exact ones, in guests with 2 CPUs.
# shellcheck disable=SC2154 # repo is lib.sh's
bench_rows() {
	awk -F ' *[|] *' -v ops="${OPS:-}" -v exact="$exact_only" '
		function wanted(name,    i) {
			for (i = 1; i <= count; i++) if (index(name, ops_list[i]) == 1) return 1
			return count == 0
		}
		BEGIN { count = split(ops, ops_list, " ") }
		/^#/ || NF < 2 || exact && $8 != "exact" { next }
		{
			n = split($6, cpus, " ")
			for (i = 1; i <= n; i++) {
				name = $1 (n > 1 ? "_" cpus[i] : "")
				if (wanted(name) && !(exact && cpus[i] != 2)) print name, cpus[i], $7, $3, $4 == "-" ? "" : $4
			}
		}' "$repo/bench/table"
}

# What OPS names must be there.
check_ops() {
	local word words
	read -ra words <<<"${OPS:-}"
	for word in "${words[@]}"; do
		[[ $word =~ ^[a-z0-9_]+$ && -n $(OPS=$word bench_rows) ]] ||
			die "OPS=$OPS: no operation begins with '$word'" "use some of: $(OPS='' bench_rows | awk '{ printf "%s ", $1 }')"
	done
}

# Kbuild's products: bench_build KERNEL
bench_build() { "$repo/scripts/build" --kernel "$1" --variant bench ONLY="bench_c bench_rs"; }

# The lines for the harness, "NAME N ROUNDS", for guests with so many CPUs.
bench_lines() { # CPUS
	{
		echo "- $1 loop c_empty rs_empty"
		bench_rows
	} | awk -v cpus="$1" '
		BEGIN { how["loop"] = "50 20"; how["once"] = "1 40"; how["slow"] = "4 6"; how["rate"] = "100 15" }
		$2 == cpus { for (i = 4; i <= NF; i++) if (!seen[$i]++) print $i, how[$3] }'
}

# The start of each guest's script. It stays on the first CPU: by that the bench knows the other one.
bench_load() {
	cat <<-'END'
		dmesg -n 1
		taskset -p 1 $$ >/dev/null
		for module in crosscall bench_c bench_rs; do insmod $CROSSCALL_MODULES/$module.ko || exit 1; done
		cd /sys/kernel/debug/crosscall_bench
	END
}

# The clock of a guest with so many CPUs: it counts instructions, but after a t.
bench_accel() { # CPUS
	[[ $1 == *t ]] || { echo icount && return; }
	if [ "$("$repo/scripts/accel")" = kvm ]; then echo kvm; else echo parallel; fi
}

# bench_boot KERNEL CPUS APPEND OUT: measures in a guest, and leaves what the harness says in the file OUT.
# shellcheck disable=SC2154 # cache is lib.sh's
bench_boot() {
	local modules logs=$cache/log/bench-$1-$2
	modules=$(bench_build "$1")
	# Where one thread runs many CPUs they boot slowly.
	CROSSCALL_BOOT_TIMEOUT=400 "$repo/scripts/boot-fast" --kernel "$1" --smp "${2%t}" --accel "$(bench_accel "$2")" --timeout 500 \
		${3:+--append "$3"} --out "$logs" "$modules/rust/crosscall.ko" "$modules"/bench/bench_{c,rs}.ko -- "
$(bench_load)
while read -r line; do echo \$line >run || exit 1; done <<END
$(bench_lines "$2")
END
cat results
cd /
rmmod bench_rs bench_c crosscall" >"$4.tmp" || die "the bench has failed" "see $logs"
	mv "$4.tmp" "$4"
}

# bench_measure KERNEL APPEND DIRECTORY: all CPUS that the rows want, one file for each.
bench_measure() {
	local cpus
	for cpus in $(bench_rows | awk '{ print $2 }' | sort -u | sort -n); do
		say "booting a guest with ${cpus%t} CPUs"
		bench_boot "$1" "$cpus" "$2" "$3/$cpus"
	done
}

# Its arguments that are paths are of the tree.
# shellcheck disable=SC2154 # tree_repo is lib.sh's
bench_report() { "$repo/scripts/enter" "$tree_repo/scripts/tree/bench-report" "$@"; }
