// SPDX-License-Identifier: GPL-2.0

//! Asynchronous calls to another CPU.
//!
//! A call object holds a callback and the C csd (`call_single_data_t`) that carries it to another
//! CPU. The right to use it is a value, and there is one for each object:
//!
//! ```text
//!            call_on(cpu): Ok
//!   Idle -----------------------> InFlight      the IPI is on its way, or the callback runs
//!    ^  ^                           |  |  |
//!    |  '- call_on(cpu): Err        |  |  '---- drop: the call still runs, then all is freed
//!    |     (the token comes back)   |  |
//!    |                              |  '------- wait_killable(): Err gives the token back
//!    '------------------------------'
//!      wait(), try_wait(): the callback has returned; here is its result
//! ```
//!
//! [`Idle`] is the right to queue, [`InFlight`] the right to wait; each operation consumes one and
//! returns the other. Queueing a call that is in flight is error E0382 (use of moved value). Hence
//! nothing is checked at run time. (C refuses a csd that is locked, by a test that two callers may
//! pass at once; then the list of the target is corrupt. Once the callback starts it is unlocked.)
//!
//! | form                     | storage          | callback gets    | see                   |
//! |--------------------------|------------------|------------------|-----------------------|
//! | a closure                | heap, made once  | its captures     | [`new`]               |
#![cfg_attr(
    not(crosscall_upstream),
    doc = "| any closure | heap | `&mut A` too | [`Callback`] |"
)]
//! | embedded in an object    | [`Pin<KBox<T>>`] | `Pin<&mut T>`    | [`impl_has_csd!`]     |
//! | embedded, shared object  | [`Arc<T>`]       | [`ArcBorrow<T>`] | [`impl_has_csd!`]     |
//! | scoped, with borrows     | stack            | its captures     | [`call()`], [`scope()`]|
//!
//! # Guarantees
//!
//! - *Completion means that the callback has returned.* (A C csd is unlocked before its callback
//!   starts: unlocked only means that the node may be used again.)
//! - Queueing never allocates, never spins and never fails for want of anything.
//! - Every queued call runs exactly once, also on a CPU that goes offline after the queueing
//!   (`smpcfd_dying_cpu()`).
//! - Writes before [`Idle::call_on`] are visible to the callback, and the callback's writes to the
//!   waiter: `llist_add()` and `llist_del_all()` on one side, the state word on the other.
//! - What the caller gave to a call is dropped by the waiter or, if the token is dropped without a
//!   wait, in a workqueue. The callback drops only what it makes, or takes out of its captures
//!   ([`Option::take`]), and does not return; the closure of `call()` is consumed there. ([`Idle`]
//!   and [`Refused`] own their object, and drop it wherever they are dropped.)
#![cfg_attr(
    not(crosscall_upstream),
    doc = "- Tokens may be made and dropped in any context, NMI included, where nothing may be
  freed: a workqueue then drops what these two own.
- Leaking a token ([`core::mem::forget`]) leaks memory and nothing else. A module that has
  leaked one may be unloaded: that waits for the call."
)]
#![cfg_attr(
    crosscall_upstream,
    doc = "
# Module unload

A call runs code of the module that made it, and the workqueue drops what a dropped [`InFlight`]
has left. Nothing makes module unload wait for either. A module must wait for each call before
it goes: one that has leaked an [`InFlight`] ([`core::mem::forget`]) must not be unloaded, just as
one that has leaked an [`HrTimerHandle`](crate::time::hrtimer::HrTimerHandle) of a running timer.
Nor one that has dropped an [`InFlight`]: unlike that handle it does not wait, and nothing else
does."
)]
//!
//! # Context
//!
//! Callbacks run with interrupts off, hence on one CPU, and must be short. This is not always
//! hardirq context: the idle task, the migration thread and the hotplug stopper run queued calls
//! too, as does the caller for a call to its own CPU, before [`Idle::call_on`] returns. On
//! PREEMPT_RT too: a spin lock, which sleeps there, must not be taken in one. Calls may be queued
//! from any context but NMI, where they are refused ([`EPERM`]). Waiting sleeps, hence takes a
//! [`TaskContext`](crate::context::TaskContext).
#![cfg_attr(
    crosscall_upstream,
    doc = "An NMI must not drop a token, nor one that it gets back: that frees memory, or queues a
work."
)]
//!
//! C header: [`include/linux/smp.h`](srctree/include/linux/smp.h)
//!
//! [`Pin<KBox<T>>`]: kernel::alloc::KBox
//! [`Arc<T>`]: kernel::sync::Arc
//! [`ArcBorrow<T>`]: kernel::sync::ArcBorrow
//! [`impl_has_csd!`]: crate::impl_has_csd

use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    ptr::NonNull, //
};
use kernel::{
    ffi::c_void,
    prelude::*, //
};

// For `impl_has_csd!`: clients can rebind `::core`, but not `$crate`.
#[doc(hidden)]
pub use core::mem::offset_of;

use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    context::IrqsOff, //
};

mod arc;
mod closure;
mod erased;
#[cfg(all(crosscall_upstream, CONFIG_RUST_SMP_KUNIT_TEST))]
pub(crate) mod fixture;
mod held;
mod killed;
mod named;
mod pbox;
pub(crate) mod raw;
mod run;
mod scope;
#[cfg_attr(not(crosscall_upstream), path = "csd/send_module.rs")]
pub(crate) mod send;
#[cfg(all(crosscall_upstream, CONFIG_RUST_SMP_KUNIT_TEST))]
mod tests;
mod timeout;
mod token;

pub use closure::{
    new,
    Closure,
    IdleClosure, //
};
pub use erased::{
    Callback,
    IdleCallback,
    InFlightCallback, //
};
pub use killed::Killed;
pub use scope::{
    call,
    scope,
    Scope,
    ScopedIdle,
    ScopedInFlight,
    Slot, //
};
pub use token::{
    Idle,
    InFlight,
    Output,
    Refused, //
};

pub use timeout::{
    Stall,
    TimedOut, //
};

use raw::RawCsd;

/// The csd of an object of type `T`, with room for the callback's result.
///
/// A field of the object; see [`impl_has_csd!`](crate::impl_has_csd).
#[pin_data]
#[repr(C, align(32))]
pub struct Csd<T: CsdCallback> {
    #[pin]
    raw: RawCsd,
    output: OutputCell<T::Output>,
}

/// Where the callback writes its result, for the waiter to read it.
struct OutputCell<R>(UnsafeCell<MaybeUninit<R>>);

// SAFETY: A shared reference gives only a raw pointer. The callback and then the waiter use it, one
// at a time, and move the result from one CPU to the other, which `R: Send` allows.
unsafe impl<R: Send> Sync for OutputCell<R> {}

impl<R> OutputCell<R> {
    fn get(&self) -> *mut MaybeUninit<R> {
        self.0.get()
    }
}

impl<T> Csd<T>
where
    T: CsdCallback + HasCsd,
{
    const VTABLE: &'static Vtable = {
        // rustc sees a field like this one in a packed object only if its type is spelled out.
        assert!(
            align_of::<T>() >= align_of::<Self>(),
            "an object with a csd cannot be packed"
        );
        assert!(align_of::<Self>() >= RawCsd::ALIGN);
        &Vtable {
            #[cfg(not(crosscall_upstream))]
            callback: Self::run as *const c_void,
            run: Self::run,
            reap: Self::reap,
            #[cfg(not(crosscall_upstream))]
            name: || T::name(send::ForReports(())),
        }
    };

    /// Initialises the csd of an object.
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            raw <- RawCsd::new(Self::VTABLE),
            output: OutputCell(UnsafeCell::new(MaybeUninit::uninit())),
        })
    }

    /// # Safety
    ///
    /// The caller must ensure that `call` is the call of a `Self`.
    unsafe fn of_call(call: *const RawCall) -> *mut Self {
        // `raw` is the first field.
        //
        // SAFETY: The caller promises that the call is that of a `Self`, hence of its `raw`.
        unsafe { RawCsd::of_call(call) }.cast_mut().cast()
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is in flight and that its storage is a `Self`, as
    /// [`Vtable::run`] says.
    unsafe fn run(call: *const RawCall, cx: &IrqsOff) {
        // SAFETY: The caller promises that the storage is of the vtable's type, which is a `Self`.
        let csd = unsafe { Self::of_call(call) };
        // SAFETY: The csd is that of a `T`, whose pointer `Idle::call_on()` gave up. The caller
        // promises that the call is in flight: meanwhile the object is alive, and the callback
        // alone has the rights of the pointer.
        let output = unsafe { T::run(T::Pointer::target(T::csd_container_of(csd)), cx) };
        // SAFETY: The callback owns `output` until the call has ended.
        unsafe { (*(*csd).output.get()).write(output) };
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is not in flight, that it has no token, and that its
    /// storage is a `Self`, as [`Vtable::reap`] says.
    unsafe fn reap(call: *const RawCall) {
        // SAFETY: The caller promises that the storage is of the vtable's type, which is a `Self`.
        let csd = unsafe { Self::of_call(call) };
        // SAFETY: The caller promises that the call is not in flight and has no token: the pointer
        // that the last token held is ours, and is taken back once. The callback, if it has run,
        // has written its result, which is dropped once. The object outlives this if it is shared.
        unsafe {
            if (*call).has_run() {
                (*(*csd).output.get()).assume_init_drop();
            }
            (*call).forget();
            drop(T::Pointer::from_raw(T::csd_container_of(csd)));
        }
    }
}

/// What a call runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no callback for a csd",
    label = "not a `CsdCallback`",
    note = "implement `CsdCallback` for the object, or make a call of a closure by `csd::new()`"
)]
pub trait CsdCallback: Sized {
    /// The pointer through which objects of this type are queued: `Pin<KBox<Self>>` or
    /// `Arc<Self>`.
    type Pointer: CsdPointer<Object = Self>;

    /// What the callback returns to the waiter.
    type Output: Send + 'static;

    /// Called on the target CPU with interrupts off.
    ///
    /// The result and the object are dropped by the waiter; only what this function makes and does
    /// not return is dropped here.
    fn run(this: <Self::Pointer as CsdPointer>::Target<'_>, cx: &IrqsOff) -> Self::Output;

    /// Names the callback in reports: debugfs and [`Stall`]. They are made under a raw spinlock,
    /// hence not by code of clients, which cannot name the argument.
    #[cfg(not(crosscall_upstream))]
    #[doc(hidden)]
    fn name(_: send::ForReports) -> &'static str {
        core::any::type_name::<Self>()
    }
}

/// Implemented by objects that contain a [`Csd`], with [`impl_has_csd!`](crate::impl_has_csd).
///
/// # Safety
///
/// The implementer must ensure that both functions concern the same field, and are inverse to each
/// other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has not declared which of its fields is its csd",
    label = "no `impl_has_csd!` for this type",
    note = "declare it: `impl_has_csd! {{ impl HasCsd for {Self} {{ self.csd }} }}`"
)]
pub unsafe trait HasCsd: CsdCallback {
    /// The csd within an object.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `this` points to an object.
    unsafe fn raw_get_csd(this: *const Self) -> *const Csd<Self>;

    /// The object around a csd.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `csd` points to the field of an object.
    unsafe fn csd_container_of(csd: *mut Csd<Self>) -> *mut Self;
}

/// Declares which field of an object is its [`Csd`].
///
/// # Examples
///
/// ```
/// use crosscall::{
///     context::{IrqsOff, TaskContext},
///     csd::{Csd, CsdCallback, Idle},
///     impl_has_csd, //
/// };
/// use kernel::{cpu::CpuId, prelude::*};
///
/// #[pin_data]
/// struct Counter {
///     #[pin]
///     csd: Csd<Self>,
///     runs: u64,
/// }
///
/// impl_has_csd! {
///     impl HasCsd for Counter { self.csd }
/// }
///
/// impl CsdCallback for Counter {
///     type Pointer = Pin<KBox<Self>>;
///     type Output = u64;
///
///     fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> u64 {
///         let runs = this.project().runs;
///         *runs += 1;
///         *runs
///     }
/// }
///
/// let counter = KBox::pin_init(pin_init!(Counter { csd <- Csd::new(), runs: 0 }), GFP_KERNEL)?;
/// let in_flight = Idle::from(counter).call_on(CpuId::current())?;
/// // Both CPUs work now. Once handed back, the call can be queued again.
/// let (_idle, runs) = in_flight.wait(&TaskContext::new());
/// assert_eq!(runs, 1);
/// # Ok::<(), Error>(())
/// ```
#[macro_export]
macro_rules! impl_has_csd {
    (
        impl$({$($generics:tt)*})? HasCsd for $self:ty
        { self.$field:ident }
    ) => {
        // The client's generics follow `unsafe impl` below. That they are generics, and not also an
        // impl of another unsafe trait, is checked here: a list that ends early is followed by the
        // name of a trait there, which cannot follow it here.
        const _: () = {
            #[allow(dead_code)]
            fn generics$(<$($generics)*>)?() {}
        };

        // SAFETY: Both functions concern `$field`, whose type the first one checks.
        unsafe impl$(<$($generics)*>)? $crate::csd::HasCsd for $self {
            #[inline]
            unsafe fn raw_get_csd(this: *const Self) -> *const $crate::csd::Csd<Self> {
                // SAFETY: The caller promises that `this` points to an object.
                unsafe { &raw const (*this).$field }
            }

            #[inline]
            unsafe fn csd_container_of(csd: *mut $crate::csd::Csd<Self>) -> *mut Self {
                // SAFETY: The caller promises that `csd` points to the field of an object.
                unsafe { csd.byte_sub($crate::csd::offset_of!(Self, $field)).cast::<Self>() }
            }
        }
    };
}

/// A pointer that can carry an object to another CPU and back.
///
/// # Safety
///
/// The implementer must ensure that:
///
/// - [`Self::from_raw`] undoes [`Self::into_raw`], and while neither is dropped the object stays
///   where it is.
/// - A value of this type in an [`Idle`] or [`InFlight`] is the only one in any token of the
///   object: either the pointer is unique or it can become part of a token only while it is.
/// - The rights that [`Self::Target`] gives do not exceed those of the pointer, and sending the
///   pointer to another CPU for this is allowed.
#[diagnostic::on_unimplemented(
    message = "an object cannot be sent to another CPU by a `{Self}`",
    label = "expected `Pin<KBox<T>>` or `Arc<T>`",
    note = "the object's `CsdCallback::Pointer` says which of the two carries it"
)]
pub unsafe trait CsdPointer: Sized + Send + 'static {
    /// What is pointed to.
    type Object: HasCsd + CsdCallback<Pointer = Self>;

    /// What the callback gets.
    type Target<'a>
    where
        Self: 'a;

    /// Gives up the pointer.
    fn into_raw(self) -> NonNull<Self::Object>;

    /// Takes it back.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `object` came from [`Self::into_raw`], once for each call of
    /// this.
    unsafe fn from_raw(object: *mut Self::Object) -> Self;

    /// Gives the callback its access.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `object` came from [`Self::into_raw`], that it is not taken back
    /// before `'a` ends, and that until then the caller alone has the rights of the pointer.
    unsafe fn target<'a>(object: *mut Self::Object) -> Self::Target<'a>;
}
