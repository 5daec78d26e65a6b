// SPDX-License-Identifier: GPL-2.0

//! Deferred works of each policy, requested and revoked by all CPUs, in NMIs too.

use super::{
    Dice,
    Ledger,
    Tracked, //
};
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
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    prelude::*,
};

pub(crate) static LEDGER: Ledger = Ledger::new("deferred");

struct Book(#[expect(dead_code, reason = "is dropped")] Tracked);

impl Deferred for Book {
    fn run(&self, cx: &IrqsOff) {
        LEDGER.enter(cx, None);
    }
}

/// What all CPUs share.
pub(crate) struct Load {
    works: KVec<Work<Book>>,
    /// Each CPU requests it on itself, and none revokes it.
    here: Work<Book>,
}

impl Load {
    pub(crate) fn new() -> Result<Self> {
        let book = || Book(Tracked::new(&LEDGER));
        let mut works = KVec::new();
        for policy in [
            Policy::Defer,
            Policy::Only,
            Policy::Within(2),
            Policy::Never, //
        ] {
            works.push(Work::new(book(), policy, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        Ok(Self {
            works,
            here: Work::new(book(), Policy::Defer, GFP_KERNEL)?,
        })
    }

    pub(crate) fn step(&self, dice: &mut Dice, task: &TaskContext) {
        let work = &self.works[dice.roll(self.works.len() as u32) as usize];
        let cpu = dice.cpu();
        match dice.roll(64) {
            0 => work.flush(cpu, task),
            1..8 => revoke(work, cpu),
            8..16 => self.request_here(),
            _ => {
                let _ = request(work, cpu);
            }
        }
    }

    /// The CPU is in the kernel, and nothing that is on it waits until it has left user mode.
    fn request_here(&self) {
        let outcome = IrqsOff::with(|cx| request(&self.here, cx.cpu()));
        Ledger::note(&LEDGER.lost, outcome == Outcome::Deferred);
    }

    /// In an NMI, where all but those by [`Policy::Only`] are refused.
    pub(crate) fn step_in_nmi(&self, n: usize) {
        let work = &self.works[n % self.works.len().max(1)];
        let Some(cpu) = CpuId::from_u32((n / 4) as u32 % nr_cpu_ids().max(1)) else {
            return;
        };
        if n % 16 == 0 {
            revoke(work, cpu);
        } else {
            let _ = request(work, cpu);
        }
    }

    pub(crate) fn finish(&self, task: &TaskContext) {
        self.works.iter().for_each(|work| work.flush_all(task));
        self.here.flush_all(task);
    }
}

fn request(work: &Work<Book>, cpu: CpuId) -> Outcome {
    let outcome = work.queue_on(cpu);
    let accepted = matches!(outcome, Outcome::Deferred | Outcome::Sent);
    // A coalesced one has no run of its own.
    Ledger::note(
        if accepted {
            &LEDGER.accepted
        } else {
            &LEDGER.refused
        },
        true,
    );
    outcome
}

fn revoke(work: &Work<Book>, cpu: CpuId) {
    Ledger::note(&LEDGER.revoked, work.cancel_on(cpu));
}
