// SPDX-License-Identifier: GPL-2.0

//! Calls over objects of each thread, to all CPUs: waited for in each way, abandoned, leaked. In an
//! NMI they are refused, no wait succeeds, and what is dropped there is freed elsewhere.

use super::{
    super::in_context::Context,
    dawdle,
    Dice,
    Ledger,
    Place,
    Tracked,
    NO_MEMORY, //
};
use core::{
    mem,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Csd,
        CsdCallback,
        Idle,
        InFlight,
        Slot, //
    },
    impl_has_csd,
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("csd");

/// How many objects a thread has.
const OBJECTS: usize = 4;

#[pin_data]
pub(crate) struct Entry {
    #[pin]
    csd: Csd<Self>,
    to: CpuId,
    /// The number of the current call, written by the sender before it queues.
    number: u64,
    /// The number of the last call that ran, written by the callback.
    last: u64,
    dawdle_us: u32,
    _tracked: Tracked,
}

impl_has_csd! {
    impl HasCsd for Entry { self.csd }
}

impl CsdCallback for Entry {
    type Pointer = Pin<KBox<Self>>;
    type Output = u64;

    fn run(this: Pin<&mut Self>, cx: &IrqsOff) -> u64 {
        let this = this.project();
        LEDGER.enter(cx, Some(*this.to));
        Ledger::note(&LEDGER.doubled, *this.number <= *this.last);
        Ledger::note(&LEDGER.lost, *this.number > *this.last + 1);
        dawdle(*this.dawdle_us, *this.number);
        *this.last = *this.number;
        *this.number
    }
}

type Object = Pin<KBox<Entry>>;

enum State {
    /// There was no memory for another object.
    None,
    Idle(Idle<Object>),
    InFlight(InFlight<Object>),
}

/// What a thread has.
pub(crate) struct Sender {
    objects: [State; OBJECTS],
    dawdle_us: u32,
    /// How many of 1000 tokens that are given up are leaked.
    forget: u32,
}

impl Sender {
    pub(crate) fn new(dawdle_us: u32, forget: u32) -> Self {
        Self {
            objects: [const { State::None }; OBJECTS],
            dawdle_us,
            forget,
        }
    }

    pub(crate) fn step(&mut self, dice: &mut Dice, task: &TaskContext) {
        let (to, way) = (dice.cpu(), dice.choose(16));
        match way {
            0 => return call_in_scopes(to, task),
            1..4 => return call(to, dice.bits(), task),
            _ => (),
        }
        let n = dice.choose(OBJECTS as u32) as usize;
        let (place, nmi_on) = (Place::choose(dice), dice.cpu());
        self.objects[n] = match mem::replace(&mut self.objects[n], State::None) {
            State::None => self.make(),
            State::Idle(idle) if dice.roll(256) == 0 => drop_in_nmi(idle, nmi_on),
            State::Idle(idle) => send(idle, to, place),
            State::InFlight(in_flight) => self.receive(in_flight, nmi_on, dice, task),
        };
    }

    /// Without a wait.
    pub(crate) fn quick_step(&mut self, dice: &mut Dice) {
        let n = dice.choose(OBJECTS as u32) as usize;
        let (to, place) = (dice.cpu(), Place::choose_near(dice));
        self.objects[n] = match mem::replace(&mut self.objects[n], State::None) {
            State::None => self.make(),
            State::Idle(idle) => send(idle, to, place),
            State::InFlight(in_flight) => poll(in_flight),
        };
    }

    fn make(&self) -> State {
        let object = KBox::pin_init(
            pin_init!(Entry {
                csd <- Csd::new(),
                to: CpuId::current(),
                number: 0,
                last: 0,
                dawdle_us: self.dawdle_us,
                _tracked: Tracked::new(&LEDGER),
            }),
            GFP_KERNEL,
        );
        Ledger::note(&NO_MEMORY, object.is_err());
        object.map_or(State::None, |object| State::Idle(object.into()))
    }

    fn receive(
        &self,
        call: InFlight<Object>,
        nmi_on: CpuId,
        dice: &mut Dice,
        task: &TaskContext,
    ) -> State {
        match dice.roll(8) {
            // The call runs all the same, and then the object is dropped.
            0 => {
                if dice.roll(1000) < self.forget {
                    Ledger::note(&LEDGER.leaked, true);
                    mem::forget(call);
                }
                self.make()
            }
            1 if dice.roll(8) == 0 => wait_in_nmi(call, nmi_on),
            1 | 2 => poll(call),
            3 => match call.wait_timeout(task, 1) {
                Ok(done) => received(done),
                Err(timed_out) => State::InFlight(timed_out.in_flight),
            },
            _ => received(call.wait(task)),
        }
    }

    pub(crate) fn finish(self, task: &TaskContext) {
        for object in self.objects {
            if let State::InFlight(call) = object {
                received(call.wait(task));
            }
        }
    }
}

fn poll(call: InFlight<Object>) -> State {
    match call.try_wait() {
        Ok(done) => received(done),
        Err(call) => State::InFlight(call),
    }
}

fn received((idle, number): (Idle<Object>, u64)) -> State {
    Ledger::note(&LEDGER.early, number != idle.number || number != idle.last);
    State::Idle(idle)
}

/// Queues a call.
fn send(mut idle: Idle<Object>, to: CpuId, place: Place) -> State {
    let entry = idle.as_mut().project();
    *entry.number += 1;
    *entry.to = to;
    let mut idle = Some(idle);
    let mut sent = None;
    place.run(|| sent = idle.take().map(|idle| idle.call_on(to)));
    let in_nmi = place.is_nmi();
    match (sent, idle) {
        (Some(Ok(in_flight)), _) => {
            LEDGER.answer(Some(to), true);
            Ledger::note(&LEDGER.errors, in_nmi);
            State::InFlight(in_flight)
        }
        (Some(Err(refused)), _) => {
            LEDGER.answer(Some(to), false);
            Ledger::note(
                &LEDGER.errors,
                refused.error != if in_nmi { EPERM } else { ENXIO },
            );
            not_sent(refused.token)
        }
        // The context was not reached.
        (None, Some(idle)) => not_sent(idle),
        (None, None) => State::None,
    }
}

/// Does something with a token in an NMI, if there is one: else the token comes back.
fn in_nmi<T: Send, U: Send>(it: T, cpu: CpuId, f: fn(T) -> U) -> Result<U, Option<T>> {
    let (mut it, mut result) = (Some(it), None);
    Place::In(Context::Nmi, cpu).run(|| result = it.take().map(f));
    result.ok_or(it)
}

fn drop_in_nmi(idle: Idle<Object>, nmi_on: CpuId) -> State {
    match in_nmi(idle, nmi_on, drop) {
        Err(Some(idle)) => State::Idle(idle),
        _ => State::None,
    }
}

fn wait_in_nmi(call: InFlight<Object>, nmi_on: CpuId) -> State {
    match in_nmi(call, nmi_on, InFlight::try_wait) {
        Ok(Ok(done)) => {
            Ledger::note(&LEDGER.errors, true);
            received(done)
        }
        Ok(Err(call)) | Err(Some(call)) => State::InFlight(call),
        Err(None) => State::None,
    }
}

/// Its number was not used.
fn not_sent(mut idle: Idle<Object>) -> State {
    *idle.as_mut().project().number -= 1;
    State::Idle(idle)
}

/// A call that borrows what it uses, and returns something.
fn call(to: CpuId, number: u64, task: &TaskContext) {
    let runs = Atomic::<u64>::new(0);
    let result = csd::call(task, to, |cx| {
        LEDGER.enter(cx, Some(to));
        runs.fetch_add(1, Relaxed);
        number ^ 1
    });
    let runs = runs.load(Relaxed);
    let accepted = result.is_ok();
    LEDGER.answer(Some(to), accepted);
    Ledger::note(&LEDGER.doubled, runs > u64::from(accepted));
    Ledger::note(&LEDGER.early, runs < u64::from(accepted));
    Ledger::note(
        &LEDGER.early,
        result.is_ok_and(|result| result != number ^ 1),
    );
}

/// A slot that enters two scopes, whose results are dropped: the first when the second one comes.
fn call_in_scopes(to: CpuId, task: &TaskContext) {
    let mut slot = Slot::new(|cx: &IrqsOff| {
        LEDGER.enter(cx, Some(to));
        Tracked::new(&LEDGER)
    });
    for _ in 0..2 {
        let error = csd::scope(task, |scope| {
            let called = scope.call_on(&mut slot, to);
            called.map_err(|refused| refused.error).err()
        });
        LEDGER.answer(Some(to), error.is_none());
        Ledger::note(&LEDGER.errors, error.is_some_and(|error| error != ENXIO));
    }
}
