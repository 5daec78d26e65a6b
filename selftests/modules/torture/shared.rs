// SPDX-License-Identifier: GPL-2.0

//! Calls that all CPUs fire in all contexts, overlapping and serial; and serial ones of one thread,
//! which are given up.

use super::{
    dawdle,
    Dice,
    Ledger,
    Numbers,
    Place,
    Tracked,
    CALLBACKS_THAT_SEND,
    NO_MEMORY, //
};
use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Fired,
        Mode,
        Serial, //
    },
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
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

    /// Returns which run it is. `attempts`: how many it stands for, if the call is serial; those
    /// that found it busy did not choose the CPU.
    fn run(&self, cx: &IrqsOff, attempts: Option<u64>, dawdle_us: u32) -> u64 {
        let alone = self.inside.fetch_add(1, Relaxed) == 0;
        Ledger::note(&LEDGER.doubled, attempts.is_some() && !alone);
        self.numbers.look();
        let runs = match attempts {
            Some(attempts) => LEDGER.run(None, attempts),
            None => LEDGER.run(Some(cx.cpu()), 1),
        };
        dawdle(dawdle_us, runs);
        self.inside.fetch_sub(1, Relaxed);
        runs
    }
}

/// A call, whichever its mode.
trait Fire: Send + Sync {
    fn fire(&self, cpu: CpuId) -> Result<Fired>;
    fn fire_here(&self) -> Result<Fired>;
    fn sync(&self, task: &TaskContext);
}

impl<M: Mode, F: Callback<M>> Fire for Call<M, F> {
    fn fire(&self, cpu: CpuId) -> Result<Fired> {
        Call::fire(self, cpu, &NotInNmi::new()?)
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

impl Object {
    fn fire(&self, cpu: CpuId) -> bool {
        self.note(Some(cpu), self.call.fire(cpu))
    }

    /// One that overlaps with interrupts off, so that its CPU is known.
    fn fire_here(&self) -> bool {
        if self.serial {
            return self.note(None, self.call.fire_here());
        }
        IrqsOff::with(|cx| self.fire_on_this(cx.cpu()))
    }

    /// On a CPU which is this one, and stays so. Any context.
    fn fire_on_this(&self, cpu: CpuId) -> bool {
        self.note(Some(cpu), self.call.fire_here())
    }

    /// Returns whether a run is to come.
    fn note(&self, cpu: Option<CpuId>, attempt: Result<Fired>) -> bool {
        if self.serial {
            return note_serial(None, attempt);
        }
        LEDGER.answer(cpu, attempt == Ok(Fired::Queued));
        is_ok(attempt)
    }
}

/// One that found it busy is accepted as well: a run stands for it.
fn note_serial(cpu: Option<CpuId>, attempt: Result<Fired>) -> bool {
    LEDGER.answer(cpu, attempt.is_ok());
    is_ok(attempt)
}

fn is_ok(attempt: Result<Fired>) -> bool {
    let error = attempt.err();
    Ledger::note(&LEDGER.errors, error.is_some_and(|error| error != ENXIO));
    error.is_none()
}

/// A serial call of its own, fired on one CPU alone, and given up while it may be pending. It is
/// idle when it is fired, so that it runs there.
fn alone(dawdle_us: u32, to: CpuId, task: &TaskContext) -> Result {
    let tracked = Tracked::new(&LEDGER);
    let run = move |cx: &shared::Context<Serial>| {
        let _ = &tracked;
        let run = LEDGER.run(Some(cx.cpu()), cx.attempts());
        Ledger::note(&LEDGER.misplaced, cx.cpu() != to);
        Ledger::note(&LEDGER.doubled, cx.attempts() != 1);
        dawdle(dawdle_us, run * 64);
    };
    let call = shared::serial(run, GFP_KERNEL)?;
    for _ in 0..3 {
        call.sync(task);
        note_serial(Some(to), call.fire(to, task));
    }
    Ok(())
}

/// What all CPUs share.
pub(crate) struct Load {
    objects: [Object; 2],
    dawdle_us: u32,
}

impl Load {
    pub(crate) fn new(us: u32) -> Result<Self> {
        let [a, b] = [Book::new()?, Book::new()?];
        let [of_a, of_b] = [a.clone(), b.clone()];
        let serial = move |cx: &shared::Context<_>| {
            of_b.run(cx, Some(cx.attempts()), us);
        };
        let serial = shared::serial(serial, GFP_KERNEL)?;
        let next = serial.clone();
        let overlapping = move |cx: &shared::Context<_>| {
            let runs = of_a.run(cx, None, us);
            // Some fire the other call, on the next CPU. That fires none.
            if runs % CALLBACKS_THAT_SEND == 1 {
                if let Some(cpu) = CpuId::from_u32((cx.cpu().as_u32() + 1) % nr_cpu_ids()) {
                    note_serial(None, next.fire(cpu, cx));
                }
            }
        };
        Ok(Self {
            objects: [
                Object {
                    call: KBox::new(shared::new(overlapping, GFP_KERNEL)?, GFP_KERNEL)?,
                    book: a,
                    serial: false,
                },
                Object {
                    call: KBox::new(serial, GFP_KERNEL)?,
                    book: b,
                    serial: true,
                },
            ],
            dawdle_us: us,
        })
    }

    pub(crate) fn step(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        let (is_alone, to) = (dice.choose(128) == 0, dice.cpu());
        if is_alone {
            let made = alone(self.dawdle_us, to, task);
            // There may be no memory.
            return Ledger::note(&NO_MEMORY, made.is_err());
        }
        let Some((object, number)) = self.fire(me, Place::choose(dice), dice) else {
            return;
        };
        if dice.roll(8) == 0 {
            object.call.sync(task);
            Ledger::note(&LEDGER.early, !object.book.numbers.has_seen(me, number));
        }
    }

    /// Returns the object, and the number that a run of it is to see.
    pub(crate) fn fire(&self, me: usize, place: Place, dice: &mut Dice) -> Option<(&Object, u64)> {
        let object = &self.objects[dice.choose(2) as usize];
        let (way, cpu) = (dice.choose(4), dice.cpu());
        let number = object.book.numbers.raise(me);
        let mut is_to_run = false;
        place.run(|| {
            is_to_run = match way {
                _ if place.is_nmi() => object.fire_on_this(CpuId::current()),
                0 => object.fire_here(),
                _ => object.fire(cpu),
            }
        });
        is_to_run.then_some((object, number))
    }

    pub(crate) fn finish(&self, task: &TaskContext) {
        // The first one fires the other.
        self.objects
            .iter()
            .for_each(|object| object.call.sync(task));
    }
}
