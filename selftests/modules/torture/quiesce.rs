// SPDX-License-Identifier: GPL-2.0

//! A handler that all CPUs call, and replace: a replaced one is not called any more.

use super::{
    super::support::*,
    dawdle,
    Dice,
    Ledger,
    Tracked,
    NO_MEMORY, //
};
use crosscall::{
    calls::quiesce::{
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    prelude::*,
    sync::atomic::{
        ordering::{
            Full,
            Relaxed, //
        },
        Atomic, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("quiesce");

struct Version {
    inside: Atomic<u32>,
    retired: Atomic<bool>,
    _tracked: Tracked,
}

impl Version {
    fn new() -> Result<Quiesced<Self>> {
        Quiesced::new(
            Self {
                inside: Atomic::new(0),
                retired: Atomic::<bool>::new(false),
                _tracked: Tracked::new(&LEDGER),
            },
            GFP_KERNEL,
        )
    }

    fn run(&self, us: u32, n: u64) {
        self.inside.fetch_add(1, Full);
        Ledger::note(&LEDGER.early, self.retired.load(Relaxed));
        dawdle(us, n);
        Ledger::note(&LEDGER.early, self.retired.load(Relaxed));
        self.inside.fetch_sub(1, Full);
    }

    /// The replacer says that no CPU runs it any more.
    fn retire(&self) {
        self.retired.xchg(true, Full);
        Ledger::note(&LEDGER.early, self.inside.load(Relaxed) != 0);
    }
}

/// What all CPUs share.
pub(crate) struct Load {
    handler: Handler<Version>,
    dawdle_us: u32,
}

impl Load {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        Ok(Self {
            handler: Handler::new(Version::new()?),
            dawdle_us,
        })
    }

    /// Each call is a message, and each replacement as well.
    pub(crate) fn step(&self, dice: &mut Dice, task: &TaskContext) {
        Ledger::note(&LEDGER.accepted, true);
        match dice.roll(200) {
            0 => self.replace(GracePeriod::Expedited, task),
            1 if dice.roll(4) == 0 => self.replace(GracePeriod::Normal, task),
            _ => {
                let n = dice.next();
                IrqsOff::with(|cx| {
                    self.handler
                        .with(cx, |version| version.run(self.dawdle_us, n << 3))
                });
            }
        }
        Ledger::note(&LEDGER.ran, true);
    }

    fn replace(&self, how: GracePeriod, task: &TaskContext) {
        match Version::new() {
            Ok(new) => self.handler.replace(new, how, task).retire(),
            // There may be no memory: others call the handler meanwhile.
            Err(_) => {
                Ledger::note(&NO_MEMORY, true);
                sleep_ms(1);
            }
        }
    }
}
