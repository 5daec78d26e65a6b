// SPDX-License-Identifier: GPL-2.0

//! Works of each mode, which all CPUs queue, in NMIs too; and works that are given up while they
//! are pending or run.

use super::{
    dawdle,
    Dice,
    Ledger,
    Numbers,
    Tracked,
    UnderWay,
    NO_MEMORY, //
};
use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Hard,
        Lazy,
        Mode,
        Normal, //
    },
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

pub(crate) static LEDGER: Ledger = Ledger::new("irq_work");

struct Book {
    numbers: Numbers,
    under_way: UnderWay,
    _tracked: Tracked,
}

/// A work, whatever its mode.
trait Work: Send + Sync {
    fn queue(&self) -> Result<bool>;
    fn queue_on(&self, cpu: CpuId, task: &TaskContext) -> Result<bool>;
    fn sync(&self, task: &TaskContext);
}

impl<M, F> Work for irq_work::Handle<Arc<irq_work::Closure<M, F>>>
where
    M: Mode,
    F: Fn(&irq_work::Context<M>) + Send + Sync + 'static,
{
    fn queue(&self) -> Result<bool> {
        irq_work::Handle::queue(self)
    }
    fn queue_on(&self, cpu: CpuId, task: &TaskContext) -> Result<bool> {
        irq_work::Handle::queue_on(self, cpu, task)
    }
    fn sync(&self, task: &TaskContext) {
        irq_work::Handle::sync(self, task);
    }
}

struct Object {
    work: KBox<dyn Work>,
    book: Arc<Book>,
}

impl Object {
    fn new<M: Mode>(dawdle_us: u32) -> Result<Self> {
        let book = Arc::new(
            Book {
                numbers: Numbers::new(),
                under_way: UnderWay::new(),
                _tracked: Tracked::new(&LEDGER),
            },
            GFP_KERNEL,
        )?;
        let its = book.clone();
        let run = move |_: &irq_work::Context<M>| {
            let run = LEDGER.ran.fetch_add(1, Relaxed) + 1;
            its.under_way.during(run, || {
                its.numbers.look();
                dawdle(dawdle_us, run);
            });
        };
        Ok(Self {
            work: KBox::new(irq_work::new(run, GFP_KERNEL)?, GFP_KERNEL)?,
            book,
        })
    }
}

/// The last owner of a place in [`GONE`] that was dropped.
static GONE: [Atomic<u64>; 1024] = [const { Atomic::new(0) }; 1024];

/// What the closure of a work that is given up owns. Says in memory that stays when it is dropped.
struct Owned {
    number: u64,
    _tracked: Tracked,
}

impl Owned {
    fn new() -> Self {
        static LAST: Atomic<u64> = Atomic::new(0);

        Self {
            number: LAST.fetch_add(1, Relaxed) + 1,
            _tracked: Tracked::new(&LEDGER),
        }
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn place(number: u64) -> &'static Atomic<u64> {
        &GONE[(number % GONE.len() as u64) as usize]
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        Self::place(self.number).store(self.number, Relaxed);
    }
}

/// Queues a work of its own, and gives it up: it runs, once, and is dropped when it has run.
fn give_up<M: Mode>(dawdle_us: u32, to: CpuId, task: &TaskContext) {
    let owned = Owned::new();
    let run = move |_: &irq_work::Context<M>| {
        // After this not by what the closure owns, which may be gone.
        let number = owned.number();
        LEDGER.ran.fetch_add(1, Relaxed);
        dawdle(dawdle_us, number * 16);
        let is_gone = Owned::place(number).load(Relaxed) == number;
        Ledger::note(&LEDGER.early, is_gone);
    };
    match irq_work::new(run, GFP_KERNEL) {
        Ok(work) => _ = note(work.queue_on(to, task)),
        Err(_) => Ledger::note(&NO_MEMORY, true),
    }
}

/// What all CPUs share.
pub(crate) struct Load {
    objects: KVec<Object>,
    dawdle_us: u32,
}

impl Load {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        let mut objects = KVec::new();
        for _ in 0..2 {
            objects.push(Object::new::<Hard>(dawdle_us)?, GFP_KERNEL)?;
            objects.push(Object::new::<Normal>(dawdle_us)?, GFP_KERNEL)?;
            objects.push(Object::new::<Lazy>(dawdle_us)?, GFP_KERNEL)?;
        }
        Ok(Self { objects, dawdle_us })
    }

    pub(crate) fn step(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        match dice.roll(128) {
            0 => give_up::<Hard>(self.dawdle_us, dice.cpu(), task),
            1 => give_up::<Normal>(self.dawdle_us, dice.cpu(), task),
            _ => self.queue(me, dice, task),
        }
    }

    fn queue(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        let Object { work, book } = &self.objects[dice.roll(self.objects.len() as u32) as usize];
        let number = book.numbers.raise(me);
        let attempt = match dice.roll(4) {
            0 => work.queue_on(dice.cpu(), task),
            _ => work.queue(),
        };
        // A refused one relies on the run to come.
        if note(attempt) && dice.roll(8) == 0 {
            let before = book.under_way.get();
            work.sync(task);
            Ledger::note(&LEDGER.early, !book.numbers.has_seen(me, number));
            Ledger::note(&LEDGER.early, book.under_way.goes_on_since(&before));
        }
    }

    /// In an NMI.
    pub(crate) fn step_in_nmi(&self, n: usize) {
        note(self.objects[n % self.objects.len().max(1)].work.queue());
    }

    /// Waits for all that is pending.
    pub(crate) fn finish(&self, task: &TaskContext) {
        self.objects
            .iter()
            .for_each(|object| object.work.sync(task));
    }
}

/// Returns whether a run is to come.
fn note(attempt: Result<bool>) -> bool {
    match attempt {
        Ok(queued) => Ledger::note(
            if queued {
                &LEDGER.accepted
            } else {
                &LEDGER.refused
            },
            true,
        ),
        Err(error) => {
            Ledger::note(&LEDGER.refused, true);
            Ledger::note(&LEDGER.errors, error != ENXIO);
        }
    }
    attempt.is_ok()
}
