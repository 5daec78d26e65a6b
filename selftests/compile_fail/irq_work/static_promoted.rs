// SPDX-License-Identifier: GPL-2.0
//! expect: E0716
//! A work in a constant expression must not become a static in read-only
//! memory.
//! pass: A static that is written to is put where it can be.

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
    let doorbell: &'static Doorbell = &Doorbell { //[fail]
    static DOORBELL: Doorbell = Doorbell { //[pass]
        work: IrqWork::new_static(),
    };
    let doorbell = &DOORBELL; //[pass]
    Handle::from(doorbell).queue()?;
    Ok(())
}
