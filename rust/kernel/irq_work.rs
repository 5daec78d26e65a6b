// SPDX-License-Identifier: GPL-2.0

//! Work that runs in interrupt context, and that any context may queue, NMI included.
//!
//! A work object holds a callback and the C irq_work that carries it. Unlike a [csd] call, any
//! number of CPUs may queue the same work at once, through a shared reference: the work then runs
//! once. Each time it is queued while it is not pending, it runs once:
//!
//! ```text
//!            queue(): Ok(true)                    the callback starts
//!   idle ----------------------> pending ------------------------------> running on n CPUs
//!    ^                            |   ^                                   |  |
//!    |          queue(): Ok(false)|   |   queue(): Ok(true), also by the  |  |
//!    |       (it will run anyway) '-->'<--- callback: cx.requeue() -------'  |
//!    '------------------------------ the last callback returns --------------'
//! ```
//!
//! A [`Handle`] is the right to queue, and keeps the object alive; the callback borrows it. When
//! the last handle is dropped, in any context, the work runs if it is pending, and is dropped by a
//! workqueue when C does not use it any more.
//!
//! | form          | storage                   | callback gets    | handle            |
//! |---------------|---------------------------|------------------|-------------------|
//! | shared object | [`Arc<T>`]                | [`ArcBorrow<T>`] | [`Handle`], clone |
//! | static object | `&'static T`              | `&'static T`     | [`Handle`], clone |
//! | a closure     | heap, made once           | its captures     | [`new`]           |
#![cfg_attr(
    not(crosscall_upstream),
    doc = "| any closure   | heap; the type has a name | its captures     | [`Callback`]      |
| sole owner    | [`Pin<KBox<T>>`]          | `Pin<&T>`        | [`Handle`]        |
| scoped        | stack, borrows allowed    | its captures     | [`scope`]         |
| exclusive     | [`Exclusive<T>`], heap    | `Pin<&mut T>`    | [`Idle`], linear  |"
)]
//!
//! It can run on two CPUs at once: queued again on one while the callback runs on the other. Hence
//! the callback never gets `&mut T`.
#![cfg_attr(
    not(crosscall_upstream),
    doc = "(In the exclusive form it does, where a token rules that out.)"
)]
//!
//! The [`Mode`] says how it runs, and what the callback may do:
//!
//! | mode       | runs                                              | context |
//! |------------|---------------------------------------------------|---------|
//! | [`Hard`]   | in the next interrupt, sent to this CPU at once   | [`IrqsOff`] |
//! | [`Normal`] | the same; on PREEMPT_RT in a thread of the CPU    | [`ThreadedOnRt`] |
//! | [`Lazy`]   | with the CPU's next tick at the latest            | [`ThreadedOnRt`] |
//!
//! (Where an architecture has no interrupt for irq_works, all of them run with the next tick.)
//!
//! # Guarantees
//!
//! - Queueing never allocates, spins or sleeps, and may be done in NMI.
//! - *A refused attempt is not lost*: when [`Handle::queue`] returns `Ok(false)`, the run still to
//!   come sees all that the caller wrote before. (In LKMM terms: both are fully ordered
//!   read-modify-write operations of the same variable.)
//! - Writes before the queueing are visible to the callback, and the callback's writes to a caller
//!   of [`Handle::sync`] after the queueing.
#![cfg_attr(
    not(crosscall_upstream),
    doc = "  ([`InFlight::wait`] is the exclusive form's.)"
)]
//! - When `sync()` returns, each run that was queued before has ended, whatever the mode, with any
//!   number of waiters and of CPUs that queue.
#![cfg_attr(
    not(crosscall_upstream),
    doc = "  (`irq_work_sync()` may return while a callback runs.) It returns even if others
  queue the work all the time.
- When [`Handle::shutdown`] returns, no callback runs and none will, although other handles may
  exist."
)]
//! - What the handles own is dropped neither by the callback nor in the context that drops the last
//!   handle, but always in process context, when no CPU uses the C irq_work any more. (An `Arc`
//!   from [`Handle::shared`] may outlive that; the last one then drops the object where it is
//!   dropped.)
//! - What was queued runs also on a CPU that goes offline. (On PREEMPT_RT a threaded work may run
//!   only when the CPU is back.) Queueing on a CPU that has run its works for the last time is
//!   refused (`ENXIO`): C would accept the work, and never run it.
#![cfg_attr(
    not(crosscall_upstream),
    doc = "- Leaking a handle ([`core::mem::forget`]) leaks memory and nothing else. A module that
  has leaked one may be unloaded: that waits for the work."
)]
#![cfg_attr(
    crosscall_upstream,
    doc = "- Leaking a handle ([`core::mem::forget`]) leaks memory; for modules, see below.
- An NMI that drops the last handle on a CPU which has run its works for the last time leaks the
  object.

# Module unload

A work runs code of the module that made it, and the workqueue drops what the last handle has
left. Nothing makes module unload wait for either. A module must wait for its works
([`Handle::sync`]) before it goes, and nothing may queue them after that; one that has leaked or
dropped a handle of an [`Arc<T>`] must not be unloaded before the object was dropped, just as
one that has enqueued a work item."
)]
//!
//! C header: [`include/linux/irq_work.h`](srctree/include/linux/irq_work.h)
//!
//! [csd]: crate::csd
#![cfg_attr(
    not(crosscall_upstream),
    doc = "[`Exclusive<T>`]: exclusive::Exclusive
[`Idle`]: exclusive::Idle
[`InFlight::wait`]: exclusive::InFlight::wait
[`Pin<KBox<T>>`]: kernel::alloc::KBox"
)]
//! [`Arc<T>`]: kernel::sync::Arc
//! [`ArcBorrow<T>`]: kernel::sync::ArcBorrow
//! [`IrqsOff`]: crate::context::IrqsOff
//! [`ThreadedOnRt`]: crate::context::ThreadedOnRt

use core::marker::PhantomData;
use kernel::{
    ffi::c_void,
    prelude::*, //
};

use pointer::IrqWorkPointer;
use raw::{
    RawIrqWork,
    Vtable, //
};

mod arc;
mod closure;
mod context;
mod erased;
pub mod exclusive;
mod fixed;
mod handle;
pub(crate) mod layer;
mod mode;
pub(crate) mod online;
mod pbox;
pub mod pointer;
mod queue;
mod queue_on;
#[cfg_attr(not(crosscall_upstream), path = "irq_work/raw_module.rs")]
pub(crate) mod raw;
#[cfg(not(crosscall_upstream))]
#[cfg_attr(MODULE, path = "irq_work/remote_csd.rs")]
mod remote;
mod run;
mod scope;
mod shutdown;
mod state;
#[cfg(all(crosscall_upstream, CONFIG_RUST_IRQ_WORK_KUNIT_TEST))]
mod tests;
mod wait;

// For `impl_has_irq_work!`: clients can rebind `::core`, but not `$crate`.
#[doc(hidden)]
pub use core::mem::offset_of;

#[cfg(not(crosscall_upstream))]
pub use crate::{grace_period::GracePeriod, stall::Stall};
pub use closure::{
    new,
    Closure, //
};
pub use context::Context;
pub use erased::{
    Callback,
    CallbackHandle, //
};
pub use handle::Handle;
pub use mode::{
    Hard,
    Lazy,
    Mode,
    Normal, //
};
pub use scope::{
    scope,
    scope_with,
    Scoped, //
};
#[cfg(crosscall_upstream)]
pub use threaded::ThreadedOnRt;

/// The irq_work of an object of type `T`.
///
/// A field of the object; see [`impl_has_irq_work!`](crate::impl_has_irq_work).
#[pin_data]
#[repr(C)]
pub struct IrqWork<T: IrqWorkCallback> {
    #[pin]
    raw: RawIrqWork,
    // The vtable is that of this very type: neither a sub- nor a supertype may be taken for it.
    _t: PhantomData<fn(T) -> T>,
}

impl<T> IrqWork<T>
where
    T: IrqWorkCallback + HasIrqWork,
{
    const VTABLE: &'static Vtable = {
        // rustc sees a field like this one in a packed object only if its type is spelled out.
        assert!(
            align_of::<T>() >= align_of::<Self>(),
            "an object with an irq_work cannot be packed"
        );
        &Vtable {
            #[cfg(not(crosscall_upstream))]
            callback: Self::run as *const c_void,
            run: Self::run,
            reap: Self::reap,
            #[cfg(not(crosscall_upstream))]
            name: core::any::type_name::<T>,
            flags: <T::Mode as Mode>::FLAGS,
            #[cfg(not(crosscall_upstream))]
            exclusive: <T::Pointer as IrqWorkPointer>::EXCLUSIVE,
        }
    };

    /// Initialises the irq_work of an object.
    pub fn new() -> impl PinInit<Self> {
        // SAFETY: `Self::VTABLE` is the vtable of this type.
        unsafe { Self::with(Self::VTABLE) }
    }

    /// # Safety
    ///
    /// The caller must ensure that the vtable's functions do what those of [`Self::VTABLE`] do.
    unsafe fn with(vtable: &'static Vtable) -> impl PinInit<Self> {
        pin_init!(Self {
            // SAFETY: The closure initialises all of `slot`, with a new work, which may move until
            // it is pinned there.
            raw <- unsafe {
                pin_init::pin_init_from_closure(move |slot: *mut RawIrqWork| {
                    slot.write(RawIrqWork::new(vtable));
                    Ok::<_, core::convert::Infallible>(())
                })
            },
            _t: PhantomData,
        })
    }

    /// The irq_work of a static object.
    ///
    /// (Only of a static one: a field that can be written like this need not be pinned, and code
    /// with mutable access to the object could swap it with another one.)
    pub const fn new_static() -> Self
    where
        T: IrqWorkCallback<Pointer = &'static T> + Sync + 'static,
    {
        Self {
            raw: RawIrqWork::new(Self::VTABLE),
            _t: PhantomData,
        }
    }

    /// # Safety
    ///
    /// The caller must be [`RawIrqWork::run`], with a work whose storage is a `Self`, as
    /// [`Vtable::run`] says.
    unsafe fn run(raw: *const RawIrqWork) {
        // `raw` is the first field.
        let work = raw.cast::<Self>().cast_mut();
        // SAFETY: The caller promises that the work is a `Self`, hence in a `T`, and that it runs:
        // the object came from `into_raw()` and is not taken back while it runs. (The right to
        // queue an object that is not shared gives no access to it until the run has ended.)
        unsafe {
            let this = T::Pointer::target(T::irq_work_container_of(work));
            T::Pointer::with_context(work, |cx| T::run(this, cx));
        }
    }

    /// # Safety
    ///
    /// The caller must ensure that the work is idle and no longer used, that it has no handle, and
    /// that its storage is a `Self`, as [`Vtable::reap`] says.
    unsafe fn reap(raw: *const RawIrqWork) {
        let work = raw.cast::<Self>().cast_mut();
        // SAFETY: The caller promises that no handle is left and that the work is no longer used:
        // the pointer that the handles held is ours, and is taken back once. The object outlives
        // this if it is shared.
        unsafe { drop(T::Pointer::from_raw(T::irq_work_container_of(work))) };
    }
}

/// What a work runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no callback for an irq_work",
    label = "not an `IrqWorkCallback`",
    note = "implement `IrqWorkCallback` for the object, or make a work of a closure by \
            `irq_work::new()`"
)]
pub trait IrqWorkCallback: Sized {
    /// How it runs: [`Normal`], [`Lazy`] or [`Hard`].
    type Mode: Mode;

    /// What keeps the object: `Arc<Self>` or `&'static Self`.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "Or `Pin<KBox<Self>>`, or [`Exclusive<Self>`](exclusive::Exclusive)."
    )]
    type Pointer: IrqWorkPointer<Object = Self>;

    /// Called on the CPU that the work was queued on.
    ///
    /// `cx` is a [`Context`], which can queue the work again. Not called in NMI, even if the work
    /// was queued in one.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "In the exclusive form `cx` is the mode's token."
    )]
    fn run(
        this: <Self::Pointer as IrqWorkPointer>::Target<'_>,
        cx: &<Self::Pointer as IrqWorkPointer>::Context,
    );
}

/// Implemented by objects that contain an [`IrqWork`], with
/// [`impl_has_irq_work!`](crate::impl_has_irq_work).
///
/// # Safety
///
/// The implementer must ensure that both functions concern the same field, and are inverse to each
/// other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has not declared which of its fields is its irq_work",
    label = "no `impl_has_irq_work!` for this type",
    note = "declare it: `impl_has_irq_work! {{ impl HasIrqWork for {Self} {{ self.work }} }}`"
)]
pub unsafe trait HasIrqWork: IrqWorkCallback {
    /// The irq_work within an object.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `this` points to an object.
    unsafe fn raw_get_irq_work(this: *const Self) -> *const IrqWork<Self>;

    /// The object around an irq_work.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `work` points to the field of an object.
    unsafe fn irq_work_container_of(work: *mut IrqWork<Self>) -> *mut Self;
}

/// Declares which field of an object is its [`IrqWork`].
///
/// # Examples
///
/// ```
/// use crosscall::{
///     impl_has_irq_work,
///     irq_work::{Context, Handle, IrqWork, IrqWorkCallback, Normal},
/// };
/// use kernel::{prelude::*, sync::{atomic::{ordering, Atomic}, Arc, ArcBorrow, UniqueArc}};
///
/// #[pin_data]
/// struct Doorbell {
///     #[pin]
///     work: IrqWork<Self>,
///     rung: Atomic<u64>,
/// }
///
/// impl_has_irq_work! {
///     impl HasIrqWork for Doorbell { self.work }
/// }
///
/// impl IrqWorkCallback for Doorbell {
///     type Mode = Normal;
///     type Pointer = Arc<Self>;
///
///     fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Normal>) {
///         this.rung.fetch_add(1, ordering::Relaxed);
///     }
/// }
///
/// let doorbell = Handle::from(UniqueArc::pin_init(
///     pin_init!(Doorbell { work <- IrqWork::new(), rung: Atomic::new(0) }),
///     GFP_KERNEL,
/// )?);
/// let newly = doorbell.clone().queue()?;
/// # Ok::<(), Error>(())
/// ```
#[macro_export]
macro_rules! impl_has_irq_work {
    (
        impl$({$($generics:tt)*})? HasIrqWork for $self:ty
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
        unsafe impl$(<$($generics)*>)? $crate::irq_work::HasIrqWork for $self {
            #[inline]
            unsafe fn raw_get_irq_work(
                this: *const Self,
            ) -> *const $crate::irq_work::IrqWork<Self> {
                // SAFETY: The caller promises that `this` points to an object.
                unsafe { &raw const (*this).$field }
            }

            #[inline]
            unsafe fn irq_work_container_of(
                work: *mut $crate::irq_work::IrqWork<Self>,
            ) -> *mut Self {
                // SAFETY: The caller promises that `work` points to the field of an object.
                unsafe {
                    work.byte_sub($crate::irq_work::offset_of!(Self, $field)).cast::<Self>()
                }
            }
        }
    };
}
