// SPDX-License-Identifier: GPL-2.0

//! Calls of a closure.

use core::{
    marker::PhantomData,
    pin::Pin, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags,
        KBox, //
    },
    prelude::*, //
};

use super::{
    send::ForReports,
    Csd,
    CsdCallback,
    Idle, //
};
use crate::{
    allocation,
    context::IrqsOff,
    impl_has_csd, //
};

/// A closure with the csd to call it by; see [`new`].
#[pin_data]
pub struct Closure<F, R>
where
    F: FnMut(&IrqsOff) -> R + Send + 'static,
    R: Send + 'static,
{
    #[pin]
    csd: Csd<Self>,
    f: F,
    _r: PhantomData<R>,
}

impl_has_csd! {
    impl{F: FnMut(&IrqsOff) -> R + Send + 'static, R: Send + 'static}
    HasCsd for Closure<F, R> { self.csd }
}

impl<F, R> CsdCallback for Closure<F, R>
where
    F: FnMut(&IrqsOff) -> R + Send + 'static,
    R: Send + 'static,
{
    type Pointer = Pin<KBox<Self>>;
    type Output = R;

    fn run(this: Pin<&mut Self>, cx: &IrqsOff) -> R {
        // `FnMut`, not `FnOnce`: what the closure has captured must outlive the callback, to be
        // dropped by the waiter.
        (this.project().f)(cx)
    }

    #[cfg(not(crosscall_upstream))]
    fn name(_: ForReports) -> &'static str {
        core::any::type_name::<F>()
    }
}

/// The right to queue a closure.
pub type IdleClosure<F, R> = Idle<Pin<KBox<Closure<F, R>>>>;

/// Makes a call of a closure.
///
/// The one allocation is here; queueing, any number of times, makes none. To move data out of the
/// closure return it, to keep data between calls mutate what it has captured.
///
/// # Errors
///
/// [`AllocError`] (`ENOMEM`); the closure is dropped.
///
/// # Context
///
/// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, csd};
/// use kernel::{cpu::CpuId, prelude::*};
///
/// fn ask(cpu: CpuId) -> Result<u32> {
///     let task = TaskContext::new();
///     let idle = csd::new(|_cx| CpuId::current().as_u32(), GFP_KERNEL)?;
///     let in_flight = idle.call_on(cpu)?;
///     // Both CPUs work now.
///     let (idle, answer) = in_flight.wait(&task);
///     // Once handed back, it can be queued again.
///     let (_idle, again) = idle.call_on(cpu)?.wait(&task);
///     assert_eq!(answer, again);
///     Ok(answer)
/// }
/// # ask(CpuId::current())?;
/// # Ok::<(), Error>(())
/// ```
pub fn new<F, R>(f: F, flags: Flags) -> Result<IdleClosure<F, R>, AllocError>
where
    F: FnMut(&IrqsOff) -> R + Send + 'static,
    R: Send + 'static,
{
    allocation::may_allocate()?;
    let closure = KBox::pin_init(
        pin_init!(Closure {
            csd <- Csd::new(),
            f,
            _r: PhantomData,
        }),
        flags,
    )
    .map_err(|_| AllocError)?;
    Ok(closure.into())
}
