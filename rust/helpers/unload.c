// SPDX-License-Identifier: GPL-2.0

#include <linux/module.h>
#include <linux/rcupdate.h>

/*
 * The module that is going, if any: its callbacks can queue no further calls.
 * One at a time; unload.rs holds a mutex. Read on every queueing, written only
 * at unload.
 */
static const struct module *unload_closed __read_mostly;

/*
 * Preemption is off: the module is there for as long as this looks at it, also
 * if it is no longer closed. Its memory goes a grace period later.
 */
static bool unload_refuses(const void *callback)
{
	const struct module *module = READ_ONCE(unload_closed);

	return unlikely(module) && within_module((unsigned long)callback, module);
}

/*
 * Whether @callback may be queued. If so, preemption is off until the exit,
 * which the queueing comes before. Any context.
 */
__rust_helper bool rust_helper_unload_gate_enter(const void *callback)
{
	preempt_disable();
	if (likely(!unload_refuses(callback)))
		return true;
	preempt_enable();

	return false;
}

__rust_helper void rust_helper_unload_gate_exit(void)
{
	preempt_enable();
}

/*
 * Returns when no CPU is between the check of the gate and the queueing, see
 * rust_helper_csd_queue() and rust_helper_unload_gate_enter(). May sleep.
 */
__rust_helper void rust_helper_unload_close(const struct module *module)
{
	WRITE_ONCE(unload_closed, module);
	synchronize_rcu();
}

__rust_helper void rust_helper_unload_open(void)
{
	WRITE_ONCE(unload_closed, NULL);
}

/*
 * Whether @module, which is going, may link against this one: it uses some
 * module, or this is none. Which one is private to the module loader.
 */
__rust_helper bool rust_helper_module_may_use_us(const struct module *module)
{
	return !__is_defined(MODULE) || !list_empty(&module->target_list);
}

__rust_helper bool rust_helper_within_module(const void *addr, const struct module *module)
{
	return within_module((unsigned long)addr, module);
}
