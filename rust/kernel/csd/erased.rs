// SPDX-License-Identifier: GPL-2.0

//! Calls of a closure of any type, with an argument.

use core::{
    cell::UnsafeCell,
    mem::{
        ManuallyDrop,
        MaybeUninit, //
    },
    pin::Pin, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags,
        KBox, //
    },
    cpu::CpuId,
    ffi::c_void,
    prelude::*, //
};

use super::{
    raw::RawCsd,
    Csd,
    CsdCallback,
    Idle,
    InFlight,
    OutputCell,
    Refused, //
};
use crate::{
    allocation,
    call::{
        RawCall,
        Vtable, //
    },
    context::IrqsOff,
    impl_has_csd, //
};

type BoxedFnMut<A, R> = KBox<dyn FnMut(&IrqsOff, &mut A) -> R + Send>;

/// A closure with the csd to call it by, whatever the closure's type, and an argument: the type of
/// the call can be named, in a struct for instance.
///
/// The callback gets `&mut A`. The argument stays with the call, and is dropped by the code that
/// replaces it or drops the call, never by the call in the callback's context; so the callback may
/// also leave something in it for the waiter.
///
/// Costs an indirect call more than [`new`](super::new), and an allocation more when it is made.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, csd::{Callback, IdleCallback}};
/// use kernel::{cpu::CpuId, prelude::*};
///
/// struct Device {
///     read: Option<IdleCallback<u32, u64>>,
/// }
///
/// impl Device {
///     fn read(&mut self, cpu: CpuId, register: u32) -> Result<u64> {
///         let idle = self.read.take().ok_or(ENODEV)?;
///         let (idle, value) = idle.call_on_with(cpu, register)?.wait(&TaskContext::new());
///         self.read = Some(idle);
///         Ok(value)
///     }
/// }
///
/// let read = Callback::new(0, |_cx, register| u64::from(*register) + 1, GFP_KERNEL)?;
/// let mut device = Device { read: Some(read) };
/// assert_eq!(device.read(CpuId::current(), 41)?, 42);
/// # Ok::<(), Error>(())
/// ```
#[pin_data(PinnedDrop)]
pub struct Callback<A: Send + 'static, R: Send + 'static> {
    #[pin]
    csd: Csd<Self>,
    argument: A,
    f: ManuallyDrop<BoxedFnMut<A, R>>,
}

/// The right to queue a closure of any type.
pub type IdleCallback<A, R> = Idle<Pin<KBox<Callback<A, R>>>>;

/// The right to wait for a closure of any type.
pub type InFlightCallback<A, R> = InFlight<Pin<KBox<Callback<A, R>>>>;

impl_has_csd! {
    impl{A: Send + 'static, R: Send + 'static} HasCsd for Callback<A, R> { self.csd }
}

impl<A: Send + 'static, R: Send + 'static> CsdCallback for Callback<A, R> {
    type Pointer = Pin<KBox<Self>>;
    type Output = R;

    fn run(this: Pin<&mut Self>, cx: &IrqsOff) -> R {
        let this = this.project();
        (this.f)(cx, this.argument)
    }
}

#[pinned_drop]
impl<A: Send + 'static, R: Send + 'static> PinnedDrop for Callback<A, R> {
    fn drop(self: Pin<&mut Self>) {
        // The closure is leaked if its code is gone, see `origin.rs`: the box may have been taken
        // back before that.
        if let Some(_kept) = self.csd.raw.call.keep_module() {
            // SAFETY: The closure is dropped once, in the drop, and not used after that.
            unsafe { ManuallyDrop::drop(self.project().f) };
        }
    }
}

impl<A: Send + 'static, R: Send + 'static> Callback<A, R> {
    /// Makes a call of a closure, with the argument that [`Idle::call_on`] gives it until there is
    /// another one.
    ///
    /// Both allocations are here; queueing, any number of times, makes none.
    ///
    /// # Errors
    ///
    /// [`AllocError`] (`ENOMEM`); closure and argument are dropped.
    ///
    /// # Context
    ///
    /// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
    pub fn new<F>(argument: A, f: F, flags: Flags) -> Result<IdleCallback<A, R>, AllocError>
    where
        F: FnMut(&IrqsOff, &mut A) -> R + Send + 'static,
    {
        allocation::may_allocate()?;
        let f: BoxedFnMut<A, R> = KBox::new(f, flags)?;
        let callback = KBox::pin_init(
            pin_init!(Self {
                // `Of::run()` does what the `run()` of the type does.
                csd <- pin_init!(Csd {
                    raw <- RawCsd::new(Of::<A, R, F>::VTABLE),
                    output: OutputCell(UnsafeCell::new(MaybeUninit::uninit())),
                }),
                argument,
                f: ManuallyDrop::new(f),
            }),
            flags,
        )
        .map_err(|_| AllocError)?;
        // Before any token: the code of the call is that of the closure.
        //
        // SAFETY: The call is pinned in a box, which drops it before the memory goes.
        unsafe { callback.csd.raw.register() };
        Ok(callback.into())
    }
}

impl<A: Send + 'static, R: Send + 'static> Idle<Pin<KBox<Callback<A, R>>>> {
    /// The argument of the last call, as that has left it, and of the next one.
    pub fn argument(&mut self) -> &mut A {
        self.as_mut().project().argument
    }

    /// [`Self::call_on`], with another argument. Drops the last one, here.
    ///
    /// # Errors
    ///
    /// As [`Self::call_on`]; the argument is in the token.
    pub fn call_on_with(
        mut self,
        cpu: CpuId,
        argument: A,
    ) -> Result<InFlightCallback<A, R>, Refused<Self>> {
        *self.argument() = argument;
        self.call_on(cpu)
    }
}

/// The vtable of a call with an `F` in it: its `run()` is code of the module that `F` belongs to,
/// so that the unload of that module waits for the call.
struct Of<A, R, F>(A, R, F);

impl<A: Send + 'static, R: Send + 'static, F> Of<A, R, F> {
    const VTABLE: &'static Vtable = &Vtable {
        callback: Self::run as *const c_void,
        run: Self::run,
        name: core::any::type_name::<F>,
        ..*Csd::<Callback<A, R>>::VTABLE
    };

    /// # Safety
    ///
    /// The caller must ensure that the call is in flight and that its storage is of the vtable's
    /// type, as [`Vtable::run`] says.
    unsafe fn run(call: *const RawCall, cx: &IrqsOff) {
        // SAFETY: The caller promises that the call is in flight and that its storage is a
        // `Csd<Callback<A, R>>`: `VTABLE` is used for such calls only.
        unsafe { Csd::<Callback<A, R>>::run(call, cx) };
    }
}
