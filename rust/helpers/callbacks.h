/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CROSSCALL_CALLBACKS_H
#define _CROSSCALL_CALLBACKS_H

/* Rust functions that C calls. */

#include <linux/smp.h>

struct seq_file;

/* raw.rs: drops what the call owns, and the call. */
void rust_csd_reap_one(call_single_data_t *csd);

/* debugfs.rs */
void rust_csd_show_stats(struct seq_file *m);
void rust_csd_show_in_flight(struct seq_file *m);

#endif /* _CROSSCALL_CALLBACKS_H */
