// SPDX-License-Identifier: GPL-2.0

//! Calls on the stack, whose callbacks may borrow.

use core::{
    cell::Cell,
    marker::PhantomData,
    mem::MaybeUninit,
    ptr::NonNull, //
};
use kernel::{
    cpu::CpuId,
    ffi::c_void,
    prelude::*, //
};

use super::{raw::RawCsd, Refused};
use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    context::{
        IrqsOff,
        Stays,
        TaskContext, //
    }, //
};

/// What a scope keeps in a slot that is in its list, whatever the type of the slot.
#[repr(C)]
struct Entered {
    raw: RawCsd,
    // The slot that entered the scope before this one did.
    next: Option<NonNull<Entered>>,
}

impl Entered {
    /// That of `slot`. No mutable reference may be made of it: the CPU that runs the call uses it
    /// too.
    #[inline]
    fn of<F, R>(slot: NonNull<Slot<F, R>>) -> NonNull<Self> {
        // It is the first field.
        slot.cast()
    }
}

/// Room on the stack for one call at a time, and its callback.
///
/// Unlike the other forms, the callback may borrow. That is sound because a slot can be queued
/// only in a [`scope`], which does not return before the call has.
///
/// # Invariants
///
/// `entered` is initialised iff the slot is in the list of a scope. There `output` is `None`, but
/// after a call that has ended, until a wait takes it.
#[repr(C, align(32))]
pub struct Slot<F, R> {
    // Not initialised by `new()`: the scope writes all of it.
    entered: MaybeUninit<Entered>,
    f: F,
    output: Option<R>,
}

impl<F, R> Slot<F, R>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    const VTABLE: &'static Vtable = {
        assert!(align_of::<Self>() >= RawCsd::ALIGN);
        &Vtable {
            #[cfg(not(crosscall_upstream))]
            callback: Self::run as *const c_void,
            run: Self::run,
            reap: Self::reap,
            #[cfg(not(crosscall_upstream))]
            name: core::any::type_name::<F>,
        }
    };

    /// Makes a slot for `f`.
    pub const fn new(f: F) -> Self {
        Self {
            // INVARIANT: The slot is in no list.
            entered: MaybeUninit::uninit(),
            f,
            output: None,
        }
    }

    /// The result of the last call, if the scope did not return it from a wait.
    pub fn take_output(&mut self) -> Option<R> {
        self.output.take()
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is in flight and is that of a `Self`, as
    /// [`Vtable::run`] says.
    pub(super) unsafe fn run(call: *const RawCall, cx: &IrqsOff) {
        // `raw` is the first field of the first field.
        //
        // SAFETY: The caller promises that the storage is of the vtable's type: the csd is that of
        // a `Self`.
        let slot = unsafe { RawCsd::of_call(call) }.cast::<Self>().cast_mut();
        // SAFETY: The slot is mutably borrowed for the scope, which gave the borrow to this call:
        // while it is in flight, the callback alone uses `f` and `output`. By the type's invariant
        // there is no result yet that would have to be dropped.
        unsafe { (&raw mut (*slot).output).write(Some(((*slot).f)(cx))) };
    }

    /// # Safety
    ///
    /// The caller need not ensure anything. It is never called: a scoped call is not detached.
    pub(super) unsafe fn reap(_call: *const RawCall) {}
}

/// Where slots may be queued; see [`scope`].
pub struct Scope<'scope, 'env: 'scope> {
    // The slots that entered the scope.
    slots: Stays<Self, Cell<Option<NonNull<Entered>>>>,
    // Invariant in both, as in `std::thread::scope()`.
    _scope: PhantomData<&'scope mut &'scope ()>,
    _env: PhantomData<&'env mut &'env ()>,
}

impl<'scope> Scope<'scope, '_> {
    /// Queues the call of `slot` on `cpu` and returns at once.
    ///
    /// # Errors
    ///
    /// As [`Idle::call_on`](super::Idle::call_on); the right to queue comes back. The slot itself
    /// does not: it stays where it is until the scope ends.
    ///
    /// # Context
    ///
    /// Any but NMI, where it is refused ([`EPERM`]). A result that an earlier scope has left in the
    /// slot is dropped here.
    pub fn call_on<F, R>(
        &'scope self,
        slot: &'scope mut Slot<F, R>,
        cpu: CpuId,
    ) -> Result<ScopedInFlight<'scope, F, R>, Refused<ScopedIdle<'scope, F, R>>>
    where
        F: FnMut(&IrqsOff) -> R + Send,
        R: Send,
    {
        // SAFETY: The vtable is that of the slot's type.
        unsafe { self.token(slot, Slot::<F, R>::VTABLE) }.call_on(cpu)
    }

    /// Lets a slot enter the scope.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the vtable is of the slot's type.
    #[inline]
    pub(super) unsafe fn token<F, R>(
        &'scope self,
        slot: &'scope mut Slot<F, R>,
        vtable: &'static Vtable,
    ) -> ScopedIdle<'scope, F, R> {
        let slot = NonNull::from(slot);
        // SAFETY: The borrow lasts for the scope and is never given back: the slot stays valid and
        // in place. It is in no list, or the scope of that list would have the borrow. The caller
        // promises that the vtable is of its type.
        unsafe { self.enlist(slot, vtable) };
        // INVARIANT: The slot is enlisted and not in flight, and this is the borrow's only token.
        ScopedIdle {
            slot: Stays::with((slot, PhantomData)),
        }
    }

    /// Initialises the csd of a slot, and remembers it for the end of the scope.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `slot` stays valid and pinned for `'scope`, and is in no list,
    /// and that the vtable is of its type.
    unsafe fn enlist<F, R>(&self, slot: NonNull<Slot<F, R>>, vtable: &'static Vtable) {
        let entered = Entered::of(slot);
        // SAFETY: The caller promises that `slot` is valid and pinned for `'scope`, and in no list.
        // The csd is dropped before that, by `WaitAll`, in the task that owns the scope.
        //
        // INVARIANT: Initialised and in the list, from here to `WaitAll::drop()`, and without the
        // result of an earlier scope.
        unsafe {
            (*slot.as_ptr()).output = None;
            let entered = entered.as_ptr();
            RawCsd::init_at(&raw mut (*entered).raw, vtable);
            (&raw mut (*entered).next).write(self.slots.1.get());
        }
        self.slots.1.set(Some(entered));
    }
}

/// Waits for a call of the scope.
///
/// # Safety
///
/// The caller must hold the right to wait for the call, and must not have waited with success yet.
#[inline]
unsafe fn wait(raw: &RawCsd, task: &TaskContext) {
    // SAFETY: The caller promises to hold the right to wait, without a successful wait so far.
    #[cfg(not(crosscall_upstream))]
    unsafe {
        raw.wait_scoped(task)
    };
    // SAFETY: The caller promises to hold the right to wait, without a successful wait so far.
    #[cfg(crosscall_upstream)]
    unsafe {
        raw.call.wait(task)
    };
}

/// Waits for every call of the scope.
struct WaitAll<'a, 'scope, 'env> {
    scope: &'a Scope<'scope, 'env>,
    task: &'a TaskContext,
}

impl Drop for WaitAll<'_, '_, '_> {
    fn drop(&mut self) {
        let mut next = self.scope.slots.1.take();
        while let Some(entered) = next {
            let entered = entered.as_ptr();
            // SAFETY: Slots in the list outlive the scope and are initialised. No borrow of them is
            // left: all were for `'scope`. A call that was refused or waited for is idle: else this
            // is the one right to wait for it. The csd is dropped below, in this context.
            unsafe {
                if !(*entered).raw.call.is_idle() {
                    wait(&(*entered).raw, self.task);
                    (*entered).raw.call.take_back();
                }
                next = (*entered).next;
                // INVARIANT: The slot leaves the list, and this is no longer initialised.
                entered.drop_in_place();
            }
        }
    }
}

/// Runs `f`, which may queue calls that borrow from the caller's stack, and returns when all of
/// them have returned too.
///
/// Nothing that `f` gets can be leaked to escape the wait, which is in here: this is
/// [`std::thread::scope`](https://doc.rust-lang.org/std/thread/fn.scope.html) for CPUs. The slots
/// are made before the scope, so that they outlive it. (If `f` panics the kernel stops the task
/// without unwinding, and the stack goes with calls in flight, as it does in C.)
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
        slots: Stays::with(Cell::new(None)),
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
/// `f` runs once, and may move out of what it has captured. Running it consumes
/// it: what it has captured by value (`move`) and does not return is dropped in
/// the callback, with interrupts off, which may be illegal. What it only borrows
/// is the caller's.
///
/// # Errors
///
/// As [`Idle::call_on`](super::Idle::call_on); `f` comes back, and has not run.
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
/// assert_eq!(csd::call(&TaskContext::new(), here, |_cx| CpuId::current() == here)?, true);
/// # Ok::<(), Error>(())
/// ```
pub fn call<F, R>(task: &TaskContext, cpu: CpuId, f: F) -> Result<R, Refused<F>>
where
    F: FnOnce(&IrqsOff) -> R + Send,
    R: Send,
{
    // Here, so that it is still ours after a refusal.
    let mut once = Some(f);
    let mut slot = Slot::new(|cx: &IrqsOff| once.take().map(|f| f(cx)));
    let queued = scope(task, |scope| {
        #[cfg(not(crosscall_upstream))]
        let queued = scope.call_named::<_, _, F>(&mut slot, cpu);
        #[cfg(crosscall_upstream)]
        let queued = scope.call_on(&mut slot, cpu);
        match queued {
            Ok(_) => Ok(()),
            Err(refused) => Err(refused.error),
        }
    });
    let output = slot.output.flatten();
    match (queued, output, once) {
        (Ok(()), Some(output), _) => Ok(output),
        (Err(error), _, Some(token)) => Err(Refused { token, error }),
        // A call that has ended has run the closure and written its result, and one that was
        // refused has not.
        _ => unreachable!(),
    }
}

/// A slot that is borrowed for the scope, in a token of type `T`.
type Borrowed<'scope, F, R, T> =
    Stays<T, (NonNull<Slot<F, R>>, PhantomData<&'scope mut Slot<F, R>>)>;

/// The right to queue a slot again, in the scope that it was queued in before.
///
/// It stands for the slot's borrow and does not give it away, not even as a reference: until the
/// scope ends the slot must not move.
///
/// # Invariants
///
/// `slot` is in the list of the scope and not in flight, and there is no other token for its
/// borrow.
#[must_use = "without it the slot cannot be queued again in this scope"]
pub struct ScopedIdle<'scope, F, R> {
    slot: Borrowed<'scope, F, R, Self>,
}

impl<'scope, F, R> ScopedIdle<'scope, F, R>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    /// See [`Scope::call_on`].
    pub fn call_on(
        self,
        cpu: CpuId,
    ) -> Result<ScopedInFlight<'scope, F, R>, Refused<ScopedIdle<'scope, F, R>>> {
        // SAFETY: By the type's invariant the slot is enlisted, hence valid and initialised for
        // `'scope`, no call is in flight, and this is the only right to queue it. The scope waits
        // before it ends.
        match unsafe { (*Entered::of(self.slot.1 .0).as_ptr()).raw.queue(cpu) } {
            // INVARIANT: Enlisted; the `ScopedIdle` is consumed, so that this is the only token.
            Ok(()) => Ok(ScopedInFlight {
                slot: Stays::with(self.slot.1),
            }),
            Err(error) => Err(Refused { token: self, error }),
        }
    }
}

/// The right to wait, before the scope does, for a call in it.
///
/// Dropping or leaking it does nothing: the scope waits.
///
/// # Invariants
///
/// `slot` is in the list of the scope, its call is or was in flight, and there is no other token
/// for its borrow.
#[must_use = "without a wait the result stays in the slot"]
pub struct ScopedInFlight<'scope, F, R> {
    slot: Borrowed<'scope, F, R, Self>,
}

impl<'scope, F, R> ScopedInFlight<'scope, F, R>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    #[inline]
    fn raw(&self) -> &RawCsd {
        // SAFETY: By the type's invariant the slot is enlisted, hence its csd is initialised for as
        // long as the scope lasts. No mutable reference to the csd exists meanwhile.
        unsafe { &(*Entered::of(self.slot.1 .0).as_ptr()).raw }
    }

    /// Sleeps until the callback has returned; gives its result and the right to queue again.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> (ScopedIdle<'scope, F, R>, R) {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it. The
        // scope, which is of this task, drops the csd before the slot can go.
        unsafe { wait(self.raw(), task) };
        // SAFETY: The wait has just succeeded.
        unsafe { self.finish() }
    }

    /// Like [`Self::wait`], without waiting: gives the token back if the callback has not
    /// returned.
    ///
    /// # Context
    ///
    /// Any. In an NMI, which must not drop what it would get, the token always comes back.
    pub fn try_wait(self) -> Result<(ScopedIdle<'scope, F, R>, R), Self> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().call.try_wait() } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        Err(self)
    }

    /// # Safety
    ///
    /// The caller must ensure that a wait of this token has just succeeded.
    unsafe fn finish(self) -> (ScopedIdle<'scope, F, R>, R) {
        let slot = self.slot.1 .0.as_ptr();
        // SAFETY: The caller promises that the wait has succeeded: the call has ended, so that the
        // slot belongs to this token, the only one.
        let output = unsafe {
            self.raw().call.take_back();
            (*slot).output.take()
        };
        // SAFETY: A call that has ended has written its result, and this is the one wait for it.
        let output = unsafe { output.unwrap_unchecked() };
        // INVARIANT: Enlisted; the call has ended, and the `ScopedInFlight` is consumed.
        let idle = ScopedIdle {
            slot: Stays::with(self.slot.1),
        };
        (idle, output)
    }
}
