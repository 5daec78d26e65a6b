// SPDX-License-Identifier: GPL-2.0

//! Policy over csd and irq_work: which CPUs are called, by which callers, and when.
//!
//! | calls          | to                                               | instead of              |
//! |----------------|--------------------------------------------------|-------------------------|
//! | [`many`]       | a set of CPUs at once, each with its own result  | `on_each_cpu_mask()`    |
//! | [`shared`]     | one CPU, fired by any number of CPUs             | a csd behind a lock     |
//! | [`deferred`]   | a NOHZ_FULL CPU, at its next entry to the kernel | an IPI                  |
//! | [`quiesce`]    | no CPU: waits until none runs an old handler     | `stop_machine()`        |

mod debug;
pub mod deferred;
mod helpers;
pub mod many;
pub mod quiesce;
pub mod shared;
