// SPDX-License-Identifier: GPL-2.0

//! Works of each mode, which all CPUs queue, in NMIs too.

use super::{
    dawdle,
    Dice,
    Ledger,
    Numbers,
    Tracked, //
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
        atomic::ordering::Relaxed,
        Arc, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("irq_work");

struct Book {
    numbers: Numbers,
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
                _tracked: Tracked::new(&LEDGER),
            },
            GFP_KERNEL,
        )?;
        let its = book.clone();
        let run = move |_: &irq_work::Context<M>| {
            let runs = LEDGER.ran.fetch_add(1, Relaxed);
            its.numbers.look();
            dawdle(dawdle_us, runs);
        };
        Ok(Self {
            work: KBox::new(irq_work::new(run, GFP_KERNEL)?, GFP_KERNEL)?,
            book,
        })
    }
}

/// What all CPUs share.
pub(crate) struct Load {
    objects: KVec<Object>,
}

impl Load {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        let mut objects = KVec::new();
        for _ in 0..2 {
            objects.push(Object::new::<Hard>(dawdle_us)?, GFP_KERNEL)?;
            objects.push(Object::new::<Normal>(dawdle_us)?, GFP_KERNEL)?;
            objects.push(Object::new::<Lazy>(dawdle_us)?, GFP_KERNEL)?;
        }
        Ok(Self { objects })
    }

    pub(crate) fn step(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        let Object { work, book } = &self.objects[dice.roll(self.objects.len() as u32) as usize];
        let number = book.numbers.raise(me);
        let attempt = match dice.roll(4) {
            0 => work.queue_on(dice.cpu(), task),
            _ => work.queue(),
        };
        // A refused one relies on the run to come.
        if note(attempt) && dice.roll(8) == 0 {
            work.sync(task);
            Ledger::note(&LEDGER.early, !book.numbers.has_seen(me, number));
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
