# shellcheck shell=bash
# What the user has set, checked before anything takes time. Sourced by lib.sh.

number_within() { # NAME LOW HIGH
	local value=${!1:-}
	[ -z "$value" ] || { [[ $value =~ ^[1-9][0-9]{0,5}$ ]] && [ "$value" -ge "$2" ] && [ "$value" -le "$3" ]; } ||
		die "$1=$value is not a number from $2 to $3" "$1=4, for example"
}

one_of() { # NAME WORD...
	local name=$1 value=${!1:-}
	shift
	[ -z "$value" ] || [[ " $* " == *" $value "* && $value != *" "* ]] || die "$name=$value is unknown" "use one of: $*"
}

check_append() {
	local append=${APPEND:-}
	case $append in
	*[\'\"\`\\\$]* | *[[:cntrl:]]*)
		die "APPEND=$append has a quote, a backslash, a dollar or a control character, which the runners cannot pass on" \
			"leave these out; a value with a space needs another boot loader"
		;;
	esac
	# The kernel cuts its command line at 2048 bytes, and the runners have words of their own.
	[ "${#append}" -le 1500 ] || die "APPEND has ${#append} bytes" "use 1500 at most"
}

# shellcheck disable=SC2154 # cache is lib.sh's
check_cache() {
	case $cache in
	*[[:cntrl:]]*) die "CROSSCALL_CACHE has a control character" "use another directory" ;;
	esac
	if [ -e "$cache" ] && [ ! -d "$cache" ]; then
		die "CROSSCALL_CACHE=$cache is not a directory" "name a directory, which need not exist yet"
	fi
}

check_mirror() {
	[[ -z ${CROSSCALL_MIRROR:-} || $CROSSCALL_MIRROR =~ ^(https?|file|copy):/[^[:space:]]+$ ]] ||
		die "CROSSCALL_MIRROR=$CROSSCALL_MIRROR is not the address of a Debian mirror" "http://HOST/debian, for example"
}

is_kernel() { is_debug_kernel "$1" || is_debian_kernel "$1"; }

# shellcheck disable=SC2154 # set by lib.sh
# has_boot KERNEL BOOT: or the first word of the names of some.
has_boot() { grep -qE "^$2(-[a-z0-9-]+)? *\|[^|]*\|([^|]* )?$1( [^|]*)?\|" "$repo/scripts/boots"; }

# The Nth of M parts, as NofM.
is_part() { [[ $1 =~ ^([0-9]{1,3})of([0-9]{1,3})$ ]] && ((0 < BASH_REMATCH[1] && BASH_REMATCH[1] <= BASH_REMATCH[2])); }

# Stages of scripts/check.
is_stage() {
	case $1 in
	static | model | mutants | litmus | patches | upstream | upstream:all | upstream:arm | upstream:rustc | compile_fail | bench | targets | report | deb | deb_fresh) ;;
	mutants:*) is_part "${1#mutants:}" ;;
	# The bugs are for one of these.
	seeded:upstream?*) false ;;
	seeded:*:torture) is_kernel "$(cut -d : -f 2 <<<"$1")" ;;
	seeded:*:*) is_kernel "$(cut -d : -f 2 <<<"$1")" && is_part "${1##*:}" ;;
	seeded:*) is_kernel "${1#*:}" ;;
	boots:*:*) has_boot "$(cut -d : -f 2 <<<"$1")" "${1##*:}" ;;
	boots:*) is_kernel "${1#*:}" ;;
	*) return 1 ;;
	esac
}

check_variables() {
	number_within SMP 1 255
	number_within DURATION 1 86400
	number_within SEED 1 999999
	one_of MIX all calls
	one_of RUNNER auto fast vng
	one_of UPDATE 1
	one_of FLAVOUR stock rt
	one_of KERNEL_ARCH amd64 arm64
	[[ -z ${KERNEL:-} || $KERNEL =~ ^[0-9]+(\.[0-9]+)+$ ]] ||
		die "KERNEL=$KERNEL is not a version of Debian's kernel" "7.3.4, for example; FLAVOUR=rt picks the other flavour"
	check_append
	check_cache
	check_mirror
}
