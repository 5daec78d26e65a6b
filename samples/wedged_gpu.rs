// SPDX-License-Identifier: GPL-2.0

//! A GPU hangs while all CPUs submit requests to it, in interrupt context. The driver replaces the
//! submit function by one that fails requests, knows when no CPU is in the old one, resets the GPU,
//! and puts the old one back. i915 did that with `stop_machine()` until 2017.
//!
//! The GPU is made up; the interrupts are real. Prints what each CPU did. Needs two CPUs: an
//! interrupt that raises itself again on its own CPU leaves that CPU no time for anything else.

use crosscall::{
    calls::quiesce::{
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::Cpumask,
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
    time::{
        delay::fsleep,
        Delta, //
    },
};

module! {
    type: WedgedGpu,
    name: "wedged_gpu",
    authors: ["crosscall developers"],
    description: "Replaces a submit function that all CPUs call in interrupt context",
    license: "GPL v2",
    params: {
        ms: u32 {
            default: 100,
            description: "How long the GPU works, is reset, and works again (1 to 10000)",
        },
    },
}

struct Request {
    number: u64,
}

/// What a CPU has done.
struct Counts {
    written: Atomic<u64>,
    failed: Atomic<u64>,
}

struct Gpu {
    /// Where requests are written to.
    ring: Atomic<u64>,
    resetting: Atomic<bool>,
    /// Requests that were written during a reset: on real hardware, the next hang.
    disturbed: Atomic<u64>,
    cpus: KVec<Counts>,
}

impl Gpu {
    fn new() -> Result<Arc<Self>> {
        let mut cpus = KVec::new();
        for _ in 0..nr_cpu_ids() {
            let counts = Counts {
                written: Atomic::new(0),
                failed: Atomic::new(0),
            };
            cpus.push(counts, GFP_KERNEL)?;
        }
        Ok(Arc::new(
            Self {
                ring: Atomic::new(0),
                resetting: Atomic::<bool>::new(false),
                disturbed: Atomic::new(0),
                cpus,
            },
            GFP_KERNEL,
        )?)
    }

    fn counts(&self, cx: &IrqsOff) -> &Counts {
        &self.cpus[cx.cpu().as_u32() as usize]
    }

    fn write(&self, request: &Request, cx: &IrqsOff) {
        self.ring.store(request.number, Relaxed);
        if self.resetting.load(Relaxed) {
            self.disturbed.fetch_add(1, Relaxed);
        }
        self.counts(cx).written.fetch_add(1, Relaxed);
    }

    fn fail(&self, _request: &Request, cx: &IrqsOff) {
        self.counts(cx).failed.fetch_add(1, Relaxed);
    }

    fn reset(&self) {
        self.resetting.xchg(true, Full);
        let disturbed = self.disturbed.load(Relaxed);
        sleep();
        self.resetting.xchg(false, Full);
        pr_info!(
            "the GPU is reset; {} requests were written meanwhile\n",
            self.disturbed.load(Relaxed) - disturbed,
        );
    }
}

type Submit = Callback<Request>;

struct Driver {
    submit: Handler<Submit>,
    requests: Atomic<u64>,
}

impl Driver {
    /// An interrupt that has a request to submit.
    fn interrupt(&self, cx: &IrqsOff) {
        let number = self.requests.fetch_add(1, Relaxed);
        self.submit.call(cx, &Request { number });
    }

    /// What hang recovery does.
    fn recover(&self, gpu: &Gpu, failing: Quiesced<Submit>, task: &TaskContext) {
        let working = self.submit.replace(failing, GracePeriod::Expedited, task);
        gpu.reset();
        drop(self.submit.replace(working, GracePeriod::Normal, task));
    }
}

/// Interrupts that go from CPU to CPU until they are dropped, or no other CPU is left: one for
/// every two of them.
fn raise_interrupts(driver: &Arc<Driver>, task: &TaskContext) -> Result<KVec<impl Drop>> {
    let mut interrupts = KVec::new();
    for cpu in online_cpus().step_by(2) {
        let driver = driver.clone();
        let interrupt = irq_work::new::<Hard, _>(
            move |cx| {
                driver.interrupt(cx);
                let next = next_cpu(cx.cpu());
                if next != cx.cpu() {
                    let _ = cx.requeue_on(next);
                }
            },
            GFP_KERNEL,
        )?;
        interrupt.queue_on(cpu, task)?;
        interrupts.push(interrupt, GFP_KERNEL)?;
    }
    Ok(interrupts)
}

struct WedgedGpu;

impl kernel::Module for WedgedGpu {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let ms = param::<u32>(module_parameters::ms.value());
        if !(1..=10_000).contains(&ms) {
            pr_err!("ms={ms}: must be 1 to 10000\n");
            return Err(EINVAL);
        }
        if online_cpus().count() < 2 {
            pr_err!("needs 2 CPUs online, there is 1: nothing would run beside the reset\n");
            return Err(ENODEV);
        }

        let task = TaskContext::new();
        let gpu = Gpu::new()?;
        let working = Callback::new(
            {
                let gpu = gpu.clone();
                move |cx, request: &Request| gpu.write(request, cx)
            },
            GFP_KERNEL,
        )?;
        // Made in time: recovery must not fail for want of memory.
        let failing = Callback::new(
            {
                let gpu = gpu.clone();
                move |cx, request: &Request| gpu.fail(request, cx)
            },
            GFP_KERNEL,
        )?;
        let driver = Arc::new(
            Driver {
                submit: Handler::new(working),
                requests: Atomic::new(0),
            },
            GFP_KERNEL,
        )?;

        let interrupts = raise_interrupts(&driver, &task)?;
        sleep();
        driver.recover(&gpu, failing, &task);
        sleep();
        drop(interrupts);
        let mut failed = 0;
        for (cpu, counts) in gpu.cpus.iter().enumerate() {
            failed += counts.failed.load(Relaxed);
            pr_info!(
                "CPU {}: {} requests written, {} failed\n",
                cpu,
                counts.written.load(Relaxed),
                counts.failed.load(Relaxed),
            );
        }
        if failed == 0 {
            pr_err!("no request came during the reset, which shows nothing\n");
            return Err(EIO);
        }
        Ok(Self)
    }
}

fn sleep() {
    let ms = param::<u32>(module_parameters::ms.value());
    fsleep(Delta::from_millis(ms.into()));
}

fn online_cpus() -> impl Iterator<Item = CpuId> {
    // SAFETY: The mask is there for good; a racy read is fine.
    let online = unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) };
    (0..nr_cpu_ids())
        .filter_map(CpuId::from_u32)
        .filter(move |&cpu| online.test(cpu))
}

fn next_cpu(cpu: CpuId) -> CpuId {
    online_cpus()
        .find(|other| other.as_u32() > cpu.as_u32())
        .or_else(|| online_cpus().next())
        .unwrap_or(cpu)
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
fn param<T: Copy>(value: impl core::borrow::Borrow<T>) -> T {
    *value.borrow()
}
