// SPDX-License-Identifier: GPL-2.0

//! Exclusive works that run a closure of any type.

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
    prelude::*, //
};

use super::{
    Exclusive,
    Idle, //
};
use crate::{
    allocation,
    impl_has_irq_work,
    irq_work::{
        erased::Of,
        IrqWork,
        IrqWorkCallback,
        Mode, //
    }, //
};

type BoxedFnMut<M> = KBox<dyn FnMut(&<M as Mode>::Token) + Send>;

/// A closure that a token serialises, whatever its type; see
/// [`irq_work::Callback`](crate::irq_work::Callback).
#[pin_data(PinnedDrop)]
pub struct Callback<M: Mode> {
    #[pin]
    work: IrqWork<Self>,
    f: ManuallyDrop<BoxedFnMut<M>>,
}

/// The right to queue an exclusive work that is a closure of any type.
pub type IdleCallback<M> = Idle<Callback<M>>;

impl_has_irq_work! {
    impl{M: Mode} HasIrqWork for Callback<M> { self.work }
}

impl<M: Mode> IrqWorkCallback for Callback<M> {
    type Mode = M;
    type Pointer = Exclusive<Self>;

    fn run(this: Pin<&mut Self>, cx: &M::Token) {
        (this.project().f)(cx);
    }
}

#[pinned_drop]
impl<M: Mode> PinnedDrop for Callback<M> {
    fn drop(self: Pin<&mut Self>) {
        // The closure is leaked if its code is gone, see `origin.rs`: the box may have been taken
        // back before that.
        if let Some(_kept) = self.work.raw.keep_module() {
            // SAFETY: The closure is dropped once, in the drop, and not used after that.
            unsafe { ManuallyDrop::drop(self.project().f) };
        }
    }
}

impl<M: Mode> Callback<M> {
    /// Makes an exclusive work of a closure. Errors and context as
    /// [`irq_work::Callback::new`](crate::irq_work::Callback::new).
    pub fn new<F>(f: F, flags: Flags) -> Result<IdleCallback<M>, AllocError>
    where
        F: FnMut(&M::Token) + Send + 'static,
    {
        allocation::may_allocate()?;
        let f: BoxedFnMut<M> = KBox::new(f, flags)?;
        let callback = KBox::pin_init(
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
