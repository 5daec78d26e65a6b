// SPDX-License-Identifier: GPL-2.0

//! Requests to a CPU that runs user code, one command after the other, so that the caller can count
//! interrupts around each. In `/sys/kernel/debug/deferred_isolated/`:
//!
//! | file       | written, with a number N                       | read                         |
//! |------------|------------------------------------------------|------------------------------|
//! | `defer`    | N times: queue, then revoke                    | outcomes of the last command |
//! | `coalesce` | N times: queue                                 | likewise                     |
//! | `direct`   | N times: a csd call, and wait                  | likewise                     |
//! | `refuse`   | N times: queue by `Policy::Only`, and revoke   | likewise                     |
//! | `others`   | N times: queue on each other CPU, and revoke   | likewise                     |
//! | `ran`      |                                                | how often the work has run   |

use core::pin::Pin;
use crosscall::{
    calls::deferred::{
        Deferred,
        Outcome,
        Policy,
        Work, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    debugfs::{
        Dir,
        File, //
    },
    fmt,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
    },
    uaccess::UserSliceReader,
};

mod support;
use support::*;

module! {
    type: Isolated,
    name: "deferred_isolated",
    authors: ["crosscall developers"],
    description: "Requests to an isolated CPU, on command",
    license: "GPL v2",
    params: {
        cpu: i32 {
            default: -1,
            description: "The CPU; -1: the last one",
        },
    },
}

/// The work.
struct Counter(Atomic<u64>);

impl Deferred for Counter {
    fn run(&self, _cx: &IrqsOff) {
        self.0.fetch_add(1, Relaxed);
    }
}

struct Control {
    work: Work<Counter>,
    only: Work<Counter>,
    cpu: CpuId,
    deferred: Atomic<u64>,
    already: Atomic<u64>,
    sent: Atomic<u64>,
    revoked: Atomic<u64>,
}

impl Control {
    fn reset(&self) {
        for counter in [&self.deferred, &self.already, &self.sent, &self.revoked] {
            counter.store(0, Relaxed);
        }
    }

    fn queue(&self) {
        match self.work.queue_on(self.cpu) {
            Outcome::Deferred => self.deferred.add(1, Relaxed),
            Outcome::AlreadyPending => self.already.add(1, Relaxed),
            _ => self.sent.add(1, Relaxed),
        }
    }
}

type Shared = Arc<Control>;

fn number(reader: &mut UserSliceReader) -> Result<u32> {
    let mut text = [0; 16];
    let len = reader.len().min(text.len());
    reader.read_slice(&mut text[..len])?;
    let text = core::str::from_utf8(&text[..len]).map_err(|_| EINVAL)?;
    text.trim().parse().map_err(|_| EINVAL)
}

fn defer(control: &Shared, reader: &mut UserSliceReader) -> Result {
    let n = number(reader)?;
    control.reset();
    for _ in 0..n {
        control.queue();
        if control.work.cancel_on(control.cpu) {
            control.revoked.add(1, Relaxed);
        }
    }
    Ok(())
}

fn coalesce(control: &Shared, reader: &mut UserSliceReader) -> Result {
    let n = number(reader)?;
    control.reset();
    for _ in 0..n {
        control.queue();
    }
    Ok(())
}

/// What the CPU should not notice: it is in the kernel, or nothing is pending.
fn refuse(control: &Shared, reader: &mut UserSliceReader) -> Result {
    let n = number(reader)?;
    control.reset();
    for _ in 0..n {
        match control.only.queue_on(control.cpu) {
            Outcome::Refused => (),
            _ => control.sent.add(1, Relaxed),
        }
        for work in [&control.only, &control.work] {
            if work.cancel_on(control.cpu) {
                control.revoked.add(1, Relaxed);
            }
        }
    }
    Ok(())
}

/// What is not for that CPU.
fn others(control: &Shared, reader: &mut UserSliceReader) -> Result {
    let n = number(reader)?;
    control.reset();
    for _ in 0..n {
        for cpu in all_cpus().filter(|&cpu| cpu != control.cpu) {
            for work in [&control.only, &control.work] {
                if work.queue_on(cpu).is_accepted() {
                    control.sent.add(1, Relaxed);
                }
                _ = work.cancel_on(cpu);
            }
        }
    }
    Ok(())
}

fn direct(control: &Shared, reader: &mut UserSliceReader) -> Result {
    let n = number(reader)?;
    let task = TaskContext::new();
    control.reset();
    for _ in 0..n {
        csd::call(&task, control.cpu, |_| ())?;
        control.sent.add(1, Relaxed);
    }
    Ok(())
}

fn show_outcomes(control: &Shared, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [deferred, already, sent, revoked] = [
        control.deferred.load(Relaxed),
        control.already.load(Relaxed),
        control.sent.load(Relaxed),
        control.revoked.load(Relaxed),
    ];
    writeln!(
        f,
        "deferred {deferred} already {already} sent {sent} revoked {revoked}"
    )
}

fn show_ran(control: &Shared, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "{}", control.work.0.load(Relaxed))
}

type OneFile = Pin<KBox<File<Shared>>>;

struct Isolated {
    _files: [OneFile; 6],
}

impl kernel::Module for Isolated {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let control = Arc::new(
            Control {
                work: Work::new(Counter(Atomic::new(0)), Policy::Defer, GFP_KERNEL)?,
                only: Work::new(Counter(Atomic::new(0)), Policy::Only, GFP_KERNEL)?,
                cpu: cpu_or_last("cpu", param(module_parameters::cpu.value()))?,
                deferred: Atomic::new(0),
                already: Atomic::new(0),
                sent: Atomic::new(0),
                revoked: Atomic::new(0),
            },
            GFP_KERNEL,
        )?;
        let dir = Dir::new(c"deferred_isolated");
        let data = || control.clone();
        Ok(Self {
            _files: [
                KBox::pin_init(
                    dir.read_write_callback_file(c"defer", data(), &show_outcomes, &defer),
                    GFP_KERNEL,
                )?,
                KBox::pin_init(
                    dir.read_write_callback_file(c"coalesce", data(), &show_outcomes, &coalesce),
                    GFP_KERNEL,
                )?,
                KBox::pin_init(
                    dir.read_write_callback_file(c"direct", data(), &show_outcomes, &direct),
                    GFP_KERNEL,
                )?,
                KBox::pin_init(
                    dir.read_write_callback_file(c"refuse", data(), &show_outcomes, &refuse),
                    GFP_KERNEL,
                )?,
                KBox::pin_init(
                    dir.read_write_callback_file(c"others", data(), &show_outcomes, &others),
                    GFP_KERNEL,
                )?,
                KBox::pin_init(
                    dir.read_callback_file(c"ran", data(), &show_ran),
                    GFP_KERNEL,
                )?,
            ],
        })
    }
}
