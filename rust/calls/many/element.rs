// SPDX-License-Identifier: GPL-2.0

//! What a call has for each CPU.

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    mem::MaybeUninit,
    num::NonZero,
    ops::Deref, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    bindings,
    cpu::CpuId,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    types::Opaque,
    warn_on, //
};

use super::{
    state::{
        Progress,
        MOST_CPUS, //
    },
    targets::Cpus, //
};
use crate::{
    calls::helpers,
    cpus,
    lock_class::Inline, //
};

/// A CPU's part of a call, without the type of its result.
///
/// # Invariants
///
/// `csd` is initialised, its function is what [`Elements::init`] got, and its argument is the
/// address of `self`; `many` is valid as long as `self`.
#[repr(C)]
pub(super) struct RawElement {
    pub(super) csd: Opaque<bindings::call_single_data_t>,
    /// The call that this is a part of: what [`Elements::init`] got.
    pub(super) many: *const c_void,
    pub(super) progress: Progress,
    /// Whether the call is made on this CPU: written before the trampoline can run.
    #[cfg(not(crosscall_upstream))]
    pub(super) inline: Inline,
}

/// A CPU's part of a call, with the result.
// In a cache line of its own, with a result that is small: other CPUs write to it, unlike to most
// of what lies in this CPU's memory. `call_single_data_t` asks for an alignment of 32.
#[repr(C, align(64))]
pub(super) struct Element<T> {
    pub(super) raw: RawElement,
    // Written by the callback. There is a value iff `raw.progress` says that it ran.
    pub(super) output: UnsafeCell<MaybeUninit<T>>,
}

/// Where the elements are.
///
/// # Invariants
///
/// From `rust_helper_percpu_alloc()`.
#[derive(Clone, Copy)]
pub(super) struct PerCpu(NonZero<usize>);

impl PerCpu {
    /// The element of `cpu`.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `cpu` is possible, and that the elements are not freed.
    #[inline]
    pub(super) unsafe fn of(self, cpu: CpuId) -> *const RawElement {
        // SAFETY: By the type's invariant this is from `rust_helper_percpu_alloc()`. The caller
        // promises that `cpu` is possible and that the elements are there.
        unsafe { helpers::rust_helper_percpu_of(self.0.get(), cpu.as_u32()).cast() }
    }
}

/// An element for each possible CPU, in that CPU's memory.
///
/// # Invariants
///
/// What `percpu` points to is owned.
pub(super) struct Elements {
    pub(super) percpu: PerCpu,
    /// The CPUs that the current or last call was for: the elements of others are not looked at.
    /// Code that reads this while a call begins may find elements of the last one, which have
    /// ended.
    pub(super) asked: Cpus,
    /// Those that one mask call reaches.
    #[cfg(not(crosscall_upstream))]
    pub(super) by_mask: Cpus,
}

impl Elements {
    /// Allocates elements with results of type `T`, which [`Self::init`] initialises.
    pub(super) fn new<T>(flags: Flags) -> Result<Self, AllocError> {
        const {
            // PCPU_MIN_UNIT_SIZE, and a page.
            assert!(
                size_of::<Element<T>>() <= 32 << 10 && align_of::<Element<T>>() <= 4 << 10,
                "the result is too large for per-CPU memory"
            );
            assert!(size_of::<Element<[usize; 2]>>() == 64);
            assert!(bindings::NR_CPUS <= MOST_CPUS as u32);
        }
        let asked = Cpus::new(flags)?;
        #[cfg(not(crosscall_upstream))]
        let by_mask = Cpus::new(flags)?;
        #[cfg(crosscall_upstream)]
        let gfp = flags.as_raw();
        #[cfg(not(crosscall_upstream))]
        let gfp = crate::allocation::raw(flags);
        // SAFETY: Size and alignment are not above the limits of the allocator, as asserted.
        let percpu = unsafe {
            helpers::rust_helper_percpu_alloc(
                size_of::<Element<T>>(),
                align_of::<Element<T>>(),
                gfp,
            )
        };
        // INVARIANT: From `rust_helper_percpu_alloc()`, and owned by this.
        NonZero::new(percpu)
            .map(|percpu| Self {
                percpu: PerCpu(percpu),
                asked,
                #[cfg(not(crosscall_upstream))]
                by_mask,
            })
            .ok_or(AllocError)
    }

    /// Initialises the elements of the call `many`. Their csds call `run`.
    ///
    /// # Safety
    ///
    /// The caller must ensure that no CPU uses `self` yet, and that `many` stays valid and in place
    /// until `self` is dropped.
    pub(super) unsafe fn init(&self, many: *const c_void, run: unsafe extern "C" fn(*mut c_void)) {
        for cpu in cpus::possible_cpus() {
            // SAFETY: The CPU is possible.
            let element = unsafe { self.of(cpu) }.cast_mut();
            let csd = bindings::call_single_data_t {
                func: Some(run),
                info: element.cast(),
                ..Default::default()
            };
            // SAFETY: There is room for the element, and for a result, which is left as it is; the
            // caller promises that no CPU uses it yet. The csd is what `INIT_CSD()` makes it.
            //
            // INVARIANT: The function is `run`, the argument is the element, and the caller
            // promises that `many` stays valid.
            unsafe {
                element.write(RawElement {
                    csd: Opaque::new(csd),
                    many,
                    progress: Progress::new(),
                    #[cfg(not(crosscall_upstream))]
                    inline: Inline::new(),
                })
            };
        }
    }

    /// The element of `cpu`.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `cpu` is possible.
    #[inline]
    pub(super) unsafe fn of(&self, cpu: CpuId) -> *const RawElement {
        // SAFETY: The caller promises that `cpu` is possible; the elements are owned.
        unsafe { self.percpu.of(cpu) }
    }
}

/// An element, by a pointer that reaches the result behind it as well: a reference to a
/// [`RawElement`] would not.
///
/// # Invariants
///
/// `element` is one of `Elements` that are borrowed for `'a`.
#[derive(Clone, Copy)]
pub(super) struct ElementRef<'a> {
    element: *const RawElement,
    _elements: PhantomData<&'a Elements>,
}

impl<'a> ElementRef<'a> {
    /// The element of `cpu`.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `cpu` is possible.
    #[inline]
    pub(super) unsafe fn new(elements: &'a Elements, cpu: CpuId) -> Self {
        // INVARIANT: One of `elements`.
        Self {
            // SAFETY: The caller promises that `cpu` is possible.
            element: unsafe { elements.of(cpu) },
            _elements: PhantomData,
        }
    }

    #[inline]
    pub(super) fn as_ptr(self) -> *const RawElement {
        self.element
    }
}

impl Deref for ElementRef<'_> {
    type Target = RawElement;

    #[inline]
    fn deref(&self) -> &RawElement {
        // SAFETY: By the type's invariant this is an element, and alive. All changes to what a
        // `RawElement` has are to atomics and cells.
        unsafe { &*self.element }
    }
}

impl Drop for Elements {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: By the types' invariants the elements are from `rust_helper_percpu_alloc()`, and
        // owned by `self`, which ends here.
        unsafe { helpers::rust_helper_percpu_free(self.percpu.0.get()) };
    }
}

impl RawElement {
    /// Takes note that the CPU is to run the callback.
    #[inline]
    pub(super) fn ask(&self) {
        self.check_idle();
        self.progress.ask();
    }

    /// Counts this element in `queued`, unless C has refused it. Returns whether it has not.
    #[inline]
    pub(super) fn count(&self, errno: c_int, queued: &mut i32) -> bool {
        if errno != 0 {
            self.progress.refuse(errno);
            return false;
        }
        // Not more than there are CPUs.
        *queued = queued.wrapping_add(1);
        true
    }

    #[inline]
    fn check_idle(&self) {
        if cfg!(debug_assertions) {
            // SAFETY: The csd is initialised and not in use, so that no other code writes to it.
            let flags = unsafe { (*self.csd.get()).node.__bindgen_anon_1.u_flags };
            warn_on!(flags != 0);
        }
    }
}
