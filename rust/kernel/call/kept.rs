// SPDX-License-Identifier: GPL-2.0

//! What a call has of its callback's code, and of its last queueing.

use kernel::{
    bindings,
    cpu::CpuId,
    sync::atomic::{
        ordering,
        Atomic, //
    }, //
};

/// What the reaper has of a call.
pub(super) type Reap = bindings::work_struct;

/// What a call has of its code, and of its last queueing.
pub(crate) struct Kept<V: 'static> {
    pub(super) vtable: &'static V,
    /// The CPU of the current or last call. For checks.
    cpu: Atomic<u32>,
}

impl<V> Kept<V> {
    pub(super) const fn new(vtable: &'static V) -> Self {
        Self {
            vtable,
            cpu: Atomic::new(0),
        }
    }

    /// Takes note of where the call is queued.
    #[inline]
    pub(super) fn queued(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
    }

    /// The CPU of the current or last call.
    #[inline]
    pub(super) fn cpu(&self) -> u32 {
        self.cpu.load(ordering::Relaxed)
    }
}
