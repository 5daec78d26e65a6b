// SPDX-License-Identifier: GPL-2.0

//! Misuse that compiles, because no token can express it. The kernel's debug options report it.

use core::pin::Pin;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Csd,
        CsdCallback,
        Idle, //
    },
    impl_has_csd,
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

mod support;
use support::*;

module! {
    type: Misuse,
    name: "csd_misuse",
    authors: ["crosscall developers"],
    description: "Misuse of csd calls that debug kernels report",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "0: may sleep, says a callback; 1: a callback waits for its own kind",
        },
    },
}

/// A call that makes another one of its own kind.
#[pin_data]
struct Nested {
    #[pin]
    csd: Csd<Self>,
    inner: Option<Idle<Pin<KBox<Nested>>>>,
}

impl_has_csd! {
    impl HasCsd for Nested { self.csd }
}

impl CsdCallback for Nested {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(this: Pin<&mut Self>, cx: &IrqsOff) {
        if let Some(idle) = this.project().inner.take() {
            if let Ok(in_flight) = idle.call_on(cx.cpu()) {
                // Inline, hence over: this does not hang. From another CPU it would.
                let (idle, ()) = in_flight.wait(&TaskContext::new());
                core::mem::forget(idle);
            }
        }
    }
}

impl Nested {
    fn new(inner: Option<Idle<Pin<KBox<Self>>>>) -> Result<Idle<Pin<KBox<Self>>>> {
        Ok(KBox::pin_init(pin_init!(Self { csd <- Csd::new(), inner }), GFP_KERNEL)?.into())
    }
}

struct Misuse;

impl kernel::Module for Misuse {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new();
        let other = CpuId::from_u32(1).ok_or(EINVAL)?;

        match param(module_parameters::at.value()) {
            0 => csd::call(&task, other, |_| _ = TaskContext::new())?,
            1 => {
                Nested::new(Some(Nested::new(None)?))?
                    .call_on(other)?
                    .wait(&task)
                    .1
            }
            at => {
                pr_err!("at={at}: must be 0 or 1\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
