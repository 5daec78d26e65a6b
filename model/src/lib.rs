// SPDX-License-Identifier: GPL-2.0

//! The state words of the crate, under loom, which tries all interleavings of a few threads and all
//! values that their loads may return. Models of many threads, in modules that are called `crowd`,
//! run under Shuttle, which tries some of their interleavings.
//!
//! `state` of [`irq_work`], [`csd`], [`deferred`], [`many`] and [`shared`] are the very files that
//! the kernel compiles. A test is a model: a few threads that use a state word as `raw.rs` does.
//! `selftests/seeded/table` has bugs that a model must find. See `Documentation/testing.rst`.

#![cfg(test)]

// As in `rust/kernel/lib.rs`: what the files name is here.
extern crate self as kernel;

pub mod bindings;
mod checker;
mod csd;
mod deferred;
mod irq_work;
mod many;
mod run;
mod shared;
pub mod sync;
