// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! A work without a count of handles must be there for good.
//! pass: A static is.

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

pub fn ring() -> Result {
    let doorbell = Doorbell { //[fail]
    static DOORBELL: Doorbell = Doorbell { //[pass]
        work: IrqWork::new_static(),
    };
    Handle::from(&doorbell).queue()?; //[fail]
    Handle::from(&DOORBELL).queue()?; //[pass]
    Ok(())
}
