// SPDX-License-Identifier: GPL-2.0

//! Makes tokens of callbacks that are its own code, leaves them to `keeper`, and goes.

use crosscall::{
    calls::{
        deferred::{
            self,
            Policy, //
        },
        many,
        shared::{
            self,
            Serial, //
        },
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    time::{
        delay::fsleep,
        Delta, //
    },
};

mod shelved;
use shelved::*;

module! {
    type: Giver,
    name: "giver",
    authors: ["crosscall developers"],
    description: "Makes tokens and goes",
    license: "GPL v2",
}

fn job(_cx: &IrqsOff) -> u32 {
    42
}

fn nothing(_cx: &IrqsOff) {}

fn work(_cx: &irq_work::Context<Hard>) {}

fn bell(_cx: &shared::Context<Serial>) {}

/// What closures capture, to be dropped with them.
fn payload() -> Result<KBox<u32>> {
    Ok(KBox::new(1, GFP_KERNEL)?)
}

fn erased() -> Result<Erased> {
    let (one, two, three) = (payload()?, payload()?, payload()?);
    let call = csd::Callback::new(0, move |_, _| *one, GFP_KERNEL)?;
    let exclusive = irq_work::exclusive::Callback::new(move |_| _ = &two, GFP_KERNEL)?;
    let work = irq_work::Callback::new(move |_| _ = &three, GFP_KERNEL)?;
    Ok(Erased {
        call: call.into_inner(),
        exclusive: exclusive.into_inner(&TaskContext::new()),
        work: work.shared(),
    })
}

fn deferred() -> Result<deferred::Work<Boxed>> {
    let payload = payload()?;
    let boxed = Boxed(KBox::new(move |_: &IrqsOff| _ = &payload, GFP_KERNEL)?);
    Ok(deferred::Work::new(boxed, Policy::Defer, GFP_KERNEL)?)
}

/// Whether this module goes: its exit function has begun, and its memory is freed soon.
static GOES: Atomic<bool> = Atomic::<bool>::new(false);

/// Is dropped by code of this module, in a thread of keeper's.
struct Payload;

impl Drop for Payload {
    /// Lasts longer than what is left of rmmod, however long it was in coming.
    fn drop(&mut self) {
        for _ in 0..2000 {
            if GOES.load(Relaxed) {
                break;
            }
            fsleep(Delta::from_millis(10));
        }
        fsleep(Delta::from_millis(2000));
        pr_info!("the slow payload is dropped\n");
    }
}

fn slow() -> Result<Pin<KBox<Slow>>> {
    let payload = Payload;
    let call = move |_: &IrqsOff, _: &mut u32| {
        let _payload = &payload;
        0
    };
    Ok(csd::Callback::new(0, call, GFP_KERNEL)?.into_inner())
}

struct Giver;

impl Drop for Giver {
    fn drop(&mut self) {
        GOES.store(true, Relaxed);
    }
}

impl kernel::Module for Giver {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let here = CpuId::current();
        let idle = || csd::new(job as Job, GFP_KERNEL);
        let exclusive = || irq_work::exclusive::new::<Hard, _>(nothing as fn(&IrqsOff), GFP_KERNEL);
        let new_work = || irq_work::new(work as fn(&irq_work::Context<Hard>), GFP_KERNEL);
        let asked = idle()?.call_on(here)?;
        let queued = exclusive()?.queue()?;
        put(KBox::new(
            Shelved {
                idle: idle()?,
                dropped: idle()?,
                ran: idle()?.call_on(here)?,
                given_up: idle()?.call_on(here)?,
                work: new_work()?,
                many: many::new(job as Job, GFP_KERNEL)?,
                bell: shared::serial(bell as fn(&shared::Context<Serial>), GFP_KERNEL)?,
                exclusive: exclusive()?,
                taken_back: Some((idle()?, exclusive()?, new_work()?)),
                again: Some((idle()?, exclusive()?)),
                deferred: deferred()?,
                erased: erased()?,
                slow: Some(slow()?),
                make_fixed: Fixed::new,
                fixed: [Fixed::new(), Fixed::new()],
                fresh: [Fresh::new(1)?, Fresh::new(2)?],
                watched: Some(Watched {
                    stalls: [asked.stall(), queued.stall()],
                    job: asked,
                    work: queued,
                }),
            },
            GFP_KERNEL,
        )?);
        Ok(Self)
    }
}
