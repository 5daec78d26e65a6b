// SPDX-License-Identifier: GPL-2.0

//! It is of its own type.

use core::marker::PhantomData;
use crosscall::{
    impl_has_irq_work,
    irq_work::{
        Context,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};

#[pin_data]
pub struct Doorbell<F: 'static + Send + Sync> {
    #[pin]
    work: IrqWork<Self>,
    _f: PhantomData<F>,
}

impl_has_irq_work! {
    impl{F: 'static + Send + Sync} HasIrqWork for Doorbell<F> { self.work }
}

impl<F: 'static + Send + Sync> IrqWorkCallback for Doorbell<F> {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

pub type Sub = Doorbell<for<'a> fn(&'a u8)>;
pub type Super = Doorbell<fn(&'static u8)>;

pub fn cast(object: &Sub) -> &Sub {
    object
}
