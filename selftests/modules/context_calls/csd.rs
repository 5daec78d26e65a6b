// SPDX-License-Identifier: GPL-2.0

//! Calls to one CPU.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
    impl_has_csd, //
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

use crate::{
    check,
    At, //
};

/// An object that others may have too.
#[pin_data]
struct Shared {
    #[pin]
    csd: csd::Csd<Self>,
}

impl_has_csd! {
    impl HasCsd for Shared { self.csd }
}

impl csd::CsdCallback for Shared {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}

pub(crate) fn csd_queue(at: &At) -> Result {
    let idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
    let in_flight = at.call(|| idle.call_on(at.other).map_err(|refused| refused.error))??;
    let idle = match at.call(|| in_flight.try_wait())? {
        Ok((idle, output)) => {
            check!(output == 1);
            idle
        }
        Err(in_flight) => in_flight.wait(&TaskContext::new()).0,
    };
    // Where memory may be freed.
    if at.allocates() {
        at.call(|| drop(idle))?;
    }
    let idle = csd::Callback::new(0u32, |_, argument| *argument, GFP_KERNEL)?;
    let in_flight = at.call(|| {
        idle.call_on_with(at.other, 1)
            .map_err(|refused| refused.error)
    })??;
    check!(in_flight.wait(&TaskContext::new()).1 == 1);
    Ok(())
}

pub(crate) fn csd_give_up(at: &At) -> Result {
    let idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
    let in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
    at.call(|| {
        let _ = in_flight.stall();
        drop(in_flight);
    })
}

pub(crate) fn csd_idle(at: &At) -> Result {
    let mut idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
    // What is dropped in the end is the client's.
    let inner = at.call(|| {
        _ = &*idle;
        _ = idle.as_mut();
        idle.into_inner()
    })?;
    drop(inner);
    let mut idle = csd::Callback::new(0u32, |_, _| (), GFP_KERNEL)?;
    at.call(|| *idle.argument() += 1)?;
    let object = UniqueArc::pin_init(pin_init!(Shared { csd <- csd::Csd::new() }), GFP_KERNEL)?;
    let idle = csd::Idle::from(object);
    let (idle, shared) = at.call(|| {
        let shared = idle.shared();
        (idle, shared)
    })?;
    drop((idle, shared));
    Ok(())
}

pub(crate) fn csd_wait(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
        let (idle, _) = idle
            .call_on(at.other)
            .map_err(|refused| refused.error)?
            .wait(&task);
        let in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
        let Ok((idle, _)) = in_flight.wait_timeout(&task, 10_000) else {
            return Err(ETIMEDOUT);
        };
        let in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
        check!(in_flight.wait_killable(&task).is_ok());
        check!(csd::call(&task, at.other, |_| 2u32)? == 2);
        let mut slot = csd::Slot::new(|_: &IrqsOff| 3u32);
        csd::scope(&task, |scope| -> Result {
            let (idle, _) = scope.call_on(&mut slot, at.other)?.wait(&task);
            let mut in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
            while let Err(again) = in_flight.try_wait() {
                in_flight = again;
            }
            Ok(())
        })
    })?
}
