// SPDX-License-Identifier: GPL-2.0
//! expect: E0716
//! A constant is another object wherever it is used, here one on the stack.
//! pass: A static is one object.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

const DOORBELL: Doorbell = Doorbell { //[fail]
static DOORBELL: Doorbell = Doorbell { //[pass]
    work: IrqWork::new_static(),
};

pub fn ring() -> Result {
    Handle::from(&DOORBELL).queue()?;
    Ok(())
}
