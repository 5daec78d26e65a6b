// SPDX-License-Identifier: GPL-2.0

//! What a call has of its callback's code, and of its last queueing, in a loadable crate: `kept.rs`
//! in a kernel tree.

use kernel::{
    bindings,
    cpu::CpuId,
    sync::atomic::{
        ordering,
        Atomic, //
    }, //
};

use crate::{
    host::{
        Code,
        Origin, //
    },
    jiffies::recent,
    lock_class::CallbackClass, //
};

/// What the reaper has of a call.
pub(super) type Reap = bindings::llist_node;

/// What a call has of its code, and of its last queueing.
pub(crate) struct Kept<V: 'static> {
    pub(crate) origin: Origin<V>,
    /// The CPU of the current or last call; of one to many CPUs the caller's. For reports, checks.
    cpu: Atomic<u32>,
    /// When it was queued. For reports.
    pub(super) queued_at: Atomic<u32>,
    pub(crate) class: CallbackClass,
}

impl<V: Code> Kept<V> {
    pub(super) fn new(vtable: &'static V) -> Self {
        Self {
            origin: Origin::new(vtable),
            cpu: Atomic::new(0),
            queued_at: Atomic::new(0),
            class: CallbackClass::new(vtable),
        }
    }

    /// Takes note of where the call is queued.
    #[inline]
    pub(super) fn queued(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        self.queued_at.store(recent(), ordering::Relaxed);
    }

    /// The CPU of the current or last call.
    #[inline]
    pub(super) fn cpu(&self) -> u32 {
        self.cpu.load(ordering::Relaxed)
    }
}
