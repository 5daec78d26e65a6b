// SPDX-License-Identifier: GPL-2.0

//! A handler that all CPUs call, and replace: a replaced one is not called any more. And flushes:
//! what was queued before has ended.

use super::{
    super::support::*,
    dawdle,
    Dice,
    Ledger,
    Place,
    Tracked,
    NO_MEMORY, //
};
use crosscall::{
    calls::quiesce::{
        flush_cpu,
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        Hard,
        Lazy,
        Mode, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Full,
                Relaxed, //
            },
            Atomic, //
        },
        Arc, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("quiesce");

struct Version {
    inside: Atomic<u32>,
    /// Whether a CPU that replaces it waits for another one to be inside, which then stays there.
    awaited: Atomic<bool>,
    retired: Atomic<bool>,
    _tracked: Tracked,
}

impl Version {
    fn new() -> Result<Quiesced<Self>> {
        Quiesced::new(
            Self {
                inside: Atomic::new(0),
                awaited: Atomic::<bool>::new(false),
                retired: Atomic::<bool>::new(false),
                _tracked: Tracked::new(&LEDGER),
            },
            GFP_KERNEL,
        )
    }

    fn run(&self, us: u32, n: u64) {
        self.inside.fetch_add(1, Full);
        Ledger::note(&LEDGER.early, self.retired.load(Relaxed));
        if self.awaited.load(Relaxed) {
            spin_ns(u64::from(us) * 20_000);
        } else {
            dawdle(us, n);
        }
        Ledger::note(&LEDGER.early, self.retired.load(Relaxed));
        self.inside.fetch_sub(1, Full);
    }

    /// The replacer says that no CPU runs it any more.
    fn retire(&self) {
        self.retired.xchg(true, Full);
        Ledger::note(&LEDGER.early, self.inside.load(Relaxed) != 0);
    }
}

impl Drop for Version {
    fn drop(&mut self) {
        Ledger::note(&LEDGER.early, self.inside.load(Relaxed) != 0);
    }
}

/// What all CPUs share.
pub(crate) struct Load {
    handler: Handler<Version>,
    dawdle_us: u32,
}

impl Load {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        Ok(Self {
            handler: Handler::new(Version::new()?),
            dawdle_us,
        })
    }

    /// Each call is a message, and each replacement as well.
    pub(crate) fn step(&self, dice: &mut Dice, task: &TaskContext) {
        LEDGER.answer(None, true);
        match dice.choose(200) {
            0 => self.replace(GracePeriod::Expedited, task),
            1 if dice.choose(4) == 0 => self.replace(GracePeriod::Normal, task),
            2 => self.replace_async(dice, task),
            3 => {
                // There may be no memory.
                let flushed = flush(self.dawdle_us, dice.cpu(), task);
                Ledger::note(&NO_MEMORY, flushed.is_err());
            }
            _ => self.call_handler(Place::choose(dice), dice),
        }
        LEDGER.run(None, 1);
    }

    /// Without a wait.
    pub(crate) fn quick_step(&self, dice: &mut Dice) {
        LEDGER.answer(None, true);
        self.call_handler(Place::Here, dice);
        LEDGER.run(None, 1);
    }

    fn call_handler(&self, place: Place, dice: &mut Dice) {
        let n = dice.bits();
        place.run(|| {
            if place.is_nmi() {
                // It takes no time there.
                return self.handler.read(|version| version.run(0, n));
            }
            IrqsOff::with(|cx| {
                self.handler
                    .with(cx, |version| version.run(self.dawdle_us, n << 3))
            });
        });
    }

    /// A new version, when another CPU runs the one of today, if one comes in time.
    fn prepare(&self) -> Option<Quiesced<Version>> {
        let Ok(new) = Version::new() else {
            // Others call the handler meanwhile.
            Ledger::note(&NO_MEMORY, true);
            sleep_ms(1);
            return None;
        };
        self.handler
            .read(|version| version.awaited.store(true, Relaxed));
        let since = now_ns();
        while self.handler.read(|version| version.inside.load(Relaxed)) == 0
            && now_ns() - since < 1_000_000
        {
            core::hint::spin_loop();
        }
        Some(new)
    }

    fn replace(&self, how: GracePeriod, task: &TaskContext) {
        if let Some(new) = self.prepare() {
            self.handler.replace(new, how, task).retire();
        }
    }

    fn replace_async(&self, dice: &mut Dice, task: &TaskContext) {
        let waits = dice.choose(2) == 0;
        let Some(new) = self.prepare() else {
            return;
        };
        let old = self.handler.replace_async(new, task);
        if waits {
            old.wait(GracePeriod::Expedited, task).retire();
        }
    }
}

/// What a flush waits for.
struct Queued {
    left: Atomic<u32>,
    /// Whether all of it is queued.
    is_flushed: Atomic<bool>,
}

/// Queues calls and works on a CPU, behind a call that goes on until the CPU is being flushed: they
/// have ended after the flush.
fn flush(us: u32, cpu: CpuId, task: &TaskContext) -> Result {
    let queued = Arc::new(
        Queued {
            left: Atomic::new(0),
            is_flushed: Atomic::<bool>::new(false),
        },
        GFP_KERNEL,
    )?;
    let ns = u64::from(us) * 10_000;
    let its = queued.clone();
    let first = call(&queued, move || {
        let since = now_ns();
        while !its.is_flushed.load(Relaxed) && now_ns() - since < 10 * ns {
            core::hint::spin_loop();
        }
        spin_ns(3 * ns);
    })?;
    let second = call(&queued, || ())?;
    // Longer than a flush sleeps that has not ended.
    let hard = work::<Hard>(5 * ns, &queued)?;
    let lazy = work::<Lazy>(5 * ns, &queued)?;

    // Of a CPU that is not online nothing is expected.
    let expect = |is_queued: bool| {
        if !is_queued {
            queued.left.fetch_sub(1, Full);
        }
    };
    queued.left.fetch_add(4, Full);
    let first = first.call_on(cpu);
    expect(first.is_ok());
    let second = second.call_on(cpu);
    expect(second.is_ok());
    expect(hard.queue_on(cpu, task).is_ok());
    expect(lazy.queue_on(cpu, task).is_ok());
    queued.is_flushed.store(true, Relaxed);
    let flushed = flush_cpu(cpu, GracePeriod::Expedited, task);
    Ledger::note(&LEDGER.errors, flushed.is_err());
    Ledger::note(&LEDGER.early, queued.left.load(Relaxed) != 0);
    Ok(())
}

fn call(
    queued: &Arc<Queued>,
    f: impl Fn() + Send + 'static,
) -> Result<csd::Idle<impl csd::CsdPointer>> {
    let queued = queued.clone();
    let run = move |_: &IrqsOff| {
        f();
        queued.left.fetch_sub(1, Full);
    };
    Ok(csd::new(run, GFP_KERNEL)?)
}

fn work<M: Mode>(
    ns: u64,
    queued: &Arc<Queued>,
) -> Result<irq_work::Handle<impl irq_work::pointer::SharedPointer>> {
    let queued = queued.clone();
    let run = move |_: &irq_work::Context<M>| {
        spin_ns(ns);
        queued.left.fetch_sub(1, Full);
    };
    Ok(irq_work::new::<M, _>(run, GFP_KERNEL)?)
}
