// SPDX-License-Identifier: GPL-2.0

//! Works that run a closure.

use core::marker::PhantomData;
use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

use super::{
    Context,
    Handle,
    IrqWork,
    IrqWorkCallback,
    Mode, //
};
use crate::{
    allocation,
    impl_has_irq_work, //
};

/// A closure with the irq_work to run it by; see [`new`].
#[pin_data]
pub struct Closure<M, F>
where
    M: Mode,
    F: Fn(&Context<M>) + Send + Sync + 'static,
{
    #[pin]
    work: IrqWork<Self>,
    f: F,
    _mode: PhantomData<fn(&M)>,
}

impl_has_irq_work! {
    impl{M: Mode, F: Fn(&Context<M>) + Send + Sync + 'static}
    HasIrqWork for Closure<M, F> { self.work }
}

impl<M, F> IrqWorkCallback for Closure<M, F>
where
    M: Mode,
    F: Fn(&Context<M>) + Send + Sync + 'static,
{
    type Mode = M;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, cx: &Context<M>) {
        (this.f)(cx);
    }
}

/// Makes a work of a closure.
///
/// The one allocation is here; queueing, any number of times, makes none. The closure is `Fn`,
/// since two CPUs may run it at once.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "(If they cannot, see [`exclusive`](super::exclusive).)"
)]
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
/// use crosscall::{context::TaskContext, irq_work::{self, Hard}};
/// use kernel::{prelude::*, sync::{atomic::{ordering, Atomic}, Arc}};
///
/// let task = TaskContext::new();
/// let hits = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
/// let count = hits.clone();
/// let work = irq_work::new::<Hard, _>(
///     move |_cx| {
///         count.fetch_add(1, ordering::Relaxed);
///     },
///     GFP_KERNEL,
/// )?;
/// // From here, from another CPU, from an NMI.
/// work.queue()?;
/// work.sync(&task);
/// assert_eq!(hits.load(ordering::Relaxed), 1);
/// # Ok::<(), Error>(())
/// ```
pub fn new<M, F>(f: F, flags: Flags) -> Result<Handle<Arc<Closure<M, F>>>, AllocError>
where
    M: Mode,
    F: Fn(&Context<M>) + Send + Sync + 'static,
{
    allocation::may_allocate()?;
    let closure = UniqueArc::pin_init(
        pin_init!(Closure {
            work <- IrqWork::new(),
            f,
            _mode: PhantomData,
        }),
        flags,
    )
    .map_err(|_| AllocError)?;
    Ok(closure.into())
}
