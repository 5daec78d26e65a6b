// SPDX-License-Identifier: GPL-2.0

//! Exclusive works that run a closure.

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
    Exclusive,
    Idle, //
};
use crate::{
    allocation,
    impl_has_irq_work,
    irq_work::{
        IrqWork,
        IrqWorkCallback,
        Mode, //
    }, //
};

/// A closure that a token serialises; see [`new`].
#[pin_data]
pub struct Closure<M, F>
where
    M: Mode,
    F: FnMut(&M::Token) + Send + 'static,
{
    #[pin]
    work: IrqWork<Self>,
    f: F,
    _mode: PhantomData<fn(&M)>,
}

impl_has_irq_work! {
    impl{M: Mode, F: FnMut(&M::Token) + Send + 'static}
    HasIrqWork for Closure<M, F> { self.work }
}

impl<M, F> IrqWorkCallback for Closure<M, F>
where
    M: Mode,
    F: FnMut(&M::Token) + Send + 'static,
{
    type Mode = M;
    type Pointer = Exclusive<Self>;

    fn run(this: Pin<&mut Self>, cx: &M::Token) {
        (this.project().f)(cx);
    }
}

/// Makes an exclusive work of a closure; see [`Idle`].
///
/// Errors and context as [`irq_work::new`](crate::irq_work::new).
pub fn new<M, F>(f: F, flags: Flags) -> Result<Idle<Closure<M, F>>, AllocError>
where
    M: Mode,
    F: FnMut(&M::Token) + Send + 'static,
{
    allocation::may_allocate()?;
    let closure = KBox::pin_init(
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
