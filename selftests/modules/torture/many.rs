// SPDX-License-Identifier: GPL-2.0

//! Calls over an object of each thread to any set of CPUs, waited for in each way.

use super::{
    super::in_context::Context,
    dawdle,
    Dice,
    Ledger,
    Place,
    Tracked,
    CPUS, //
};
use crosscall::{
    calls::many::{
        Callback,
        Done,
        Idle,
        InFlight, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    cpu::CpuId,
    cpumask::CpumaskVar,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("many");

pub(crate) struct Book {
    /// How often it ran on each CPU, written by the callback. Not by one atomic operation: each CPU
    /// must be alone.
    runs: [Atomic<u64>; CPUS],
    /// Written by the sender before each call.
    number: u64,
    dawdle_us: u32,
    _tracked: Tracked,
}

impl Callback for Book {
    type Output = (CpuId, u64);

    fn run(&self, cx: &IrqsOff) -> (CpuId, u64) {
        LEDGER.enter(cx, None);
        if let Some(runs) = self.runs.get(cx.cpu().as_u32() as usize) {
            runs.store(runs.load(Relaxed) + 1, Relaxed);
        }
        dawdle(self.dawdle_us, self.number);
        (cx.cpu(), self.number)
    }
}

/// To which CPUs a call goes, and how.
struct To {
    /// A bit for each.
    cpus: u64,
    /// To all, those included that cannot be there.
    all: bool,
    way: u32,
}

impl To {
    fn choose(dice: &mut Dice) -> Self {
        Self {
            cpus: dice.bits(),
            all: dice.choose(16) == 0,
            way: dice.choose(16),
        }
    }
}

/// What a thread has.
pub(crate) struct Sender {
    idle: Option<Idle<Book>>,
    /// A call that no operation has waited for.
    in_flight: Option<InFlight<Book>>,
    cpus: CpumaskVar,
    /// How often it must have run on each CPU.
    expected: [u64; CPUS],
}

impl Sender {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        let book = Book {
            runs: [const { Atomic::new(0) }; CPUS],
            number: 0,
            dawdle_us,
            _tracked: Tracked::new(&LEDGER),
        };
        Ok(Self {
            idle: Some(Idle::new(book, GFP_KERNEL)?),
            in_flight: None,
            cpus: CpumaskVar::new_zero(GFP_KERNEL)?,
            expected: [0; CPUS],
        })
    }

    pub(crate) fn step(&mut self, dice: &mut Dice, task: &TaskContext) {
        self.finish(task);
        if dice.choose(256) == 0 {
            let cpu = dice.cpu();
            self.idle = self.idle.take().and_then(|idle| call_in_nmi(idle, cpu));
        } else if let Some(call) = self.call(To::choose(dice), task) {
            self.enter(wait(call, dice, task));
        }
    }

    /// Without a wait.
    pub(crate) fn quick_step(&mut self, dice: &mut Dice, task: &TaskContext) {
        let to = To::choose(dice);
        self.in_flight = match self.in_flight.take().map(InFlight::try_wait) {
            None => self.call(to, task),
            Some(Err(call)) => Some(call),
            Some(Ok(done)) => {
                self.enter(done);
                None
            }
        };
    }

    pub(crate) fn finish(&mut self, task: &TaskContext) {
        if let Some(call) = self.in_flight.take() {
            self.enter(call.wait(task));
        }
    }

    fn call(&mut self, to: To, task: &TaskContext) -> Option<InFlight<Book>> {
        let mut idle = self.idle.take()?;
        for n in 0..CPUS {
            let Some(cpu) = CpuId::from_u32(n as u32) else {
                break;
            };
            if to.cpus >> n & 1 == 1 {
                self.cpus.set(cpu);
            } else {
                self.cpus.clear(cpu);
            }
        }
        if to.all {
            self.cpus.setall();
        }
        idle.number += 1;
        let cpus = &self.cpus;
        let called = match to.way {
            // Not by mask then.
            0 => IrqsOff::with(|_| idle.call_by_mask(cpus, task)),
            1..9 => idle.call_by_mask(cpus, task),
            _ => idle.call(cpus),
        };
        Ledger::note(&LEDGER.errors, called.is_err());
        called.ok()
    }

    fn enter(&mut self, done: Done<Book>) {
        for (cpu, result) in &done {
            let n = cpu.as_u32() as usize;
            Ledger::note(&LEDGER.misplaced, !self.cpus.test(cpu));
            match result {
                Ok(&result) => {
                    LEDGER.answer(Some(cpu), true);
                    Ledger::note(&LEDGER.early, result != (cpu, done.number));
                    self.expected[n] += 1;
                }
                Err(error) => {
                    LEDGER.answer(Some(cpu), false);
                    Ledger::note(&LEDGER.errors, error != ENXIO);
                }
            }
        }
        for (runs, expected) in done.runs.iter().zip(&self.expected) {
            let runs = runs.load(Relaxed);
            Ledger::note(&LEDGER.doubled, runs > *expected);
            Ledger::note(&LEDGER.lost, runs < *expected);
        }
        self.idle = Some(done.into_idle());
    }
}

/// Is refused.
fn call_in_nmi(idle: Idle<Book>, cpu: CpuId) -> Option<Idle<Book>> {
    let mut idle = Some(idle);
    let mut called = None;
    Place::In(Context::Nmi, cpu).run(|| called = idle.take().map(Idle::call_all));
    match called {
        Some(Err(refused)) => {
            Ledger::note(&LEDGER.refused, true);
            Ledger::note(&LEDGER.errors, refused.error != EPERM);
            Some(refused.token)
        }
        Some(Ok(_)) => {
            Ledger::note(&LEDGER.errors, true);
            None
        }
        // The NMI was not reached.
        None => idle,
    }
}

fn wait(mut call: InFlight<Book>, dice: &mut Dice, task: &TaskContext) -> Done<Book> {
    match dice.roll(4) {
        0 => {
            for _ in 0..100 {
                call = match call.try_wait() {
                    Ok(done) => return done,
                    Err(call) => call,
                };
            }
        }
        1 => {
            while let Some((cpu, &(ran_on, number))) = call.wait_any(task) {
                Ledger::note(&LEDGER.early, cpu != ran_on || number != call.number);
            }
        }
        2 => {
            call = match call.wait_timeout(task, 1) {
                Ok(done) => return done,
                Err(timed_out) => timed_out.in_flight,
            }
        }
        _ => (),
    }
    call.wait(task)
}
