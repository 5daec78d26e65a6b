// SPDX-License-Identifier: GPL-2.0

//! Calls to one CPU.

use crate::{
    each,
    note,
    post,
    Count,
    Ops, //
};
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
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

#[pin_data]
pub(crate) struct Boxed {
    #[pin]
    csd: Csd<Self>,
    n: u64,
}

impl_has_csd! {
    impl HasCsd for Boxed { self.csd }
}

impl CsdCallback for Boxed {
    type Pointer = Pin<KBox<Self>>;
    type Output = u64;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> u64 {
        let this = this.project();
        *this.n = this.n.wrapping_add(1);
        *this.n
    }
}

#[pin_data]
pub(crate) struct Shared {
    #[pin]
    csd: Csd<Self>,
    n: Count,
}

impl_has_csd! {
    impl HasCsd for Shared { self.csd }
}

impl CsdCallback for Shared {
    type Pointer = Arc<Self>;
    type Output = u64;

    fn run(this: ArcBorrow<'_, Self>, _cx: &IrqsOff) -> u64 {
        this.n.add(1);
        this.n.get()
    }
}

/// Adds the operation that waits for a call made of `$make`.
macro_rules! wait {
    ($ops:ident, $name:literal, $make:expr, $cpu:expr) => {{
        let cpu = $cpu;
        let mut idle = Some($make);
        $ops.add($name, move |n| {
            let task = TaskContext::new();
            each(&mut idle, n, |idle| match idle.call_on(cpu) {
                Ok(in_flight) => {
                    let (idle, out) = in_flight.wait(&task);
                    note(out);
                    idle
                }
                Err(refused) => refused.token,
            })
        })?;
    }};
}

/// Adds the operation that polls for it.
macro_rules! poll {
    ($ops:ident, $name:literal, $make:expr, $cpu:expr) => {{
        let cpu = $cpu;
        let mut idle = Some($make);
        $ops.add($name, move |n| {
            each(&mut idle, n, |idle| match idle.call_on(cpu) {
                Ok(mut in_flight) => loop {
                    match in_flight.try_wait() {
                        Ok((idle, out)) => {
                            note(out);
                            break idle;
                        }
                        Err(still) => in_flight = still,
                    }
                    core::hint::spin_loop();
                },
                Err(refused) => refused.token,
            })
        })?;
    }};
}

pub(super) fn closure() -> Result<csd::IdleClosure<impl FnMut(&IrqsOff) -> u64 + Send, u64>> {
    let mut n: u64 = 0;
    let count = move |_cx: &IrqsOff| {
        n = n.wrapping_add(1);
        n
    };
    Ok(csd::new(count, GFP_KERNEL)?)
}

fn boxed() -> Result<Idle<Pin<KBox<Boxed>>>> {
    let init = pin_init!(Boxed { csd <- Csd::new(), n: 0 });
    Ok(Idle::from(KBox::pin_init(init, GFP_KERNEL)?))
}

fn arc() -> Result<Idle<Arc<Shared>>> {
    let init = pin_init!(Shared { csd <- Csd::new(), n: Count::new() });
    Ok(Idle::from(UniqueArc::pin_init(init, GFP_KERNEL)?))
}

fn add_on_stack(ops: &mut Ops, name: &'static kernel::str::CStr, cpu: CpuId) -> Result {
    ops.add(name, move |n| {
        let task = TaskContext::new();
        each(&mut Some(0_u64), n, |k| {
            let mut k = k;
            let called = csd::call(&task, cpu, move |_cx| {
                k = k.wrapping_add(1);
                k
            });
            let Ok(out) = called else { return k };
            note(out);
            out
        })
    })
}

/// A call on the stack that is queued again in one scope.
fn add_slot(ops: &mut Ops) -> Result {
    let cpu = ops.here;
    ops.add(c"rs_csd_self_slot", move |n| {
        let task = TaskContext::new();
        let mut k = 0_u64;
        let mut slot = csd::Slot::new(|_: &IrqsOff| {
            k = k.wrapping_add(1);
            k
        });
        csd::scope(&task, |scope| {
            let Ok(in_flight) = scope.call_on(&mut slot, cpu) else {
                return 0;
            };
            let (idle, _) = in_flight.wait(&task);
            each(&mut Some(idle), n, |idle| match idle.call_on(cpu) {
                Ok(in_flight) => {
                    let (idle, out) = in_flight.wait(&task);
                    note(out);
                    idle
                }
                Err(refused) => refused.token,
            })
        })
    })
}

pub(crate) fn add(ops: &mut Ops) -> Result {
    let (here, other) = (ops.here, ops.other);
    wait!(ops, c"rs_csd_self_wait", closure()?, here);
    wait!(ops, c"rs_csd_self_wait_box", boxed()?, here);
    wait!(ops, c"rs_csd_self_wait_arc", arc()?, here);
    poll!(ops, c"rs_csd_self_try", closure()?, here);
    poll!(ops, c"rs_csd_self_try_box", boxed()?, here);
    add_on_stack(ops, c"rs_csd_self_stack", here)?;
    add_on_stack(ops, c"rs_csd_there_stack", other)?;
    add_slot(ops)?;
    let mut idle = Some(closure()?);
    ops.add(c"rs_csd_post", move |n| {
        let task = TaskContext::new();
        post(
            &mut idle,
            n,
            |idle| idle.call_on(other),
            |called| match called {
                Ok(in_flight) => in_flight.wait(&task).0,
                Err(refused) => refused.token,
            },
        )
    })?;
    wait!(ops, c"rs_csd_there_wait", closure()?, other);
    wait!(ops, c"rs_csd_there_wait_box", boxed()?, other);
    poll!(ops, c"rs_csd_there_poll", closure()?, other);
    Ok(())
}
