// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! The object may be freed once it is taken back: no reference to it must be
//! left.
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
