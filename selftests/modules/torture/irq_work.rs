// SPDX-License-Identifier: GPL-2.0

//! Works of each mode, which all CPUs queue, in all contexts; and works of one thread each, which
//! are given up, shut down or taken back while they are pending or run.

use super::{
    super::support::*,
    dawdle,
    Dice,
    Ledger,
    Numbers,
    Place,
    Tracked,
    UnderWay,
    NO_MEMORY, //
};
use crosscall::{
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext,
        ThreadedOnRt, //
    },
    csd,
    irq_work::{
        self,
        GracePeriod,
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
            ordering::{
                Acquire,
                Relaxed,
                Release, //
            },
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

/// What a callback's token says.
trait Token {
    fn says_irqs_off(&self) -> bool;
    fn cpu(&self) -> CpuId;
}

impl Token for IrqsOff {
    fn says_irqs_off(&self) -> bool {
        true
    }
    fn cpu(&self) -> CpuId {
        IrqsOff::cpu(self)
    }
}

impl Token for ThreadedOnRt {
    fn says_irqs_off(&self) -> bool {
        self.irqs_off().is_some()
    }
    fn cpu(&self) -> CpuId {
        ThreadedOnRt::cpu(self)
    }
}

/// A work, whatever its mode.
trait Work: Send + Sync {
    fn queue(&self) -> Result<bool>;
    fn queue_on(&self, cpu: CpuId) -> Result<bool>;
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
    fn queue_on(&self, cpu: CpuId) -> Result<bool> {
        irq_work::Handle::queue_on(self, cpu, &NotInNmi::new()?)
    }
    fn sync(&self, task: &TaskContext) {
        irq_work::Handle::sync(self, task);
    }
}

pub(crate) struct Object {
    work: KBox<dyn Work>,
    book: Arc<Book>,
    /// Whether each sender knows on which CPU it runs. One that queues it on its own CPU then has
    /// interrupts off; else it may be moved to another one meanwhile.
    placed: bool,
}

impl Object {
    /// One that a callback may queue.
    pub(crate) fn for_callbacks(dawdle_us: u32) -> Result<Self> {
        Self::new::<Hard>(dawdle_us, true)
    }

    fn new<M: Mode<Token: Token>>(dawdle_us: u32, placed: bool) -> Result<Self> {
        let book = Arc::new(
            Book {
                numbers: Numbers::new(),
                under_way: UnderWay::new(),
                _tracked: Tracked::new(&LEDGER),
            },
            GFP_KERNEL,
        )?;
        let its = book.clone();
        let run = move |cx: &irq_work::Context<M>| {
            let run = LEDGER.run(placed.then(|| cx.cpu()), 1);
            Ledger::note(&LEDGER.misplaced, cx.says_irqs_off() != irqs_disabled());
            its.under_way.during(run, || {
                its.numbers.look();
                dawdle(dawdle_us, run);
            });
        };
        Ok(Self {
            work: KBox::new(irq_work::new(run, GFP_KERNEL)?, GFP_KERNEL)?,
            book,
            placed,
        })
    }

    fn queue_on(&self, cpu: CpuId) -> bool {
        note(self.placed.then_some(cpu), self.work.queue_on(cpu))
    }

    fn queue_here(&self) -> bool {
        if self.placed {
            IrqsOff::with(|cx| self.queue_on_this(cx.cpu()))
        } else {
            note(None, self.work.queue())
        }
    }

    /// On a CPU which is this one, and stays so. Any context.
    pub(crate) fn queue_on_this(&self, cpu: CpuId) -> bool {
        note(self.placed.then_some(cpu), self.work.queue())
    }

    pub(crate) fn sync(&self, task: &TaskContext) {
        self.work.sync(task);
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

/// How often a work that is given up queues itself again.
const AGAIN: u32 = 3;

/// Queues a work of its own, and gives it up: it runs, queues itself again while there is a handle,
/// and is dropped when it has run. All of it on one CPU.
fn give_up<M: Mode<Token: Token>>(dawdle_us: u32, to: CpuId, task: &TaskContext) -> Result {
    let owned = Owned::new();
    let is_given_up = Arc::new(Atomic::<bool>::new(false), GFP_KERNEL)?;
    let (its, again) = (is_given_up.clone(), Atomic::<u32>::new(0));
    let run = move |cx: &irq_work::Context<M>| {
        let number = owned.number();
        let given_up = its.load(Acquire);
        LEDGER.run(Some(cx.cpu()), 1);
        Ledger::note(&LEDGER.misplaced, cx.cpu() != to);
        dawdle(dawdle_us, number * 16);
        // Meanwhile not by what the closure owns, which may be gone.
        if Owned::place(number).load(Relaxed) == number {
            return Ledger::note(&LEDGER.early, true);
        }
        let queued = again.fetch_add(1, Relaxed) < AGAIN && cx.requeue() == Ok(true);
        if queued {
            LEDGER.answer(Some(to), true);
        }
        Ledger::note(&LEDGER.errors, queued && given_up);
    };
    let work = irq_work::new(run, GFP_KERNEL)?;
    note(Some(to), work.queue_on(to, task));
    drop(work);
    is_given_up.store(true, Release);
    Ok(())
}

/// Shuts a work down while another CPU queues it, again and again: it does not run afterwards.
fn shut_down(dawdle_us: u32, to: CpuId, task: &TaskContext) -> Result {
    let is_down = Arc::new(Atomic::<bool>::new(false), GFP_KERNEL)?;
    let its = is_down.clone();
    let run = move |cx: &irq_work::Context<Hard>| {
        let run = LEDGER.run(Some(cx.cpu()), 1);
        dawdle(dawdle_us, run);
        Ledger::note(&LEDGER.early, its.load(Relaxed));
    };
    let work = irq_work::new(run, GFP_KERNEL)?;
    let same = work.clone();
    let queue = move |cx: &IrqsOff| {
        for _ in 0..64 {
            let attempt = same.queue();
            if attempt != Err(ESHUTDOWN) {
                note(Some(cx.cpu()), attempt);
            }
        }
    };
    let queues = csd::new(queue, GFP_KERNEL)?.call_on(to);
    if let Ok(queues) = &queues {
        spin_until(|| queues.stall().started);
    }
    work.shutdown_with(GracePeriod::Expedited, task);
    is_down.store(true, Relaxed);
    if let Ok(queues) = queues {
        drop(queues.wait(task));
    }
    Ok(())
}

/// A work that runs on two CPUs at once, and is waited for: on both.
fn overlap(dawdle_us: u32, task: &TaskContext) -> Result {
    struct Runs {
        begun: Atomic<u64>,
        ended: Atomic<u64>,
    }

    let runs = Arc::new(
        Runs {
            begun: Atomic::new(0),
            ended: Atomic::new(0),
        },
        GFP_KERNEL,
    )?;
    let its = runs.clone();
    let run = move |cx: &irq_work::Context<Hard>| {
        LEDGER.run(Some(cx.cpu()), 1);
        let is_second = its.begun.fetch_add(1, Relaxed) == 1;
        if is_second {
            // It ends last.
            spin_until(|| its.ended.load(Relaxed) > 0);
        }
        spin_ns(u64::from(dawdle_us) * 30_000);
        its.ended.fetch_add(1, Relaxed);
    };
    let work = irq_work::new(run, GFP_KERNEL)?;
    let mut queued = 0;
    let here = CpuId::current();
    for cpu in online_cpus().filter(|&cpu| cpu != here).take(2) {
        if note(Some(cpu), work.queue_on(cpu, task)) {
            queued += 1;
            spin_until(|| runs.begun.load(Relaxed) == queued);
        }
    }
    // Until the first one is about to end.
    spin_until(|| runs.ended.load(Relaxed) > 0 || queued == 0);
    work.sync(task);
    Ledger::note(&LEDGER.early, runs.ended.load(Relaxed) != queued);
    Ok(())
}

/// How long a wait for a work may take that is never idle, in milliseconds.
const PATIENCE_MS: u64 = 10_000;

/// Waits for a work that is queued again in each run, on another CPU: on one it would leave no time
/// for anything else. It stops if nobody waits any more.
fn never_idle(to: CpuId, task: &TaskContext) {
    let until = now_ms() + PATIENCE_MS;
    let stop = Atomic::<bool>::new(false);
    let run = |cx: &irq_work::Context<Hard>| {
        LEDGER.run(Some(cx.cpu()), 1);
        if stop.load(Relaxed) {
            return;
        }
        if now_ms() > until {
            return Ledger::note(&LEDGER.errors, true);
        }
        // The first ones may be going offline.
        let mut others = online_cpus().filter(|&cpu| cpu != cx.cpu());
        if let Some(cpu) = others.find(|&cpu| cx.requeue_on(cpu) == Ok(true)) {
            LEDGER.answer(Some(cpu), true);
        }
    };
    irq_work::scope_with(GracePeriod::Expedited, task, run, |work| {
        note(Some(to), work.queue_on(to, task));
        work.sync(task);
        stop.store(true, Relaxed);
    });
}

/// A work on the stack, which is gone when no CPU uses it any more. Queued here it runs as soon as
/// interrupts are on, not before.
fn borrow(dawdle_us: u32, to: CpuId, task: &TaskContext) {
    let runs = Atomic::<u64>::new(0);
    let due = Atomic::<u32>::new(0);
    let run = |cx: &irq_work::Context<Hard>| {
        let run = LEDGER.run(Some(cx.cpu()), 1);
        Ledger::note(&LEDGER.misplaced, cx.cpu().as_u32() != due.load(Relaxed));
        dawdle(dawdle_us, run);
        runs.fetch_add(1, Relaxed);
    };
    irq_work::scope_with(GracePeriod::Expedited, task, run, |work| {
        let here = IrqsOff::with(|cx| {
            due.store(cx.cpu().as_u32(), Relaxed);
            let queued = note(Some(cx.cpu()), work.queue_on(cx.cpu(), cx));
            Ledger::note(&LEDGER.early, runs.load(Relaxed) != 0);
            queued
        });
        work.sync(task);
        Ledger::note(&LEDGER.early, here && runs.load(Relaxed) == 0);
        due.store(to.as_u32(), Relaxed);
        note(Some(to), work.queue_on(to, task));
    });
}

/// What all CPUs share.
pub(crate) struct Load {
    objects: KVec<Object>,
    dawdle_us: u32,
}

impl Load {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        let mut objects = KVec::new();
        for placed in [true, false] {
            objects.push(Object::new::<Hard>(dawdle_us, placed)?, GFP_KERNEL)?;
            objects.push(Object::new::<Normal>(dawdle_us, placed)?, GFP_KERNEL)?;
            objects.push(Object::new::<Lazy>(dawdle_us, placed)?, GFP_KERNEL)?;
        }
        Ok(Self { objects, dawdle_us })
    }

    pub(crate) fn step(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        let us = self.dawdle_us;
        let (way, to) = (dice.choose(256), dice.cpu());
        let made = match way {
            0 | 1 => give_up::<Hard>(us, to, task),
            2 | 3 => give_up::<Normal>(us, to, task),
            4 => shut_down(us, to, task),
            5 => {
                borrow(us, to, task);
                Ok(())
            }
            6 => overlap(us, task),
            7 if dice.choose(4) == 0 => {
                never_idle(to, task);
                Ok(())
            }
            _ => {
                self.queue_and_sync(me, Place::choose(dice), dice, task);
                Ok(())
            }
        };
        // There may be no memory.
        Ledger::note(&NO_MEMORY, made.is_err());
    }

    /// Returns the object, and the number that a run of it is to see. A refused attempt relies on
    /// the run to come.
    pub(crate) fn queue(&self, me: usize, place: Place, dice: &mut Dice) -> Option<(&Object, u64)> {
        let object = self.choose(dice);
        let (way, to) = (dice.choose(4), dice.cpu());
        let number = object.book.numbers.raise(me);
        let mut is_to_run = false;
        place.run(|| {
            is_to_run = match way {
                _ if place.is_nmi() => object.queue_on_this(CpuId::current()),
                0 => object.queue_on(to),
                _ => object.queue_here(),
            }
        });
        is_to_run.then_some((object, number))
    }

    fn queue_and_sync(&self, me: usize, place: Place, dice: &mut Dice, task: &TaskContext) {
        let Some((Object { work, book, .. }, number)) = self.queue(me, place, dice) else {
            return;
        };
        if dice.roll(8) == 0 {
            let before = book.under_way.get();
            work.sync(task);
            Ledger::note(&LEDGER.early, !book.numbers.has_seen(me, number));
            Ledger::note(&LEDGER.early, book.under_way.goes_on_since(&before));
        }
    }

    fn choose(&self, dice: &mut Dice) -> &Object {
        &self.objects[dice.choose(self.objects.len() as u32) as usize]
    }

    /// In an NMI.
    pub(crate) fn step_in_nmi(&self, dice: &mut Dice) {
        self.choose(dice).queue_on_this(CpuId::current());
    }

    /// Waits for all that is pending.
    pub(crate) fn finish(&self, task: &TaskContext) {
        self.objects
            .iter()
            .for_each(|object| object.work.sync(task));
    }
}

/// Takes down the answer of a CPU, or of one that the sender does not know. Returns whether a run
/// is to come.
fn note(cpu: Option<CpuId>, attempt: Result<bool>) -> bool {
    LEDGER.answer(cpu, attempt == Ok(true));
    let error = attempt.err();
    Ledger::note(&LEDGER.errors, error.is_some_and(|error| error != ENXIO));
    error.is_none()
}
