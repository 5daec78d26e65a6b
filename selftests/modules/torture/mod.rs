// SPDX-License-Identifier: GPL-2.0

//! What the loads of the torture test share: dice, places, ledgers, senders' numbers.

use super::{
    in_context::*,
    support::*, //
};
use crosscall::context::IrqsOff;
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

pub(crate) mod csd;
pub(crate) mod deferred;
pub(crate) mod irq_work;
pub(crate) mod many;
pub(crate) mod quiesce;
pub(crate) mod shared;

/// How many CPUs send at most.
pub(crate) const CPUS: usize = 64;

/// How many threads send at most, two on each CPU: each has a number in each object.
pub(crate) const SENDERS: usize = 2 * CPUS;

/// The number of a thread.
pub(crate) fn sender(cpu: CpuId, is_rt: bool) -> usize {
    2 * cpu.as_u32() as usize + usize::from(is_rt)
}

/// How often a sender had no memory.
pub(crate) static NO_MEMORY: Atomic<u64> = Atomic::new(0);

/// The dice of one operation. How they fall depends on the seed, on the sender, and on how many
/// operations that has made before: not on what became of those.
///
/// An operation chooses first, whatever the state of its object. Then it rolls for what it does to
/// an object in that state.
pub(crate) struct Dice {
    state: u64,
    chosen: u64,
}

impl Dice {
    /// Of the operation `n` of a sender.
    pub(crate) fn new(seed: u32, sender: usize, n: u64) -> Self {
        let sender = mix(u64::from(seed) << 32 | sender as u64);
        Self {
            state: mix(sender ^ n),
            chosen: GOLDEN,
        }
    }

    /// As splitmix64.
    fn next(&mut self) -> u64 {
        let number = mix(self.state);
        self.state = self.state.wrapping_add(GOLDEN);
        number
    }

    /// From 0 to `sides - 1`.
    pub(crate) fn roll(&mut self, sides: u32) -> u32 {
        ((self.next() >> 32) % u64::from(sides.max(1))) as u32
    }

    /// The same, for a choice.
    pub(crate) fn choose(&mut self, sides: u32) -> u32 {
        let chosen = self.roll(sides);
        self.note(u64::from(chosen));
        chosen
    }

    /// Any possible CPU, those that are offline included.
    pub(crate) fn cpu(&mut self) -> CpuId {
        CpuId::from_u32(self.choose(nr_cpu_ids())).unwrap_or_else(CpuId::current)
    }

    /// A bit for each CPU, or a number that an operation is known by.
    pub(crate) fn bits(&mut self) -> u64 {
        let chosen = self.next();
        self.note(chosen);
        chosen
    }

    fn note(&mut self, chosen: u64) {
        self.chosen = (self.chosen ^ chosen).wrapping_mul(GOLDEN).rotate_left(32);
    }

    /// A hash of what was chosen, and of a hash.
    pub(crate) fn hash(&self, before: u64) -> u64 {
        mix(before ^ self.chosen)
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// What splitmix64 makes of a state.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(GOLDEN);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// In which context an operation queues.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Here,
    IrqsOff,
    In(Context, CpuId),
}

impl Place {
    /// Any, few of which need other code to get there.
    pub(crate) fn choose(dice: &mut Dice) -> Self {
        let (place, cpu) = (dice.choose(256), dice.cpu());
        match place {
            0 => Self::In(Context::Hardirq, cpu),
            1 => Self::In(Context::Softirq, cpu),
            2 => Self::In(Context::Nmi, cpu),
            3..64 => Self::IrqsOff,
            _ => Self::Here,
        }
    }

    /// One that needs none.
    pub(crate) fn choose_near(dice: &mut Dice) -> Self {
        match dice.choose(4) {
            0 => Self::IrqsOff,
            _ => Self::Here,
        }
    }

    pub(crate) fn is_nmi(self) -> bool {
        matches!(self, Self::In(Context::Nmi, _))
    }

    /// Calls `f` there once, or not at all if the context is not reached.
    pub(crate) fn run(self, mut f: impl FnMut() + Send) {
        match self {
            Self::Here => f(),
            Self::IrqsOff => IrqsOff::with(|_| f()),
            Self::In(context, cpu) => drop(run_in(context, cpu, f)),
        }
    }
}

/// A count for each CPU, and one for messages whose CPU the sender cannot know.
pub(crate) struct Counts([Atomic<u64>; CPUS + 1]);

impl Counts {
    const fn new() -> Self {
        Self([const { Atomic::new(0) }; CPUS + 1])
    }

    /// Returns the new count.
    fn add(&self, cpu: Option<CpuId>, n: u64) -> u64 {
        let count = &self.0[cpu.map_or(CPUS, |cpu| cpu.as_u32() as usize % CPUS)];
        count.fetch_add(n, Relaxed) + n
    }

    pub(crate) fn sum(&self) -> u64 {
        self.0.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// Of the n-th CPU; the last one is for the messages of which none is known.
    fn get(&self, n: usize) -> u64 {
        self.0[n].load(Relaxed)
    }
}

/// The account of a load. All sums are over the whole run.
pub(crate) struct Ledger {
    pub(crate) name: &'static str,
    accepted: Counts,
    pub(crate) ran: Counts,
    revoked: Counts,
    pub(crate) refused: Atomic<u64>,
    /// Messages that ran twice, or in a run that nothing asked for.
    doubled: Atomic<u64>,
    /// Messages that were passed over.
    lost: Atomic<u64>,
    /// Runs on the wrong CPU, or with interrupts on where they must be off.
    misplaced: Atomic<u64>,
    /// Waits that returned before the message had run, or with the result of another one.
    early: Atomic<u64>,
    made: Atomic<u64>,
    dropped: Atomic<u64>,
    /// Objects that were leaked on purpose.
    pub(crate) leaked: Atomic<u64>,
    /// Operations that failed in a way that they must not.
    errors: Atomic<u64>,
}

impl Ledger {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            accepted: Counts::new(),
            ran: Counts::new(),
            revoked: Counts::new(),
            refused: Atomic::new(0),
            doubled: Atomic::new(0),
            lost: Atomic::new(0),
            misplaced: Atomic::new(0),
            early: Atomic::new(0),
            made: Atomic::new(0),
            dropped: Atomic::new(0),
            leaked: Atomic::new(0),
            errors: Atomic::new(0),
        }
    }

    fn note(counter: &Atomic<u64>, happened: bool) {
        if happened {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// The answer to an attempt to send a message to a CPU, or to one that the sender cannot know.
    pub(crate) fn answer(&self, cpu: Option<CpuId>, accepted: bool) {
        if accepted {
            self.accepted.add(cpu, 1);
        } else {
            Self::note(&self.refused, true);
        }
    }

    /// A message that was accepted will not run on this CPU.
    pub(crate) fn revoke(&self, cpu: CpuId) {
        self.revoked.add(Some(cpu), 1);
    }

    /// A run has begun on this CPU, or for messages whose CPU the senders cannot know. Returns
    /// which one it is, of those.
    pub(crate) fn run(&self, cpu: Option<CpuId>, messages: u64) -> u64 {
        self.ran.add(cpu, messages)
    }

    /// A run has begun, in this context. Returns which one it is, of this CPU.
    fn enter(&self, cx: &IrqsOff, to: Option<CpuId>) -> u64 {
        let elsewhere = to.is_some_and(|to| to != cx.cpu());
        Self::note(&self.misplaced, elsewhere || !irqs_disabled());
        self.run(Some(cx.cpu()), 1)
    }

    /// What was accepted, ran and was revoked, where that does not balance: what was lost on one
    /// CPU does not make up for what ran on another.
    fn unbalanced(&self, n: usize) -> Option<[u64; 3]> {
        let account = [&self.accepted, &self.ran, &self.revoked].map(|counts| counts.get(n));
        let [accepted, ran, revoked] = account;
        (accepted != ran + revoked).then_some(account)
    }

    /// All that was accepted has run or was revoked, and what was made is gone.
    pub(crate) fn is_settled(&self) -> bool {
        let of = |counter: &Atomic<u64>| counter.load(Relaxed);
        (0..=CPUS).all(|n| self.unbalanced(n).is_none())
            && of(&self.made) == of(&self.dropped) + of(&self.leaked)
    }

    fn wrong(&self) -> [u64; 5] {
        [
            &self.doubled,
            &self.lost,
            &self.misplaced,
            &self.early,
            &self.errors,
        ]
        .map(|counter| counter.load(Relaxed))
    }

    pub(crate) fn verdict(&self) -> Result {
        let of = |counter: &Atomic<u64>| counter.load(Relaxed);
        let [doubled, lost, misplaced, early, errors] = self.wrong();
        let mut unbalanced = 0;
        for n in 0..=CPUS {
            if let Some([accepted, ran, revoked]) = self.unbalanced(n) {
                unbalanced += 1;
                // The number after the last CPU is for messages that may run on any.
                pr_info!(
                    "ktap: # kind={} cpu={n} accepted={accepted} ran={ran} revoked={revoked}\n",
                    self.name
                );
            }
        }
        pr_info!(
            "ktap: # kind={} accepted={} ran={} revoked={} refused={} made={} dropped={} leaked={} \
             doubled={doubled} lost={lost} misplaced={misplaced} early={early} errors={errors} \
             unbalanced={unbalanced}\n",
            self.name,
            self.accepted.sum(),
            self.ran.sum(),
            self.revoked.sum(),
            of(&self.refused),
            of(&self.made),
            of(&self.dropped),
            of(&self.leaked)
        );
        (self.is_settled() && self.wrong() == [0; 5])
            .then_some(())
            .ok_or(EIO)
    }
}

/// A part of an object, which is dropped once, and where dropping is allowed.
pub(crate) struct Tracked(&'static Ledger);

impl Tracked {
    pub(crate) fn new(ledger: &'static Ledger) -> Self {
        Ledger::note(&ledger.made, true);
        Self(ledger)
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        Ledger::note(&self.0.misplaced, irqs_disabled());
        Ledger::note(&self.0.dropped, true);
    }
}

/// The last number of each sender, and what runs have seen of it.
pub(crate) struct Numbers {
    sent: [Atomic<u64>; SENDERS],
    seen: [Atomic<u64>; SENDERS],
}

impl Numbers {
    pub(crate) const fn new() -> Self {
        Self {
            sent: [const { Atomic::new(0) }; SENDERS],
            seen: [const { Atomic::new(0) }; SENDERS],
        }
    }

    /// Before an attempt. No atomic operation: that would order by itself what the attempt is to
    /// order.
    fn raise(&self, sender: usize) -> u64 {
        let number = self.sent[sender].load(Relaxed) + 1;
        self.sent[sender].store(number, Relaxed);
        number
    }

    /// In a run. Others may have seen more.
    fn look(&self) {
        let senders = 2 * nr_cpu_ids() as usize;
        for (sent, seen) in Iterator::zip(self.sent.iter(), &self.seen).take(senders) {
            raise(seen, sent.load(Relaxed));
        }
    }

    fn has_seen(&self, sender: usize, number: u64) -> bool {
        self.seen[sender].load(Relaxed) >= number
    }
}

/// The number of the run of an object that is under way on each CPU, or 0.
pub(crate) struct UnderWay([Atomic<u64>; CPUS]);

impl UnderWay {
    pub(crate) const fn new() -> Self {
        Self([const { Atomic::new(0) }; CPUS])
    }

    /// Does what a run does on this CPU, which it does not leave.
    fn during(&self, run: u64, f: impl FnOnce()) {
        let here = self.0.get(CpuId::current().as_u32() as usize);
        here.inspect(|here| here.store(run, Relaxed));
        f();
        here.inspect(|here| here.store(0, Relaxed));
    }

    fn get(&self) -> [u64; CPUS] {
        core::array::from_fn(|cpu| self.0[cpu].load(Relaxed))
    }

    /// Whether a run goes on that was under way at the time of `before`.
    fn goes_on_since(&self, before: &[u64; CPUS]) -> bool {
        Iterator::zip(before.iter(), &self.get()).any(|(before, now)| *before != 0 && before == now)
    }
}

/// One in so many callbacks sends something else.
const CALLBACKS_THAT_SEND: u64 = 64;

/// Some runs last, so that others find the object busy, or begin beside them.
pub(crate) fn dawdle(us: u32, n: u64) {
    if us > 0 && n % 64 == 0 {
        spin_ns(n.wrapping_mul(997) % (u64::from(us) * 1000).max(1));
    }
}
