// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! Who takes the object back may free it: nobody else must have a reference.
//! pass: The borrow has ended before.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}

pub fn take(handle: Handle<Pin<KBox<Doorbell>>>, task: &TaskContext) -> u32 {
    let rung = &handle.rung; //[fail]
    let rung = &handle.rung.clone(); //[pass]
    drop(handle.into_inner(task));
    *rung
}
