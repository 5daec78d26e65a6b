// SPDX-License-Identifier: GPL-2.0

//! Slots for works, 64 to a group, and a row of bits for each CPU and group.
//!
//! ```text
//!   marks of a CPU:   0 1 0 0 ...                       one word, which kernel entry reads
//!                       |
//!   GROUPS:           . . . .     group 1 --> group 65 --> ...      a list for each mark
//!                                   |
//!   its row of that CPU:          pending: 0 0 1 0 ...              a bit for each slot
//!                                              |
//!   its slots:                    works:   . . W .
//! ```
//!
//! Groups are made when works need them, 64 slots at a time, and stay until crosscall goes: code
//! that has found one may use it, in any context. Only memory limits their number, which follows
//! the largest number of works that existed at a time: some 9 bytes for each work and CPU.
//!
//! | slot    | changed by                                  | to                            |
//! |---------|---------------------------------------------|-------------------------------|
//! | null    | `Header::register()`, within the gate       | the work: its bits may be set |
//! | a work  | `Header::clear_slot()`, under `REGISTER`    | null: may be another one's    |
//!
//! A slot is cleared when no bit of its work is set, no CPU that has taken one still runs the work,
//! and none can be set any more.

use core::ptr::{
    self,
    NonNull, //
};
use kernel::{
    alloc::{
        Flags,
        KBox, //
    },
    cpu::CpuId,
    ffi::c_ulong,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

use super::{
    percpu::Row,
    state::GROUP,
    Policy, //
};
use crate::{
    allocation,
    calls::helpers,
    context::IrqsOff,
    lock_class::CallbackClass, //
};

/// The groups of each mark, the newest first.
static GROUPS: [Atomic<*const Group>; GROUP] = [const { Atomic::new(ptr::null()) }; GROUP];

/// How many groups there are, or are about to be.
static COUNT: Atomic<usize> = Atomic::<usize>::new(0);

/// Runs the callback of a header.
pub(super) type Run = unsafe fn(*const Header, &IrqsOff);

/// The part of a work that does not depend on the callback's type.
pub(super) struct Header {
    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the header is that of a work of the right type, which is
    /// registered.
    pub(super) run: Run,
    pub(super) policy: Policy,
    /// The group in which the work is registered. Null: it is not. Written before other code sees
    /// the work, and under [`REGISTER`](super::slots::REGISTER) when its slot is emptied.
    pub(super) group: Atomic<*const Group>,
    pub(super) slot: Atomic<u32>,
    /// Names the callback in reports.
    pub(super) name: &'static str,
    pub(super) class: CallbackClass,
}

/// The slots of 64 works.
pub(super) struct Group {
    /// Which bit of [`Marks`](super::state::Marks) stands for it.
    mark: usize,
    /// The next one with the same mark.
    next: *const Group,
    /// A [`Row`] for each possible CPU: a pointer to per-CPU memory.
    rows: c_ulong,
    works: [Atomic<*const Header>; GROUP],
}

impl Group {
    /// Makes another group.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(super) fn add(flags: Flags) -> Result {
        let mut group = KBox::new(
            Self {
                mark: COUNT.fetch_add(1, ordering::Relaxed) % GROUP,
                next: ptr::null(),
                rows: 0,
                works: [const { Atomic::new(ptr::null()) }; GROUP],
            },
            flags,
        )?;
        // SAFETY: Size and alignment are not above the limits of the allocator.
        group.rows = unsafe {
            helpers::rust_helper_percpu_alloc(
                size_of::<Row>(),
                align_of::<Row>(),
                allocation::raw(flags),
            )
        };
        if group.rows == 0 {
            return Err(ENOMEM);
        }

        let head = &GROUPS[group.mark];
        let group = KBox::into_raw(group);
        let mut first = head.load(ordering::Relaxed);
        loop {
            // SAFETY: The group is a box that no other code has found yet.
            unsafe { (*group).next = first };
            // ORDERING: Full, hence release: the group is complete. Pairs with `with_mark()`.
            // Litmus test: deferred-group.
            match head.cmpxchg(first, group.cast_const(), ordering::Full) {
                Ok(_) => return Ok(()),
                Err(now) => first = now,
            }
        }
    }

    /// The groups with a mark. Any context.
    pub(super) fn with_mark(mark: usize) -> impl Iterator<Item = &'static Self> {
        // ORDERING: Acquire: the groups are complete. Pairs with `add()`; those that follow in the
        // list were complete before. Litmus test: deferred-group.
        //
        // SAFETY: The pointer is null, or to a group, which stays until crosscall goes.
        let first = unsafe { GROUPS[mark].load(ordering::Acquire).as_ref() };
        // SAFETY: The list holds groups, which stay until crosscall goes, and ends with null.
        core::iter::successors(first, |group| unsafe { group.next.as_ref() })
    }

    /// All groups.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        (0..GROUP).flat_map(Self::with_mark)
    }

    /// The groups with one of several marks.
    pub(super) fn with_marks(mut marks: u64) -> impl Iterator<Item = &'static Self> {
        core::iter::from_fn(move || pop(&mut marks)).flat_map(Self::with_mark)
    }

    /// The group's bit in [`Marks`](super::state::Marks).
    pub(super) fn bit(&self) -> u64 {
        1 << self.mark
    }

    /// The group's row of a CPU, which is possible.
    #[inline]
    pub(super) fn row(&self, cpu: CpuId) -> &'static Row {
        // SAFETY: The CPU is possible. The memory was zeroed, which is valid for all fields of a
        // row, is accessed by atomics only, and is valid until crosscall goes.
        unsafe {
            &*helpers::rust_helper_percpu_of(self.rows, cpu.as_u32())
                .cast_const()
                .cast::<Row>()
        }
    }

    /// Puts a work into the first slot that is free. `prepare` gets its number before.
    pub(super) fn claim(&self, work: *const Header, prepare: impl Fn(usize)) -> bool {
        (0..).zip(&self.works).any(|(slot, place)| {
            if !place.load(ordering::Relaxed).is_null() {
                return false;
            }
            prepare(slot);
            // ORDERING: Full, hence release: the work is complete. Pairs with `work()`; hence
            // acquire: the slot's last work no longer uses its bits, see `clear()`. Litmus test:
            // deferred-slot.
            place.cmpxchg(ptr::null(), work, ordering::Full).is_ok()
        })
    }

    /// Empties a slot.
    pub(super) fn clear(&self, slot: usize) {
        // ORDERING: Release: its bits are not used any more. Pairs with `claim()`. Litmus test:
        // deferred-slot.
        self.works[slot].store(ptr::null(), ordering::Release);
    }

    /// The work in a slot.
    ///
    /// The work is valid for code that has taken a bit of it, to the end of the region with
    /// interrupts off; for code that sees a bit of it set, by [`peek`](super::state::Row::peek),
    /// to the end of the RCU read-side section; and for code that holds
    /// [`REGISTER`](super::slots::REGISTER), that long.
    pub(super) fn work(&self, slot: usize) -> Option<NonNull<Header>> {
        // ORDERING: Acquire: the work is complete. Pairs with `claim()`. Litmus test:
        // deferred-slot.
        NonNull::new(self.works[slot].load(ordering::Acquire).cast_mut())
    }

    /// All works. For code that holds [`REGISTER`](super::slots::REGISTER).
    pub(super) fn works(&self) -> impl Iterator<Item = NonNull<Header>> + '_ {
        (0..GROUP).filter_map(|slot| self.work(slot))
    }
}

/// Takes the lowest bit out of a word, and says which it was.
pub(super) fn pop(bits: &mut u64) -> Option<usize> {
    let lowest = (*bits != 0).then(|| bits.trailing_zeros() as usize)?;
    *bits &= *bits - 1;
    Some(lowest)
}

/// Frees all groups.
///
/// # Safety
///
/// The caller must ensure that no work is registered, and that no code uses a group or will.
pub(super) unsafe fn free_all() {
    for head in &GROUPS {
        let mut group = head.xchg(ptr::null(), ordering::Relaxed);
        while !group.is_null() {
            // SAFETY: The group is a box, by `add()`. The caller promises that no code uses it or
            // will.
            let this = unsafe { KBox::from_raw(group.cast_mut()) };
            // SAFETY: The rows are from `rust_helper_percpu_alloc()`, and freed once.
            unsafe { helpers::rust_helper_percpu_free(this.rows) };
            group = this.next;
        }
    }
}
