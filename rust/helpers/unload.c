// SPDX-License-Identifier: GPL-2.0

#include <linux/hardirq.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

/* Not on the hot path: some module is going, or has left objects behind. */
static noinline bool unload_refuses_of_client(const void *callback)
{
	return callback == &rust_helper_gone_callback || READ_ONCE(client_of(callback)->closed);
}

/*
 * Whether the module that *@callback lies in is going, or gone. Preemption is
 * off, which makes this an RCU reader: if the answer is no, the callback and
 * its vtable stay valid until preemption is on.
 */
static bool unload_refuses(const void *const *callback)
{
	return unlikely(READ_ONCE(clients_closed)) &&
	       unload_refuses_of_client(READ_ONCE(*callback));
}

/*
 * Whether *@callback may be queued. If so, preemption is off until the exit,
 * before which the caller queues: see rust_helper_client_close(). Any context.
 * (Litmus test: unload-gate.)
 */
__rust_helper bool rust_helper_unload_gate_enter(const void *const *callback)
{
	preempt_disable();
	if (likely(!unload_refuses(callback)))
		return true;
	preempt_enable();

	return false;
}

/*
 * Like rust_helper_unload_gate_enter(), for a callback that IPIs will carry,
 * which an NMI must not send. Returns 0, -EPERM or -ESHUTDOWN.
 */
__rust_helper int rust_helper_unload_gate_enter_for_ipi(const void *const *callback)
{
	if (unlikely(in_nmi()))
		return -EPERM;

	return rust_helper_unload_gate_enter(callback) ? 0 : -ESHUTDOWN;
}

__rust_helper void rust_helper_unload_gate_exit(void)
{
	preempt_enable();
}

__rust_helper bool rust_helper_within_module(const void *addr, const struct module *module)
{
	return within_module((unsigned long)addr, module);
}
