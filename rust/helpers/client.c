// SPDX-License-Identifier: GPL-2.0

#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <asm/sections.h>

#include "state.h"

/*
 * A client: a module that may have objects, that is, callbacks. One more client
 * stands for all code that never goes. Objects, the reaper and the gate are
 * those of one client, so that a module does not delay others.
 *
 * | state  | gate   | its callbacks     | its reaper   | next, and when         |
 * |--------|--------|-------------------|--------------|------------------------|
 * | new    | open   | none yet          | idle         | used: first object     |
 * |        |        |                   |              | gone: module goes      |
 * | used   | open   | queued, running   | busy or idle | closed: module goes    |
 * | closed | closed | end               | busy or idle | quiet: none is left,   |
 * |        |        |                   |              | *then* the reaper idle |
 * | quiet  | closed | none, nor will be | idle         | gone                   |
 * | gone   |        |                   |              | freed: a grace period  |
 *
 * If a client is new when its module goes there is nothing to wait for.
 */
#define CLIENT_BITS 4

/* In registry.rs too. */
#define REAPED_WORDS 8

struct client_bucket {
	raw_spinlock_t lock;
	struct hlist_head objects;
} ____cacheline_aligned_in_smp;

struct client {
	/* In clients. Readers are RCU readers, writers hold clients_lock. */
	struct list_head node;
	const struct module *module;
	/* The code of the module: a callback is an address in it. */
	unsigned long text, size;
	/*
	 * Whether there has ever been an object. Code of the module makes the
	 * first one, and has ended when the module goes: that orders this.
	 * Litmus test: unload-used.
	 */
	bool used;
	/* Callbacks can queue no further calls. */
	bool closed;

	/* What the reaper has to drop, and whether it is doing so; see reaper.c. */
	struct llist_head calls, works, parcels;
	/* Makes one step of emptying those and setting reaping. */
	spinlock_t reap_lock;
	bool reaping;
	struct irq_work kick;
	struct delayed_work reap;
	struct rcu_head rcu;

	/*
	 * How many are dropping something by the module's code, other than the
	 * reaper, and how many have ever begun, runs of the reaper included;
	 * see rust_helper_client_keep().
	 */
	atomic_t kept, keeps;

	/*
	 * What the reaper drops just now: `Reaping` in registry.rs. Not on its
	 * stack: a drop that panics ends the task, and the entry stays in the
	 * registry, as the client does.
	 */
	void *reaped[REAPED_WORDS];

	/* See registry.c. */
	struct client_bucket buckets[1 << CLIENT_BITS];
};

static void reap_kicked(struct irq_work *kick);
static void reap_of_client(struct work_struct *work);

static struct client code_that_stays = {
	.calls = LLIST_HEAD_INIT(code_that_stays.calls),
	.works = LLIST_HEAD_INIT(code_that_stays.works),
	.parcels = LLIST_HEAD_INIT(code_that_stays.parcels),
	.reap_lock = __SPIN_LOCK_UNLOCKED(code_that_stays.reap_lock),
	.kick = IRQ_WORK_INIT_HARD(reap_kicked),
	.reap = __DELAYED_WORK_INITIALIZER(code_that_stays.reap, reap_of_client, 0),
	.buckets = {
		[0 ... (1 << CLIENT_BITS) - 1] = {
			.lock = __RAW_SPIN_LOCK_UNLOCKED(code_that_stays.lock),
		},
	},
};

/* Its address stands for callbacks of modules that are gone; see origin.rs. */
const unsigned char rust_helper_gone_callback;

static LIST_HEAD(clients);
static DEFINE_MUTEX(clients_lock);

unsigned int crosscall_clients_closed __read_mostly;

/*
 * The client whose code @callback is. Any context; the caller is an RCU reader,
 * and may use the client until that ends. Modules that depend on another one and
 * are loaded after crosscall are few, so this walks a list.
 */
static struct client *client_of(const void *callback)
{
	struct client *client;

	list_for_each_entry_rcu(client, &clients, node) {
		if ((unsigned long)callback - client->text < client->size)
			return client;
	}

	return &code_that_stays;
}

bool crosscall_is_closed(const void *callback)
{
	return callback == &rust_helper_gone_callback || READ_ONCE(client_of(callback)->closed);
}

/* Only client_of() finds a client. */
static struct client *client_new(const struct module *module)
{
	struct client *client = kzalloc_obj(*client);

	if (!client)
		return NULL;
	client->module = module;
	client->text = (unsigned long)module->mem[MOD_TEXT].base;
	client->size = module->mem[MOD_TEXT].size;
	spin_lock_init(&client->reap_lock);
	client->kick = IRQ_WORK_INIT_HARD(reap_kicked);
	INIT_DELAYED_WORK(&client->reap, reap_of_client);
	for (struct client_bucket *bucket = client->buckets;
	     bucket < client->buckets + ARRAY_SIZE(client->buckets); bucket++)
		raw_spin_lock_init(&bucket->lock);

	return client;
}

/*
 * @module is about to run its first code. Returns what a notifier does.
 * (Modules that depend on no module cannot have objects, unless crosscall is
 * built in.)
 */
__rust_helper int rust_helper_client_coming(const struct module *module)
{
	struct client *client;

	if (__is_defined(MODULE) && list_empty(&module->target_list))
		return NOTIFY_DONE;
	client = client_new(module);
	if (!client)
		return notifier_from_errno(-ENOMEM);
	mutex_lock(&clients_lock);
	list_add_rcu(&client->node, &clients);
	mutex_unlock(&clients_lock);

	return NOTIFY_DONE;
}

/* Whether @constant is the kernel's own, which never goes. */
static bool is_builtin(const void *constant)
{
#ifdef MODULE
	return false;
#else
	return is_kernel_rodata((unsigned long)constant);
#endif
}

/*
 * Whether @object, which is never freed, must not have @vtable, which must not
 * be read before this is known: the module that has made the object may be gone,
 * and another one be where the vtable was. @ours is the vtable of the caller's
 * own module, which is there. An object in the memory of a module may have that
 * module's vtable alone: neither of two modules waits for the other one when it
 * goes. Any context.
 */
__rust_helper bool rust_helper_client_is_foreign(const void *object, const void *vtable,
						 const void *ours)
{
	bool foreign = vtable != ours && !is_builtin(vtable);
	struct client *client;

	rcu_read_lock();
	list_for_each_entry_rcu(client, &clients, node) {
		if (within_module((unsigned long)object, client->module)) {
			foreign |= !within_module((unsigned long)vtable, client->module);
			break;
		}
	}
	rcu_read_unlock();

	return foreign;
}

/* The client has something that its module must not leave behind. Any context. */
static void client_use(struct client *client)
{
	if (!READ_ONCE(client->used))
		WRITE_ONCE(client->used, true);
}

/* Like client_use(), for something that is not in the registry. */
__rust_helper void rust_helper_client_use(const void *callback)
{
	rcu_read_lock();
	client_use(client_of(callback));
	rcu_read_unlock();
}

/*
 * The caller is to run code of the module that @code belongs to, which unload
 * may change to that of rust_helper_gone_callback meanwhile. The module does not
 * go before rust_helper_client_release(). Returns NULL if it is gone. Any
 * context.
 */
__rust_helper struct client *rust_helper_client_keep(const void *const *const *code)
{
	struct client *client;

	rcu_read_lock();
	client = client_of(callback_of(code));
	atomic_inc(&client->kept);
	/*
	 * Fully ordered, as is rust_helper_client_keeps(): either this sees that
	 * the callback is gone, or that sees the increment. Litmus test:
	 * unload-kept.
	 */
	atomic_inc_return(&client->keeps);
	if (callback_of(code) == &rust_helper_gone_callback) {
		atomic_dec(&client->kept);
		client = NULL;
	}
	rcu_read_unlock();

	return client;
}

__rust_helper void rust_helper_client_release(struct client *client)
{
	/*
	 * Pairs with rust_helper_client_is_kept(): the drop has ended. Litmus
	 * test: unload-kept.
	 */
	smp_mb__before_atomic();
	atomic_dec(&client->kept);
}

__rust_helper bool rust_helper_client_is_kept(struct client *client)
{
	/* Pairs with rust_helper_client_release(). Litmus test: unload-kept. */
	return atomic_read_acquire(&client->kept);
}

/*
 * Orders what the caller did before, see rust_helper_client_keep(), and what it
 * does after: it sees the drops that have been counted in kept.
 */
__rust_helper int rust_helper_client_keeps(struct client *client)
{
	/*
	 * Pairs with the atomic_inc_return() of rust_helper_client_keep().
	 * Litmus test: unload-kept.
	 */
	smp_mb();

	return atomic_read_acquire(&client->keeps);
}

static struct client *client_find(const struct module *module)
{
	struct client *client;

	lockdep_assert_held(&clients_lock);
	list_for_each_entry(client, &clients, node) {
		if (client->module == module)
			return client;
	}

	return NULL;
}

/*
 * @module is going, and no code of its own runs any more, except callbacks.
 * Returns its client for rust_helper_client_close(), or NULL: it never had an
 * object. May sleep, but waits for nothing.
 */
__rust_helper struct client *rust_helper_client_going(const struct module *module)
{
	struct client *client;

	mutex_lock(&clients_lock);
	client = client_find(module);
	if (client && !READ_ONCE(client->used)) {
		list_del_rcu(&client->node);
		kfree_rcu(client, rcu);
		client = NULL;
	}
	mutex_unlock(&clients_lock);

	return client;
}

/*
 * Returns when no CPU is between the check of the gate and the queueing, see
 * unload.c. May sleep. Litmus test: unload-gate.
 */
__rust_helper void rust_helper_client_close(struct client *client)
{
	mutex_lock(&clients_lock);
	WRITE_ONCE(client->closed, true);
	WRITE_ONCE(crosscall_clients_closed, crosscall_clients_closed + 1);
	mutex_unlock(&clients_lock);
	synchronize_rcu();
}

/*
 * The client is quiet and has no objects. When this returns no CPU uses it, nor
 * anything that was its. May sleep.
 *
 * If there were @objects_left, another module may have a token of one: the gate
 * refuses those forever.
 */
__rust_helper void rust_helper_client_gone(struct client *client, bool objects_left)
{
	/*
	 * One that has read the callback of such an object, before that was
	 * taken away, must still find the client: the gate of code that stays is
	 * open. Litmus test: unload-listed.
	 */
	if (objects_left)
		synchronize_rcu();
	mutex_lock(&clients_lock);
	list_del_rcu(&client->node);
	if (!objects_left)
		WRITE_ONCE(crosscall_clients_closed, crosscall_clients_closed - 1);
	mutex_unlock(&clients_lock);
	/*
	 * RCU readers copy the names of its callbacks, use their keys, hand
	 * something to its reaper, or look an address up. The kernel is one
	 * where it uses an irq_work in the module's own memory after its
	 * callback. Litmus tests: unload-names, irq_work-freed.
	 */
	synchronize_rcu();
	/* What entered after it was asked for would be there for good. */
	for (struct client_bucket *bucket = client->buckets;
	     bucket < client->buckets + ARRAY_SIZE(client->buckets); bucket++)
		WARN_ON_ONCE(!hlist_empty(&bucket->objects));
	/*
	 * Its reaper has dropped the last object, and may have yet to return.
	 * irq_work_sync() may return while the kick runs on another CPU, or
	 * while the kernel still looks at it: it cannot queue the reaper again.
	 */
	irq_work_sync(&client->kick);
	disable_delayed_work_sync(&client->reap);
	kfree_rcu(client, rcu);
}

/*
 * For the unload of crosscall: frees the clients that are left, of modules which
 * depend on others than crosscall, and so never had an object. May sleep.
 */
__rust_helper void rust_helper_clients_free(void)
{
	struct client *client, *next;

	mutex_lock(&clients_lock);
	list_for_each_entry_safe(client, next, &clients, node) {
		list_del_rcu(&client->node);
		kfree_rcu(client, rcu);
	}
	mutex_unlock(&clients_lock);
}

__rust_helper const char *rust_helper_client_name(const struct client *client)
{
	return client->module->name;
}

__rust_helper bool rust_helper_within_module(const void *addr, const struct module *module)
{
	return within_module((unsigned long)addr, module);
}
