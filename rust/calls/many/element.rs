// SPDX-License-Identifier: GPL-2.0

//! What a call has for each CPU.

use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    num::NonZero, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    bindings,
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    types::Opaque,
    warn_on, //
};

use super::state::Progress;
use crate::{
    calls::helpers,
    cpus,
    csd, //
};

/// A CPU's part of a call, without the type of its result.
///
/// # Invariants
///
/// `csd` is initialised, its function is what [`Elements::init`] got, and its argument is the
/// address of `self`; `many` is valid as long as `self`.
// A line of its own: others write to it, unlike most of what lies in this CPU's memory.
#[repr(C, align(64))]
pub(super) struct RawElement {
    csd: Opaque<bindings::call_single_data_t>,
    /// The call that this is a part of: what [`Elements::init`] got.
    pub(super) many: *const c_void,
    pub(super) progress: Progress,
    /// Whether the call is made on this CPU: written before the trampoline can run.
    pub(super) inline: Atomic<bool>,
}

/// The same, with the result.
#[repr(C)]
pub(super) struct Element<T> {
    pub(super) raw: RawElement,
    // Written by the callback. There is a value iff `raw.progress` says that it ran.
    pub(super) output: UnsafeCell<MaybeUninit<T>>,
}

/// An element for each possible CPU, in that CPU's memory.
///
/// # Invariants
///
/// From `rust_helper_many_alloc()`, and owned.
pub(super) struct Elements(NonZero<usize>);

impl Elements {
    /// Allocates elements with results of type `T`, which [`Self::init`] is to make.
    pub(super) fn new<T>(flags: Flags) -> Result<Self, AllocError> {
        const {
            // PCPU_MIN_UNIT_SIZE, and a page.
            assert!(
                size_of::<Element<T>>() <= 32 << 10 && align_of::<Element<T>>() <= 4 << 10,
                "the result is too large for per-CPU memory"
            );
        }
        // SAFETY: Size and alignment are what the allocator takes.
        let elements = unsafe {
            helpers::rust_helper_many_alloc(
                size_of::<Element<T>>(),
                align_of::<Element<T>>(),
                flags.contains(GFP_KERNEL),
            )
        };
        // INVARIANT: As the type says.
        NonZero::new(elements).map(Self).ok_or(AllocError)
    }

    /// Makes the elements of the call `many`. Their csds call `run`.
    ///
    /// # Safety
    ///
    /// Nobody uses `self` yet, and `many` will stay where it is until `self` is dropped.
    pub(super) unsafe fn init(&self, many: *const c_void, run: unsafe extern "C" fn(*mut c_void)) {
        for cpu in cpus::possible_cpus() {
            // SAFETY: The CPU is possible.
            let element = unsafe { self.of(cpu) }.cast_mut();
            let csd = bindings::call_single_data_t {
                func: Some(run),
                info: element.cast(),
                ..Default::default()
            };
            // SAFETY: There is room for it, and for a result, which is left as it is. The csd is
            // what `INIT_CSD()` makes it.
            //
            // INVARIANT: As the type says.
            unsafe {
                element.write(RawElement {
                    csd: Opaque::new(csd),
                    many,
                    progress: Progress::new(),
                    inline: Atomic::new(false),
                })
            };
        }
    }

    /// The element of `cpu`.
    ///
    /// # Safety
    ///
    /// `cpu` is possible.
    pub(super) unsafe fn of(&self, cpu: CpuId) -> *const RawElement {
        // SAFETY: By the safety requirements and the type's invariant.
        unsafe { helpers::rust_helper_many_element(self.0.get(), cpu.as_u32()).cast() }
    }
}

impl Drop for Elements {
    fn drop(&mut self) {
        // SAFETY: By the type's invariant.
        unsafe { helpers::rust_helper_many_free(self.0.get()) };
    }
}

impl RawElement {
    /// Queues this element of `cpu`, and returns whether it could be.
    ///
    /// # Safety
    ///
    /// Preemption is off, and the gate entered. Only for `RawMany::queue()`, once for each element:
    /// the last call has ended, and this one does not before that counts its own part down.
    pub(super) unsafe fn queue(&self, cpu: CpuId, run: *const c_void) -> bool {
        let csd = self.csd.get();

        self.check_idle();
        self.progress.ask();
        self.inline
            .store(cpu == CpuId::current(), ordering::Relaxed);
        // SAFETY: The csd is initialised and valid, and not in use, since the last call has ended.
        let err = unsafe { csd::raw::send(cpu, csd, run) };
        if err != 0 {
            self.progress.refuse(err);
        }
        err == 0
    }

    #[inline]
    fn check_idle(&self) {
        if cfg!(debug_assertions) {
            // SAFETY: Nobody writes to a csd that is not in use.
            let flags = unsafe { (*self.csd.get()).node.__bindgen_anon_1.u_flags };
            warn_on!(flags != 0);
        }
    }
}
