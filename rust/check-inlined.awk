# SPDX-License-Identifier: GPL-2.0
#
# Checks what clang has made of kernel/lib.o, or of a client's object, with
# helpers inlined, in the output of objdump -dr: that no helper is left in it to
# be called, that each access to a per-CPU variable has %gs, and, with
# -v retpoline=1 and -v rethunk=1, that indirect calls and returns use thunks.
# (objtool checks the last two only where its warnings are read.)

function wrong(what)
{
	print "crosscall: helpers were inlined wrongly: " in_function " " what > "/dev/stderr"
	failed = 1
}

BEGIN {
	# Variables that are seen with %gs anywhere are added.
	split("__preempt_count const_current_task cpu_number crosscall_stats current_task" \
	      " hardirq_context hardirqs_enabled lockdep_recursion pcpu_hot this_cpu_off", names, " ")
	for (i in names)
		per_cpu[names[i]] = 1
}

/^Disassembly of section/ {
	# The code of alternatives has no thunks before it is patched in.
	is_text = $4 ~ /^\.(init\.|exit\.)?text/
}

/^[0-9a-f]+ <.*>:$/ {
	in_function = $2
	if ($2 ~ /^<rust_helper_/)
		wrong("is no part of its callers")
	next
}

# An instruction.
/^ *[0-9a-f]+:\t[a-z]/ {
	instruction = $0
	sub(/^ *[0-9a-f]+:\t/, "", instruction)
	seen++
	is_indirect = is_text && instruction ~ /^(notrack |bnd )?(call|jmp)q? +\*/
	if (retpoline && is_indirect && instruction !~ / \*0x0(\(%rip\)|$)/)
		wrong("indirect branch without a thunk: " instruction)
	if (rethunk && is_text && instruction ~ /^(bnd )?retq?( |$)/)
		wrong("return without a thunk")
	next
}

# The relocation of its operand: OFFSET: TYPE SYMBOL-0x4
$2 ~ /^R_X86_64_(PC32|32S?)$/ && instruction !~ /^lea/ {
	symbol = $3
	sub(/[-+]0x[0-9a-f]+$/, "", symbol)
	# Calls of paravirt operations are patched to direct ones at boot.
	if (retpoline && is_indirect && symbol !~ /^pv_ops(_|$)/)
		wrong("indirect branch without a thunk: " instruction " " symbol)
	if (instruction ~ /%gs:/)
		per_cpu[symbol] = 1
	# The variable itself, not what a pointer to a CPU's area and its offset address.
	else if (instruction ~ /\(%rip\)/ || instruction !~ /\(|\$0x/)
		plain[symbol] = in_function ": " instruction
}

END {
	for (symbol in plain) {
		if (symbol in per_cpu) {
			in_function = plain[symbol]
			wrong("no %gs for " symbol)
		}
	}
	if (!seen) {
		in_function = "-"
		wrong("no instructions")
	}
	exit failed
}
