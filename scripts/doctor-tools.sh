# shellcheck shell=bash disable=SC2154 # kdir, release, settings: scripts/doctor's
# The part of scripts/doctor that is about compilers: which the kernel wants, and whether they do it.

# What the user gives to make, or has in the environment.
setting() {
	local one
	for one in "${settings[@]}"; do
		[ "${one%%=*}" != "$1" ] || { printf '%s' "${one#*=}"; return; }
	done
	case $1 in
	RUSTC | CC | LLVM) printf '%s' "${!1:-}" ;;
	esac
}

# The distribution that built the kernel, where its packages with the compilers are.
suite() {
	case $release in
	*+deb12*) echo "Debian bookworm" ;;
	*+deb13*) echo "Debian trixie" ;;
	*+deb14*) echo "Debian forky" ;;
	*.fc[0-9]*) echo "Fedora $(sed -E 's/.*\.fc([0-9]+).*/\1/' <<<"$release")" ;;
	*-arch*) echo "Arch Linux" ;;
	*cachyos*) echo "CachyOS" ;;
	*-generic | *-lowlatency) echo "Ubuntu, the release of that kernel" ;;
	*) echo "the distribution that built the kernel" ;;
	esac
}

# package_of TOOL: its package there.
package_of() {
	case $(suite):$1 in
	Debian*:rustc) echo rustc ;;
	Ubuntu*:rustc) echo "rustc-$(rustc_version | cut -d. -f1,2)" ;;
	*:rustc) echo rust ;;
	*:ld.lld*) echo lld ;;
	*:ld | *:nm) echo binutils ;;
	*:llvm-nm*) echo llvm ;;
	*) echo "${1##*/}" ;;
	esac
}

# The rustc of the kernel: "1.85.1".
rustc_version() {
	config_value CONFIG_RUSTC_VERSION_TEXT | sed -nE 's/^[^0-9]*([0-9.]+).*/\1/p'
}

rustc_remedy() {
	printf '%s' "install rustc $(rustc_version), package $(package_of rustc) of $(suite), and name it with RUSTC= if it is not the one in PATH; crate metadata is only readable by the compiler that wrote it"
}

check_rustc() {
	local wanted have rustc
	wanted=$(config_value CONFIG_RUSTC_VERSION_TEXT)
	[ -n "$wanted" ] || return 0 # said by the check of CONFIG_RUST already
	rustc=$(setting RUSTC)
	rustc=${rustc:-rustc}
	if ! command -v "$rustc" >/dev/null; then
		lacks "$rustc is not in PATH (the kernel was built with $wanted)" "$(rustc_remedy)"
	elif ! have=$("$rustc" --version 2>&1) || [[ $have != rustc\ * ]]; then
		lacks "$rustc does not run: it says '${have%%$'\n'*}'" "$(rustc_remedy)"
	elif [ "$have" = "$wanted" ]; then
		ok "$have"
	else
		# Whether it can read the kernel's metadata is seen below.
		rustc_differs="the kernel was built with '$wanted', $rustc is '$have'"
	fi
}

# program WHAT NAME...: one of them is in PATH.
program() {
	local what=$1 name
	shift
	for name in "$@"; do
		! command -v "$name" >/dev/null || { ok "$name ($what)"; return; }
	done
	lacks "$what: $1 is not in PATH" "install it (package $(package_of "$1") of $(suite), or your distribution's)"
}

# Those that LLVM= names, as kbuild reads it: 1, -VERSION, or DIRECTORY/.
llvm_tool() {
	case $(setting LLVM) in
	*/) printf '%s' "$(setting LLVM)$1" ;;
	-*) printf '%s' "$1$(setting LLVM)" ;;
	*) printf '%s' "$1" ;;
	esac
}

check_c_compiler() {
	local kernels given version
	kernels=$(config_value CONFIG_CC_VERSION_TEXT)
	given=$(setting CC)
	if [ "$(config_value CONFIG_CC_IS_CLANG)" = y ]; then
		if [ -z "$(setting LLVM)" ] && [[ $given != *clang* ]]; then
			lacks "LLVM=1: the kernel was built with clang ($kernels), whose options gcc does not know" "make KDIR=$kdir LLVM=1"
			return
		fi
		given=${given:-$(llvm_tool clang)}
		program "C compiler" "${given%% *}"
	elif [ -n "$(setting LLVM)" ] || [[ $given == *clang* ]]; then
		lacks "gcc: the kernel was built with it ($kernels), and LLVM=$(setting LLVM) CC=$given names clang" "leave LLVM= and CC= out"
	else
		version=$(config_value CONFIG_GCC_VERSION)
		given=${given:-gcc}
		program "C compiler" "${given%% *}" "gcc-$((${version:-0} / 10000))"
	fi
}

check_tools() {
	rustc_differs=
	program "build tool" make
	check_rustc
	check_c_compiler
	if [ -n "$(setting LLVM)" ]; then
		program linker "$(llvm_tool ld.lld)"
		program "symbol lister" "$(llvm_tool llvm-nm)"
	else
		if [ "$(config_value CONFIG_LD_IS_LLD)" = y ]; then program linker ld.lld; else program linker ld; fi
		program "symbol lister" nm
	fi
}

# A module that uses what each module uses: the crate kernel, its macros, and C's part of kbuild.
write_probe() {
	echo "obj-m := probe.o" >"$1/Kbuild"
	cat >"$1/probe.rs" <<-'END'
		// SPDX-License-Identifier: GPL-2.0
		//! Does this compile?
		use kernel::prelude::*;
		module! { type: Probe, name: "probe", authors: ["doctor"], description: "doctor", license: "GPL", }
		struct Probe;
		impl kernel::Module for Probe {
		    fn init(_: &'static ThisModule) -> Result<Self> { pr_info!("probe\n"); Ok(Probe) }
		}
	END
}

# The first lines that say why.
reasons() {
	grep -E '^error|[Ee]rror[: ]|No such file|not found|cannot |unrecognized|unknown argument' "$1" |
		grep -vE 'aborting due to|^make.*: \*\*\* \[|Error [0-9]+$' | head -n 4 | sed 's/^/       /'
}

# By what the compiler said.
remedy_for() { # LOG
	local file
	if grep -qE 'E0514|incompatible version of rustc' "$1"; then
		rustc_remedy
	elif grep -qE "can't find crate|E0463|E0786|invalid metadata|found crate .* compiled" "$1"; then
		metadata_remedy
	elif file=$(sed -nE 's/^[^ ]*Makefile:[0-9]+: (.*): No such file or directory$/\1/p' "$1" | head -n 1) && [ -n "$file" ]; then
		case $file in
		"$tree_cache"/*) echo "this KDIR belongs to the Debian tree in the cache: make modules builds for it" ;;
		*) echo "$file is part of another package (*-common or the source of the kernel): install that, in the same version" ;;
		esac
	else
		echo "$rebuild_remedy; or read the compiler's full output: make KDIR=$kdir V=1"
	fi
}

check_by_compiling() {
	local work status=0 remedy
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # the directory is known now
	trap "rm -rf '$work'" EXIT
	write_probe "$work"
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$kdir" M="$work" MO="$work" "${settings[@]}" probe.o >"$work/log" 2>&1 </dev/null || status=$?
	if [ "$status" = 0 ] && [ -s "$work/probe.o" ]; then
		ok "a module in Rust compiles with this kernel's metadata and options"
		[ -z "$rustc_differs" ] || limited "$rustc_differs" "this works: it reads the kernel's metadata"
		return
	fi
	remedy=$(remedy_for "$work/log")
	lacks "a working Rust build: a module of five lines does not compile with this kernel's metadata and options${rustc_differs:+
       $rustc_differs}
$(reasons "$work/log")" "$remedy"
}
