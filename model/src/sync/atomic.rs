// SPDX-License-Identifier: GPL-2.0

//! `kernel::sync::atomic` on top of the checker's, as far as the state words use it.
//!
//! | kernel            | here              | in the kernel it is                              |
//! |-------------------|-------------------|--------------------------------------------------|
//! | `Relaxed`         | `Relaxed`         | stronger: dependencies order                     |
//! | `Acquire`         | `Acquire`         | the same                                         |
//! | `Release`         | `Release`         | the same                                         |
//! | `Full` (of a RMW) | `AcqRel`          | stronger: a full barrier before and after        |
//!
//! `Full` is *not* an exchange between two `fence(SeqCst)`: in loom such a fence synchronises with
//! all that came before, of whatever thread and variable, so that a Relaxed access elsewhere would
//! pass unnoticed. What is checked here holds without the barriers. A protocol that needs them
//! (store, full barrier, load) fails here, rightly: its models have to say so, see
//! [`set_barriers`].

use crate::checker::sync::atomic::{
    fence,
    AtomicBool,
    AtomicI32,
    AtomicU32,
    AtomicU64,
    Ordering, //
};
use std::{
    cell::Cell,
    sync::OnceLock, //
};

thread_local! {
    /// The checker runs all threads of a model in one of the host's.
    static BARRIERS: Cell<bool> = const { Cell::new(false) };
}

/// Whether `Full` is a full barrier before and after, from here on.
pub(crate) fn set_barriers(barriers: bool) {
    BARRIERS.set(barriers);
}

/// What a RMW that has succeeded has before it and after it.
fn barrier(order: Ordering) {
    if order == ordering::FULL {
        full_barrier();
    }
}

/// A full barrier, in models that have them.
pub(crate) fn full_barrier() {
    if BARRIERS.get() {
        fence(Ordering::SeqCst);
    }
}

/// The orderings, and what they may be used for.
pub mod ordering {
    use super::Ordering as Loom;

    pub struct Relaxed;
    pub struct Acquire;
    pub struct Release;
    pub struct Full;

    /// No other one is this.
    pub(super) const FULL: Loom = Loom::AcqRel;

    pub trait Ordering {
        const RMW: Loom;
    }
    pub trait AcquireOrRelaxed: Ordering {}
    pub trait ReleaseOrRelaxed: Ordering {}

    impl Ordering for Relaxed {
        const RMW: Loom = Loom::Relaxed;
    }
    impl Ordering for Acquire {
        const RMW: Loom = Loom::Acquire;
    }
    impl Ordering for Release {
        const RMW: Loom = Loom::Release;
    }
    impl Ordering for Full {
        const RMW: Loom = FULL;
    }
    impl AcquireOrRelaxed for Relaxed {}
    impl AcquireOrRelaxed for Acquire {}
    impl ReleaseOrRelaxed for Relaxed {}
    impl ReleaseOrRelaxed for Release {}
}

/// What an [`Atomic`] may hold.
pub trait Value: Copy {
    type Cell;

    fn cell(self) -> Self::Cell;
    fn load(cell: &Self::Cell, order: Ordering) -> Self;
    fn store(cell: &Self::Cell, value: Self, order: Ordering);
    fn swap(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
    fn exchange(cell: &Self::Cell, old: Self, new: Self, order: Ordering) -> Result<Self, Self>;
}

/// What can be added to.
pub trait Integer: Value {
    fn add(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
    fn sub(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
}

macro_rules! impl_value {
    ($type:ty, $cell:ty) => {
        impl Value for $type {
            type Cell = $cell;

            fn cell(self) -> $cell {
                <$cell>::new(self)
            }
            fn load(cell: &$cell, order: Ordering) -> Self {
                cell.load(order)
            }
            fn store(cell: &$cell, value: Self, order: Ordering) {
                cell.store(value, order)
            }
            fn swap(cell: &$cell, value: Self, order: Ordering) -> Self {
                cell.swap(value, order)
            }
            fn exchange(cell: &$cell, old: Self, new: Self, order: Ordering) -> Result<Self, Self> {
                cell.compare_exchange(old, new, order, Ordering::Relaxed)
            }
        }
    };
}

macro_rules! impl_integer {
    ($type:ty, $cell:ty) => {
        impl_value!($type, $cell);

        impl Integer for $type {
            fn add(cell: &$cell, value: Self, order: Ordering) -> Self {
                cell.fetch_add(value, order)
            }
            fn sub(cell: &$cell, value: Self, order: Ordering) -> Self {
                cell.fetch_sub(value, order)
            }
        }
    };
}

impl_value!(bool, AtomicBool);
impl_integer!(i32, AtomicI32);
impl_integer!(u32, AtomicU32);
impl_integer!(u64, AtomicU64);

/// An atomic variable.
///
/// The kernel's is made by a `const fn`, which loom's cannot be: the first access makes it. A model
/// has to have one before it starts threads, or else loom finds that the making races.
pub struct Atomic<T: Value> {
    initial: T,
    made: OnceLock<Made<T>>,
}

/// Loom runs what may happen in either order in both. But of the accesses of a variable it only
/// remembers the last one: a thread that loads and then stores would hide from it that another one
/// has loaded before. So each access also is an exchange of `turn`, of which it forgets none, and
/// which orders nothing.
struct Made<T: Value> {
    turn: AtomicU32,
    cell: T::Cell,
}

impl<T: Value> Atomic<T> {
    pub const fn new(initial: T) -> Self {
        Self {
            initial,
            made: OnceLock::new(),
        }
    }

    fn access(&self) -> &T::Cell {
        let made = self.made.get_or_init(|| Made {
            turn: AtomicU32::new(0),
            cell: self.initial.cell(),
        });
        made.turn.swap(0, Ordering::Relaxed);
        &made.cell
    }

    pub fn load<O: ordering::AcquireOrRelaxed>(&self, _: O) -> T {
        T::load(self.access(), O::RMW)
    }

    pub fn store<O: ordering::ReleaseOrRelaxed>(&self, value: T, _: O) {
        T::store(self.access(), value, O::RMW)
    }

    pub fn xchg<O: ordering::Ordering>(&self, value: T, _: O) -> T {
        self.rmw(O::RMW, |cell| T::swap(cell, value, O::RMW))
    }

    /// Orders nothing if it fails.
    pub fn cmpxchg<O: ordering::Ordering>(&self, old: T, new: T, _: O) -> Result<T, T> {
        let cell = self.access();
        barrier(O::RMW);
        let result = T::exchange(cell, old, new, O::RMW);
        if result.is_ok() {
            barrier(O::RMW);
        }
        result
    }

    fn rmw(&self, order: Ordering, operation: impl FnOnce(&T::Cell) -> T) -> T {
        let cell = self.access();
        barrier(order);
        let old = operation(cell);
        barrier(order);
        old
    }
}

impl<T: Integer> Atomic<T> {
    pub fn fetch_add<O: ordering::Ordering>(&self, value: T, _: O) -> T {
        self.rmw(O::RMW, |cell| T::add(cell, value, O::RMW))
    }

    pub fn fetch_sub<O: ordering::Ordering>(&self, value: T, _: O) -> T {
        self.rmw(O::RMW, |cell| T::sub(cell, value, O::RMW))
    }
}
