// SPDX-License-Identifier: GPL-2.0

//! What `giver` leaves on the shelf for `keeper`: tokens whose types name neither.

use core::pin::Pin;
use crosscall::{
    calls::{
        deferred::{
            self,
            Deferred, //
        },
        many,
        shared::{
            self,
            Serial, //
        },
    },
    context::IrqsOff,
    csd::{
        self,
        Csd, //
    },
    impl_has_csd, impl_has_irq_work,
    irq_work::{
        self,
        Hard,
        IrqWork, //
    },
};
use kernel::{
    ffi::{
        c_uint,
        c_void, //
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

pub(crate) type Job = fn(&IrqsOff) -> u32;
pub(crate) type IdleJob = csd::IdleClosure<Job, u32>;
pub(crate) type InFlightJob = csd::InFlight<Pin<KBox<csd::Closure<Job, u32>>>>;
pub(crate) type WorkClosure = irq_work::Closure<Hard, fn(&irq_work::Context<Hard>)>;
pub(crate) type Work = irq_work::Handle<Arc<WorkClosure>>;
pub(crate) type Many = many::Idle<Job>;
pub(crate) type Bell = shared::Call<Serial, fn(&shared::Context<Serial>)>;
pub(crate) type Exclusive = irq_work::exclusive::Closure<Hard, fn(&IrqsOff)>;

/// An object that one module makes, and of which another one makes the first token. (Each has this
/// type for itself, as if it were generic or of a third module.)
#[pin_data]
pub(crate) struct Fresh {
    #[pin]
    csd: Csd<Self>,
    #[pin]
    work: IrqWork<Self>,
    answer: u32,
}

impl_has_csd! {
    impl HasCsd for Fresh { self.csd }
}

impl csd::CsdCallback for Fresh {
    type Pointer = Pin<KBox<Self>>;
    type Output = u32;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> u32 {
        this.answer
    }
}

impl_has_irq_work! {
    impl HasIrqWork for Fresh { self.work }
}

impl irq_work::IrqWorkCallback for Fresh {
    type Mode = Hard;
    type Pointer = irq_work::exclusive::Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl Fresh {
    #[allow(dead_code, reason = "one of the modules makes it")]
    pub(crate) fn new(answer: u32) -> Result<Pin<KBox<Self>>> {
        KBox::pin_init(
            pin_init!(Self { csd <- Csd::new(), work <- IrqWork::new(), answer }),
            GFP_KERNEL,
        )
    }
}

/// An object that one module has as a static, and that a function of another one makes.
pub(crate) struct Fixed {
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Fixed { self.work }
}

impl irq_work::IrqWorkCallback for Fixed {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &irq_work::Context<Hard>) {}
}

impl Fixed {
    #[inline(never)]
    pub(crate) fn new() -> Self {
        Self {
            work: IrqWork::new_static(),
        }
    }
}

/// Closures whose type nobody but giver knows.
#[allow(dead_code, reason = "keeper drops them")]
pub(crate) struct Erased {
    pub(crate) call: Pin<KBox<csd::Callback<u32, u32>>>,
    pub(crate) exclusive: Pin<KBox<irq_work::exclusive::Callback<Hard>>>,
    pub(crate) work: Arc<irq_work::Callback<Hard>>,
}

/// The data of a deferred work, which only giver can drop.
pub(crate) struct Boxed(pub(crate) KBox<dyn Fn(&IrqsOff) + Send + Sync>);

/// How many of those this module has dropped.
pub(crate) static BOXES_DROPPED: Atomic<u32> = Atomic::new(0);

impl Drop for Boxed {
    fn drop(&mut self) {
        BOXES_DROPPED.fetch_add(1, Relaxed);
    }
}

impl Deferred for Boxed {
    fn run(&self, cx: &IrqsOff) {
        (self.0)(cx);
    }
}

/// A closure that takes long to drop.
pub(crate) type Slow = csd::Callback<u32, u32>;

/// All of them.
#[allow(dead_code, reason = "giver does not use what it makes")]
pub(crate) struct Shelved {
    pub(crate) idle: IdleJob,
    pub(crate) dropped: IdleJob,
    pub(crate) ran: InFlightJob,
    pub(crate) given_up: InFlightJob,
    pub(crate) work: Work,
    pub(crate) many: Many,
    pub(crate) bell: Bell,
    pub(crate) exclusive: irq_work::exclusive::Idle<Exclusive>,
    pub(crate) taken_back: Option<(IdleJob, irq_work::exclusive::Idle<Exclusive>, Work)>,
    pub(crate) watched: Option<Watched>,
    pub(crate) fresh: [Pin<KBox<Fresh>>; 2],
    pub(crate) again: Option<(IdleJob, irq_work::exclusive::Idle<Exclusive>)>,
    pub(crate) deferred: deferred::Work<Boxed>,
    pub(crate) erased: Erased,
    pub(crate) slow: Option<Pin<KBox<Slow>>>,
    pub(crate) make_fixed: fn() -> Fixed,
    pub(crate) fixed: [Fixed; 2],
}

/// Tokens that have a name to ask for, and what they said first.
#[allow(dead_code, reason = "giver does not use what it makes")]
pub(crate) struct Watched {
    pub(crate) job: InFlightJob,
    pub(crate) work: irq_work::exclusive::InFlight<Exclusive>,
    pub(crate) stalls: [csd::Stall; 2],
}

extern "C" {
    fn shelf_put(place: c_uint, thing: *mut c_void);
    fn shelf_take(place: c_uint) -> *mut c_void;
}

#[allow(dead_code, reason = "one of the modules puts")]
pub(crate) fn put(shelved: KBox<Shelved>) {
    // SAFETY: Always safe to call.
    unsafe { shelf_put(0, KBox::into_raw(shelved).cast()) };
}

#[allow(dead_code, reason = "the other one takes")]
pub(crate) fn take() -> Option<KBox<Shelved>> {
    // SAFETY: Always safe to call.
    let shelved = unsafe { shelf_take(0) };
    // SAFETY: `put()` put it there, and only one takes it.
    (!shelved.is_null()).then(|| unsafe { KBox::from_raw(shelved.cast()) })
}
