// SPDX-License-Identifier: GPL-2.0

use core::{cell::Cell, marker::PhantomData, mem::MaybeUninit, ptr, ptr::NonNull};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    raw::{
        RawCsd,
        Vtable, //
    },
    Refused,
};
use crate::context::{
    IrqsOff,
    TaskContext, //
};

/// What [`Scope`] needs to know of a slot without its type.
///
/// # Invariants
///
/// `raw` is initialised iff the slot is in the list of a scope.
#[repr(C)]
struct Header {
    raw: MaybeUninit<RawCsd>,
    // The slot that entered the scope before this one.
    next: Option<NonNull<Header>>,
    // Queued, and nobody has waited yet.
    in_flight: bool,
    listed: bool,
}

/// Room on the stack for one call at a time, and its callback.
///
/// Unlike the other forms, the callback may borrow. That is sound because a slot can be queued
/// only in a [`scope`], which does not return before the call has.
#[repr(C)]
pub struct Slot<F, R> {
    header: Header,
    f: F,
    output: Option<R>,
}

impl<F, R> Slot<F, R>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    const VTABLE: &'static Vtable = &Vtable {
        run: Self::run,
        reap: Self::reap,
        name: core::any::type_name::<F>,
    };

    /// Makes a slot for `f`.
    pub const fn new(f: F) -> Self {
        Self {
            // INVARIANT: In no list.
            header: Header {
                raw: MaybeUninit::uninit(),
                next: None,
                in_flight: false,
                listed: false,
            },
            f,
            output: None,
        }
    }

    /// The result of the last call, if nobody has waited for it in the scope.
    pub fn take_output(&mut self) -> Option<R> {
        self.output.take()
    }

    /// # Safety
    ///
    /// See [`Vtable::run`].
    unsafe fn run(raw: *const RawCsd, cx: &IrqsOff) {
        // `raw` is the first field of the first field.
        let slot = raw.cast::<Self>().cast_mut();
        // SAFETY: The slot is mutably borrowed for the scope, which gave the borrow to this call.
        unsafe { (*slot).output = Some(((*slot).f)(cx)) };
    }

    /// # Safety
    ///
    /// Never called: a scoped call is not detached.
    unsafe fn reap(_raw: *const RawCsd) {}
}

/// Where slots may be queued; see [`scope`].
pub struct Scope<'scope, 'env: 'scope> {
    // The slots that were queued at least once.
    slots: Cell<Option<NonNull<Header>>>,
    // Invariant in both, as in `std::thread::scope()`.
    _scope: PhantomData<&'scope mut &'scope ()>,
    _env: PhantomData<&'env mut &'env ()>,
}

impl<'scope> Scope<'scope, '_> {
    /// Queues the call of `slot` on `cpu` and returns at once.
    ///
    /// # Errors
    ///
    /// As [`Idle::call_on`](super::Idle::call_on); the slot comes back.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub fn call_on<F, R>(
        &'scope self,
        slot: &'scope mut Slot<F, R>,
        cpu: CpuId,
    ) -> Result<ScopedInFlight<'scope, F, R>, Refused<&'scope mut Slot<F, R>>>
    where
        F: FnMut(&IrqsOff) -> R + Send,
        R: Send,
    {
        // A result that nobody took goes here, not in the callback.
        slot.output = None;
        let slot = ptr::from_mut(slot);

        // SAFETY: The borrow is ours until the scope ends, hence the slot neither moves nor goes.
        // It is not in flight: its call would own the borrow.
        let queued = unsafe {
            self.enlist::<F, R>(slot);
            (*slot).header.in_flight = true;
            (*slot).header.raw.assume_init_ref().queue(cpu)
        };

        match queued {
            Ok(()) => Ok(ScopedInFlight {
                slot,
                _slot: PhantomData,
            }),
            // SAFETY: The call is not in flight, so that the borrow is ours again. (The list keeps
            // a pointer for the end of the scope, when no borrow is left.)
            Err(error) => Err(unsafe {
                (*slot).header.in_flight = false;
                Refused {
                    token: &mut *slot,
                    error,
                }
            }),
        }
    }

    /// Initialises the csd of a slot that is new here, and remembers it for the end of the scope.
    ///
    /// # Safety
    ///
    /// `slot` stays valid and pinned for `'scope` and is not in flight.
    unsafe fn enlist<F, R>(&self, slot: *mut Slot<F, R>)
    where
        F: FnMut(&IrqsOff) -> R + Send,
        R: Send,
    {
        // SAFETY: By the safety requirements.
        unsafe {
            let header = &raw mut (*slot).header;
            if (*header).listed {
                return;
            }
            let raw = (*header).raw.as_mut_ptr();
            // INVARIANT: Initialised and in the list, from here to `Drop`.
            RawCsd::init_at(raw, Slot::<F, R>::VTABLE);
            (*header).next = self.slots.get();
            (*header).listed = true;
            self.slots.set(NonNull::new(header));
        }
    }
}

/// Waits for every call of the scope.
struct WaitAll<'a, 'scope, 'env> {
    scope: &'a Scope<'scope, 'env>,
    task: &'a TaskContext,
}

impl Drop for WaitAll<'_, '_, '_> {
    fn drop(&mut self) {
        let mut next = self.scope.slots.take();
        while let Some(header) = next {
            let header = header.as_ptr();
            // SAFETY: Slots in the list outlive the scope and are initialised. No borrow of them
            // is left: all were for `'scope`. Who has waited has cleared `in_flight`.
            unsafe {
                if (*header).in_flight {
                    (*header).raw.assume_init_ref().wait(self.task);
                    (*header).raw.assume_init_ref().take_back();
                    (*header).in_flight = false;
                }
                next = (*header).next.take();
                // INVARIANT: Leaves the list, and is no longer initialised.
                (*header).listed = false;
                (*header).raw.assume_init_drop();
            }
        }
    }
}

/// Runs `f`, which may queue calls that borrow from the caller's stack, and returns when all of
/// them have returned too.
///
/// Nothing that `f` gets can be leaked to escape the wait, which is in here: this is
/// [`std::thread::scope`](https://doc.rust-lang.org/std/thread/fn.scope.html) for CPUs. The slots
/// are made before the scope, so that they outlive it.
///
/// # Context
///
/// Process context, may sleep.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, csd};
/// use kernel::{cpu::CpuId, prelude::*, sync::atomic::{ordering, Atomic}};
///
/// let task = TaskContext::new();
/// let sum = Atomic::<u64>::new(0);
/// let mut one = csd::Slot::new(|_cx| sum.fetch_add(1, ordering::Relaxed));
/// let mut two = csd::Slot::new(|_cx| sum.fetch_add(2, ordering::Relaxed));
///
/// csd::scope(&task, |scope| -> Result {
///     scope.call_on(&mut one, CpuId::current())?;
///     scope.call_on(&mut two, CpuId::current())?;
///     Ok(())
/// })?;
/// assert_eq!(sum.load(ordering::Relaxed), 3);
/// # Ok::<(), Error>(())
/// ```
pub fn scope<'env, F, T>(task: &TaskContext, f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let scope = Scope {
        slots: Cell::new(None),
        _scope: PhantomData,
        _env: PhantomData,
    };
    let _wait = WaitAll {
        scope: &scope,
        task,
    };
    f(&scope)
}

/// Runs `f` on `cpu` and returns its result: a scope with one call.
///
/// Unlike `smp_call_function_single(wait=1)` this sleeps, and returns what `f` returns.
///
/// # Errors
///
/// As [`Idle::call_on`](super::Idle::call_on); `f` comes back.
///
/// # Context
///
/// Process context, may sleep.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, csd};
/// use kernel::{cpu::CpuId, prelude::*};
///
/// let here = CpuId::current();
/// assert_eq!(csd::call(&TaskContext::new(), here, |cx| cx.cpu() == here)?, true);
/// # Ok::<(), Error>(())
/// ```
pub fn call<F, R>(task: &TaskContext, cpu: CpuId, f: F) -> Result<R, Refused<F>>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    let mut slot = Slot::new(f);
    let queued = scope(task, |scope| match scope.call_on(&mut slot, cpu) {
        Ok(_) => Ok(()),
        Err(refused) => Err(refused.error),
    });
    match (queued, slot.output) {
        (Err(error), _) => Err(Refused {
            token: slot.f,
            error,
        }),
        (Ok(()), Some(output)) => Ok(output),
        // A call that has ended has written its result.
        (Ok(()), None) => unreachable!(),
    }
}

/// The right to wait, before the scope does, for a call in it.
///
/// Dropping or leaking it does nothing: the scope waits.
#[must_use = "without a wait the result stays in the slot"]
pub struct ScopedInFlight<'scope, F, R> {
    slot: *mut Slot<F, R>,
    _slot: PhantomData<&'scope mut Slot<F, R>>,
}

impl<'scope, F, R> ScopedInFlight<'scope, F, R>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    /// Sleeps until the callback has returned; gives the slot and the result.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> (&'scope mut Slot<F, R>, R) {
        // SAFETY: The slot is valid for `'scope`, and we hold the token.
        unsafe { (*self.slot).header.raw.assume_init_ref().wait(task) };
        // SAFETY: We have waited.
        unsafe { self.finish() }
    }

    /// Like [`Self::wait`], without waiting: gives the token back if the callback has not returned.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub fn try_wait(self) -> Result<(&'scope mut Slot<F, R>, R), Self> {
        // SAFETY: As in `wait()`.
        if unsafe { (*self.slot).header.raw.assume_init_ref().try_wait() } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        Err(self)
    }

    /// # Safety
    ///
    /// The caller has waited.
    unsafe fn finish(self) -> (&'scope mut Slot<F, R>, R) {
        // SAFETY: The call has ended, so that the borrow which it had is ours.
        let slot = unsafe { &mut *self.slot };
        // SAFETY: Initialised for as long as the scope lasts.
        unsafe { slot.header.raw.assume_init_ref().take_back() };
        slot.header.in_flight = false;
        match slot.output.take() {
            Some(output) => (slot, output),
            // A call that has ended has written its result.
            None => unreachable!(),
        }
    }
}
