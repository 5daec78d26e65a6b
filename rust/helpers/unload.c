// SPDX-License-Identifier: GPL-2.0

#include <linux/hardirq.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "state.h"

/* Rare: a hot caller need not save registers for it. */
static noinline __cold __preserve_most bool unload_is_closed(const void *const *const *code)
{
	return crosscall_is_closed(callback_of(code));
}

/*
 * Whether the module that @code lies in is going, or gone. Preemption is off,
 * which makes this an RCU reader: if the answer is no, the callback and its
 * vtable stay valid until preemption is on.
 */
static bool unload_refuses(const void *const *const *code)
{
	return unlikely(READ_ONCE(crosscall_clients_closed)) && unload_is_closed(code);
}

/*
 * Whether the callback of @code may be queued. If so, preemption is off until the exit,
 * before which the caller queues: see rust_helper_client_close(). Any context.
 * (Litmus test: unload-gate.)
 */
__rust_helper bool rust_helper_unload_gate_enter(const void *const *const *code)
{
	preempt_disable();
	if (likely(!unload_refuses(code)))
		return true;
	preempt_enable();

	return false;
}

/* Rare, like unload_is_closed(). */
static noinline __cold __preserve_most bool callback_is_closed(const void *callback)
{
	return crosscall_is_closed(callback);
}

/*
 * Like rust_helper_unload_gate_enter(), for the address of a callback. If its
 * module is gone the gate is open: what remains must keep the caller out, see
 * the litmus test deferred-left.
 */
__rust_helper bool rust_helper_unload_gate_enter_of(const void *callback)
{
	preempt_disable();
	if (likely(!READ_ONCE(crosscall_clients_closed)) || !callback_is_closed(callback))
		return true;
	preempt_enable();

	return false;
}

/*
 * Like rust_helper_unload_gate_enter(), for a callback that IPIs will carry,
 * which an NMI must not send. Returns 0, -EPERM or -ESHUTDOWN.
 */
__rust_helper int rust_helper_unload_gate_enter_for_ipi(const void *const *const *code)
{
	if (unlikely(in_nmi()))
		return -EPERM;

	return rust_helper_unload_gate_enter(code) ? 0 : -ESHUTDOWN;
}

__rust_helper void rust_helper_unload_gate_exit(void)
{
	preempt_enable();
}
