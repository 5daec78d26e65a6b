// SPDX-License-Identifier: GPL-2.0

#include <linux/lockdep.h>

#ifdef CONFIG_LOCKDEP
/*
 * A waiter that holds a lock which the callback takes can deadlock. Both sides
 * therefore "hold" a map whose class is the callback's: @key is static data, as
 * static_obj() requires, see kernel/lock_class.rs. All classes share one name,
 * because lockdep requires the name of a class to be at one address.
 *
 * The callback holds its map with interrupts off, mostly in hardirq context.
 * Hence the waiter takes the map with interrupts off too, as
 * timer_delete_sync() does.
 */
static const char callback_class_name[] = "crosscall_callback";

/*
 * The caller may have a token of a module that is going, whose keys lockdep is
 * about to forget: with interrupts off this is an RCU reader, which that module
 * waits for after it has taken its key from the object.
 */
__rust_helper void rust_helper_callback_lockdep_wait(const void *const *key)
{
	struct lockdep_map map;
	unsigned long flags;

	local_irq_save(flags);
	lockdep_init_map(&map, callback_class_name, (struct lock_class_key *)READ_ONCE(*key), 0);
	lock_map_acquire(&map);
	lock_map_release(&map);
	local_irq_restore(flags);
}

__rust_helper void rust_helper_callback_lockdep_run(const void *key, void (*run)(void *),
						    void *data)
{
	struct lockdep_map map;

	lockdep_init_map(&map, callback_class_name, (struct lock_class_key *)key, 0);
	lock_map_acquire(&map);
	run(data);
	lock_map_release(&map);
}
#endif
