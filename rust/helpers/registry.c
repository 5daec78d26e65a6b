// SPDX-License-Identifier: GPL-2.0

#include <linux/hardirq.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/poison.h>
#include <linux/spinlock.h>

/*
 * Everything that the kernel may call back, for debugfs and for module unload,
 * by client. Objects enter when their token is made and leave when they are
 * dropped, not when they are queued. (What is on a stack enters only when its
 * task waits for it: the task itself keeps the module, and may panic before.)
 * Raw locks: a token may be dropped with interrupts off, on PREEMPT_RT too.
 * Several buckets, so that scoped calls, which are made for one use, do not all
 * take one lock.
 */

/* The number of objects that a walk visits before it turns interrupts on. */
#define REGISTRY_CHUNK 32

/* The most that a walk has visited, for debugfs. Walks that end at the same time may lose one. */
static unsigned int registry_longest;

/* The bits of ->client that say what kind of object it is; see registry.rs. */
#define ENTRY_KIND 7UL

/* struct Entry in registry.rs. */
struct registry_entry {
	struct hlist_node links;
	/*
	 * The object's client, while it is in the registry, and the object's
	 * kind. No client, on a list: this is a walk's cursor.
	 */
	unsigned long client;
};

static struct client *client_in(unsigned long client)
{
	BUILD_BUG_ON(__alignof__(struct client) <= ENTRY_KIND);

	return (struct client *)(client & ~ENTRY_KIND);
}

/* What ->client is, with @client and the kind that it has. */
static unsigned long with_kind_of(const struct registry_entry *entry, struct client *client)
{
	return (unsigned long)client | (READ_ONCE(entry->client) & ENTRY_KIND);
}

/* What a walk does next. The numbers of Step in module/helpers.rs. */
enum registry_step {
	REGISTRY_NEXT,	/* To the next object. */
	REGISTRY_AGAIN,	/* To this one again, if it is still there, after a pause. */
	REGISTRY_REMOVE,	/* The object leaves the registry; then to the next one. */
	REGISTRY_STOP,
};

typedef enum registry_step (*registry_visit)(struct registry_entry *entry, void *data);

static struct client_bucket *registry_bucket(struct client *client, struct registry_entry *entry)
{
	return &client->buckets[hash_ptr(entry, CLIENT_BITS)];
}

/*
 * Objects that enter in an NMI, which may have hit a CPU that holds a bucket's
 * lock. They wait here, linked by their ->links.next, with REGISTRY_LATE as
 * their ->links.pprev, until the registry is walked or one of them is removed.
 */
static LLIST_HEAD(registry_late);
#define REGISTRY_LATE ((struct hlist_node **)LIST_POISON2)

/*
 * Held until all objects that were late when this began are in their buckets.
 * Litmus test: registry-settled.
 */
static DEFINE_RAW_SPINLOCK(registry_late_lock);

/*
 * Whether the caller must enter the object: true for one of several callers.
 * (Only static objects have several.)
 */
static bool registry_claim(struct registry_entry *entry)
{
	if (!cmpxchg(&entry->links.pprev, NULL, REGISTRY_LATE))
		return true;
	/*
	 * A cmpxchg() that fails orders nothing. The object may have yet to
	 * enter, and the caller looks at the gate next: a grace period that
	 * waits for this caller then waits for the other one too, which is an
	 * RCU reader. Litmus test: registry-claimed.
	 */
	smp_mb();

	return false;
}

/*
 * Pairs with registry_add_late(): unload, which has closed the gate, finds the
 * objects of NMIs that have passed it. Litmus test: registry-late.
 */
static void registry_settle(void)
{
	struct llist_node *node, *next;
	struct registry_entry *entry;
	struct client_bucket *bucket;
	unsigned long flags;

	raw_spin_lock_irqsave(&registry_late_lock, flags);
	llist_for_each_safe(node, next, llist_del_all(&registry_late)) {
		entry = container_of((struct hlist_node **)&node->next, struct registry_entry,
				     links.next);
		bucket = registry_bucket(client_in(entry->client), entry);
		raw_spin_lock(&bucket->lock);
		hlist_add_head(&entry->links, &bucket->objects);
		raw_spin_unlock(&bucket->lock);
	}
	raw_spin_unlock_irqrestore(&registry_late_lock, flags);
}

/* Pairs with registry_settle(). Litmus test: registry-late. */
static void registry_add_late(struct registry_entry *entry, struct client *client)
{
	if (!registry_claim(entry))
		return;
	WRITE_ONCE(entry->client, with_kind_of(entry, client));
	llist_add((struct llist_node *)&entry->links.next, &registry_late);
}

/* Any context. */
__rust_helper void rust_helper_registry_add(struct registry_entry *entry, const void *callback)
{
	struct client_bucket *bucket;
	struct client *client;
	unsigned long flags;

	/* The object has no code that a walk could call. */
	if (callback == &rust_helper_gone_callback)
		return;
	rcu_read_lock();
	client = client_of(callback);
	client_use(client);
	if (unlikely(in_nmi())) {
		registry_add_late(entry, client);
		rcu_read_unlock();
		return;
	}
	bucket = registry_bucket(client, entry);
	raw_spin_lock_irqsave(&bucket->lock, flags);
	if (registry_claim(entry)) {
		hlist_add_head(&entry->links, &bucket->objects);
		WRITE_ONCE(entry->client, with_kind_of(entry, client));
	}
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
	rcu_read_unlock();
}

/*
 * Whether the object is not in the registry. If unload has removed it, the
 * caller sees what unload has done to it before. Only its one owner may rely on
 * the answer, or an RCU reader that asks for a static object: that may be
 * entering, but no unload is removing it.
 */
__rust_helper bool rust_helper_registry_is_new(const struct registry_entry *entry)
{
	/* Pairs with registry_remove(). Litmus test: unload-removed. */
	return !client_in(smp_load_acquire(&entry->client));
}

/*
 * For objects that the caller removes again in the same context. In an NMI, where
 * they could not be removed, they do not enter.
 */
__rust_helper void rust_helper_registry_add_unless_nmi(struct registry_entry *entry,
						       const void *callback)
{
	if (likely(!in_nmi()))
		rust_helper_registry_add(entry, callback);
}

/* The bucket's lock is held. */
static void registry_remove(struct registry_entry *entry)
{
	hlist_del_init(&entry->links);
	/* The last access; pairs with rust_helper_registry_del(). Litmus test: unload-removed. */
	smp_store_release(&entry->client, with_kind_of(entry, NULL));
}

/*
 * Any context but NMI; in an NMI only for an object that is not in the
 * registry. When this returns no walk uses the object.
 */
__rust_helper void rust_helper_registry_del(struct registry_entry *entry)
{
	struct client_bucket *bucket;
	struct client *client;
	unsigned long flags;

	/* An RCU reader: the client may be going, which removes the object. */
	local_irq_save(flags);
	/* Pairs with registry_remove(). Litmus test: unload-removed. */
	client = client_in(smp_load_acquire(&entry->client));
	if (client) {
		/* After this it is in its bucket. Litmus test: registry-settled. */
		if (unlikely(READ_ONCE(entry->links.pprev) == REGISTRY_LATE))
			registry_settle();
		bucket = registry_bucket(client, entry);
		raw_spin_lock(&bucket->lock);
		if (client_in(entry->client))
			registry_remove(entry);
		raw_spin_unlock(&bucket->lock);
	}
	local_irq_restore(flags);
}

/*
 * Shows up to REGISTRY_CHUNK objects behind @cursor to @visit, and moves it
 * there. Returns whether there may be more to show.
 */
static bool registry_walk_on(struct client_bucket *bucket, struct registry_entry *cursor,
			     registry_visit visit, void *data, bool *stopped)
{
	struct hlist_node *node = cursor->links.next, *next;
	enum registry_step step = REGISTRY_NEXT;
	struct registry_entry *entry;
	unsigned int i;

	for (i = 0; node && i < REGISTRY_CHUNK; i++, node = next) {
		next = node->next;
		entry = hlist_entry(node, struct registry_entry, links);
		/* Without a client it is the cursor of another walk. */
		step = client_in(entry->client) ? visit(entry, data) : REGISTRY_NEXT;
		if (step == REGISTRY_REMOVE)
			registry_remove(entry);
		if (step == REGISTRY_AGAIN || step == REGISTRY_STOP)
			break;
	}
	if (i > READ_ONCE(registry_longest))
		WRITE_ONCE(registry_longest, i);
	hlist_del(&cursor->links);
	*stopped = step == REGISTRY_STOP;
	if (!node || *stopped)
		return false;
	hlist_add_before(&cursor->links, node);

	return true;
}

/*
 * Shows each object of @client to @visit, with interrupts off, but never for
 * long: after REGISTRY_CHUNK objects the lock is released, and @between is
 * called. Objects that come or go meanwhile may be missed; none that is queued is,
 * if the gate of @client was closed before this, and a grace period has ended
 * since. Returns false if @visit stopped the walk. Litmus test: registry-claimed.
 */
static bool registry_walk_client(struct client *client, registry_visit visit,
				 void (*between)(void *data), void *data)
{
	bool more, stopped = false;
	unsigned long flags;

	registry_settle();
	for (int i = 0; !stopped && i < ARRAY_SIZE(client->buckets); i++) {
		struct client_bucket *bucket = &client->buckets[i];
		struct registry_entry cursor = {};

		if (hlist_empty(&bucket->objects))
			continue;
		raw_spin_lock_irqsave(&bucket->lock, flags);
		hlist_add_head(&cursor.links, &bucket->objects);
		raw_spin_unlock_irqrestore(&bucket->lock, flags);
		do {
			raw_spin_lock_irqsave(&bucket->lock, flags);
			more = registry_walk_on(bucket, &cursor, visit, data, &stopped);
			raw_spin_unlock_irqrestore(&bucket->lock, flags);
			if (between)
				between(data);
			cond_resched();
		} while (more);
	}

	return !stopped;
}

__rust_helper unsigned int rust_helper_registry_longest(void)
{
	return READ_ONCE(registry_longest);
}

/* See registry_walk_client(). May sleep. */
__rust_helper void rust_helper_registry_walk(struct client *client, registry_visit visit,
					     void *data)
{
	registry_walk_client(client, visit, NULL, data);
}

/* Like rust_helper_registry_walk(), for the objects of all clients. May sleep. */
__rust_helper void rust_helper_registry_walk_all(registry_visit visit,
						 void (*between)(void *data), void *data)
{
	struct client *client;
	bool go_on;

	mutex_lock(&clients_lock);
	go_on = registry_walk_client(&code_that_stays, visit, between, data);
	list_for_each_entry(client, &clients, node) {
		if (!go_on)
			break;
		go_on = registry_walk_client(client, visit, between, data);
	}
	mutex_unlock(&clients_lock);
}
