// SPDX-License-Identifier: GPL-2.0

//! A timer interrupts every millisecond. It gives what it has measured to a handler, which is
//! replaced while the timer goes on, and queues a work. Then all CPUs are asked at once.

use crosscall::{
    calls::{
        many,
        quiesce::{
            self,
            GracePeriod,
            Handler, //
        },
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        self,
        CallbackHandle,
        Hard, //
    },
};
use kernel::{
    impl_has_hr_timer,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        ArcBorrow, //
    },
    time::{
        delay::fsleep,
        hrtimer::{
            ArcHrTimerHandle,
            HrTimer,
            HrTimerCallback,
            HrTimerCallbackContext,
            HrTimerHandle,
            HrTimerPointer,
            HrTimerRestart,
            RelativePinnedHardMode, //
        },
        Delta,
        Monotonic, //
    },
};

module! {
    type: Driver,
    name: "my_driver",
    authors: ["your name"],
    description: "Calls all CPUs, replaces a handler, and queues work from a timer",
    license: "GPL",
}

const PERIOD: Delta = Delta::from_millis(1);

/// What the timer measures.
struct Sample {
    number: u32,
}

/// What handlers and the work count.
struct Counts {
    before: Atomic<u32>,
    after: Atomic<u32>,
    worked: Atomic<u32>,
}

/// The timer, and what its interrupt uses.
#[pin_data]
struct Sampler {
    #[pin]
    timer: HrTimer<Self>,
    handler: Handler<quiesce::Callback<Sample>>,
    work: CallbackHandle<Hard>,
    samples: Atomic<u32>,
}

impl_has_hr_timer! {
    impl HasHrTimer<Self> for Sampler {
        mode: RelativePinnedHardMode<Monotonic>, field: self.timer
    }
}

impl HrTimerCallback for Sampler {
    type Pointer<'a> = Arc<Self>;

    fn run(
        this: ArcBorrow<'_, Self>,
        mut timer: HrTimerCallbackContext<'_, Self>,
    ) -> HrTimerRestart {
        let number = this.samples.fetch_add(1, Relaxed);
        // Interrupts are off in the modes that say `Hard`.
        let called = IrqsOff::try_with(|cx| this.handler.call(cx, &Sample { number }));
        // `Ok(false)`: a run is pending, and will see what was counted here.
        if called.is_err() || this.work.queue().is_err() {
            return HrTimerRestart::NoRestart;
        }
        timer.forward_now(PERIOD);
        HrTimerRestart::Restart
    }
}

/// Asks all CPUs at once, and returns how many have answered.
fn ask_all(task: &TaskContext) -> Result<usize> {
    let idle = many::new(|cx| cx.cpu().as_u32() * 10, GFP_KERNEL)?; // the one allocation
    let in_flight = idle.call_all()?; // returns at once
    let done = in_flight.wait(task);
    let mut answers = 0;
    for (cpu, answer) in &done {
        // ENXIO: the CPU is offline.
        if let Ok(value) = answer {
            pr_info!("CPU {} answered {}\n", cpu.as_u32(), value);
            answers += 1;
        }
    }
    Ok(answers)
}

struct Driver {
    counts: Arc<Counts>,
    sampler: Arc<Sampler>,
    running: ArcHrTimerHandle<Sampler>,
}

impl kernel::Module for Driver {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new(); // we may sleep: the right to wait
        let counts = Arc::new(
            Counts {
                before: Atomic::new(0),
                after: Atomic::new(0),
                worked: Atomic::new(0),
            },
            GFP_KERNEL,
        )?;

        let seen = counts.clone();
        let first = quiesce::Callback::new(
            move |_cx, _sample: &Sample| _ = seen.before.fetch_add(1, Relaxed),
            GFP_KERNEL,
        )?;
        let seen = counts.clone();
        let second = quiesce::Callback::new(
            move |_cx, sample: &Sample| _ = seen.after.xchg(sample.number, Relaxed),
            GFP_KERNEL,
        )?;
        let seen = counts.clone();
        let work =
            irq_work::Callback::new(move |_cx| _ = seen.worked.fetch_add(1, Relaxed), GFP_KERNEL)?;

        let sampler = pin_init!(Sampler {
            timer <- HrTimer::new(),
            handler: Handler::new(first),
            work,
            samples: Atomic::new(0),
        });
        let sampler = Arc::pin_init(sampler, GFP_KERNEL)?;
        let running = sampler.clone().start(PERIOD);

        fsleep(Delta::from_millis(50));
        // When this returns no CPU is in the old handler, which may be dropped.
        let old = sampler
            .handler
            .replace(second, GracePeriod::Expedited, &task);
        let last = counts.before.load(Relaxed);
        drop(old);
        fsleep(Delta::from_millis(50));
        pr_info!("the first handler had {} samples\n", last);

        pr_info!("{} CPUs have answered\n", ask_all(&task)?);
        Ok(Self {
            counts,
            sampler,
            running,
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The timer first: then nobody queues the work any more.
        self.running.cancel();
        self.sampler.work.sync(&TaskContext::new());
        pr_info!(
            "{} samples, the last of the second handler is {}, and {} runs of the work\n",
            self.sampler.samples.load(Relaxed),
            self.counts.after.load(Relaxed),
            self.counts.worked.load(Relaxed)
        );
    }
}
