// SPDX-License-Identifier: GPL-2.0

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}
