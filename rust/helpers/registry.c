// SPDX-License-Identifier: GPL-2.0

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/spinlock.h>

/*
 * Everything that the kernel may call back, for debugfs and for module unload.
 * Objects enter when their token is made and leave when they are dropped, not
 * when they are queued. Raw locks: a token may be dropped with interrupts off,
 * on PREEMPT_RT too. Buckets keep scoped calls, which are made for one use, apart.
 */
#define REGISTRY_BITS 5

struct registry_bucket {
	raw_spinlock_t lock;
	struct hlist_head objects;
} ____cacheline_aligned_in_smp;

static struct registry_bucket registry[1 << REGISTRY_BITS] = {
	[0 ... (1 << REGISTRY_BITS) - 1] = {
		.lock = __RAW_SPIN_LOCK_UNLOCKED(registry.lock),
	},
};

static struct registry_bucket *registry_bucket(struct hlist_node *links)
{
	return &registry[hash_ptr(links, REGISTRY_BITS)];
}

__rust_helper void rust_helper_registry_add(struct hlist_node *links)
{
	struct registry_bucket *bucket = registry_bucket(links);
	unsigned long flags;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	if (hlist_unhashed(links))
		hlist_add_head(links, &bucket->objects);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
}

__rust_helper void rust_helper_registry_del(struct hlist_node *links)
{
	struct registry_bucket *bucket = registry_bucket(links);
	unsigned long flags;

	raw_spin_lock_irqsave(&bucket->lock, flags);
	hlist_del_init(links);
	raw_spin_unlock_irqrestore(&bucket->lock, flags);
}

/* Calls @visit with the bucket's lock held, until it returns false. */
__rust_helper void
rust_helper_registry_for_each(bool (*visit)(struct hlist_node *, void *), void *data)
{
	struct registry_bucket *bucket;
	struct hlist_node *links;
	unsigned long flags;
	bool go_on = true;

	for (bucket = registry; go_on && bucket < registry + ARRAY_SIZE(registry); bucket++) {
		raw_spin_lock_irqsave(&bucket->lock, flags);
		hlist_for_each(links, &bucket->objects) {
			go_on = visit(links, data);
			if (!go_on)
				break;
		}
		raw_spin_unlock_irqrestore(&bucket->lock, flags);
	}
}

/* Removes those for which @keep returns false; it is called with the bucket's lock held. */
__rust_helper void
rust_helper_registry_filter(bool (*keep)(struct hlist_node *, void *), void *data)
{
	struct registry_bucket *bucket;
	struct hlist_node *links, *next;
	unsigned long flags;

	for (bucket = registry; bucket < registry + ARRAY_SIZE(registry); bucket++) {
		raw_spin_lock_irqsave(&bucket->lock, flags);
		hlist_for_each_safe(links, next, &bucket->objects) {
			if (!keep(links, data))
				hlist_del_init(links);
		}
		raw_spin_unlock_irqrestore(&bucket->lock, flags);
	}
}
