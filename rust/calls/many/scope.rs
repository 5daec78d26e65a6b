// SPDX-License-Identifier: GPL-2.0

//! Calls that the caller waits for, and whose callback may borrow from its stack.

use core::{
    marker::PhantomData,
    mem::MaybeUninit, //
};
use kernel::{
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*, //
};

#[cfg(not(crosscall_upstream))]
use super::call_module::balanced;
use super::{
    element::{
        Element,
        Elements,
        RawElement, //
    },
    raw::RawMany,
    state::Step,
    targets::Targets,
    Refused, //
};
#[cfg(not(crosscall_upstream))]
use crate::nmi;
use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    cpus::possible_cpus, //
};

/// The result of a scoped call on each CPU that it was for: what the callback returned there, or
/// [`ENXIO`], the CPU was offline.
pub type Results<R> = KVVec<(CpuId, Result<R>)>;

/// Runs `f` on each CPU of `cpus`, and returns the results when it has returned everywhere.
///
/// `f` and its results may borrow from the caller's stack: no token is given out that could be
/// leaked to escape the wait, which is in here. CPUs that are not possible are ignored.
///
/// Each call of this allocates a csd and the room for a result for each possible CPU. Where that
/// matters, make the call once, by [`new`](super::new), which cannot borrow. On the caller's own
/// CPU `f` runs within the call and after the others have been queued. C function:
/// `on_each_cpu_mask(.., wait=true)`.
///
/// # Errors
///
/// `f` is in the error, and has not run anywhere; `?` drops it.
///
/// - [`ENOMEM`]: there is no memory for that.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "- [`EPERM`]: this is an NMI; or interrupts or preemption are off, or this is an RCU
  read-side section, which is a bug and reported (as far as the kernel's configuration can
  tell).
- [`ESHUTDOWN`]: the module of `f` is being unloaded and its exit function is over."
)]
///
/// # Context
///
/// Process context, may sleep.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "Lockdep reports a caller that holds a lock which `f` takes."
)]
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, calls::many};
/// use kernel::{cpu::CpuId, prelude::*, sync::atomic::{ordering, Atomic}};
///
/// let task = TaskContext::new();
/// let sum = Atomic::<u32>::new(0);
/// let results = many::call_all(&task, |_cx| {
///     sum.fetch_add(CpuId::current().as_u32(), ordering::Relaxed);
/// })?;
/// let failed = results.iter().filter(|(_cpu, result)| result.is_err()).count();
/// # let _ = failed;
/// # Ok::<(), Error>(())
/// ```
pub fn call<F, R>(task: &TaskContext, cpus: &Cpumask, f: F) -> Result<Results<R>, Refused<F>>
where
    F: Fn(&IrqsOff) -> R + Sync,
    R: Send,
{
    call_where(task, f, Targets::of(cpus))
}

/// [`call`] for each CPU that is online, the caller's own too. C function: `on_each_cpu()`.
///
/// Errors and context as [`call`].
pub fn call_all<F, R>(task: &TaskContext, f: F) -> Result<Results<R>, Refused<F>>
where
    F: Fn(&IrqsOff) -> R + Sync,
    R: Send,
{
    call_where(task, f, Targets::online())
}

/// [`call`] for each CPU that is online, but not the caller's own. C function:
/// `smp_call_function()`.
///
/// Errors and context as [`call`].
pub fn call_all_but_self<F, R>(task: &TaskContext, f: F) -> Result<Results<R>, Refused<F>>
where
    F: Fn(&IrqsOff) -> R + Sync,
    R: Send,
{
    call_where(task, f, Targets::online_but_self())
}

/// [`call`] for each CPU that is online and that `condition` holds for. C function:
/// `on_each_cpu_cond()`.
///
/// `condition` is called once for each CPU, in the caller's context, before the first CPU is
/// called. It is `Send`, and so captures no [`TaskContext`]: it must not wait.
#[cfg_attr(not(crosscall_upstream), doc = "Preemption is off.")]
///
/// Errors and context as [`call`].
pub fn call_if<F, R>(
    task: &TaskContext,
    condition: impl FnMut(CpuId) -> bool + Send,
    f: F,
) -> Result<Results<R>, Refused<F>>
where
    F: Fn(&IrqsOff) -> R + Sync,
    R: Send,
{
    #[cfg(not(crosscall_upstream))]
    let mut condition = balanced(condition, Scoped::<F, R>::VTABLE.callback);
    #[cfg(crosscall_upstream)]
    let mut condition = condition;
    call_where(task, f, Targets::online().that(&mut condition))
}

fn call_where<F, R>(
    task: &TaskContext,
    f: F,
    targets: Targets<'_>,
) -> Result<Results<R>, Refused<F>>
where
    F: Fn(&IrqsOff) -> R + Sync,
    R: Send,
{
    let result = room(task).and_then(|(elements, results)| {
        pin_init::stack_pin_init!(let call = Scoped::new(&f, elements));
        call.run(task, targets, results)
    });
    result.map_err(|error| Refused { token: f, error })
}

/// Allocates all that a call needs.
fn room<R>(_task: &TaskContext) -> Result<(Elements, Results<R>)> {
    // Not even a warning in an NMI.
    #[cfg(not(crosscall_upstream))]
    if nmi::is_here() || !_task.may_sleep() {
        return Err(EPERM);
    }
    let results = KVVec::with_capacity(possible_cpus().count(), GFP_KERNEL)?;
    Ok((Elements::new::<R>(GFP_KERNEL)?, results))
}

/// A call on the stack.
#[pin_data]
#[repr(C)]
struct Scoped<'a, F, R> {
    // First, and the head is its first field: the vtable's functions get a pointer to that.
    #[pin]
    raw: RawMany,
    f: &'a F,
    _results: PhantomData<R>,
}

impl<'a, F, R> Scoped<'a, F, R>
where
    F: Fn(&IrqsOff) -> R + Sync,
    R: Send,
{
    const VTABLE: &'static Vtable = &Vtable {
        #[cfg(not(crosscall_upstream))]
        callback: Self::on_cpu as *const kernel::ffi::c_void,
        run: Self::on_cpu,
        reap: Self::reap,
        #[cfg(not(crosscall_upstream))]
        name: core::any::type_name::<F>,
    };

    /// `elements` are from `Elements::new::<R>()`.
    fn new(f: &'a F, elements: Elements) -> impl PinInit<Self> {
        pin_init!(Self {
            raw <- RawMany::new(Self::VTABLE, elements),
            f,
            _results: PhantomData,
        })
    }

    /// Queues the call, waits for it, and moves its results to `results`, which has the room.
    fn run(
        self: Pin<&mut Self>,
        task: &TaskContext,
        targets: Targets<'_>,
        mut results: Results<R>,
    ) -> Result<Results<R>> {
        // SAFETY: Nothing is moved out of it.
        let this: *const Self = unsafe { self.get_unchecked_mut() };
        // SAFETY: `this` is valid, and no mutable reference to a `RawMany` is ever made.
        let raw = unsafe { &(*this).raw };
        // SAFETY: The call is new and pinned, and is dropped before its memory goes, with its
        // elements. There is no other token of it: this is the sole right to queue and to wait. It
        // has ended when this returns.
        unsafe {
            RawMany::init_elements(&raw const (*this).raw);
            #[cfg(not(crosscall_upstream))]
            raw.queue_by_mask(targets, task)?;
            // Only now, for reports: after a panic in a condition the registry must not find it.
            #[cfg(not(crosscall_upstream))]
            raw.register();
            #[cfg(crosscall_upstream)]
            raw.queue(targets)?;
            raw.head.wait(task);
            raw.head.take_back();
        }
        for (cpu, element) in raw.elements() {
            let result = match element.progress.step() {
                Step::Ran { .. } => {
                    // SAFETY: The callback has written the result, and has returned. It is read
                    // only here: elements are freed without a drop of what is in them.
                    Ok(unsafe { (*output_of::<R>(element.as_ptr())).assume_init_read() })
                }
                Step::Refused(errno) => Err(Error::from_errno(errno)),
                _ => continue,
            };
            // There is room for all possible CPUs.
            let _ = results.push_within_capacity((cpu, result));
        }
        Ok(results)
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is in flight and that its storage is a `Self`, as
    /// [`Vtable::run`] says.
    unsafe fn on_cpu(head: *const RawCall, cx: &IrqsOff) {
        let this = head.cast::<Self>();
        // SAFETY: A call runs on the CPU that it was queued on, which is possible, and interrupts
        // are off.
        let element = unsafe { (*this).raw.elements.of(CpuId::current()) };
        // SAFETY: The caller promises that the head is that of a `Self` in flight, which is alive:
        // `run()` does not return meanwhile. The callback is `Sync`.
        let output = unsafe { ((*this).f)(cx) };
        // SAFETY: The callback owns its CPU's result until its progress says that it ran.
        unsafe { (*output_of::<R>(element)).write(output) };
    }

    /// # Safety
    ///
    /// The caller need not ensure anything. It is never called: a scoped call is not detached.
    unsafe fn reap(_head: *const RawCall) {}
}

/// Returns where a result lies.
///
/// # Safety
///
/// The caller must ensure that `element` is from `Elements::new::<R>()`, and that these are alive.
unsafe fn output_of<R>(element: *const RawElement) -> *mut MaybeUninit<R> {
    // SAFETY: The caller promises that `element` is from `Elements::new::<R>()`, hence the first
    // field of an `Element<R>`.
    unsafe { (*element.cast::<Element<R>>()).output.get() }
}
