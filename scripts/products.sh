# shellcheck shell=bash
# Whether what was provisioned is still what it was. Sourced by lib.sh.
#
# A folder has a list of the files that builds, guests and herd7 need, "SHA256 SIZE MTIME PATH" on each line.
# Sizes and times are looked at each time, contents where those changed, or a build has failed.

# The files of a kernel's folder, relative to it.
essential_files() {
	(cd "$1" && find -L release vmlinux vmlinuz build/Makefile build/.config build/Module.symvers build/rust \
		build/scripts/{mod/modpost,basic/fixdep,module.lds,target.json} build/tools/objtool/objtool \
		build/include/config/auto.conf build/include/generated/{autoconf.h,rustc_cfg,utsrelease.h} \
		-maxdepth 1 -type f \( ! -path 'build/rust/*' -o -name '*.rmeta' -o -name '*.so' \) 2>/dev/null) || :
}

# record_products DIRECTORY [FUNCTION]: the function lists the files, if it is no kernel's folder.
record_products() {
	local file sum list=$1/products
	"${2:-essential_files}" "$1" | sort | while read -r file; do
		sum=$(sha256sum <"$1/$file")
		echo "${sum%% *} $(stat -L -c '%s %Y' "$1/$file") $file"
	done >"$list.$$"
	mv "$list.$$" "$list"
}

# differs DIRECTORY LINE THOROUGHLY: prints how a file differs from what is in the list, if it does.
differs() {
	local sum size mtime file now_size now_mtime
	read -r sum size mtime file <<<"$2"
	if [ ! -f "$1/$file" ]; then
		echo "is gone"
		return
	fi
	read -r now_size now_mtime <<<"$(stat -L -c '%s %Y' "$1/$file")"
	if [ "$now_size" != "$size" ]; then
		echo "has $now_size bytes instead of $size"
	elif [ "$now_mtime" != "$mtime" ] || [ -n "$3" ]; then
		[ "$(sha256sum <"$1/$file")" = "$sum  -" ] || echo "has other content than when it was built"
	fi
}

# damaged_products DIRECTORY [thoroughly]: prints "PATH HOW" for each that is not what it was.
damaged_products() {
	local line how
	# It was provisioned before there were lists.
	if [ ! -s "$1/products" ]; then
		how=$(cd "$1" && essential_files . | while read -r line; do [ -s "$line" ] || echo "$line has 0 bytes"; done)
		[ -n "$how" ] || record_products "$1"
		printf '%s' "${how:+$how$'\n'}"
		return
	fi
	while read -r line; do
		how=$(differs "$1" "$line" "${2:-}")
		[ -z "$how" ] || echo "${line#* * * } $how"
	done <"$1/products"
}

# The usual case at the price of one process.
looks_whole() {
	[ -s "$1/products" ] &&
		(cd "$1" && cut -d' ' -f4- products | xargs -d '\n' stat -L -c '%s %Y %n' 2>/dev/null) |
		cmp -s - <(cut -d' ' -f2- "$1/products")
}

# is_whole DIRECTORY [thoroughly]: if not, say which files are damaged.
is_whole() {
	local damage
	[ -n "${2:-}" ] || ! looks_whole "$1" || return 0
	damage=$(damaged_products "$@")
	[ -n "$damage" ] || return 0
	while read -r line; do
		say "damaged: $1/$line"
	done <<<"$damage"
	return 1
}

# forget_damaged DIRECTORY: delete what is damaged, and what a crate's metadata is made together with, so that make
# makes it again.
forget_damaged() {
	local file
	damaged_products "$1" thoroughly | while read -r file _; do
		rm -f "$1/$file"
		[[ $file != *.rmeta ]] || rm -f "$(sed -E 's|/lib([a-z_]+)\.rmeta$|/\1.o|' <<<"$1/$file")"
	done
}
