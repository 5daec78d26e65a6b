// SPDX-License-Identifier: GPL-2.0

//! It has its place.

use core::marker::PhantomData;
use crosscall::{
    impl_has_irq_work,
    irq_work::{
        Context,
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};

pub trait Field: Sized + 'static {
    type Is;
}

#[repr(C)]
pub struct Doorbell<F: Field> {
    pub flag: u8,
    work: F::Is,
    _field: PhantomData<F>,
}

pub struct Work;

impl Field for Work {
    type Is = IrqWork<Doorbell<Work>>;
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell<Work> { self.work }
}

impl IrqWorkCallback for Doorbell<Work> {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

static DOORBELL: Doorbell<Work> = Doorbell {
    flag: 0,
    work: IrqWork::new_static(),
    _field: PhantomData,
};

pub fn ring() -> kernel::error::Result<bool> {
    Handle::from(&DOORBELL).queue()
}
