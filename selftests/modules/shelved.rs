// SPDX-License-Identifier: GPL-2.0

//! What `giver` leaves on the shelf for `keeper`: tokens whose types name neither.

use crosscall::{
    calls::{
        many,
        shared::{
            self,
            Serial, //
        },
    },
    context::IrqsOff,
    csd,
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    ffi::{
        c_uint,
        c_void, //
    },
    prelude::*,
    sync::Arc, //
};

pub(crate) type Job = fn(&IrqsOff) -> u32;
pub(crate) type IdleJob = csd::IdleClosure<Job, u32>;
pub(crate) type InFlightJob = csd::InFlight<Pin<KBox<csd::Closure<Job, u32>>>>;
pub(crate) type WorkClosure = irq_work::Closure<Hard, fn(&irq_work::Context<Hard>)>;
pub(crate) type Work = irq_work::Handle<Arc<WorkClosure>>;
pub(crate) type Many = many::Idle<Job>;
pub(crate) type Bell = shared::Call<Serial, fn(&shared::Context<Serial>)>;
pub(crate) type Exclusive = irq_work::ExclusiveClosure<Hard, fn(&IrqsOff)>;

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
    pub(crate) exclusive: irq_work::Idle<Exclusive>,
    pub(crate) taken_back: Option<(IdleJob, irq_work::Idle<Exclusive>, Work)>,
    pub(crate) watched: Option<Watched>,
}

/// Tokens that have a name to ask for, and what they said first.
#[allow(dead_code, reason = "giver does not use what it makes")]
pub(crate) struct Watched {
    pub(crate) job: InFlightJob,
    pub(crate) work: irq_work::InFlight<Exclusive>,
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
