// SPDX-License-Identifier: GPL-2.0

//! Both tokens of a call may be kept in the object itself.

use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback,
        Idle,
        InFlight, //
    },
    impl_has_csd, //
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        Mutex,
        SpinLock, //
    },
};

#[pin_data]
pub struct Device {
    #[pin]
    csd: Csd<Self>,
    #[pin]
    in_flight: SpinLock<Option<InFlight<Arc<Self>>>>,
    #[pin]
    idle: Mutex<Option<Idle<Arc<Self>>>>,
    registers: usize,
}

impl_has_csd! {
    impl HasCsd for Device { self.csd }
}

impl CsdCallback for Device {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
