// SPDX-License-Identifier: GPL-2.0

//! Works that run a closure of any type.

use core::{
    mem::ManuallyDrop,
    pin::Pin, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags,
        KBox, //
    },
    ffi::c_void,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

use super::{
    raw::{
        RawIrqWork,
        Vtable, //
    },
    Context,
    Handle,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback,
    Mode, //
};
use crate::{
    allocation,
    impl_has_irq_work, //
};

type BoxedFn<M> = KBox<dyn Fn(&Context<M>) + Send + Sync>;

/// A closure with the irq_work to run it by, whatever the closure's type: that of the work can be
/// named, in a struct for instance.
///
/// Costs an indirect call more than [`new`](super::new), and an allocation more when it is made.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, irq_work::{Callback, CallbackHandle, Hard}};
/// use kernel::prelude::*;
///
/// struct Device {
///     on_error: CallbackHandle<Hard>,
/// }
///
/// let device = Device { on_error: Callback::new(|_cx| (), GFP_KERNEL)? };
/// device.on_error.queue()?;
/// device.on_error.sync(&TaskContext::new());
/// # Ok::<(), Error>(())
/// ```
#[pin_data(PinnedDrop)]
pub struct Callback<M: Mode> {
    #[pin]
    work: IrqWork<Self>,
    f: ManuallyDrop<BoxedFn<M>>,
}

/// A handle of a work that is a closure of any type.
pub type CallbackHandle<M> = Handle<Arc<Callback<M>>>;

impl_has_irq_work! {
    impl{M: Mode} HasIrqWork for Callback<M> { self.work }
}

impl<M: Mode> IrqWorkCallback for Callback<M> {
    type Mode = M;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, cx: &Context<M>) {
        (this.f)(cx);
    }
}

#[pinned_drop]
impl<M: Mode> PinnedDrop for Callback<M> {
    fn drop(self: Pin<&mut Self>) {
        // The closure is leaked if its code is gone, see `origin.rs`: other modules may share the
        // object.
        if let Some(_kept) = self.work.raw.keep_module() {
            // SAFETY: The closure is dropped once, in the drop, and not used after that.
            unsafe { ManuallyDrop::drop(self.project().f) };
        }
    }
}

impl<M: Mode> Callback<M> {
    /// Makes a work of a closure.
    ///
    /// Both allocations are here; queueing, any number of times, makes none.
    ///
    /// # Errors
    ///
    /// [`AllocError`] (`ENOMEM`); the closure is dropped.
    ///
    /// # Context
    ///
    /// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
    pub fn new<F>(f: F, flags: Flags) -> Result<CallbackHandle<M>, AllocError>
    where
        F: Fn(&Context<M>) + Send + Sync + 'static,
    {
        allocation::may_allocate()?;
        let f: BoxedFn<M> = KBox::new(f, flags)?;
        let callback = UniqueArc::pin_init(
            pin_init!(Self {
                // SAFETY: `Of::run()` does what the `run()` of the type does, and the other
                // functions are those of the type.
                work <- unsafe { IrqWork::with(Of::<Self, F>::VTABLE) },
                f: ManuallyDrop::new(f),
            }),
            flags,
        )
        .map_err(|_| AllocError)?;
        // Before any handle or token: the code of the work is that of the closure.
        //
        // SAFETY: The object is pinned, and drops the work before its memory goes.
        unsafe { callback.work.raw.register() };
        Ok(callback.into())
    }
}

/// The vtable of a `T` with an `F` in it: its `run()` is code of the module that `F` belongs to, so
/// that the unload of that module waits for the work, and its name is that of `F`.
pub(super) struct Of<T, F>(T, F);

impl<T, F> Of<T, F>
where
    T: HasIrqWork,
{
    pub(super) const VTABLE: &'static Vtable = &Vtable {
        callback: Self::run as *const c_void,
        run: Self::run,
        name: core::any::type_name::<F>,
        ..*IrqWork::<T>::VTABLE
    };

    /// # Safety
    ///
    /// The caller must be [`RawIrqWork::run`], with a work whose storage is of the vtable's type,
    /// as [`Vtable::run`] says.
    unsafe fn run(raw: *const RawIrqWork) {
        // SAFETY: The caller promises to be `RawIrqWork::run()` and that the storage is of this
        // vtable's type, which is the other vtable's too.
        unsafe { (IrqWork::<T>::VTABLE.run)(raw) };
    }
}
