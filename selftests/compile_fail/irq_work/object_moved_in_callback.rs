// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! The callback of a shared object borrows it: what it moved out of the object
//! would be dropped a second time.
//! pass: It may have a reference of its own. The object is not dropped with
//! that: the handles have one too.

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
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {
        let _object: Self = *this; //[fail]
        let _object: Arc<Self> = this.into(); //[pass]
    }
}
