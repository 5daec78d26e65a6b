// SPDX-License-Identifier: GPL-2.0

//! Calls that all CPUs fire, overlapping and serial.

use super::{
    dawdle,
    Dice,
    Ledger,
    Numbers,
    Tracked, //
};
use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Fired,
        Mode, //
    },
    context::TaskContext,
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("shared");

struct Book {
    numbers: Numbers,
    inside: Atomic<u32>,
    _tracked: Tracked,
}

impl Book {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                numbers: Numbers::new(),
                inside: Atomic::new(0),
                _tracked: Tracked::new(&LEDGER),
            },
            GFP_KERNEL,
        )?)
    }

    /// `attempts`: how many the run stands for, if the call is serial.
    fn run(&self, attempts: Option<u64>, dawdle_us: u32) {
        let alone = self.inside.fetch_add(1, Relaxed) == 0;
        Ledger::note(&LEDGER.doubled, attempts.is_some() && !alone);
        self.numbers.look();
        let runs = LEDGER.ran.fetch_add(attempts.unwrap_or(1), Relaxed);
        dawdle(dawdle_us, runs);
        self.inside.fetch_sub(1, Relaxed);
    }
}

/// A call, whichever its mode.
trait Fire: Send + Sync {
    fn fire(&self, cpu: CpuId, task: &TaskContext) -> Result<Fired>;
    fn fire_here(&self) -> Result<Fired>;
    fn sync(&self, task: &TaskContext);
}

impl<M: Mode, F: Callback<M>> Fire for Call<M, F> {
    fn fire(&self, cpu: CpuId, task: &TaskContext) -> Result<Fired> {
        Call::fire(self, cpu, task)
    }
    fn fire_here(&self) -> Result<Fired> {
        Call::fire_here(self)
    }
    fn sync(&self, task: &TaskContext) {
        Call::sync(self, task);
    }
}

pub(crate) struct Object {
    call: KBox<dyn Fire>,
    book: Arc<Book>,
    /// A busy attempt is then one that a run stands for.
    serial: bool,
}

/// What all CPUs share.
pub(crate) struct Load {
    objects: [Object; 2],
}

impl Load {
    pub(crate) fn new(us: u32) -> Result<Self> {
        let [a, b] = [Book::new()?, Book::new()?];
        let [of_a, of_b] = [a.clone(), b.clone()];
        let overlapping = move |_: &shared::Context<_>| of_a.run(None, us);
        let serial = move |cx: &shared::Context<_>| of_b.run(Some(cx.attempts()), us);
        Ok(Self {
            objects: [
                Object {
                    call: KBox::new(shared::new(overlapping, GFP_KERNEL)?, GFP_KERNEL)?,
                    book: a,
                    serial: false,
                },
                Object {
                    call: KBox::new(shared::serial(serial, GFP_KERNEL)?, GFP_KERNEL)?,
                    book: b,
                    serial: true,
                },
            ],
        })
    }

    pub(crate) fn step(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        let Some((object, number)) = self.fire(me, dice, task) else {
            return;
        };
        if dice.roll(8) == 0 {
            object.call.sync(task);
            Ledger::note(&LEDGER.early, !object.book.numbers.has_seen(me, number));
        }
    }

    /// Returns the object, and the number that a run of it is to see.
    pub(crate) fn fire(
        &self,
        me: usize,
        dice: &mut Dice,
        task: &TaskContext,
    ) -> Option<(&Object, u64)> {
        let object = &self.objects[dice.choose(2) as usize];
        let (way, cpu) = (dice.choose(4), dice.cpu());
        let number = object.book.numbers.raise(me);
        let attempt = match way {
            0 => object.call.fire_here(),
            _ => object.call.fire(cpu, task),
        };
        match attempt {
            Ok(fired) => {
                let counted = object.serial || fired == Fired::Queued;
                let of = if counted {
                    &LEDGER.accepted
                } else {
                    &LEDGER.refused
                };
                Ledger::note(of, true);
                Some((object, number))
            }
            Err(error) => {
                Ledger::note(&LEDGER.refused, true);
                Ledger::note(&LEDGER.errors, error != ENXIO);
                None
            }
        }
    }

    pub(crate) fn finish(&self, task: &TaskContext) {
        self.objects
            .iter()
            .for_each(|object| object.call.sync(task));
    }
}
