/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CROSSCALL_CALLBACKS_H
#define _CROSSCALL_CALLBACKS_H

/* Rust functions that C calls. */

#include <linux/smp.h>

struct llist_node;
struct seq_file;

/*
 * What a reaper drops, which is in @reaped of its client meanwhile.
 *
 * call/end_module.rs: drops what the call owns, and the call.
 */
void rust_call_reap_one(struct llist_node *reap, void *reaped);

/* reaper.rs: drops the object that a parcel is a field of. */
void rust_parcel_reap_one(struct llist_node *node, void *reaped);

/* irq_work/wait.rs: whether the work may be dropped a grace period from now; and drops it. */
bool rust_irq_work_is_idle(struct llist_node *reap);
void rust_irq_work_reap_one(struct llist_node *reap, void *reaped);

/* debugfs.rs */
void rust_csd_show_stats(struct seq_file *m);
void rust_csd_show_in_flight(struct seq_file *m);

/* deferred/report.rs */
void rust_deferred_show(struct seq_file *m);

/* deferred/user_exit.rs: interrupts are off, @cpu is this CPU's. */
void rust_deferred_run(const void *cpu);
void rust_deferred_answer(const void *cpu);
/* The timer of @cpu, in an RCU read-side section. */
void rust_deferred_timeout(unsigned int cpu);

#endif /* _CROSSCALL_CALLBACKS_H */
