// SPDX-License-Identifier: GPL-2.0
//! expect: E0609
//! expect-text: no field `work` on type `Doorbell`
//! The irq_work of another object, which this one derefs to, is not at the
//! offset that the macro computes.
//! pass: The field is the object's own.

include!("common/names.rs");

use core::ops::Deref;

#[pin_data]
pub struct Inner<T: IrqWorkCallback> {
    #[pin]
    work: IrqWork<T>,
}

#[pin_data]
pub struct Doorbell {
    #[pin]
    inner: Inner<Self>,
    #[pin] //[pass]
    work: IrqWork<Self>, //[pass]
}

impl Deref for Doorbell {
    type Target = Inner<Self>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
