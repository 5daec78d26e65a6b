// SPDX-License-Identifier: GPL-2.0
/*
 * Exports what client modules link against: generic and inline functions of
 * the crate are compiled into the client and call the rest here. Modelled on
 * rust/exports.c, which says why the list is generated.
 */

#include <linux/export.h>
#include <linux/module.h>
#include <linux/stringify.h>

/* That of the file VERSION beside this one. */
MODULE_VERSION(__stringify(CROSSCALL_VERSION));

#define EXPORT_SYMBOL_RUST_GPL(sym) extern int sym; EXPORT_SYMBOL_GPL(sym)

#include "exports_generated.h"
